//! What a module uses of the browser.

use oxc_ast::{
    AstKind,
    ast::{Argument, Expression, UnaryOperator},
};
use oxc_semantic::NodeId;
use oxc_span::{GetSpan, Span};

use crate::{
    globals::{self, GLOBAL_OBJECTS, JUDGED},
    module::{Reading, quote},
};

/// Timers that take text for code.
const TIMERS: &[&str] = &["setInterval", "setTimeout"];

/// Adds findings for what a widget cannot use, and remarks for what a moderator should see.
pub(crate) fn check(reading: &mut Reading<'_, '_>) {
    let semantic = reading.semantic;
    for (node, kind) in semantic.nodes().iter_enumerated().map(|(id, node)| (id, node.kind())) {
        match kind {
            AstKind::ImportExpression(import) => match reading.literal(&import.source) {
                Some(specifier) if import.options.is_none() && import.phase.is_none() => {
                    if specifier == crate::specifiers::HOST_API {
                        reading.refuse(import.span, "widget.host-api", format!("`{specifier}` is imported at run time, which hides what is used of it. Import it by name at the top of the module."));
                    }
                    let at = reading.at(import.span);
                    reading.module.imports.push((specifier, at));
                }
                _ => reading.refuse(import.span, "widget.dynamic-import", "`import()` must name its module with text, like `import(\"./chart.js\")`, so that it can be checked."),
            },
            AstKind::IdentifierReference(name) if reading.is_global(name) => reading.global(node, name.name.as_str(), name.span),
            AstKind::StaticMemberExpression(member) => {
                if let Some(name) = reading.dotted(&member.object, member.property.name.as_str()) {
                    reading.member(node, &name, member.span);
                }
            }
            AstKind::ComputedMemberExpression(member) => match (reading.object(&member.object), reading.literal(&member.expression)) {
                (None, _) => {}
                (Some(_), Some(property)) => {
                    if let Some(name) = reading.dotted(&member.object, &property) {
                        reading.member(node, &name, member.span);
                    }
                }
                (Some(object), None) if object.is_empty() || JUDGED.contains(&object.as_str()) => {
                    reading.refuse(member.span, "widget.hidden-global", "What is used of the browser must be seen. Name it, like `window.innerWidth`.");
                }
                _ => {}
            },
            AstKind::CallExpression(call) => reading.call(&call.callee, &call.arguments, call.span),
            AstKind::NewExpression(call) => reading.call(&call.callee, &call.arguments, call.span),
            _ => {}
        }
    }
}

impl<'a> Reading<'_, 'a> {
    fn is_global(&self, name: &oxc_ast::ast::IdentifierReference<'a>) -> bool {
        self.semantic.is_reference_to_global_variable(name)
    }

    /// `typeof x` asks whether it is there, and uses nothing.
    fn only_asked(&self, node: NodeId) -> bool {
        matches!(self.semantic.nodes().parent_kind(node), AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Typeof)
    }

    fn global(&mut self, node: NodeId, name: &str, span: Span) {
        if self.only_asked(node) {
            return;
        }
        if let Some(group) = globals::refused(name) {
            self.refuse(span, group.rule, format!("`{name}` does not work in a widget. {}.", group.why));
        } else if GLOBAL_OBJECTS.contains(&name) && !self.is_looked_into(node, span) {
            self.remark(
                span,
                "widget.global-object",
                format!("`{name}` is handed on as a whole; what becomes of it is not followed."),
            );
        } else if name == "process" {
            self.remark(span, "widget.process", "`process` is not there in a browser. Build for production, with `process.env.NODE_ENV` defined.");
        }
    }

    /// Whether this is the object of `object.member`, which is judged with the member.
    fn is_looked_into(&self, node: NodeId, span: Span) -> bool {
        match self.semantic.nodes().parent_kind(node) {
            AstKind::StaticMemberExpression(member) => member.object.span() == span,
            AstKind::ComputedMemberExpression(member) => member.object.span() == span,
            _ => false,
        }
    }

    fn member(&mut self, node: NodeId, name: &str, span: Span) {
        if self.only_asked(node) {
            return;
        }
        if let Some(group) = globals::refused(name) {
            self.refuse(span, group.rule, format!("`{name}` does not work in a widget. {}.", group.why));
        }
    }

    /// `object.property` as a global is called: `window.navigator` is `navigator`.
    fn dotted(&self, object: &Expression<'a>, property: &str) -> Option<String> {
        let object = self.object(object)?;
        Some(if object.is_empty() { property.to_owned() } else { format!("{object}.{property}") })
    }

    /// Which global object an expression is: empty for the global object itself, else a name.
    fn object(&self, expression: &Expression<'a>) -> Option<String> {
        match expression.without_parentheses() {
            Expression::Identifier(name) if self.is_global(name) => {
                Some(if GLOBAL_OBJECTS.contains(&name.name.as_str()) {
                    String::new()
                } else {
                    name.name.to_string()
                })
            }
            Expression::StaticMemberExpression(member) => {
                self.within(&member.object, member.property.name.as_str())
            }
            Expression::ComputedMemberExpression(member) => {
                self.within(&member.object, &self.literal(&member.expression)?)
            }
            _ => None,
        }
    }

    fn within(&self, object: &Expression<'a>, property: &str) -> Option<String> {
        // `window.window`, `window.self`, `document.defaultView`
        match (self.object(object)?.as_str(), property) {
            ("", again) if GLOBAL_OBJECTS.contains(&again) => Some(String::new()),
            ("document", "defaultView") => Some(String::new()),
            ("", name) => Some(name.to_owned()),
            (object, name) => Some(format!("{object}.{name}")),
        }
    }

    fn call(&mut self, callee: &Expression<'a>, arguments: &[Argument<'a>], span: Span) {
        let Some(name) = self.object(callee) else { return };
        match name.as_str() {
            "Function" => self.refuse(
                span,
                "widget.code",
                "`Function` makes code at run time, which cannot be checked. Write it as a function.",
            ),
            "require" => self.refuse(
                span,
                "widget.commonjs",
                "`require` is not there in a browser. Bundle the widget as an ES module.",
            ),
            timer if TIMERS.contains(&timer) => {
                if let Some(code) =
                    arguments.first().and_then(Argument::as_expression).and_then(|e| self.literal(e))
                {
                    self.refuse(span, "widget.code", format!("`{timer}(\"{}\")` makes code at run time, which cannot be checked. Give it a function.", quote(&code)));
                }
            }
            _ => {}
        }
    }
}
