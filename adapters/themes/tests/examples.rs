//! The example packages: they are themes, for light and dark pages, and text on them can be read.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use adapter_themes::{contrast, theme};
use marketplace_adapter_sdk::files::Memory;

fn package(name: &str) -> Memory {
    let themes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages/themes");
    Memory::from_folder(themes.join(name).join("package")).unwrap()
}

#[test]
fn the_examples_are_themes_with_two_schemes_and_legible_text() {
    for (name, assets) in [("harbour", vec!["img/waves.svg"]), ("ember", vec![])] {
        let theme = theme::read(&package(name)).unwrap();
        // The icon is for the marketplace, and so is what the manifest says of it.
        let remarked: Vec<&str> = theme.remarks.iter().map(|remark| remark.subject.as_str()).collect();
        assert_eq!(remarked, ["icon.svg"], "{name}");
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
