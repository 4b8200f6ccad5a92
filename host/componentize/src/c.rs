//! C: types of the contract from wit-bindgen, clang and wasi-libc for a core module, which is encoded
//! as Rust's are.

use std::path::{Path, PathBuf};
use std::process::Command;

use wit_bindgen_core::Files;
use wit_parser::Resolve;

use crate::project::{contract, scratch};
use crate::tool::{self, MissingTool};
use crate::{BuildError, Step, encode};

/// The target, of which only the C library's arithmetic, memory and text are used: what would reach
/// beyond them is an import that no adapter may have.
const TARGET: &str = "wasm32-wasip1";

/// The stack, in bytes: below the data, so that overflowing it traps and overwrites nothing.
const STACK: u32 = 1024 * 1024;

/// How sources are compiled: small, and the same wherever the project lies.
const FLAGS: [&str; 4] = ["-Os", "-Wall", "-Wextra", "-ffunction-sections"];

/// A project is called as its folder is: C has no file that says.
pub(crate) fn name(folder: &Path) -> Result<String, BuildError> {
    // `.` and `..` have no name of their own.
    let folder = folder.canonicalize().map_err(BuildError::io(format!("find {}", folder.display())))?;
    Ok(folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned())
}

/// The component of the project in a folder.
pub(crate) fn build(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Vec<u8>, BuildError> {
    let tools = Tools::find()?;
    let (wit, build) = (contract(folder)?, scratch(folder)?);
    progress(Step::Bindings);
    bindings(&wit, &build)?;

    progress(Step::Compiling);
    let mut objects = vec![build.join("category_component_type.o")];
    for source in sources(folder)? {
        let object = build.join(&source).with_extension("c.o");
        let mut command = tools.compile(folder);
        let said = tool::run(
            "clang",
            &format!("compile {source}"),
            command.args(FLAGS).arg(&source).arg("-o").arg(&object),
        )?;
        if !said.is_empty() {
            progress(Step::Said(said));
        }
        objects.push(object);
    }
    let object = build.join("category.bindings.o");
    let mut command = tools.compile(folder);
    // Not the author's: its warnings help nobody.
    command.args(["-Os", "-w", "-ffunction-sections", "build/category.c", "-o"]).arg(&object);
    tool::run("clang", "compile the contract's types", &mut command)?;
    objects.push(object);

    let module = build.join("module.wasm");
    tool::run("wasm-ld", "link the adapter", &mut tools.link(&objects, &module))?;
    let module = std::fs::read(&module).map_err(BuildError::io(format!("read {}", module.display())))?;
    encode(&module).map_err(explained)
}

/// `category.h`, `category.c` and an object with the contract's types, of the world `category`.
fn bindings(wit: &Path, build: &Path) -> Result<(), BuildError> {
    let wrong = |reason: String| BuildError::Project { file: wit.to_owned(), reason };
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(|error| wrong(format!("{error:#}")))?;
    let world =
        resolve.select_world(&[package], Some("category")).map_err(|error| wrong(format!("{error:#}")))?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default()
        .build()
        .generate(&mut resolve, world, &mut files)
        .map_err(|error| wrong(format!("{error:#}")))?;
    for (name, content) in files.iter() {
        let file = build.join(name);
        std::fs::write(&file, content).map_err(BuildError::io(format!("write {}", file.display())))?;
    }
    Ok(())
}

/// The project's own sources, by name: every `.c` in its folder.
fn sources(folder: &Path) -> Result<Vec<String>, BuildError> {
    let entries = std::fs::read_dir(folder).map_err(BuildError::io(format!("read {}", folder.display())))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut sources: Vec<_> = names.filter(|name| name.ends_with(".c")).collect();
    sources.sort();
    Ok(sources)
}

/// What to do about a function of the C library that reaches for a system.
fn explained(error: BuildError) -> BuildError {
    match error {
        BuildError::Encode { reason, .. } if reason.contains("wasi_snapshot_preview1") => {
            BuildError::Encode {
                package: "the adapter".into(),
                reason: format!(
                    "it uses a function of the C library that reaches for files, clocks or outputs (`printf`, \
                 `snprintf`, `fopen`, `time`), and an adapter has none. Build texts with `memcpy` and `strlen`, \
                 and tell the operator with `marketplace_category_log_log`.\n{reason}"
                ),
            }
        }
        BuildError::Encode { reason, .. } => BuildError::Encode { package: "the adapter".into(), reason },
        other => other,
    }
}

/// What compiles and links.
struct Tools {
    clang: PathBuf,
    linker: PathBuf,
    /// The C library's headers, and the library.
    headers: PathBuf,
    library: PathBuf,
    /// What clang calls for arithmetic that WebAssembly has no instruction for, where it is installed.
    builtins: Option<PathBuf>,
}

impl Tools {
    fn find() -> Result<Self, BuildError> {
        let missing = |tool, package: &str| MissingTool {
            tool,
            needed: "adapters in C are compiled with clang, linked with wasm-ld, and use wasi-libc",
            get: format!("On Debian and Ubuntu: apt-get install {package}"),
        };
        let clang = tool::find("clang").or_else(|| tool::newest("clang-"));
        let clang = clang.ok_or_else(|| missing("clang", "clang wasi-libc lld"))?;
        let linker = tool::newest("wasm-ld-").or_else(|| tool::find("wasm-ld"));
        let linker = linker.ok_or_else(|| missing("wasm-ld", "lld"))?;
        let (headers, library) = ("/usr/include/wasm32-wasi", "/usr/lib/wasm32-wasi");
        if !Path::new(headers).is_dir() || !Path::new(library).join("libc.a").is_file() {
            return Err(missing("wasi-libc", "wasi-libc").into());
        }
        let resources = tool::ask(&clang, &["-print-resource-dir"]).map(PathBuf::from);
        let builtins =
            ["lib/wasi/libclang_rt.builtins-wasm32.a", "lib/wasm32-unknown-wasip1/libclang_rt.builtins.a"];
        let builtins = resources.and_then(|folder| {
            builtins.into_iter().map(|file| folder.join(file)).find(|file| file.is_file())
        });
        Ok(Self { clang, linker, headers: headers.into(), library: library.into(), builtins })
    }

    /// clang, in the project's folder, with everything but what to compile.
    fn compile(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.clang);
        command.current_dir(folder).arg(format!("--target={TARGET}"));
        // Not the headers of the machine, which clang would look at next.
        command.args(["-nostdlibinc", "-isystem"]).arg(&self.headers);
        command.args(["-I", "build", "-c"]);
        command
    }

    fn link(&self, objects: &[PathBuf], module: &Path) -> Command {
        let mut command = Command::new(&self.linker);
        command.args(["--entry", "_initialize", "--gc-sections", "--stack-first", "-z"]);
        command.arg(format!("stack-size={STACK}")).arg(self.library.join("crt1-reactor.o"));
        command.args(objects).arg("-L").arg(&self.library).arg("-lc").args(&self.builtins);
        command.arg("-o").arg(module);
        command
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_project_is_called_as_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("colour-palettes");
        std::fs::create_dir_all(project.join("src")).unwrap();
        assert_eq!(name(&project).unwrap(), "colour-palettes");
        assert_eq!(name(&project.join("src/..")).unwrap(), "colour-palettes");
    }

    #[test]
    fn every_source_of_the_folder_is_compiled_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["text.c", "adapter.c", "text.h", "README.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("build")).unwrap();
        std::fs::write(folder.path().join("build/category.c"), "").unwrap();
        assert_eq!(sources(folder.path()).unwrap(), ["adapter.c", "text.c"]);
    }
}
