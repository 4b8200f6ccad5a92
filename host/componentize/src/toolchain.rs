//! Finding a Rust that can compile to `wasm32-unknown-unknown`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The target that adapters are compiled for: it has no system interface, so an
/// adapter can import nothing but what the contract offers.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A Rust that can compile to WebAssembly.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// The `cargo` in `PATH`, whose toolchain has the target installed.
    Rustup {
        /// `cargo`, or what the variable `CARGO` names.
        cargo: PathBuf,
    },
    /// Debian's own Rust, which builds the target's standard library from source.
    Debian {
        /// The newest `wasm-ld-N`.
        linker: PathBuf,
    },
}

/// No Rust on this machine can compile to WebAssembly.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "no Rust toolchain here can compile to {TARGET}, which the adapters are built for.\n\
     Get one in either of two ways:\n\
     \x20 rustup target add {TARGET}\n\
     \x20 apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-N   (the newest N)\n\
     `scripts/setup` does whichever this machine allows."
)]
pub struct NoToolchain;

impl Toolchain {
    /// The toolchain to build guests with: rustup's if it has the target, else Debian's.
    ///
    /// # Errors
    /// [`NoToolchain`], whose message says how to get one.
    pub fn find() -> Result<Self, NoToolchain> {
        Self::rustup().or_else(Self::debian).ok_or(NoToolchain)
    }

    fn rustup() -> Option<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let answer = Command::new(rustc)
            .args(["--print", "target-libdir", "--target", TARGET])
            .output()
            .ok()?;
        let folder = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
        // rustc names the folder whether or not the target is installed.
        folder.is_dir().then(|| Self::Rustup {
            cargo: std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from),
        })
    }

    fn debian() -> Option<Self> {
        let bin = Path::new("/usr/bin");
        let library = Command::new(bin.join("rustc"))
            .args(["--print", "sysroot"])
            .output()
            .ok()
            .and_then(|answer| String::from_utf8(answer.stdout).ok())
            .map(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library"))?;
        if !library.is_dir() || !bin.join("cargo").is_file() {
            return None;
        }
        let linker = std::fs::read_dir(bin)
            .ok()?
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let number: u32 = name.strip_prefix("wasm-ld-")?.parse().ok()?;
                Some((number, entry.path()))
            })
            .max()?
            .1;
        Some(Self::Debian { linker })
    }

    /// `cargo build` for the target, with nothing inherited from an outer cargo
    /// that would steer it: a build script runs under one.
    pub(crate) fn cargo_build(&self) -> Command {
        let mut command = match self {
            Self::Rustup { cargo } => Command::new(cargo),
            Self::Debian { .. } => Command::new("/usr/bin/cargo"),
        };
        for (name, _) in std::env::vars_os() {
            let Some(name) = name.to_str() else { continue };
            let steers = name.starts_with("CARGO_") && name != "CARGO_HOME"
                || name.starts_with("RUSTUP_TOOLCHAIN")
                || matches!(name, "CARGO" | "RUSTC" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER" | "RUSTDOC" | "RUSTFLAGS" | "TARGET" | "HOST" | "OUT_DIR" | "PROFILE" | "OPT_LEVEL" | "DEBUG" | "NUM_JOBS");
            if steers {
                command.env_remove(name);
            }
        }
        command.args(["build", "--release", "--target", TARGET]);
        match self {
            Self::Rustup { .. } => {
                // A rustup proxy would otherwise pick the toolchain by folder.
                if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
                    command.env("RUSTUP_TOOLCHAIN", toolchain);
                }
            }
            Self::Debian { linker } => {
                let path = std::env::var("PATH").unwrap_or_default();
                command
                    .env("PATH", format!("/usr/bin:{path}"))
                    .env("RUSTC", "/usr/bin/rustc")
                    // Debian's Rust is a release; building its own library asks for this.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .args(["-Z", "build-std=std,panic_abort", "--config"])
                    .arg(format!("target.{TARGET}.linker={:?}", linker.display().to_string()));
            }
        }
        command
    }
}
