//! The keys of a service: which mean what they say, and which no app may use.

use serde_json::Value;

use crate::forms::{container_path, flag, scalar, words};

/// What a plain key holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// `true` or `false`.
    Flag,
    /// One word.
    Word,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number, zero or more.
    Amount,
    /// One word or a list of them.
    Words,
    /// A path in the container.
    Path,
    /// When an image is pulled.
    PullPolicy,
}

/// The keys that mean what they say and can harm nobody else: kept as they are.
pub(crate) const PLAIN: [(&str, Shape); 46] = [
    ("attach", Shape::Flag),
    ("container_name", Shape::Word),
    ("cpu_count", Shape::Amount),
    ("cpu_percent", Shape::Amount),
    ("cpu_period", Shape::Word),
    ("cpu_quota", Shape::Word),
    ("cpu_shares", Shape::Amount),
    ("cpus", Shape::Amount),
    ("cpuset", Shape::Word),
    ("dns", Shape::Words),
    ("dns_opt", Shape::Words),
    ("dns_search", Shape::Words),
    ("domainname", Shape::Word),
    ("expose", Shape::Words),
    ("group_add", Shape::Words),
    ("hostname", Shape::Word),
    ("init", Shape::Flag),
    ("links", Shape::Words),
    ("mac_address", Shape::Word),
    ("mem_limit", Shape::Word),
    ("mem_reservation", Shape::Word),
    ("mem_swappiness", Shape::Amount),
    ("memswap_limit", Shape::Word),
    // Below zero, the kernel would end other programs first.
    ("oom_score_adj", Shape::Amount),
    ("pids_limit", Shape::Word),
    ("platform", Shape::Word),
    ("profiles", Shape::Words),
    ("pull_policy", Shape::PullPolicy),
    ("pull_refresh_after", Shape::Word),
    ("read_only", Shape::Flag),
    ("scale", Shape::Amount),
    ("shm_size", Shape::Word),
    ("stdin_open", Shape::Flag),
    ("stop_grace_period", Shape::Word),
    ("stop_signal", Shape::Word),
    ("tmpfs", Shape::Words),
    ("tty", Shape::Flag),
    ("user", Shape::Word),
    ("working_dir", Shape::Path),
    ("cgroup", Shape::OneOf(&["private"])),
    ("ipc", Shape::OneOf(&["private", "shareable", "none"])),
    ("network_mode", Shape::OneOf(&["bridge", "none"])),
    ("pid", Shape::OneOf(&[])),
    ("userns_mode", Shape::OneOf(&[])),
    ("uts", Shape::OneOf(&[])),
    ("restart", Shape::Word),
];

/// A key that no app may use, unless its value says no (`false`, or nothing).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    /// The key.
    pub(crate) key: &'static str,
    /// The rule.
    pub(crate) rule: &'static str,
    /// What is wrong, and the fix.
    pub(crate) why: &'static str,
}

const fn refused(key: &'static str, rule: &'static str, why: &'static str) -> Refused {
    Refused { key, rule, why }
}

