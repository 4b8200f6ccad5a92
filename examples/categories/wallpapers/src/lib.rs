//! The category `wallpapers`: pictures for the desktop.
//!
//! An example of a category that the marketplace was not built for: it knows only
//! the contract in `wit/` and the SDK, and is added to a running server as a file.
//!
//! # The package
//!
//! ```text
//! dawn.webp …    1 to 24 pictures (AVIF, JPEG, PNG, WebP), not in folders
//! README.md      if wanted; also LICENSE and credits.txt
//! ```
//!
//! # Permissions
//!
//! | permission | is |
//! |---|---|
//! | `rotate:30m` | how often the desktop may change the picture: `1m` to `7d` |
//!
//! # What is checked
//!
//! - Which files a wallpaper may have ([`package`]).
//! - Whether each picture is what its name says, large enough, and whole ([`picture`]).
//! - Who asks for a rotation has two pictures ([`rotation`]). Several pictures need none: people choose among them.
//!
//! # What is installed
//!
//! The pictures, below `images/`, the notes beside them, and one registry entry, keyed by the slug:
//! `{title, images: [{path, width, height, format}], rotate}`; `rotate` is the interval that was granted, or null.
//!
//! # What is shown
//!
//! How many pictures, and the size of the largest, on the card; people filter by format.
#![forbid(unsafe_code)]

mod package;
mod picture;
mod rotation;

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

use crate::picture::Picture;
use crate::rotation::Interval;

const PICTURES: Field<Number> = Field::number("pictures", "Pictures").on_card();
const LARGEST: Field<Text> = Field::text("largest", "Largest").on_card();
const FORMATS: Field<Text> = Field::text("formats", "Formats").facet();

/// The category.
#[derive(Debug)]
pub struct Wallpapers;

impl Category for Wallpapers {
    fn about() -> About {
        About {
            id: "wallpapers",
            singular: "wallpaper",
            name: "Wallpapers",
            description: "Pictures for the desktop: one, or several that take turns.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 20,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A wallpaper only shows pictures, and may ask to change them.").prefix(
            rotation::PREFIX,
            "rotate:30m",
            rotation::meaning,
        )
    }

    fn presentation() -> Presentation {
        Presentation::new(
            "1 to 24 pictures, not in folders; if wanted, a `README.md`, `LICENSE` or `credits.txt`.",
        )
        .field(PICTURES)
        .field(LARGEST)
        .field(FORMATS)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        let pictures = read(package)?;
        let rotates = rotation::declared(&manifest.permissions);
        if let (true, [only]) = (rotates.is_some(), pictures.as_slice()) {
            // Asking for what cannot be used teaches people to consent without reading.
            return Err(refuse(
                "rotation.one-picture",
                only.path.as_str(),
                "A wallpaper of one picture has nothing to change to. Add a picture, or remove the permission.",
            ));
        }
        Ok(Inspection { needed: Vec::new(), remarks: Vec::new() })
    }

    fn details(_: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let pictures = read(package)?;
        let largest =
            pictures.iter().max_by_key(|picture| u64::from(picture.width) * u64::from(picture.height));
        Ok(Details::new()
            .with(PICTURES, pictures.len())
            .with(LARGEST, largest.map(|picture| format!("{} × {}", picture.width, picture.height)))
            .with_each(FORMATS, pictures.iter().map(|picture| picture.format.name())))
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let pictures = read(package)?;
        for picture in &pictures {
            item.place(&picture.path, &installed_path(&picture.path))?;
        }
        for note in package.paths().into_iter().filter(|path| package::is_note(path)) {
            item.place(note, note)?;
        }
        item.register(&manifest.name, &entry(manifest, &pictures, rotation::granted(grants)))
    }
}

marketplace_adapter_sdk::export!(Wallpapers);

