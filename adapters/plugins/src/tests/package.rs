//! A package as a whole, and what an installed one registers.

use marketplace_adapter_sdk::bindings::presenter::Value;
use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::item::Staged;
use marketplace_adapter_sdk::prelude::*;
use serde_json::json;

use crate::entries::entries;
use crate::inspect::inspect;
use crate::{Plugins, server as server_json, tools as tools_json};

use super::{manifest, package, rules, server, tools, without};

fn grants(permissions: &[&str]) -> Result<Vec<Grant>, Vec<Finding>> {
    Plugins::grammar().validate(&permissions.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>())
}

#[test]
fn a_plugin_needs_each_of_its_tools() {
    let inspection = inspect(&manifest(), &package(&server(), &tools())).unwrap();
    assert_eq!(inspection.needed, ["mcp:find_tickets", "mcp:answer"]);
}

#[test]
fn both_files_are_needed_and_missed_at_once() {
    let findings = inspect(&manifest(), &Memory::default()).unwrap_err();
    assert_eq!(rules(&findings), ["plugin.missing", "plugin.missing"]);
    assert_eq!((findings[0].subject.as_str(), findings[1].subject.as_str()), ("server.json", "tools.json"));
}

#[test]
fn every_reason_of_both_files_is_given_at_once() {
    let bad = super::with(server(), "/version", json!("latest"));
    let findings = inspect(&manifest(), &package(&bad, &json!({"tools": []}))).unwrap_err();
    assert_eq!(rules(&findings), ["plugin.no-tools", "plugin.server-version"]);
}

