//! The category `apps`: a Compose file (compose-spec) and its files, run by a container engine.
//!
//! Everything in the file, and in those that Compose would read with it (`.env`, an override file, `include`,
//! `extends`), is understood or refused by name. What can have no effect here, such as `deploy.placement` of a swarm, is
//! told to the moderator (`compose.ignored`); nothing else is ignored. What was understood is registered as one resolved model ([`app::App`]), so that whatever
//! starts the app never reads the author's YAML again.
//!
//! The model is this crate's own. The typed models that exist either keep what they do not know, or follow the
//! specification of some years ago, and `std::path` knows no absolute path on `wasm32-unknown-unknown`: they
//! take `/data` for a relative one. YAML and Compose's `${…}` are read by a library that is strict about both.

#![forbid(unsafe_code)]

pub mod app;
pub mod compose;
mod dotenv;
mod environment;
mod extend;
mod forms;
mod image;
mod keys;
mod merge;
pub mod mounts;
pub mod parts;
mod paths;
pub mod permissions;
pub mod ports;
mod project;
mod service;
pub mod source;
mod variables;
mod walls;

use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

const ICON: &str = concat!(
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" "#,
    r#"stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">"#,
    r#"<path d="M12 2.5 20.5 7v10L12 21.5 3.5 17V7z"/><path d="M3.5 7 12 11.75 20.5 7"/><path d="M12 11.75v9.75"/></svg>"#
);

/// The category.
#[derive(Debug)]
pub struct Apps;

impl Category for Apps {
    fn about() -> Description {
        Description {
            id: "apps".into(),
            singular: "app".into(),
            name: "Apps".into(),
            description:
                "Whole applications in containers, from a media library to a wiki, started with one click."
                    .into(),
            icon: ICON.into(),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        permissions::grammar()
    }

    fn inspect(_: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> {
        let understood = compose::read(package)?;
        Ok(Inspection { needed: understood.needed, remarks: understood.remarks })
    }

    fn install(manifest: &Manifest, _: &[Grant], package: &Package, item: &Item) -> Result<(), Vec<Finding>> {
        let understood = compose::read(package)?;
        for entry in package.entries() {
            item.place(&entry.path, &entry.path)?;
        }
        item.register(&manifest.name, &entry(manifest, &understood.app))
    }
}

/// The registry entry of an app: its name, version and title, and the resolved model.
#[must_use]
pub fn entry(manifest: &Manifest, app: &app::App) -> Value {
    let mut entry = json!({ "name": manifest.name, "version": manifest.version, "title": manifest.title() });
    if let (Some(entry), Ok(Value::Object(app))) = (entry.as_object_mut(), serde_json::to_value(app)) {
        entry.extend(app);
    }
    entry
}

marketplace_adapter_sdk::export!(Apps);
