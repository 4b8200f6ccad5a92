//! A whole Compose file: from text to an [`App`], with every reason against it.

use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::{Files, Finding, Findings};
use serde_json::{Map, Value};

use crate::app::{App, Content};
use crate::forms::{flag, inside, is_name, pairs, scalar, typed};
use crate::mounts::Mount;
use crate::parts::Network;
use crate::project::{self, Project};
use crate::service::Reader;
use crate::variables::{escape, is_variable};

/// The most services of one app.
const MAX_SERVICES: usize = 64;

/// An app that was understood.
#[derive(Debug)]
pub struct Understood {
    /// What it is.
    pub app: App,
    /// The fewest permissions that it needs: ports, volumes, capabilities, each in order.
    pub needed: Vec<String>,
    /// Worth a moderator's look.
    pub remarks: Vec<Finding>,
}

/// Reads the app of a package.
///
/// # Errors
/// Every reason against it, each with the place in the file and the fix.
pub fn read(files: &dyn Files) -> Result<Understood, Vec<Finding>> {
    let mut findings = Findings::new();
    let Some(project) = project::load(files, &mut findings) else { return Err(findings.into_vec()) };
    let app = App { compose: project.file.clone(), settings: project.settings.clone(), ..App::default() };
    let mut document = Document { project: &project, files, findings, remarks: Findings::new(), app };
    document.read();
    let Document { findings, remarks, app, .. } = document;
    let needed = needed(&app);
    findings.or(Understood { app, needed, remarks: remarks.into_vec() })
}

struct Document<'a> {
    project: &'a Project,
    files: &'a dyn Files,
    findings: Findings,
    remarks: Findings,
    app: App,
}

