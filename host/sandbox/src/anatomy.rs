//! What a component is made of, counted without running or compiling it.

use serde::Serialize;
use wasmparser::{Parser, Payload};

use crate::LoadError;

/// The size of a page of linear memory.
const PAGE: u64 = 64 * 1024;

/// How much of everything is in a component, over all of its modules: what the limits on loading count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Anatomy {
    /// Core modules and nested components.
    pub modules: usize,
    /// Functions.
    pub functions: usize,
    /// Bytes of the largest function.
    pub largest_function: usize,
    /// Bytes of all functions.
    pub code_bytes: usize,
    /// Bytes of what memories are filled with at the start.
    pub data_bytes: usize,
    /// Linear memories.
    pub memories: usize,
    /// Bytes that those have at the start.
    pub memory_bytes: u64,
}

impl Anatomy {
    /// Counts.
    ///
    /// # Errors
    /// If it is no component, or a damaged one.
    pub fn of(bytes: &[u8]) -> Result<Self, LoadError> {
        let malformed =
            |error: wasmparser::BinaryReaderError| LoadError::Malformed { reason: error.to_string() };
        if !Parser::is_component(bytes) {
            return Err(LoadError::NotAComponent { module: Parser::is_core_wasm(bytes) });
        }
        let mut it = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(malformed)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => it.modules += 1,
                Payload::CodeSectionEntry(body) => {
                    it.functions += 1;
                    it.code_bytes += body.range().len();
                    it.largest_function = it.largest_function.max(body.range().len());
                }
                Payload::DataSection(data) => it.data_bytes += data.range().len(),
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        it.memories += 1;
                        it.memory_bytes = it
                            .memory_bytes
                            .saturating_add(memory.map_err(malformed)?.initial.saturating_mul(PAGE));
                    }
                }
                _ => {}
            }
        }
        Ok(it)
    }
}
