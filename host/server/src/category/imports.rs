//! What a component imports, in words: what it is given of each, which is never the real thing; and so what it could
//! ever do. Pages and the command say the same.

use marketplace_sandbox::{Limits, World};
use serde::Serialize;

/// A group of interfaces, and what stands behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How the names of its interfaces begin.
    #[serde(skip)]
    prefix: &'static str,
    /// For people.
    pub name: &'static str,
    /// What the component gets.
    pub gets: &'static str,
}

/// Every group that the sandbox links; what is of none is not loaded.
const GROUPS: [Group; 9] = [
    Group {
        prefix: "marketplace:category/types",
        name: "The contract’s types",
        gets: "Names for what is asked and answered. They do nothing.",
    },
    Group {
        prefix: "marketplace:category/contents",
        name: "The package",
        gets: "Reads the files of the package that it is asked about, and no others.",
    },
    Group {
        prefix: "marketplace:category/staging",
        name: "The staging area",
        gets: "Lists what an installed item consists of. The server checks it and writes it.",
    },
    Group {
        prefix: "marketplace:category/log",
        name: "The log",
        gets: "Writes lines to the server’s log, a bounded number for each call.",
    },
    Group {
        prefix: "wasi:clocks/",
        name: "Clocks",
        gets: "They stand still, on the first of January 2000: no wait takes any time.",
    },
    Group {
        prefix: "wasi:random/",
        name: "Random numbers",
        gets: "Always the same ones, so that a verdict can be repeated.",
    },
    Group { prefix: "wasi:filesystem/", name: "Files", gets: "There are none: no folder is open to it." },
    Group {
        prefix: "wasi:cli/",
        name: "Environment and terminal",
        gets: "No variables, no arguments, no input. What it prints goes to the log.",
    },
    Group {
        prefix: "wasi:io/",
        name: "Streams and polling",
        gets: "What the others are made of. They lead nowhere else.",
    },
];

/// Interfaces of the contract begin so.
const CONTRACT: &str = "marketplace:category/";

/// Each group that is imported, with the names of its interfaces.
#[must_use]
pub fn grouped(imports: &[String]) -> Vec<(&'static Group, Vec<&str>)> {
    let named = |group: &Group| -> Vec<&str> {
        imports.iter().map(String::as_str).filter(|import| import.starts_with(group.prefix)).collect()
    };
    GROUPS.iter().map(|group| (group, named(group))).filter(|(_, names)| !names.is_empty()).collect()
}

/// In a sentence, for a list.
#[must_use]
pub fn sentence(imports: &[String]) -> String {
    let of = |prefix: &str| imports.iter().any(|import| import.starts_with(prefix));
    let beyond: Vec<&str> = GROUPS
        .iter()
        .filter(|group| !group.prefix.starts_with(CONTRACT) && of(group.prefix))
        .map(|group| group.name)
        .collect();
    match (imports.is_empty(), beyond.as_slice()) {
        (true, _) => "Nothing at all".to_owned(),
        (false, []) => "Nothing but the contract".to_owned(),
        (false, some) => {
            format!(
                "The contract and, for its language’s runtime, empty stand-ins for: {}",
                some.join(", ").to_lowercase()
            )
        }
    }
}

/// What a component with these imports could ever do, whatever is written in it: each a sentence. It is what the
/// sandbox gives, not what the component says of itself.
#[must_use]
pub fn abilities(imports: &[String], world: World, limits: &Limits) -> Vec<String> {
    let has =
        |interface: &str| imports.iter().any(|import| import.starts_with(&format!("{CONTRACT}{interface}")));
    let mut can = vec![
        "It cannot open files, reach the network, start programs, tell the time, read the environment or see another \
         category."
            .to_owned(),
        "It keeps nothing: each call begins as the first one did, and ends without a trace.".to_owned(),
    ];
    can.push(match has("contents") {
        true => "It reads the files of the package that it is asked about, and no others.".to_owned(),
        false => "It never sees a package.".to_owned(),
    });
    can.push(match (world, has("staging")) {
        (World::Gallery, _) => "Its items can be shown, and not installed.".to_owned(),
        (World::Whole, true) => {
            "It fills a list of the files and registry entries that an installed item consists of; the server checks \
             the list, and writes it."
                .to_owned()
        }
        (World::Whole, false) => "Its installed items consist of nothing: it has no staging area.".to_owned(),
    });
    if has("log") || imports.iter().any(|import| import.starts_with("wasi:cli/std")) {
        can.push(format!("It writes to the server’s log: at most {} lines in a call.", limits.log_lines));
    }
    can.push(
        "It says what a permission means; what is enforced is what a person read and agreed to, not what it says later."
            .to_owned(),
    );
    can.push(format!(
        "A call uses at most {} of memory, and ends after {}, or {} where it reads a package.",
        indicatif::BinaryBytes(limits.memory_bytes as u64),
        seconds(limits.call_time),
        seconds(limits.package_call_time),
    ));
    can
}

fn seconds(time: std::time::Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_imported_is_said_in_words() {
        assert_eq!(sentence(&[]), "Nothing at all");
        let contract = imports(&["marketplace:category/types@1.0.0", "marketplace:category/log@1.0.0"]);
        assert_eq!(sentence(&contract), "Nothing but the contract");
        let runtime = imports(&["marketplace:category/types@1.0.0", "wasi:clocks/wall-clock@0.2.6"]);
        assert!(sentence(&runtime).ends_with("clocks"));
        let groups = grouped(&runtime);
        assert_eq!(
            groups.iter().map(|(group, _)| group.name).collect::<Vec<_>>(),
            ["The contract’s types", "Clocks"]
        );
    }

    #[test]
    fn what_it_could_ever_do_follows_from_what_it_imports() {
        let limits = Limits::default();
        let says = |names: &[&str], world, words: &str| {
            abilities(&imports(names), world, &limits).iter().any(|sentence| sentence.contains(words))
        };
        let whole = ["marketplace:category/contents@1.1.0", "marketplace:category/staging@1.1.0"];
        assert!(says(&whole, World::Whole, "reads the files of the package"));
        assert!(says(&whole, World::Whole, "fills a list"));
        assert!(!says(&whole, World::Whole, "log"), "it does not import the log");
        assert!(says(&[], World::Whole, "never sees a package"));
        assert!(says(&[], World::Gallery, "not installed"));
    }
}
