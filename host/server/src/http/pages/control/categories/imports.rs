//! What a component imports, in words: what it is given of each, which is never the real thing.

use maud::{Markup, html};

/// A group of interfaces, and what stands behind them.
struct Group {
    /// How the names of its interfaces begin.
    prefix: &'static str,
    name: &'static str,
    /// What the component gets.
    gets: &'static str,
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

/// In a sentence, for a list.
pub(super) fn sentence(imports: &[String]) -> String {
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

/// Each group that is imported: its name, what is given of it, and the interfaces by name.
pub(in crate::http) fn told(imports: &[String]) -> Vec<(&'static str, &'static str, Vec<&str>)> {
    let named = |group: &Group| -> Vec<&str> {
        imports.iter().map(String::as_str).filter(|import| import.starts_with(group.prefix)).collect()
    };
    let groups = GROUPS.iter().map(|group| (group.name, group.gets, named(group)));
    groups.filter(|(_, _, names)| !names.is_empty()).collect()
}

/// The same, for a page.
pub(super) fn table(imports: &[String]) -> Markup {
    let groups = told(imports);
    html! {
        @if groups.is_empty() { p { "It imports nothing: all that it knows is what it is asked." } } @else {
            ul.imports {
                @for (name, gets, names) in groups {
                    li {
                        p { strong { (name) } ". " (gets) }
                        p.small.muted.row { @for name in names { code { (name) } } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_imported_is_said_in_words() {
        let imports = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(sentence(&[]), "Nothing at all");
        let contract = imports(&["marketplace:category/types@1.0.0", "marketplace:category/log@1.0.0"]);
        assert_eq!(sentence(&contract), "Nothing but the contract");
        let runtime = imports(&["marketplace:category/types@1.0.0", "wasi:clocks/wall-clock@0.2.6"]);
        assert!(sentence(&runtime).ends_with("clocks"));
    }
}
