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

const MOOD: Input<Text> = Input::choice("x-mood", "Mood", &[("calm", "Calm"), ("merry", "Merry")])
    .hint("How whoever reads it will feel.");

const FEELS: Field<Text> = Field::text("mood", "Mood").on_card().facet();
const LENGTH: Field<Bytes> = Field::bytes("length", "Length");

struct Notes;

impl Category for Notes {
    fn about() -> About {
        About {
            id: "notes",
            singular: "note",
            name: "Short notes",
            description: "Short texts to read.",
            icon: r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8"/></svg>"#,
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

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `note.txt`.").field(FEELS).field(LENGTH).input(MOOD)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
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
        let mut findings = Findings::new();
        MOOD.read(manifest, &mut findings);
        findings.or(Inspection { needed, remarks })
    }

    fn details(manifest: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let mood = MOOD.read(manifest, &mut Findings::new());
        Ok(Details::new().with(FEELS, mood).with(LENGTH, package.size("note.txt")))
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        item.place_all(package)?;
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
