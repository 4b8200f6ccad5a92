//! The category `apps`: whole applications, run by a container engine.
//!
//! # The package
//!
//! ```text
//! compose.yaml   a Compose file (compose-spec), at the root; also compose.yml, docker-compose.yaml or .yml
//! nginx.conf …   the files that it names
//! ```
//!
//! Files that Compose would read with it are part of it: `.env`, an override file, `include`, `extends`.
//!
//! # Permissions
//!
//! | permission | is |
//! |---|---|
//! | `cap:NET_ADMIN` | a Linux capability |
//! | `port:8080/tcp` | a port of the machine |
//! | `mount:NAME:rw`, `:ro` | a volume that is kept |
//!
//! # What is checked
//!
//! Everything in the file is understood or refused by name. What can have no effect here, such as `deploy.placement` of a
//! swarm, is told to the moderator (`compose.ignored`); nothing else is ignored. An app needs each port that it publishes, each
//! volume that it names, and each capability that it adds.
//!
//! The model is this crate's own. The typed models that exist either keep what they do not know, or follow the
//! specification of some years ago, and `std::path` knows no absolute path on `wasm32-unknown-unknown`: they
//! take `/data` for a relative one. YAML and Compose's `${…}` are read by a library that is strict about both.
//!
//! # What is installed
//!
//! The whole package, and one registry entry, keyed by the slug: `name`, `version`, `title`, and the resolved model
//! ([`app::App`]), so that whatever starts the app never reads the author's YAML again.
//!
//! # What is shown
//!
//! How many services, and the ports, on the card; images, volumes, and whether it asks for settings.
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
pub mod permissions;
pub mod ports;
mod project;
mod rebase;
mod service;
pub mod source;
mod variables;
mod walls;

use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

const SERVICES: Field<Number> = Field::number("services", "Services").on_card();
const PORTS: Field<Text> = Field::text("ports", "Ports").on_card();
const IMAGES: Field<Text> = Field::text("images", "Images");
const VOLUMES: Field<Text> = Field::text("volumes", "Volumes");
const SETTINGS: Field<Flag> = Field::flag("settings", "Asks for settings").facet();

/// The category.
#[derive(Debug)]
pub struct Apps;

impl Category for Apps {
    fn about() -> About {
        About {
            id: "apps",
            singular: "app",
            name: "Apps",
            description: "Whole applications in containers, from a media library to a wiki, started with one click.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new(
            "An app declares the ports it publishes, the volumes it keeps and the Linux capabilities it needs.",
        )
        .prefix("cap:", "cap:NET_ADMIN", permissions::capability)
        .prefix("port:", "port:8080/tcp", permissions::port)
        .prefix("mount:", "mount:data:rw", permissions::mount)
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `compose.yaml` and the files that it names.")
            .field(SERVICES)
            .field(PORTS)
            .field(IMAGES)
            .field(VOLUMES)
            .field(SETTINGS)
    }

    fn inspect(_: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        let understood = compose::read(package)?;
        Ok(Inspection { needed: understood.needed, remarks: understood.remarks })
    }

    fn details(_: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let app = compose::read(package)?.app;
        let services = || app.services.values();
        let ports = services().flat_map(|service| &service.ports);
        Ok(Details::new()
            .with(SERVICES, app.services.len())
            .with_each(PORTS, ports.map(|port| format!("{}/{}", port.published, port.protocol)))
            .with_each(IMAGES, services().map(|service| &service.image))
            .with_each(VOLUMES, &app.volumes)
            .with(SETTINGS, !app.settings.is_empty()))
    }

    fn install(
        manifest: &Manifest,
        _: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let understood = compose::read(package)?;
        item.place_all(package)?;
        item.register(&manifest.name, &entry(manifest, &understood.app))
    }
}

/// The registry entry.
#[must_use]
pub fn entry(manifest: &Manifest, app: &app::App) -> Value {
    let mut entry = json!({ "name": manifest.name, "version": manifest.version, "title": manifest.title() });
    if let (Some(entry), Ok(Value::Object(app))) = (entry.as_object_mut(), serde_json::to_value(app)) {
        entry.extend(app);
    }
    entry
}

marketplace_adapter_sdk::export!(Apps);
