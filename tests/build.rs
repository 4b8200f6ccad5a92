//! Builds every guest below `guests/`: those in Rust with one call of cargo, those in text here.
//!
//! What lies in a folder of a folder (`guests/loops/spins_at_start.wat`, `guests/lies/lying_compare/`)
//! attacks something, and is a [`Guest`](lib.rs); the others (`guests/honest/`) help the tests.

#[path = "build/text.rs"]
mod text;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use marketplace_componentize::{Guests, Toolchain};

/// A component, and how it attacks.
struct Built {
    name: String,
    bytes: Vec<u8>,
    /// Its path below `guests/`; `None` for one that only helps.
    attack: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("tests/ has no parent")?;
    let workspace = here.join("guests");
    for watched in [workspace.clone(), here.join("build"), root.join("adapters/sdk"), root.join("wit")] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let folders = folders(&workspace)?;
    let mut built = crates(&workspace, &folders, root.join("target/guests"))?;
    let text = text::Text::new(&workspace, &root.join("wit/1.0"))?;
    for folder in &folders {
        for file in files(folder, "wat")? {
            let bytes = text.build(&file).map_err(|error| format!("{}: {error:#}", file.display()))?;
            let name =
                file.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?.to_owned();
            let attack = Some(file.strip_prefix(&workspace)?.display().to_string());
            built.push(Built { name, bytes, attack });
        }
    }
    built.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = built.windows(2).find(|two| two[0].name == two[1].name) {
        return Err(format!("two guests are called `{}`; rename one", twice[0].name).into());
    }
    write(&built, &PathBuf::from(std::env::var("OUT_DIR")?))
}

/// Those in Rust. Their target folder is shared with the adapters: the standard library is built once.
fn crates(workspace: &Path, folders: &[PathBuf], target_dir: PathBuf) -> Result<Vec<Built>, Box<dyn Error>> {
    let mut found = Guests::discover(workspace)?;
    for folder in folders {
        found.extend(Guests::discover(folder)?);
    }
    let packages = found.iter().map(|(package, _)| package.clone()).collect();
    let guests = Guests { workspace: workspace.to_owned(), packages, target_dir };
    let components = guests.build(&Toolchain::find()?)?;
    let built = components.into_iter().zip(found).map(|(component, (_, folder))| {
        let path = folder.strip_prefix(workspace)?;
        Ok(Built {
            name: component.package.trim_start_matches("guest-").replace('-', "_"),
            bytes: component.bytes,
            attack: (path.components().count() > 1).then(|| path.display().to_string()),
        })
    });
    built.collect()
}

/// The constants, and for each attack a type and a line of the macro that asks for its test.
fn write(built: &[Built], out: &Path) -> Result<(), Box<dyn Error>> {
    let (mut helpers, mut attacks, mut names) = (String::new(), String::new(), String::new());
    for Built { name, bytes, attack } in built {
        let file = out.join(format!("{name}.wasm"));
        std::fs::write(&file, bytes)?;
        match attack {
            None => {
                let constant = name.to_uppercase();
                writeln!(
                    helpers,
                    "/// The guest `{name}`.\npub const {constant}: &[u8] = include_bytes!({file:?});"
                )?;
            }
            Some(path) => {
                writeln!(
                    attacks,
                    "/// `guests/{path}`\npub struct {name};\n\
                     impl {name} {{ /// The component.\npub const BYTES: &[u8] = include_bytes!({file:?}); }}"
                )?;
                writeln!(names, "$callback!({name});")?;
            }
        }
    }
    let source = format!(
        "{helpers}\n\
         /// Each guest that attacks something, by the name of its file.\n\
         #[allow(non_camel_case_types, missing_debug_implementations)]\npub mod guest {{\n{attacks}}}\n\
         /// Calls a macro with the name of each type in [`guest`].\n\
         #[macro_export]\nmacro_rules! for_every_guest {{ ($callback:ident) => {{ {names} }}; }}\n"
    );
    std::fs::write(out.join("guests.rs"), source)?;
    Ok(())
}

fn folders(workspace: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(workspace)? {
        let path = entry?.path();
        if path.is_dir() && !path.join("Cargo.toml").exists() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|its| its == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
