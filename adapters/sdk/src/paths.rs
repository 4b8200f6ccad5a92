//! Paths in a package, as strings: `/` between parts, relative to its root, which is the empty path.
//!
//! [`std::path`] follows the rules of the system that it is compiled for, and `wasm32-unknown-unknown` has none: to it,
//! `/data` is a relative path.

/// The folder that a file is in; the root for one beside nothing else.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a file is called in its folder.
#[must_use]
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// What follows the last `.` of a file's name, as it is written; empty if there is none.
#[must_use]
pub fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The path that `path` leads to from `folder`; none if it leaves the package, or is none of its paths: absolute, in a
/// home, of a scheme or a drive, or with a `\`.
///
/// `.` and empty parts mean nothing, and `..` the folder above.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path that `path` leads to when the file `file` names it; as [`join`].
#[must_use]
pub fn beside(file: &str, path: &str) -> Option<String> {
    join(folder(file), path)
}

/// Whether a part of a path is spelled so that every reader of a URL reads the same: ASCII letters, digits, `.`, `_`,
/// `-`, `@` and `+`. `.` and `..` are.
#[must_use]
pub fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b))
}

/// Whether an installed file may be called so on every system: the contract's rules for a target of `staging`, but for
/// Unicode's normal form C, which the host checks.
#[must_use]
pub fn is_portable(path: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 255
            && !part.ends_with(['.', ' '])
            && !part.contains(|c: char| c.is_control() || r#"\:<>"|?*"#.contains(c))
            && !is_device(part)
    };
    path.len() <= 512 && path.split('/').count() <= 32 && path.split('/').all(part)
}

/// What Windows takes for a device whatever follows its first dot.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered.is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_folder_a_name_and_an_extension() {
        for (path, parts) in [
            ("theme.css", ["", "theme.css", "css"]),
            ("img/day.tar.GZ", ["img", "day.tar.GZ", "GZ"]),
            ("a.d/README", ["a.d", "README", ""]),
            ("a/b/.env", ["a/b", ".env", "env"]),
            ("", ["", "", ""]),
        ] {
            assert_eq!([folder(path), name(path), extension(path)], parts, "{path}");
        }
    }

    #[test]
    fn a_path_is_joined_inside_the_package_or_not_at_all() {
        for (path, joined) in [
            ("x", Some("a/b/x")),
            ("./x/", Some("a/b/x")),
            ("x//./y", Some("a/b/x/y")),
            ("../x", Some("a/x")),
            ("../../x", Some("x")),
            ("../..", Some("")),
            ("", Some("a/b")),
            ("../../../x", None),
            ("x/../../../../y", None),
            ("/x", None),
            ("~/x", None),
            ("C:\\x", None),
            ("C:x", None),
            ("https://example.org/x", None),
            ("..\\x", None),
            ("x\0", None),
        ] {
            assert_eq!(join("a/b", path).as_deref(), joined, "{path}");
        }
        assert_eq!(beside("css/theme.css", "../img/day.png").as_deref(), Some("img/day.png"));
        assert_eq!(beside("theme.css", "../day.png"), None);
    }

    #[test]
    fn a_plain_part_is_read_alike_by_everybody() {
        assert!(["a", "day@2x.png", "_b-c+1", "..", ".env"].into_iter().all(is_plain));
        assert!(!["", "a b", "%2e", "é", "a?b", "a#b", "a/b", "a\\b", "a:b"].into_iter().any(is_plain));
    }

    #[test]
    fn a_portable_path_is_a_file_on_every_system() {
        assert!(
            ["a", "images/day.png", "é/日本.txt", "console.log", "com10", ".env"]
                .into_iter()
                .all(is_portable)
        );
        let (long, deep) = ("x".repeat(256), ["x"; 33].join("/"));
        for bad in [
            "", "/a", "a/", "a//b", ".", "..", "a/../b", "a\\b", "a:b", "a?", "a ", "a.", "a\nb", "CON",
            "aux.txt", "Com1.log", "lpt9", &long, &deep,
        ] {
            assert!(!is_portable(bad), "{bad:?}");
        }
    }
}
