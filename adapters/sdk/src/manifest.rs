//! What adapters read of a manifest beyond its fields.

use serde_json::Value;

use crate::Manifest;

impl Manifest {
    /// The title that the author signed; the slug, if there is none.
    #[must_use]
    pub fn title(&self) -> String {
        serde_json::from_str::<Value>(&self.canonical)
            .ok()
            .and_then(|fields| Some(fields.get("title")?.as_str()?.to_owned()))
            .unwrap_or_else(|| self.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
