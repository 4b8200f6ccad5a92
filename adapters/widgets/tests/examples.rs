//! The example packages: each needs what its manifest declares, and nothing is left to remark.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use adapter_widgets::widget;
use marketplace_adapter_sdk::files::Memory;

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
        let package = Memory::from_folder(root.join("package")).unwrap();
        let widget = widget::read(&package, name, &[]).unwrap();
        assert_eq!(widget.needed, declared, "{name}");
        assert_eq!(widget.modules, modules, "{name}");
        // The icon is for the marketplace, and so is what the manifest says of it.
        let remarked: Vec<&str> = widget.remarks.iter().map(|remark| remark.subject.as_str()).collect();
        assert_eq!(remarked, ["icon.svg"], "{name}");
    }
}
