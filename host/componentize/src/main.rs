//! `componentize FOLDER -o FILE.wasm`: builds the crate in a folder as a component.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use marketplace_componentize::{Guests, Toolchain};

const HELP: &str = "\
Builds the Rust crate in a folder as a WebAssembly component.

Usage: componentize FOLDER -o FILE.wasm [--target-dir DIR]

  -o, --output FILE     where the component goes; missing folders are made
      --target-dir DIR  where cargo keeps what it builds, to be quick the next time
                        [default: guests, in this workspace's own target folder]
  -h, --help            this text

Exit code: 0, 1 (the crate cannot be built, or is no component) or 2 (usage).
";

struct Call {
    folder: PathBuf,
    output: PathBuf,
    target_dir: PathBuf,
}

fn main() -> ExitCode {
    let call = match parse() {
        Ok(Some(call)) => call,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("componentize: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(call) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("componentize: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Option<Call>, lexopt::Error> {
    let (mut folder, mut output, mut target_dir) = (None, None, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Short('o') | Long("output") => output = Some(arguments.value()?.into()),
            Long("target-dir") => target_dir = Some(arguments.value()?.into()),
            Value(value) if folder.is_none() => folder = Some(value.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(Call {
        folder: folder.ok_or("which folder is the crate in?")?,
        output: output.ok_or("where should the component go? Say it with `-o FILE.wasm`")?,
        target_dir: target_dir.unwrap_or_else(default_target_dir),
    }))
}

/// The folder that the project's own build uses for guests, so that a standard
/// library that was built from source is built once.
fn default_target_dir() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")).join("guests")
}

fn run(call: Call) -> Result<(), Box<dyn Error>> {
    let toolchain = Toolchain::find()?;
    let package = Guests::package(&call.folder)?;
    eprintln!("Building {package}; the first time may take a minute or two.");
    // cargo runs in the crate's folder, where a relative path would mean another place.
    let guests = Guests {
        workspace: call.folder,
        packages: vec![package],
        target_dir: std::path::absolute(call.target_dir)?,
    };
    for component in guests.build(&toolchain)? {
        if let Some(parent) = call.output.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&call.output, &component.bytes)
            .map_err(|error| format!("cannot write {}: {error}", call.output.display()))?;
        println!("{}: {} bytes", call.output.display(), component.bytes.len());
    }
    Ok(())
}
