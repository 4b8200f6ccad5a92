//! Names that mean the same file on every system.

use std::fmt;
use std::str::FromStr;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// A file's place in a package: relative, `/`-separated, in Unicode NFC, and free of everything that some system
/// reads in another way. Ordered by its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PackagePath(String);

/// The rule that a name breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// Bytes that are not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A ZIP name outside ASCII that does not say it is UTF-8 (APPNOTE 4.4.4, bit 11): Info-ZIP's `zip` leaves that out in
    /// some locales, and then programs show different names.
    #[error(
        "it is not marked as UTF-8, so programs show different names; pack it as .tar.gz or with `marketplace pack`"
    )]
    Unmarked,
    /// Begins with `/`.
    #[error("it is absolute; start from the package's top folder")]
    Absolute,
    /// Has a component `..`.
    #[error("it has a `..`, which leads out of its folder")]
    Parent,
    /// Has a component `.`.
    #[error("it has a `.` component; leave it out")]
    Current,
    /// Ends with `/`, or has two in a row.
    #[error("it has an empty component; use one `/` between two names and none at the end")]
    EmptyComponent,
    /// Has a backslash, which is a separator on Windows.
    #[error("it has a backslash; separate folders with `/`")]
    Backslash,
    /// Has a colon: a drive, or an alternate data stream on Windows.
    #[error("it has a colon")]
    Colon,
    /// Has a character of `<>"|?*`, which Windows forbids.
    #[error("it has `{0}`, which Windows does not allow")]
    Reserved(char),
    /// Has a NUL, where some programs stop reading.
    #[error("it has a NUL character")]
    Nul,
    /// Has a control, format, bidirectional, invisible, private or unassigned character, or an odd space.
    #[error("it has the character U+{0:04X}, which cannot be seen or is not for names")]
    Invisible(u32),
    /// Not in NFC: some systems compose characters and some do not.
    #[error("it is not in Unicode NFC; rename it to {0:?} in composed characters")]
    NotNfc(String),
    /// Reads as a separator or as dots once compatibility characters are replaced.
    #[error("it has characters that some systems turn into a separator or dots")]
    Compatibility,
    /// A device on Windows: `CON`, `NUL`, `COM1` and so on, whatever the extension.
    #[error("`{0}` is a device on Windows")]
    Device(String),
    /// A component ends with a dot or a space, which Windows removes.
    #[error("a component ends with a dot or a space, which Windows removes")]
    TrailingDotOrSpace,
    /// Longer than allowed.
    #[error("it has {length} bytes, over {limit}")]
    TooLong {
        /// Its bytes.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A component longer than allowed.
    #[error("a component has {length} bytes, over {limit}")]
    ComponentTooLong {
        /// Its bytes.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// More folders in each other than allowed.
    #[error("it is {depth} components deep, over {limit}")]
    TooDeep {
        /// Its components.
        depth: usize,
        /// The limit.
        limit: usize,
    },
}

impl PathError {
    /// A stable identifier for programs: `archive.path-escapes` for what leads out of the folder, here or on another
    /// system, and others for names that are merely not portable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absolute | Self::Parent | Self::Backslash | Self::Colon | Self::Compatibility => {
                "archive.path-escapes"
            }
            Self::Empty | Self::Current | Self::EmptyComponent => "archive.path-malformed",
            Self::NotUtf8 | Self::Unmarked | Self::NotNfc(_) | Self::Nul | Self::Invisible(_) => {
                "archive.path-characters"
            }
            Self::Reserved(_) | Self::Device(_) | Self::TrailingDotOrSpace => "archive.path-not-portable",
            Self::TooLong { .. } | Self::ComponentTooLong { .. } | Self::TooDeep { .. } => {
                "archive.path-too-long"
            }
        }
    }
}