impl Document<'_> {
    fn refuse(&mut self, rule: &str, at: &str, message: impl Into<String>) {
        self.findings.add(rule, format!("{}: {at}", self.project.file), message);
    }

    fn read(&mut self) {
        if self.is_of_the_first_version() {
            self.refuse(
                "compose.services",
                "services",
                "It is a Compose file of the first version, before 2016: its services stand at the top. Put them under `services:`.",
            );
            return;
        }
        for (key, value) in &self.project.tree {
            match key.as_str() {
                // `version` has meant nothing since Compose v2; the item has a name of its own.
                "services" | "version" | "name" => {}
                "volumes" => self.volumes(value),
                "networks" => self.networks(value),
                "configs" => self.app.configs = self.contents(key, value),
                "secrets" => self.app.secrets = self.contents(key, value),
                "models" => self.refuse("compose.models", key, "Models are not granted to apps. Run one as a service of the app."),
                key if key.starts_with("x-") => {}
                key => self.refuse(
                    "compose.unknown-key",
                    key,
                    format!("`{key}` is not understood here, and nothing is ignored. Correct the spelling, or remove it."),
                ),
            }
        }
        self.services();
        self.check_references();
        self.check_ports();
    }

    /// Without `services`, and with services in its place.
    fn is_of_the_first_version(&self) -> bool {
        let tree = &self.project.tree;
        !tree.contains_key("services")
            && tree
                .values()
                .any(|value| value.get("image").or_else(|| value.get("build")).is_some_and(Value::is_string))
    }

    fn services(&mut self) {
        let siblings = &self.project.services;
        if siblings.is_empty() || siblings.len() > MAX_SERVICES {
            self.refuse(
                "compose.services",
                "services",
                format!("An app has from 1 to {MAX_SERVICES} services; this has {}.", siblings.len()),
            );
            return;
        }
        let services = self.project.tree.get("services").and_then(Value::as_object);
        for (name, service) in services.into_iter().flatten() {
            let Some(map) = service.as_object() else { continue };
            if !is_name(name) {
                self.refuse(
                    "compose.malformed",
                    &format!("services.{name}"),
                    format!("`{name}` is no name of a service. Use letters, digits, `_`, `.` and `-`."),
                );
            }
            let service = Reader {
                file: siblings.get(name).unwrap_or(&self.project.file),
                files: self.files,
                name,
                siblings,
                values: &self.project.values,
                findings: &mut self.findings,
                remarks: &mut self.remarks,
                settings: &mut self.app.settings,
            }
            .read(map);
            self.app.services.insert(name.clone(), service);
        }
    }

    fn map(&mut self, key: &str, value: &Value) -> Map<String, Value> {
        match value {
            Value::Null => Map::new(),
            Value::Object(map) => map.clone(),
            _ => {
                self.refuse("compose.malformed", key, format!("`{key}` must be a mapping. Correct it."));
                Map::new()
            }
        }
    }

    fn volumes(&mut self, value: &Value) {
        for (name, value) in self.map("volumes", value) {
            let at = format!("volumes.{name}");
            if !is_name(&name) {
                self.refuse(
                    "compose.volume",
                    &at,
                    format!("`{name}` is no name of a volume. Use letters, digits, `_`, `.` and `-`."),
                );
            }
            for (key, value) in self.map(&at, &value) {
                let at = format!("{at}.{key}");
                match key.as_str() {
                    _ if value.is_null() => {}
                    "external" if flag(&value) == Some(false) => {}
                    "external" => self.refuse(
                        "compose.volume-external",
                        &at,
                        "It takes a volume that other apps may own. Remove it: the volume is the app's own.",
                    ),
                    "name" => self.own_name(&at),
                    "driver" if value == "local" => {}
                    // `type: none, o: bind` makes a volume of any folder of the host.
                    "driver" | "driver_opts" if value.as_object().is_none_or(|map| !map.is_empty()) => self.refuse(
                        "compose.volume-driver",
                        &at,
                        "Drivers and their options can mount the host's own folders. Remove it: the host keeps the volume.",
                    ),
                    "driver_opts" => {}
                    "labels" if pairs(&value).is_ok() => {}
                    key if key.starts_with("x-") => {}
                    key => self.unknown(&at, key),
                }
            }
            self.app.volumes.insert(name);
        }
    }

    /// A `name` is the engine's, and whoever says the same would share what is behind it. Here each app has its own.
    fn own_name(&mut self, at: &str) {
        self.remarks.add(
            "compose.ignored",
            format!("{}: {at}", self.project.file),
            "`name` has no effect here: it is the app's own, whatever others are called. Remove it.",
        );
    }

    fn unknown(&mut self, at: &str, key: &str) {
        self.refuse(
            "compose.unknown-key",
            at,
            format!(
                "`{key}` is not understood here, and nothing is ignored. Correct the spelling, or remove it."
            ),
        );
    }

    fn networks(&mut self, value: &Value) {
        for (name, value) in self.map("networks", value) {
            let at = format!("networks.{name}");
            if !is_name(&name) {
                self.refuse(
                    "compose.malformed",
                    &at,
                    format!("`{name}` is no name of a network. Use letters, digits, `_`, `.` and `-`."),
                );
            }
            let mut map = self.map(&at, &value);
            map.retain(|_, value| !value.is_null());
            if map.remove("name").is_some() {
                self.own_name(&format!("{at}.name"));
            }
            if map.remove("external").is_some_and(|external| flag(&external) != Some(false)) {
                self.refuse(
                    "compose.network-external",
                    &at,
                    "It joins a network that other apps may own. Remove `external`: the network is the app's own.",
                );
                self.app.networks.insert(name, Network::default());
                continue;
            }
            if map
                .remove("driver_opts")
                .is_some_and(|options| options.as_object().is_none_or(|map| !map.is_empty()))
            {
                self.refuse(
                    "compose.network-driver",
                    &format!("{at}.driver_opts"),
                    "Options of a driver can reach the host's own interfaces. Remove them.",
                );
            }
            let network: Network = match typed(&Value::Object(map)) {
                Ok(network) => network,
                Err(why) => {
                    let rule = if why.starts_with("unknown field") {
                        "compose.unknown-key"
                    } else {
                        "compose.malformed"
                    };
                    self.refuse(rule, &at, format!("The network cannot be read: {why}. Correct it."));
                    self.app.networks.insert(name, Network::default());
                    continue;
                }
            };
            match network.driver() {
                None | Some("bridge" | "default") => {}
                Some("host") => self.refuse(
                    "compose.host-network",
                    &at,
                    "The host's network is every port and every service of the machine, and no app may have it. Remove `driver`.",
                ),
                Some(driver) => self.refuse(
                    "compose.network-driver",
                    &at,
                    format!("`{driver}` puts containers on networks beyond the app's own. Remove `driver`."),
                ),
            }
            self.app.networks.insert(name, network);
        }
    }

    fn contents(&mut self, key: &str, value: &Value) -> BTreeMap<String, Content> {
        let mut contents = BTreeMap::new();
        for (name, value) in self.map(key, value) {
            let at = format!("{key}.{name}");
            let mut map = self.map(&at, &value);
            map.retain(|key, value| !key.starts_with("x-") && key != "labels" && !value.is_null());
            if map.get("external").and_then(flag) == Some(false) {
                map.remove("external");
            }
            let mut entries = map.into_iter();
            let entry = match (entries.next(), entries.next()) {
                (Some((how, value)), None) => scalar(&value).map(|value| (how, value)),
                _ => None,
            };
            match entry {
                Some((how, path)) if how == "file" => match inside(&path).filter(|path| self.files.has(path)) {
                    Some(path) => {
                        contents.insert(name, Content::File(path));
                    }
                    None => self.refuse("compose.file-outside", &at, format!("`{path}` is no file of the package. Add it, or correct the path.")),
                },
                Some((how, text)) if how == "content" && key == "configs" => {
                    contents.insert(name, Content::Content(text));
                }
                // Not the host's own environment: `.env`, or the user.
                Some((how, variable)) if how == "environment" && is_variable(&variable) => {
                    let content = match self.project.values.get(&variable) {
                        Some(value) => Content::Content(escape(value)),
                        None => {
                            self.app.settings.insert(variable.clone());
                            Content::Setting(variable)
                        }
                    };
                    contents.insert(name, content);
                }
                _ => self.refuse(
                    "compose.external",
                    &at,
                    format!("`{key}` come from one `file` of the package{}, not from the host or its engine. Name one, and nothing else.", if key == "configs" { ", `content` or a variable" } else { " or a variable (`environment`)" }),
                ),
            }
        }
        contents
    }

    /// What services name must be there: Compose would refuse it, or take somebody else's.
    fn check_references(&mut self) {
        let mut missing = Vec::new();
        for (name, service) in &self.app.services {
            for mount in &service.volumes {
                if let Mount::Volume { source: Some(source), .. } = mount
                    && !self.app.volumes.contains(source)
                {
                    missing.push(("compose.no-such-volume", name, "volumes", source));
                }
            }
            let networks =
                service.networks.keys().filter(|n| *n != "default" && !self.app.networks.contains_key(*n));
            missing.extend(networks.map(|network| ("compose.no-such-network", name, "networks", network)));
            let configs = service.configs.iter().filter(|g| !self.app.configs.contains_key(&g.source));
            missing.extend(configs.map(|grant| ("compose.no-such-config", name, "configs", &grant.source)));
            let secrets = service.secrets.iter().filter(|g| !self.app.secrets.contains_key(&g.source));
            missing.extend(secrets.map(|grant| ("compose.no-such-secret", name, "secrets", &grant.source)));
        }
        let missing: Vec<_> =
            missing.into_iter().map(|(r, n, k, w)| (r, format!("services.{n}.{k}"), k, w.clone())).collect();
        for (rule, at, key, what) in missing {
            self.refuse(rule, &at, format!("`{what}` is not declared. Add it to the top-level `{key}`."));
        }
    }

    /// Two services cannot listen on one host port, unless profiles choose between them.
    fn check_ports(&mut self) {
        let mut seen = BTreeMap::new();
        let mut twice = Vec::new();
        for (name, service) in
            self.app.services.iter().filter(|(_, service)| !service.options.contains_key("profiles"))
        {
            for port in &service.ports {
                if let Some(first) = seen.insert((port.published, port.protocol, port.host_ip), name) {
                    twice.push((name.clone(), first.clone(), port.published, port.protocol));
                }
            }
        }
        for (name, first, port, protocol) in twice {
            self.refuse(
                "compose.port-conflict",
                &format!("services.{name}.ports"),
                format!(
                    "Port {port}/{protocol} of the host is already published by `{first}`. Publish another."
                ),
            );
        }
    }
}

fn needed(app: &App) -> Vec<String> {
    let mut ports = BTreeSet::new();
    let mut volumes: BTreeMap<&str, bool> = BTreeMap::new();
    let mut capabilities = BTreeSet::new();
    for service in app.services.values() {
        ports.extend(service.ports.iter().map(|port| (port.published, port.protocol)));
        capabilities.extend(&service.cap_add);
        for mount in &service.volumes {
            if let Mount::Volume { source: Some(name), read_only, .. } = mount {
                // Written by one service is written by the app.
                *volumes.entry(name).or_insert(true) &= *read_only;
            }
        }
    }
    let ports = ports.into_iter().map(|(port, protocol)| format!("port:{port}/{protocol}"));
    let mounts =
        volumes.into_iter().map(|(name, ro)| format!("mount:{name}:{}", if ro { "ro" } else { "rw" }));
    let capabilities = capabilities.into_iter().map(|name| format!("cap:{name}"));
    ports.chain(mounts).chain(capabilities).collect()
}
