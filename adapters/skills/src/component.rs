//! `skill.wasm`: what it imports, against what the skill may do.

use marketplace_adapter_checks::component::{Import, Interface, interface};
use marketplace_adapter_sdk::{Finding, Findings};

use crate::COMPONENT;

/// The one function that a host calls, `run: func(input: string) -> result<string, string>`.
const ENTRY: &str = "run";

/// Exports that a message names: enough to tell which component it is.
const EXPORTS: usize = 5;

/// The interface through which a skill writes into the conversation.
const CHAT: &str = "marketplace:skill/chat@1.0.0";

/// The permissions that a component's imports need, sorted.
///
/// # Errors
/// `skill.component-malformed`, `skill.component-no-entry`, `skill.unknown-import`.
pub fn needed(bytes: &[u8]) -> Result<Vec<String>, Vec<Finding>> {
    let mut findings = Findings::new();
    let interface = match interface(bytes) {
        Ok(interface) => interface,
        Err(error) => {
            findings.add(
                "skill.component-malformed",
                COMPONENT,
                format!("`{COMPONENT}` is of no use: {error}."),
            );
            return Err(findings.into_vec());
        }
    };
    let Interface { imports, exports, functions } = interface;
    if !functions.iter().any(|function| function == ENTRY) {
        let instead = if exports.iter().any(|export| export == ENTRY) {
            format!("Its `{ENTRY}` is no function")
        } else {
            match exports
                .iter()
                .take(EXPORTS)
                .map(|export| format!("`{export}`"))
                .collect::<Vec<_>>()
                .join(", ")
            {
                none if none.is_empty() => format!("It exports nothing, and no `{ENTRY}`"),
                some => format!("It exports {some}, and no function `{ENTRY}`"),
            }
        };
        findings.add(
            "skill.component-no-entry",
            COMPONENT,
            format!("{instead}, so nothing could call it. Export `{ENTRY}: func(input: string) -> result<string, string>`."),
        );
    }
    let mut needed = Vec::new();
    for import in &imports {
        match permission(import) {
            Some(permission) => needed.extend(permission),
            None => findings.add(
                "skill.unknown-import",
                format!("{COMPONENT}: {import}"),
                format!(
                    "No skill is given `{import}`. It may import WASI 0.2 in a released version (io, clocks, random, cli; sockets and \
                     http with the permission `network`; filesystem with `fs:tmp`) and `{CHAT}` (with `chat_inject`). \
                     Build it without, or, if it is of another WASI, with tools for 0.2."
                ),
            ),
        }
    }
    needed.sort_unstable();
    needed.dedup();
    findings.or(needed.into_iter().map(str::to_owned).collect())
}

/// The permission that an import needs, if any; `None` if there is no such import.
fn permission(name: &str) -> Option<Option<&'static str>> {
    if name == CHAT {
        return Some(Some(crate::CHAT_INJECT));
    }
    let import = Import::parse(name)?;
    if import.is_harmless() {
        return Some(None);
    }
    match import.package {
        "wasi:sockets" | "wasi:http" if import.is_wasi_0_2() => Some(Some(crate::NETWORK)),
        "wasi:filesystem" if import.is_wasi_0_2() => Some(Some(crate::FS_TMP)),
        _ => None,
    }
}
