//! Who a category is.

use crate::bindings::validator::Description;

/// Who a category is: the contract's `description`, in texts that are known when it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The path segment and the manifest's `kind`, for ever: `widgets`.
    pub id: &'static str,
    /// Another `kind` that means the same: `widget`.
    pub singular: &'static str,
    /// For people: `Widgets`.
    pub name: &'static str,
    /// For people, one sentence.
    pub description: &'static str,
    /// A plain SVG, such as `include_str!("../icon.svg")`; or empty.
    pub icon: &'static str,
    /// How many items of it a tenant of the Free tier can have installed.
    pub free_install_cap: u32,
}

impl From<About> for Description {
    fn from(about: About) -> Self {
        let About { id, singular, name, description, icon, free_install_cap } = about;
        Self {
            id: id.into(),
            singular: singular.into(),
            name: name.into(),
            description: description.into(),
            // A file ends with a line feed.
            icon: icon.trim_end().into(),
            free_install_cap,
        }
    }
}
