//! The permissions of every category.

use adapter_apps::Apps;
use adapter_plugins::Plugins;
use adapter_skills::Skills;
use adapter_themes::Themes;
use adapter_widgets::Widgets;
use marketplace_adapter_sdk::{Category as _, Direction, Grammar};

use crate::texts::assert_findings;

/// Three lists of permissions, with an empty line between two: what a user consented to, what an update asks for, and
/// what the one after it does.
pub fn permissions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lists = text.split("\n\n").map(|list| list.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut next = || lists.next().unwrap_or_default();
    let (first, second, third) = (next(), next(), next());
    for grammar in
        [Apps::grammar(), Plugins::grammar(), Skills::grammar(), Themes::grammar(), Widgets::grammar()]
    {
        let [first, second, third] = [&first, &second, &third].map(|list| understood(&grammar, list));
        compared(&grammar, &first, &second);
        compared(&grammar, &second, &third);
        // Two updates that ask for nothing new together ask for nothing new: consent cannot be laundered.
        if quiet(&grammar, &first, &second) && quiet(&grammar, &second, &third) {
            assert!(quiet(&grammar, &first, &third), "{first:?} {second:?} {third:?}");
        }
    }
}

/// The permissions that the grammar grants, after checking what it says of all of them.
fn understood(grammar: &Grammar, list: &[String]) -> Vec<String> {
    match grammar.validate(list) {
        Ok(grants) => {
            let granted: Vec<_> = grants.iter().map(|grant| grant.permission.as_str()).collect();
            assert_eq!(granted, list, "a grant for each, in order, byte for byte");
            assert!(grants.iter().all(|grant| !grant.summary.trim().is_empty()));
            assert_eq!(grammar.validate(list), Ok(grants));
        }
        Err(findings) => {
            assert!(!findings.is_empty());
            assert_findings(&findings);
            assert!(findings.iter().all(|finding| list.contains(&finding.subject)));
        }
    }
    let mut granted: Vec<String> = Vec::new();
    for permission in list {
        // What is granted alone and is no duplicate is granted among others.
        if grammar.validate(std::slice::from_ref(permission)).is_ok() && !granted.contains(permission) {
            // "Not empty, no space around them, nothing invisible."
            assert!(!permission.is_empty() && permission.trim() == permission, "{permission:?}");
            assert!(!permission.chars().any(char::is_control), "{permission:?}");
            granted.push(permission.clone());
        }
    }
    assert!(grammar.validate(&granted).is_ok());
    granted
}

/// What holds of every comparison.
fn compared(grammar: &Grammar, consented: &[String], requested: &[String]) {
    assert_eq!(grammar.compare(consented, consented), []);
    let changes = grammar.compare(consented, requested);
    assert_eq!(changes, grammar.compare(consented, requested));
    for change in &changes {
        assert!(!change.summary.trim().is_empty());
        let (from, not_from) = match change.direction {
            Direction::Removed => (consented, requested),
            _ => (requested, consented),
        };
        assert!(from.contains(&change.permission), "{change:?}");
        assert!(!not_from.contains(&change.permission), "{change:?}");
    }
    for permission in requested.iter().filter(|permission| !consented.contains(permission)) {
        let named = changes.iter().filter(|change| change.permission == *permission).count();
        assert_eq!(named, 1, "{permission}: every request in other words has a change");
    }
    // Whoever consented to nothing is asked about everything.
    for change in grammar.compare(&[], requested) {
        assert_eq!(change.direction, Direction::Added, "{change:?}");
    }
}

/// Whether nobody is asked again.
fn quiet(grammar: &Grammar, consented: &[String], requested: &[String]) -> bool {
    !grammar
        .compare(consented, requested)
        .iter()
        .any(|change| matches!(change.direction, Direction::Added | Direction::Widened))
}
