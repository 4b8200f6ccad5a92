//! Paths of a Compose file in a folder of the package, as seen from the package's root.

use serde_json::Value;

/// `path` in `folder`, from the root of the package; none if it leads out of it.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_joined_inside_the_package_or_not_at_all() {
        for (path, joined) in [
            ("x", Some("a/b/x")),
            ("./x/", Some("a/b/x")),
            ("../x", Some("a/x")),
            ("../../x", Some("x")),
            ("../../../x", None),
            ("/x", None),
            ("~/x", None),
            ("C:\\x", None),
        ] {
            assert_eq!(join("a/b", path).as_deref(), joined, "{path}");
        }
    }
}
