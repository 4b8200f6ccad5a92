//! `server.json`, rule by rule.

use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

use crate::inspect::inspect;
use crate::server::read;

use super::{manifest, package, rules, server, tools, with, without};

fn look(server: &Value) -> Result<Inspection, Vec<Finding>> {
    inspect(&manifest(), &package(server, &tools()))
}

/// The one rule that refuses `server`, and its subject.
fn refused(server: &Value) -> (String, String) {
    let findings = look(server).unwrap_err();
    assert_eq!(findings.len(), 1, "{findings:?}");
    (findings[0].rule.clone(), findings[0].subject.clone())
}

fn remarked(server: &Value) -> Vec<String> {
    rules(&look(server).unwrap().remarks).into_iter().map(str::to_owned).collect()
}

fn one(rule: &str, place: &str) -> (String, String) {
    (rule.to_owned(), format!("server.json: {place}"))
}

#[test]
fn a_usual_server_is_unremarkable() {
    assert_eq!(look(&server()).unwrap().remarks, []);
}

#[test]
fn the_schema_of_2025_07_09_is_read_and_registered_in_todays_words() {
    let old = json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-07-09/server.schema.json",
        "name": "io.github.ada/tickets", "description": "Tickets.", "version": "2.1.0", "status": "active",
        "website_url": "https://example.org/",
        "packages": [{
            "registry_type": "npm", "registry_base_url": "https://packages.example.org", "identifier": "@ada/tickets", "version": "2.1.0",
            "runtime_hint": "npx", "transport": {"type": "stdio"},
            "package_arguments": [{"type": "positional", "value_hint": "folder", "is_required": true}],
            "environment_variables": [{"name": "TICKETS_TOKEN", "is_required": true, "is_secret": true}]
        }],
        "remotes": null
    });
    assert_eq!(remarked(&old), [""; 0]);
    let today = serde_json::to_value(read(&old.to_string()).unwrap()).unwrap();
    assert_eq!(today["packages"][0]["registryType"], "npm");
    assert_eq!(today["packages"][0]["environmentVariables"][0]["isSecret"], true);
    assert_eq!(today["packages"][0]["packageArguments"][0]["valueHint"], "folder");
    assert_eq!(today["websiteUrl"], "https://example.org/");
}

#[test]
fn one_key_in_two_spellings_is_refused() {
    assert_eq!(
        refused(&with(server(), "/packages/0/registry_type", json!("oci"))).0,
        "plugin.server-malformed"
    );
}

#[test]
fn the_first_form_of_2025_07_09_is_read_in_the_words_of_today() {
    let server = read(
        &json!({
            "$schema": "https://static.modelcontextprotocol.io/schemas/2025-07-09/server.schema.json",
            "name": "io.github.ada/tickets", "description": "x", "status": "active",
            "version_detail": {"version": "1.0.0", "release_date": "2025-08-01", "is_latest": true},
            "packages": [{"registry_name": "npm", "name": "@ada/tickets", "version": "1.0.0"}],
            "remotes": [{"transport_type": "sse", "url": "https://tickets.example.org/sse"}]
        })
        .to_string(),
    )
    .unwrap();
    assert_eq!(server.version, "1.0.0");
    assert_eq!(
        (server.packages[0].registry_type.as_str(), server.packages[0].identifier.as_str()),
        ("npm", "@ada/tickets")
    );
    assert_eq!(
        (server.packages[0].transport.kind.as_str(), server.remotes[0].kind.as_str()),
        ("stdio", "sse")
    );
    assert_eq!(server.unknown(), [""; 0]);
}

#[test]
fn two_spellings_of_one_key_are_refused() {
    for (pointer, value) in [
        ("/version_detail", json!({"version": "9.9.9"})),
        ("/packages/0/registry_type", json!("pypi")),
        ("/packages/0/registry_name", json!("pypi")),
        ("/packages/0/name", json!("other")),
        ("/remotes/0/transport_type", json!("sse")),
    ] {
        assert_eq!(refused(&with(server(), pointer, value)).0, "plugin.server-malformed", "{pointer}");
    }
}

