//! Whether an icon is a picture and nothing else. It is shown inside pages.

use roxmltree::{Document, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// What draws, groups, or explains. Not `style`, `script`, `image`, `use`, `a`,
/// `foreignObject`, `animate`, `set`: they run, load, link, or change the others.
const ELEMENTS: [&str; 20] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "symbol",
];

/// Says what in `svg` is more than a picture. Conservative: what is not known to be
/// harmless is refused, and nothing is repaired. An empty text is no icon, and allowed.
pub(crate) fn check(svg: &str, limit: usize) -> Result<(), String> {
    if svg.is_empty() {
        return Ok(());
    }
    if svg.len() > limit {
        return Err(format!("it has {} bytes, over {limit}", svg.len()));
    }
    // Inline in HTML, an XML declaration or a document type would be shown or misread;
    // entities would be read differently here and there. roxmltree refuses DTDs.
    if !svg.trim_start().starts_with("<svg") {
        return Err("it does not begin with `<svg`".into());
    }
    let document = Document::parse(svg).map_err(|error| format!("it is not XML: {error}"))?;
    document.descendants().try_for_each(check_node)
}

fn check_node(node: Node<'_, '_>) -> Result<(), String> {
    if node.is_comment() || node.is_pi() {
        // Where a comment or an instruction ends, HTML and XML do not agree.
        return Err("it has a comment or an instruction".into());
    }
    if node.is_text() && node.text().is_some_and(|text| text.contains('<')) {
        // Only CDATA or an entity can put it there, and HTML reads both differently.
        return Err("its text has a `<`".into());
    }
    if !node.is_element() {
        return Ok(());
    }
    let tag = node.tag_name();
    // HTML gives inline SVG its namespace by itself, so that none is needed.
    if tag.namespace().is_some_and(|namespace| namespace != SVG) || !ELEMENTS.contains(&tag.name()) {
        return Err(format!("it has an element `{}`", tag.name()));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name().to_ascii_lowercase(), attribute.value().to_ascii_lowercase());
        let elsewhere = value
            .split("url(")
            .skip(1)
            .any(|rest| !rest.trim_start_matches([' ', '"', '\'']).starts_with('#'));
        // CSS reads `\75rl(` as `url(`, and comments as nothing.
        let runs = name.starts_with("on") || name == "style" || name.ends_with("href") || name == "src";
        if runs
            || elsewhere
            || attribute.namespace().is_some()
            || value.contains(['\\', '@'])
            || value.contains("/*")
        {
            return Err(format!("it has an attribute `{name}` that does more than draw"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(svg: &str) -> bool {
        check(svg, 1000).is_err()
    }

    #[test]
    fn a_picture_is_allowed() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><title>A</title><defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><path fill="url(#a)" d="M0 0h1"/></svg>"##;
        assert_eq!(check(svg, 1000), Ok(()));
        assert_eq!(check("", 1000), Ok(()));
        assert_eq!(check(r#"<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>"#, 1000), Ok(()));
    }

    #[test]
    fn whatever_runs_is_refused() {
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            r#"<svg onload="alert(1)"/>"#,
            r#"<svg OnLoad="alert(1)"/>"#,
            r#"<svg><a href="javascript:alert(1)"/></svg>"#,
            r#"<svg><foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject></svg>"#,
            r##"<svg><animate attributeName="href"/></svg>"##,
            r#"<svg xmlns:h="http://www.w3.org/1999/xhtml"><h:title/></svg>"#,
            "<svg><!--><script>alert(1)</script>--></svg>",
            "<svg><![CDATA[><script>alert(1)</script>]]></svg>",
            "<svg>&lt;script>",
            "<svg><title>&lt;script&gt;</title></svg>",
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>",
            "<svg>",
            "alert(1)",
        ] {
            assert!(refused(svg), "{svg}");
        }
    }

    #[test]
    fn whatever_loads_from_elsewhere_is_refused() {
        for svg in [
            r#"<svg><image href="https://example.org/a"/></svg>"#,
            r#"<svg xmlns:x="http://www.w3.org/1999/xlink"><use x:href="a"/></svg>"#,
            r#"<svg><path fill="url(https://example.org/a)"/></svg>"#,
            r#"<svg><path fill="URL( 'https://example.org/a')"/></svg>"#,
            r#"<svg><path fill="u\72l(https://example.org/a)"/></svg>"#,
            r#"<svg><path style="fill:red"/></svg>"#,
            "<svg><style>@import 'a'</style></svg>",
        ] {
            assert!(refused(svg), "{svg}");
        }
    }

    #[test]
    fn a_large_icon_is_refused() {
        assert!(check("<svg/>", 5).is_err());
    }
}
