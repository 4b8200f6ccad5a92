//! What a WebAssembly component asks its host for.
//!
//! Only the component's outermost names are read. They are all the authority that it can
//! get: what is nested inside receives nothing that the outermost level did not import. The
//! code itself is validated by the engine, before it runs.

use wasmparser::{Chunk, ComponentExternalKind, Parser, Payload};

/// The outermost names of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// `wasi:io/streams@0.2.6`, in the order imported.
    pub imports: Vec<String>,
    /// `run`, in the order exported.
    pub exports: Vec<String>,
    /// Those of the exports that are functions: an instance or a type of the same name cannot be called.
    pub functions: Vec<String>,
}

/// Why these bytes are no component.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoComponent {
    /// A core module: what a compiler writes before it is made a component.
    #[error(
        "it is a core WebAssembly module, and must be a component. Build it for the target `wasm32-wasip2`, or encode it with `wasm-tools component new`, which takes `--adapt` for a module that imports `wasi_snapshot_preview1`"
    )]
    CoreModule,
    /// WebAssembly Text, or anything else.
    #[error("it is not WebAssembly. Put the compiled component there")]
    NotWebAssembly,
    /// Cut short, or damaged.
    #[error("it cannot be read as a component: {0}. Build it again")]
    Malformed(String),
}

/// Reads the outermost names of a component.
///
/// # Errors
/// See [`NoComponent`].
pub fn interface(bytes: &[u8]) -> Result<Interface, NoComponent> {
    if Parser::is_core_wasm(bytes) {
        return Err(NoComponent::CoreModule);
    }
    if !Parser::is_component(bytes) {
        return Err(NoComponent::NotWebAssembly);
    }
    let malformed = |error: wasmparser::BinaryReaderError| NoComponent::Malformed(error.to_string());
    let mut interface = Interface::default();
    let mut parser = Parser::new(0);
    let mut rest = bytes;
    loop {
        let (consumed, payload) = match parser.parse(rest, true).map_err(malformed)? {
            Chunk::Parsed { consumed, payload } => (consumed, payload),
            Chunk::NeedMoreData(_) => return Err(NoComponent::Malformed("it ends too early".into())),
        };
        rest = &rest[consumed..];
        match payload {
            // What is nested has no authority of its own, and may be megabytes: step over it.
            Payload::ModuleSection { unchecked_range, .. }
            | Payload::ComponentSection { unchecked_range, .. } => {
                rest = rest
                    .get(unchecked_range.len()..)
                    .ok_or_else(|| NoComponent::Malformed("a module inside it ends too early".into()))?;
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    interface.imports.push(import.map_err(malformed)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export.map_err(malformed)?;
                    let name = export.name.name.to_owned();
                    if export.kind == ComponentExternalKind::Func {
                        interface.functions.push(name.clone());
                    }
                    interface.exports.push(name);
                }
            }
            Payload::End(_) => return Ok(interface),
            _ => {}
        }
    }
}

/// An import that names an interface: `wasi:http/types@0.2.6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import<'a> {
    /// `wasi:http`
    pub package: &'a str,
    /// `types`
    pub interface: &'a str,
    /// `0.2.6`
    pub version: Option<&'a str>,
}

