//! Selectors: the root of the page, and what theme switches put on it.

use cssparser::{CowRcStr, ParseError, Parser, Token, serialize_identifier};

use crate::{
    stylesheet::{Refused, Scheme, Sheet},
    values::shorten,
};

/// Attributes that theme switches set. Only equality is read: a selector such as `[value^=a]` with a
/// background picture for every letter reads what somebody types.
const ATTRIBUTES: &[&str] =
    &["data-bs-theme", "data-color-mode", "data-color-scheme", "data-mode", "data-scheme", "data-theme"];

/// Selectors, written canonically, and the scheme that they all belong to, if there is one.
#[derive(Debug)]
pub(crate) struct Selectors {
    pub(crate) css: String,
    pub(crate) scheme: Option<Scheme>,
}

type Step<T> = Result<T, ParseError<Refused>>;

/// Reads a list of selectors.
pub(crate) fn parse(sheet: &mut Sheet<'_>, input: &mut Parser<'_>) -> Step<Selectors> {
    let each = input.parse_comma_separated(|input| complex(sheet, input))?;
    let scheme = match each.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other.scheme == first.scheme) => first.scheme,
        _ => None,
    };
    let css = each.into_iter().map(|selector| selector.css).collect::<Vec<_>>().join(", ");
    Ok(Selectors { css, scheme })
}

fn complex(sheet: &mut Sheet<'_>, input: &mut Parser<'_>) -> Step<Selectors> {
    let mut found = Selectors { css: String::new(), scheme: None };
    input.skip_whitespace();
    let mut space = false;
    loop {
        let at = input.current_source_location();
        let from = input.position();
        let Ok(token) = input.next_including_whitespace().cloned() else { break };
        if matches!(token, Token::WhiteSpace(_)) {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !found.css.ends_with(' ') {
            found.css.push(' ');
        }
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
                follows
            }
            Token::Delim('.') => match input.next_including_whitespace().cloned() {
                Ok(Token::Ident(class)) => {
                    found.css.push('.');
                    identifier(&class, &mut found.css);
                    found.note(&class);
                    is_switch(&class)
                }
                _ => false,
            },
            Token::Colon => pseudo(sheet, input, &mut found)?,
            Token::SquareBracketBlock => input
                .parse_nested_block(|input| Ok::<_, ParseError<Refused>>(attribute(input, &mut found)))?,
            _ => false,
        };
        if !fine {
            // Read to the end first, so that the message quotes the whole selector.
            while input.next_including_whitespace_and_comments().is_ok() {}
            return Err(sheet.refuse(at, "theme.selector", format!("`{}` is no selector of a theme. Set variables on `:root`, `html`, `body`, `:host`, `.dark`, `.light`, `.theme-…` or `[data-theme=\"…\"]`; the page decides where it uses them.", shorten(input.slice_from(from)))));
        }
    }
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

fn pseudo(sheet: &mut Sheet<'_>, input: &mut Parser<'_>, found: &mut Selectors) -> Step<bool> {
    Ok(match input.next_including_whitespace().cloned() {
        Ok(Token::Ident(name)) => {
            let name = name.to_ascii_lowercase();
            found.css.push(':');
            found.css.push_str(&name);
            matches!(name.as_str(), "root" | "host")
        }
        Ok(Token::Colon) => match input.next_including_whitespace().cloned() {
            Ok(Token::Ident(name)) => {
                let name = name.to_ascii_lowercase();
                found.css.push_str("::");
                found.css.push_str(&name);
                matches!(name.as_str(), "selection" | "-moz-selection" | "backdrop")
            }
            _ => false,
        },
        Ok(Token::Function(name)) => {
            let name = name.to_ascii_lowercase();
            if !matches!(name.as_str(), "not" | "is" | "where" | "host" | "host-context") {
                return Ok(false);
            }
            let inner = input.parse_nested_block(|input| parse(sheet, input))?;
            found.css.push_str(&format!(":{name}({})", inner.css));
            // `:not(.light)` is no statement about light pages.
            if name != "not" && inner.scheme.is_some() {
                found.scheme = inner.scheme;
            }
            true
        }
        _ => false,
    })
}

/// `[data-theme]`, `[data-theme=dark]`, `[data-theme="dark"]`.
fn attribute(input: &mut Parser<'_>, found: &mut Selectors) -> bool {
    let Ok(name) = input.expect_ident_cloned() else { return false };
    let name = name.to_ascii_lowercase();
    found.css.push('[');
    found.css.push_str(&name);
    let mut fine = ATTRIBUTES.contains(&name.as_str());
    if !input.is_exhausted() {
        let value = input.expect_delim('=').and_then(|()| input.expect_ident_or_string().cloned());
        let Ok(value) = value else {
            while input.next().is_ok() {}
            return false;
        };
        fine &= value.len() <= 64
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b))
            && input.is_exhausted();
        found.css.push_str(&format!("=\"{value}\""));
        found.note(&value);
    }
    found.css.push(']');
    while input.next().is_ok() {}
    fine
}

/// Whether a class is one that theme switches use, and no class of somebody's page.
fn is_switch(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    class.len() <= 64
        && class.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        && (matches!(
            class.as_str(),
            "dark" | "light" | "theme" | "dark-mode" | "light-mode" | "high-contrast"
        ) || class.starts_with("theme-")
            || class.ends_with("-theme"))
}

fn identifier(name: &CowRcStr<'_>, out: &mut String) {
    serialize_identifier(name, out).expect("writing to a String cannot fail");
}
