//! The category `posters`, of the world `gallery-category`: published and shown, not installed. It is of contract 1.0,
//! with bindings of its own: adapters that were built before 1.1 go on.

use marketplace_adapter_sdk::Grammar;

#[allow(warnings)]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit/1.0",
        world: "gallery-category",
        with: { "marketplace:category/types@1.0.0": marketplace_adapter_sdk::bindings::types },
    });
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
        Grammar::new("A poster hangs there.").validate(&permissions)
    }

    fn compare(_: Vec<String>, _: Vec<String>) -> Vec<Change> {
        Vec::new()
    }
}

bindings::export!(Posters with_types_in bindings);
