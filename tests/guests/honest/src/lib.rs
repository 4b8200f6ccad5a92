//! The category `notes`: a correct adapter, as small as one can be.
//!
//! A package has a `note.txt`; one that mentions `metrics` needs `data:read.metrics`.

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::prelude::*;

struct Notes;

impl Category for Notes {
    fn about() -> Description {
        Description {
            id: "notes".into(),
            singular: "note".into(),
            name: "Notes".into(),
            description: "Short texts to read.".into(),
            icon: r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8"/></svg>"#
                .into(),
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

    fn inspect(manifest: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> {
        log(Level::Info, &format!("inspecting {}", manifest.name));
        let text = package.read_text("note.txt")?;
        if text.trim().is_empty() {
            return Err(refuse("note.empty", "note.txt", "`note.txt` says nothing. Write something."));
        }
        let needed = if text.contains("metrics") { vec!["data:read.metrics".into()] } else { vec![] };
        Ok(Inspection { needed, remarks: vec![] })
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
        item.write("index.txt", manifest.name.as_bytes())?;
        item.register(&manifest.name, &serde_json::json!({ "file": "note.txt", "grants": grants.len() }))
    }
}

marketplace_adapter_sdk::export!(Notes);
