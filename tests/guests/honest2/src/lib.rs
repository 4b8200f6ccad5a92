//! The category `notes` once more, as a later version of its adapter could be: whatever `honest` says, but for notes in
//! which certain words stand. So a test chooses, by what it publishes, what an upgrade changes.
//!
//! | a note that has the word | is |
//! |---|---|
//! | `forbidden` | refused |
//! | `crash` | not answered for |
//! | `shout` | installed with another `index.txt`, one file more, and another entry |
//! | `odd` | remarked on |
//! | none of them | as before |
//!
//! `data:read.metrics` is granted in another sentence and with a higher risk.

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::prelude::*;

struct Notes;

impl Category for Notes {
    fn about() -> Description {
        Description {
            id: "notes".into(),
            singular: "note".into(),
            name: "Short notes".into(),
            description: "Short texts to read.".into(),
            icon: r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8"/></svg>"#
                .into(),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A note can ask to read data.").prefix("data:read.", "data:read.metrics", |topic| {
            if topic.is_empty() {
                return Err("which topic?".into());
            }
            let (sentence, risk) = match topic {
                "metrics" => ("Read how much the machine has to do".to_owned(), Risk::Medium),
                "*" => (format!("Read {topic}"), Risk::High),
                _ => (format!("Read {topic}"), Risk::Low),
            };
            Ok(Meaning::new(Capability::ReadData(topic.into()), sentence, risk))
        })
    }

    fn inspect(_: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> {
        let text = package.read_text("note.txt")?;
        if text.trim().is_empty() {
            return Err(refuse("note.empty", "note.txt", "`note.txt` says nothing. Write something."));
        }
        if text.contains("forbidden") {
            return Err(refuse("note.forbidden", "note.txt", "`note.txt` has a word that it must not. Leave it out."));
        }
        assert!(!text.contains("crash"), "told to");
        let needed = if text.contains("metrics") { vec!["data:read.metrics".into()] } else { vec![] };
        let remarks =
            if text.contains("odd") { refuse("note.odd", "note.txt", "It is odd.") } else { vec![] };
        Ok(Inspection { needed, remarks })
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &Package,
        item: &Item,
    ) -> Result<(), Vec<Finding>> {
        for entry in package.entries() {
            item.place(&entry.path, &entry.path)?;
        }
        let mut index = manifest.name.clone();
        let mut value = serde_json::json!({ "file": "note.txt", "grants": grants.len() });
        if package.read_text("note.txt")?.contains("shout") {
            index = index.to_uppercase();
            item.write("loud.txt", b"loud")?;
            value["loud"] = true.into();
        }
        item.write("index.txt", index.as_bytes())?;
        item.register(&manifest.name, &value)
    }
}

marketplace_adapter_sdk::export!(Notes);
