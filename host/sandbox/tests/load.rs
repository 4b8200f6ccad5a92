//! What is refused before it is ever called.

#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use marketplace_sandbox::{Adapter, Contract, Limits, LoadError, Outcome, Presentation, Sandbox};
use marketplace_test_guests::{GALLERY, HONEST};
use support::{files, manifest, small};

async fn load(limits: Limits, bytes: &[u8]) -> Result<Adapter, LoadError> {
    Sandbox::new(limits, None).unwrap().load(bytes).await
}

/// A component that imports `imports` and exports nothing.
fn importing(imports: &[&str]) -> Vec<u8> {
    let imports = imports.iter().fold(String::new(), |mut all, import| {
        write!(all, "(import \"{import}\" (instance))").unwrap();
        all
    });
    wat::parse_str(format!("(component {imports})")).unwrap()
}

#[tokio::test]
async fn sockets_and_other_unknown_imports_are_refused_by_name() {
    let bytes = importing(&[
        "wasi:io/poll@0.2.3",
        "wasi:sockets/tcp@0.2.3",
        "wasi:http/outgoing-handler@0.2.0",
        "evil:net/raw",
    ]);
    let Err(LoadError::UnknownImports(names)) = load(small(), &bytes).await else { panic!("loaded") };
    assert_eq!(names, ["wasi:sockets/tcp@0.2.3", "wasi:http/outgoing-handler@0.2.0", "evil:net/raw"]);
}

#[tokio::test]
async fn a_runtime_that_brings_a_network_is_told_how_to_leave_it_out() {
    for (import, told) in [
        ("wasi:sockets/ip-name-lookup@0.2.9", true),
        ("wasi:http/types@0.2.10", true),
        ("evil:net/raw", false),
    ] {
        let error = load(small(), &importing(&[import])).await.unwrap_err().to_string();
        assert!(error.contains(import), "{error}");
        assert_eq!(error.contains("--stub-wasi") && error.contains("disableFeatures"), told, "{error}");
    }
}

#[tokio::test]
async fn another_version_of_the_contract_is_an_unknown_import() {
    for import in [
        "marketplace:category/log@1.2.0",
        "marketplace:category/log@2.0.0",
        "marketplace:category/validator@1.0.0",
    ] {
        let error = load(small(), &importing(&[import])).await.unwrap_err();
        assert_eq!(error, LoadError::UnknownImports(vec![import.into()]));
    }
}

#[tokio::test]
async fn missing_exports_are_named() {
    let Err(LoadError::MissingExports(names)) = load(small(), &importing(&[])).await else {
        panic!("loaded")
    };
    // Those of the newest version: whoever has none yet starts there.
    assert_eq!(names, ["marketplace:category/validator@1.1.0", "marketplace:category/presenter@1.1.0"]);
}

#[tokio::test]
async fn versions_are_served_side_by_side() {
    let sandbox = Sandbox::new(small(), None).unwrap();
    let (old, new) = (sandbox.load(GALLERY).await.unwrap(), sandbox.load(HONEST).await.unwrap());
    assert_eq!((old.contract(), new.contract()), (Contract::V1_0, Contract::V1_1));
    for adapter in [&old, &new] {
        let version = format!("@{}", adapter.contract().version());
        let names = adapter.imports().iter().chain(adapter.exports());
        assert!(
            names.clone().count() > 0 && names.clone().all(|name| name.ends_with(&version)),
            "{adapter:?}"
        );
    }
    assert_eq!(old.describe().await.answer().unwrap().id, "posters");
    assert_eq!(new.describe().await.answer().unwrap().id, "notes");
}

#[tokio::test]
async fn an_adapter_of_1_0_shows_nothing_of_its_own() {
    let old = load(small(), GALLERY).await.unwrap();
    assert_eq!(old.present().await, Outcome::Answer(Presentation::default()));
    assert_eq!(old.details(&manifest("dawn"), files(&[])).await, Outcome::Answer(Vec::new()));
}

/// A component that imports and exports empty instances of these names.
fn between(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance))")).collect();
    let exports: String = exports.iter().map(|name| format!("(export \"{name}\" (instance $i))")).collect();
    wat::parse_str(format!("(component {imports} (instance $i) {exports})")).unwrap()
}

