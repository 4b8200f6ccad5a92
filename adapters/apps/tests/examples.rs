//! The example packages declare exactly what they need.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use adapter_apps::Apps;
use adapter_apps::compose::read;
use marketplace_adapter_sdk::bindings::presenter::Value;
use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::item::{Source, Staged};
use marketplace_adapter_sdk::prelude::*;

#[test]
fn an_example_declares_exactly_what_it_needs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/apps");
    let mut seen = 0;
    for example in fs::read_dir(folder).unwrap() {
        let example = example.unwrap().path();
        let understood = read(&Memory::from_folder(example.join("package")).unwrap()).unwrap();

        let manifest: serde_json::Value =
            serde_saphyr::from_str(&fs::read_to_string(example.join("manifest.yaml")).unwrap()).unwrap();
        let declared: Vec<String> = serde_json::from_value(manifest["permissions"].clone()).unwrap();
        assert_eq!(understood.needed, declared, "{}", example.display());
        Apps::grammar().validate(&declared).unwrap();
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn people_see_what_an_app_runs_and_what_is_installed_is_all_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/apps/miniflux/package");
    let package = Memory::from_folder(folder).unwrap();
    let manifest = manifest("miniflux");
    let details = Apps::details(&manifest, &package).unwrap();
    let text = |text: &str| Value::Text(text.into());
    assert!(Apps::presentation().covers(&details));
    assert_eq!(details.of(Field::number("services", "_")), [Value::Number(2.0)]);
    assert_eq!(details.of(Field::text("ports", "_")), [text("8070/tcp")]);
    assert_eq!(
        details.of(Field::text("images", "_")),
        [text("docker.io/library/postgres:17-alpine"), text("docker.io/miniflux/miniflux:2.2.8")]
    );
    assert_eq!(details.of(Field::text("volumes", "_")), [text("feeds")]);
    assert_eq!(details.of(Field::flag("settings", "_")), [Value::Flag(true)]);

    let mut item = Staged::of(&package);
    Apps::install(&manifest, &[], &package, &mut item).unwrap();
    assert_eq!(item.files.keys().collect::<Vec<_>>(), package.0.keys().collect::<Vec<_>>());
    assert_eq!(item.files["compose.yaml"], Source::Package("compose.yaml".into()));
    assert_eq!(item.registry["miniflux"]["compose"], "compose.yaml");
}

fn manifest(name: &str) -> Manifest {
    Manifest {
        kind: "app".into(),
        name: name.into(),
        version: "1.0.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: "{}".into(),
    }
}