#[test]
fn an_answer_of_the_registry_is_the_server_in_it() {
    let answer = json!({"server": server(), "_meta": {"io.modelcontextprotocol.registry/official": {"isLatest": true}}});
    assert_eq!(remarked(&answer), [""; 0]);
    for (more, fix) in [
        (json!({"server": server(), "tools": []}), "under `server`"),
        (json!({"servers": [answer]}), "Save the one"),
        (json!({"mcpServers": {}}), "`mcpServers`"),
    ] {
        let findings = look(&more).unwrap_err();
        assert_eq!(rules(&findings), ["plugin.server-malformed"]);
        assert!(findings[0].message.contains(fix), "{}", findings[0].message);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_file() {
    assert!(read(&format!("\u{FEFF}{}", server())).is_ok());
}

#[test]
fn a_field_of_the_wrong_type_is_named_by_its_place() {
    assert_eq!(
        refused(&with(server(), "/packages/0/version", json!(2))),
        one("plugin.server-malformed", "packages[0].version")
    );
    assert_eq!(refused(&without(server(), "/packages/0/identifier")).0, "plugin.server-malformed");
}

#[test]
fn names_are_reverse_dns_with_one_slash() {
    for name in ["tickets", "io.github.ada/", "/tickets", "a/b/c", "io.github.ada/tick ets", "ü/x", "_a/b"] {
        assert_eq!(
            refused(&with(server(), "/name", json!(name))),
            one("plugin.server-name", "name"),
            "{name}"
        );
    }
    assert_eq!(
        refused(&with(server(), "/name", json!(format!("a/{}", "b".repeat(199))))),
        one("plugin.server-name", "name")
    );
}

#[test]
fn versions_are_exact() {
    for version in [
        "",
        "latest",
        "^1.2.3",
        "~1.2",
        ">=1",
        "1.x",
        "1.*",
        "1 - 2",
        "1.2 || 2",
        "next",
        "stable",
        "${VERSION}",
        "{{1}}",
    ] {
        assert_eq!(
            refused(&with(server(), "/version", json!(version))),
            one("plugin.server-version", "version"),
            "{version}"
        );
        assert_eq!(
            refused(&with(server(), "/packages/0/version", json!(version))).0,
            "plugin.unpinned",
            "{version}"
        );
    }
    for version in ["1.0.2", "2025.11.1", "1.0.0-alpha.1", "1.0.0+build.x86", "v3"] {
        assert!(look(&with(server(), "/version", json!(version))).is_ok(), "{version}");
    }
}

#[test]
fn what_is_run_must_be_what_was_reviewed() {
    let package = |kind: &str, identifier: &str| {
        with(
            with(without(server(), "/packages/0/version"), "/packages/0/registryType", json!(kind)),
            "/packages/0/identifier",
            json!(identifier),
        )
    };
    for (kind, identifier) in [
        ("npm", "@ada/tickets"),
        ("pypi", "tickets"),
        ("oci", "ghcr.example.org/ada/tickets"),
        ("oci", "ghcr.example.org:5000/ada/tickets:latest"),
        ("oci", "ghcr.example.org/ada/tickets:edge"),
        ("mcpb", "https://example.org/t.mcpb"),
        ("docker", "ada/tickets"),
        ("brew", "tickets"),
    ] {
        assert_eq!(refused(&package(kind, identifier)).0, "plugin.unpinned", "{kind} {identifier}");
    }
    for identifier in
        ["ghcr.example.org/ada/tickets:2.1.0", "ada/tickets@sha256:0000", "ghcr.example.org:5000/tickets:1"]
    {
        assert!(look(&package("oci", identifier)).is_ok(), "{identifier}");
    }
    let hashed =
        with(package("mcpb", "https://example.org/t.mcpb"), "/packages/0/fileSha256", json!("a".repeat(64)));
    assert!(look(&hashed).is_ok());
    assert_eq!(refused(&with(hashed, "/packages/0/fileSha256", json!("A".repeat(64)))).0, "plugin.package");
}

#[test]
fn an_identifier_is_a_name_and_nothing_else_to_whoever_runs_it() {
    let package = |kind: &str, identifier: &str| {
        with(
            with(server(), "/packages/0/registryType", json!(kind)),
            "/packages/0/identifier",
            json!(identifier),
        )
    };
    for (kind, identifier) in [
        ("npm", "--registry=https://evil.example"),
        ("npm", "https://evil.example/x.tgz"),
        ("npm", "git+ssh://evil.example/x"),
        ("npm", "file:../x"),
        ("npm", "npm:other"),
        ("npm", "@ada/tickets@1.0.0"),
        ("npm", "ada/tickets"),
        ("pypi", "tickets @ https://evil.example/x.whl"),
        ("pypi", "-r"),
        ("nuget", "a b"),
        ("cargo", "--git"),
        ("oci", "-v/:/host"),
        ("oci", "ada/tick ets:1"),
    ] {
        assert_eq!(
            refused(&package(kind, identifier)),
            one("plugin.package", "packages[0].identifier"),
            "{identifier}"
        );
    }
    for (kind, identifier) in [
        ("npm", "tickets_v2.x"),
        ("npm", "@a.b/c-d~e"),
        ("pypi", "Tickets_MCP.x"),
        ("nuget", "Ada.Tickets.Mcp"),
        ("cargo", "tickets-mcp"),
    ] {
        assert_eq!(remarked(&package(kind, identifier)), [""; 0], "{identifier}");
    }
}

#[test]
fn a_hint_that_is_a_shell_is_refused() {
    for hint in ["sh", "BASH", "pwsh.exe", "/usr/bin/npx", "npx -y", "env", "-c", "", "cmd.exe"] {
        let found = refused(&with(server(), "/packages/0/runtimeHint", json!(hint)));
        assert_eq!(found, one("plugin.runtime-hint", "packages[0].runtimeHint"), "{hint}");
    }
    for hint in ["npx", "uvx", "dnx", "docker", "python3.12", "pnpm"] {
        assert!(look(&with(server(), "/packages/0/runtimeHint", json!(hint))).is_ok(), "{hint}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_is_refused() {
    let nothing = without(without(server(), "/remotes"), "/packages");
    assert_eq!(refused(&nothing), ("plugin.nothing-to-call".into(), "server.json".into()));
}

#[test]
fn remote_addresses_are_checked_by_place() {
    assert_eq!(
        refused(&with(server(), "/remotes/0/url", json!("https://10.0.0.1/mcp"))),
        one("plugin.private-address", "remotes[0].url")
    );
    assert_eq!(
        refused(&with(server(), "/remotes/0/variables/tenant/default", json!("evil.example/?"))),
        one("plugin.bad-address", "remotes[0].url")
    );
    assert_eq!(refused(&without(server(), "/remotes/0/url")), one("plugin.bad-address", "remotes[0].url"));
    assert_eq!(
        refused(&with(server(), "/remotes/0/type", json!("stdio"))),
        one("plugin.transport", "remotes[0].type")
    );
    assert_eq!(
        remarked(&with(server(), "/remotes/0/url", json!("https://mcp.{tenant}/"))),
        ["plugin.open-host"]
    );
}

#[test]
fn a_secret_in_the_package_is_refused() {
    for (pointer, value, place) in [
        (
            "/packages/0/environmentVariables/0/default",
            json!("hunter2"),
            "packages[0].environmentVariables[0].default",
        ),
        (
            "/packages/0/environmentVariables/0/value",
            json!("hunter2"),
            "packages[0].environmentVariables[0].value",
        ),
        (
            "/packages/0/environmentVariables/0/choices",
            json!(["a", "b"]),
            "packages[0].environmentVariables[0].choices",
        ),
        ("/remotes/0/headers/0/value", json!("Bearer abc"), "remotes[0].headers[0].value"),
        (
            "/remotes/0/headers/0/variables/token/default",
            json!("abc"),
            "remotes[0].headers[0].variables.token.default",
        ),
    ] {
        assert_eq!(
            refused(&with(server(), pointer, value)),
            one("plugin.secret-in-package", place),
            "{pointer}"
        );
    }
    let unmarked = json!([{"name": "X-Api-Key", "value": "abc"}]);
    assert_eq!(refused(&with(server(), "/remotes/0/headers", unmarked)).0, "plugin.secret-in-package");
}

#[test]
fn headers_that_split_a_request_are_refused() {
    assert_eq!(
        refused(&with(server(), "/remotes/0/headers/0/name", json!("X-A: b"))),
        one("plugin.header", "remotes[0].headers[0]")
    );
    assert_eq!(
        refused(&with(server(), "/remotes/0/headers/0/value", json!("{token}\nX-Admin: 1"))).0,
        "plugin.header"
    );
}

#[test]
fn a_runtime_that_takes_the_machine_is_refused() {
    for arguments in [
        json!([{"type": "named", "name": "--privileged"}]),
        json!([{"type": "named", "name": "--network", "value": "host"}]),
        json!([{"type": "positional", "value": "--net=host"}]),
        json!([{"type": "positional", "value": "--pid"}, {"type": "positional", "value": "host"}]),
        json!([{"type": "named", "name": "-v", "value": "/var/run/docker.sock:/var/run/docker.sock"}]),
        json!([{"type": "named", "name": "--cap-add", "value": "SYS_ADMIN"}]),
        json!([{"type": "named", "name": "-v", "value": "/:/host"}]),
        json!([{"type": "positional", "value": "-v/:/host:ro"}]),
        json!([{"type": "named", "name": "--volume=/:/host"}]),
        json!([{"type": "named", "name": "--mount", "value": "type=bind,src=/,dst=/host"}]),
        json!([{"type": "named", "name": "--device", "value": "/dev/sda"}]),
    ] {
        let found = refused(&with(server(), "/packages/0/runtimeArguments", arguments.clone()));
        assert_eq!(found, one("plugin.privileged-runtime", "packages[0].runtimeArguments"), "{arguments}");
    }
    let harmless = json!([{"type": "named", "name": "--mount", "value": "type=bind,src={folder},dst=/data"}]);
    assert_eq!(
        remarked(&with(server(), "/packages/0/runtimeArguments", harmless)),
        ["plugin.runtime-arguments"]
    );
}

#[test]
fn links_that_run_are_refused() {
    assert_eq!(
        refused(&with(server(), "/websiteUrl", json!("javascript:alert(1)"))),
        one("plugin.link", "websiteUrl")
    );
    assert_eq!(
        refused(&with(server(), "/repository/url", json!("data:text/html,x"))),
        one("plugin.link", "repository.url")
    );
    assert_eq!(
        refused(&with(server(), "/icons", json!([{"src": "http://example.org/i.svg"}]))),
        one("plugin.link", "icons[0].src")
    );
}

#[test]
fn hidden_text_is_refused() {
    let found = refused(&with(server(), "/description", json!("Tickets\u{202E}.")));
    assert_eq!(found, one("plugin.hidden-text", "/description"));
}

#[test]
fn what_deserves_a_look_is_remarked_on() {
    for (server, rule) in [
        (with(server(), "/version", json!("2.2.0")), "plugin.version-differs"),
        (with(server(), "/vendor", json!("Ada")), "plugin.unknown-key"),
        (with(server(), "/packages/0/transport/command", json!("sh")), "plugin.unknown-key"),
        (with(server(), "/$schema", json!("https://example.org/x.json")), "plugin.unknown-schema"),
        (with(server(), "/status", json!("deprecated")), "plugin.status"),
        (with(server(), "/description", json!("x".repeat(101))), "plugin.server-description"),
        (with(server(), "/packages/0/registryType", json!("brew")), "plugin.registry"),
        (
            with(
                server(),
                "/packages/0/environmentVariables/0",
                json!({"name": "LD_PRELOAD", "value": "./x.so"}),
            ),
            "plugin.loader-variable",
        ),
    ] {
        assert_eq!(remarked(&server), [rule]);
    }
}
