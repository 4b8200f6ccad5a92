//! The declarations of a block.

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, serialize_identifier,
};

use crate::{
    properties,
    stylesheet::{Declared, Refused, Scheme, Sheet},
    values::{self, Place, shorten},
};

/// What a block may declare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Custom properties and the plain ones.
    Properties,
    /// Custom properties other than the page's colours, and `color-scheme`.
    Variables,
    /// Descriptors of `@font-face`.
    FontFace,
    /// Descriptors of `@property`.
    Property,
}

/// The declarations of a block.
pub(crate) struct Body<'s, 'f> {
    pub(crate) sheet: &'s mut Sheet<'f>,
    pub(crate) allowed: Allowed,
}

impl<'i> DeclarationParser<'i> for Body<'_, '_> {
    type Declaration = ();
    type Error = Refused;

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        start: &ParserState,
    ) -> Result<(), ParseError<Refused>> {
        let at = start.source_location();
        let custom = name.starts_with("--");
        // Custom properties are case-sensitive, all others are not (CSS Variables 1, section 2).
        let name = if custom { name.to_string() } else { name.to_ascii_lowercase() };
        if self.allowed == Allowed::Variables && properties::PAGE_COLORS.contains(&name.as_str()) {
            return Err(self.sheet.refuse(at, "theme.part", format!("`{name}` is a colour of the whole page, and this rule is for a part of it, which could become unreadable. Set it on `:root`, `.dark` or `[data-theme=\"…\"]`.")));
        }
        let known = match self.allowed {
            Allowed::Variables if custom => properties::is_custom(&name),
            Allowed::Variables => name == "color-scheme",
            Allowed::Properties if custom => properties::is_custom(&name),
            Allowed::Properties => properties::PLAIN.contains(&name.as_str()),
            Allowed::FontFace => properties::FONT_FACE.contains(&name.as_str()),
            Allowed::Property => properties::PROPERTY.contains(&name.as_str()),
        };
        if !known {
            let message = if custom {
                format!(
                    "`{}` is no name for a variable of a theme. Use `--` and up to 64 letters, digits, `-`, `_` and `.`.",
                    shorten(&name)
                )
            } else if self.allowed == Allowed::Variables {
                format!(
                    "`{}` is set for a part of the page, where a theme sets custom properties (`--…`) alone. Remove it, or make it a custom property.",
                    shorten(&name)
                )
            } else {
                format!(
                    "`{}` is no property that a theme may set: it sets custom properties (`--color-accent: …`), colours, backgrounds and type. Remove it, or make it a custom property.",
                    shorten(&name)
                )
            };
            return Err(self.sheet.refuse(at, "theme.property", message));
        }
        let place = if self.allowed == Allowed::FontFace && name == "src" {
            Place::FontSource
        } else {
            Place::Property
        };
        let mut value = String::new();
        values::copy(self.sheet, input, place, &mut value)?;
        if value.is_empty() && !custom {
            return Err(self.sheet.refuse(
                at,
                "theme.value",
                format!("`{name}` has no value. Give it one, or remove it."),
            ));
        }
        let mut written = String::new();
        serialize_identifier(&name, &mut written).expect("writing to a String cannot fail");
        self.sheet.line(format!("{written}: {value};").as_str());
        if matches!(self.allowed, Allowed::Properties | Allowed::Variables) {
            let part = self.allowed == Allowed::Variables;
            let scheme = self.sheet.scheme;
            self.sheet.declared.push(Declared { scheme, part, name, value });
        }
        Ok(())
    }
}

/// A condition inside a rule, which holds for some of its declarations (CSS Nesting 1, section 3.3).
pub(crate) struct Condition {
    head: String,
    scheme: Option<Scheme>,
}

impl<'i> AtRuleParser<'i> for Body<'_, '_> {
    type Prelude = Condition;
    type AtRule = ();
    type Error = Refused;

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<Condition, ParseError<Refused>> {
        let at = input.current_source_location();
        let name = name.to_ascii_lowercase();
        let styles = matches!(self.allowed, Allowed::Properties | Allowed::Variables);
        if styles && matches!(name.as_str(), "media" | "supports") {
            return self.sheet.condition(&name, at, input).map(|(head, scheme)| Condition { head, scheme });
        }
        let rule = if name == "import" { "theme.import" } else { "theme.at-rule" };
        Err(self.sheet.refuse(
            at,
            rule,
            format!(
                "`@{}` stands inside a rule. Put it at the top level, if a theme may have it.",
                shorten(&name)
            ),
        ))
    }

    fn parse_block(
        &mut self,
        condition: Condition,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<Refused>> {
        self.sheet.block(&condition.head, self.allowed, condition.scheme, input);
        Ok(())
    }
}

impl<'i> QualifiedRuleParser<'i> for Body<'_, '_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = Refused;
}

impl<'i> RuleBodyItemParser<'i, (), Refused> for Body<'_, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    // No nesting: `:root { input[value^=a] { … } }` is a selector like any other.
    fn parse_qualified(&self) -> bool {
        false
    }
}
