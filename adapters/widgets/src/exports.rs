//! What a module imports and exports.

use oxc_ast::{
    AstKind,
    ast::{
        BindingIdentifier, CallExpression, Class, Declaration, ExportDefaultDeclarationKind, Expression,
        Function, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName, Program, Statement,
    },
};
use oxc_syntax::symbol::SymbolId;

use crate::{
    module::{Export, HOST_FUNCTIONS, Reading, named, quote},
    specifiers::HOST_API,
};

/// React's own functions that make a component of a function.
const WRAPPERS: &[&str] = &["forwardRef", "lazy", "memo"];

/// Fills in the module's imports and exports.
pub(crate) fn collect<'a>(reading: &mut Reading<'_, 'a>, program: &Program<'a>) {
    // Imports first: they are hoisted, so an export above them may mean them.
    for statement in &program.body {
        if let Statement::ImportDeclaration(import) = statement {
            reading.import(import);
        }
    }
    for statement in &program.body {
        match statement {
            Statement::ExportDefaultDeclaration(export) => {
                let what = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => of_function(function),
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => of_class(class),
                    other => other.as_expression().map_or(Export::Unknown, |e| reading.of_expression(e, 0)),
                };
                reading.module.exports.insert("default".into(), what);
            }
            Statement::ExportDeclaration(export) => reading.declaration(&export.declaration),
            Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let what = match &specifier.local {
                        ModuleExportName::IdentifierReference(name) => reading
                            .semantic
                            .scoping()
                            .get_reference(name.reference_id())
                            .symbol_id()
                            .map_or(Export::Unknown, |symbol| reading.of_symbol(symbol, 0)),
                        _ => Export::Unknown,
                    };
                    reading.module.exports.insert(named(&specifier.exported), what);
                }
            }
            Statement::ExportFromDeclaration(export) => {
                reading.requests(&export.source, export.with_clause.as_deref());
                reading.passes_on(&export.source.value, export.span);
                for specifier in &export.specifiers {
                    let from = Export::From {
                        specifier: export.source.value.to_string(),
                        name: named(&specifier.local),
                    };
                    reading.module.exports.insert(named(&specifier.exported), from);
                }
            }
            Statement::ExportAllDeclaration(export) => {
                reading.requests(&export.source, export.with_clause.as_deref());
                reading.passes_on(&export.source.value, export.span);
                match &export.exported {
                    Some(name) => drop(
                        reading.module.exports.insert(named(name), Export::Other("a namespace of names")),
                    ),
                    None => reading.module.stars.push(export.source.value.to_string()),
                }
            }
            _ => {}
        }
    }
}

fn of_function(function: &Function<'_>) -> Export {
    match (function.r#async, function.generator) {
        (true, _) => Export::Other("an async function, which a browser cannot draw"),
        (_, true) => Export::Other("a generator"),
        _ => Export::Component,
    }
}

fn of_class(_: &Class<'_>) -> Export {
    Export::Component
}

/// Deep enough for every alias a bundler writes, and an end to circles.
const MAX_STEPS: u8 = 8;

