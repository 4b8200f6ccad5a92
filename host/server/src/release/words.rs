//! What an author says of a release, as it was typed: it may break every rule there is, and is kept until it does not.

use marketplace_manifest::{Description, Draft, ManifestError, Slug, Version};
use marketplace_sandbox::Finding;
use serde_json::{Map, Value};

use super::Filled;

/// The fields of a manifest that its author writes. What is blank is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the field of that name")]
pub struct Words {
    pub name: String,
    pub version: String,
    pub title: String,
    pub summary: String,
    pub description: String,
    pub license: String,
    pub homepage: String,
    pub source: String,
    pub keywords: Vec<String>,
    pub permissions: Vec<String>,
    pub icon: String,
    pub screenshots: Vec<String>,
    pub changelog: String,
    /// The `x-…` fields, as a manifest said them.
    pub extra: Map<String, Value>,
    /// Those of them that the category asks for, as they were typed.
    pub inputs: Vec<Filled>,
}

/// A draft that is well-formed, and what had to be left out of it for that.
#[derive(Clone, Debug)]
pub struct Spelled {
    /// What can be said. A name or a version that is none has another in its place.
    pub draft: Draft,
    /// What cannot, by field.
    pub findings: Vec<Finding>,
}

impl Spelled {
    /// Whether the draft has the name and the version that its author means.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !self.findings.iter().any(|finding| ["name", "version"].contains(&finding.subject.as_str()))
    }
}

impl Words {
    /// What a manifest says.
    #[must_use]
    pub fn of(said: &Description) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            name: said.name().to_string(),
            version: said.version().to_string(),
            title: text(said.title()),
            summary: text(said.summary()),
            description: text(said.description()),
            license: text(said.license()),
            homepage: text(said.homepage()),
            source: text(said.source()),
            keywords: said.keywords().to_vec(),
            permissions: said.permissions().to_vec(),
            icon: text(said.icon()),
            screenshots: said.screenshots().to_vec(),
            changelog: text(said.changelog()),
            extra: said.extra().clone(),
            inputs: Vec::new(),
        }
    }

    /// What the release after this one may say: the next version, and nothing yet of what is new in it.
    #[must_use]
    pub fn after(said: &Description, newest: &Version) -> Self {
        Self { version: next(newest).to_string(), changelog: String::new(), ..Self::of(said) }
    }

    /// What a file is called may say what is in it: `world-clock-1.2.0.tar.gz`.
    #[must_use]
    pub fn of_file(file: &str) -> Self {
        let stem = [".tar.gz", ".tgz", ".zip"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
        let split = stem.match_indices('-').find_map(|(at, _)| {
            let version: Version = stem.get(at + 1..)?.parse().ok()?;
            Some((stem.get(..at)?, version))
        });
        let (name, version) = split.unwrap_or_else(|| (stem, Version::new(1, 0, 0)));
        let name = slug_like(name);
        Self { title: title_like(&name), name, version: version.to_string(), ..Self::default() }
    }

    /// As a manifest of this kind, as far as it is one. All that is wrong is told at once.
    ///
    /// # Errors
    /// [`ManifestError::BadValue`] if `kind` is no name, which is not the author's fault.
    pub fn spell(&self, kind: &str) -> Result<Spelled, ManifestError> {
        let mut findings = Vec::new();
        let name = self.name.trim().parse::<Slug>().unwrap_or_else(|error| {
            findings.push(bad("name", error.to_string()));
            "unnamed".parse().expect("a word is a name")
        });
        let version = self.version.trim().parse::<Version>().unwrap_or_else(|error| {
            findings.push(bad("version", error.to_string()));
            Version::new(0, 0, 0)
        });
        let mut draft = Draft::new(kind, name, version)?;
        type Set = fn(Draft, String) -> Result<Draft, ManifestError>;
        let texts: [(&String, Set); 8] = [
            (&self.title, Draft::with_title),
            (&self.summary, Draft::with_summary),
            (&self.description, Draft::with_description),
            (&self.license, Draft::with_license),
            (&self.homepage, Draft::with_homepage),
            (&self.source, Draft::with_source),
            (&self.icon, Draft::with_icon),
            (&self.changelog, Draft::with_changelog),
        ];
        for (text, set) in texts {
            if !text.trim().is_empty() {
                keep(&mut draft, &mut findings, |draft| set(draft, text.clone()));
            }
        }
        type SetList = fn(Draft, Vec<String>) -> Result<Draft, ManifestError>;
        let lists: [(&Vec<String>, SetList); 3] = [
            (&self.keywords, Draft::with_keywords),
            (&self.screenshots, Draft::with_screenshots),
            (&self.permissions, Draft::with_permissions),
        ];
        for (list, set) in lists {
            if !list.is_empty() {
                keep(&mut draft, &mut findings, |draft| set(draft, list.clone()));
            }
        }
        let draft = self.spell_extra(draft, &mut findings);
        Ok(Spelled { draft, findings })
    }
}

