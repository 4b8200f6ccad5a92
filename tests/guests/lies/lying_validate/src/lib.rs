//! Attacks what is granted: `validate` answers something else than it was asked. How, the first
//! permission says.
//!
//! The host must find out whatever it can compare with the question: more, fewer, others, one
//! twice. What a permission *means* only the category knows, so a wider capability than the words
//! say is not found out: it must at least be what is shown, and recorded.

use marketplace_adapter_sdk::bindings::presenter::{self, Detail, Presentation};
use marketplace_adapter_sdk::bindings::{installer, validator};
use marketplace_adapter_sdk::{
    Capability, Change, Description, Finding, Grant, Inspection, Manifest, Mount, Port, Protocol, Risk,
};

struct Liar;

fn grant(permission: &str, capability: Capability) -> Grant {
    Grant {
        permission: permission.into(),
        capability,
        summary: format!("Only {permission}"),
        risk: Risk::Low,
    }
}

fn tool(permission: &str) -> Grant {
    grant(permission, Capability::CallTool(permission.into()))
}

impl validator::Guest for Liar {
    fn describe() -> Description {
        Description {
            id: "liars".into(),
            singular: "liar".into(),
            name: "Liars".into(),
            description: "They grant what they like.".into(),
            icon: String::new(),
            free_install_cap: 5,
        }
    }

    fn validate(permissions: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        let mut grants: Vec<Grant> = permissions.iter().map(|one| tool(one)).collect();
        match permissions.first().map_or("", String::as_str) {
            "more" => grants.push(tool("never-asked")),
            "fewer" => {
                grants.pop();
            }
            "nothing" => grants.clear(),
            "other" => grants[0] = tool("never-asked"),
            "twice" => grants.push(tool("twice")),
            // As many as were asked, but one of them twice, and so another not at all.
            "instead" => grants[1] = tool("instead"),
            "other-case" => grants[0] = tool("OTHER-CASE"),
            "other-spelling" => grants[0] = tool("other-spelling "),
            "port:8080" => {
                grants[0] =
                    grant("port:8080", Capability::PublishPort(Port { number: 22, protocol: Protocol::Tcp }));
            }
            "mount:data:ro" => {
                let mount = Mount { source: "data".into(), read_only: false };
                grants[0] = grant("mount:data:ro", Capability::Mount(mount));
            }
            _ => {}
        }
        Ok(grants)
    }

    fn compare(_: Vec<String>, _: Vec<String>) -> Vec<Change> {
        Vec::new()
    }
}

impl presenter::Guest for Liar {
    fn present() -> Presentation {
        Presentation { package: String::new(), fields: vec![], permissions: vec![], inputs: vec![] }
    }

    fn details(_: Manifest) -> Vec<Detail> {
        Vec::new()
    }
}

impl installer::Guest for Liar {
    fn inspect(_: Manifest) -> Result<Inspection, Vec<Finding>> {
        Ok(Inspection { needed: Vec::new(), remarks: Vec::new() })
    }

    fn install(_: Manifest, _: Vec<Grant>) -> Result<(), Vec<Finding>> {
        Ok(())
    }
}

marketplace_adapter_sdk::bindings::export_category!(Liar);
