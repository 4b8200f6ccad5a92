//! What two components say of themselves, and of how items are shown, in other words.

use std::collections::BTreeMap;

use marketplace_sandbox::{Adapter, Entry, Field, Input, Offer, Presentation, Risk};
use marketplace_store::{Category as Row, NewCategory};

use super::report::Difference;

/// What is other in the description. `contract` is that of the present component.
pub(super) fn of_description(row: &Row, contract: &str, new: &NewCategory) -> Vec<Difference> {
    let all = [
        ("name", row.name.clone(), new.name.clone()),
        ("singular", row.singular.clone(), new.singular.clone()),
        ("description", row.description.clone(), new.description.clone()),
        ("icon", row.icon.clone(), new.icon.clone()),
        ("installer", row.installer.to_string(), new.installer.to_string()),
        ("free_install_cap", row.free_install_cap.to_string(), new.free_install_cap.to_string()),
        ("contract", contract.to_owned(), new.contract.clone()),
    ];
    all.into_iter().filter_map(|(what, now, then)| Difference::of(what, now, then)).collect()
}

/// What is other in the presentation. A component that says nothing of it, or fails to, shows nothing.
pub(super) async fn of_presentation(now: Option<&Adapter>, then: &Adapter) -> Vec<Difference> {
    let shown = async |adapter: &Adapter| adapter.present().await.answer().unwrap_or_default();
    let now = match now {
        Some(adapter) => shown(adapter).await,
        None => Presentation::default(),
    };
    between(&now, &shown(then).await)
}

fn between(now: &Presentation, then: &Presentation) -> Vec<Difference> {
    let mut found: Vec<_> =
        Difference::of("package", now.package.clone(), then.package.clone()).into_iter().collect();
    found.extend(of_lists("field", &now.fields, &then.fields, |field| &field.key, field));
    found.extend(of_lists("permission", &now.permissions, &then.permissions, |one| &one.permission, offer));
    found.extend(of_lists("input", &now.inputs, &then.inputs, |input| &input.name, input));
    found
}

/// In words, as the others are, and all of it: what differs must be seen.
fn field(field: &Field) -> String {
    let Field { key: _, label, unit, card, drawer, facet } = field;
    let places = [(*card, "card"), (*drawer, "drawer"), (*facet, "filter")];
    let places: Vec<_> = places.iter().filter(|(is, _)| *is).map(|(_, place)| *place).collect();
    let unit = if unit.is_empty() { String::new() } else { format!(" in {unit}") };
    let places = if places.is_empty() { "shown nowhere".to_owned() } else { places.join(", ") };
    format!("“{label}”{unit} ({places})")
}

fn offer(offer: &Offer) -> String {
    let risk = match offer.risk {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    };
    format!("“{}” ({risk} risk)", offer.summary)
}

fn input(input: &Input) -> String {
    let Input { name: _, label, hint, entry, required } = input;
    let entry = match entry {
        Entry::Line => "one line".to_owned(),
        Entry::Text => "text".to_owned(),
        Entry::Number => "a number".to_owned(),
        Entry::Flag => "yes or no".to_owned(),
        Entry::Choice { choices } => {
            let choices: Vec<_> =
                choices.iter().map(|one| format!("`{}` “{}”", one.value, one.label)).collect();
            format!("one of {}", choices.join(", "))
        }
    };
    let hint = if hint.is_empty() { String::new() } else { format!(" “{hint}”") };
    format!("“{label}”{hint}: {entry}{}", if *required { ", required" } else { "" })
}

fn of_lists<T>(
    what: &str,
    now: &[T],
    then: &[T],
    key: impl Fn(&T) -> &String,
    text: impl Fn(&T) -> String,
) -> Vec<Difference> {
    let mut all: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for one in now {
        all.entry(key(one)).or_default().0 = text(one);
    }
    for one in then {
        all.entry(key(one)).or_default().1 = text(one);
    }
    let pairs = all.into_iter();
    pairs.filter_map(|(key, (now, then))| Difference::of(format!("{what} {key}"), now, then)).collect()
}

impl Difference {
    fn of(what: impl Into<String>, now: String, then: String) -> Option<Self> {
        (now != then).then(|| Self { what: what.into(), now, then })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_by_its_key() {
        let field = |key: &str, label: &str| Field {
            key: key.into(),
            label: label.into(),
            unit: String::new(),
            card: true,
            drawer: true,
            facet: false,
        };
        let shown = |fields: Vec<Field>| Presentation { fields, ..Presentation::default() };
        let now = shown(vec![field("size", "Size"), field("gone", "Gone"), field("same", "Same")]);
        let then = shown(vec![field("same", "Same"), field("size", "How large")]);
        let found = between(&now, &then);
        let whats: Vec<_> = found.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(whats, ["field gone", "field size"]);
        assert!(found[0].then.is_empty() && found[1].then.contains("How large"));
    }
}
