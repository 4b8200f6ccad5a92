//! `SKILL.md`: YAML frontmatter between two lines `---`, then Markdown.
//!
//! The limits are those of the Agent Skills specification
//! (<https://agentskills.io/specification>), counted in characters.

use std::collections::BTreeMap;

use marketplace_adapter_sdk::{Finding, Findings};
use serde_json::{Map, Value};

use crate::FILE;

/// Characters in a name.
const NAME_LIMIT: usize = 64;
/// Characters in a description.
const DESCRIPTION_LIMIT: usize = 1024;
/// Characters in a note on compatibility.
const COMPATIBILITY_LIMIT: usize = 500;
/// Bytes of frontmatter: many times what the limits above allow, and quick to parse.
const FRONTMATTER_LIMIT: usize = 64 * 1024;

/// The keys of the specification.
const KNOWN: [&str; 6] = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"];

/// What `SKILL.md` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skill {
    /// As the frontmatter has it; the item's slug is what counts.
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// A license's name, or that of a file in the package.
    pub license: Option<String>,
    /// What it needs around it, in words.
    pub compatibility: Option<String>,
    /// The author's own pairs.
    pub metadata: BTreeMap<String, String>,
    /// Tools that the skill asks to use without a question each time, one each.
    pub allowed_tools: Vec<String>,
    /// The instructions: Markdown, not empty.
    pub body: String,
    /// Lines before the body, so that a finding can say where it is in the file.
    pub body_line: usize,
}

/// Reads `SKILL.md`. Remarks are worth a moderator's look.
///
/// # Errors
/// `skill.frontmatter-…`, `skill.name`, `skill.description`, `skill.no-instructions`, …: every
/// reason why an assistant could not use it.
pub fn read(text: &str) -> Result<(Skill, Vec<Finding>), Vec<Finding>> {
    // A byte order mark is an editor's habit, not content.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut findings = Findings::new();
    let (yaml, body) = match split(text) {
        Ok(parts) => parts,
        Err((rule, message)) => {
            findings.add(rule, FILE, message);
            return Err(findings.into_vec());
        }
    };
    let fields = match fields(yaml) {
        Ok(fields) => fields,
        Err(message) => {
            findings.add("skill.frontmatter-malformed", FILE, message);
            return Err(findings.into_vec());
        }
    };
    let mut remarks = Findings::new();
    for key in fields.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
        if key == "hooks" {
            remarks.add("skill.hooks", place(key), "Some assistants run the commands of `hooks` by themselves, without a question. They have no effect here: read them, and see that nothing needs them.");
            continue;
        }
        remarks.add(
            "skill.unknown-key",
            place(key),
            format!("`{key}` is no key of the Agent Skills specification, and has no effect here. Move it under `metadata`, or remove it."),
        );
    }
    if body.trim().is_empty() {
        findings.add(
            "skill.no-instructions",
            FILE,
            "There is nothing after the frontmatter. Write the instructions there, as Markdown.",
        );
    }
    let skill = Skill {
        name: name(&fields, &mut findings),
        description: description(&fields, &mut findings, &mut remarks),
        license: optional(&fields, "license", DESCRIPTION_LIMIT, &mut findings),
        compatibility: optional(&fields, "compatibility", COMPATIBILITY_LIMIT, &mut findings),
        metadata: metadata(&fields, &mut findings, &mut remarks),
        allowed_tools: crate::tools::read(&fields, &mut findings, &mut remarks),
        body: body.to_owned(),
        body_line: text[..text.len() - body.len()].matches('\n').count(),
    };
    findings.or((skill, remarks.into_vec()))
}

/// Where a finding about a key is.
pub(crate) fn place(key: &str) -> String {
    format!("{FILE}: {key}")
}

/// The YAML between the two `---` lines, and what follows.
fn split(text: &str) -> Result<(&str, &str), (&'static str, String)> {
    let is_fence = |line: &str| line.trim_end() == "---";
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if !is_fence(first) {
        return Err((
            "skill.frontmatter-missing",
            "It does not start with frontmatter. Begin the file with a line `---`, then `name:` and `description:`, then a line `---`.".into(),
        ));
    }
    let mut end = first.len();
    for line in text[first.len()..].split_inclusive('\n') {
        if is_fence(line) {
            let yaml = &text[first.len()..end];
            if yaml.len() > FRONTMATTER_LIMIT {
                let message = format!(
                    "The frontmatter has {} bytes, and may have {FRONTMATTER_LIMIT}. Move text below it.",
                    yaml.len()
                );
                return Err(("skill.frontmatter-malformed", message));
            }
            return Ok((yaml, &text[end + line.len()..]));
        }
        end += line.len();
    }
    Err(("skill.frontmatter-missing", "The frontmatter has no end. Add a line `---` after it.".into()))
}