impl PackagePath {
    /// Checks a name against limits other than the default ones.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(name: &str, limits: &Limits) -> Result<Self, PathError> {
        // Length first, so that nothing below works on a huge name.
        if name.len() > limits.path_bytes {
            return Err(PathError::TooLong { length: name.len(), limit: limits.path_bytes });
        }
        match name.chars().next() {
            None => return Err(PathError::Empty),
            Some('/') => return Err(PathError::Absolute),
            Some(_) => {}
        }
        name.chars().try_for_each(check_character)?;
        // Of ASCII, nothing can compose or stand for something else.
        if !name.is_ascii() {
            let nfc = ComposingNormalizerBorrowed::new_nfc();
            if !nfc.is_normalized(name) {
                return Err(PathError::NotNfc(nfc.normalize(name).into_owned()));
            }
        }
        let depth = name.split('/').count();
        if depth > limits.depth {
            return Err(PathError::TooDeep { depth, limit: limits.depth });
        }
        name.split('/').try_for_each(|component| check_component(component, limits))?;
        Ok(Self(name.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What this path becomes on systems that ignore case or composition: Unicode full case folding between two
    /// NFKC normalisations. Two paths with the same fold must not be in one package.
    pub fn fold(&self) -> String {
        fold(&self.0)
    }

    /// The folders that it is in, the outermost first.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// The folder that it is in, if any, and its own name.
    pub(crate) fn split(&self) -> (Option<&str>, &str) {
        match self.0.rsplit_once('/') {
            Some((parent, name)) => (Some(parent), name),
            None => (None, &self.0),
        }
    }
}

/// The path of an archive's entry, or `None` for the top folder itself.
///
/// `tar -C folder .` writes `./` in front of every name, in a tar and in a ZIP, and every program reads it alike: it is
/// the only thing that is taken off a name. Once, since `././a` is nobody's habit.
pub(crate) fn entry_path(
    name: &str,
    is_folder: bool,
    limits: &Limits,
) -> Result<Option<PackagePath>, PathError> {
    let mut name = name;
    if is_folder {
        if matches!(name, "." | "./") {
            return Ok(None);
        }
        name = name.strip_suffix('/').unwrap_or(name);
    }
    PackagePath::parse(name.strip_prefix("./").unwrap_or(name), limits).map(Some)
}

pub(crate) fn fold(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let once = CaseMapper::new().fold_string(&nfkc.normalize(path)).into_owned();
    nfkc.normalize(&once).into_owned()
}

/// Whether a character may be in a name, or be shown as it is: assigned, visible, and not there to direct others.
pub(crate) fn is_plain(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let excluded = matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format // bidirectional controls, zero-width characters, tags
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::SpaceSeparator // no-break, en, ideographic: look like U+0020
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    // Fillers and variation selectors are letters and marks by category, and still invisible.
    !excluded && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn check_character(c: char) -> Result<(), PathError> {
    match c {
        '\0' => Err(PathError::Nul),
        '\\' => Err(PathError::Backslash),
        ':' => Err(PathError::Colon),
        '<' | '>' | '"' | '|' | '?' | '*' => Err(PathError::Reserved(c)),
        _ if is_plain(c) => Ok(()),
        _ => Err(PathError::Invisible(c.into())),
    }
}

fn check_component(component: &str, limits: &Limits) -> Result<(), PathError> {
    match component {
        "" => return Err(PathError::EmptyComponent),
        "." => return Err(PathError::Current),
        ".." => return Err(PathError::Parent),
        _ => {}
    }
    if component.len() > limits.component_bytes {
        return Err(PathError::ComponentTooLong { length: component.len(), limit: limits.component_bytes });
    }
    if component.ends_with(['.', ' ']) {
        return Err(PathError::TrailingDotOrSpace);
    }
    let stem = component.split('.').next().unwrap_or(component).trim_end_matches(' ');
    if is_device(stem) {
        return Err(PathError::Device(stem.to_owned()));
    }
    if !component.is_ascii() {
        // U+FF0F becomes `/`, U+2025 becomes `..`: where a file system or an archiver normalises, the
        // checks above were made on another name.
        let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(component);
        if plain.contains(['/', '\\', '\0']) || plain == "." || plain == ".." {
            return Err(PathError::Compatibility);
        }
    }
    Ok(())
}

/// Device names of Windows, which it finds in every folder and under every extension. The superscript digits
/// count as digits there.
fn is_device(stem: &str) -> bool {
    let upper = stem.to_ascii_uppercase();
    match upper.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$" => true,
        _ => upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT")).is_some_and(|port| {
            let mut port = port.chars();
            matches!((port.next(), port.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        }),
    }
}

impl FromStr for PackagePath {
    type Err = PathError;

    fn from_str(name: &str) -> Result<Self, PathError> {
        Self::parse(name, &Limits::default())
    }
}

impl TryFrom<&str> for PackagePath {
    type Error = PathError;

    fn try_from(name: &str) -> Result<Self, PathError> {
        name.parse()
    }
}

impl TryFrom<String> for PackagePath {
    type Error = PathError;

    fn try_from(name: String) -> Result<Self, PathError> {
        name.parse()
    }
}

impl From<PackagePath> for String {
    fn from(path: PackagePath) -> Self {
        path.0
    }
}

impl AsRef<str> for PackagePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
