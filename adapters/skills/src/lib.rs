//! The category `skills`: Agent Skills, which teach an assistant how to do something.
//!
//! A package is a folder of the Agent Skills format (<https://agentskills.io/specification>): `SKILL.md`, and
//! whatever it refers to. Beside it there may be `skill.wasm`, a component that the host runs in the sandbox.
//!
//! A skill needs what its component imports; text needs nothing, for it can do nothing
//! that the assistant may not do already. What text can do is mislead, so what a reader does not see is
//! refused, and what deserves a second look is a remark.
//!
//! An installed skill is one registry entry, keyed by its slug:
//!
//! | field | |
//! |---|---|
//! | `name`, `title`, `description` | the slug; the manifest's title or the slug; what an assistant reads to choose it |
//! | `instructions` | `SKILL.md` |
//! | `component` | `skill.wasm`, or null |
//! | `files` | every path of the item |
//! | `allowed_tools` | a list; empty if there is none |
//! | `license`, `compatibility`, `metadata` | as the frontmatter has them, or null |
//! | `capabilities` | the permissions that were granted |
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

/// The category.
#[derive(Debug)]
pub struct Skills;

impl Category for Skills {
    fn about() -> Description {
        Description {
            id: "skills".into(),
            singular: "skill".into(),
            name: "Skills".into(),
            description: "Teach your assistant how to do something well, step by step.".into(),
            icon: concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" "#,
                r#"stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">"#,
                r#"<path d="M12 6.5C10 5 7 4.5 3 4.5v14c4 0 7 .5 9 2 2-1.5 5-2 9-2v-14c-4 0-7 .5-9 2z"/>"#,
                r#"<path d="M12 6.5v14"/></svg>"#
            )
            .into(),
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
                Meaning::new(
                    Capability::ScratchSpace,
                    "Keep temporary files in a folder of its own",
                    Risk::Low,
                )
            })
    }

    fn inspect(manifest: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> {
        inspect::inspect(manifest, package)
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &Package,
        item: &Item,
    ) -> Result<(), Vec<Finding>> {
        let (skill, _) = inspect::read_skill(manifest, package)?;
        let files = package.paths();
        for path in &files {
            item.place(path, path)?;
        }
        item.register(&manifest.name, &entry(manifest, &skill, grants, &files))
    }
}

/// What the install target reads.
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
