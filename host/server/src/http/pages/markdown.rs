//! Descriptions, as their authors wrote them in Markdown, as markup that can do nothing.
//!
//! Markdown becomes HTML (`pulldown-cmark`), and of that only what is on a list is kept (`ammonia`, which reads HTML as
//! browsers do and writes it anew): text, lists, tables, links. No pictures, which would tell their host who looks; no
//! styles, no scripts, no forms, no ids.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use maud::Markup;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::parts;

/// The first heading of a description stands below the title of its item.
const TOP: u8 = 3;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::new();
    builder
        .tags(HashSet::from([
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "dd",
            "del",
            "dl",
            "dt",
            "em",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "kbd",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // What is relative is relative to a package, where no page is.
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer ugc"));
    builder
});

/// Safe to stand in a page.
pub(super) fn render(markdown: &str) -> Markup {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_SMART_PUNCTUATION;
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        // The words that stand for a picture stay.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        other => Some(other),
    });
    let mut raw = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut raw, events);
    parts::trusted(CLEANER.clean(&raw).to_string())
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    let level = (level as u8).saturating_add(TOP - 1).min(6);
    usize::from(level).try_into().unwrap_or(pulldown_cmark::HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        render(markdown).into_string()
    }

    #[test]
    fn what_authors_write_is_kept() {
        let text = shown(
            "# Title\n\nA *quiet* **one** with `code`, ~~no~~ and [a link](https://example.org).\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n",
        );
        for part in [
            "<h3>Title</h3>",
            "<em>quiet</em>",
            "<strong>one</strong>",
            "<code>",
            "<del>no</del>",
            "<li>a</li>",
            "<td>2</td>",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(
            text.contains(r#"<a href="https://example.org" rel="nofollow noopener noreferrer ugc">"#),
            "{text}"
        );
    }

    #[test]
    fn what_could_do_anything_is_not() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://tracker.example/p.png)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt&colon;alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "<a href=\"//evil.example\">x</a>",
            "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<iframe srcdoc='<script>1</script>'></iframe>",
            "<form action=/sign-out><button>x</button></form>",
            "<p style='position:fixed' class=notice id=main onclick=alert(1)>x</p>",
            "<style>*{display:none}</style>",
            "<a href=x ping=https://evil.example>x</a>",
            "<meta http-equiv=refresh content='0;url=https://evil.example'>",
            "<base href=https://evil.example>",
        ] {
            let text = shown(hostile).to_lowercase();
            for bad in [
                "<script",
                "onerror=",
                "<img",
                "javascript:",
                "data:",
                "<svg",
                "onbegin",
                "<iframe",
                "<form",
                "style=",
                "class=",
                "id=",
                "onclick",
                "<style",
                "ping=",
                "<meta",
                "<base",
                "//evil",
            ] {
                assert!(!text.contains(bad), "{bad} of {hostile} in {text}");
            }
        }
    }
}
