//! What can be known of a component before it is compiled, and what would make compiling
//! it take for ever.

use wasmparser::{Parser, Payload};

use crate::{Limits, LoadError};

/// The names at the outside of a component.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

/// Walks over a component without compiling it.
///
/// # Errors
/// If it is no component, or past a bound that keeps compilation short: it cannot be
/// stopped once it has begun.
pub(crate) fn survey(bytes: &[u8], limits: &Limits) -> Result<Outside, LoadError> {
    let malformed = |error: wasmparser::BinaryReaderError| LoadError::Malformed { reason: error.to_string() };
    let complex = |what, limit| LoadError::TooComplex { what, limit };
    if !Parser::is_component(bytes) {
        return Err(LoadError::NotAComponent { module: Parser::is_core_wasm(bytes) });
    }
    let mut outside = Outside::default();
    let (mut depth, mut functions, mut modules) = (0_usize, 0_usize, 0_usize);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(malformed)? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                modules += 1;
                if modules > limits.modules {
                    return Err(complex("modules", limits.modules));
                }
            }
            Payload::CodeSectionEntry(body) => {
                functions += 1;
                if functions > limits.functions {
                    return Err(complex("functions", limits.functions));
                }
                if body.range().len() > limits.function_bytes {
                    return Err(complex("bytes in one function", limits.function_bytes));
                }
            }
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    outside.imports.push(import.map_err(malformed)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if depth == 1 => {
                for export in exports {
                    outside.exports.push(export.map_err(malformed)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(outside)
}
