//! What a module draws: elements that load, run or lead elsewhere, and addresses of elsewhere in their places.
//!
//! The frame's content security policy lets none of it happen. It is refused where it can be read, so that an
//! author is told, and a moderator does not have to wonder; what is put together at run time is the frame's.

use oxc_ast::{
    AstKind,
    ast::{Argument, AssignmentTarget, Expression, ObjectPropertyKind, PropertyKey},
};
use oxc_span::Span;

use crate::module::{Reading, quote};

/// Elements that hold another page, run code, or change what addresses mean.
const FORBIDDEN: &[&str] = &[
    "applet",
    "base",
    "embed",
    "fencedframe",
    "frame",
    "frameset",
    "iframe",
    "link",
    "meta",
    "object",
    "portal",
    "script",
    "webview",
];

/// Attributes by which an element fetches, in React's spelling or HTML's, in lower case.
const FETCHING: &[&str] = &[
    "background",
    "data",
    "imagesrcset",
    "manifest",
    "ping",
    "poster",
    "src",
    "srcset",
    "xlinkhref",
    "xlink:href",
];

/// Attributes that lead away when somebody clicks.
const LEADING: &[&str] = &["action", "formaction", "href"];

/// Attributes and properties that take HTML.
const MARKUP: &[&str] = &["dangerouslysetinnerhtml", "innerhtml", "outerhtml", "srcdoc"];

/// Adds findings for what would be drawn and does not work, and remarks for HTML that is made at run time.
pub(crate) fn check(reading: &mut Reading<'_, '_>) {
    let semantic = reading.semantic;
    for node in semantic.nodes().iter() {
        match node.kind() {
            AstKind::CallExpression(call) => {
                let Some(tag) =
                    call.arguments.first().and_then(Argument::as_expression).and_then(|e| reading.literal(e))
                else {
                    continue;
                };
                if let Expression::StaticMemberExpression(member) = call.callee.without_parentheses()
                    && member.property.name == "setAttribute"
                    && let Some(value) = call.arguments.get(1).and_then(Argument::as_expression)
                {
                    reading.attribute(&tag, value, call.span);
                }
                if !reading.makes_element(&call.callee) {
                    continue;
                }
                reading.element(&tag, call.span);
                let properties = call.arguments.get(1).and_then(Argument::as_expression);
                if let Some(Expression::ObjectExpression(object)) =
                    properties.map(Expression::without_parentheses)
                {
                    for property in &object.properties {
                        let ObjectPropertyKind::ObjectProperty(property) = property else { continue };
                        let name = match &property.key {
                            PropertyKey::StaticIdentifier(name) => name.name.to_string(),
                            PropertyKey::StringLiteral(name) => name.value.to_string(),
                            _ => continue,
                        };
                        reading.attribute(&name, &property.value, property.span);
                    }
                }
            }
            AstKind::AssignmentExpression(assignment) => {
                if let AssignmentTarget::StaticMemberExpression(member) = &assignment.left {
                    reading.attribute(member.property.name.as_str(), &assignment.right, assignment.span);
                }
            }
            AstKind::StringLiteral(text) => reading.style(text.value.as_str(), text.span),
            AstKind::TemplateElement(text) => reading.style(text.value.raw.as_str(), text.span),
            _ => {}
        }
    }
}

impl<'a> Reading<'_, 'a> {
    /// `jsx("img", …)`, `React.createElement("img", …)`, `document.createElement("img")`, however they are imported.
    fn makes_element(&self, callee: &Expression<'a>) -> bool {
        const MAKERS: &[&str] = &["createElement", "createElementNS", "jsx", "jsxDEV", "jsxs"];
        match callee.without_parentheses() {
            Expression::Identifier(name) => {
                let symbol = self.semantic.scoping().get_reference(name.reference_id()).symbol_id();
                symbol
                    .and_then(|symbol| self.imported.get(&symbol))
                    .is_some_and(|(_, name)| MAKERS.contains(&name.as_str()))
            }
            Expression::StaticMemberExpression(member) => MAKERS.contains(&member.property.name.as_str()),
            Expression::SequenceExpression(list) => {
                list.expressions.last().is_some_and(|last| self.makes_element(last))
            }
            _ => false,
        }
    }

    fn element(&mut self, tag: &str, span: Span) {
        let lower = tag.to_ascii_lowercase();
        if FORBIDDEN.contains(&lower.as_str()) {
            self.refuse(span, "widget.element", format!("`<{}>` does not work in a widget: it would hold another page, run code, or change the page's head. Remove it.", quote(&lower)));
        }
    }

    fn attribute(&mut self, name: &str, value: &Expression<'a>, span: Span) {
        let lower = name.to_ascii_lowercase();
        if MARKUP.contains(&lower.as_str()) {
            self.remark(span, "widget.markup", format!("`{}` draws HTML that is made at run time. It stays in the widget's frame; see where it comes from.", quote(name)));
            return;
        }
        let (fetches, leads) = (FETCHING.contains(&lower.as_str()), LEADING.contains(&lower.as_str()));
        if !fetches && !leads {
            return;
        }
        let Some(address) = self.beginning(value) else { return };
        let tight: String = address
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect::<String>()
            .to_ascii_lowercase();
        if tight.starts_with("javascript:") {
            self.refuse(span, "widget.code", format!("`{}` holds code as text, which does not run in a widget's frame. Write an event handler.", quote(name)));
        } else if is_elsewhere(&tight) && leads {
            self.refuse(span, "widget.navigation", format!("`{}` leads to `{}`. A widget stays where it is: going elsewhere would carry data away. Remove it.", quote(name), quote(&address)));
        } else if is_elsewhere(&tight) {
            self.refuse(span, "widget.network", format!("`{}` fetches `{}`, and a widget has no network. Put the file into the package, and name it with `new URL(\"./file.png\", import.meta.url)`.", quote(name), quote(&address)));
        }
    }

    /// The text that a value is, or begins with.
    fn beginning(&self, value: &Expression<'a>) -> Option<String> {
        self.literal(value).or_else(|| match value.without_parentheses() {
            Expression::TemplateLiteral(text) => text.quasis.first().map(|first| first.value.raw.to_string()),
            Expression::BinaryExpression(sum) => self.beginning(&sum.left),
            _ => None,
        })
    }

    /// CSS in a text: `url(https://…)` and `@import "https://…"`.
    fn style(&mut self, text: &str, span: Span) {
        if !text.contains('(') && !text.contains('@') {
            return;
        }
        let tight: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\'))
            .collect::<String>()
            .to_ascii_lowercase();
        let elsewhere = ["url(", "@import"].iter().any(|before| {
            tight.match_indices(before).any(|(at, before)| is_elsewhere(&tight[at + before.len()..]))
        });
        if elsewhere {
            self.refuse(span, "widget.network", "A style fetches something from elsewhere, and a widget has no network. Put the file into the package.");
        }
    }
}

/// Whether an address, without white space and in lower case, is of another origin.
fn is_elsewhere(address: &str) -> bool {
    let address = address.replace('\\', "/");
    ["//", "http:", "https:", "ws:", "wss:", "ftp:", "mailto:", "tel:"]
        .iter()
        .any(|start| address.starts_with(start))
}