impl<'a> Reading<'_, 'a> {
    fn import(&mut self, import: &ImportDeclaration<'a>) {
        self.requests(&import.source, import.with_clause.as_deref());
        if import.phase.is_some() {
            self.refuse(
                import.span,
                "widget.import",
                "`import defer` and `import source` are not understood everywhere. Use a plain `import`.",
            );
        }
        let specifier = import.source.value.to_string();
        for item in import.specifiers.iter().flatten() {
            let (local, name): (&BindingIdentifier<'a>, String) = match item {
                ImportDeclarationSpecifier::ImportSpecifier(named_import) => {
                    (&named_import.local, named(&named_import.imported))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    (&default.local, "default".into())
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(namespace) => {
                    (&namespace.local, "*".into())
                }
            };
            if specifier == HOST_API && name != "*" && !HOST_FUNCTIONS.contains(&name.as_str()) {
                let message = if name == "default" {
                    format!(
                        "`{HOST_API}` has no default export. Name what you use, like `import {{ useTopic }} from \"{HOST_API}\"`."
                    )
                } else {
                    format!("`{HOST_API}` has no `{}`. It has: {}.", quote(&name), HOST_FUNCTIONS.join(", "))
                };
                self.refuse(import.span, "widget.host-api", message);
            }
            self.imported.insert(local.symbol_id(), (specifier.clone(), name));
        }
    }

    /// The host's functions stay where they are imported: another module's call would not be recognised.
    fn passes_on(&mut self, specifier: &str, span: oxc_span::Span) {
        if specifier == HOST_API {
            self.refuse(span, "widget.host-api", format!("`{HOST_API}` is exported again, which hides what is used of it. Import it where it is used."));
        }
    }

    fn declaration(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    self.module.exports.insert(id.name.to_string(), of_function(function));
                }
            }
            Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    self.module.exports.insert(id.name.to_string(), of_class(class));
                }
            }
            Declaration::VariableDeclaration(variables) => {
                for variable in &variables.declarations {
                    for id in variable.id.get_binding_identifiers() {
                        let what = self.of_symbol(id.symbol_id(), 0);
                        self.module.exports.insert(id.name.to_string(), what);
                    }
                }
            }
            _ => {}
        }
    }

    fn of_symbol(&self, symbol: SymbolId, steps: u8) -> Export {
        if let Some((specifier, name)) = self.imported.get(&symbol) {
            return match name.as_str() {
                "*" => Export::Other("a namespace of names"),
                _ => Export::From { specifier: specifier.clone(), name: name.clone() },
            };
        }
        let changes = self.semantic.scoping().symbol_is_mutated(symbol);
        match self.semantic.symbol_declaration(symbol).kind() {
            _ if changes || steps > MAX_STEPS => Export::Unknown,
            AstKind::Function(function) => of_function(function),
            AstKind::Class(class) => of_class(class),
            AstKind::VariableDeclarator(variable) if variable.id.get_binding_identifier().is_some() => {
                variable
                    .init
                    .as_ref()
                    .map_or(Export::Other("undefined"), |init| self.of_expression(init, steps + 1))
            }
            _ => Export::Unknown,
        }
    }

    fn of_expression(&self, expression: &Expression<'a>, steps: u8) -> Export {
        match expression.without_parentheses() {
            Expression::FunctionExpression(function) => of_function(function),
            Expression::ArrowFunctionExpression(arrow) if arrow.r#async => {
                Export::Other("an async function, which a browser cannot draw")
            }
            Expression::ArrowFunctionExpression(_) => Export::Component,
            Expression::ClassExpression(class) => of_class(class),
            Expression::Identifier(name) => {
                match self.semantic.scoping().get_reference(name.reference_id()).symbol_id() {
                    Some(symbol) => self.of_symbol(symbol, steps + 1),
                    None if name.name == "undefined" => Export::Other("undefined"),
                    None => Export::Unknown,
                }
            }
            Expression::CallExpression(call) if self.wraps(call) => Export::Component,
            Expression::ObjectExpression(_) => Export::Other("an object"),
            Expression::ArrayExpression(_) => Export::Other("a list"),
            Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => Export::Other("text"),
            Expression::NumericLiteral(_) | Expression::BigIntLiteral(_) => Export::Other("a number"),
            Expression::BooleanLiteral(_) => Export::Other("true or false"),
            Expression::NullLiteral(_) => Export::Other("null"),
            Expression::RegExpLiteral(_) => Export::Other("a regular expression"),
            _ => Export::Unknown,
        }
    }

    /// `memo(…)`, `React.memo(…)`, and `forwardRef` and `lazy` alike.
    fn wraps(&self, call: &CallExpression<'a>) -> bool {
        let imported = |expression: &Expression<'a>| -> Option<&str> {
            let Expression::Identifier(name) = expression else { return None };
            let symbol = self.semantic.scoping().get_reference(name.reference_id()).symbol_id()?;
            self.imported
                .get(&symbol)
                .filter(|(specifier, _)| specifier == "react")
                .map(|(_, name)| name.as_str())
        };
        match call.callee.without_parentheses() {
            Expression::StaticMemberExpression(member) => {
                matches!(imported(&member.object), Some("*" | "default"))
                    && WRAPPERS.contains(&member.property.name.as_str())
            }
            callee => imported(callee).is_some_and(|name| WRAPPERS.contains(&name)),
        }
    }
}
