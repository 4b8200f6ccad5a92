//! One JavaScript module, read as a browser reads it.
//!
//! The parser and the scope analysis are those of the oxc project. A name is judged by what it is bound to: a
//! parameter called `fetch` is nobody's network.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use marketplace_adapter_sdk::Findings;
use oxc_allocator::Allocator;
use oxc_ast::{
    AstKind,
    ast::{
        Argument, BinaryOperator, Expression, IdentifierReference, ModuleExportName, StringLiteral,
        WithClause,
    },
};
use oxc_diagnostics::Diagnostics;
use oxc_parser::Parser;
use oxc_semantic::{NodeId, Semantic, SemanticBuilder};
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::symbol::SymbolId;

use crate::{depth, elements, exports, specifiers::HOST_API, uses};

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
    /// Whether it speaks of `module` or `exports`, as CommonJS does.
    pub(crate) commonjs: bool,
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
    mutated: RefCell<HashMap<SymbolId, bool>>,
    refused: usize,
    remarked: usize,
}

/// Findings, and remarks, about one module: a place is found by counting, and a hostile module has many.
const MAX_SAID: usize = 200;

/// Reads the module at `path`. `None` if it cannot be parsed; the reason is among the findings then.
pub(crate) fn read(
    path: &str,
    source: &str,
    findings: &mut Findings,
    remarks: &mut Findings,
) -> Option<Module> {
    if let Some(offset) = depth::beyond(source) {
        let message = format!(
            "`{path}` nests brackets in more than {} levels, which no code that people write does. Take it apart.",
            depth::LEVELS
        );
        findings.add("widget.nesting", place(path, source, offset), message);
        return None;
    }
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
        mutated: RefCell::default(),
        refused: 0,
        remarked: 0,
    };
    exports::collect(&mut reading, &parsed.program);
    uses::check(&mut reading);
    elements::check(&mut reading);
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
        self.refused += 1;
        if self.refused > MAX_SAID {
            return;
        }
        let at = self.at(span);
        self.findings.add(rule, at, message);
    }

    pub(crate) fn remark(&mut self, span: Span, rule: &str, message: impl Into<String>) {
        self.remarked += 1;
        if self.remarked > MAX_SAID {
            return;
        }
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
        let imported: Vec<(SymbolId, String)> = self
            .imported
            .iter()
            .filter(|(_, (specifier, _))| specifier == HOST_API)
            .map(|(symbol, (_, name))| (*symbol, name.clone()))
            .collect();
        for (symbol, name) in imported {
            let references: Vec<NodeId> =
                self.semantic.symbol_references(symbol).map(|r| r.node_id()).collect();
            for node in references {
                if name == "*" {
                    self.namespace(node);
                } else if READERS.contains(&name.as_str()) {
                    self.reader(node, &name);
                }
            }
        }
        self.module.topics.sort();
    }

    /// A use of `Host` in `import * as Host`: `Host.useTopic("…")`, which a bundler writes `(0, Host.useTopic)("…")`.
    fn namespace(&mut self, node: NodeId) {
        let nodes = self.semantic.nodes();
        let span = nodes.kind(node).span();
        let name = match nodes.parent_kind(node) {
            AstKind::StaticMemberExpression(member) if member.object.span() == span => {
                Some(member.property.name.to_string())
            }
            AstKind::ComputedMemberExpression(member) if member.object.span() == span => {
                self.literal(&member.expression)
            }
            _ => None,
        };
        match name {
            Some(name) if READERS.contains(&name.as_str()) => self.reader(nodes.parent_id(node), &name),
            Some(name) if HOST_FUNCTIONS.contains(&name.as_str()) => {}
            Some(name) => self.refuse(span, "widget.host-api", format!("`{HOST_API}` has no `{}`. It has: {}.", quote(&name), HOST_FUNCTIONS.join(", "))),
            None => self.refuse(span, "widget.host-api", format!("`{HOST_API}` is handed on as a whole, which hides what is used of it. Name what you use, like `import {{ useTopic }} from \"{HOST_API}\"`.")),
        }
    }

    /// A use of the reader `name`, which must be a call with text.
    fn reader(&mut self, node: NodeId, name: &str) {
        let nodes = self.semantic.nodes();
        let span = nodes.kind(node).span();
        let (mut called, mut callee) = (node, span);
        // `(0, useTopic)(…)` calls it as `useTopic(…)` does.
        loop {
            match nodes.parent_kind(called) {
                AstKind::SequenceExpression(list)
                    if list.expressions.last().is_some_and(|e| e.span() == callee) => {}
                AstKind::ParenthesizedExpression(_) => {}
                _ => break,
            }
            called = nodes.parent_id(called);
            callee = nodes.kind(called).span();
        }
        let topic = match nodes.parent_kind(called) {
            AstKind::CallExpression(call) if call.callee.span() == callee => {
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

    /// The text that an expression is: a literal, a constant that is one, or several of them joined.
    pub(crate) fn literal(&self, expression: &Expression<'a>) -> Option<String> {
        self.text(expression, 0)
    }

    fn text(&self, expression: &Expression<'a>, steps: u8) -> Option<String> {
        // Deep enough for what a minifier joins; a chain of names could be a circle.
        if steps > MAX_JOINED {
            return None;
        }
        match expression.without_parentheses() {
            Expression::StringLiteral(text) => Some(text.value.to_string()),
            Expression::TemplateLiteral(template) => {
                let mut whole = String::new();
                for (at, part) in template.quasis.iter().enumerate() {
                    whole.push_str(part.value.cooked.as_ref()?);
                    if let Some(inner) = template.expressions.get(at) {
                        whole.push_str(&self.text(inner, steps + 1)?);
                    }
                }
                Some(whole)
            }
            Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
                Some(self.text(&sum.left, steps + 1)? + &self.text(&sum.right, steps + 1)?)
            }
            Expression::Identifier(name) => self.text(self.constant(name)?, steps + 1),
            _ => None,
        }
    }

    /// What a name is declared as, if it is never given another value.
    pub(crate) fn constant(&self, name: &IdentifierReference<'a>) -> Option<&'a Expression<'a>> {
        let scoping = self.semantic.scoping();
        let symbol = scoping.get_reference(name.reference_id()).symbol_id()?;
        // Asked once for each name: the answer takes a look at every use of it, and each use asks.
        if *self.mutated.borrow_mut().entry(symbol).or_insert_with(|| scoping.symbol_is_mutated(symbol)) {
            return None;
        }
        match self.semantic.symbol_declaration(symbol).kind() {
            AstKind::VariableDeclarator(declared) if declared.id.get_binding_identifier().is_some() => {
                declared.init.as_ref()
            }
            _ => None,
        }
    }
}

/// Steps from an expression to the texts that it joins.
const MAX_JOINED: u8 = 8;

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