fn fields(yaml: &str) -> Result<Map<String, Value>, String> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        // Which of two equal keys counts, readers disagree on; aliases and merged keys hide what a reader sees.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        budget: serde_saphyr::budget! { max_aliases: 0, max_anchors: 0, max_depth: 16, max_documents: 1, max_nodes: 4096 },
    };
    match serde_saphyr::from_str_with_options::<Value>(yaml, options) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Err("The frontmatter is empty. Add `name:` and `description:`.".into()),
        Ok(other) => Err(format!(
            "The frontmatter is {}, and must be keys with values, such as `name: my-skill`.",
            kind(&other)
        )),
        Err(error) => Err(format!(
            "The frontmatter is no YAML that every reader reads alike: {error} (lines are counted below the first `---`). \
             Put text that contains `: ` or ` #` in quotes, give each key once, and use no anchors."
        )),
    }
}

/// What a value is, in an author's words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a group of keys",
    }
}

fn name(fields: &Map<String, Value>, findings: &mut Findings) -> String {
    let Some(name) = required(fields, "name", findings) else { return String::new() };
    let well_formed = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
        && name.len() <= NAME_LIMIT;
    if !well_formed {
        findings.add(
            "skill.name",
            place("name"),
            format!(
                "`{name}` is no name of a skill. Use 1 to {NAME_LIMIT} lower-case letters (a-z), digits and single hyphens, \
                 starting and ending with a letter or digit, such as `pdf-processing`."
            ),
        );
    }
    name
}

fn description(fields: &Map<String, Value>, findings: &mut Findings, remarks: &mut Findings) -> String {
    let Some(description) = required(fields, "description", findings) else { return String::new() };
    let length = description.chars().count();
    if length > DESCRIPTION_LIMIT {
        findings.add(
            "skill.description",
            place("description"),
            format!("It has {length} characters, and may have {DESCRIPTION_LIMIT}. Say what the skill does and when to use it; move the rest below the frontmatter."),
        );
    }
    // Every assistant that has the skill installed reads this line, whether it uses the skill or not,
    // and many put it between tags: one of its own could end that place early.
    if looks_like_markup(&description) {
        remarks.add(
            "skill.markup-in-description",
            place("description"),
            "It contains what looks like a tag. Assistants read descriptions of all skills among their own instructions: see that it gives no orders.",
        );
    }
    description
}

/// `<x` or `</`: what an XML-like reader could take for a tag.
fn looks_like_markup(text: &str) -> bool {
    text.split('<')
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'))
}

fn required(fields: &Map<String, Value>, key: &str, findings: &mut Findings) -> Option<String> {
    let rule = format!("skill.{key}");
    match fields.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
        None => findings.add(&rule, place(key), format!("The frontmatter has no `{key}`. Add it.")),
        Some(Value::String(_) | Value::Null) => {
            findings.add(&rule, place(key), format!("`{key}` is empty. Fill it in."))
        }
        Some(other) => {
            findings.add(
                &rule,
                place(key),
                format!("`{key}` is {}, and must be text. Put it in quotes.", kind(other)),
            );
        }
    }
    None
}

fn optional(fields: &Map<String, Value>, key: &str, limit: usize, findings: &mut Findings) -> Option<String> {
    fields.get(key).filter(|value| !value.is_null())?;
    let text = required(fields, key, findings)?;
    let length = text.chars().count();
    if length > limit {
        findings.add(
            &format!("skill.{key}"),
            place(key),
            format!("It has {length} characters, and may have {limit}. Shorten it."),
        );
    }
    Some(text)
}

fn metadata(
    fields: &Map<String, Value>,
    findings: &mut Findings,
    remarks: &mut Findings,
) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    match fields.get("metadata") {
        None | Some(Value::Null) => {}
        Some(Value::Object(entries)) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) => drop(pairs.insert(key.clone(), text.clone())),
                    // `version: 1.10` is the number 1.1: text that only looks kept is worse than none.
                    other => remarks.add(
                        "skill.metadata-not-text",
                        place(&format!("metadata.{key}")),
                        format!("It is {}, and only text is kept. Put it in quotes.", kind(other)),
                    ),
                }
            }
        }
        Some(other) => findings.add(
            "skill.metadata",
            place("metadata"),
            format!("`metadata` is {}, and must be keys with text, such as `author: example`.", kind(other)),
        ),
    }
    pairs
}
