//! The category `posters`, of the world `gallery-category`: published and shown, not installed. It is of contract 1.0,
//! with bindings of its own and without the SDK: what was built before 1.1 goes on.

#[allow(warnings)]
mod bindings {
    wit_bindgen::generate!({ path: "../../../wit/1.0", world: "gallery-category" });
}

use bindings::exports::marketplace::category::validator::{Change, Description, Finding, Grant, Guest};

struct Posters;

impl Guest for Posters {
    fn describe() -> Description {
        Description {
            id: "posters".into(),
            singular: "poster".into(),
            name: "Posters".into(),
            description: "Pictures to look at.".into(),
            icon: String::new(),
            free_install_cap: 0,
        }
    }

    fn validate(permissions: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        let refuse = |permission: String| Finding {
            rule: "permission.unknown".into(),
            message: format!("A poster hangs there, and has no permissions. Remove `{permission}`."),
            subject: permission,
        };
        let findings: Vec<Finding> = permissions.into_iter().map(refuse).collect();
        if findings.is_empty() { Ok(Vec::new()) } else { Err(findings) }
    }

    fn compare(_: Vec<String>, _: Vec<String>) -> Vec<Change> {
        Vec::new()
    }
}

bindings::export!(Posters with_types_in bindings);
