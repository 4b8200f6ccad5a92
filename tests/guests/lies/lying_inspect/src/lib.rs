//! Attacks what a package is said to need: `inspect` answers rubbish. Which, the manifest's name says.
//!
//! That it hides a need nobody can know but the category. What it does say must be permissions, few
//! and plain, and what it remarks must be findings.

use marketplace_adapter_sdk::bindings::presenter::{self, Detail, Presentation};
use marketplace_adapter_sdk::bindings::{installer, validator};
use marketplace_adapter_sdk::{Change, Description, Finding, Grant, Inspection, Manifest};

struct Liar;

impl validator::Guest for Liar {
    fn describe() -> Description {
        Description {
            id: "ravers".into(),
            singular: "raver".into(),
            name: "Ravers".into(),
            description: "They need they know not what.".into(),
            icon: String::new(),
            free_install_cap: 5,
        }
    }

    fn validate(_: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        Ok(Vec::new())
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
    fn inspect(manifest: Manifest) -> Result<Inspection, Vec<Finding>> {
        let needed = match manifest.name.as_str() {
            "nothing" => vec![String::new()],
            "space" => vec![" ".into()],
            "hidden" => vec!["data:read.\u{200b}metrics".into()],
            "escape" => vec!["\u{1b}[2J".into()],
            "long" => vec!["x".repeat(10_000)],
            "many" => (0..10_000).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        let remark = |rule: &str, message: &str| Finding {
            rule: rule.into(),
            subject: "\u{1b}[31mred".into(),
            message: message.into(),
        };
        let remarks = match manifest.name.as_str() {
            "no-rule" => vec![remark("No Rule", "So it is.")],
            "no-words" => vec![remark("guest.silent", " ")],
            "loud" => vec![remark("guest.loud", "\u{1b}]0;title\u{7}"); 10_000],
            _ => Vec::new(),
        };
        Ok(Inspection { needed, remarks })
    }

    fn install(_: Manifest, _: Vec<Grant>) -> Result<(), Vec<Finding>> {
        Ok(())
    }
}

marketplace_adapter_sdk::bindings::export_category!(Liar);
