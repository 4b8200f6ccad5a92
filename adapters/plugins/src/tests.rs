#![allow(clippy::unwrap_used)]

mod addresses;
mod package;
mod server_json;
mod tools_json;

use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

/// A manifest of the slug `tickets`.
fn manifest() -> Manifest {
    Manifest {
        kind: "plugin".into(),
        name: "tickets".into(),
        version: "2.1.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: r#"{"title":"Ticket desk"}"#.into(),
    }
}

/// A server with one of everything that is usual.
fn server() -> Value {
    json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "io.github.ada/tickets",
        "description": "Find and answer tickets.",
        "version": "2.1.0",
        "repository": {"url": "https://example.org/ada/tickets", "source": "github", "id": "7"},
        "remotes": [{
            "type": "streamable-http",
            "url": "https://{tenant}.tickets.example.org/mcp",
            "variables": {"tenant": {"description": "Your desk", "isRequired": true}},
            "headers": [{
                "name": "Authorization", "value": "Bearer {token}", "isSecret": true, "isRequired": true,
                "variables": {"token": {"description": "From your settings", "isSecret": true}}
            }]
        }],
        "packages": [{
            "registryType": "npm",
            "identifier": "@ada/tickets",
            "version": "2.1.0",
            "transport": {"type": "stdio"},
            "environmentVariables": [{"name": "TICKETS_TOKEN", "isSecret": true}]
        }]
    })
}

fn tools() -> Value {
    json!({"tools": [
        {
            "name": "find_tickets", "description": "Finds tickets by words.",
            "inputSchema": {"type": "object", "properties": {"words": {"type": "string"}}},
            "annotations": {"readOnlyHint": true, "title": "Find"}
        },
        {"name": "answer", "title": "Answer a ticket", "description": "Sends an answer.", "inputSchema": {"type": "object"}}
    ]})
}

fn package(server: &Value, tools: &Value) -> Memory {
    [("server.json", server.to_string()), ("tools.json", tools.to_string())].into_iter().collect()
}

/// `value` with what is at `pointer` replaced, or added to its object.
fn with(mut value: Value, pointer: &str, replacement: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = replacement,
        _ => parent[key] = replacement,
    }
    value
}

/// `value` without what is at `pointer`.
fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    value
}

/// The rules of some findings, in order.
fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.as_str()).collect()
}