/// Every picture of the package, or every reason against it.
fn read(files: &dyn Files) -> Result<Vec<Picture>, Vec<Finding>> {
    let mut findings = Findings::new();
    let mut pictures = Vec::new();
    for path in package::pictures(&files.paths(), &mut findings) {
        match files.read(path).and_then(|bytes| Picture::check(path, &bytes).map_err(|finding| vec![finding]))
        {
            Ok(picture) => pictures.push(picture),
            Err(reasons) => findings.extend(reasons),
        }
    }
    findings.or(pictures)
}

fn installed_path(path: &str) -> String {
    format!("images/{path}")
}

/// What the desktop reads from the registry.
fn entry(manifest: &Manifest, pictures: &[Picture], rotate: Option<Interval>) -> Value {
    let images: Vec<Value> = pictures
        .iter()
        .map(|picture| {
            json!({
                "path": installed_path(&picture.path),
                "width": picture.width,
                "height": picture.height,
                "format": picture.format.name(),
            })
        })
        .collect();
    json!({ "title": manifest.title(), "images": images, "rotate": rotate.map(|interval| interval.to_string()) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use marketplace_adapter_sdk::details;
    use marketplace_adapter_sdk::files::Memory;
    use marketplace_adapter_sdk::item::{Source, Staged};

    use super::*;
    use crate::picture::Format;

    fn manifest(canonical: &str) -> Manifest {
        Manifest {
            kind: "wallpaper".into(),
            name: "dawn".into(),
            version: "1.0.0".into(),
            author_id: "a".into(),
            permissions: Vec::new(),
            canonical: canonical.into(),
        }
    }

    #[test]
    fn the_registry_entry_says_where_each_picture_is_and_how_large() {
        let picture = Picture { path: "dawn.png".into(), width: 1920, height: 1080, format: Format::Png };
        let entry = entry(&manifest(r#"{"title":"Dawn"}"#), &[picture], "30m".parse().ok());
        let expected = json!({
            "title": "Dawn",
            "images": [{"path": "images/dawn.png", "width": 1920, "height": 1080, "format": "png"}],
            "rotate": "30m",
        });
        assert_eq!(entry, expected);
    }

    #[test]
    fn without_a_title_the_name_is_shown() {
        let entry = entry(&manifest("{}"), &[], None);
        assert_eq!(entry, json!({"title": "dawn", "images": [], "rotate": null}));
    }

    #[test]
    fn pictures_are_installed_below_a_folder_and_notes_beside_it() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packages/wallpapers/dawn/package");
        let mut package = Memory::from_folder(example).unwrap();
        package.0.insert("credits.txt".into(), b"Drawn by hand.".to_vec());
        let (manifest, mut item) = (manifest("{}"), Staged::of(&package));
        let pictures: Vec<String> = read(&package).unwrap().into_iter().map(|picture| picture.path).collect();
        Wallpapers::install(&manifest, &[], &package, &mut item).unwrap();
        for picture in &pictures {
            assert_eq!(item.files[&format!("images/{picture}")], Source::Package(picture.clone()));
        }
        assert_eq!(item.files["credits.txt"], Source::Package("credits.txt".into()));
        assert_eq!(item.registry["dawn"]["images"].as_array().map(Vec::len), Some(pictures.len()));
    }

    #[test]
    fn people_see_how_many_pictures_and_how_large() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packages/wallpapers/dawn/package");
        let details = Wallpapers::details(&manifest("{}"), &Memory::from_folder(example).unwrap()).unwrap();
        assert_eq!(details.of(PICTURES), [details::Value::Number(2.0)]);
        assert_eq!(details.of(LARGEST), [details::Value::Text("1920 × 1080".into())]);
        assert_eq!(details.of(FORMATS).len(), 1);
    }

    #[test]
    fn the_icon_is_a_small_drawing_without_script() {
        let icon = Wallpapers::about().icon.trim_end();
        assert!(icon.starts_with("<svg ") && icon.ends_with("</svg>") && icon.len() < 1024, "{icon}");
        assert!(!icon.contains("script") && !icon.contains("href") && !icon.contains(" on"), "{icon}");
    }
}
