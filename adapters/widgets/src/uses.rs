//! What a module uses of the browser.

use oxc_ast::{
    AstKind,
    ast::{
        Argument, AssignmentTarget, AssignmentTargetProperty, BinaryOperator, BindingPattern, Expression,
        PropertyKey, UnaryOperator,
    },
};
use oxc_semantic::NodeId;
use oxc_span::{GetSpan, Span};

use crate::{
    globals::{self, GLOBAL_OBJECTS, JUDGED},
    module::{Reading, quote},
};

/// Names between a use and the global object that it is of: more is no habit of bundlers.
const MAX_ALIASES: u8 = 4;

/// Functions that take an object and a name, and use the object's member of that name.
const REFLECTED: &[&str] =
    &["Object.getOwnPropertyDescriptor", "Reflect.get", "Reflect.getOwnPropertyDescriptor"];

/// Parts of `location` that say where something is, and take it nowhere when they are read.
const LOCATION: &[&str] =
    &["hash", "host", "hostname", "href", "origin", "pathname", "port", "protocol", "search"];

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
                reading.constructor(&member.object, member.property.name.as_str(), member.span);
                if let Some(name) = reading.dotted(&member.object, member.property.name.as_str()) {
                    reading.member(node, &name, member.span);
                }
            }
            AstKind::ComputedMemberExpression(member) => match reading.choices(&member.expression) {
                Some(properties) => {
                    for property in properties {
                        reading.constructor(&member.object, &property, member.span);
                        if let Some(name) = reading.dotted(&member.object, &property) {
                            reading.member(node, &name, member.span);
                        }
                    }
                }
                None if reading.is_judged(&member.object) => {
                    reading.refuse(member.span, "widget.hidden-global", "What is used of the browser must be seen. Name it, like `window.innerWidth`.");
                }
                None => {}
            },
            AstKind::VariableDeclarator(declared) => {
                if let (BindingPattern::ObjectPattern(pattern), Some(init)) = (&declared.id, &declared.init) {
                    let keys = pattern.properties.iter().map(|property| (&property.key, property.span));
                    reading.taken_apart(node, init, keys, pattern.rest.is_some(), pattern.span);
                }
            }
            AstKind::AssignmentExpression(assignment) => {
                if let AssignmentTarget::ObjectAssignmentTarget(target) = &assignment.left {
                    for property in &target.properties {
                        match property {
                            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(named) => {
                                if let Some(name) = reading.dotted(&assignment.right, named.binding.name.as_str()) {
                                    reading.member(node, &name, named.span);
                                }
                            }
                            AssignmentTargetProperty::AssignmentTargetPropertyProperty(keyed) => {
                                reading.taken_apart(node, &assignment.right, [(&keyed.name, keyed.span)], false, target.span);
                            }
                        }
                    }
                    if target.rest.is_some() {
                        reading.taken_apart(node, &assignment.right, [], true, target.span);
                    }
                }
            }
            AstKind::CallExpression(call) if reading.object(&call.callee, 0).is_some_and(|name| REFLECTED.contains(&name.as_str())) => {
                let mut given = call.arguments.iter().filter_map(Argument::as_expression);
                if let (Some(object), Some(property)) = (given.next(), given.next()) {
                    match reading.literal(property).map(|property| reading.dotted(object, &property)) {
                        Some(Some(name)) => reading.member(node, &name, call.span),
                        Some(None) => {}
                        None if reading.is_judged(object) => reading.refuse(call.span, "widget.hidden-global", "What is used of the browser must be seen. Name it, like `window.innerWidth`."),
                        None => {}
                    }
                }
            }
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

    /// The texts that an expression can be: one, or those of a choice, `on ? "addEventListener" : "removeEventListener"`.
    fn choices(&self, expression: &Expression<'a>) -> Option<Vec<String>> {
        let chosen = match expression.without_parentheses() {
            Expression::Identifier(name) => self.constant(name).unwrap_or(expression),
            other => other,
        };
        match chosen.without_parentheses() {
            Expression::ConditionalExpression(choice) => {
                Some(vec![self.literal(&choice.consequent)?, self.literal(&choice.alternate)?])
            }
            _ => self.literal(expression).map(|text| vec![text]),
        }
    }

    /// Whether a use of `location` only reads a part of it: where the frame is, it was told.
    fn only_reads_location(&self, node: NodeId, name: &str, span: Span) -> bool {
        let nodes = self.semantic.nodes();
        if !matches!(name, "document.location" | "location") {
            return false;
        }
        let AstKind::StaticMemberExpression(member) = nodes.parent_kind(node) else { return false };
        let reads = LOCATION.contains(&member.property.name.as_str()) && member.object.span() == span;
        reads
            && match nodes.parent_kind(nodes.parent_id(node)) {
                AstKind::AssignmentExpression(assignment) => assignment.left.span() != member.span,
                AstKind::UpdateExpression(_) => false,
                // `[location.href] = …`, `({ x: location.href } = …)`, `for (location.href of …)`
                AstKind::ArrayAssignmentTarget(_)
                | AstKind::AssignmentTargetPropertyProperty(_)
                | AstKind::AssignmentTargetRest(_)
                | AstKind::AssignmentTargetWithDefault(_)
                | AstKind::ForInStatement(_)
                | AstKind::ForOfStatement(_) => false,
                _ => true,
            }
    }

    /// `typeof x` and `x === y` ask whether it is there, or is that; they use nothing.
    fn only_asked(&self, node: NodeId) -> bool {
        match self.semantic.nodes().parent_kind(node) {
            AstKind::UnaryExpression(unary) => unary.operator == UnaryOperator::Typeof,
            AstKind::BinaryExpression(comparison) => comparison.operator.is_equality(),
            _ => false,
        }
    }

    fn global(&mut self, node: NodeId, name: &str, span: Span) {
        if self.only_asked(node) || self.only_reads_location(node, name, span) {
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
        } else if matches!(name, "exports" | "module") {
            self.module.commonjs = true;
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
        if self.only_asked(node) || self.only_reads_location(node, name, span) {
            return;
        }
        if let Some(group) = globals::refused(name) {
            self.refuse(span, group.rule, format!("`{name}` does not work in a widget. {}.", group.why));
        }
    }

    /// `object.property` as a global is called: `window.navigator` is `navigator`.
    fn dotted(&self, object: &Expression<'a>, property: &str) -> Option<String> {
        let object = self.object(object, 0)?;
        Some(if object.is_empty() { property.to_owned() } else { format!("{object}.{property}") })
    }

    /// Whether an expression is, by its own name, an object of which every use must be seen.
    fn is_judged(&self, expression: &Expression<'a>) -> bool {
        self.object(expression, MAX_ALIASES)
            .is_some_and(|object| object.is_empty() || JUDGED.contains(&object.as_str()))
    }

    /// Which global object an expression is: empty for the global object itself, else a name. A constant is what it
    /// is declared as, and a choice is each of its branches, for `steps` up to [`MAX_ALIASES`].
    fn object(&self, expression: &Expression<'a>, steps: u8) -> Option<String> {
        let follow = |expression: &Expression<'a>| {
            (steps < MAX_ALIASES).then(|| self.object(expression, steps + 1))?
        };
        match expression.without_parentheses() {
            Expression::Identifier(name) if self.is_global(name) => {
                Some(if GLOBAL_OBJECTS.contains(&name.name.as_str()) {
                    String::new()
                } else {
                    name.name.to_string()
                })
            }
            Expression::Identifier(name) => follow(self.constant(name)?),
            Expression::StaticMemberExpression(member) => {
                self.within(&member.object, member.property.name.as_str(), steps)
            }
            Expression::ComputedMemberExpression(member) => {
                self.within(&member.object, &self.literal(&member.expression)?, steps)
            }
            Expression::ConditionalExpression(choice) => {
                follow(&choice.consequent).or_else(|| follow(&choice.alternate))
            }
            Expression::LogicalExpression(choice) => follow(&choice.left).or_else(|| follow(&choice.right)),
            Expression::SequenceExpression(list) => follow(list.expressions.last()?),
            Expression::CallExpression(call) if self.makes_global(&call.callee) => Some(String::new()),
            _ => None,
        }
    }

    /// `Function("return this")`: how libraries of all ages ask for the global object.
    fn makes_global(&self, callee: &Expression<'a>) -> bool {
        let (callee, arguments) = match callee.without_parentheses() {
            Expression::CallExpression(call) => (&call.callee, &call.arguments),
            Expression::NewExpression(call) => (&call.callee, &call.arguments),
            _ => return false,
        };
        self.object(callee, MAX_ALIASES).is_some_and(|name| name == "Function")
            && self.returns_this(arguments)
    }

    fn returns_this(&self, arguments: &[Argument<'a>]) -> bool {
        let [only] = arguments else { return false };
        only.as_expression()
            .and_then(|e| self.literal(e))
            .is_some_and(|code| code.trim_end_matches(';') == "return this")
    }

    /// `{ name } = object`, which uses `object.name`.
    fn taken_apart<'k>(
        &mut self,
        node: NodeId,
        object: &Expression<'a>,
        keys: impl IntoIterator<Item = (&'k PropertyKey<'a>, Span)>,
        rest: bool,
        span: Span,
    ) where
        'a: 'k,
    {
        if self.object(object, 0).is_none() {
            return;
        }
        let mut hidden = rest;
        for (key, at) in keys {
            let name = match key {
                PropertyKey::StaticIdentifier(name) => Some(name.name.to_string()),
                other => other.as_expression().and_then(|e| self.literal(e)),
            };
            match name.and_then(|name| self.dotted(object, &name)) {
                Some(name) => self.member(node, &name, at),
                None => hidden = true,
            }
        }
        if hidden && self.is_judged(object) {
            self.refuse(
                span,
                "widget.hidden-global",
                "What is used of the browser must be seen. Name it, like `window.innerWidth`.",
            );
        }
    }

    /// Ways to `Function` that do not name it: `(() => {}).constructor`, `[].constructor.constructor`.
    fn constructor(&mut self, object: &Expression<'a>, property: &str, span: Span) {
        if property != "constructor" {
            return;
        }
        let leads_there = match object.without_parentheses() {
            Expression::FunctionExpression(_)
            | Expression::ArrowFunctionExpression(_)
            | Expression::ClassExpression(_) => true,
            Expression::StaticMemberExpression(member) => member.property.name == "constructor",
            Expression::ComputedMemberExpression(member) => {
                self.literal(&member.expression).is_some_and(|name| name == "constructor")
            }
            _ => false,
        };
        if leads_there {
            self.refuse(span, "widget.code", "The constructor of a function makes code at run time, which cannot be checked. Write it as a function.");
        }
    }

    fn within(&self, object: &Expression<'a>, property: &str, steps: u8) -> Option<String> {
        // `window.window`, `window.self`, `document.defaultView`
        match (self.object(object, steps)?.as_str(), property) {
            ("", again) if GLOBAL_OBJECTS.contains(&again) => Some(String::new()),
            ("document", "defaultView") => Some(String::new()),
            ("", name) => Some(name.to_owned()),
            (object, name) => Some(format!("{object}.{name}")),
        }
    }

    fn call(&mut self, callee: &Expression<'a>, arguments: &[Argument<'a>], span: Span) {
        let first = arguments.first().and_then(Argument::as_expression);
        if let Expression::StaticMemberExpression(member) = callee.without_parentheses()
            && member.property.name == "constructor"
            && !matches!(member.object, Expression::ThisExpression(_) | Expression::Super(_))
            && first.is_some_and(|e| self.is_text(e))
        {
            self.refuse(span, "widget.code", "A constructor that is given text can be that of functions, and make code at run time, which cannot be checked. Name the class.");
        }
        let Some(name) = self.object(callee, 0) else { return };
        match name.as_str() {
            "Function" if self.returns_this(arguments) => self.remark(
                span,
                "widget.global-object",
                "`Function(\"return this\")` asks for the global object, as old libraries do, and fails in a widget's frame. See that something else is asked first.",
            ),
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
            timer if TIMERS.contains(&timer) && first.is_some_and(|e| self.is_text(e)) => {
                let code = first.and_then(|e| self.literal(e)).unwrap_or_else(|| "…".into());
                self.refuse(span, "widget.code", format!("`{timer}(\"{}\")` makes code at run time, which cannot be checked. Give it a function.", quote(&code)));
            }
            _ => {}
        }
    }

    /// Whether an expression is text for certain, known or not.
    fn is_text(&self, expression: &Expression<'a>) -> bool {
        match expression.without_parentheses() {
            Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
            Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
                self.is_text(&sum.left) || self.is_text(&sum.right)
            }
            other => self.literal(other).is_some(),
        }
    }
}
