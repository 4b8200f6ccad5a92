//! The category `wallpapers`: pictures for the desktop.
//!
//! An example of a category that the marketplace was not built for: it knows only
//! the contract in `wit/` and the SDK, and is added to a running server as a file.
//!
//! - [`package`]: which files a wallpaper may have;
//! - [`picture`]: whether a file is the picture that it says it is;
//! - [`rotation`]: the one permission, how often the desktop may change the picture.

mod package;
mod picture;
mod rotation;

use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

use crate::picture::Picture;
use crate::rotation::Interval;

/// The category.
#[derive(Debug)]
pub struct Wallpapers;

impl Category for Wallpapers {
    fn about() -> Description {
        Description {
            id: "wallpapers".into(),
            singular: "wallpaper".into(),
            name: "Wallpapers".into(),
            description: "Pictures for the desktop: one, or several that take turns.".into(),
            icon: include_str!("icon.svg").trim_end().into(),
            free_install_cap: 20,
        }
    }

    fn grammar() -> Grammar {
        rotation::grammar()
    }

    fn inspect(manifest: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> {
        let pictures = read(package)?;
        let rotates = rotation::declared(&manifest.permissions);
        if let (true, [only]) = (rotates.is_some(), pictures.as_slice()) {
            // Asking for what cannot be used teaches people to consent without reading.
            return Err(marketplace_adapter_sdk::findings::refuse(
                "rotation.one-picture",
                only.path.as_str(),
                "A wallpaper of one picture has nothing to change to. Add a picture, or remove the permission.",
            ));
        }
        // Several pictures need nothing: without the permission, people choose among them.
        Ok(Inspection { needed: Vec::new(), remarks: Vec::new() })
    }

    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &Package,
        item: &Item,
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
    fn the_icon_is_a_small_drawing_without_script() {
        let icon = Wallpapers::about().icon;
        assert!(icon.starts_with("<svg ") && icon.ends_with("</svg>") && icon.len() < 1024, "{icon}");
        assert!(!icon.contains("script") && !icon.contains("href") && !icon.contains(" on"), "{icon}");
    }
}
