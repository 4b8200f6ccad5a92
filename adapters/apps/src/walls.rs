//! The keys of a service that touch the walls around its container: capabilities, namespaces, kernel
//! settings, hooks, and names that reach beyond it.

use serde_json::Value;

use crate::app::Service;
use crate::forms::{pairs, scalar, words};
use crate::keys::{fit, shape};
use crate::parts::Hook;
use crate::permissions;
use crate::service::Reader;

/// The kernel parameters that belong to a container's own namespaces (namespaces(7)).
const SYSCTLS: [&str; 8] = [
    "net.",
    "fs.mqueue.",
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shm",
    "kernel.domainname",
];

impl Reader<'_> {
    pub(crate) fn cap_add(&mut self, value: &Value, service: &mut Service) {
        for word in self.take("cap_add", words(value)) {
            let name = strip_cap(&word);
            if name.eq_ignore_ascii_case("ALL") {
                self.refuse(
                    "compose.cap-all",
                    "cap_add",
                    "Every capability at once is a privileged container. Name the ones that are needed.",
                );
            } else if permissions::is_capability(&name) {
                service.cap_add.insert(name);
            } else {
                self.refuse(
                    "compose.cap-unknown",
                    "cap_add",
                    &format!("`{word}` is no Linux capability. Write it in capitals, like `NET_ADMIN`."),
                );
            }
        }
    }

    pub(crate) fn labels(&mut self, value: &Value, service: &mut Service) {
        for (name, value) in self.take("labels", pairs(value)) {
            if name.starts_with("com.docker.") || name.starts_with("io.podman.") {
                self.refuse(
                    "compose.reserved-label",
                    "labels",
                    &format!("`{name}` is the engine's own label. Remove it."),
                );
            } else {
                service.labels.insert(name, value.unwrap_or_default());
            }
        }
    }

    pub(crate) fn sysctls(&mut self, value: &Value, service: &mut Service) {
        for (name, value) in self.take("sysctls", pairs(value)) {
            match value {
                Some(value) if SYSCTLS.iter().any(|own| name.starts_with(own)) => {
                    service.sysctls.insert(name, value);
                }
                _ => self.refuse(
                    "compose.sysctl",
                    "sysctls",
                    &format!("`{name}` is a setting of the host's kernel, or has no value. Remove it."),
                ),
            }
        }
    }

    pub(crate) fn extra_hosts(&mut self, value: &Value, service: &mut Service) {
        let list = match value {
            Value::Object(map) => map
                .iter()
                .flat_map(|(host, ips)| {
                    words(ips).unwrap_or_default().into_iter().map(move |ip| format!("{host}={ip}"))
                })
                .collect(),
            list => self.take("extra_hosts", words(list)),
        };
        if list.iter().any(|entry| entry.contains("host-gateway")) {
            self.remark(
                "compose.host-gateway",
                "extra_hosts",
                "The app can talk to services that listen on the host.",
            );
        }
        service.options.insert("extra_hosts".to_owned(), list.into());
    }

    pub(crate) fn links(&mut self, value: &Value, service: &mut Service) {
        let links = self.take("links", words(value));
        for link in &links {
            self.sibling("links", link.split(':').next().unwrap_or_default());
        }
        service.options.insert("links".to_owned(), links.into());
    }

    pub(crate) fn hooks(&mut self, key: &str, value: &Value) -> Vec<Hook> {
        let Some(list) = value.as_array() else {
            self.refuse("compose.malformed", key, &format!("`{key}` must be a list. Correct it."));
            return Vec::new();
        };
        let hooks: Vec<Hook> = list.iter().filter_map(|hook| self.typed(key, hook)).collect();
        for environment in hooks.iter().filter_map(|hook| hook.environment.as_ref()) {
            self.take(key, pairs(environment));
        }
        if hooks.iter().any(|hook| hook.privileged.0) {
            self.refuse(
                "compose.privileged",
                key,
                "A privileged hook owns the host, and no app may have one. Remove `privileged`.",
            );
        }
        hooks
    }

    pub(crate) fn security_opt(&mut self, value: &Value, service: &mut Service) {
        for option in self.take("security_opt", words(value)) {
            match option.replace('=', ":").as_str() {
                "no-new-privileges" | "no-new-privileges:true" => service.no_new_privileges = true,
                _ => self.refuse(
                    "compose.security-opt",
                    "security_opt",
                    &format!("`{option}` changes the walls around the container. Only `no-new-privileges:true` may stand there; remove it."),
                ),
            }
        }
    }

    pub(crate) fn namespace(&mut self, key: &str, value: &Value, service: &mut Service) {
        let mode = scalar(value).unwrap_or_default();
        // Sharing with a service of the same app crosses no wall.
        if let Some(other) =
            mode.strip_prefix("service:").filter(|_| matches!(key, "network_mode" | "pid" | "ipc"))
        {
            self.sibling(key, other);
            service.options.insert(key.to_owned(), mode.into());
            return;
        }
        if let Some(shape) = shape(key)
            && let Ok(value) = fit(value, shape)
        {
            service.options.insert(key.to_owned(), value);
            return;
        }
        let (rule, why) = match (key, mode.as_str()) {
            ("network_mode", "host") => (
                "compose.host-network",
                "the host's network is every port and every service of the machine, and no app may have it. Remove it, and publish the ports that are needed",
            ),
            (_, "host") => ("compose.host-namespace", "it shares the host's own, and no app may. Remove it"),
            (_, mode) if mode.starts_with("container:") => (
                "compose.external",
                "it enters a container of another app. Use `service:NAME` of this app, or remove it",
            ),
            ("network_mode", _) => {
                ("compose.network-mode", "it may be `none`, `bridge` or `service:NAME`. Use `networks`")
            }
            _ => ("compose.host-namespace", "it is not granted to apps. Remove it"),
        };
        self.refuse(rule, key, &format!("`{key}: {mode}`: {why}."));
    }
}

/// Engines accept `CAP_NET_ADMIN` and `NET_ADMIN` for the same.
pub(crate) fn strip_cap(word: &str) -> String {
    word.strip_prefix("CAP_").unwrap_or(word).to_owned()
}
