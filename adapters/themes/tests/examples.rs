//! The example packages: they are themes, for light and dark pages, and text on them can be read.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use adapter_themes::{Themes, contrast, theme};
use marketplace_adapter_sdk::bindings::presenter::Value;
use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::item::{Source, Staged};
use marketplace_adapter_sdk::prelude::*;

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

#[test]
fn people_see_the_colours_of_a_theme_and_what_is_installed_is_what_was_read() {
    let package = package("harbour");
    let manifest = Manifest {
        kind: "theme".into(),
        name: "harbour".into(),
        version: "1.0.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: r#"{"title":"Harbour"}"#.into(),
    };
    let details = Themes::details(&manifest, &package).unwrap();
    assert!(Themes::presentation().covers(&details));
    let palette = details.of(Field::colour("palette", "_"));
    assert_eq!(palette[..2], ["#eef2f4", "#fbfcfc"].map(|colour| Value::Colour(colour.into())));
    assert_eq!(palette.len(), 6);
    let schemes = details.of(Field::text("schemes", "_"));
    assert_eq!(schemes, ["Light", "Dark"].map(|scheme| Value::Text(scheme.into())));
    assert_eq!(details.of(Field::text("fonts", "_")), []);
    assert_eq!(details.of(Field::number("pictures", "_")), [Value::Number(1.0)]);

    let mut item = Staged::of(&package);
    Themes::install(&manifest, &[], &package, &mut item).unwrap();
    let css = theme::read(&package).unwrap().css.into_bytes();
    assert_eq!(item.files["theme.css"], Source::Bytes(css));
    assert_eq!(item.files["img/waves.svg"], Source::Package("img/waves.svg".into()));
    assert_eq!(item.files.len(), 2);
    assert_eq!(item.registry["harbour"]["title"], "Harbour");
}
