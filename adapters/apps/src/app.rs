//! The normalised app: what the registry holds, and all that an engine needs to start it.
//!
//! Nothing is in here that was not understood. `extends` is resolved, ranges are single ports, lists are
//! mappings, defaults of variables are filled in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::mounts::Mount;
use crate::parts::{Attachment, Dependency, Deploy, Grant, Healthcheck, Hook, Logging, Network, Ulimit};
use crate::ports::Publish;

/// A whole app.
#[derive(Clone, Debug, Default, Serialize)]
pub struct App {
    /// The Compose file that it came from.
    pub compose: String,
    /// What runs, by name.
    pub services: BTreeMap<String, Service>,
    /// Named volumes. The engine keeps them apart from those of other apps.
    pub volumes: BTreeSet<String>,
    /// Networks, by name. The engine keeps them apart from those of other apps.
    pub networks: BTreeMap<String, Network>,
    /// Configuration files, by name: package paths, their text, or settings.
    pub configs: BTreeMap<String, Content>,
    /// Secret files, by name: package paths, their text, or settings.
    pub secrets: BTreeMap<String, Content>,
    /// The variables without a default. Templates name them as `${NAME}`; the user gives them values.
    pub settings: BTreeSet<String>,
}

/// Where the bytes of a config or secret are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A file of the package.
    File(String),
    /// The text itself: a template.
    Content(String),
    /// The value that the user gives this setting.
    Setting(String),
}

/// A package file of environment variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EnvFile {
    /// In which quotes, comments and variables are read as in `.env`.
    Usual(String),
    /// In which a value is what stands after the `=`.
    Raw {
        /// In the package.
        path: String,
        /// `raw`.
        format: &'static str,
    },
}

/// One container to run. Strings of `command`, `entrypoint`, `environment`, `healthcheck`, `labels` and
/// the hooks are templates: `${NAME}` is a setting, `$$` a dollar.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Service {
    /// The image to pull.
    pub image: String,
    /// Ports of the host, one by one.
    pub ports: Vec<Publish>,
    /// What is mounted into the container.
    pub volumes: Vec<Mount>,
    /// Capabilities to add, without `CAP_`.
    pub cap_add: BTreeSet<String>,
    /// Capabilities to drop; may be `ALL`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub cap_drop: BTreeSet<String>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// Package files of further environment variables, read in this order, before `environment`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_files: Vec<EnvFile>,
    /// A list of words, or one line to be split as a POSIX shell does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Value>,
    /// As `command`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Value>,
    /// What must run first, by service.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub depends_on: BTreeMap<String, Dependency>,
    /// Networks to join, by name; none is the app's default network.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<String, Attachment>,
    /// How to tell that it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<Healthcheck>,
    /// Limits and replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deploy: Option<Deploy>,
    /// Where output goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// Resource limits, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Configs that it sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub configs: Vec<Grant>,
    /// Secrets that it sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Grant>,
    /// Labels of the container.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Kernel parameters of its own namespaces.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sysctls: BTreeMap<String, String>,
    /// Run after start.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_start: Vec<Hook>,
    /// Run before stop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pre_stop: Vec<Hook>,
    /// Whether a program may not gain privileges (`no_new_privs`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_new_privileges: bool,
    /// The keys of Compose that mean what they say: `restart`, `user`, `hostname`, `mem_limit`, …
    #[serde(flatten)]
    pub options: BTreeMap<String, Value>,
}
