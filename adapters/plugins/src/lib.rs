//! The category `plugins`: MCP servers, and the tools that an assistant may call on them.
//!
//! # The package
//!
//! ```text
//! server.json    the server, as the MCP registry publishes it
//! tools.json     its tools, on one page
//! plugin.wasm    if there is one, a component that is the server itself
//! ```
//!
//! Both files are as they already exist: `server.json` of the schema 2025-12-11, or an earlier published one, or as the
//! registry's API hands it out, `{"server": …, "_meta": …}`; `tools.json` the result of MCP's `tools/list`, the JSON-RPC
//! message around it, or the bare list.
//!
//! # Permissions
//!
//! | permission | is |
//! |---|---|
//! | `mcp:NAME` | a tool that the assistant may call |
//!
//! # What is checked
//!
//! A plugin needs `mcp:NAME` for each tool, so that whoever installs it agrees to each by name, and an update that
//! brings another tool asks again. How the server is reached is understood or refused, texts that an assistant reads hide
//! nothing, and a component reaches nothing.
//!
//! # What is installed
//!
//! The whole package, one registry entry for the server, keyed by the slug, and one for each tool, keyed `SLUG/TOOL`:
//!
//! | server's field | is |
//! |---|---|
//! | `kind` | `server` |
//! | `name`, `title`, `description`, `version`, `website`, `repository` | as `server.json` has them, or null |
//! | `remotes`, `packages` | how it is reached, in the words of the schema of 2025-12-11 whichever was read |
//! | `component` | `plugin.wasm`, or null |
//! | `tools` | the keys of its tools' entries |
//!
//! | tool's field | is |
//! |---|---|
//! | `kind`, `server` | `tool`; the key of its server's entry |
//! | `name`, `title`, `description` | the title is what to show; the description may be null |
//! | `input_schema`, `output_schema` | JSON Schemas; the output's may be null |
//! | `annotations` | the author's hints, or an empty object |
//! | `read_only`, `destructive` | what the hints come to, by MCP's defaults |
//!
//! # What is shown
//!
//! How many tools, and the transports, on the card; people filter by transport. The tools that say they only read.
#![forbid(unsafe_code)]

pub mod address;
pub mod component;
mod entries;
mod hidden;
pub mod inspect;
pub mod model;
pub mod reach;
pub mod schema;
pub mod server;
pub mod tools;

#[cfg(test)]
mod tests;

use marketplace_adapter_sdk::prelude::*;

/// The server, at the root of the package.
pub(crate) const SERVER: &str = "server.json";
/// Its tools, at the root of the package.
pub(crate) const TOOLS: &str = "tools.json";
/// The optional component, at the root of the package.
pub(crate) const COMPONENT: &str = "plugin.wasm";
/// What stands before a tool's name in a permission.
pub(crate) const PERMISSION: &str = "mcp:";

const TOOL_COUNT: Field<Number> = Field::number("tools", "Tools").on_card();
const TRANSPORT: Field<Text> = Field::text("transport", "Transport").on_card().facet();
const READ_ONLY: Field<Text> = Field::text("read-only", "Only read, they say");

/// The category.
#[derive(Debug)]
pub struct Plugins;

impl Category for Plugins {
    fn about() -> About {
        About {
            id: "plugins",
            singular: "plugin",
            name: "Plugins",
            description: "Give your assistant tools from servers that speak the Model Context Protocol.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A permission of a plugin is one tool that the assistant may call.").prefix(
            PERMISSION,
            "mcp:get_forecast",
            |name| {
                tools::check_name(name)?;
                let summary = format!("Let the assistant call the tool `{name}`");
                // What a tool does is in its hints, which are its author's word: no lower risk for them.
                Ok(Meaning::new(Capability::CallTool(name.to_owned()), summary, Risk::Medium))
            },
        )
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with an MCP server's `server.json`, and a `tools.json` with its answer to `tools/list`.")
            .field(TOOL_COUNT)
            .field(TRANSPORT)
            .field(READ_ONLY)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        inspect::inspect(manifest, package)
    }

    fn details(_: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let server = inspect::read_server(package)?;
        let (tools, _) = inspect::read_tools(package)?;
        let programs = server.packages.iter().map(|program| &program.transport);
        Ok(Details::new()
            .with(TOOL_COUNT, tools.len())
            .with_each(TRANSPORT, server.remotes.iter().chain(programs).map(|transport| &transport.kind))
            .with(TRANSPORT, package.has(COMPONENT).then_some("component"))
            .with_each(READ_ONLY, tools.iter().filter(|tool| tool.is_read_only()).map(|tool| &tool.name)))
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let server = inspect::read_server(package)?;
        let (tools, _) = inspect::read_tools(package)?;
        let entries = entries::entries(manifest, grants, &server, &tools, package.has(COMPONENT))?;
        item.place_all(package)?;
        entries.iter().try_for_each(|(key, value)| item.register(key, value))
    }
}

marketplace_adapter_sdk::export!(Plugins);
