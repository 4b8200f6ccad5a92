//! The category `skills`: Agent Skills, which teach an assistant how to do something.
//!
//! # The package
//!
//! ```text
//! SKILL.md          frontmatter and instructions, at the root (<https://agentskills.io/specification>)
//! skill.wasm        if there is one, a component that the host runs in the sandbox
//! references/ …     whatever `SKILL.md` refers to
//! ```
//!
//! # Permissions
//!
//! | permission | is |
//! |---|---|
//! | `network` | any server |
//! | `chat_inject` | messages of its own in conversations |
//! | `fs:tmp` | temporary files |
//!
//! # What is checked
//!
//! A skill needs what its component imports; text needs nothing, for it can do nothing
//! that the assistant may not do already. What text can do is mislead, so what a reader does not see is
//! refused, and what deserves a second look is a remark.
//!
//! # What is installed
//!
//! The whole package, and one registry entry, keyed by the slug:
//!
//! | field | is |
//! |---|---|
//! | `name`, `title`, `description` | the slug; the manifest's title or the slug; what an assistant reads to choose it |
//! | `instructions` | `SKILL.md` |
//! | `component` | `skill.wasm`, or null |
//! | `files` | every path of the item |
//! | `allowed_tools` | a list; empty if there is none |
//! | `license`, `compatibility`, `metadata` | as the frontmatter has them, or null |
//! | `capabilities` | the permissions that were granted |
//!
//! # What is shown
//!
//! Whether there is a component, on the card and as a filter; the tools that it uses without a question, and the licence
//! that the frontmatter names.
#![forbid(unsafe_code)]

pub mod component;
pub mod content;
pub mod frontmatter;
mod hosts;
pub mod inspect;
mod tools;
pub mod unseen;

#[cfg(test)]
mod tests;

use frontmatter::Skill;
use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

/// The instructions, at the root of the package.
pub(crate) const FILE: &str = "SKILL.md";
/// The optional component, at the root of the package.
pub(crate) const COMPONENT: &str = "skill.wasm";

const NETWORK: &str = "network";
const CHAT_INJECT: &str = "chat_inject";
const FS_TMP: &str = "fs:tmp";

const MADE_OF: Field<Text> = Field::text("made-of", "Made of").on_card().facet();
const ALLOWED_TOOLS: Field<Text> = Field::text("allowed-tools", "Uses without asking");
const LICENCE: Field<Text> = Field::text("licence", "Licence");

/// The category.
#[derive(Debug)]
pub struct Skills;

impl Category for Skills {
    fn about() -> About {
        About {
            id: "skills",
            singular: "skill",
            name: "Skills",
            description: "Teach your assistant how to do something well, step by step.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 5,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A permission of a skill is what its component may reach.")
            .word(NETWORK, || {
                Meaning::new(Capability::Network(None), "Connect to any server on the internet", Risk::High)
            })
            .word(CHAT_INJECT, || {
                Meaning::new(Capability::InjectChat, "Write messages into your conversations", Risk::High)
            })
            .word(FS_TMP, || {
                let summary = "Keep temporary files in a folder of its own";
                Meaning::new(Capability::ScratchSpace, summary, Risk::Low)
            })
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `SKILL.md` and whatever it refers to; if wanted, a `skill.wasm`.")
            .field(MADE_OF)
            .field(ALLOWED_TOOLS)
            .field(LICENCE)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        inspect::inspect(manifest, package)
    }

    fn details(manifest: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let (skill, _) = inspect::read_skill(manifest, package)?;
        Ok(Details::new()
            .with(MADE_OF, if package.has(COMPONENT) { "Text and a component" } else { "Text only" })
            .with_each(ALLOWED_TOOLS, &skill.allowed_tools)
            .with(LICENCE, skill.license))
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let (skill, _) = inspect::read_skill(manifest, package)?;
        item.place_all(package)?;
        item.register(&manifest.name, &entry(manifest, &skill, grants, &package.paths()))
    }
}

/// The registry entry.
fn entry(manifest: &Manifest, skill: &Skill, grants: &[Grant], files: &[&str]) -> Value {
    json!({
        "name": manifest.name,
        "title": manifest.title(),
        "description": skill.description,
        "instructions": FILE,
        "component": files.contains(&COMPONENT).then_some(COMPONENT),
        "files": files,
        "allowed_tools": skill.allowed_tools,
        "license": skill.license,
        "compatibility": skill.compatibility,
        "metadata": skill.metadata,
        "capabilities": grants.iter().map(|grant| grant.permission.as_str()).collect::<Vec<_>>(),
    })
}

marketplace_adapter_sdk::export!(Skills);
