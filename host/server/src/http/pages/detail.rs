//! What a category shows of its items, as people read it: each value by its kind.

use marketplace_sandbox::Value;
use maud::{Markup, html};
use time::Date;
use time::macros::format_description;

use super::parts;
use crate::http::view::Detail;

/// Values on a card: what an item has more of is in its drawer.
const ON_CARD: usize = 4;

/// What a card shows of an item.
pub(super) fn on_card(details: &[Detail]) -> Markup {
    html! {
        @if !details.is_empty() {
            dl.card-details { @for detail in details {
                div {
                    dt { (detail.label) }
                    dd {
                        (list(detail.values.iter().take(ON_CARD).map(|one| value(one, &detail.unit))))
                        @if detail.values.len() > ON_CARD { span.muted { ", and more" } }
                    }
                }
            } }
        }
    }
}

/// What a drawer shows of an item, as rows of a list of facts. `filter` is where items with a value are, if there are
/// such lists.
pub(super) fn rows(details: &[Detail], filter: impl Fn(&Detail, &str) -> Option<String>) -> Markup {
    html! {
        @for detail in details {
            dt { (detail.label) }
            // What is filtered by stands alone, as keywords do; the rest is a sentence.
            @if detail.values.iter().any(|one| to(detail, one, &filter).is_some()) {
                dd.row { @for one in &detail.values { @match to(detail, one, &filter) {
                    Some(to) => a.chip href=(to) { (value(one, &detail.unit)) },
                    None => (value(one, &detail.unit)),
                } } }
            } @else {
                dd { (list(detail.values.iter().map(|one| value(one, &detail.unit)))) }
            }
        }
    }
}

/// Where items with this value are.
fn to(detail: &Detail, one: &Value, filter: impl Fn(&Detail, &str) -> Option<String>) -> Option<String> {
    label(one).and_then(|label| filter(detail, label))
}

/// The word that a filter has for a value.
fn label(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Flag(flag) => Some(if *flag { "true" } else { "false" }),
        _ => None,
    }
}

/// The word of a filter, for people.
pub(super) fn words(label: &str) -> &str {
    match label {
        "true" => "Yes",
        "false" => "No",
        text => text,
    }
}

fn list(values: impl Iterator<Item = Markup>) -> Markup {
    html! { @for (number, value) in values.enumerate() { @if number > 0 { ", " } (value) } }
}

/// A value. The unit is a number's.
fn value(value: &Value, unit: &str) -> Markup {
    html! {
        @match value {
            Value::Text(text) => (text),
            Value::Number(of) => { (number(*of)) @if !unit.is_empty() { "\u{a0}" (unit) } },
            Value::Bytes(bytes) => (parts::bytes(*bytes)),
            Value::Seconds(seconds) => (duration(*seconds)),
            Value::Date(date) => time datetime=(date) { (day(date)) },
            Value::Colour(colour) => { (swatch(colour)) code { (colour) } },
            Value::Flag(flag) => (if *flag { "Yes" } else { "No" }),
        }
    }
}

/// A colour as a picture: an attribute of SVG, since a page has no styles of its own.
fn swatch(colour: &str) -> Markup {
    html! {
        svg.swatch viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" { rect width="16" height="16" fill=(colour) {} }
    }
}

/// A number with all its digits, unless those are so many that nobody reads them.
fn number(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e15).contains(&size) { format!("{number:e}") } else { number.to_string() }
}

/// `1 h 30 min`, down to the second.
fn duration(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let said = units.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}"));
    match said.collect::<Vec<_>>() {
        none if none.is_empty() => "0 s".to_owned(),
        said => said.join(" "),
    }
}

/// `26 Nov 2026`.
fn day(date: &str) -> String {
    let read = Date::parse(date, format_description!("[year]-[month]-[day]")).ok();
    let words = format_description!("[day padding:none] [month repr:short] [year]");
    read.and_then(|day| day.format(words).ok()).unwrap_or_else(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(one: Value, unit: &str) -> String {
        value(&one, unit).into_string()
    }

    #[test]
    fn each_kind_of_value_is_written_as_people_read_it() {
        for (one, unit, text) in [
            (Value::Text("<b>".into()), "px", "&lt;b&gt;"),
            (Value::Number(1920.0), "px", "1920\u{a0}px"),
            (Value::Number(-0.5), "", "-0.5"),
            (Value::Number(1e300), "", "1e300"),
            (Value::Number(0.0), "", "0"),
            (Value::Bytes(1_572_864), "px", "1.50 MiB"),
            (Value::Date("2026-11-06".into()), "", "<time datetime=\"2026-11-06\">6 Nov 2026</time>"),
            (Value::Flag(true), "", "Yes"),
            (Value::Flag(false), "", "No"),
        ] {
            assert_eq!(shown(one.clone(), unit), text, "{one:?}");
        }
        let colour = shown(Value::Colour("#0a6ebd".into()), "");
        assert!(colour.contains("fill=\"#0a6ebd\"") && colour.contains("<code>#0a6ebd</code>"), "{colour}");
        assert!(!colour.contains("style"), "a page forbids styles of its own: {colour}");
    }

    #[test]
    fn a_duration_is_in_words_and_to_the_second() {
        for (seconds, words) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (5_400, "1 h 30 min"), (86_461, "1 d 1 min 1 s")]
        {
            assert_eq!(duration(seconds), words);
        }
    }
}
