//! What an assistant reads in Markdown, and a person who looks at the page does not see.
//!
//! None of it is refused: comments have honest uses. Each is a remark, so that a moderator looks at the line.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use marketplace_adapter_sdk::Findings;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use crate::content::REMARKS;

/// Spaces in a row that push what follows them out of every window.
const FAR: usize = 200;

/// What makes an element of HTML invisible, without spaces and in lower case.
const INVISIBLE: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "opacity:0",
    "font-size:0",
    "color:transparent",
    "color:white",
    "color:#fff",
    "left:-9999",
    "<template",
    "hidden>",
    "hidden=",
];

/// A moderator's list for the Markdown `text` of the file `path`, whose first line is the file's line
/// `first_line` + 1.
pub fn look(path: &str, text: &str, first_line: usize, remarks: &mut Findings) {
    let mut found: BTreeSet<(usize, &str, &str)> = BTreeSet::new();
    // Events come in order: counting goes on from where the last one was.
    let counted = Cell::new((0, first_line + 1));
    let line = |at: usize| {
        let (from, lines) = if at >= counted.get().0 { counted.get() } else { (0, first_line + 1) };
        counted.set((at, lines + text[from..at].matches('\n').count()));
        counted.get().1
    };
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES);
    let definitions: Vec<(String, usize)> = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (label.to_lowercase(), definition.span.start))
        .collect();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                if html.contains("<!--") {
                    found.insert((line(range.start), "skill.comment", "It is a comment, which nobody sees who reads the page, and the assistant does. Read it."));
                } else if is_invisible(&html) {
                    found.insert((line(range.start), "skill.invisible", "It makes part of the page invisible, and the assistant reads that part. Read it, or show it."));
                }
            }
            Event::Start(Tag::Link { link_type, id, .. }) => {
                named.extend(by_name(link_type).then(|| id.to_lowercase()));
            }
            Event::Start(Tag::Image { link_type, id, dest_url, .. }) => {
                named.extend(by_name(link_type).then(|| id.to_lowercase()));
                if dest_url.contains("://") {
                    found.insert((line(range.start), "skill.remote-image", "A picture from elsewhere tells its server that it was looked at, and whatever is put into its address. Put the picture into the package."));
                }
            }
            _ => {}
        }
    }
    // `[//]: # (…)` is how comments are written where HTML is not allowed.
    for (_, at) in definitions.iter().filter(|(label, _)| !named.contains(label)) {
        found.insert((
            line(*at),
            "skill.comment",
            "It defines a link that nothing uses, so no page shows it, and the assistant reads it. Read it.",
        ));
    }
    for (number, content) in text.lines().enumerate() {
        if is_far(content) {
            found.insert((first_line + 1 + number, "skill.far-away", "What stands at its end is pushed out of the window by spaces, and the assistant reads it. Move it to where it is seen."));
        }
        if runs_when_read(content) {
            found.insert((first_line + 1 + number, "skill.runs-when-read", "Some assistants run the command after `!` as soon as they read the skill, without a question. See that it only looks."));
        }
    }
    let mut counts = BTreeMap::new();
    for (line, rule, message) in found {
        let count = counts.entry(rule).or_insert(0);
        *count += 1;
        if *count <= REMARKS {
            remarks.add(rule, format!("{path}: line {line}"), message);
        }
    }
}

/// Whether a link's address stands in a definition elsewhere.
fn by_name(kind: LinkType) -> bool {
    matches!(kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
}

fn is_invisible(html: &str) -> bool {
    let tight: String = html.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let boolean =
        html.to_ascii_lowercase().split(|c: char| c.is_whitespace() || c == '>').any(|word| word == "hidden");
    boolean || INVISIBLE.iter().any(|sign| tight.contains(sign))
}

fn is_far(line: &str) -> bool {
    let end = line.trim_end();
    // A table's cells are padded to the widest.
    if end.trim_start().starts_with('|') {
        return false;
    }
    let mut run = 0;
    end.chars().any(|c| {
        run = if c.is_whitespace() { run + 1 } else { 0 };
        run >= FAR
    })
}

/// ``!`command` `` at the start of a word, the form in which Claude Code inserts a command's output.
fn runs_when_read(line: &str) -> bool {
    line.match_indices("!`").any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || c == ':' || c == '-')
            && line[at + 2..].split_once('`').is_some_and(|(command, _)| !command.trim().is_empty())
    })
}
