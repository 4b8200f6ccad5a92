//! Builds every guest below `guests/` with one call of cargo.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use marketplace_componentize::{Guests, Toolchain};

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("tests/ has no parent")?;
    let workspace = here.join("guests");
    for watched in [workspace.clone(), root.join("adapters/sdk"), root.join("wit")] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let packages = Guests::discover(&workspace)?.into_iter().map(|(package, _)| package).collect();
    // Shared with the adapters, so that the standard library is built once.
    let target_dir = root.join("target/guests");
    let components = Guests { workspace, packages, target_dir }.build(&Toolchain::find()?)?;

    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let mut source = String::new();
    for component in components {
        let name = component.package.trim_start_matches("guest-");
        let file = out.join(format!("{name}.wasm"));
        std::fs::write(&file, component.bytes)?;
        let constant = name.to_uppercase().replace('-', "_");
        writeln!(source, "/// The guest `{name}`.\npub const {constant}: &[u8] = include_bytes!({file:?});")?;
    }
    std::fs::write(out.join("guests.rs"), source)?;
    Ok(())
}
