//! Which files a wallpaper may have: pictures, and notes about them.

use marketplace_adapter_sdk::Findings;

use crate::picture::Format;

/// Pictures of one wallpaper. Each is read whole to be checked: more would not be
/// checked in the time that a call has.
const MOST_PICTURES: usize = 24;

/// Files beside the pictures that say whose they are.
const NOTES: [&str; 3] = ["LICENSE", "README.md", "credits.txt"];

/// Whether a file is a note about the pictures.
pub(crate) fn is_note(path: &str) -> bool {
    NOTES.contains(&path)
}

/// The paths of the pictures; what is neither a picture nor a note is a reason against the package.
pub(crate) fn pictures<'a>(paths: &[&'a str], findings: &mut Findings) -> Vec<&'a str> {
    let mut pictures = Vec::new();
    for &path in paths.iter().filter(|path| !is_note(path)) {
        if path.contains('/') {
            findings.add(
                "wallpaper.folder",
                path,
                format!("`{path}` is in a folder. Put it beside the other pictures."),
            );
        } else if Format::of_name(path).is_none() {
            findings.add(
                "wallpaper.file",
                path,
                format!(
                    "`{path}` is no picture: a wallpaper has `.avif`, `.jpg`, `.png` and `.webp` files (in lower case), \
                     and may have {}. Remove or rename it.",
                    NOTES.map(|note| format!("`{note}`")).join(", ")
                ),
            );
        } else {
            pictures.push(path);
        }
    }
    if pictures.is_empty() {
        findings.add("wallpaper.empty", "package", "A wallpaper has at least one picture. Add one.");
    } else if pictures.len() > MOST_PICTURES {
        findings.add(
            "wallpaper.too-many",
            "package",
            format!(
                "{} pictures, but a wallpaper has at most {MOST_PICTURES}. Publish them as several.",
                pictures.len()
            ),
        );
        // They will not be looked at: that is what the limit is for.
        pictures.clear();
    }
    pictures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(paths: &[&str]) -> Vec<String> {
        let mut findings = Findings::new();
        pictures(paths, &mut findings);
        findings.into_vec().into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn pictures_and_notes_are_a_wallpaper() {
        let mut findings = Findings::new();
        let found = pictures(&["LICENSE", "README.md", "a.jpg", "b.webp", "credits.txt"], &mut findings);
        assert_eq!(found, ["a.jpg", "b.webp"]);
        assert!(findings.is_empty());
    }

    #[test]
    fn a_file_that_is_neither_is_refused() {
        assert_eq!(rules(&["a.png", "run.sh"]), ["wallpaper.file"]);
        assert_eq!(rules(&["a.png", "b.svg", "c.PNG", "png"]), ["wallpaper.file"; 3]);
        assert_eq!(rules(&["a.png", "more/b.png", "more/README.md"]), ["wallpaper.folder"; 2]);
    }

    #[test]
    fn notes_alone_are_no_wallpaper() {
        assert_eq!(rules(&["README.md"]), ["wallpaper.empty"]);
        assert_eq!(rules(&[]), ["wallpaper.empty"]);
    }

    #[test]
    fn twenty_four_pictures_are_the_most() {
        let names: Vec<String> = (0..25).map(|n| format!("{n}.png")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(rules(&names[..24]).is_empty());
        assert_eq!(rules(&names), ["wallpaper.too-many"]);
    }
}
