//! The category `widgets`: a descriptor and ES modules.

use adapter_widgets::{Widgets, widget};
use marketplace_adapter_sdk::{Category as _, Files as _, Inspection};

use crate::package::Shown;

/// A widget is installed with files that are there, each once, and its entry among them.
pub fn inspect_widgets(data: &[u8]) {
    let shown = Shown::from_bytes(data);
    let read = |shown: &Shown| widget::read(&shown.files, &shown.manifest.name, &shown.manifest.permissions);
    let inspect = |shown: &Shown| {
        read(shown).map(|widget| Inspection { needed: widget.needed, remarks: widget.remarks })
    };
    if shown.asked(&Widgets::grammar(), inspect).is_none() {
        return;
    }
    let widget = read(&shown).expect("it was read before");
    let mut placed: Vec<_> = widget.modules.iter().chain(&widget.assets).collect();
    assert!(placed.iter().all(|path| shown.files.has(path) && *path != "widget.json"));
    let count = placed.len();
    placed.sort_unstable();
    placed.dedup();
    assert_eq!(placed.len(), count, "a file is placed twice");
    assert!(widget.modules.contains(&widget.descriptor.entry), "the entry is not installed");
    assert_eq!(widget.entry("item"), read(&shown).expect("it was read before").entry("item"));
}
