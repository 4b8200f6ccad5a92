//! The category `themes`: CSS custom properties.

use adapter_themes::{Themes, theme};
use marketplace_adapter_sdk::{Category as _, Files as _, Inspection};

use crate::package::Shown;

/// What is installed is what was read: the stylesheet that is written is read as itself, and uses files that are there.
pub fn inspect_themes(data: &[u8]) {
    let shown = Shown::from_bytes(data);
    let inspect = |shown: &Shown| {
        theme::read(&shown.files).map(|theme| Inspection { needed: Vec::new(), remarks: theme.remarks })
    };
    if shown.asked(&Themes::grammar(), inspect).is_none() {
        return;
    }
    let first = theme::read(&shown.files).expect("it was read before");
    for asset in &first.assets {
        assert!(shown.files.has(asset) && asset != theme::STYLESHEET, "{asset}");
    }
    let mut installed = shown.clone();
    installed.files.0.insert(theme::STYLESHEET.into(), first.css.clone().into_bytes());
    let second = theme::read(&installed.files).expect("what is installed is a theme");
    assert_eq!(first.css, second.css);
    assert_eq!(first.assets, second.assets);
    assert_eq!(first.entry("item", "Item"), second.entry("item", "Item"));
}
