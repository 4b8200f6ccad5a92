//! The nested parts of a Compose file: types that know all their keys, so that an unknown one is refused.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::forms::{Flag, Mode, Scalar};

/// What must be true of a service before another starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// When it counts as ready.
    #[serde(default)]
    pub condition: Condition,
    /// Whether a restart of the other restarts this one.
    #[serde(default = "no", skip_serializing_if = "is_no")]
    pub restart: Flag,
    /// Whether a failure of the other is one of this.
    #[serde(default = "yes")]
    pub required: Flag,
}

fn no() -> Flag {
    Flag(false)
}

fn yes() -> Flag {
    Flag(true)
}

fn is_no(flag: &Flag) -> bool {
    !flag.0
}

impl Default for Dependency {
    fn default() -> Self {
        Self { condition: Condition::default(), restart: no(), required: yes() }
    }
}

/// When a dependency counts as ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names, reason = "the words of the Compose specification")]
pub enum Condition {
    /// It runs.
    #[default]
    ServiceStarted,
    /// Its health check passes.
    ServiceHealthy,
    /// It ended without an error.
    ServiceCompletedSuccessfully,
}

/// How a service joins a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Further names there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// A fixed address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv4_address: Option<IpAddr>,
    /// A fixed address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<IpAddr>,
    /// A fixed hardware address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
    /// Which network is joined first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Which network is the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gw_priority: Option<i64>,
    /// What the interface is called in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface_name: Option<String>,
    /// Further addresses of the link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub link_local_ips: Vec<IpAddr>,
}

/// A network of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    #[serde(skip_serializing)]
    driver: Option<String>,
    /// Whether nothing beyond the app can be reached.
    #[serde(default = "no")]
    pub internal: Flag,
    #[serde(skip_serializing)]
    attachable: Option<Flag>,
    /// Whether it has IPv4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ipv4: Option<Flag>,
    /// Whether it has IPv6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ipv6: Option<Flag>,
    /// Its addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipam: Option<Ipam>,
    #[serde(skip_serializing)]
    labels: Option<Value>,
}

/// The addresses of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipam {
    #[serde(skip_serializing_if = "Option::is_none")]
    driver: Option<IpamDriver>,
    /// Its subnets.
    #[serde(default)]
    pub config: Vec<Subnet>,
    /// Of the driver, which has none.
    #[serde(default, skip_serializing)]
    #[allow(dead_code, reason = "known, so that an empty one is not refused")]
    options: BTreeMap<String, Nothing>,
}

/// What nothing can be: a mapping of these is empty.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
enum Nothing {}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum IpamDriver {
    Default,
}

/// One subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// In CIDR form; none is for the engine to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// The range to give addresses from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_range: Option<String>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<IpAddr>,
    /// Addresses that are not given away, by host.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aux_addresses: BTreeMap<String, IpAddr>,
}

/// How to tell that a service works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Healthcheck {
    /// A line for the container's shell, or `["CMD", …]`, `["CMD-SHELL", …]`, `["NONE"]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Words>,
    /// Between two checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Scalar>,
    /// Of one check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Scalar>,
    /// Failures that make it unhealthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<Scalar>,
    /// In which failures do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_period: Option<Scalar>,
    /// Between two checks while starting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_interval: Option<Scalar>,
    /// Whether the image's own check is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable: Option<Flag>,
}

/// One line, or a list of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// Split as a shell does.
    Line(String),
    /// As they are.
    List(Vec<Scalar>),
}

/// Limits and replicas. What only a swarm understands is set aside before ([`SWARM`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deploy {
    /// Containers of this service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Scalar>,
    /// Processor, memory, processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// When to start it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<RestartPolicy>,
}

/// The parts of `deploy` that say how a swarm spreads a service over machines. Compose on one machine reads none.
pub(crate) const SWARM: [&str; 6] =
    ["mode", "endpoint_mode", "placement", "update_config", "rollback_config", "labels"];

/// Processor, memory, processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Amounts>,
    /// At least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservations: Option<Amounts>,
}

/// How much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// Processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<Scalar>,
    /// Memory, as Compose writes sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Scalar>,
    /// Processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids: Option<Scalar>,
}

/// When to start a service again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartPolicy {
    /// `none`, `on-failure` or `any`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Between two attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Scalar>,
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<Scalar>,
    /// In which an attempt is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Scalar>,
}

/// Where output goes. Only what stays on this machine is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// `json-file`, `local` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<LogDriver>,
    /// Of the driver.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, Option<Scalar>>,
}

/// Where output may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogDriver {
    /// Files of JSON.
    JsonFile,
    /// The engine's own files.
    Local,
    /// Nowhere.
    None,
}

/// A resource limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Ulimit {
    /// Each.
    Each(Bounds),
    /// Both in one.
    Both(Scalar),
}

/// The two bounds of a resource limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    soft: Scalar,
    hard: Scalar,
}

/// A config or secret that a service sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Which.
    pub source: String,
    /// Where in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<Scalar>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gid: Option<Scalar>,
    /// In octal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// Something to run in a container after start or before stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// What.
    pub command: Words,
    /// As whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Scalar>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Value>,
    /// Refused if true.
    #[serde(default = "no", skip_serializing)]
    pub privileged: Flag,
}

impl Network {
    /// Its driver, if it names one.
    pub(crate) fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }
}
