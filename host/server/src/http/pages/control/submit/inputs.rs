//! The fields that only this category asks for, as its component says them.

use marketplace_manifest::limits;
use marketplace_sandbox::{Entry, Input};
use maud::{Markup, html};

use super::fields::Fields;
use crate::http::pages::parts;
use crate::release::Filled;

/// All of them, if there are any.
pub(super) fn draw(fields: &Fields<'_>) -> Markup {
    let inputs = &fields.words.inputs;
    html! {
        @if !inputs.is_empty() {
            fieldset.stack #of-category {
                legend { h3 { "Of this " (fields.kind) } }
                @for filled in inputs { (one(fields, filled)) }
            }
        }
    }
}

fn one(fields: &Fields<'_>, filled: &Filled) -> Markup {
    let Input { name, label, hint, entry, required } = &filled.input;
    let shown = fields.words.shown(filled);
    let (invalid, error) = fields.described(name);
    let hinted = (!hint.is_empty()).then(|| format!("{name}-hint"));
    // Whoever looks at a draft again may leave a field for later, so what is required is not the browser's to say.
    let is_required = required.then_some("true");
    let label = if *required { label.clone() } else { format!("{label} (optional)") };
    let control = html! {
        @match entry {
            Entry::Line => input id=(name) name=(name) value=(shown) maxlength=(limits::BYTES) autocomplete="off"
                aria-required=[is_required] aria-describedby=[&hinted] aria-invalid=[invalid] aria-errormessage=[&error];,
            // Text, so that what is no number comes here as it was typed.
            Entry::Number => input.short id=(name) name=(name) value=(shown) inputmode="decimal" maxlength="40" autocomplete="off" spellcheck="false"
                aria-required=[is_required] aria-describedby=[&hinted] aria-invalid=[invalid] aria-errormessage=[&error];,
            Entry::Text => textarea id=(name) name=(name) rows="4"
                aria-required=[is_required] aria-describedby=[&hinted] aria-invalid=[invalid] aria-errormessage=[&error] {
                    // A parser drops the first line break of a text area, so there is one to drop.
                    "\n" (shown)
                },
            Entry::Choice { choices } => select id=(name) name=(name)
                aria-required=[is_required] aria-describedby=[&hinted] aria-invalid=[invalid] aria-errormessage=[&error] {
                    option value="" selected[shown.is_empty()] { @if *required { "Choose one" } @else { "None" } }
                    @for choice in choices { option value=(choice.value) selected[choice.value == shown] { (choice.label) } }
                    // What a manifest says, and is none of them: it stays until another is chosen.
                    @if !shown.is_empty() && !choices.iter().any(|choice| choice.value == shown) { option value=(shown) selected { (shown) } }
                },
            Entry::Flag => {},
        }
    };
    html! {
        div.field-group {
            @if *entry == Entry::Flag {
                div.field {
                    div.tick {
                        // What is sent when the box is not ticked.
                        input type="hidden" name=(name) value="";
                        input id=(name) type="checkbox" name=(name) value="true" checked[shown == "true"]
                            aria-describedby=[&hinted] aria-invalid=[invalid] aria-errormessage=[&error];
                        label for=(name) { (filled.input.label) }
                    }
                    @if let Some(id) = &hinted { p.hint id=(id) { (hint) } }
                }
            } @else {
                (parts::field(name, &label, hint, control))
            }
            (fields.errors(name))
        }
    }
}
