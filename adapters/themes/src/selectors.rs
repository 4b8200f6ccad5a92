//! Selectors: the root of the page, and what theme switches put on it.

use cssparser::{CowRcStr, ParseError, Parser, Token, serialize_identifier};

use crate::{
    stylesheet::{Refused, Scheme, Sheet},
    values::shorten,
};

/// Attributes that theme switches set, beside those with `theme` in their name. Only equality is read: a selector such as `[value^=a]` with a
/// background picture for every letter reads what somebody types.
const ATTRIBUTES: &[&str] =
    &["data-bs-theme", "data-color-mode", "data-color-scheme", "data-mode", "data-scheme", "data-theme"];

/// Selectors, written canonically, and the scheme that they all belong to, if there is one.
#[derive(Debug)]
pub(crate) struct Selectors {
    pub(crate) css: String,
    pub(crate) scheme: Option<Scheme>,
    /// Whether one of them is for a part of the page, and not for the whole.
    pub(crate) part: bool,
}

type Step<T> = Result<T, ParseError<Refused>>;

/// Reads a list of selectors.
pub(crate) fn parse(sheet: &mut Sheet<'_>, input: &mut Parser<'_>) -> Step<Selectors> {
    let each = input.parse_comma_separated(|input| complex(sheet, input))?;
    let scheme = match each.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other.scheme == first.scheme) => first.scheme,
        _ => None,
    };
    let part = each.iter().any(|selector| selector.part);
    let css = each.into_iter().map(|selector| selector.css).collect::<Vec<_>>().join(", ");
    Ok(Selectors { css, scheme, part })
}

fn complex(sheet: &mut Sheet<'_>, input: &mut Parser<'_>) -> Step<Selectors> {
    let mut found = Selectors { css: String::new(), scheme: None, part: false };
    input.skip_whitespace();
    let mut space = false;
    // Whether the part between two combinators says what it is, and not only what it is not.
    let mut positive = false;
    loop {
        let at = input.current_source_location();
        let from = input.position();
        let Ok(token) = input.next_including_whitespace().cloned() else { break };
        if matches!(token, Token::WhiteSpace(_)) {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !found.css.ends_with(' ') && !found.css.is_empty() {
            found.css.push(' ');
            // `:not(.x)` and `:has(…)` alone are any element, and each would resolve `var()` for itself.
            if token != Token::Delim('>') {
                found.part |= !std::mem::replace(&mut positive, false);
            }
        }
        positive |= matches!(token, Token::Ident(_) | Token::Delim('.') | Token::SquareBracketBlock);
        let fine = match token {
            Token::Ident(name) => {
                let start = found.css.is_empty() || found.css.ends_with(' ');
                let name = name.to_ascii_lowercase();
                found.css.push_str(&name);
                start && matches!(name.as_str(), "html" | "body")
            }
            Token::Delim('>') => {
                let follows = !found.css.trim_end().is_empty();
                found.css.truncate(found.css.trim_end().len());
                found.css.push_str(" > ");
                found.part |= !std::mem::replace(&mut positive, false);
                follows
            }
            Token::Delim('.') => match input.next_including_whitespace().cloned() {
                Ok(Token::Ident(class)) => {
                    found.css.push('.');
                    identifier(&class, &mut found.css);
                    found.note(&class);
                    found.part |= !is_switch(&class);
                    is_plain(&class)
                }
                _ => false,
            },
            Token::Colon => {
                let (fine, names) = pseudo(sheet, input, &mut found)?;
                positive |= names;
                fine
            }
            Token::SquareBracketBlock => input
                .parse_nested_block(|input| Ok::<_, ParseError<Refused>>(attribute(input, &mut found)))?,
            _ => false,
        };
        if !fine {
            // Read to the end first, so that the message quotes the whole selector.
            while input.next_including_whitespace_and_comments().is_ok() {}
            return Err(sheet.refuse(at, "theme.selector", format!("`{}` is no selector of a theme: what lays out elements is a framework, and could cover or forge what a page asks. Keep the rules that set variables on `:root`, `.dark`, `[data-theme=\"…\"]` or another class; the page decides where it uses them.", shorten(input.slice_from(from)))));
        }
    }
    found.part |= !positive;
    found.css.truncate(found.css.trim_end().len());
    if found.css.is_empty() || found.css.ends_with('>') {
        let at = input.current_source_location();
        return Err(sheet.refuse(
            at,
            "theme.selector",
            "A rule has no selector, or half of one. Write one like `:root`.",
        ));
    }
    Ok(found)
}

impl Selectors {
    /// Remembers which scheme a class or a value speaks of.
    fn note(&mut self, word: &str) {
        let word = word.to_ascii_lowercase();
        match (word.contains("dark"), word.contains("light")) {
            (true, false) => self.scheme = Some(Scheme::Dark),
            (false, true) => self.scheme = Some(Scheme::Light),
            _ => {}
        }
    }
}

/// What follows a `:`: whether a theme may have it, and whether it says which element is meant.
fn pseudo(sheet: &mut Sheet<'_>, input: &mut Parser<'_>, found: &mut Selectors) -> Step<(bool, bool)> {
    Ok(match input.next_including_whitespace().cloned() {
        Ok(Token::Ident(name)) => {
            let name = name.to_ascii_lowercase();
            found.css.push(':');
            found.css.push_str(&name);
            (matches!(name.as_str(), "root" | "host"), true)
        }
        Ok(Token::Colon) => match input.next_including_whitespace().cloned() {
            Ok(Token::Ident(name)) => {
                let name = name.to_ascii_lowercase();
                found.css.push_str("::");
                found.css.push_str(&name);
                (matches!(name.as_str(), "selection" | "-moz-selection" | "backdrop"), true)
            }
            _ => (false, false),
        },
        Ok(Token::Function(name)) => {
            let name = name.to_ascii_lowercase();
            if name == "has" {
                let inner = input.parse_nested_block(|input| Ok::<_, ParseError<Refused>>(checked(input)))?;
                found.css.push_str(&format!(":has({})", inner.as_deref().unwrap_or_default()));
                return Ok((inner.is_some(), false));
            }
            if !matches!(name.as_str(), "not" | "is" | "where" | "host" | "host-context") {
                return Ok((false, false));
            }
            let inner = input.parse_nested_block(|input| parse(sheet, input))?;
            found.css.push_str(&format!(":{name}({})", inner.css));
            if name != "not" {
                found.part |= inner.part;
                // `:not(.light)` is no statement about light pages.
                found.scheme = inner.scheme.or(found.scheme);
            }
            (true, name != "not")
        }
        _ => (false, false),
    })
}

/// `[data-theme]`, `[data-theme=dark]`, `[data-theme="dark"]`, and other attributes in `data-` alike.
fn attribute(input: &mut Parser<'_>, found: &mut Selectors) -> bool {
    let Some((name, value)) = equality(input) else { return false };
    let fine = name.starts_with("data-") && is_plain(&name);
    found.part |= !is_switch_attribute(&name);
    found.css.push_str(&format!("[{name}"));
    if let Some(value) = value {
        found.css.push_str(&format!("=\"{value}\""));
        found.note(&value);
    }
    found.css.push(']');
    fine
}

/// The name and value between `[` and `]`: equality alone, or the name alone.
fn equality(input: &mut Parser<'_>) -> Option<(String, Option<String>)> {
    let read = |input: &mut Parser<'_>| {
        let name = input.expect_ident_cloned().ok()?.to_ascii_lowercase();
        if input.is_exhausted() {
            return Some((name, None));
        }
        input.expect_delim('=').ok()?;
        let value = input.expect_ident_or_string().ok()?.to_string();
        let plain = value.len() <= 64
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b))
            && input.is_exhausted();
        plain.then_some((name, Some(value)))
    };
    let found = read(input);
    while input.next().is_ok() {}
    found
}

