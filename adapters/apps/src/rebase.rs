//! Paths of a Compose file in a folder of the package, as seen from the package's root.

use marketplace_adapter_sdk::paths::join;
use serde_json::Value;

/// Makes every path of a Compose file in `folder` one from the root. One that leads out of the package stays,
/// and is refused where it is read.
pub(crate) fn rebase(tree: &mut Value, folder: &str) {
    if folder.is_empty() {
        return;
    }
    for kind in ["configs", "secrets"] {
        for entry in children(tree.get_mut(kind)) {
            rewrite(entry.get_mut("file"), folder);
        }
    }
    for service in children(tree.get_mut("services")) {
        rewrite(service.get_mut("extends").and_then(|extends| extends.get_mut("file")), folder);
        for key in ["env_file", "label_file"] {
            match service.get_mut(key) {
                Some(Value::Array(list)) => list.iter_mut().for_each(|entry| match entry {
                    Value::Object(map) => rewrite(map.get_mut("path"), folder),
                    path => rewrite(Some(path), folder),
                }),
                path => rewrite(path, folder),
            }
        }
        let mounts = service.get_mut("volumes").and_then(Value::as_array_mut);
        for mount in mounts.into_iter().flatten() {
            match mount {
                Value::String(text) if text.starts_with('.') => {
                    let (source, rest) = text.split_once(':').unwrap_or((text, ""));
                    if let Some(source) = join(folder, source) {
                        *text = format!("./{source}:{rest}");
                    }
                }
                Value::Object(map) if map.get("type").is_some_and(|kind| kind == "bind") => {
                    rewrite(map.get_mut("source"), folder);
                }
                _ => {}
            }
        }
    }
}

fn children(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut())
}

fn rewrite(value: Option<&mut Value>, folder: &str) {
    if let Some(Value::String(path)) = value
        && let Some(joined) = join(folder, path)
    {
        *path = format!("./{joined}");
    }
}
