//! A theme's stylesheet, read rule by rule and written again.
//!
//! The tokenizer and the rules of recovery are those of CSS Syntax Level 3 (the crate `cssparser`, which a
//! browser uses). Nothing is recovered from here: whatever a browser would have skipped is a finding, so there
//! is nothing left for two readers to disagree about.

use std::collections::BTreeMap;

use cssparser::{
    AtRuleParser, CowRcStr, ParseError, ParseErrorKind, Parser, ParserState, QualifiedRuleParser,
    RuleBodyParser, SourceLocation, StyleSheetParser, Token,
};
use marketplace_adapter_sdk::{Finding, Findings, paths};

use crate::{
    assets::Kind,
    declarations::{Allowed, Body},
    properties,
    selectors::{self, Selectors},
    urls,
    values::{self, Place, shorten},
};

/// A finding about it has been added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// For which pages a declaration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

/// One declaration on the root of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// `None` if it is for both.
    pub scheme: Option<Scheme>,
    /// Whether it is for a part of the page, or for the whole.
    pub part: bool,
    /// As `--color-text`, or `color-scheme`.
    pub name: String,
    /// As written.
    pub value: String,
}

/// What was read, and why it may not be a theme.
pub struct Sheet<'f> {
    file: &'f str,
    /// The folder that it is in, empty for the root.
    pub(crate) folder: &'f str,
    exists: &'f dyn Fn(&str) -> bool,
    /// Reasons against it.
    pub findings: Findings,
    count: usize,
    /// The stylesheet, written canonically. Meaningful if there are no findings.
    pub css: String,
    /// The files it uses, and as what.
    pub used: BTreeMap<String, Kind>,
    /// What it sets, in order.
    pub declared: Vec<Declared>,
    /// At-rules that are not installed, and how many of each.
    pub left_out: BTreeMap<String, usize>,
    depth: usize,
    pub(crate) scheme: Option<Scheme>,
}

/// Enough for an author to start with, and a bound on what a hostile package makes us say.
const MAX_FINDINGS: usize = 50;

