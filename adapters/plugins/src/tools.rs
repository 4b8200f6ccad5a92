//! `tools.json`: the tools, exactly as the server answers `tools/list`.

use marketplace_adapter_checks::json;
use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::{Finding, Findings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hidden::hidden;
use crate::{TOOLS, schema};

/// Characters in a tool's name (MCP 2025-11-25, "Tool Names").
const NAME_LIMIT: usize = 128;

/// Keys of an answer to `tools/list`, of any version of MCP, beside `tools`.
const ANSWER: [&str; 5] = ["nextCursor", "_meta", "resultType", "ttlMs", "cacheScope"];

/// Tags with which poisoned descriptions address the assistant over its user's head.
const ORDERS: [&str; 8] = [
    "<important",
    "<system",
    "<instruction",
    "<secret",
    "<assistant",
    "ignore previous",
    "ignore all previous",
    "do not tell the user",
];

/// One tool.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // the words of MCP
pub struct Tool {
    pub name: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    pub input_schema: Value,
    #[serde(default)]
    pub output_schema: Option<Value>,
    #[serde(default)]
    pub annotations: Option<Annotations>,
    #[serde(default)]
    pub icons: Option<Value>,
    #[serde(default)]
    pub execution: Option<Value>,
    #[serde(rename = "_meta", default)]
    pub meta: Option<Value>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What the author says about a tool: hints, which nobody has to believe.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Annotations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}

impl Tool {
    /// Whether it says that it changes nothing. MCP's default is no.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.annotations.as_ref().and_then(|hints| hints.read_only_hint).unwrap_or(false)
    }

    /// Whether it may destroy something. MCP's default for a tool that is not read-only is yes.
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        !self.is_read_only()
            && self.annotations.as_ref().and_then(|hints| hints.destructive_hint).unwrap_or(true)
    }

    /// What to call it in front of a user: `title`, `annotations.title`, `name`, in this order.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let hint = || self.annotations.as_ref().and_then(|hints| hints.title.as_deref());
        self.title.as_deref().or_else(hint).unwrap_or(&self.name)
    }
}

/// Checks a tool's name.
///
/// # Errors
/// What is wrong with it, for the end of a sentence.
pub fn check_name(name: &str) -> Result<(), String> {
    let well_formed = (1..=NAME_LIMIT).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        // `.` and `..` are folders to whoever makes a path of it.
        && name.bytes().any(|b| b.is_ascii_alphanumeric());
    if well_formed {
        return Ok(());
    }
    Err(format!(
        "a tool's name has 1 to {NAME_LIMIT} letters (A-Z, a-z), digits, `_`, `-` and `.`, at least one a letter or digit"
    ))
}

/// Reads `tools.json`. Remarks are worth a moderator's look.
///
/// # Errors
/// Every reason why these tools cannot be offered.
pub fn read(text: &str) -> Result<(Vec<Tool>, Vec<Finding>), Vec<Finding>> {
    let value = json::parse(text.trim_start_matches('\u{FEFF}')).map_err(|why| {
        refuse(
            "plugin.tools-malformed",
            TOOLS,
            format!("It is no JSON that every reader reads alike: {why}. Correct it."),
        )
    })?;
    let (mut findings, mut remarks) = (Findings::new(), Findings::new());
    let list = list(&value, &mut remarks).map_err(|(rule, message)| refuse(rule, TOOLS, message))?;
    hidden(TOOLS, &value, &mut findings);
    let mut tools: Vec<Tool> = Vec::with_capacity(list.len());
    for (index, item) in list.iter().enumerate() {
        let tool: Tool = match serde_path_to_error::deserialize(item) {
            Ok(tool) => tool,
            Err(error) => {
                let place = format!("{TOOLS}: tools[{index}].{}", error.path());
                findings.add(
                    "plugin.tools-malformed",
                    place,
                    format!("It is no tool as MCP has it: {}. Correct it.", error.inner()),
                );
                continue;
            }
        };
        check(index, &tool, &mut findings, &mut remarks);
        if tools.iter().any(|known| known.name == tool.name) {
            findings.add(
                "plugin.tool-duplicate",
                place(&tool.name),
                format!("Two tools are called `{}`: which one is called is a guess. Rename one.", tool.name),
            );
        }
        tools.push(tool);
    }
    findings.or((tools, remarks.into_vec()))
}

