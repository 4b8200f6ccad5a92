//! What is in the files: things to refuse, and things for a moderator to look at.

use std::collections::BTreeSet;

use marketplace_adapter_checks::text;
use marketplace_adapter_sdk::Findings;
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::FILE;
use crate::frontmatter::Skill;
use crate::hosts::hosts;

/// Lines that the specification recommends as the most.
const LINES: usize = 500;
/// Remarks about one thing in one file: enough to start looking.
const REMARKS: usize = 10;

/// What a file is, as far as an assistant is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An assistant reads it as instructions or reference.
    Text,
    /// An assistant is told to run it.
    Script,
    /// Anything else: pictures, templates, data.
    Other,
}

impl Kind {
    /// By name.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("md" | "markdown" | "mdx" | "txt" | "rst") => Self::Text,
            Some(
                "py" | "sh" | "bash" | "zsh" | "js" | "mjs" | "cjs" | "ts" | "rb" | "pl" | "php" | "lua"
                | "ps1" | "bat" | "cmd",
            ) => Self::Script,
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

/// A moderator's list for a file that is neither text nor script, from its first bytes.
pub fn binary(path: &str, start: &[u8], remarks: &mut Findings) {
    let what = match start {
        [0x7f, b'E', b'L', b'F', ..] => "a program for Linux",
        [b'M', b'Z', ..] => "a program for Windows",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a program for macOS, or Java",
        [0, b'a', b's', b'm', ..] => "WebAssembly that no host runs: only `skill.wasm` at the root is",
        [b'#', b'!', ..] => "a script",
        [b'P', b'K', 3, 4, ..] | [0x1f, 0x8b, ..] => "an archive, whose contents were not looked at",
        _ => return,
    };
    remarks.add("skill.program", path, format!("It is {what}. See what it is for."));
}

/// A moderator's list for the instructions.
pub fn instructions(skill: &Skill, has: &dyn Fn(&str) -> bool, remarks: &mut Findings) {
    let lines = skill.body_line + skill.body.lines().count();
    if lines > LINES {
        remarks.add("skill.long", FILE, format!("It has {lines} lines; {LINES} are recommended, since all are read each time. Move details to files beside it."));
    }
    let (mut comments, mut links) = (0, BTreeSet::new());
    for (event, range) in Parser::new_ext(&skill.body, Options::ENABLE_TABLES).into_offset_iter() {
        let line = skill.body_line + 1 + skill.body[..range.start].matches('\n').count();
        match event {
            Event::Html(html) | Event::InlineHtml(html) if html.contains("<!--") => {
                comments += 1;
                if comments <= REMARKS {
                    remarks.add(
                        "skill.comment",
                        format!("{FILE}: line {line}"),
                        "It is a comment, which nobody sees who reads the page, and the assistant does. Read it.",
                    );
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) if dest_url.contains("://") => remarks.add(
                "skill.remote-image",
                format!("{FILE}: line {line}"),
                "A picture from elsewhere tells its server that it was looked at, and whatever is put into its address. Put the picture into the package.",
            ),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                if let Some(path) = relative(&dest_url).filter(|path| !has(path)) {
                    links.insert((line, path.to_owned()));
                }
            }
            _ => {}
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
