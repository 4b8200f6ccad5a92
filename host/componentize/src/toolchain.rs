//! Finding a Rust that can compile to `wasm32-unknown-unknown`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tool::{self, ask};

/// The target that adapters are compiled for: it has no system interface, so an
/// adapter can import nothing but what the contract offers.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Rust that the SDK compiles with.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// A Rust that can compile to WebAssembly.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Toolchain {
    /// A Rust that has the target installed, as `rustup target add` leaves it.
    Rustup {
        /// `cargo`, or what the variable `CARGO` names.
        cargo: PathBuf,
        /// `rustc`, or what the variable `RUSTC` names.
        rustc: PathBuf,
    },
    /// Debian's own Rust, which builds the target's standard library from source.
    Debian {
        /// The newest `wasm-ld-N`.
        linker: PathBuf,
    },
}

/// No Rust on this machine can compile to WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no Rust toolchain here can compile to {TARGET}, which the adapters are built for.\n\
     Get one in either of two ways:\n\
     \x20 rustup target add {TARGET}\n\
     \x20 apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-N   (the newest N)\n\
     Either must be Rust {OLDEST} or newer. `scripts/setup` does whichever this machine allows."
)]
pub struct NoToolchain;

impl Toolchain {
    /// The toolchain to build guests with: rustup's if it has the target, else Debian's.
    ///
    /// # Errors
    /// [`NoToolchain`], whose message says how to get one.
    pub fn find() -> Result<Self, NoToolchain> {
        Self::rustup().or_else(|| Self::debian(Path::new("/usr/bin"))).ok_or(NoToolchain)
    }

    fn rustup() -> Option<Self> {
        let named =
            |variable, program: &str| std::env::var_os(variable).unwrap_or_else(|| program.into()).into();
        let (cargo, rustc): (PathBuf, PathBuf) = (named("CARGO", "cargo"), named("RUSTC", "rustc"));
        let folder = PathBuf::from(ask(&rustc, &["--print", "target-libdir", "--target", TARGET])?);
        // rustc names the folder whether or not the target is installed.
        folder.is_dir().then_some(Self::Rustup { cargo, rustc })
    }

    fn debian(bin: &Path) -> Option<Self> {
        let rustc = bin.join("rustc");
        // An older Debian has a Rust of its own that would fail half-way, with words
        // that send the reader elsewhere.
        if !bin.join("cargo").is_file() || !new_enough(&ask(&rustc, &["--version"])?) {
            return None;
        }
        let sysroot = ask(&rustc, &["--print", "sysroot"])?;
        if !Path::new(&sysroot).join("lib/rustlib/src/rust/library").is_dir() {
            return None;
        }
        tool::newest_in(bin, "wasm-ld-").map(|(_, linker)| Self::Debian { linker })
    }

    /// `cargo build` for the target, with nothing inherited from an outer cargo
    /// that would steer it: a build script runs under one.
    pub(crate) fn cargo_build(&self) -> Command {
        let mut command = match self {
            Self::Rustup { cargo, .. } => Command::new(cargo),
            Self::Debian { .. } => Command::new("/usr/bin/cargo"),
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| steers(name)) {
            command.env_remove(name);
        }
        command.args(["build", "--quiet", "--release", "--target", TARGET]);
        command.env("CARGO_ENCODED_RUSTFLAGS", self.same_everywhere());
        match self {
            Self::Rustup { rustc, .. } => {
                command.env("RUSTC", rustc);
            }
            Self::Debian { linker } => {
                let mut path = OsString::from("/usr/bin:");
                path.push(std::env::var_os("PATH").unwrap_or_default());
                command
                    .env("PATH", path)
                    .env("RUSTC", "/usr/bin/rustc")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    // Debian's Rust is a release; building its own library asks for this.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .args(["-Z", "build-std=std,panic_abort", "--config"])
                    .arg(format!("target.{TARGET}.linker={:?}", linker.display().to_string()));
            }
        }
        command
    }

    /// Flags that keep this machine's folders out of a component: the messages of panics
    /// name source files, and a digest must not depend on where cargo keeps those.
    fn same_everywhere(&self) -> String {
        let rustc = match self {
            Self::Rustup { rustc, .. } => rustc.as_path(),
            Self::Debian { .. } => Path::new("/usr/bin/rustc"),
        };
        let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
        let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or(home);
        let sysroot = ask(rustc, &["--print", "sysroot"]).map(PathBuf::from);
        let folders = [(cargo, "/cargo"), (sysroot, "/rust")].into_iter();
        let remapped = folders
            .filter_map(|(folder, name)| Some(format!("--remap-path-prefix={}={name}", folder?.display())));
        // Cargo's own separator, which no folder's name has in it.
        remapped.collect::<Vec<_>>().join("\u{1f}")
    }
}

/// Whether `rustc --version` names at least [`OLDEST`].
fn new_enough(answer: &str) -> bool {
    let version = answer.split(' ').nth(1).and_then(|word| semver::Version::parse(word).ok());
    let rule =
        semver::VersionReq::parse(&format!(">={OLDEST}")).expect("a manifest's `rust-version` is a version");
    version.is_some_and(|version| rule.matches(&version))
}

/// Whether a variable would steer a guest's build: by what cargo tells build scripts
/// about the outer package, or by settings that are meant for the machine's own code.
/// How to reach a registry stays.
fn steers(variable: &OsStr) -> bool {
    const KEPT: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTRY_", "CARGO_REGISTRIES_", "CARGO_TERM_"];
    const OTHERS: [&str; 12] = [
        "CARGO",
        "DEBUG",
        "HOST",
        "NUM_JOBS",
        "OPT_LEVEL",
        "OUT_DIR",
        "PROFILE",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTDOC",
        "RUSTFLAGS",
        "TARGET",
    ];
    let Some(name) = variable.to_str() else { return false };
    let kept = || KEPT.iter().any(|kept| name.starts_with(kept));
    OTHERS.contains(&name) || name.starts_with("CARGO_") && !kept()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn without_a_toolchain_the_message_names_both_ways_to_get_one() {
        let message = NoToolchain.to_string();
        for needed in [
            "rustup target add wasm32-unknown-unknown",
            "rustc-web cargo-web rust-web-src lld-N",
            "scripts/setup",
        ] {
            assert!(message.contains(needed), "{message}");
        }
    }

    #[test]
    fn a_folder_without_a_linker_or_without_rust_is_no_debian_toolchain() {
        let bin = tempfile::tempdir().unwrap();
        assert!(Toolchain::debian(bin.path()).is_none());
    }

    #[test]
    fn a_rust_older_than_the_sdk_needs_is_passed_over() {
        assert!(new_enough("rustc 1.95.0 (59807616e 2026-04-14)"));
        assert!(new_enough("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"));
        assert!(!new_enough("rustc 1.63.0"));
        assert!(!new_enough("rustc 1.94.1 (e408947bf 2026-03-25)"));
        assert!(!new_enough(""));
    }

    #[test]
    fn an_outer_cargo_steers_nothing_but_the_way_to_the_registry_stays() {
        for name in
            ["CARGO_MANIFEST_DIR", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_PROFILE_RELEASE_LTO"]
        {
            assert!(steers(OsStr::new(name)), "{name}");
        }
        assert!(steers(OsStr::new("RUSTFLAGS")));
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_HTTP_PROXY", "PATH", "RUSTUP_HOME", "HOSTNAME"]
        {
            assert!(!steers(OsStr::new(name)), "{name}");
        }
    }
}
