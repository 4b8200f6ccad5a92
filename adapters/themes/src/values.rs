//! Every token of a value, read and written.

use cssparser::{CowRcStr, ParseError, Parser, SourceLocation, ToCss, Token};

use crate::{
    assets::Kind,
    data,
    properties::FUNCTIONS,
    stylesheet::{Refused, Sheet},
    urls::{self, Refusal},
};

/// Where a value stands, which decides what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A property's value.
    Property,
    /// `src` of `@font-face`: URLs are fonts.
    FontSource,
    /// What follows `@media`, `@supports` or `@layer`: no URL at all.
    Condition,
    /// Inside `image-set()`: a string is a URL.
    ImageSet,
    /// Inside `format()`, `tech()`, `type()`, `local()`: a string is a name.
    Name,
}

type Step<T = ()> = Result<T, ParseError<Refused>>;

/// Reads what is left of `input` and appends to `out` what it means, written canonically.
///
/// Comments and surplus white space go; escapes are resolved; numbers stay as they were spelled, for no
/// rounding is worth a changed colour.
pub(crate) fn copy(sheet: &mut Sheet<'_>, input: &mut Parser<'_>, place: Place, out: &mut String) -> Step {
    let mut comment = false;
    loop {
        let at = input.current_source_location();
        let from = input.position();
        let Ok(token) = input.next_including_whitespace_and_comments().cloned() else { break };
        match token {
            Token::Comment(_) => {
                comment = true;
                continue;
            }
            Token::WhiteSpace(_) => {
                if !out.is_empty() && !out.ends_with([' ', '(']) {
                    out.push(' ');
                }
                comment = false;
                continue;
            }
            _ => {}
        }
        // `a/**/b` is two tokens, and must not be written as one.
        if std::mem::take(&mut comment) && !out.is_empty() && !out.ends_with([' ', '(']) {
            out.push_str("/**/");
        }
        one(sheet, input, place, &token, at, from, out)?;
    }
    out.truncate(out.trim_end_matches(' ').len());
    Ok(())
}

fn one(
    sheet: &mut Sheet<'_>,
    input: &mut Parser<'_>,
    place: Place,
    token: &Token<'_>,
    at: SourceLocation,
    from: cssparser::SourcePosition,
    out: &mut String,
) -> Step {
    match token {
        Token::Number { .. } | Token::Percentage { .. } => out.push_str(input.slice_from(from)),
        Token::Dimension { .. } => {
            let spelled = input.slice_from(from);
            if spelled.contains('\\') {
                write(token, out);
            } else {
                out.push_str(spelled);
            }
        }
        Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) | Token::Comma | Token::Colon => {
            write(token, out)
        }
        Token::Delim('+' | '-' | '*' | '/' | '%' | '!' | '.' | '?') => write(token, out),
        Token::Delim('<' | '>' | '=') if place == Place::Condition => write(token, out),
        Token::QuotedString(text) => string(sheet, place, text, at, out)?,
        Token::UnquotedUrl(url) => link(sheet, place, url, at, out)?,
        Token::Function(name) => function(sheet, input, place, name, at, out)?,
        Token::ParenthesisBlock | Token::SquareBracketBlock => {
            let (open, close) = if *token == Token::ParenthesisBlock { ('(', ')') } else { ('[', ']') };
            nested(sheet, input, place, open, close, out)?;
        }
        Token::BadUrl(_)
        | Token::BadString(_)
        | Token::CloseParenthesis
        | Token::CloseSquareBracket
        | Token::CloseCurlyBracket => {
            return Err(sheet.refuse(at, "theme.not-css", format!("`{}` is broken CSS: a quote or a bracket is not closed, or a `url(` holds what it may not. Correct it.", shorten(input.slice_from(from)))));
        }
        _ => {
            return Err(sheet.refuse(
                at,
                "theme.value",
                format!("`{}` has no place in a theme's value. Remove it.", shorten(input.slice_from(from))),
            ));
        }
    }
    Ok(())
}

fn nested(
    sheet: &mut Sheet<'_>,
    input: &mut Parser<'_>,
    place: Place,
    open: char,
    close: char,
    out: &mut String,
) -> Step {
    out.push(open);
    input.parse_nested_block(|input| {
        // A buffer of its own, so that trimming cannot reach back past the bracket.
        let mut inner = String::new();
        copy(sheet, input, place, &mut inner)?;
        out.push_str(&inner);
        Ok(())
    })?;
    out.push(close);
    Ok(())
}

