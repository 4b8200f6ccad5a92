//! The category `plugins`: MCP servers.

use adapter_plugins::{Plugins, inspect};
use marketplace_adapter_sdk::Category as _;

use crate::package::Shown;

/// A plugin needs one permission for each of its tools, and nothing else.
pub fn inspect_plugins(data: &[u8]) {
    let shown = Shown::from_bytes(data);
    let Some(inspection) =
        shown.asked(&Plugins::grammar(), |shown| inspect::inspect(&shown.manifest, &shown.files))
    else {
        return;
    };
    inspect::read_server(&shown.files).expect("it was read before");
    let (tools, _) = inspect::read_tools(&shown.files).expect("they were read before");
    let tools: Vec<_> = tools.iter().map(|tool| format!("mcp:{}", tool.name)).collect();
    let mut needed = inspection.needed;
    let mut expected = tools;
    needed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(needed, expected);
}
