//! One JavaScript module, read as a browser reads it.
//!
//! The parser and the scope analysis are those of the oxc project. A name is judged by what it is bound to: a
//! parameter called `fetch` is nobody's network.

use std::collections::{BTreeMap, HashMap};

use marketplace_adapter_sdk::Findings;
use oxc_allocator::Allocator;
use oxc_ast::{
    AstKind,
    ast::{Argument, Expression, ModuleExportName, StringLiteral, WithClause},
};
use oxc_diagnostics::Diagnostics;
use oxc_parser::Parser;
use oxc_semantic::{Semantic, SemanticBuilder};
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::symbol::SymbolId;

use crate::{exports, specifiers::HOST_API, uses};

/// What a module asks of others, offers to others, and reads.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Specifiers as written, each with its place.
    pub(crate) imports: Vec<(String, String)>,
    pub(crate) exports: BTreeMap<String, Export>,
    /// Specifiers of `export * from`.
    pub(crate) stars: Vec<String>,
    /// Topics that it reads, each with its place.
    pub(crate) topics: Vec<(String, String)>,
}

/// What a name is that a module exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Export {
    /// A function, a class, `memo(…)`: React can draw it.
    Component,
    /// Only running it would tell.
    Unknown,
    /// Something that React cannot draw, in words.
    Other(&'static str),
    /// What another module exports.
    From { specifier: String, name: String },
}

/// The functions of `@marketplace/widget`.
pub(crate) const HOST_FUNCTIONS: &[&str] = &["subscribe", "useRefresh", "useSettings", "useTopic"];

/// Those whose first argument is a topic.
const READERS: &[&str] = &["subscribe", "useTopic"];

/// A module under examination.
pub(crate) struct Reading<'r, 'a> {
    pub(crate) path: &'r str,
    pub(crate) source: &'a str,
    pub(crate) semantic: &'r Semantic<'a>,
    /// What each imported name is: specifier and name, `*` for a namespace.
    pub(crate) imported: HashMap<SymbolId, (String, String)>,
    pub(crate) module: Module,
    pub(crate) findings: &'r mut Findings,
    pub(crate) remarks: &'r mut Findings,
}

/// Reads the module at `path`. `None` if it cannot be parsed; the reason is among the findings then.
pub(crate) fn read(
    path: &str,
    source: &str,
    findings: &mut Findings,
    remarks: &mut Findings,
) -> Option<Module> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::mjs()).parse();
    if parsed.panicked || parsed.diagnostics.has_errors() {
        syntax(path, source, &parsed.diagnostics, true, findings);
        return None;
    }
    // The checks that a specification calls early errors: a browser would refuse the module as a whole.
    let built =
        SemanticBuilder::new().with_build_nodes(true).with_check_syntax_error(true).build(&parsed.program);
    if built.diagnostics.has_errors() {
        syntax(path, source, &built.diagnostics, false, findings);
        return None;
    }
    if source.contains([
        '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
        '\u{2069}',
    ]) {
        remarks.add("widget.bidi", path, format!("`{path}` holds characters that change the direction of text, so that code can look like other code."));
    }
    let mut reading = Reading {
        path,
        source,
        semantic: &built.semantic,
        imported: HashMap::new(),
        module: Module::default(),
        findings,
        remarks,
    };
    exports::collect(&mut reading, &parsed.program);
    uses::check(&mut reading);
    reading.topics();
    Some(reading.module)
}

/// `foreign`: whether it could be a language that compiles to JavaScript.
fn syntax(path: &str, source: &str, diagnostics: &Diagnostics, foreign: bool, findings: &mut Findings) {
    let parses = |kind: SourceType| {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, source, kind).parse();
        !parsed.panicked && !parsed.diagnostics.has_errors()
    };
    let first = diagnostics.errors().next();
    let at = place(
        path,
        source,
        first.and_then(|error| error.labels.first()).map_or(0, |label| label.span().start as usize),
    );
    if foreign && parses(SourceType::mjs().with_jsx(true)) {
        findings.add("widget.jsx", at, format!("`{path}` is written in JSX, which no browser runs. Compile it (esbuild, Vite, Babel) and put the result into the package."));
    } else if foreign && (parses(SourceType::tsx()) || parses(SourceType::ts())) {
        findings.add("widget.typescript", at, format!("`{path}` is written in TypeScript, which no browser runs. Compile it and put the result into the package."));
    } else {
        let why = first.map_or_else(|| "it is no JavaScript".to_owned(), |error| error.message.to_string());
        findings.add("widget.syntax", at, format!("`{path}` is no JavaScript module: {why}. Correct it."));
    }
}

