//! From a file's text to a tree: strict YAML, before anything is understood.

use marketplace_adapter_sdk::{Files, Findings};
use serde_json::Value;
use serde_saphyr::options::MergeKeyPolicy;

/// The names that a Compose file may have, as the Compose specification lists them.
pub const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The names of a file that Compose lays over it without being asked.
const OVERRIDES: [&str; 4] = [
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
];

/// The longest Compose file that is read, in bytes. Real ones are under 50 KB.
pub const MAX_BYTES: usize = 256 * 1024;

/// The Compose file of the package, and the one that Compose would lay over it.
pub(crate) fn find(
    files: &dyn Files,
    findings: &mut Findings,
) -> Option<(&'static str, Option<&'static str>)> {
    let file = one(&NAMES, files, findings);
    let over = one(&OVERRIDES, files, findings);
    if file == Some(None) {
        findings.add(
            "compose.missing",
            NAMES[0],
            "An app is a Compose file, and the package has none. Add `compose.yaml` at its root.",
        );
    }
    Some((file??, over?))
}

/// The one file of these names, if there is one; none if there are several, which is refused.
fn one(names: &[&'static str], files: &dyn Files, findings: &mut Findings) -> Option<Option<&'static str>> {
    let found: Vec<_> = names.iter().copied().filter(|name| files.has(name)).collect();
    // Which of them is read depends on the program that reads them.
    if let [first, second, ..] = found[..] {
        findings.add(
            "compose.ambiguous",
            second,
            format!("The package has `{first}` and `{second}`, and only one of them is read. Remove one."),
        );
        return None;
    }
    Some(found.first().copied())
}

/// The tree of a YAML text: one document, no duplicate keys, no unknown tags, bounded aliases.
pub fn parse(file: &str, text: &str, findings: &mut Findings) -> Option<Value> {
    if text.len() > MAX_BYTES {
        findings.add(
            "compose.too-large",
            file,
            format!("`{file}` is larger than {MAX_BYTES} bytes. Make it smaller."),
        );
        return None;
    }
    tree(text)
        .map_err(|why| {
            findings.add(
                "compose.yaml",
                file,
                format!("`{file}` is not YAML that can be read in only one way: {why}. Correct it."),
            );
        })
        .ok()
}

fn tree(text: &str) -> Result<Value, String> {
    // YAML 1.1 ends a line at each of these, and so a comment; YAML 1.2 does not.
    if let Some(at) = text.find(['\u{85}', '\u{2028}', '\u{2029}']) {
        let line = text[..at].matches('\n').count() + 1;
        return Err(format!("a character on line {line} ends the line for some readers and not for others"));
    }
    // With `<<` as a key like any other, a second one in a mapping is found: readers disagree about which goes first.
    let read = |merge_keys| {
        serde_saphyr::from_str_with_options::<Value>(text, strict(merge_keys))
            .map_err(|error| one_line(&error))
    };
    read(MergeKeyPolicy::AsOrdinary)?;
    let tree = read(MergeKeyPolicy::Merge)?;
    if tree.to_string().contains("\\u0000") {
        return Err("it has the character NUL in a text".to_owned());
    }
    Ok(tree)
}

fn strict(merge_keys: MergeKeyPolicy) -> serde_saphyr::Options {
    serde_saphyr::options! {
        merge_keys: merge_keys,
        budget: serde_saphyr::budget! {
            max_depth: 32,
            max_nodes: 20_000,
            max_documents: 1,
            // A bomb is made of aliases to aliases.
            max_aliases: 1_000,
            max_anchors: 1_000,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 20_000, max_replay_stack_depth: 8 },
        // `yes` is true to one reader and a word to another: it stays a word, and is refused where a boolean is due.
        strict_booleans: true,
        // `0755` is 493 to one reader and 755 to another: it stays a word.
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        // `!reset` and `!override` change what a merge means.
        reject_unsupported_tags: true,
    }
}

/// An error of the YAML reader, without its picture of the source and in words for authors.
pub(crate) fn one_line(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let line = text.lines().next().unwrap_or_default().trim_end_matches('.');
    if line.contains("documents:") {
        return "it is more than one document (`---`, `...`)".to_owned();
    }
    if line.contains("budget breached") || line.starts_with("alias") {
        return "its aliases, or its depth, are more than any real file has".to_owned();
    }
    if line.contains("`!reset`") || line.contains("`!override`") {
        return format!("{line} changes what merging means; write what comes of it instead");
    }
    if line.contains("recursive references") {
        return "an alias stands inside its own anchor".to_owned();
    }
    line.replace(", set DuplicateKeyPolicy in Options if acceptable", "")
        .replace("; use Option<String>", "")
        .replace("cannot deserialize null into string", "a key or a tagged text is empty")
}
