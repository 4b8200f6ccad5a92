//! What is in the files: things to refuse, and things for a moderator to look at.

use std::collections::BTreeSet;

use marketplace_adapter_checks::text;
use marketplace_adapter_sdk::{Findings, paths};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::FILE;
use crate::frontmatter::Skill;
use crate::hosts::hosts;

/// Lines that the specification recommends as the most.
const LINES: usize = 500;
/// Remarks about one thing in one file: enough to start looking.
pub(crate) const REMARKS: usize = 10;
/// Bytes of a file of no known kind that are looked through: more is data, which nobody reads as instructions.
pub const LARGEST_DATA: u64 = 1024 * 1024;

/// What a file is, as far as an assistant is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An assistant reads it as instructions or reference, and rendering hides some of it.
    Markdown,
    /// An assistant reads it as instructions or reference.
    Text,
    /// An assistant is told to run it.
    Script,
    /// Anything else: pictures, templates, data.
    Other,
}

/// Extensions of languages that are run as they are, or by one command.
const SCRIPTS: &[&str] = &[
    "applescript",
    "awk",
    "bash",
    "bat",
    "cjs",
    "clj",
    "cmd",
    "cs",
    "csx",
    "cts",
    "dart",
    "el",
    "erl",
    "ex",
    "exs",
    "fish",
    "go",
    "groovy",
    "hs",
    "ipynb",
    "java",
    "jl",
    "js",
    "jsx",
    "ksh",
    "kt",
    "kts",
    "lua",
    "mjs",
    "ml",
    "mts",
    "nix",
    "php",
    "pl",
    "pm",
    "ps1",
    "psm1",
    "py",
    "pyw",
    "r",
    "rb",
    "rs",
    "scala",
    "sh",
    "swift",
    "tcl",
    "ts",
    "tsx",
    "vbs",
    "wsf",
    "zig",
    "zsh",
];

/// Names that a program looks for by itself.
const RUN_BY_NAME: &[&str] = &["dockerfile", "gnumakefile", "justfile", "makefile", "rakefile", "taskfile"];

impl Kind {
    /// By name.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = paths::name(path).to_ascii_lowercase();
        match paths::extension(&name) {
            "md" | "markdown" | "mdx" | "mdc" => Self::Markdown,
            "txt" | "rst" | "adoc" | "org" => Self::Text,
            extension if SCRIPTS.contains(&extension) => Self::Script,
            _ if RUN_BY_NAME.contains(&name.as_str()) => Self::Script,
            _ => Self::Other,
        }
    }
}

/// Refuses text that hides some of itself.
pub fn hidden(path: &str, content: &str, findings: &mut Findings) {
    if let Some(hidden) = text::hidden(content) {
        findings.add(
            "skill.hidden-text",
            path,
            format!("It has {hidden}, which no screen shows and an assistant reads. Delete that character, and look for others."),
        );
    }
}

/// A moderator's list for a script.
pub fn script(path: &str, content: &str, remarks: &mut Findings) {
    remarks.add("skill.script", path, "An assistant that follows this skill runs this file with its user's rights, outside the sandbox. Read it.");
    elsewhere(path, content, remarks);
}

/// A moderator's list for a text: the addresses in it.
pub fn elsewhere(path: &str, content: &str, remarks: &mut Findings) {
    let hosts = hosts(content);
    if !hosts.is_empty() {
        let more = hosts.len().saturating_sub(REMARKS);
        let mut list =
            hosts.into_iter().take(REMARKS).map(|host| format!("`{host}`")).collect::<Vec<_>>().join(", ");
        if more > 0 {
            list.push_str(&format!(" and {more} more"));
        }
        remarks.add("skill.elsewhere", path, format!("It names addresses at {list}. See that nothing is fetched and run, and nothing sent, that should not be."));
    }
}

/// A moderator's list for a file that is neither text nor script, from its first bytes. Whether it is no text.
pub fn binary(path: &str, start: &[u8], remarks: &mut Findings) -> bool {
    let what = match start {
        [0x7f, b'E', b'L', b'F', ..] => "a program for Linux",
        [b'M', b'Z', ..] => "a program for Windows",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a program for macOS, or Java",
        [0, b'a', b's', b'm', ..] => "WebAssembly that no host runs: only `skill.wasm` at the root is",
        [b'#', b'!', ..] => "a script, which an assistant may run with its user's rights",
        [b'P', b'K', 3, 4, ..] | [0x1f, 0x8b, ..] => "an archive, whose contents were not looked at",
        _ => return false,
    };
    remarks.add("skill.program", path, format!("It is {what}. See what it is for."));
    !start.starts_with(b"#!")
}

/// Notes text of unusual size, which is not looked through.
pub fn unread(path: &str, remarks: &mut Findings) {
    remarks.add("skill.unread", path, format!("It is text of more than {LARGEST_DATA} bytes, and was not looked through for hidden characters. See what it is for."));
}

/// A moderator's list for the instructions: their length, and links that lead nowhere.
pub fn instructions(skill: &Skill, has: &dyn Fn(&str) -> bool, remarks: &mut Findings) {
    let lines = skill.body_line + skill.body.lines().count();
    if lines > LINES {
        remarks.add("skill.long", FILE, format!("It has {lines} lines; {LINES} are recommended, since all are read each time. Move details to files beside it."));
    }
    let mut links = BTreeSet::new();
    for (event, range) in Parser::new_ext(&skill.body, Options::ENABLE_TABLES).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            && let Some(path) = relative(&dest_url).filter(|path| !has(path))
        {
            let line = skill.body_line + 1 + skill.body[..range.start].matches('\n').count();
            links.insert((line, path.to_owned()));
        }
    }
    for (line, path) in links.into_iter().take(REMARKS) {
        remarks.add(
            "skill.broken-link",
            format!("{FILE}: line {line}"),
            format!("It refers to `{path}`, which is not in the package. Add it."),
        );
    }
}

/// The package path that a link means, if it means one.
fn relative(link: &str) -> Option<&str> {
    let path = link.split(['#', '?']).next()?.trim_start_matches("./").trim_end_matches('/');
    let is_path = !path.is_empty()
        && !path.starts_with('/')
        && !path.contains(':')
        && !path.contains('%')
        && !path.contains('{');
    is_path.then_some(path)
}
