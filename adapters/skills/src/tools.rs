//! `allowed-tools`: what the assistant may do without asking each time.

use marketplace_adapter_sdk::Findings;
use serde_json::{Map, Value};

use crate::frontmatter::{kind, place};

const KEY: &str = "allowed-tools";

/// The tools, one each. The specification has one string, separated by spaces; lists and
/// commas are common, mean the same, and are accepted with a remark.
pub(crate) fn read(
    fields: &Map<String, Value>,
    findings: &mut Findings,
    remarks: &mut Findings,
) -> Vec<String> {
    let mut tools = Vec::new();
    let mut usual = true;
    match fields.get(KEY) {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => {
            usual = !text.contains(',');
            split(text, &mut tools, findings);
        }
        Some(Value::Array(items)) => {
            usual = false;
            for item in items {
                match item {
                    Value::String(text) => split(text, &mut tools, findings),
                    other => findings.add(
                        "skill.allowed-tools",
                        place(KEY),
                        format!("A tool is {}, and must be text. Put it in quotes.", kind(other)),
                    ),
                }
            }
        }
        Some(other) => {
            let message = format!("`{KEY}` is {}, and must be text such as `Read Bash(git:*)`.", kind(other));
            findings.add("skill.allowed-tools", place(KEY), message);
        }
    }
    if !usual {
        remarks.add("skill.allowed-tools-form", place(KEY), "The specification separates tools by spaces in one string: not every assistant reads another form.");
    }
    for tool in tools.iter().filter(|tool| is_broad(tool)) {
        remarks.add(
            "skill.broad-tools",
            place(KEY),
            format!("`{tool}` lets the assistant run any command without asking. Name the commands it needs, such as `Bash(git:*)`."),
        );
    }
    tools
}

/// Splits at spaces and commas, but not inside parentheses: `Bash(git add:*)` is one tool.
fn split(text: &str, tools: &mut Vec<String>, findings: &mut Findings) {
    let mut depth = 0_i32;
    let mut tool = String::new();
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            break;
        }
        if depth == 0 && (character.is_whitespace() || character == ',') {
            tools.extend(Some(std::mem::take(&mut tool)).filter(|tool| !tool.is_empty()));
        } else {
            tool.push(character);
        }
    }
    if depth != 0 {
        findings.add(
            "skill.allowed-tools",
            place(KEY),
            format!(
                "The parentheses of `{text}` do not match: where a tool ends is a guess. Close each one."
            ),
        );
        return;
    }
    tools.extend(Some(tool).filter(|tool| !tool.is_empty()));
}

/// Whether a tool is every command there is.
fn is_broad(tool: &str) -> bool {
    let (name, scope) = tool.split_once('(').unwrap_or((tool, "*)"));
    name == "*"
        || matches!(name, "Bash" | "Shell" | "PowerShell") && matches!(scope, "*)" | "*:*)" | ":*)" | ")")
}
