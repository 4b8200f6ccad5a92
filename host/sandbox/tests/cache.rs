//! What was compiled once is loaded, if this host wrote it.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use marketplace_sandbox::{CacheFolder, Digest, Outcome, Sandbox};
use marketplace_test_guests::{HONEST, ROGUE};
use support::small;

fn sandbox(folder: &Path, key: u8) -> Sandbox {
    Sandbox::new(small(), Some(CacheFolder::open(folder, [key; 32]).unwrap())).unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

async fn is_cached(folder: &Path, key: u8, bytes: &[u8]) -> bool {
    sandbox(folder, key).load_cached(&Digest::of(bytes)).await.unwrap().is_some()
}

#[tokio::test]
async fn a_component_is_compiled_once() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!is_cached(folder.path(), 1, HONEST).await);
    sandbox(folder.path(), 1).load(HONEST).await.unwrap();
    let adapter = sandbox(folder.path(), 1).load_cached(&Digest::of(HONEST)).await.unwrap().unwrap();
    assert_eq!(adapter.digest(), Digest::of(HONEST));
    assert_eq!(adapter.size(), HONEST.len() as u64);
    assert!(matches!(adapter.validate(&[]).await, Outcome::Answer(_)));
}

#[tokio::test]
async fn an_entry_under_another_key_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    sandbox(folder.path(), 1).load(HONEST).await.unwrap();
    assert!(!is_cached(folder.path(), 2, HONEST).await);
}

#[tokio::test]
async fn a_damaged_or_truncated_entry_is_ignored_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    sandbox(folder.path(), 1).load(HONEST).await.unwrap();
    let entry = entries(folder.path()).remove(0);
    let good = fs::read(&entry).unwrap();
    // In the magic, the MAC, the size, and the code.
    for at in [0, 20, 50, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&entry, bad).unwrap();
        assert!(!is_cached(folder.path(), 1, HONEST).await, "a flipped bit at {at} was believed");
    }
    for length in [0, 30, good.len() - 1] {
        fs::write(&entry, &good[..length]).unwrap();
        assert!(!is_cached(folder.path(), 1, HONEST).await, "{length} bytes were believed");
    }
    sandbox(folder.path(), 1).load(HONEST).await.unwrap();
    assert!(is_cached(folder.path(), 1, HONEST).await);
}

#[tokio::test]
async fn an_entry_renamed_to_anothers_name_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    sandbox(folder.path(), 1).load(HONEST).await.unwrap();
    let entry = entries(folder.path()).remove(0);
    let name = entry.file_name().unwrap().to_str().unwrap();
    let other = name.replace(&Digest::of(HONEST).to_string(), &Digest::of(ROGUE).to_string());
    assert_ne!(name, other);
    fs::rename(&entry, entry.with_file_name(other)).unwrap();
    assert!(!is_cached(folder.path(), 1, ROGUE).await);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_entries_and_no_half_of_one_remains() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("compiled");
    sandbox(&inner, 1).load(HONEST).await.unwrap();
    let entries = entries(&inner);
    assert_eq!(entries.len(), 1);
    assert_eq!(fs::metadata(&entries[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_costs_a_compilation_only() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox(&folder.path().join("gone"), 1);
    fs::remove_dir(folder.path().join("gone")).unwrap();
    assert!(matches!(sandbox.load(HONEST).await.unwrap().validate(&[]).await, Outcome::Answer(_)));
}
