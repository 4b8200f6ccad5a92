//! The example packages: they are themes, for light and dark pages, and text on them can be read.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::Path};

use adapter_themes::{contrast, theme};

fn package(name: &str) -> BTreeMap<String, Vec<u8>> {
    fn add(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/packages/themes")
        .join(name)
        .join("package");
    let mut files = BTreeMap::new();
    add(&root, &root, &mut files);
    files
}

#[test]
fn the_examples_are_themes_with_two_schemes_and_legible_text() {
    for (name, assets) in [("harbour", vec!["img/waves.svg"]), ("ember", vec![])] {
        let theme = theme::read(&package(name)).unwrap();
        assert_eq!(theme.remarks, [], "{name}");
        assert_eq!(theme.assets, assets);
        for scheme in [theme.light.unwrap(), theme.dark.unwrap()] {
            for ground in ["--color-background", "--color-surface"] {
                for text in [
                    "--color-text",
                    "--color-text-muted",
                    "--color-accent",
                    "--color-success",
                    "--color-warning",
                    "--color-danger",
                ] {
                    let ratio = contrast::ratio(&scheme[text], &scheme[ground]).unwrap();
                    assert!(
                        ratio >= contrast::AA,
                        "{name}: {text} {} on {ground} {}: {ratio:.2}",
                        scheme[text],
                        scheme[ground]
                    );
                }
            }
            assert!(
                contrast::ratio(&scheme["--color-on-accent"], &scheme["--color-accent"]).unwrap()
                    >= contrast::AA,
                "{name}"
            );
        }
    }
}
