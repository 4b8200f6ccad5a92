//! Somebody who knows the documents and nothing of this code: a Python script with a
//! JCS, an Ed25519 and an HTTP library walks the whole way, with the real program.

use std::path::PathBuf;
use std::process::Command;

/// The Python that `scripts/setup` prepares.
pub fn python() -> PathBuf {
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.tools/python/bin/python");
    let python = std::env::var_os("MARKETPLACE_TEST_PYTHON").map_or(ours, PathBuf::from);
    assert!(python.exists(), "{} is not there: run `scripts/setup test`", python.display());
    python
}

#[test]
fn a_strangers_python_publishes_installs_and_drops_in_a_category() {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("notes.wasm");
    std::fs::write(&component, marketplace_test_guests::HONEST).unwrap();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/stranger.py");
    let output = Command::new(python())
        .arg(script)
        .args([env!("CARGO_BIN_EXE_marketplace").as_ref(), folder.path().as_os_str(), component.as_os_str()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("all of it worked"), "{said}");
}
