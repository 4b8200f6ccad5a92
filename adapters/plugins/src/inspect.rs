//! The package as a whole.

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::{Files, Finding, Findings, Inspection, Manifest};

use crate::model::Server;
use crate::tools::{self, Tool};
use crate::{COMPONENT, PERMISSION, SERVER, TOOLS, component, server};

/// Which permissions the package needs, and what deserves a moderator's look.
///
/// # Errors
/// Every reason why it is no plugin, or one that hides something.
pub fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
    let (mut refusals, mut findings, mut remarks) = (Findings::new(), Findings::new(), Findings::new());
    match read_server(package) {
        Ok(server) => {
            server::check(&server, &manifest.version, package.has(COMPONENT), &mut findings, &mut remarks)
        }
        Err(found) => refusals.extend(found),
    }
    let mut needed = Vec::new();
    match read_tools(package) {
        Ok((tools, found)) => {
            needed = tools.iter().map(|tool| format!("{PERMISSION}{}", tool.name)).collect();
            remarks.extend(found);
        }
        Err(found) => refusals.extend(found),
    }
    if package.has(COMPONENT) {
        match package.read(COMPONENT) {
            Ok(bytes) => component::check(&bytes, &mut findings),
            Err(found) => refusals.extend(found),
        }
    }
    refusals.extend(findings.into_vec());
    refusals.or(Inspection { needed, remarks: remarks.into_vec() })
}

/// Reads `server.json`.
///
/// # Errors
/// `plugin.missing`, and as [`server::read`].
pub fn read_server(package: &dyn Files) -> Result<Server, Vec<Finding>> {
    present(package, SERVER, "the description of the server, as the MCP registry publishes it")?;
    server::read(&package.read_text(SERVER)?)
}

/// Reads `tools.json`.
///
/// # Errors
/// `plugin.missing`, and as [`tools::read`].
pub fn read_tools(package: &dyn Files) -> Result<(Vec<Tool>, Vec<Finding>), Vec<Finding>> {
    present(package, TOOLS, "the server's answer to `tools/list`, `{\"tools\": [ … ]}`")?;
    tools::read(&package.read_text(TOOLS)?)
}

fn present(package: &dyn Files, file: &str, what: &str) -> Result<(), Vec<Finding>> {
    if package.has(file) {
        return Ok(());
    }
    Err(refuse("plugin.missing", file, format!("The package has no `{file}` at its root. Add it: {what}.")))
}
