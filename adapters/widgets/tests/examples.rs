//! The example packages: each needs what its manifest declares, and nothing is left to remark.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::Path};

use adapter_widgets::widget;

fn package(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn add(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    add(root, root, &mut files);
    files
}

#[test]
fn the_examples_need_what_they_declare() {
    for (name, modules) in
        [("system-pulse", ["sparkline.js", "widget.js"]), ("market-activity", ["lib/ago.js", "widget.js"])]
    {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/widgets").join(name);
        let manifest = fs::read_to_string(root.join("manifest.yaml")).unwrap();
        let declared: Vec<&str> = manifest
            .split("permissions:")
            .nth(1)
            .unwrap()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- "))
            .collect();
        let widget = widget::read(&package(&root.join("package")), name, &[]).unwrap();
        assert_eq!(widget.needed, declared, "{name}");
        assert_eq!(widget.modules, modules, "{name}");
        assert_eq!(widget.remarks, [], "{name}");
    }
}
