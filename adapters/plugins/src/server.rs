//! `server.json` as a whole: who the server is, and what the file gives away.

use marketplace_adapter_checks::json;
use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::{Finding, Findings};
use serde_json::Value;

use crate::hidden::hidden;
use crate::model::{Input, Server};
use crate::{SERVER, address, reach};

/// Characters in a name.
const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 3..=200;
/// Characters in a description or title.
const DESCRIPTION_LIMIT: usize = 100;
/// Characters in a version.
const VERSION_LIMIT: usize = 255;
/// Where the registry publishes its schemas.
const SCHEMAS: &str = "https://static.modelcontextprotocol.io/schemas/";

/// Where in `server.json` a finding is.
pub(crate) fn place(path: &str) -> String {
    format!("{SERVER}: {path}")
}

/// Reads the file, whatever its published version.
///
/// # Errors
/// `plugin.server-malformed`, `plugin.hidden-text`.
pub fn read(text: &str) -> Result<Server, Vec<Finding>> {
    let malformed = |why: String| refuse("plugin.server-malformed", SERVER, why);
    let mut value = json::parse(text.trim_start_matches('\u{FEFF}')).map_err(|why| {
        malformed(format!("It is no JSON that every reader reads alike: {why}. Correct it."))
    })?;
    let mut findings = Findings::new();
    hidden(SERVER, &value, &mut findings);
    unwrap(&mut value).map_err(malformed)?;
    one_version(&mut value).map_err(malformed)?;
    match serde_path_to_error::deserialize::<_, Server>(&value) {
        Ok(server) => findings.or(server),
        Err(error) => {
            let path = error.path().to_string();
            findings.add(
                "plugin.server-malformed",
                place(&path),
                format!("It is not as the schema of 2025-12-11 has it: {}. Correct it.", error.inner()),
            );
            Err(findings.into_vec())
        }
    }
}

/// The registry's API hands a server out in an envelope, `{"server": …, "_meta": …}`: what is in it is the file.
fn unwrap(value: &mut Value) -> Result<(), String> {
    let Some(object) = value.as_object_mut() else { return Ok(()) };
    if object.contains_key("mcpServers") {
        return Err(
            "It is the configuration of a client (`mcpServers`). Save the server's own description, as the MCP registry publishes it."
                .to_owned(),
        );
    }
    if object.contains_key("servers") {
        return Err("It is a list of servers. Save the one that this is.".to_owned());
    }
    if !object.contains_key("server") || object.contains_key("name") {
        return Ok(());
    }
    if let Some(key) =
        object.keys().find(|key| !matches!(key.as_str(), "server" | "_meta") && !key.starts_with("x-"))
    {
        return Err(format!(
            "It has `server`, like an answer of the registry's API, and `{}`, unlike one. Save only what is under `server`.",
            key.escape_debug()
        ));
    }
    *value = object.remove("server").unwrap_or_default();
    Ok(())
}

/// The first form of the schema of 2025-07-09 had the version in `version_detail`.
fn one_version(value: &mut Value) -> Result<(), String> {
    let Some(object) = value.as_object_mut() else { return Ok(()) };
    let Some(detail) = object.remove("version_detail") else { return Ok(()) };
    let version = detail.get("version").cloned().unwrap_or_default();
    if object.get("version").is_some_and(|other| *other != version) {
        return Err("It has a `version` and another one in `version_detail`. Keep `version`.".to_owned());
    }
    object.insert("version".to_owned(), version);
    Ok(())
}

/// What is wrong with the server, and what a moderator should know.
pub fn check(
    server: &Server,
    version: &str,
    has_component: bool,
    findings: &mut Findings,
    remarks: &mut Findings,
) {
    identity(server, findings, remarks);
    if server.version != version {
        remarks.add(
            "plugin.version-differs",
            place("version"),
            format!(
                "The server is version `{}` and the item is `{version}`. Make them the same.",
                server.version
            ),
        );
    }
    if server.packages.is_empty() && server.remotes.is_empty() && !has_component {
        findings.add(
            "plugin.nothing-to-call",
            SERVER,
            "It has neither `remotes` nor `packages`, and there is no `plugin.wasm`: there is nothing to call. Add one of them.",
        );
    }
    for (index, package) in server.packages.iter().enumerate() {
        reach::package(&format!("packages[{index}]"), package, findings, remarks);
    }
    for (index, remote) in server.remotes.iter().enumerate() {
        reach::remote(&format!("remotes[{index}]"), remote, findings, remarks);
    }
    for (path, input) in server.inputs() {
        secret(&path, input, findings);
    }
    for key in server.unknown() {
        remarks.add("plugin.unknown-key", place(&key), format!("`{key}` is in no published schema, and has no effect here. Move it under `_meta`, or remove it."));
    }
}