fn place(tool: &str) -> String {
    format!("{TOOLS}: {tool}")
}

/// The list in an answer to `tools/list`: its result, the whole JSON-RPC message around it, or the bare list. Each
/// can be read in one way only.
fn list<'a>(value: &'a Value, remarks: &mut Findings) -> Result<&'a Vec<Value>, (&'static str, String)> {
    let malformed = |message: String| ("plugin.tools-malformed", message);
    let nothing = Map::new();
    let (tools, object) = match value {
        Value::Array(tools) => (tools, &nothing),
        Value::Object(object) => {
            let object = result(object).map_err(malformed)?;
            match object.get("tools") {
                Some(Value::Array(tools)) => (tools, object),
                _ => return Err(malformed("It has no list `tools`. Write `{\"tools\": [ … ]}`.".to_owned())),
            }
        }
        _ => {
            return Err(malformed("It is no answer to `tools/list`. Write `{\"tools\": [ … ]}`.".to_owned()));
        }
    };
    if tools.is_empty() {
        return Err((
            "plugin.no-tools",
            "There is no tool in it, so there is nothing to call. Add the server's tools.".into(),
        ));
    }
    if object.get("nextCursor").is_some_and(|cursor| !cursor.is_null()) {
        return Err((
            "plugin.tools-incomplete",
            "It is one page of several (`nextCursor`): tools that nobody has seen would follow. Put all of them into one list.".into(),
        ));
    }
    for key in object.keys().filter(|key| *key != "tools" && !ANSWER.contains(&key.as_str())) {
        remarks.add(
            "plugin.unknown-key",
            place(key),
            format!("`{key}` is in no version of MCP, and has no effect here. Remove it."),
        );
    }
    Ok(tools)
}

/// What a JSON-RPC message holds (its section 5), or the object itself if it is none.
fn result(object: &Map<String, Value>) -> Result<&Map<String, Value>, String> {
    if !["jsonrpc", "result", "error"].iter().any(|key| object.contains_key(*key)) {
        return Ok(object);
    }
    let is_one = object.get("jsonrpc").is_some_and(|version| version == "2.0")
        && object.keys().all(|key| matches!(key.as_str(), "jsonrpc" | "id" | "result"));
    object.get("result").and_then(Value::as_object).filter(|_| is_one).ok_or_else(|| {
        "It resembles a JSON-RPC message, and is no result. Save only what is under `result`.".to_owned()
    })
}

fn check(index: usize, tool: &Tool, findings: &mut Findings, remarks: &mut Findings) {
    let place = place(&tool.name);
    if let Err(why) = check_name(&tool.name) {
        findings.add(
            "plugin.tool-name",
            format!("{TOOLS}: tools[{index}].name"),
            format!("`{}`: {why}. Rename it.", tool.name.escape_debug()),
        );
    }
    let description = tool.description.as_deref().unwrap_or_default();
    if description.trim().is_empty() {
        remarks.add(
            "plugin.tool-undocumented",
            place.as_str(),
            "It has no description: neither the user nor the assistant can know what it does. Add one.",
        );
    }
    let lower = description.to_lowercase();
    if let Some(order) = ORDERS.iter().find(|order| lower.contains(**order)) {
        remarks.add(
            "plugin.tool-gives-orders",
            place.as_str(),
            format!(
                "Its description has `{order}`, as those have that give the assistant orders. Read all of it."
            ),
        );
    }
    if tool.annotations.as_ref().is_some_and(|hints| hints.destructive_hint == Some(true)) {
        let message = if tool.is_read_only() {
            "It says that it changes nothing, and that it destroys. Correct one of `readOnlyHint` and `destructiveHint`."
        } else {
            "It says that it may destroy or overwrite. See that its description does too."
        };
        remarks.add("plugin.tool-destructive", place.as_str(), message);
    }
    for key in tool.other.keys() {
        remarks.add("plugin.unknown-key", format!("{place}.{key}"), format!("`{key}` is in no version of MCP, and has no effect here. Move it under `_meta`, or remove it."));
    }
    schema::check(&format!("{place}.inputSchema"), &tool.input_schema, true, findings, remarks);
    if let Some(output) = &tool.output_schema {
        schema::check(&format!("{place}.outputSchema"), output, false, findings, remarks);
    }
}
