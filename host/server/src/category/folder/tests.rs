#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::symlink;

use super::look::{Bytes, list, read};
use super::*;

fn stamp(folder: &Path, name: &str) -> Stamp {
    list(folder).unwrap().remove(name).unwrap().unwrap()
}

#[test]
fn components_are_listed_and_what_cannot_be_one_is_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for name in ["b.wasm", "a.wasm", ".c.wasm", "d.wasm.part", "README"] {
        fs::write(path.join(name), name).unwrap();
    }
    fs::create_dir(path.join("folder.wasm")).unwrap();
    symlink(path.join("a.wasm"), path.join("link.wasm")).unwrap();
    symlink("/etc/passwd", path.join("elsewhere.wasm")).unwrap();
    let listed = list(path).unwrap();
    let names: Vec<(&str, bool)> = listed.iter().map(|(name, it)| (name.as_str(), it.is_ok())).collect();
    assert_eq!(
        names,
        [
            ("a.wasm", true),
            ("b.wasm", true),
            ("elsewhere.wasm", false),
            ("folder.wasm", false),
            ("link.wasm", false)
        ]
    );
    assert!(listed["link.wasm"].as_ref().unwrap_err().contains("symbolic link"));
}

#[test]
fn of_a_folder_with_too_much_in_it_nothing_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..=MOST_FILES {
        fs::write(folder.path().join(format!("{number}.wasm")), "").unwrap();
    }
    let error = list(folder.path()).unwrap_err().to_string();
    assert!(error.contains("65 components, over 64"), "{error}");
    let error = list(&folder.path().join("nowhere")).unwrap_err().to_string();
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn what_was_looked_at_is_read_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path(), folder.path().join("a.wasm"));
    fs::write(&file, "component").unwrap();
    let looked = stamp(path, "a.wasm");
    assert!(
        matches!(read(path, "a.wasm", looked, 100).unwrap(), Bytes::Whole(bytes) if bytes == b"component")
    );
    assert!(matches!(read(path, "a.wasm", looked, 8).unwrap(), Bytes::TooLarge(9)));

    // Others of its size, with its times, under its name; a link; and nothing.
    let times = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(path.join("other"), "different").unwrap();
    fs::File::options().write(true).open(path.join("other")).unwrap().set_modified(times).unwrap();
    fs::rename(path.join("other"), &file).unwrap();
    assert!(matches!(read(path, "a.wasm", looked, 100).unwrap(), Bytes::Moving));
    fs::rename(&file, path.join("elsewhere")).unwrap();
    symlink("elsewhere", &file).unwrap();
    assert!(matches!(read(path, "a.wasm", looked, 100).unwrap(), Bytes::Moving));
    fs::remove_file(&file).unwrap();
    assert!(matches!(read(path, "a.wasm", looked, 100).unwrap(), Bytes::Moving));
}

#[test]
fn a_file_is_read_when_it_held_still_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path(), folder.path().join("a.wasm"));
    let mut state = State::default();
    let look = |state: &mut State| state.update(list(path).unwrap());
    fs::write(&file, "com").unwrap();
    assert!(look(&mut state).is_empty(), "it may be on its way");
    fs::write(&file, "component").unwrap();
    assert!(look(&mut state).is_empty(), "it was");
    let ready = look(&mut state);
    assert_eq!(ready.len(), 1);
    let (name, stamp) = ready.into_iter().next().unwrap();
    let (digest, category) = (Digest::of(b"component"), "notes".parse().unwrap());
    state.decided(&name, stamp, What::Component { digest, category });
    assert!(look(&mut state).is_empty(), "it is known");
    fs::write(&file, "another").unwrap();
    assert!(look(&mut state).is_empty());
    assert_eq!(look(&mut state).len(), 1, "it changed");
    fs::remove_file(&file).unwrap();
    assert!(look(&mut state).is_empty() && state.files.is_empty());
}
