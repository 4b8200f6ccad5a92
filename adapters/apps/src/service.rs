//! One service: every key understood, or refused by name.

use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::{Files, Findings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::Service;
use crate::forms::{named, scalar, typed, words};
use crate::image::is_image;
use crate::keys::{self, fit, refusal, shape};
use crate::parts::SWARM;
use crate::variables::Values;
use crate::walls::strip_cap;
use crate::{mounts, ports};

/// What reading a service needs, and collects.
pub(crate) struct Reader<'a> {
    /// The Compose file.
    pub(crate) file: &'a str,
    /// The package.
    pub(crate) files: &'a dyn Files,
    /// The name of the service.
    pub(crate) name: &'a str,
    /// Every service of the app.
    pub(crate) siblings: &'a BTreeMap<String, String>,
    /// The values of the package's own `.env`.
    pub(crate) values: &'a Values,
    /// Why the app is refused.
    pub(crate) findings: &'a mut Findings,
    /// Worth a moderator's look.
    pub(crate) remarks: &'a mut Findings,
    /// The variables that the user gives values.
    pub(crate) settings: &'a mut BTreeSet<String>,
}

impl Reader<'_> {
    /// Reads the service, and keeps what is understood.
    pub(crate) fn read(&mut self, map: &Map<String, Value>) -> Service {
        let mut service = Service::default();
        for (key, value) in map {
            if !key.starts_with("x-") {
                self.key(key, value, &mut service);
            }
        }
        let told = map.get("image").is_some_and(|image| !image.is_null())
            || map.get("build").is_some_and(|build| refusal("build", build).is_some());
        if service.image.is_empty() && !told {
            self.refuse("compose.image-missing", "image", "The service has no image to run. Name one.");
        }
        service
    }

    fn key(&mut self, key: &str, value: &Value, service: &mut Service) {
        if keys::is_refusable(key) {
            if let Some(refused) = refusal(key, value) {
                self.refuse(refused.rule, key, &format!("`{key}`: {}", refused.why));
            }
            return;
        }
        // Nothing after the colon is the key left out, in Compose as in YAML.
        let absent = value.is_null();
        match key {
            _ if absent && (is_handled(key) || shape(key).is_some()) => {}
            "image" => self.image(value, service),
            "ports" => self.ports(value, service),
            "volumes" => self.volumes(value, service),
            "cap_add" => self.cap_add(value, service),
            "cap_drop" => {
                service.cap_drop = self.take(key, words(value)).into_iter().map(|cap| strip_cap(&cap)).collect();
            }
            "environment" => self.environment(value, service),
            "env_file" => self.env_files(value, service),
            "command" => service.command = self.line(key, value),
            "entrypoint" => service.entrypoint = self.line(key, value),
            "depends_on" => {
                service.depends_on = self.entries(key, value);
                for other in service.depends_on.keys() {
                    self.sibling(key, other);
                }
            }
            "networks" => self.networks(value, service),
            "healthcheck" => service.healthcheck = self.typed(key, value),
            "deploy" => self.deploy(value, service),
            "logging" => service.logging = self.typed(key, value),
            "ulimits" => service.ulimits = self.typed(key, value).unwrap_or_default(),
            "configs" => service.configs = self.grants(key, value),
            "secrets" => service.secrets = self.grants(key, value),
            "labels" => self.labels(value, service),
            "sysctls" => self.sysctls(value, service),
            "extra_hosts" => self.extra_hosts(value, service),
            "post_start" => service.post_start = self.hooks(key, value),
            "pre_stop" => service.pre_stop = self.hooks(key, value),
            "security_opt" => self.security_opt(value, service),
            "links" => self.links(value, service),
            "network_mode" | "pid" | "ipc" | "uts" | "userns_mode" | "cgroup" => self.namespace(key, value, service),
            // Read by `docker compose watch` alone, on the machine where an app is written.
            "develop" => self.remark(
                "compose.ignored",
                key,
                "`develop` is for developing an app, and has no effect here. Remove it.",
            ),
            _ => match shape(key) {
                Some(shape) => match fit(value, shape) {
                    Ok(value) => {
                        service.options.insert(key.to_owned(), value);
                    }
                    Err(why) => self.refuse("compose.malformed", key, &format!("`{key}` cannot be read: {why}. Correct it.")),
                },
                None => self.refuse(
                    "compose.unknown-key",
                    key,
                    &format!("`{key}` is not understood here, and nothing is ignored. Correct the spelling, or remove it."),
                ),
            },
        }
    }

    pub(crate) fn refuse(&mut self, rule: &str, at: &str, message: &str) {
        let subject = format!("{}: services.{}.{at}", self.file, self.name);
        self.findings.add(rule, subject, message);
    }

    pub(crate) fn remark(&mut self, rule: &str, at: &str, message: &str) {
        let subject = format!("{}: services.{}.{at}", self.file, self.name);
        self.remarks.add(rule, subject, message);
    }

    pub(crate) fn take<T: Default>(&mut self, key: &str, read: Result<T, String>) -> T {
        read.unwrap_or_else(|why| {
            let rule =
                if why.starts_with("unknown field") { "compose.unknown-key" } else { "compose.malformed" };
            self.refuse(rule, key, &format!("`{key}` cannot be read: {why}. Correct it."));
            T::default()
        })
    }

    pub(crate) fn typed<T: DeserializeOwned>(&mut self, key: &str, value: &Value) -> Option<T> {
        self.take(key, typed(value).map(Some))
    }

    fn entries<T: DeserializeOwned + Default>(&mut self, key: &str, value: &Value) -> BTreeMap<String, T> {
        let map = self.take(key, named(value));
        let mut entries = BTreeMap::new();
        for (name, value) in map {
            let entry = if value.is_null() {
                T::default()
            } else {
                self.take(&format!("{key}.{name}"), typed(&value))
            };
            entries.insert(name, entry);
        }
        entries
    }

    fn networks(&mut self, value: &Value, service: &mut Service) {
        let mut map = self.take("networks", named(value));
        for (name, attachment) in &mut map {
            let options = attachment.as_object_mut().and_then(|map| map.remove("driver_opts"));
            if options.is_some_and(|options| options.as_object().is_none_or(|map| !map.is_empty())) {
                self.refuse(
                    "compose.network-driver",
                    &format!("networks.{name}.driver_opts"),
                    "Options of a driver can reach the host's own interfaces. Remove them.",
                );
            }
        }
        service.networks = self.entries("networks", &Value::Object(map));
    }

    pub(crate) fn sibling(&mut self, key: &str, other: &str) {
        if !self.siblings.contains_key(other) {
            self.refuse(
                "compose.no-such-service",
                key,
                &format!("The app has no service `{other}`. Add it, or correct the name."),
            );
        }
    }

    fn image(&mut self, value: &Value, service: &mut Service) {
        let Some(image) = value.as_str().filter(|image| is_image(image)) else {
            self.refuse(
                "compose.image",
                "image",
                "`image` is no reference to an image. Write it like `ghcr.io/owner/app:1.2.3`.",
            );
            return;
        };
        image.clone_into(&mut service.image);
        if !image.contains("@sha256:") {
            self.remark(
                "compose.image-tag",
                "image",
                &format!("`{image}` may be another image tomorrow. Pin it with `@sha256:…` to run what was reviewed."),
            );
        }
    }

    fn ports(&mut self, value: &Value, service: &mut Service) {
        let Some(list) = value.as_array() else {
            self.refuse("compose.port", "ports", "`ports` must be a list. Write it like `- \"8080:80\"`.");
            return;
        };
        for (at, entry) in list.iter().enumerate() {
            match ports::read(entry) {
                Ok(published) => service.ports.extend(published),
                Err((rule, message)) => self.refuse(rule, &format!("ports.{at}"), &message),
            }
        }
    }

    fn volumes(&mut self, value: &Value, service: &mut Service) {
        let Some(list) = value.as_array() else {
            self.refuse(
                "compose.volume",
                "volumes",
                "`volumes` must be a list. Write it like `- data:/var/lib/data`.",
            );
            return;
        };
        for (at, entry) in list.iter().enumerate() {
            match mounts::read(entry, self.files) {
                // Which of the two is seen depends on the engine.
                Ok(mount) if service.volumes.iter().any(|other| other.target() == mount.target()) => self
                    .refuse(
                        "compose.volume",
                        &format!("volumes.{at}"),
                        &format!("`{}` is mounted twice. Remove one.", mount.target()),
                    ),
                Ok(mount) => {
                    if let mounts::Mount::Package { source, copy: true, .. } = &mount {
                        self.remark(
                            "compose.package-copy",
                            &format!("volumes.{at}"),
                            &format!("The app may change its own copy of `{source}`; the package stays as it is. Add `:ro` if it only reads it."),
                        );
                    }
                    service.volumes.push(mount);
                }
                Err((rule, message)) => self.refuse(rule, &format!("volumes.{at}"), &message),
            }
        }
    }

    fn line(&mut self, key: &str, value: &Value) -> Option<Value> {
        match value {
            Value::Array(_) => Some(self.take(key, words(value)).into()),
            value => match scalar(value) {
                Some(line) => Some(line.into()),
                None => {
                    self.refuse(
                        "compose.malformed",
                        key,
                        &format!("`{key}` must be one line or a list of words. Correct it."),
                    );
                    None
                }
            },
        }
    }

    fn deploy(&mut self, value: &Value, service: &mut Service) {
        let reservations = value.pointer("/resources/reservations");
        for key in ["devices", "generic_resources"] {
            if reservations.and_then(|map| map.get(key)).is_some() {
                self.refuse(
                    "compose.devices",
                    &format!("deploy.resources.reservations.{key}"),
                    "Devices of the host are not granted to apps. Remove them.",
                );
                return;
            }
        }
        let mut value = value.clone();
        if let Value::Object(map) = &mut value {
            for key in SWARM {
                if map.remove(key).is_some() {
                    self.remark(
                        "compose.ignored",
                        &format!("deploy.{key}"),
                        &format!("`{key}` is for a swarm of machines, and has no effect here. Remove it."),
                    );
                }
            }
        }
        service.deploy = self.typed("deploy", &value);
    }

    fn grants(&mut self, key: &str, value: &Value) -> Vec<crate::parts::Grant> {
        let Some(list) = value.as_array() else {
            self.refuse("compose.malformed", key, &format!("`{key}` must be a list. Correct it."));
            return Vec::new();
        };
        let short = |source: &str| crate::parts::Grant {
            source: source.to_owned(),
            target: None,
            uid: None,
            gid: None,
            mode: None,
        };
        list.iter()
            .filter_map(|entry| match entry {
                Value::String(source) => Some(short(source)),
                long => self.typed(key, long),
            })
            .collect()
    }
}

/// Whether a key has its own reader.
fn is_handled(key: &str) -> bool {
    const HANDLED: [&str; 24] = [
        "image",
        "ports",
        "volumes",
        "cap_add",
        "cap_drop",
        "environment",
        "env_file",
        "command",
        "entrypoint",
        "depends_on",
        "networks",
        "healthcheck",
        "deploy",
        "logging",
        "ulimits",
        "configs",
        "secrets",
        "labels",
        "sysctls",
        "extra_hosts",
        "post_start",
        "pre_stop",
        "security_opt",
        "develop",
    ];
    HANDLED.contains(&key)
}