#[test]
fn a_component_is_enough_to_be_called_and_reaches_nothing() {
    let alone = without(without(server(), "/remotes"), "/packages");
    let look = |component: &str| {
        let mut package = package(&alone, &tools());
        package.0.insert("plugin.wasm".into(), wat::parse_str(component).unwrap());
        inspect(&manifest(), &package)
    };
    assert!(look(r#"(component (import "wasi:io/streams@0.2.6" (instance)))"#).is_ok());
    for name in [
        "wasi:http/outgoing-handler@0.2.6",
        "wasi:sockets/tcp@0.2.6",
        "wasi:filesystem/types@0.2.6",
        "marketplace:skill/chat@1.0.0",
        "log",
    ] {
        let findings = look(&format!(r#"(component (import "{name}" (instance)))"#)).unwrap_err();
        assert_eq!(rules(&findings), ["plugin.import"], "{name}");
        assert_eq!(findings[0].subject, format!("plugin.wasm: {name}"));
    }
    assert_eq!(rules(&look("(module)").unwrap_err()), ["plugin.component-malformed"]);
}

#[test]
fn a_permission_is_one_tool_by_name() {
    let found = grants(&["mcp:find_tickets"]).unwrap();
    assert_eq!(found[0].capability, Capability::CallTool("find_tickets".into()));
    assert_eq!(found[0].risk, Risk::Medium);
    assert_eq!(
        rules(&grants(&["mcp:", "mcp:a b", "mcp:*", "network"]).unwrap_err()),
        ["permission.malformed", "permission.malformed", "permission.malformed", "permission.unknown"]
    );
}

#[test]
fn an_update_with_another_tool_asks_again() {
    let changes =
        Plugins::grammar().compare(&["mcp:a".to_owned()], &["mcp:a".to_owned(), "mcp:b".to_owned()]);
    assert_eq!(
        changes.iter().map(|c| (c.permission.as_str(), c.direction)).collect::<Vec<_>>(),
        [("mcp:b", marketplace_adapter_sdk::Direction::Added)]
    );
}

#[test]
fn an_installed_plugin_is_one_entry_for_the_server_and_one_for_each_tool() {
    let server = server_json::read(&server().to_string()).unwrap();
    let (tools, _) = tools_json::read(&tools().to_string()).unwrap();
    let granted = grants(&["mcp:find_tickets", "mcp:answer"]).unwrap();
    let entries = entries(&manifest(), &granted, &server, &tools, false).unwrap();
    assert_eq!(
        entries.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        ["tickets", "tickets/find_tickets", "tickets/answer"]
    );
    let first = &entries[0].1;
    assert_eq!(
        (&first["kind"], &first["title"], &first["component"]),
        (&json!("server"), &json!("Ticket desk"), &json!(null))
    );
    assert_eq!(first["tools"], json!(["tickets/find_tickets", "tickets/answer"]));
    assert_eq!(first["remotes"][0]["url"], "https://{tenant}.tickets.example.org/mcp");
    assert_eq!(
        entries[1].1,
        json!({
            "kind": "tool",
            "server": "tickets",
            "name": "find_tickets",
            "title": "Find",
            "description": "Finds tickets by words.",
            "input_schema": {"type": "object", "properties": {"words": {"type": "string"}}},
            "output_schema": null,
            "annotations": {"readOnlyHint": true, "title": "Find"},
            "read_only": true,
            "destructive": false,
        })
    );
}

#[test]
fn keys_that_no_schema_has_never_reach_the_registry() {
    let value = super::with(server(), "/remotes/0/command", json!("sh"));
    let server = server_json::read(&value.to_string()).unwrap();
    assert!(!serde_json::to_string(&server).unwrap().contains("command"));
}

#[test]
fn a_tool_that_nobody_agreed_to_is_not_registered() {
    let server = server_json::read(&server().to_string()).unwrap();
    let (tools, _) = tools_json::read(&tools().to_string()).unwrap();
    let findings =
        entries(&manifest(), &grants(&["mcp:answer"]).unwrap(), &server, &tools, false).unwrap_err();
    assert_eq!(rules(&findings), ["plugin.tool-not-granted"]);
}

#[test]
fn the_category_says_who_it_is() {
    let about = Plugins::about();
    assert_eq!((about.id, about.singular, about.free_install_cap), ("plugins", "plugin", 3));
    assert!(
        about.icon.starts_with("<svg")
            && about.icon.contains("currentColor")
            && !about.icon.contains("script")
    );
}

#[test]
fn the_example_packages_of_this_repository_are_accepted() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/plugins");
    let mut seen = 0;
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let files = ["server.json", "tools.json"]
            .map(|file| (file, std::fs::read(folder.join("package").join(file)).unwrap()));
        let manifest_text = std::fs::read_to_string(folder.join("manifest.yaml")).unwrap();
        let mut manifest = manifest();
        manifest.version =
            manifest_text.split("version: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let inspection = inspect(&manifest, &files.into_iter().collect::<Memory>()).unwrap();
        let declared: Vec<_> = manifest_text
            .lines()
            .filter_map(|line| line.strip_prefix("  - ").filter(|item| item.starts_with("mcp:")))
            .collect();
        assert_eq!(inspection.needed, declared, "{folder:?}");
        assert!(
            inspection.remarks.iter().all(|remark| remark.rule == "plugin.tool-destructive"),
            "{:?}",
            inspection.remarks
        );
        seen += 1;
    }
    assert!(seen >= 2);
}

#[test]
fn people_see_how_many_tools_a_plugin_has_and_what_is_installed_is_all_of_it() {
    let text = |text: &str| Value::Text(text.into());
    let package = package(&server(), &tools());
    let details = Plugins::details(&manifest(), &package).unwrap();
    assert!(Plugins::presentation().covers(&details));
    assert_eq!(details.of(Field::number("tools", "_")), [Value::Number(2.0)]);
    assert_eq!(details.of(Field::text("transport", "_")), [text("streamable-http"), text("stdio")]);
    assert_eq!(details.of(Field::text("read-only", "_")), [text("find_tickets")]);

    let mut item = Staged::of(&package);
    let refused = Plugins::install(&manifest(), &[], &package, &mut item).unwrap_err();
    assert_eq!(rules(&refused), ["plugin.tool-not-granted"; 2]);
    assert_eq!(item, Staged::of(&package), "nothing is staged of what nobody agreed to");
    let grants = grants(&["mcp:find_tickets", "mcp:answer"]).unwrap();
    Plugins::install(&manifest(), &grants, &package, &mut item).unwrap();
    assert_eq!(item.files.keys().collect::<Vec<_>>(), ["server.json", "tools.json"]);
    let keys: Vec<_> = item.registry.keys().collect();
    assert_eq!(keys, ["tickets", "tickets/answer", "tickets/find_tickets"]);
}
