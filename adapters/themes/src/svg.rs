//! SVG pictures: shapes and paint, nothing that runs and nothing from elsewhere.
//!
//! As a background an SVG runs no script in any browser; opened at its own address it would.

use marketplace_adapter_sdk::Findings;
use roxmltree::{Document, Node, NodeType};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Elements that only draw. No `script`, `foreignObject`, `style`, `image`, `a`, nor animation, which can
/// write an attribute that was harmless when it was read.
const ELEMENTS: &[&str] = &[
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "metadata",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "symbol",
    "text",
    "title",
    "tspan",
    "use",
];

/// Adds `theme.svg` for everything in the picture that does not draw.
pub fn check(path: &str, text: &str, findings: &mut Findings) {
    // No DTD (the library's default), hence no entities: nothing expands, nothing is fetched.
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            findings.add(
                "theme.svg",
                path,
                format!("`{path}` cannot be read: {error}. Write well-formed XML without a DTD."),
            );
            return;
        }
    };
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        findings.add(
            "theme.svg",
            path,
            format!("`{path}` is no SVG picture. Its first element is `<svg xmlns=\"{SVG}\">`."),
        );
        return;
    }
    let used: Vec<&str> = root.descendants().filter_map(repeated).collect();
    for node in document.descendants() {
        // Ten times ten times ten… is how a small picture keeps a browser busy for ever.
        if repeated(node).is_some()
            && node.ancestors().skip(1).filter_map(|above| above.attribute("id")).any(|id| used.contains(&id))
        {
            let at = document.text_pos_at(node.range().start);
            findings.add(
                "theme.svg",
                format!("{path}:{}:{}", at.row, at.col),
                "A `<use>` stands inside what another `<use>` repeats. Draw it once, and repeat only that.",
            );
            continue;
        }
        if let Some(what) = objection(&node) {
            let at = document.text_pos_at(node.range().start);
            findings.add("theme.svg", format!("{path}:{}:{}", at.row, at.col), what);
        }
    }
}

/// The id of what a `<use>` repeats.
fn repeated<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let href = node.has_tag_name((SVG, "use")).then(|| node.attributes().find(|a| a.name() == "href"))??;
    href.value().strip_prefix('#')
}

fn objection(node: &Node<'_, '_>) -> Option<String> {
    match node.node_type() {
        NodeType::PI => return Some("A processing instruction can fetch a stylesheet. Remove it.".into()),
        NodeType::Element => {}
        _ => return None,
    }
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(SVG) || !ELEMENTS.contains(&name) {
        return Some(format!(
            "`<{name}>` does more than draw. Remove it; a theme's picture is shapes, paint and text."
        ));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let lower = name.to_ascii_lowercase();
        if !matches!(attribute.namespace(), None | Some(XLINK | XML)) {
            return Some(format!(
                "The attribute `{name}` is of another vocabulary. Remove it: export as plain SVG."
            ));
        }
        if lower.starts_with("on") {
            return Some(format!("`{name}` runs a script. Remove it."));
        }
        if lower == "href" || lower == "src" {
            if !value.starts_with('#') {
                return Some(format!(
                    "`{name}` names something outside this picture. Draw it here, and name it like `#leaf`."
                ));
            }
            continue;
        }
        if lower == "base" {
            return Some("`xml:base` changes what `#name` means. Remove it.".into());
        }
        // CSS escapes (`\75rl(`) have no use in a picture, so there is no need to resolve them.
        let css = value.to_ascii_lowercase();
        let local = css.matches("url(").count() == css.replace(['\'', '"'], "").matches("url(#").count();
        if css.contains('\\')
            || !local
            || css.contains("src(")
            || css.contains("image(")
            || css.contains("image-set(")
            || css.contains("@import")
        {
            return Some(format!(
                "`{name}` refers to something outside this picture. Refer to its own parts only, like `url(#gradient)`."
            ));
        }
    }
    None
}
