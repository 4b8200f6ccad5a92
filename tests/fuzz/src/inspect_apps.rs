//! The category `apps`: Compose files.

use adapter_apps::{Apps, compose, entry};
use marketplace_adapter_sdk::{Category as _, Inspection};

use crate::package::Shown;

/// A Compose file is understood in one way, and everything that it needs can be declared.
pub fn inspect_apps(data: &[u8]) {
    let shown = Shown::from_bytes(data);
    let grammar = Apps::grammar();
    let inspect = |shown: &Shown| {
        let understood = compose::read(&shown.files)?;
        Ok(Inspection { needed: understood.needed, remarks: understood.remarks })
    };
    if shown.asked(&grammar, inspect).is_none() {
        return;
    }
    let model =
        || entry(&shown.manifest, &compose::read(&shown.files).expect("it was read before").app).to_string();
    let first = model();
    assert_eq!(first, model(), "the registry entry is another one each time");
    assert!(first.contains(&format!("\"name\":\"{}\"", shown.manifest.name)));
}
