//! Guests in WebAssembly text: a few instructions that attack, and what every component needs.
//!
//! A file is a whole component if it says `(component`. Otherwise it is the inside of a core module:
//! the definitions of `usual.wat` that it does not have itself are added, and the module becomes a
//! component of the world in `world.wit`.
//!
//! What stands between the lines `;; repeat N` and `;; end` is there N times. `;; strings: utf16`
//! says how the component encodes texts.

use std::error::Error;
use std::path::Path;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// What guests in text are made with.
pub(crate) struct Text {
    usual: Vec<String>,
    resolve: Resolve,
    world: WorldId,
}

impl Text {
    pub(crate) fn new(workspace: &Path, contract: &Path) -> Result<Self, Box<dyn Error>> {
        let mut resolve = Resolve::default();
        resolve.push_dir(contract)?;
        let path = workspace.join("world.wit");
        let package = resolve.push_str(&path, &std::fs::read_to_string(&path)?)?;
        let world = resolve.select_world(&[package], Some("guest"))?;
        let usual = definitions(&std::fs::read_to_string(workspace.join("usual.wat"))?);
        Ok(Self { usual, resolve, world })
    }

    /// The component that the file is.
    pub(crate) fn build(&self, file: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
        let source = std::fs::read_to_string(file)?;
        let written = repeated(&source)?;
        if source.lines().any(|line| line.starts_with("(component")) {
            return Ok(wat::parse_str(written)?);
        }
        let missing = self.usual.iter().filter(|definition| !source.contains(name(definition)));
        let inside = missing.fold(written, |inside, definition| inside + "\n" + definition);
        let mut module = wat::parse_str(format!("(module {inside})"))?;
        let utf16 = source.lines().any(|line| line == ";; strings: utf16");
        let strings = if utf16 { StringEncoding::UTF16 } else { StringEncoding::UTF8 };
        embed_component_metadata(&mut module, &self.resolve, self.world, strings)?;
        Ok(marketplace_componentize::encode(&module)?)
    }
}

/// The definitions of a text, each of which begins at the beginning of a line.
fn definitions(text: &str) -> Vec<String> {
    let mut definitions: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with(";;")) {
        match definitions.last_mut() {
            Some(last) if !line.starts_with('(') => *last += &format!("\n{line}"),
            _ => definitions.push(line.to_owned()),
        }
    }
    definitions
}

/// What a definition defines, as `(func $describe `.
fn name(definition: &str) -> &str {
    let end = definition.match_indices(' ').nth(1).map_or(definition.len(), |(at, _)| at + 1);
    &definition[..end]
}

/// The text with its repetitions written out.
fn repeated(text: &str) -> Result<String, Box<dyn Error>> {
    let mut written = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(times) = line.strip_prefix(";; repeat ") else {
            written += line;
            written.push('\n');
            continue;
        };
        let part: Vec<&str> = lines.by_ref().take_while(|line| *line != ";; end").collect();
        written += &(part.join("\n") + "\n").repeat(times.parse()?);
    }
    Ok(written)
}