/// What stands in `:has(…)`: a switch of the page that is on, such as `input.theme-controller[value=dark]:checked`.
/// Which switch is on is all that it reads, and with no way out of the package it tells nobody.
fn checked(input: &mut Parser<'_>) -> Option<String> {
    let mut css = String::new();
    let mut on = false;
    input.skip_whitespace();
    while let Ok(token) = input.next_including_whitespace().cloned() {
        match token {
            Token::Ident(name) if css.is_empty() && name.eq_ignore_ascii_case("input") => {
                css.push_str("input")
            }
            Token::IDHash(name) if is_plain(&name) => css.push_str(&format!("#{name}")),
            Token::Delim('.') => match input.next_including_whitespace().cloned() {
                Ok(Token::Ident(class)) if is_plain(&class) => css.push_str(&format!(".{class}")),
                _ => break,
            },
            Token::SquareBracketBlock => {
                let inner = input.parse_nested_block(|input| Ok::<_, ParseError<Refused>>(equality(input)));
                match inner {
                    Ok(Some((name, Some(value))))
                        if matches!(name.as_str(), "name" | "type" | "value")
                            || name.starts_with("data-") && is_plain(&name) =>
                    {
                        css.push_str(&format!("[{name}=\"{value}\"]"));
                    }
                    _ => break,
                }
            }
            Token::Colon => match input.next_including_whitespace().cloned() {
                Ok(Token::Ident(state)) if state.eq_ignore_ascii_case("checked") => {
                    on = true;
                    css.push_str(":checked");
                }
                _ => break,
            },
            Token::WhiteSpace(_) if input.is_exhausted() => {}
            _ => break,
        }
    }
    let whole = input.is_exhausted();
    while input.next().is_ok() {}
    (on && whole).then_some(css)
}

/// Whether a name is one that needs no escape, and no longer than names are.
fn is_plain(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-' || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

/// Whether an attribute is one that theme switches set on the page.
fn is_switch_attribute(name: &str) -> bool {
    ATTRIBUTES.contains(&name) || name.split('-').any(|word| word == "theme")
}

/// Whether a class is one that theme switches use, and no class of somebody's page.
fn is_switch(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    matches!(class.as_str(), "dark" | "light" | "dark-mode" | "light-mode" | "high-contrast")
        || class.split(['-', '_']).any(|word| word == "theme")
}

fn identifier(name: &CowRcStr<'_>, out: &mut String) {
    serialize_identifier(name, out).expect("writing to a String cannot fail");
}