/// Changes the draft, unless the change breaks a rule.
fn keep(
    draft: &mut Draft,
    findings: &mut Vec<Finding>,
    change: impl FnOnce(Draft) -> Result<Draft, ManifestError>,
) {
    match change(draft.clone()) {
        Ok(changed) => *draft = changed,
        Err(error) => findings.push(Finding {
            rule: error.code().to_owned(),
            subject: error.subject().to_owned(),
            message: error.to_string(),
        }),
    }
}

fn bad(field: &str, message: String) -> Finding {
    Finding { rule: "manifest.bad-value".into(), subject: field.into(), message }
}

/// The version that comes after.
fn next(version: &Version) -> Version {
    let parts = version.as_semver();
    // What `2.1.0-rc.1` goes before is `2.1.0`.
    let patch = if version.is_prerelease() { parts.patch } else { parts.patch.saturating_add(1) };
    Version::new(parts.major, parts.minor, patch)
}

/// A text as a name could be: lower case, single hyphens.
fn slug_like(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// A name as people may read it.
fn title_like(name: &str) -> String {
    let text = name.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_called() {
        for (file, name, version) in [
            ("world-clock-1.2.0.tar.gz", "world-clock", "1.2.0"),
            ("world-clock-2.0.0-rc.1.zip", "world-clock", "2.0.0-rc.1"),
            ("World Clock (1).zip", "world-clock-1", "1.0.0"),
            ("harbour.tgz", "harbour", "1.0.0"),
            ("…", "", "1.0.0"),
        ] {
            let words = Words::of_file(file);
            assert_eq!((words.name.as_str(), words.version.as_str()), (name, version), "{file}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_the_rest_is_kept() {
        let words = Words {
            name: "Not a name".into(),
            version: "one".into(),
            title: "Fine".into(),
            homepage: "javascript:alert(1)".into(),
            keywords: vec!["a".repeat(33)],
            ..Words::default()
        };
        let Spelled { draft, findings } = words.spell("widget").unwrap();
        let subjects: Vec<_> =
            findings.iter().map(|finding| finding.subject.split('/').next().unwrap()).collect();
        assert_eq!(draft.title(), Some("Fine"));
        for subject in ["name", "version", "homepage", "keywords"] {
            assert!(subjects.contains(&subject), "{subject} in {subjects:?}");
        }
    }

    #[test]
    fn what_a_manifest_says_is_said_again() {
        let draft = Draft::new("widget", "clock".parse().unwrap(), Version::new(1, 2, 3)).unwrap();
        let draft = draft.with_summary("Tells the time.").unwrap();
        let draft = draft.with_keywords(vec!["time".into()]).unwrap();
        let draft = draft.with_extra("x-mine", serde_json::json!({ "a": [1] })).unwrap();
        let again = Words::of(&draft).spell("widget").unwrap();
        assert!(again.findings.is_empty());
        assert_eq!(again.draft, draft);
        assert_eq!(Words::after(&draft, draft.version()).version, "1.2.4");
        assert_eq!(Words::after(&draft, &"2.1.0-rc.1".parse().unwrap()).version, "2.1.0");
    }
}
