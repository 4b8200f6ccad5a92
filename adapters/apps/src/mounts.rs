//! `volumes` of a service: named volumes, files of the package, temporary memory.
//!
//! A package is installed into a folder that never changes. Its own files may be mounted; where they are
//! mounted writable, the container writes into a copy that the engine keeps for the app. The host's files may not be mounted at all: an app that could read them would
//! not be an app, and one that reaches the engine's socket owns the machine.

use marketplace_adapter_sdk::Files;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::forms::{Flag, Mode, Scalar, container_path, inside, is_name, typed};
use crate::ports::Refusal;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Mount {
    /// A volume.
    Volume {
        /// Its name; none is a volume of the container's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// In the container.
        target: String,
        /// Whether it cannot be written.
        read_only: bool,
        /// A folder inside the volume.
        #[serde(skip_serializing_if = "Option::is_none")]
        subpath: Option<String>,
        /// Whether the image's files are not copied into the empty volume.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        nocopy: bool,
    },
    /// A file or folder of the package.
    Package {
        /// In the package.
        source: String,
        /// In the container.
        target: String,
        /// Whether the container sees a copy, kept for the app, that it may change. The package itself never changes.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        copy: bool,
    },
    /// Temporary memory.
    Tmpfs {
        /// In the container.
        target: String,
        /// At most, as Compose writes sizes.
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<String>,
        /// The folder's mode.
        #[serde(skip_serializing_if = "Option::is_none")]
        mode: Option<String>,
    },
}