#[tokio::test]
async fn an_adapter_is_of_one_version() {
    let mixed = between(
        &["marketplace:category/log@1.0.0"],
        &["marketplace:category/validator@1.1.0", "marketplace:category/presenter@1.1.0"],
    );
    let error = load(small(), &mixed).await.unwrap_err();
    assert_eq!(error, LoadError::UnknownImports(vec!["marketplace:category/log@1.0.0".into()]));
    // Of two, the newer one counts.
    let both = between(
        &["marketplace:category/log@1.0.0"],
        &["marketplace:category/validator@1.0.0", "marketplace:category/validator@1.1.0"],
    );
    let error = load(small(), &both).await.unwrap_err();
    assert_eq!(error, LoadError::UnknownImports(vec!["marketplace:category/log@1.0.0".into()]));
}

#[tokio::test]
async fn what_1_1_added_is_missed_by_name() {
    let silent = between(&[], &["marketplace:category/validator@1.1.0"]);
    let error = load(small(), &silent).await.unwrap_err();
    assert_eq!(error, LoadError::MissingExports(vec!["marketplace:category/presenter@1.1.0".into()]));
}

#[tokio::test]
async fn the_names_of_the_contract_with_other_types_are_a_mismatch() {
    let bytes = wat::parse_str(
        r#"(component
            (import "marketplace:category/log@1.0.0" (instance (export "log" (func (param "all" u64)))))
            (instance $i)
            (export "marketplace:category/validator@1.0.0" (instance $i)))"#,
    )
    .unwrap();
    assert_eq!(load(small(), &bytes).await.unwrap_err().code(), "component_mismatch");
    let no_functions = wat::parse_str(
        r#"(component (instance $i) (export "marketplace:category/validator@1.0.0" (instance $i)))"#,
    )
    .unwrap();
    assert_eq!(load(small(), &no_functions).await.unwrap_err().code(), "component_mismatch");
}

#[tokio::test]
async fn other_files_are_refused_and_a_core_module_is_told_apart() {
    let module = wat::parse_str("(module)").unwrap();
    assert_eq!(load(small(), &module).await.unwrap_err(), LoadError::NotAComponent { module: true });
    for other in [&b""[..], b"PK\x03\x04", b"\x7fELF"] {
        assert_eq!(load(small(), other).await.unwrap_err(), LoadError::NotAComponent { module: false });
    }
    let half = &HONEST[..HONEST.len() / 2];
    assert_eq!(load(small(), half).await.unwrap_err().code(), "component_malformed");
}

#[tokio::test]
async fn machine_code_is_never_taken_from_a_stranger() {
    // What an ahead-of-time compiler writes is an ELF file: to `load` it is some other file.
    let engine = wasmtime::Engine::default();
    let compiled = engine.precompile_component(HONEST).unwrap();
    assert_eq!(load(small(), &compiled).await.unwrap_err(), LoadError::NotAComponent { module: false });
}

#[tokio::test]
async fn size_and_complexity_are_bounded_before_compiling() {
    let size = HONEST.len();
    let error = load(Limits { component_bytes: size - 1, ..small() }, HONEST).await.unwrap_err();
    assert_eq!(error, LoadError::TooLarge { size, limit: size - 1 });
    for limits in [
        Limits { function_bytes: 100, ..small() },
        Limits { functions: 10, ..small() },
        Limits { modules: 1, ..small() },
    ] {
        assert_eq!(load(limits, HONEST).await.unwrap_err().code(), "component_too_complex");
    }
}

#[tokio::test]
async fn a_compilation_that_takes_too_long_is_not_waited_for() {
    let error = load(Limits { compile_time: Duration::from_millis(1), ..small() }, HONEST).await.unwrap_err();
    assert_eq!(error, LoadError::TooSlow { limit: Duration::from_millis(1) });
}

#[tokio::test]
async fn a_component_that_needs_more_than_a_call_may_use_is_unfit() {
    for module in ["(module (memory 2000))", "(module (table 100000 funcref))"] {
        let component = format!(
            "(component (core module $m {}) (core instance (instantiate $m)) (instance $i)
               (export \"marketplace:category/validator@1.0.0\" (instance $i)))",
            &module["(module".len()..module.len() - 1]
        );
        let error = load(small(), &wat::parse_str(component).unwrap()).await.unwrap_err();
        assert_eq!(error.code(), "component_unfit", "{error}");
    }
}