impl<'a> Import<'a> {
    /// The parts of an import's name, if it names an interface. A plain label, a URL, a
    /// hash or a locked dependency does not: the host has no idea what is behind it.
    #[must_use]
    pub fn parse(name: &'a str) -> Option<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => (path, Some(version)),
            None => (name, None),
        };
        let (package, interface) = path.split_once('/')?;
        let well_formed =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let (namespace, local) = package.split_once(':')?;
        [namespace, local, interface].into_iter().all(well_formed).then_some(Self {
            package,
            interface,
            version,
        })
    }

    /// Whether it is of the WASI 0.2 that the sandbox links.
    #[must_use]
    pub fn is_wasi_0_2(&self) -> bool {
        // Digits alone: `parse` would take `+6` as well, and `0.2.0-rc-2023-11-10` is another interface.
        let is_patch =
            |patch: &str| (1..=4).contains(&patch.len()) && patch.bytes().all(|b| b.is_ascii_digit());
        self.package.starts_with("wasi:")
            && self.version.and_then(|v| v.strip_prefix("0.2.")).is_some_and(is_patch)
    }

    /// Whether any component may import it: streams, clocks, random numbers, and the
    /// environment, standard streams and exit status of a program, all of which the
    /// sandbox links with nothing in them. Language runtimes import these unasked.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        self.is_wasi_0_2() && matches!(self.package, "wasi:io" | "wasi:clocks" | "wasi:random" | "wasi:cli")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(text).unwrap()
    }

    #[test]
    fn the_outermost_names_are_read() {
        let bytes = component(
            r#"(component
                (import "wasi:io/error@0.2.6" (instance))
                (core module (func (export "f")))
                (import "wasi:http/types@0.2.6" (instance $http))
                (export "again" (instance $http)))"#,
        );
        let interface = interface(&bytes).unwrap();
        assert_eq!(interface.imports, ["wasi:io/error@0.2.6", "wasi:http/types@0.2.6"]);
        assert_eq!(interface.exports, ["again"]);
        assert_eq!(interface.functions, [""; 0]);
    }

    #[test]
    fn imports_of_what_is_nested_are_none_of_the_components_own() {
        let bytes = component(
            r#"(component
                (component (import "wasi:sockets/tcp@0.2.6" (instance)))
                (core module (import "env" "f" (func))))"#,
        );
        assert_eq!(interface(&bytes).unwrap(), Interface::default());
    }

    #[test]
    fn a_core_module_is_refused() {
        assert_eq!(interface(&component("(module)")), Err(NoComponent::CoreModule));
    }

    #[test]
    fn text_and_nothing_are_refused() {
        assert_eq!(interface(b"(component)"), Err(NoComponent::NotWebAssembly));
        assert_eq!(interface(b""), Err(NoComponent::NotWebAssembly));
    }

    #[test]
    fn a_component_cut_short_anywhere_is_refused_or_shows_nothing_more() {
        let bytes = component(r#"(component (core module (func)) (import "a:b/c" (instance)))"#);
        for length in 9..bytes.len() {
            if let Ok(cut) = interface(&bytes[..length]) {
                // A cut between two sections is a shorter component.
                assert!(cut.imports.len() <= 1);
            }
        }
        let module = component("(component (core module (func)))");
        assert!(matches!(interface(&module[..module.len() - 3]), Err(NoComponent::Malformed(_))));
    }

    #[test]
    fn an_import_is_read_into_its_parts() {
        let import = Import::parse("wasi:http/types@0.2.6").unwrap();
        assert_eq!(import, Import { package: "wasi:http", interface: "types", version: Some("0.2.6") });
        for name in [
            "print",
            "url=<https://a:b/c>",
            "integrity=<sha256-x>",
            "locked-dep=<a:b/c@1.0.0>",
            "a:/b",
            "a:b/",
        ] {
            assert_eq!(Import::parse(name), None, "{name}");
        }
    }

    #[test]
    fn only_the_wasi_that_the_sandbox_links_is_harmless() {
        let harmless = |name| Import::parse(name).unwrap().is_harmless();
        assert!(harmless("wasi:io/streams@0.2.0") && harmless("wasi:cli/stdout@0.2.10"));
        for name in [
            "wasi:io/streams@0.3.0",
            "wasi:io/streams",
            "wasi:sockets/tcp@0.2.0",
            "wasi:io/poll@0.2.x",
            "wasi:io/poll@0.2.+6",
            "wasi:io/poll@0.2.0-rc-2023-11-10",
            "wasi:cli/stdout@0.2",
            "evil:io/poll@0.2.0",
        ] {
            assert!(!harmless(name), "{name}");
        }
    }
}
