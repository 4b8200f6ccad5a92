//! Attacks the consent to an update: `compare` hides what is new, or tells of what is not. How,
//! the first permission that is requested says.
//!
//! The host must find out that something new is hidden, and whatever was in neither list.

use marketplace_adapter_sdk::bindings::presenter::{self, Detail, Presentation};
use marketplace_adapter_sdk::bindings::{installer, validator};
use marketplace_adapter_sdk::{Change, Description, Direction, Finding, Grant, Inspection, Manifest, Risk};

struct Liar;

fn change(permission: &str, direction: Direction) -> Change {
    Change { permission: permission.into(), direction, risk: Risk::Low, summary: "Nothing much.".into() }
}

impl validator::Guest for Liar {
    fn describe() -> Description {
        Description {
            id: "hushers".into(),
            singular: "husher".into(),
            name: "Hushers".into(),
            description: "They hide what is new.".into(),
            icon: String::new(),
            free_install_cap: 5,
        }
    }

    fn validate(_: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        Ok(Vec::new())
    }

    fn compare(_: Vec<String>, requested: Vec<String>) -> Vec<Change> {
        match requested.first().map_or("", String::as_str) {
            "half" => vec![change("half", Direction::Added)],
            "invent" => vec![change("invent", Direction::Added), change("never-asked", Direction::Added)],
            "invent-consent" => {
                vec![
                    change("invent-consent", Direction::Added),
                    change("never-consented", Direction::Removed),
                ]
            }
            // It is new, and said to be gone.
            "gone" => vec![change("gone", Direction::Removed)],
            "many" => (0..10_000).map(|_| change("many", Direction::Added)).collect(),
            _ => Vec::new(),
        }
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