fn identity(server: &Server, findings: &mut Findings, remarks: &mut Findings) {
    let well_formed = server.name.split_once('/').is_some_and(|(space, name)| {
        let of = |text: &str, more: &[u8]| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        of(space, b".-") && of(name, b"._-")
    });
    if !well_formed || !NAME_LENGTHS.contains(&server.name.len()) {
        findings.add(
            "plugin.server-name",
            place("name"),
            format!("`{}` is no name of a server. Write it like `io.github.user/weather`: a domain that is yours, backwards, one slash, a name.", server.name),
        );
    }
    if server.description.trim().is_empty() {
        findings.add(
            "plugin.server-description",
            place("description"),
            "It is empty. Say in a sentence what the server does.",
        );
    }
    // The first schemas had no limit, so a longer one still installs.
    for (key, text) in [("description", Some(&server.description)), ("title", server.title.as_ref())] {
        let length = text.map_or(0, |text| text.chars().count());
        if length > DESCRIPTION_LIMIT {
            remarks.add(
                "plugin.server-description",
                place(key),
                format!("It has {length} characters; the registry takes {DESCRIPTION_LIMIT}. Shorten it."),
            );
        }
    }
    if server.version.is_empty() || server.version.len() > VERSION_LIMIT || !reach::is_exact(&server.version)
    {
        findings.add(
            "plugin.server-version",
            place("version"),
            format!("`{}` is no exact version. Write one like `1.0.2`.", server.version),
        );
    }
    if let Some(schema) = server.schema.as_deref().filter(|schema| !schema.starts_with(SCHEMAS)) {
        remarks.add(
            "plugin.unknown-schema",
            place("$schema"),
            format!(
                "`{schema}` is no schema of the MCP registry. Use `{SCHEMAS}2025-12-11/server.schema.json`."
            ),
        );
    }
    if let Some(status) = server.status.as_deref().filter(|status| *status != "active") {
        remarks.add("plugin.status", place("status"), format!("The author calls the server `{status}`."));
    }
    let repository = server.repository.as_ref().map(|repository| repository.url.as_str());
    for (key, link) in [("websiteUrl", server.website_url.as_deref()), ("repository.url", repository)] {
        // Shown as a link: `javascript:` would be run by whoever follows it.
        if link.is_some_and(|link| !link.is_empty() && !is_web(link)) {
            findings.add(
                "plugin.link",
                place(key),
                "It is no web address. Write one that starts with `https://`.",
            );
        }
    }
    for (index, icon) in server.icons.iter().enumerate() {
        if !icon.src.starts_with("https://") {
            findings.add(
                "plugin.link",
                place(&format!("icons[{index}].src")),
                "An icon is at an address that starts with `https://`. Put it there.",
            );
        }
    }
}

fn is_web(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

/// Refuses a secret that travels with the package, where everyone can read it.
fn secret(path: &str, input: &Input, findings: &mut Findings) {
    let named = input.name.as_deref().is_some_and(address::names_a_secret) && input.kind.is_none();
    if !input.is_secret && !named {
        return;
    }
    // `Bearer {token}` is a form to fill in; `Bearer abc` is filled in.
    let filled = |value: &Option<String>| {
        value.as_deref().is_some_and(|value| !value.is_empty() && !value.contains('{'))
    };
    let key = match (filled(&input.value), filled(&input.default), input.choices.is_empty()) {
        (true, ..) => "value",
        (_, true, _) => "default",
        (.., false) if input.is_secret => "choices",
        _ => return,
    };
    findings.add(
        "plugin.secret-in-package",
        place(&format!("{path}.{key}")),
        "A secret has a value here, and everyone can read a package. Remove it and revoke it where it was valid; whoever installs the plugin is asked for their own.",
    );
}
