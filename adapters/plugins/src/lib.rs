//! The category `plugins`: MCP servers, and the tools that an assistant may call on them.
//!
//! A package has two files, both as they already exist:
//!
//! - `server.json`: the server, as the MCP registry publishes it (schema 2025-12-11, or an earlier published one), or
//!   as its API hands it out, `{"server": …, "_meta": …}`;
//! - `tools.json`: its tools, on one page: the result of MCP's `tools/list`, the JSON-RPC message around it, or the bare
//!   list.
//!
//! Beside them there may be `plugin.wasm`, a component that is the server itself and reaches nothing. A plugin
//! needs `mcp:NAME` for each tool, so that whoever installs it agrees to each by name, and an update that
//! brings another tool asks again.
//!
//! An installed plugin is one registry entry for the server, keyed by its slug, and one for each tool,
//! keyed `SLUG/TOOL`:
//!
//! | server's field | |
//! |---|---|
//! | `kind` | `server` |
//! | `name`, `title`, `description`, `version`, `website`, `repository` | as `server.json` has them, or null |
//! | `remotes`, `packages` | how it is reached, in the words of the schema of 2025-12-11 whichever was read |
//! | `component` | `plugin.wasm`, or null |
//! | `tools` | the keys of its tools' entries |
//!
//! | tool's field | |
//! |---|---|
//! | `kind`, `server` | `tool`; the key of its server's entry |
//! | `name`, `title`, `description` | the title is what to show; the description may be null |
//! | `input_schema`, `output_schema` | JSON Schemas; the output's may be null |
//! | `annotations` | the author's hints, or an empty object |
//! | `read_only`, `destructive` | what the hints come to, by MCP's defaults |
#![forbid(unsafe_code)]

pub mod address;
pub mod component;
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
use model::Server;
use serde_json::{Value, json};
use tools::Tool;

/// The server, at the root of the package.
pub(crate) const SERVER: &str = "server.json";
/// Its tools, at the root of the package.
pub(crate) const TOOLS: &str = "tools.json";
/// The optional component, at the root of the package.
pub(crate) const COMPONENT: &str = "plugin.wasm";
/// What stands before a tool's name in a permission.
pub(crate) const PERMISSION: &str = "mcp:";

/// The category.
#[derive(Debug)]
pub struct Plugins;

impl Category for Plugins {
    fn about() -> Description {
        Description {
            id: "plugins".into(),
            singular: "plugin".into(),
            name: "Plugins".into(),
            description: "Give your assistant tools from servers that speak the Model Context Protocol.".into(),
            icon: concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" "#,
                r#"stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">"#,
                r#"<path d="M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"/></svg>"#
            )
            .into(),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A permission of a plugin is one tool that the assistant may call.").prefix(
            PERMISSION,
            "mcp:get_forecast",
            |name| {
                tools::check_name(name)?;
                Ok(Meaning::new(
                    Capability::CallTool(name.to_owned()),
                    format!("Let the assistant call the tool `{name}`"),
                    // What a tool does is in its hints, which are its author's word: no lower risk for them.
                    Risk::Medium,
                ))
            },
        )
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
        let server = inspect::read_server(package)?;
        let (tools, _) = inspect::read_tools(package)?;
        let entries = entries(manifest, grants, &server, &tools, package.has(COMPONENT))?;
        for path in package.paths() {
            item.place(path, path)?;
        }
        entries.iter().try_for_each(|(key, value)| item.register(key, value))
    }
}

/// What the install target reads, the server first.
fn entries(
    manifest: &Manifest,
    grants: &[Grant],
    server: &Server,
    tools: &[Tool],
    has_component: bool,
) -> Result<Vec<(String, Value)>, Vec<Finding>> {
    let slug = &manifest.name;
    let key = |tool: &Tool| format!("{slug}/{}", tool.name);
    let mut findings = Findings::new();
    for tool in tools {
        // The host has compared already; an entry is what makes a tool callable, so it is looked at once more.
        if !grants
            .iter()
            .any(|grant| matches!(&grant.capability, Capability::CallTool(name) if *name == tool.name))
        {
            findings.add(
                "plugin.tool-not-granted",
                format!("{TOOLS}: {}", tool.name),
                format!("Nobody agreed to `{PERMISSION}{}`. Declare it.", tool.name),
            );
        }
    }
    let mut entries = vec![(
        slug.clone(),
        json!({
            "kind": "server",
            "name": server.name,
            "title": server.title.clone().unwrap_or_else(|| manifest.title()),
            "description": server.description,
            "version": server.version,
            "website": server.website_url,
            "repository": server.repository,
            "remotes": server.remotes,
            "packages": server.packages,
            "component": has_component.then_some(COMPONENT),
            "tools": tools.iter().map(key).collect::<Vec<_>>(),
        }),
    )];
    entries.extend(tools.iter().map(|tool| {
        let entry = json!({
            "kind": "tool",
            "server": slug,
            "name": tool.name,
            "title": tool.display_name(),
            "description": tool.description,
            "input_schema": tool.input_schema,
            "output_schema": tool.output_schema,
            "annotations": tool.annotations.clone().unwrap_or_default(),
            "read_only": tool.is_read_only(),
            "destructive": tool.is_destructive(),
        });
        (key(tool), entry)
    }));
    findings.or(entries)
}

marketplace_adapter_sdk::export!(Plugins);
