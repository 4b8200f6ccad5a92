//! Makes the binary complete: builds the adapters that come with it, and puts together
//! the packages that `marketplace demo` publishes.
//!
//! No category is named here: an adapter is whatever folder of `adapters/` says that it
//! is a component, an example is whatever lies in `examples/packages/CATEGORY/ITEM`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use marketplace_componentize::{Component, Guests, Toolchain};

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={}", error.to_string().replace('\n', "\ncargo::error="));
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    // `target/guests`, shared by everything that builds guests: the standard library is built once.
    let target = out.ancestors().nth(4).ok_or("OUT_DIR is not inside a target folder")?.join("guests");
    for input in ["adapters", "wit", "examples/packages", "host/server/templates", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let toolchain = Toolchain::find()?;
    adapters(&root, &out, &target, &toolchain)?;
    packages(&root, &out.join("packages"), &target, &toolchain)
}

/// Every adapter as a component, and a list of them for `category/seed.rs`.
fn adapters(root: &Path, out: &Path, target: &Path, toolchain: &Toolchain) -> Result<(), Box<dyn Error>> {
    let packages = Guests::discover(&root.join("adapters"))?.into_iter().map(|(name, _)| name).collect();
    let guests = Guests { workspace: root.to_owned(), packages, target_dir: target.to_owned() };
    let mut list = String::from("pub(super) const ADAPTERS: &[&[u8]] = &[\n");
    for Component { package, bytes } in guests.build(toolchain)? {
        let path = out.join(format!("{package}.wasm"));
        fs::write(&path, bytes)?;
        writeln!(list, "    include_bytes!({path:?}),")?;
    }
    list.push_str("];\n");
    fs::write(out.join("adapters.rs"), list)?;
    Ok(())
}

/// The example packages as their authors would have them: with the component that an item
/// builds from source, where it has one.
fn packages(root: &Path, out: &Path, target: &Path, toolchain: &Toolchain) -> Result<(), Box<dyn Error>> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    for category in folders(&root.join("examples/packages"))? {
        for item in folders(&category)? {
            let copy = out
                .join(category.file_name().ok_or("a folder without a name")?)
                .join(item.file_name().ok_or("a folder without a name")?);
            fs::create_dir_all(&copy)?;
            fs::copy(item.join("manifest.yaml"), copy.join("manifest.yaml"))?;
            copy_tree(&item.join("package"), &copy.join("package"))?;
            for (package, workspace) in Guests::discover(&item)? {
                // The crate in the folder `skill` becomes `package/skill.wasm`.
                let name = workspace.file_name().ok_or("a folder without a name")?.to_owned();
                let guests = Guests { workspace, packages: vec![package], target_dir: target.to_owned() };
                for Component { bytes, .. } in guests.build(toolchain)? {
                    fs::write(copy.join("package").join(&name).with_extension("wasm"), bytes)?;
                }
            }
        }
    }
    Ok(())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
