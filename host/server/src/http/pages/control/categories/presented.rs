//! What a component says that people will see: of its items, and of what its authors are asked.

use marketplace_sandbox::{Entry, Field, Input, Presentation};
use maud::{Markup, html};

use crate::http::pages::parts;

/// All of it; that there is nothing, too.
pub(super) fn draw(presentation: &Presentation) -> Markup {
    let Presentation { package, fields, permissions, inputs } = presentation;
    let is_silent = package.is_empty() && fields.is_empty() && permissions.is_empty() && inputs.is_empty();
    html! {
        section.stack aria-labelledby="presented" {
            h2 #presented { "What it shows" }
            @if is_silent { p.muted { "Nothing of its own: its items have what every item has, and its authors write their permissions themselves." } }
            @if !package.is_empty() { p { "A package: " (package) } }
            @if !permissions.is_empty() {
                h3 { "Permissions that it offers" }
                (parts::offers(permissions))
            }
            @if !fields.is_empty() {
                h3 { "What its items have" }
                dl.facts { @for field in fields { dt { (field.label) } dd { code { (field.key) } ", " (places(field)) } } }
            }
            @if !inputs.is_empty() {
                h3 { "What its authors fill in" }
                dl.facts { @for input in inputs { dt { (input.label) } dd { code { (input.name) } ", " (kind(input)) } } }
            }
        }
    }
}

/// Where a field is seen.
fn places(field: &Field) -> String {
    let places = [(field.card, "on cards"), (field.drawer, "in the drawer"), (field.facet, "as a filter")];
    let places: Vec<_> = places.iter().filter(|(is, _)| *is).map(|(_, place)| *place).collect();
    if places.is_empty() { "for programs only".to_owned() } else { places.join(", ") }
}

fn kind(input: &Input) -> String {
    let kind = match &input.entry {
        Entry::Line => "a line".to_owned(),
        Entry::Text => "a text".to_owned(),
        Entry::Number => "a number".to_owned(),
        Entry::Flag => "yes or no".to_owned(),
        Entry::Choice { choices } => format!("one of {}", parts::count(choices.len(), "choice")),
    };
    if input.required { format!("{kind}, required") } else { kind }
}
