//! The category `rogues`: does whatever it is told to do wrong, for tests of a server whose category
//! works now and fails then. Attacks have guests of their own, in the folders beside this one.
//!
//! `validate` looks at the first permission, `inspect` and `install` at the manifest's name. A word
//! that it does not know is answered honestly.

use std::hint::black_box;

use marketplace_adapter_sdk::bindings::presenter::{self, Detail, Presentation};
use marketplace_adapter_sdk::bindings::staging::StagingError;
use marketplace_adapter_sdk::bindings::{contents, installer, staging, validator};
use marketplace_adapter_sdk::{
    Capability, Change, Description, Direction, Finding, Grant, Inspection, Level, Manifest, Port, Protocol,
    Risk, log,
};

struct Rogue;

fn grant(permission: &str) -> Grant {
    Grant {
        permission: permission.into(),
        capability: Capability::CallTool(permission.into()),
        summary: format!("Call {permission}"),
        risk: Risk::Medium,
    }
}

fn finding(rule: &str, message: impl Into<String>) -> Finding {
    Finding { rule: rule.into(), subject: "rogue".into(), message: message.into() }
}

/// What can be done wrong in any call.
fn misbehave(how: &str) {
    match how {
        "spin" => loop {
            black_box(());
        },
        "trap" => panic!("told to"),
        "memory-bomb" => {
            let mut kept = Vec::new();
            loop {
                kept.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        "log-flood" => {
            log(Level::Warn, "\u{1b}[2J\u{202e}first");
            for _ in 0..100_000 {
                log(Level::Info, &"flood\n".repeat(50));
            }
        }
        _ => {}
    }
}

impl validator::Guest for Rogue {
    fn describe() -> Description {
        Description {
            id: "rogues".into(),
            singular: "rogue".into(),
            name: "Rogues".into(),
            description: "They do what they should not.".into(),
            icon: String::new(),
            free_install_cap: 5,
        }
    }

    fn validate(permissions: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        let how = permissions.first().map_or("", String::as_str);
        misbehave(how);
        let mut grants: Vec<Grant> = permissions.iter().map(|permission| grant(permission)).collect();
        match how {
            "reverse" => grants.reverse(),
            "port-zero" => {
                grants[0].capability = Capability::PublishPort(Port { number: 0, protocol: Protocol::Tcp });
            }
            "hidden-topic" => grants[0].capability = Capability::ReadData("a\u{200b}b".into()),
            "no-summary" => grants[0].summary.clear(),
            "escape" => grants[0].summary = "\u{1b}[31mRed".into(),
            "no-reason" => return Err(Vec::new()),
            "bad-rule" => return Err(vec![finding("No Rule", "Fix it.")]),
            "many-reasons" => {
                return Err((0..5_000).map(|at| finding("rogue.many", format!("{at}"))).collect());
            }
            "long-reason" => return Err(vec![finding("rogue.long", "x\u{1b}".repeat(100_000))]),
            _ => {}
        }
        Ok(grants)
    }

    fn compare(consented: Vec<String>, requested: Vec<String>) -> Vec<Change> {
        let change = |permission: &str, direction| Change {
            permission: permission.into(),
            direction,
            risk: Risk::Low,
            summary: "So it is.".into(),
        };
        let added = requested.iter().filter(|p| !consented.contains(p)).map(|p| change(p, Direction::Added));
        let removed =
            consented.iter().filter(|p| !requested.contains(p)).map(|p| change(p, Direction::Removed));
        added.chain(removed).collect()
    }
}

impl presenter::Guest for Rogue {
    fn present() -> Presentation {
        Presentation { package: String::new(), fields: vec![], permissions: vec![], inputs: vec![] }
    }

    fn details(_: Manifest) -> Vec<Detail> {
        Vec::new()
    }
}

impl installer::Guest for Rogue {
    fn inspect(manifest: Manifest) -> Result<Inspection, Vec<Finding>> {
        misbehave(&manifest.name);
        let inspection = Inspection { needed: Vec::new(), remarks: Vec::new() };
        match manifest.name.as_str() {
            "read" => {
                for entry in contents::entries() {
                    if let Err(error) = contents::read(&entry.path) {
                        return Err(vec![finding("rogue.unread", format!("{}: {error:?}", entry.path))]);
                    }
                }
            }
            "read-elsewhere" => {
                let read = contents::read("../../etc/passwd");
                return Err(vec![finding("rogue.unread", format!("{read:?}"))]);
            }
            "read-range" => {
                let path = &contents::entries()[0].path;
                let shown = [(0, 4), (2, 100), (100, 1), (u64::MAX, u32::MAX)].map(|(offset, length)| {
                    contents::read_range(path, offset, length).map(|bytes| bytes.len())
                });
                return Err(vec![finding("rogue.read", format!("{shown:?}"))]);
            }
            _ => {}
        }
        Ok(inspection)
    }

    fn install(manifest: Manifest, _: Vec<Grant>) -> Result<(), Vec<Finding>> {
        misbehave(&manifest.name);
        let told = |result: Result<(), StagingError>| {
            result.map_err(|error| vec![finding("rogue.staged", format!("{error:?}"))])
        };
        match manifest.name.as_str() {
            "outside" => told(staging::write("../x", b"x")),
            "absolute" => told(staging::place("note.txt", "/etc/passwd")),
            "place-elsewhere" => told(staging::place("../../etc/passwd", "passwd")),
            "merge" => {
                told(staging::write("Read.me", b""))?;
                told(staging::write("READ.ME", b""))
            }
            "not-json" => told(staging::register("key", "{")),
            "large-value" => told(staging::register("key", &format!("\"{}\"", "x".repeat(100_000)))),
            "half" => {
                told(staging::write("half", b"half"))?;
                Err(vec![finding("rogue.undecided", "It stops in the middle. Ask for something else.")])
            }
            _ => told(staging::write("rogue.txt", b"rogue")),
        }
    }
}

marketplace_adapter_sdk::bindings::export_category!(Rogue);
