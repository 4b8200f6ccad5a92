//! From a file's text to a tree: strict YAML, before anything is understood.

use marketplace_adapter_sdk::{Files, Findings};
use serde_json::Value;

/// The names that a Compose file may have, as the Compose specification lists them.
pub const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The longest Compose file that is read, in bytes. Real ones are under 50 KB.
pub const MAX_BYTES: usize = 256 * 1024;

/// The one Compose file of the package.
pub fn find(files: &dyn Files, findings: &mut Findings) -> Option<&'static str> {
    let found: Vec<_> = NAMES.into_iter().filter(|name| files.has(name)).collect();
    match found[..] {
        [one] => Some(one),
        [] => {
            findings.add(
                "compose.missing",
                NAMES[0],
                "An app is a Compose file, and the package has none. Add `compose.yaml` at its root.",
            );
            None
        }
        // Which of them runs depends on the program that reads them.
        [first, second, ..] => {
            findings.add(
                "compose.ambiguous",
                second,
                format!("The package has `{first}` and `{second}`, and only one can be the app. Remove one."),
            );
            None
        }
    }
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
    match serde_saphyr::from_str_with_options::<Value>(text, strict()) {
        Ok(tree) => Some(tree),
        Err(error) => {
            findings.add(
                "compose.yaml",
                file,
                format!(
                    "`{file}` is not YAML that can be read in only one way: {}. Correct it.",
                    one_line(&error)
                ),
            );
            None
        }
    }
}

fn strict() -> serde_saphyr::Options {
    serde_saphyr::options! {
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

/// An error of the YAML reader without its picture of the source.
pub(crate) fn one_line(error: &serde_saphyr::Error) -> String {
    error.without_snippet().to_string().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