/// Reads the text of `file`, a stylesheet of a package in which `exists` says what there is.
pub fn read<'f>(file: &'f str, text: &str, exists: &'f dyn Fn(&str) -> bool) -> Sheet<'f> {
    let mut sheet = Sheet {
        file,
        folder: paths::folder(file),
        exists,
        findings: Findings::new(),
        count: 0,
        css: String::with_capacity(text.len()),
        used: BTreeMap::new(),
        declared: Vec::new(),
        left_out: BTreeMap::new(),
        depth: 0,
        scheme: None,
    };
    if text.contains('\0') {
        // A tokenizer replaces it (CSS Syntax 3, section 3.3); refuse what is repaired.
        sheet.add(
            SourceLocation { line: 0, column: 1 },
            "theme.not-css",
            "The file holds a NUL character. Remove it.",
        );
        return sheet;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    sheet.rules(&mut Parser::new(text));
    sheet
}

impl Sheet<'_> {
    fn add(&mut self, at: SourceLocation, rule: &str, message: impl Into<String>) {
        self.count += 1;
        if self.count <= MAX_FINDINGS {
            self.findings.add(rule, format!("{}:{}:{}", self.file, at.line + 1, at.column), message);
        }
    }

    /// Adds a reason, and makes the error that says that it has been added.
    pub(crate) fn refuse(
        &mut self,
        at: SourceLocation,
        rule: &str,
        message: impl Into<String>,
    ) -> ParseError<Refused> {
        self.add(at, rule, message);
        ParseError::custom(Refused)
    }

    /// Notes that a file is used.
    pub(crate) fn uses(
        &mut self,
        at: SourceLocation,
        path: &str,
        kind: Kind,
    ) -> Result<(), ParseError<Refused>> {
        if !(self.exists)(path) {
            return Err(self.refuse(
                at,
                "theme.missing-asset",
                format!(
                    "The package has no file `{path}`. Add it, or correct the path; it is relative to `{}`.",
                    self.file
                ),
            ));
        }
        if self.used.insert(path.to_owned(), kind).is_some_and(|other| other != kind) {
            return Err(self.refuse(
                at,
                "theme.asset-type",
                format!("`{path}` is used as a font and as a picture. It can be one of them."),
            ));
        }
        Ok(())
    }

    fn rules(&mut self, input: &mut Parser<'_>) {
        let mut rules = Rules(self);
        let mut failed = Vec::new();
        for rule in StyleSheetParser::new(input, &mut rules) {
            failed.extend(rule.err());
        }
        for (error, text, at) in failed {
            self.broken(&error, text, at);
        }
    }

    fn broken(&mut self, error: &ParseError<Refused>, text: &str, at: SourceLocation) {
        if let ParseErrorKind::Basic(why) = &error.kind {
            self.add(
                at,
                "theme.not-css",
                format!("`{}` is no CSS that a theme may hold: {why}. Correct or remove it.", shorten(text)),
            );
        }
    }

    /// Reads what follows `@media` or `@supports`: how it is written, and the scheme that it asks for.
    pub(crate) fn condition(
        &mut self,
        name: &str,
        at: SourceLocation,
        input: &mut Parser<'_>,
    ) -> Result<(String, Option<Scheme>), ParseError<Refused>> {
        let mut prelude = String::new();
        values::copy(self, input, Place::Condition, &mut prelude)?;
        if prelude.is_empty() {
            let message = format!("`@{name}` has no condition. Write one, or remove it.");
            return Err(self.refuse(at, "theme.not-css", message));
        }
        let scheme = match prelude.to_ascii_lowercase().replace(' ', "").as_str() {
            "(prefers-color-scheme:dark)" | "screenand(prefers-color-scheme:dark)" => Some(Scheme::Dark),
            "(prefers-color-scheme:light)" | "screenand(prefers-color-scheme:light)" => Some(Scheme::Light),
            _ => None,
        };
        Ok((format!("@{name} {prelude}"), scheme))
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.css.push_str("  ");
        }
        self.css.push_str(text);
        self.css.push('\n');
    }

    /// Reads the declarations of a block and writes it, as `head { … }`.
    pub(crate) fn block(
        &mut self,
        head: &str,
        allowed: Allowed,
        scheme: Option<Scheme>,
        input: &mut Parser<'_>,
    ) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
        let outer = self.scheme;
        self.scheme = outer.or(scheme);
        let mut body = Body { sheet: self, allowed };
        let mut failed = Vec::new();
        for item in RuleBodyParser::new(input, &mut body) {
            failed.extend(item.err());
        }
        for (error, text, at) in failed {
            if text.contains('{') && matches!(error.kind, ParseErrorKind::Basic(_)) {
                self.add(
                    at,
                    "theme.nesting",
                    format!(
                        "`{}` stands inside a rule. Write it as a rule of its own, at the top level.",
                        shorten(text)
                    ),
                );
            } else {
                self.broken(&error, text, at);
            }
        }
        self.scheme = outer;
        self.depth -= 1;
        self.line("}");
    }

    /// The findings as they are.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings.into_vec()
    }
}

/// Top-level rules, and those inside `@media`, `@supports` and `@layer`.
struct Rules<'s, 'f>(&'s mut Sheet<'f>);

enum At {
    Group { head: String, scheme: Option<Scheme> },
    Layer(String),
    FontFace,
    Property(String),
    LeftOut(String),
}

impl<'i> QualifiedRuleParser<'i> for Rules<'_, '_> {
    type Prelude = Selectors;
    type QualifiedRule = ();
    type Error = Refused;

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Selectors, ParseError<Refused>> {
        selectors::parse(self.0, input)
    }