/// The keys that no app may use.
pub(crate) const REFUSED: [Refused; 24] = [
    refused(
        "annotations",
        "compose.annotations",
        "Annotations reach the container runtime itself. Remove them; use `labels`.",
    ),
    refused("blkio_config", "compose.devices", "It shares out the host's disks by name. Remove it."),
    refused(
        "build",
        "compose.build",
        "An app runs images that others can check, so nothing is built while installing. Publish the image and name it in `image`.",
    ),
    refused("cgroup_parent", "compose.cgroup", "It escapes the limits set for the app. Remove it."),
    refused("cpu_rt_period", "compose.realtime", "Realtime scheduling can starve the host. Remove it."),
    refused("cpu_rt_runtime", "compose.realtime", "Realtime scheduling can starve the host. Remove it."),
    refused(
        "credential_spec",
        "compose.credential-spec",
        "It hands out an account of the host. Remove it; use `secrets` from package files.",
    ),
    refused(
        "device_cgroup_rules",
        "compose.devices",
        "Devices of the host are not granted to apps. Remove it.",
    ),
    refused("devices", "compose.devices", "Devices of the host are not granted to apps. Remove them."),
    refused("external_links", "compose.external", "It reaches containers of other apps. Remove it."),
    refused("gpus", "compose.devices", "Devices of the host are not granted to apps. Remove it."),
    refused("isolation", "compose.runtime", "How containers are isolated is for the host to say. Remove it."),
    refused("label_file", "compose.label-file", "Write the labels in `labels`, where they can be checked."),
    refused("models", "compose.models", "Models are not granted to apps. Run one as a service of the app."),
    refused("net", "compose.unknown-key", "It is a key of Compose before 2016. Use `networks`."),
    refused(
        "oom_kill_disable",
        "compose.oom-kill",
        "An app that cannot be stopped for want of memory takes the host down. Remove it.",
    ),
    refused(
        "privileged",
        "compose.privileged",
        "A privileged container owns the host, and no app may have one. Remove it, and name single capabilities in `cap_add`.",
    ),
    refused(
        "provider",
        "compose.provider",
        "A provider is a program that runs on the host. Remove it, and run an image.",
    ),
    refused("runtime", "compose.runtime", "How containers are run is for the host to say. Remove it."),
    refused("storage_opt", "compose.storage-opt", "Storage drivers belong to the host. Remove it."),
    refused(
        "use_api_socket",
        "compose.engine-socket",
        "It hands the engine's socket to the container, and whoever has it owns the machine. Remove it.",
    ),
    refused(
        "volume_driver",
        "compose.volume-driver",
        "Volumes of an app are kept by the host's own driver. Remove it.",
    ),
    refused(
        "volumes_from",
        "compose.volumes-from",
        "It mounts whatever another container mounts. List the volumes in this service.",
    ),
    refused("log_driver", "compose.unknown-key", "It is a key of Compose before 2016. Use `logging`."),
];

/// The refusal of a key, unless its value says no.
pub(crate) fn refusal(key: &str, value: &Value) -> Option<Refused> {
    let refused = REFUSED.into_iter().find(|refused| refused.key == key)?;
    let says_no = match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        other => flag(other) == Some(false),
    };
    (!says_no).then_some(refused)
}

/// Whether a key is one of [`REFUSED`], whatever its value.
pub(crate) fn is_refusable(key: &str) -> bool {
    REFUSED.iter().any(|refused| refused.key == key)
}

/// The shape of a plain key.
pub(crate) fn shape(key: &str) -> Option<Shape> {
    PLAIN.iter().find(|(known, _)| *known == key).map(|(_, shape)| *shape)
}

/// A value in its shape, or why it has another.
pub(crate) fn fit(value: &Value, shape: Shape) -> Result<Value, String> {
    let word = || scalar(value).filter(|word| !word.is_empty()).ok_or_else(|| "one word is due".to_owned());
    Ok(match shape {
        Shape::Flag => Value::Bool(flag(value).ok_or("`true` or `false` is due")?),
        Shape::Word => Value::String(word()?),
        Shape::OneOf(choices) => {
            let word = word()?;
            if !choices.contains(&word.as_str()) {
                return Err(format!("it may be {}", one_of(choices)));
            }
            Value::String(word)
        }
        Shape::Amount => {
            let word = word()?;
            if !word.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0) {
                return Err("a number, zero or more, is due".to_owned());
            }
            Value::String(word)
        }
        Shape::Words => words(value)?.into(),
        Shape::PullPolicy => {
            let word = word()?;
            const POLICIES: [&str; 7] =
                ["always", "never", "missing", "if_not_present", "refresh", "daily", "weekly"];
            let every = |time: &str| {
                !time.is_empty() && time.bytes().all(|b| b.is_ascii_digit() || b"wdhms".contains(&b))
            };
            if !POLICIES.contains(&word.as_str()) && !word.strip_prefix("every_").is_some_and(every) {
                return Err(format!("it may be {} or `every_12h`", one_of(&POLICIES)));
            }
            Value::String(word)
        }
        Shape::Path => {
            let word = word()?;
            if !container_path(&word) {
                return Err("an absolute path in the container is due".to_owned());
            }
            Value::String(word)
        }
    })
}

fn one_of(choices: &[&str]) -> String {
    if choices.is_empty() {
        return "left out only".to_owned();
    }
    choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(" or ")
}
