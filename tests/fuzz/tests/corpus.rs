//! Every file of every corpus keeps its target's properties: what fuzzers found stays found.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use marketplace_fuzz::{Shown, TARGETS};

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

#[test]
fn every_file_keeps_its_targets_properties() {
    for (name, target) in TARGETS {
        let mut count = 0;
        for entry in fs::read_dir(corpus().join(name)).unwrap() {
            let path = entry.unwrap().path();
            // Shown if the target panics.
            println!("{}", path.display());
            target(&fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "{name} has no corpus");
    }
}

#[test]
fn every_target_has_its_fuzzer_and_its_corpus_and_the_reverse() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = |folder: PathBuf| -> BTreeSet<_> {
        fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(named(corpus()), targets);
    let bins = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bins");
    assert_eq!(named(bins.clone()), targets);
    for name in &targets {
        let source = fs::read_to_string(bins.join(format!("{name}.rs"))).unwrap();
        assert!(source.contains(&format!("marketplace_fuzz::{name}(")), "{name} fuzzes something else");
    }
}

#[test]
fn a_package_comes_back_from_its_bytes() {
    let bytes = b"clock\nread:metrics.cpu\n\x1ewidget.json\n{}\n\x1elib/a.js\n\n\x1e../escape\nx\n\x1eLIB/A.js\nagain";
    let shown = Shown::from_bytes(bytes);
    assert_eq!(
        (shown.manifest.name.as_str(), &shown.manifest.permissions[..]),
        ("clock", &["read:metrics.cpu".to_owned()][..])
    );
    assert_eq!(shown.files.0.keys().collect::<Vec<_>>(), ["lib/a.js", "widget.json"]);
    let again = Shown::from_bytes(&shown.to_bytes());
    assert_eq!((again.manifest, again.files), (shown.manifest, shown.files));
}