    fn parse_block(
        &mut self,
        selectors: Selectors,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<Refused>> {
        let allowed = if selectors.part { Allowed::Variables } else { Allowed::Properties };
        self.0.block(&selectors.css, allowed, selectors.scheme, input);
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_, '_> {
    type Prelude = At;
    type AtRule = ();
    type Error = Refused;

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<At, ParseError<Refused>> {
        let at = input.current_source_location();
        let name = name.to_ascii_lowercase();
        let mut prelude = String::new();
        match name.as_str() {
            // Read below.
            "media" | "supports" => {}
            "layer" | "property" => values::copy(self.0, input, Place::Condition, &mut prelude)?,
            "font-face" => {}
            // Read, so that nothing hides there, and not written: see the documentation of this crate.
            "keyframes" | "-webkit-keyframes" | "-moz-keyframes" | "-o-keyframes" => {
                while input.next().is_ok() {}
                return Ok(At::LeftOut(format!("@{name}")));
            }
            "custom-media" => {
                values::copy(self.0, input, Place::Condition, &mut prelude)?;
                return Ok(At::LeftOut(format!("@{name}")));
            }
            "import" => {
                return Err(self.0.refuse(at, "theme.import", "`@import` fetches another stylesheet, and one is all that is read. Copy its rules into this one (a bundler does it)."));
            }
            _ => {
                return Err(self.0.refuse(at, "theme.at-rule", format!("`@{}` is no rule of a theme. It has `@media`, `@supports`, `@layer`, `@property` and `@font-face`.", shorten(&name))));
            }
        }
        match name.as_str() {
            "font-face" => Ok(At::FontFace),
            "layer" => Ok(At::Layer(prelude)),
            "property" if properties::is_custom(&prelude) => Ok(At::Property(prelude)),
            "property" => Err(self.0.refuse(
                at,
                "theme.property",
                format!(
                    "`@property {}` registers no custom property. Write it like `@property --color-accent`.",
                    shorten(&prelude)
                ),
            )),
            _ => self.0.condition(&name, at, input).map(|(head, scheme)| At::Group { head, scheme }),
        }
    }

    fn rule_without_block(&mut self, at: At, _: &ParserState) -> Result<(), ()> {
        match at {
            // `@layer base, theme;` states an order.
            At::Layer(names) if !names.is_empty() => {
                self.0.line(&format!("@layer {names};"));
                Ok(())
            }
            At::LeftOut(name) if name == "@custom-media" => {
                *self.0.left_out.entry(name).or_insert(0) += 1;
                Ok(())
            }
            _ => Err(()),
        }
    }

    fn parse_block(
        &mut self,
        at: At,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<Refused>> {
        let (head, scheme) = match at {
            At::FontFace => {
                self.0.block("@font-face", Allowed::FontFace, None, input);
                return Ok(());
            }
            At::Property(name) => {
                self.0.block(&format!("@property {name}"), Allowed::Property, None, input);
                return Ok(());
            }
            At::LeftOut(name) => {
                left_out(self.0, input)?;
                *self.0.left_out.entry(name).or_insert(0) += 1;
                return Ok(());
            }
            At::Layer(name) if name.is_empty() => ("@layer".to_owned(), None),
            At::Layer(name) => (format!("@layer {name}"), None),
            At::Group { head, scheme } => (head, scheme),
        };
        self.0.line(&format!("{head} {{"));
        self.0.depth += 1;
        let outer = self.0.scheme;
        self.0.scheme = outer.or(scheme);
        self.0.rules(input);
        self.0.scheme = outer;
        self.0.depth -= 1;
        self.0.line("}");
        Ok(())
    }
}

/// Walks through a block that is not installed: what would be refused elsewhere is refused here too, so that a
/// stylesheet has no corner that nobody looked into.
fn left_out(sheet: &mut Sheet<'_>, input: &mut Parser<'_>) -> Result<(), ParseError<Refused>> {
    loop {
        let at = input.current_source_location();
        let Ok(token) = input.next().cloned() else { return Ok(()) };
        match token {
            Token::AtKeyword(_) | Token::UnquotedUrl(_) | Token::BadUrl(_) | Token::BadString(_) => {
                return Err(sheet.refuse(
                    at,
                    "theme.url",
                    "A URL or an at-rule has no place in `@keyframes`. Remove it.",
                ));
            }
            Token::QuotedString(text) if urls::looks_remote(&text) => {
                return Err(sheet.refuse(
                    at,
                    "theme.remote-url",
                    "The address of something elsewhere has no place in `@keyframes`. Remove it.",
                ));
            }
            Token::Function(name) if name.eq_ignore_ascii_case("url") || name.eq_ignore_ascii_case("src") => {
                return Err(sheet.refuse(at, "theme.url", "A URL has no place in `@keyframes`. Remove it."));
            }
            Token::Function(_)
            | Token::ParenthesisBlock
            | Token::SquareBracketBlock
            | Token::CurlyBracketBlock => {
                input.parse_nested_block(|input| left_out(sheet, input))?;
            }
            _ => {}
        }
    }
}
