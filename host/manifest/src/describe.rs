//! What the author says about a release: every field that is neither the author, the
//! package nor the signature.

use serde_json::{Map, Value};

use crate::field::{self, Most};
use crate::text::excerpt;
use crate::{ManifestError, MissingField, Slug, Version, limits};

/// The fields that the author writes. All are signed as they are here: a field that was
/// left out stays out, and an empty list stays an empty list.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    pub(crate) kind: String,
    pub(crate) name: Slug,
    pub(crate) version: Version,
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) homepage: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) keywords: Option<Vec<String>>,
    pub(crate) icon: Option<String>,
    pub(crate) screenshots: Option<Vec<String>>,
    pub(crate) changelog: Option<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) extra: Map<String, Value>,
}

impl Description {
    /// What kind of item this is: a category's id (`widgets`) or its singular (`widget`).
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What the item is called within its category.
    #[must_use]
    pub fn name(&self) -> &Slug {
        &self.name
    }

    /// The release's version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// What the item asks for. The category says what each means.
    #[must_use]
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }

    /// The item's name for people.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The item in a sentence.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        self.summary.as_deref()
    }

    /// The item in full: Markdown, a stranger's, to be sanitised before it is shown.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The item's web page: an absolute `http` or `https` address.
    #[must_use]
    pub fn homepage(&self) -> Option<&str> {
        self.homepage.as_deref()
    }

    /// Where its source is: an absolute `http` or `https` address.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Its license: an SPDX expression.
    #[must_use]
    pub fn license(&self) -> Option<&str> {
        self.license.as_deref()
    }

    /// Words to find it by; none if the field was left out.
    #[must_use]
    pub fn keywords(&self) -> &[String] {
        self.keywords.as_deref().unwrap_or_default()
    }

    /// The path of its icon in the package.
    #[must_use]
    pub fn icon(&self) -> Option<&str> {
        self.icon.as_deref()
    }

    /// Paths of pictures in the package; none if the field was left out.
    #[must_use]
    pub fn screenshots(&self) -> &[String] {
        self.screenshots.as_deref().unwrap_or_default()
    }

    /// What is new in this release: Markdown, a stranger's, to be sanitised before it is shown.
    #[must_use]
    pub fn changelog(&self) -> Option<&str> {
        self.changelog.as_deref()
    }

    /// The `x-…` fields, which mean nothing here and are signed like the rest.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// Takes the fields out of a parsed document and refuses what is left.
    pub(crate) fn take(map: &mut Map<String, Value>) -> Result<Self, ManifestError> {
        let description = Self {
            kind: take_text(map, "kind")?.ok_or(MissingField::new("kind"))?,
            name: take_parsed(map, "name")?.ok_or(MissingField::new("name"))?,
            version: take_parsed(map, "version")?.ok_or(MissingField::new("version"))?,
            title: take_text(map, "title")?,
            summary: take_text(map, "summary")?,
            description: take_text(map, "description")?,
            homepage: take_text(map, "homepage")?,
            source: take_text(map, "source")?,
            license: take_text(map, "license")?,
            keywords: take_list(map, "keywords")?,
            icon: take_text(map, "icon")?,
            screenshots: take_list(map, "screenshots")?,
            changelog: take_text(map, "changelog")?,
            permissions: take_list(map, "permissions")?.ok_or(MissingField::new("permissions"))?,
            extra: std::mem::take(map),
        };
        description.check()?;
        Ok(description)
    }

    /// Every rule about every field.
    pub(crate) fn check(&self) -> Result<(), ManifestError> {
        let optional = |text: &Option<String>, rule: &dyn Fn(&str) -> Result<(), ManifestError>| {
            text.as_deref().map_or(Ok(()), rule)
        };
        self.kind.parse::<Slug>().map_err(|error| {
            ManifestError::bad(
                "kind",
                format!("`{}` is not a kind of item: {}", excerpt(&self.kind), error.rule()),
            )
        })?;
        optional(&self.title, &|text| field::line("title", text, Most::Chars(limits::TITLE_CHARS)))?;
        optional(&self.summary, &|text| field::line("summary", text, Most::Chars(limits::SUMMARY_CHARS)))?;
        optional(&self.description, &|text| {
            field::prose("description", text, Most::Bytes(limits::DESCRIPTION_BYTES))
        })?;
        optional(&self.homepage, &|text| field::web("homepage", text))?;
        optional(&self.source, &|text| field::web("source", text))?;
        optional(&self.license, &|text| field::license("license", text))?;
        field::list("keywords", self.keywords(), limits::KEYWORDS, |at, text| {
            field::line(at, text, Most::Chars(limits::KEYWORD_CHARS))
        })?;
        optional(&self.icon, &|text| field::path("icon", text))?;
        field::list("screenshots", self.screenshots(), limits::SCREENSHOTS, field::path)?;
        optional(&self.changelog, &|text| {
            field::prose("changelog", text, Most::Bytes(limits::CHANGELOG_BYTES))
        })?;
        field::list("permissions", &self.permissions, limits::PERMISSIONS, |at, text| {
            field::line(at, text, Most::Bytes(limits::PERMISSION_BYTES))
        })?;
        self.extra.keys().try_for_each(|key| {
            if key.starts_with("x-") {
                field::extra_key(key)
            } else {
                Err(ManifestError::UnknownField { field: excerpt(key), line: None })
            }
        })
    }
}

/// The text of a field, if the field is there.
pub(crate) fn take_text(
    map: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<String>, ManifestError> {
    map.remove(field).map(|value| text(field, value)).transpose()
}

/// A field that is a type of its own, if it is there.
pub(crate) fn take_parsed<T>(
    map: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<T>, ManifestError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let Some(text) = take_text(map, field)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error: T::Err| ManifestError::bad(field, error.to_string()))
}

fn take_list(
    map: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<Vec<String>>, ManifestError> {
    let Some(value) = map.remove(field) else { return Ok(None) };
    let Value::Array(entries) = value else {
        return Err(ManifestError::bad(field, format!("it is {}; write a list of texts", name_of(&value))));
    };
    let entry = |(index, value)| text(&format!("{field}/{index}"), value);
    entries.into_iter().enumerate().map(entry).collect::<Result<_, _>>().map(Some)
}

fn text(field: &str, value: Value) -> Result<String, ManifestError> {
    match value {
        Value::String(text) => Ok(text),
        // YAML reads an unquoted `1.0` as a number and would make it `1`.
        Value::Number(_) | Value::Bool(_) => Err(ManifestError::bad(
            field,
            format!("it is {}, not text; put it in quotes, as in `\"1.0.0\"`", name_of(&value)),
        )),
        Value::Null => Err(ManifestError::bad(field, "it is null; give it a value, or leave it out")),
        _ => Err(ManifestError::bad(field, format!("it is {}; write text", name_of(&value)))),
    }
}

fn name_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}
