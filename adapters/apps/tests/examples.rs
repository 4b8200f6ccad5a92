//! The example packages declare exactly what they need.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use adapter_apps::Apps;
use adapter_apps::compose::read;
use marketplace_adapter_sdk::files::Memory;

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
