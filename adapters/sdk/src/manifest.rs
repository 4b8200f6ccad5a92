//! What adapters read of a manifest beyond its fields.

use serde_json::Value;

use crate::Manifest;

impl Manifest {
    /// The title that the author signed; the slug, if there is none.
    #[must_use]
    pub fn title(&self) -> String {
        self.field("title")
            .and_then(|title| title.as_str().map(str::to_owned))
            .unwrap_or_else(|| self.name.clone())
    }

    /// A field of the manifest as it was signed. What the submit form asks for is read by its
    /// [`Input`](crate::Input), which checks it too.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        serde_json::from_str::<Value>(&self.canonical).ok()?.get_mut(name).map(Value::take)
    }

    /// Whether the file is the item's icon or one of its screenshots: then the marketplace shows it, whatever the item
    /// itself does with it.
    #[must_use]
    pub fn shows(&self, path: &str) -> bool {
        let Ok(fields) = serde_json::from_str::<Value>(&self.canonical) else { return false };
        let screenshots = fields.get("screenshots").and_then(Value::as_array).into_iter().flatten();
        fields.get("icon").into_iter().chain(screenshots).any(|shown| shown.as_str() == Some(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_marketplace_shows_is_the_icon_and_the_screenshots() {
        let manifest = Manifest {
            kind: "theme".into(),
            name: "harbour".into(),
            version: "1.0.0".into(),
            author_id: "ada".into(),
            permissions: Vec::new(),
            canonical: r#"{"icon":"icon.svg","screenshots":["day.png","night.png"]}"#.into(),
        };
        let shown = ["icon.svg", "day.png", "night.png", "icon", ""].map(|path| manifest.shows(path));
        assert_eq!(shown, [true, true, true, false, false]);
    }

    #[test]
    fn the_title_is_what_was_signed_or_else_the_slug() {
        for (canonical, title) in [
            (r#"{"title":"Ticket desk"}"#, "Ticket desk"),
            ("{}", "tickets"),
            (r#"{"title":null}"#, "tickets"),
            (r#"["title"]"#, "tickets"),
            ("", "tickets"),
        ] {
            let manifest = Manifest {
                kind: "plugin".into(),
                name: "tickets".into(),
                version: "1.0.0".into(),
                author_id: "ada".into(),
                permissions: Vec::new(),
                canonical: canonical.into(),
            };
            assert_eq!(manifest.title(), title, "{canonical}");
        }
    }
}
