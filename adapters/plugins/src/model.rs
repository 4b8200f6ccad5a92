//! `server.json`, as the MCP registry publishes it.
//!
//! The words are those of the schema of 2025-12-11. What the schema of 2025-07-09 spelled in
//! snake_case is read as well, and what its first form called `version_detail`, `registry_name` with
//! `name`, and `transport_type`: a file has to use one spelling of a key, not two. Keys that no schema has
//! are kept apart, in `other`, and never reach a registry entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A server: who it is, and how it is reached.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // the schema's own words
pub struct Server {
    #[serde(rename = "$schema", skip_serializing)]
    pub schema: Option<String>,
    /// Reverse DNS, one slash: `io.github.user/weather`.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub description: String,
    pub version: String,
    #[serde(default, alias = "website_url", skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Repository>,
    #[serde(default, deserialize_with = "nullable")]
    pub packages: Vec<Package>,
    #[serde(default, deserialize_with = "nullable")]
    pub remotes: Vec<Transport>,
    #[serde(default, deserialize_with = "nullable")]
    pub icons: Vec<Icon>,
    /// Until 2025-09-29 the author's; since then the registry's.
    #[serde(default, skip_serializing)]
    pub status: Option<String>,
    #[serde(rename = "_meta", default, skip_serializing)]
    pub meta: Option<Value>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

/// Where the source is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct Repository {
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subfolder: Option<String>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

/// A picture.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Icon {
    pub src: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

/// A program to be run beside the OS.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Package {
    #[serde(alias = "registry_type", alias = "registry_name")]
    pub registry_type: String,
    #[serde(default, alias = "registry_base_url", skip_serializing_if = "Option::is_none")]
    pub registry_base_url: Option<String>,
    #[serde(alias = "name")]
    pub identifier: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Lower-case hex.
    #[serde(default, alias = "file_sha256", rename = "fileSha256", skip_serializing_if = "Option::is_none")]
    pub file_sha256: Option<String>,
    /// Not required until 2025-09-16: a program that says nothing speaks over its standard streams.
    #[serde(default = "stdio")]
    pub transport: Transport,
    #[serde(default, alias = "runtime_hint", skip_serializing_if = "Option::is_none")]
    pub runtime_hint: Option<String>,
    #[serde(
        default,
        deserialize_with = "nullable",
        alias = "runtime_arguments",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub runtime_arguments: Vec<Input>,
    #[serde(
        default,
        deserialize_with = "nullable",
        alias = "package_arguments",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub package_arguments: Vec<Input>,
    #[serde(
        default,
        deserialize_with = "nullable",
        alias = "environment_variables",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub environment_variables: Vec<Input>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

/// How the client and the server talk.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct Transport {
    /// `stdio`, `streamable-http` or `sse`.
    #[serde(rename = "type", alias = "transport_type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Input>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Input>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

/// A value that the author fixes, suggests or asks for: a header, an environment variable,
/// an argument, or a part of one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Input {
    /// Of an argument: `positional` or `named`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, alias = "value_hint", skip_serializing_if = "Option::is_none")]
    pub value_hint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, alias = "is_required")]
    pub is_required: bool,
    #[serde(default, alias = "is_secret")]
    pub is_secret: bool,
    #[serde(default, alias = "is_repeated", skip_serializing_if = "std::ops::Not::not")]
    pub is_repeated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Not for the user to change. `{name}` stands for the variable of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Input>,
    #[serde(flatten, skip_serializing)]
    pub other: Map<String, Value>,
}

fn stdio() -> Transport {
    Transport {
        kind: "stdio".to_owned(),
        url: None,
        headers: Vec::new(),
        variables: BTreeMap::new(),
        other: Map::new(),
    }
}

/// A list; `null`, which some publishers write for an empty one, is empty.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Server {
    /// Every input with its place: `packages[0].environmentVariables[1]`.
    #[must_use]
    pub fn inputs(&self) -> Vec<(String, &Input)> {
        let mut found = Vec::new();
        for (index, package) in self.packages.iter().enumerate() {
            let place = format!("packages[{index}]");
            each(&place, "runtimeArguments", &package.runtime_arguments, &mut found);
            each(&place, "packageArguments", &package.package_arguments, &mut found);
            each(&place, "environmentVariables", &package.environment_variables, &mut found);
            transport(&format!("{place}.transport"), &package.transport, &mut found);
        }
        for (index, remote) in self.remotes.iter().enumerate() {
            transport(&format!("remotes[{index}]"), remote, &mut found);
        }
        found
    }

    /// Every key that no published schema has, with its place.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let mut found: Vec<String> = self.other.keys().cloned().collect();
        let mut add = |place: &str, other: &Map<String, Value>| {
            found.extend(other.keys().map(|key| format!("{place}.{key}")))
        };
        if let Some(repository) = &self.repository {
            add("repository", &repository.other);
        }
        for (index, icon) in self.icons.iter().enumerate() {
            add(&format!("icons[{index}]"), &icon.other);
        }
        for (index, package) in self.packages.iter().enumerate() {
            add(&format!("packages[{index}]"), &package.other);
            add(&format!("packages[{index}].transport"), &package.transport.other);
        }
        for (index, remote) in self.remotes.iter().enumerate() {
            add(&format!("remotes[{index}]"), &remote.other);
        }
        for (place, input) in self.inputs() {
            add(&place, &input.other);
        }
        found
    }
}

fn transport<'a>(place: &str, transport: &'a Transport, found: &mut Vec<(String, &'a Input)>) {
    each(place, "headers", &transport.headers, found);
    nested(place, &transport.variables, found);
}

fn each<'a>(place: &str, list: &str, inputs: &'a [Input], found: &mut Vec<(String, &'a Input)>) {
    for (index, input) in inputs.iter().enumerate() {
        let place = format!("{place}.{list}[{index}]");
        nested(&place, &input.variables, found);
        found.push((place, input));
    }
}

fn nested<'a>(place: &str, variables: &'a BTreeMap<String, Input>, found: &mut Vec<(String, &'a Input)>) {
    for (name, input) in variables {
        let place = format!("{place}.variables.{name}");
        nested(&place, &input.variables, found);
        found.push((place, input));
    }
}