fn function(
    sheet: &mut Sheet<'_>,
    input: &mut Parser<'_>,
    place: Place,
    name: &CowRcStr<'_>,
    at: SourceLocation,
    out: &mut String,
) -> Step {
    let lower = name.to_ascii_lowercase();
    let inner = match lower.as_str() {
        // `url(` with a quote after it; without one, the tokenizer has made an `UnquotedUrl` of it.
        "url" => {
            let url = input.parse_nested_block(|input| {
                let url = input.expect_string_cloned()?;
                input.expect_exhausted()?;
                Ok::<_, ParseError<Refused>>(url)
            });
            let Ok(url) = url else {
                return Err(sheet.refuse(at, "theme.url", "`url()` must hold one file of the package and nothing else. Write it like `url(\"bg.webp\")`."));
            };
            return link(sheet, place, &url, at, out);
        }
        // A variable inside would become a URL that nobody has read.
        "var" | "env" if place == Place::ImageSet => {
            return Err(sheet.refuse(
                at,
                "theme.function",
                format!("`{lower}()` inside `image-set()` hides which file is meant. Write the file's name."),
            ));
        }
        "image-set" | "-webkit-image-set" if place == Place::Property => Place::ImageSet,
        "type" if place == Place::ImageSet => Place::Name,
        "format" | "tech" | "local" if place == Place::FontSource => Place::Name,
        "font-tech" | "font-format" if place == Place::Condition => Place::Name,
        known if FUNCTIONS.contains(&known) => place,
        _ => {
            return Err(sheet.refuse(at, "theme.function", format!("`{}()` is no function that a theme may use: it could fetch, read or run something. Use colours, gradients, arithmetic and `var()`.", shorten(name))));
        }
    };
    out.push_str(&lower);
    nested(sheet, input, inner, '(', ')', out)
}

fn string(
    sheet: &mut Sheet<'_>,
    place: Place,
    text: &CowRcStr<'_>,
    at: SourceLocation,
    out: &mut String,
) -> Step {
    if place == Place::ImageSet {
        return link(sheet, place, text, at, out);
    }
    if place == Place::Condition {
        return Err(sheet.refuse(at, "theme.value", "A condition has no strings. Remove it."));
    }
    if place != Place::Name && urls::looks_remote(text) {
        return Err(sheet.refuse(at, "theme.remote-url", format!("`\"{}\"` is the address of something elsewhere, and a variable that holds it could be used as a URL. A theme reaches nothing outside its package. Remove it.", shorten(text))));
    }
    if text.chars().any(|c| c.is_control() || c == '<' && text.contains("</")) {
        return Err(sheet.refuse(
            at,
            "theme.value",
            "A string holds a control character or a closing HTML tag. Remove it.",
        ));
    }
    write(&Token::QuotedString(text.clone()), out);
    Ok(())
}

fn link(
    sheet: &mut Sheet<'_>,
    place: Place,
    url: &CowRcStr<'_>,
    at: SourceLocation,
    out: &mut String,
) -> Step {
    let kind = match place {
        Place::Property | Place::ImageSet => Kind::Image,
        Place::FontSource => Kind::Font,
        Place::Condition | Place::Name => {
            return Err(sheet.refuse(at, "theme.url", "A URL has no place here. Remove it."));
        }
    };
    match urls::resolve(sheet.folder, url) {
        Ok(link) => {
            sheet.uses(at, &link.path, kind)?;
            quoted(&link.spelled, out);
            Ok(())
        }
        Err(Refusal::Data) => match data::canonical(url, kind) {
            Ok(url) => {
                quoted(&url, out);
                Ok(())
            }
            Err(why) => Err(sheet.refuse(at, "theme.data-url", format!("The `data:` URL {why}. Correct it, or put the file into the package and name it, like `url(\"bg.webp\")`."))),
        },
        Err(Refusal::Remote) => Err(sheet.refuse(at, "theme.remote-url", format!("`{}` is outside the package: whoever answers it learns who looks, and when. Put the file into the package and name it, like `url(\"bg.webp\")`.", shorten(url)))),
        Err(Refusal::Spelling) => Err(sheet.refuse(at, "theme.url", format!("`{}` is no plain path of the package. Use letters, digits, `.`, `_`, `-`, `@`, `+` and `/`, without `..`, like `url(\"img/bg.webp\")`.", shorten(url)))),
    }
}

fn quoted(url: &str, out: &mut String) {
    out.push_str("url(");
    write(&Token::QuotedString(url.to_owned().into()), out);
    out.push(')');
}

fn write(token: &Token<'_>, out: &mut String) {
    token.to_css(out).expect("writing to a String cannot fail");
}

/// What a message quotes: at most 60 characters, printable.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String =
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(60).collect();
    if text.chars().count() > 60 {
        short.push('…');
    }
    short
}
