//! The example packages: each needs what its manifest declares, and nothing is left to remark.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use adapter_widgets::{Widgets, widget};
use marketplace_adapter_sdk::bindings::presenter::Value;
use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::item::Staged;
use marketplace_adapter_sdk::prelude::*;

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

#[test]
fn people_see_the_size_of_a_widget_and_what_it_reads_and_what_is_installed_is_what_it_uses() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/widgets/system-pulse/package");
    let package = Memory::from_folder(folder).unwrap();
    let manifest = Manifest {
        kind: "widget".into(),
        name: "system-pulse".into(),
        version: "1.0.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: "{}".into(),
    };
    let details = Widgets::details(&manifest, &package).unwrap();
    assert!(Widgets::presentation().covers(&details));
    assert_eq!(details.of(Field::text("size", "_")), [Value::Text("4 × 2".into())]);
    assert_eq!(details.of(Field::seconds("refresh", "_")), [Value::Seconds(2)]);
    let topics = details.of(Field::text("topics", "_"));
    assert_eq!(topics, ["metrics.cpu", "metrics.memory"].map(|topic| Value::Text(topic.into())));

    let mut item = Staged::of(&package);
    Widgets::install(&manifest, &[], &package, &mut item).unwrap();
    assert_eq!(item.files.keys().collect::<Vec<_>>(), ["sparkline.js", "widget.js", "widget.json"]);
    assert_eq!(item.registry["system-pulse"]["title"], "System Pulse");
}
