//! A crate outside the workspace, made a component by what the build itself uses.
#![allow(clippy::unwrap_used)]

mod component;

use std::path::{Path, PathBuf};

use component::interface;
use marketplace_componentize::{BuildError, Guests, Toolchain};
use wasmparser::{Validator, WasmFeatures};

/// The folder that the build uses: a standard library from source is built once.
fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("guests")
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/categories/wallpapers")
}

#[test]
fn the_example_category_is_a_component_that_imports_only_the_contract() {
    let folder = example();
    let package = Guests::package(&folder).unwrap();
    let guests = Guests { workspace: folder, packages: vec![package], target_dir: target_dir() };
    let built = guests.build(&Toolchain::find().unwrap()).unwrap();
    let [component] = built.as_slice() else { panic!("one package, one component") };

    Validator::new_with_features(WasmFeatures::default()).validate_all(&component.bytes).unwrap();
    let (imports, exports) = interface(&component.bytes);
    assert!(imports.iter().any(|name| name == "marketplace:category/contents@1.1.0"), "{imports:?}");
    assert!(imports.iter().all(|name| name.starts_with("marketplace:category/")), "{imports:?}");
    let expected =
        ["installer", "presenter", "validator"].map(|name| format!("marketplace:category/{name}@1.1.0"));
    assert_eq!(exports, expected);
}

#[test]
fn a_crate_that_does_not_compile_is_refused_in_the_compilers_words() {
    let folder = tempfile::tempdir().unwrap();
    let manifest =
        "[package]\nname = \"broken\"\nedition = \"2024\"\n[workspace]\n[lib]\npath = \"lib.rs\"\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("lib.rs"), "not rust").unwrap();
    let guests = Guests {
        workspace: folder.path().into(),
        packages: vec![Guests::package(folder.path()).unwrap()],
        target_dir: target_dir(),
    };
    let error = guests.build(&Toolchain::find().unwrap()).unwrap_err();
    assert!(matches!(error, BuildError::Cargo { .. }), "{error}");
    assert!(error.to_string().contains("lib.rs:1:"), "{error}");
}

#[test]
fn a_library_that_is_no_cdylib_is_told_how_to_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let manifest =
        "[package]\nname = \"plain-library\"\nedition = \"2024\"\n[workspace]\n[lib]\npath = \"lib.rs\"\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("lib.rs"), "").unwrap();
    let guests = Guests {
        workspace: folder.path().into(),
        packages: vec!["plain-library".into()],
        target_dir: target_dir(),
    };
    let error = guests.build(&Toolchain::find().unwrap()).unwrap_err();
    assert!(error.to_string().contains("crate-type = [\"cdylib\"]"), "{error}");
}

#[test]
fn a_folder_without_a_package_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Guests::package(folder.path()), Err(BuildError::Io { .. })));
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    assert!(matches!(Guests::package(folder.path()), Err(BuildError::Project { .. })));
}

#[test]
fn packages_that_say_they_are_components_are_discovered() {
    let found = Guests::discover(&example().join("..")).unwrap();
    assert!(found.iter().any(|(name, _)| name == "wallpapers"), "{found:?}");
}