impl Mount {
    /// Where it is in the container.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Volume { target, .. } | Self::Package { target, .. } | Self::Tmpfs { target, .. } => target,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    #[serde(rename = "type")]
    kind: String,
    source: Option<String>,
    target: String,
    read_only: Option<Flag>,
    // A hint for macOS, which Compose itself ignores on Linux.
    #[serde(rename = "consistency")]
    _consistency: Option<String>,
    bind: Option<Bind>,
    volume: Option<Volume>,
    tmpfs: Option<Tmpfs>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bind {
    propagation: Option<String>,
    // Package files exist, so there is nothing to create.
    #[serde(rename = "create_host_path")]
    _create_host_path: Option<Flag>,
    // The engine labels the item's folder as it labels every other.
    #[serde(rename = "selinux")]
    _selinux: Option<String>,
    // A package has no mounts below it.
    #[serde(rename = "recursive")]
    _recursive: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Volume {
    nocopy: Option<Flag>,
    subpath: Option<String>,
    // For people and tools; the volume is the app's whatever they say.
    #[serde(rename = "labels")]
    _labels: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tmpfs {
    size: Option<Scalar>,
    mode: Option<Mode>,
}

/// Reads one entry.
pub fn read(entry: &Value, files: &dyn Files) -> Result<Mount, Refusal> {
    match entry {
        Value::String(text) => short(text, files),
        Value::Object(_) => long(entry, files),
        _ => Err(malformed("it is neither text nor a mapping")),
    }
}

fn short(text: &str, files: &dyn Files) -> Result<Mount, Refusal> {
    // `[SOURCE:]TARGET[:OPTIONS]`
    let mut parts = text.splitn(3, ':');
    let first = parts.next().unwrap_or_default();
    let Some(target) = parts.next() else {
        return volume(None, first, false, Volume::default());
    };
    let mut read_only = None;
    let mut nocopy = false;
    for option in parts.next().into_iter().flat_map(|options| options.split(',')) {
        match option {
            "ro" if read_only.is_none() => read_only = Some(true),
            "rw" if read_only.is_none() => read_only = Some(false),
            "nocopy" => nocopy = true,
            // Labels for SELinux, which the engine sets on the item's folder itself; hints for macOS, which
            // Compose ignores on Linux; and what is so without being asked for.
            "z" | "Z" | "cached" | "delegated" | "consistent" | "private" | "rprivate" => {}
            other => {
                return Err(malformed(&format!(
                    "the option `{other}` of `{text}` is not understood, or contradicts another"
                )));
            }
        }
    }
    let read_only = read_only.unwrap_or(false);
    // A path is what begins like one: `conf/x` is a volume of that name to Compose, and refused as such.
    if first.starts_with(['.', '/', '~', '\\']) || first.contains('\\') {
        bind(first, target, read_only, files)
    } else {
        volume(
            Some(first.to_owned()),
            target,
            read_only,
            Volume { nocopy: Some(Flag(nocopy)), ..Volume::default() },
        )
    }
}

fn long(entry: &Value, files: &dyn Files) -> Result<Mount, Refusal> {
    let long: Long = typed(entry).map_err(|why| malformed(&why))?;
    let read_only = long.read_only.is_some_and(|flag| flag.0);
    let strays = [
        ("bind", long.bind.is_some() && long.kind != "bind"),
        ("volume", long.volume.is_some() && long.kind != "volume"),
        ("tmpfs", long.tmpfs.is_some() && long.kind != "tmpfs"),
    ];
    if let Some((stray, _)) = strays.iter().find(|(_, stray)| *stray) {
        return Err(malformed(&format!("a mount of type `{}` has no options `{stray}`", long.kind)));
    }
    match long.kind.as_str() {
        "volume" => volume(long.source, &long.target, read_only, long.volume.unwrap_or_default()),
        "bind" => {
            if let Some(propagation) = long.bind.and_then(|bind| bind.propagation)
                && !matches!(propagation.as_str(), "rprivate" | "private")
            {
                return Err((
                    "compose.bind-mount",
                    format!(
                        "`propagation: {propagation}` lets mounts cross between host and container. Remove it."
                    ),
                ));
            }
            let source = long.source.ok_or_else(|| malformed("a bind mount has a `source`"))?;
            bind(&source, &long.target, read_only, files)
        }
        "tmpfs" => {
            if long.source.is_some() {
                return Err(malformed("temporary memory has no `source`"));
            }
            check_target(&long.target)?;
            let tmpfs = long.tmpfs.unwrap_or_default();
            Ok(Mount::Tmpfs {
                target: long.target,
                size: tmpfs.size.map(|s| s.0),
                mode: tmpfs.mode.map(|m| m.0),
            })
        }
        other => Err((
            "compose.mount-type",
            format!(
                "A mount of type `{other}` is not granted to apps. Use `volume`, `tmpfs`, or `bind` of a package file."
            ),
        )),
    }
}

fn volume(source: Option<String>, target: &str, read_only: bool, options: Volume) -> Result<Mount, Refusal> {
    check_target(target)?;
    if let Some(name) = source.as_deref().filter(|name| !is_name(name)) {
        return Err(malformed(&format!(
            "`{name}` is no name of a volume{}",
            if name.contains('/') { ", and a path begins with `./`" } else { "" }
        )));
    }
    let subpath = match options.subpath {
        None => None,
        Some(path) => {
            Some(inside(&path).ok_or_else(|| malformed(&format!("the subpath `{path}` leaves the volume")))?)
        }
    };
    Ok(Mount::Volume {
        source,
        target: target.to_owned(),
        read_only,
        subpath,
        nocopy: options.nocopy.is_some_and(|flag| flag.0),
    })
}

fn bind(source: &str, target: &str, read_only: bool, files: &dyn Files) -> Result<Mount, Refusal> {
    if is_engine_socket(source) {
        return Err((
            "compose.engine-socket",
            format!(
                "`{source}` leads to the container engine, and whoever reaches it owns the machine. No app may; remove the mount."
            ),
        ));
    }
    let Some(path) = inside(source) else {
        return Err((
            "compose.bind-mount",
            format!(
                "`{source}` is a path of the host, which no app may mount. Use a named volume for data, or a file of the package: `./FILE:{target}:ro`.{}",
                if source.contains("localtime") || source.contains("timezone") {
                    " For the time zone, set `TZ` in `environment`."
                } else {
                    ""
                }
            ),
        ));
    };
    check_target(target)?;
    if path.is_empty() || !(files.has(&path) || files.has_folder(&path)) {
        return Err((
            "compose.bind-mount",
            format!(
                "`{source}` is no file or folder of the package, and the host has no folder for the app. For data, use a named volume: `NAME:{target}` here, and `NAME:` under the top-level `volumes`; a file that the app comes with, add to the package."
            ),
        ));
    }
    Ok(Mount::Package { source: path, target: target.to_owned(), copy: !read_only })
}

/// The sockets of the engines, and the folders that hold them, however they are spelled.
fn is_engine_socket(source: &str) -> bool {
    const ENGINES: [&str; 8] = [
        "docker.sock",
        "podman.sock",
        "containerd.sock",
        "crio.sock",
        "cri-dockerd.sock",
        "buildkitd.sock",
        "docker.raw.sock",
        "docker_engine",
    ];
    let path = source.to_ascii_lowercase().replace('\\', "/");
    if path.split('/').any(|part| ENGINES.contains(&part)) {
        return true;
    }
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    path.starts_with('/')
        && matches!(
            parts[..],
            [] | ["run"]
                | ["var"]
                | ["var", "run"]
                | ["run", "docker" | "podman" | "containerd" | "crio", ..]
                | ["var", "run", "docker" | "podman" | "containerd" | "crio", ..]
                | ["var", "lib", "docker" | "containers" | "containerd", ..]
        )
}

fn check_target(target: &str) -> Result<(), Refusal> {
    if container_path(target) && target != "/" {
        Ok(())
    } else {
        Err(malformed(&format!("`{target}` is no absolute path inside the container")))
    }
}

fn malformed(why: &str) -> Refusal {
    ("compose.volume", format!("This mount cannot be read: {why}. Write it like `data:/var/lib/data`."))
}
