//! `plugin.wasm`: a server that runs in the sandbox, and reaches nothing.

use marketplace_adapter_checks::component::{Import, interface};
use marketplace_adapter_sdk::Findings;

use crate::COMPONENT;

/// Refuses a component that asks for what no plugin is given.
pub fn check(bytes: &[u8], findings: &mut Findings) {
    let interface = match interface(bytes) {
        Ok(interface) => interface,
        Err(error) => {
            findings.add(
                "plugin.component-malformed",
                COMPONENT,
                format!("`{COMPONENT}` is of no use: {error}."),
            );
            return;
        }
    };
    for import in interface.imports {
        if Import::parse(&import).is_some_and(|import| import.is_harmless()) {
            continue;
        }
        findings.add(
            "plugin.import",
            format!("{COMPONENT}: {import}"),
            format!(
                "No permission of a plugin gives it `{import}`: it may import io, clocks, random and cli of WASI 0.2. \
                 Build it without, or name a server in `remotes` that does this part."
            ),
        );
    }
}