/// `file:line:column`, from 1, in characters.
fn place(path: &str, source: &str, offset: usize) -> String {
    let before = source.get(..offset.min(source.len())).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{path}:{line}:{column}")
}

impl<'a> Reading<'_, 'a> {
    pub(crate) fn at(&self, span: Span) -> String {
        place(self.path, self.source, span.start as usize)
    }

    pub(crate) fn refuse(&mut self, span: Span, rule: &str, message: impl Into<String>) {
        let at = self.at(span);
        self.findings.add(rule, at, message);
    }

    pub(crate) fn remark(&mut self, span: Span, rule: &str, message: impl Into<String>) {
        let at = self.at(span);
        self.remarks.add(rule, at, message);
    }

    /// Notes that another module is asked for.
    pub(crate) fn requests(&mut self, source: &StringLiteral<'a>, attributes: Option<&WithClause<'a>>) {
        if attributes.is_some() {
            self.refuse(
                source.span,
                "widget.import",
                format!(
                    "`{}` is imported as something other than JavaScript. Put its content into a module.",
                    quote(&source.value)
                ),
            );
            return;
        }
        let at = self.at(source.span);
        self.module.imports.push((source.value.to_string(), at));
    }

    /// Every call of `useTopic` and `subscribe`; any other use of them would hide which topic is read.
    fn topics(&mut self) {
        let readers: Vec<(SymbolId, String)> = self
            .imported
            .iter()
            .filter(|(_, (specifier, name))| specifier == HOST_API && READERS.contains(&name.as_str()))
            .map(|(symbol, (_, name))| (*symbol, name.clone()))
            .collect();
        for (symbol, name) in readers {
            let references: Vec<_> = self
                .semantic
                .symbol_references(symbol)
                .map(|r| (r.node_id(), self.semantic.reference_span(r)))
                .collect();
            for (node, span) in references {
                let topic = match self.semantic.nodes().parent_kind(node) {
                    AstKind::CallExpression(call) if call.callee.span() == span => {
                        call.arguments.first().and_then(Argument::as_expression).and_then(|e| self.literal(e))
                    }
                    _ => None,
                };
                match topic.as_deref().map(|topic| (topic, crate::permissions::topic(topic))) {
                    Some((topic, Ok(_))) => {
                        let at = self.at(span);
                        self.module.topics.push((topic.to_owned(), at));
                    }
                    Some((topic, Err(why))) => self.refuse(span, "widget.topic", format!("`{}` is no topic: {why}.", quote(topic))),
                    None => self.refuse(span, "widget.hidden-topic", format!("Which topic is read must be seen. Call it directly and with text, like `{name}(\"metrics.cpu\")`.")),
                }
            }
        }
        self.module.topics.sort();
    }

    /// The text that an expression is: a literal, or a constant that is one.
    pub(crate) fn literal(&self, expression: &Expression<'a>) -> Option<String> {
        match expression.without_parentheses() {
            Expression::StringLiteral(text) => Some(text.value.to_string()),
            Expression::TemplateLiteral(text) => text.single_quasi().map(|text| text.to_string()),
            Expression::Identifier(name) => {
                let scoping = self.semantic.scoping();
                let symbol = scoping.get_reference(name.reference_id()).symbol_id()?;
                if scoping.symbol_is_mutated(symbol) {
                    return None;
                }
                match self.semantic.symbol_declaration(symbol).kind() {
                    AstKind::VariableDeclarator(declared)
                        if declared.id.get_binding_identifier().is_some() =>
                    {
                        match declared.init.as_ref()? {
                            // One step only: a chain of names is no literal, and could be a circle.
                            Expression::StringLiteral(text) => Some(text.value.to_string()),
                            Expression::TemplateLiteral(text) => {
                                text.single_quasi().map(|text| text.to_string())
                            }
                            _ => None,
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The name in `import { name }` or `export { name }`.
pub(crate) fn named(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}

/// What a message quotes: at most 60 characters, printable.
pub(crate) fn quote(text: &str) -> String {
    let mut short: String =
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(60).collect();
    if text.chars().count() > 60 {
        short.push('…');
    }
    short
}
