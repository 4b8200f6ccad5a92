//! What an installed plugin registers: an entry for its server, and one for each tool.

use marketplace_adapter_sdk::{Capability, Finding, Findings, Grant, Manifest};
use serde_json::{Value, json};

use crate::model::Server;
use crate::tools::Tool;
use crate::{COMPONENT, PERMISSION, TOOLS};

/// The registry entries, the server's first.
pub(crate) fn entries(
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
