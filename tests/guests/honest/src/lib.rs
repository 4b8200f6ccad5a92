//! The category `notes`: a correct adapter, as small as one can be.
//!
//! A package has a `note.txt`; one that mentions `metrics` needs `data:read.metrics`. The manifest may say a mood in
//! `x-mood`, which is shown, and by which people filter.

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
            name: "Notes",
            description: "Short texts to read.",
            icon: r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8"/></svg>"#,
            free_install_cap: 2,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A note can ask to read data.").prefix("data:read.", "data:read.metrics", |topic| {
            if topic.is_empty() {
                return Err("which topic?".into());
            }
            let risk = if topic == "*" { Risk::High } else { Risk::Low };
            Ok(Meaning::new(Capability::ReadData(topic.into()), format!("Read {topic}"), risk))
        })
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `note.txt`.").field(FEELS).field(LENGTH).input(MOOD)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        log(Level::Info, &format!("inspecting {}", manifest.name));
        let text = package.read_text("note.txt")?;
        if text.trim().is_empty() {
            return Err(refuse("note.empty", "note.txt", "`note.txt` says nothing. Write something."));
        }
        let mut findings = Findings::new();
        MOOD.read(manifest, &mut findings);
        let needed = if text.contains("metrics") { vec!["data:read.metrics".into()] } else { vec![] };
        findings.or(Inspection { needed, remarks: vec![] })
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
        item.write("index.txt", manifest.name.as_bytes())?;
        item.register(&manifest.name, &serde_json::json!({ "file": "note.txt", "grants": grants.len() }))
    }
}

marketplace_adapter_sdk::export!(Notes);
