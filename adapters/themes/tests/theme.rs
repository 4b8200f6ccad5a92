//! What a theme may be, and every way of it to be something else.
#![allow(clippy::unwrap_used)]

use adapter_themes::theme::{self, Theme};
use marketplace_adapter_sdk::Finding;
use marketplace_adapter_sdk::files::Memory;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const WOFF2: &[u8] = b"wOF2\0\x01\0\0";
const SVG: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><defs><linearGradient id="g"/></defs><path fill="url(#g)" d="M0 0h8v8z"/></svg>"##;

fn package(css: &str) -> Memory {
    [
        ("theme.css", css.as_bytes()),
        ("bg.png", PNG),
        ("img/leaf.svg", SVG),
        ("inter.woff2", WOFF2),
        ("README.md", b"# A theme"),
    ]
    .into_iter()
    .collect()
}

fn read(css: &str) -> Result<Theme, Vec<Finding>> {
    theme::read(&package(css))
}

/// The rules by which it is refused.
fn rules(css: &str) -> Vec<String> {
    read(css).err().unwrap_or_default().into_iter().map(|finding| finding.rule).collect()
}

#[track_caller]
fn refused(css: &str, rule: &str) {
    let found = rules(css);
    assert!(found.iter().any(|r| r == rule), "{css}\nis refused by {found:?}, not {rule}");
}

#[test]
fn a_theme_with_two_schemes_is_read_and_written_canonically() {
    let theme = read(
        "/* Dusk */\n:root{color-scheme:light;--color-background:#fff;--color-text:#111}\n\
         @media ( prefers-color-scheme : dark ){:root:not([data-theme='light']){--color-background:#111;--color-text:#eee}}\n\
         .dark,[data-theme=dark]{ --color-text : #fafafa }",
    )
    .unwrap();
    assert_eq!(
        theme.css,
        ":root {\n  color-scheme: light;\n  --color-background: #fff;\n  --color-text: #111;\n}\n\
         @media (prefers-color-scheme : dark) {\n  :root:not([data-theme=\"light\"]) {\n    --color-background: #111;\n    --color-text: #eee;\n  }\n}\n\
         .dark, [data-theme=\"dark\"] {\n  --color-text: #fafafa;\n}\n"
    );
    assert_eq!(theme.light.as_ref().unwrap()["--color-text"], "#111");
    assert_eq!(theme.dark.as_ref().unwrap()["--color-text"], "#fafafa");
    assert_eq!(theme.dark.as_ref().unwrap()["--color-background"], "#111");
    let entry = theme.entry("dusk", "Dusk");
    assert_eq!(entry["schemes"], serde_json::json!(["light", "dark"]));
    assert_eq!(entry["stylesheet"], "theme.css");
    assert!(entry["variables"]["light"].get("color-scheme").is_none());
}

#[test]
fn what_real_themes_do_is_a_theme() {
    for css in [
        // Open Props, Radix, shadcn/ui, Bootstrap, Pico, in their manner
        ":where(html){--ease-1:cubic-bezier(.25,0,.5,1);--gradient-1:linear-gradient(to bottom right,#1f005c,#5b0060 33.333%,#ffb56b)}",
        ":root,.light,.light-theme{--gray-1:#fcfcfc;--gray-a1:#00000003}",
        "@supports (color:color(display-p3 1 1 1)){@media (color-gamut:p3){:root{--gray-1:color(display-p3 .988 .988 .988)}}}",
        "@layer base{:root{--radius:.5rem;--background:0 0% 100%;--ring:hsl(var(--background) / .5)}}",
        "@layer reset, theme;\n:root{--a:1}",
        "[data-bs-theme=dark]{--bs-body-color:#dee2e6;--bs-font-sans-serif:system-ui,-apple-system,\"Segoe UI\"}",
        ":host(.dark) , :host-context([data-theme=dark]){--x:1px}",
        "@property --angle{syntax:\"<angle>\";inherits:false;initial-value:0deg}:root{--a:calc(var(--angle) + 1turn)}",
        ":root{--tw-empty: ;--tw-ring-inset:var(--tw-empty,/*!*/ /*!*/)}",
        "body{background:#fff url(./bg.png) repeat;font:16px/1.5 'Inter',sans-serif;color:rgb(0 0 0 / 80%)!important}",
        "@font-face{font-family:Inter;src:url(inter.woff2) format(\"woff2\") tech(variations),local('Inter');unicode-range:U+0-7F,U+26,U+4??}:root{--a:1}",
        "::selection{background-color:#fc0;color:#000}",
        ":root{background-image:image-set(\"bg.png\" type(\"image/png\") 1x, url('img/leaf.svg') 2x)}",
        "<!-- :root{--a:1} -->",
    ] {
        assert_eq!(read(css).map(|_| ()), Ok(()), "{css}");
    }
}

#[test]
fn every_url_of_elsewhere_is_refused_however_it_is_spelled() {
    for value in [
        "url(https://evil.example/x.png)",
        "url('https://evil.example/x.png')",
        "url( \"//evil.example/x.png\" )",
        "url(//evil.example/x.png)",
        "\\75rl(https://evil.example/x)",
        "\\75 rl('https://evil.example/x')",
        "u\\72l(https://evil.example/x)",
        "\\000075\\000072\\00006C(https://evil.example/x)",
        "URL(HTTPS://EVIL.EXAMPLE/X)",
        "url(\\68ttps://evil.example/x)",
        "url(\\68 ttps\\3A //evil.example/x)",
        "url('\\68ttps://evil.example/x')",
        "url(\\2f\\2f evil.example/x)",
        "url('\\5c\\5c evil.example/x')",
        "url(\"/\\\\evil.example/x\")",
        "url(\"ht\\9tps://evil.example\")",
        "url(\"ht\\a tps://evil.example\")",
        "url(\"https\\\n://evil.example/x\")",
        "url(/**/https://evil.example/x)",
        "image-set('https://evil.example/x' 1x)",
        "-webkit-image-set(url(https://evil.example/x) 1x)",
        "linear-gradient(red,blue),url(https://evil.example/x)",
        "calc(1px + url(https://evil.example/x))",
        "url(javascript:alert(1))",
    ] {
        for css in [
            format!(":root{{background-image:{value}}}"),
            format!(":root{{--x:{value}}}"),
            format!(":root{{--x:(({value}))}}"),
        ] {
            let found = rules(&css);
            assert!(
                found
                    .iter()
                    .any(|r| matches!(r.as_str(), "theme.remote-url" | "theme.not-css" | "theme.url")),
                "{css}\nwas refused by {found:?}"
            );
        }
    }
    refused(":root{background:url(https://evil.example/x.png)}", "theme.remote-url");
    refused(":root{background:\\75rl(https://evil.example/x)}", "theme.remote-url");
    refused(":root{--later:\"https://evil.example/x\"}", "theme.remote-url");
    refused(":root{background:url(data:image/png;base64,AAAA)}", "theme.data-url");
    refused(":root{background:url('d\\61ta:image/svg+xml,<svg/>')}", "theme.data-url");
    refused("@font-face{font-family:A;src:url(//fonts.example/a.woff2)}", "theme.remote-url");
    refused(
        "@property --a{syntax:\"<image>\";inherits:true;initial-value:url(https://evil.example)}",
        "theme.remote-url",
    );
    refused("@supports (background:url(https://evil.example)){:root{--a:1}}", "theme.url");
    refused("@media url(https://evil.example){:root{--a:1}}", "theme.url");
}

#[test]
fn a_url_must_name_a_file_of_the_package() {
    refused(":root{background:url(missing.png)}", "theme.missing-asset");
    for url in [
        "../bg.png",
        "/bg.png",
        "img/../bg.png",
        "bg.png?x=1",
        "bg%2Epng",
        "",
        "#paint",
        "img//leaf.svg",
        "b\\67 .png\\0 ",
    ] {
        let css = format!(":root{{background:url(\"{url}\")}}");
        assert!(!rules(&css).is_empty(), "{css}");
    }
    // An escape that only spells the name is the name, and is written as the name.
    assert!(read(":root{background:url(\\62g.png)}").unwrap().css.contains("url(\"bg.png\")"));
}

#[test]
fn functions_that_fetch_or_read_are_refused() {
    for value in [
        "src('bg.png')",
        "src(var(--u))",
        "image('bg.png')",
        "element(#a)",
        "-moz-element(#a)",
        "paint(x)",
        "attr(data-x)",
        "expression(alert(1))",
        "ex\\70ression(alert(1))",
        "image-set(var(--u) 1x)",
        "cross-fade(url(bg.png),red)",
        "url-prefix(x)",
        "theme(x)",
        "--mine()",
    ] {
        refused(&format!(":root{{--x:{value}}}"), "theme.function");
    }
    refused(":root{--x:url(var(--u))}", "theme.not-css");
    refused(":root{--x:url('bg.png' crossorigin(anonymous))}", "theme.url");
}

#[test]
fn imports_and_other_rules_are_refused() {
    for css in [
        "@import 'x.css';:root{--a:1}",
        "@import url(https://evil.example/x.css);",
        "@IMPORT \"x.css\";",
        "@\\69mport 'x.css';",
        "@imp\\6Frt url(x.css);",
        "@charset \"utf-8\";@import 'x';",
        ":root{--a:1}@import 'x';",
        "@media all{@import 'x';}",
        ":root{@import 'x';}",
    ] {
        refused(css, "theme.import");
    }
    for css in [
        "@namespace svg url(http://www.w3.org/2000/svg);",
        "@page{color:red}",
        "@container (width>1px){:root{--a:1}}",
        "@document url(x){:root{--a:1}}",
        "@unknown;",
        ":root{@page{--a:1}}",
        ":root{@layer x{--a:1}}",
        "@font-face{@media print{font-family:A}}",
    ] {
        refused(css, "theme.at-rule");
    }
}

#[test]
fn selectors_other_than_the_root_of_the_page_are_refused() {
    for selector in [
        "*",
        "a",
        "input[value^=a]",
        "[value=a]",
        "[data-theme^=d]",
        "[data-theme=dark i]",
        "[data-theme*=\"d\"]",
        "#app",
        ":root input",
        ".card input",
        ":root:has(input)",
        ":root:has(input[value^=a]:checked)",
        ":root:has(input:checked, a)",
        ":root:has(input:checked) input",
        ":root:has(a:visited)",
        "[data-user^=a]",
        "[value]",
        ".a\\3a b",
        ":root:hover",
        "html:not(:visited)",
        ":is(input,html)",
        ":root::before",
        "&",
        "body + body",
        "svg|svg",
        "[data-theme=\"a\\\"]{}input[value^=a\"]",
        ":root, input",
        "> html",
        ":root >",
        "htmlbody",
        "\\68tmlx",
        "html,",
        ",html",
        ":nth-child(1)",
    ] {
        let css = format!("{selector}{{--a:1}}");
        let found = rules(&css);
        assert!(
            found.iter().any(|r| r == "theme.selector" || r == "theme.not-css"),
            "{selector} is refused by {found:?}"
        );
    }
    refused(":root{input[value^=a]{--a:1}}", "theme.nesting");
    refused(":root{--a:1;&:hover{--a:2}}", "theme.nesting");
}

#[test]
fn properties_that_move_hide_or_run_are_refused() {
    for declaration in [
        "display:none",
        "position:fixed",
        "content:'x'",
        "behavior:url(bg.png)",
        "-moz-binding:url(bg.png)",
        "opacity:0",
        "cursor:url(bg.png)",
        "visibility:hidden",
        "transform:scale(2)",
        "filter:url(bg.png)",
        "all:unset",
        "animation:x 1s",
        "pos\\69tion:fixed",
        "--:1",
        "--a\\{b:1",
        "--\\27:1",
    ] {
        refused(&format!(":root{{{declaration}}}"), "theme.property");
    }
    refused("@font-face{font-family:A;src:url(inter.woff2);color:red}", "theme.property");
    refused("@property nothing{syntax:'*'}", "theme.property");
}

#[test]
fn css_that_a_browser_would_repair_is_refused() {
    for css in [
        ":root{--a:1}}",
        ":root{--a:[}",
        ":root{--a:'x\n'}",
        ":root{color}",
        ":root{color:}",
        ":root",
        "}",
        ":root{--a:url(x y)}",
        "--a:{x:y}",
        "not css at all",
        ":root{--a:{b:c}}",
        ":root{--a:(1;2)}",
        ":root{--a:@media}",
        ":root{--a:1 <!-- 2}",
        ":root{--a:a\0b}",
    ] {
        assert!(!rules(css).is_empty(), "{css}");
    }
    assert_eq!(rules(&format!(":root{{--a:{}1}}", "(".repeat(5000))), ["theme.not-css"]);
    assert_eq!(rules(""), ["theme.empty"]);
    assert_eq!(rules("@font-face{font-family:A;src:url(inter.woff2)}"), ["theme.empty"]);
}

#[test]
fn a_string_cannot_close_the_element_that_holds_the_stylesheet() {
    refused(":root{--a:\"</style><script>alert(1)</script>\"}", "theme.value");
    refused(":root{--a:\"\\3c/style>\"}", "theme.value");
    assert!(!rules("[data-theme=\"</style>\"]{--a:1}").is_empty());
}

#[test]
fn comments_go_and_what_they_parted_stays_apart() {
    let theme = read(":root{--a:1/* x */2;--b:u/**/rl(bg.png);--c:a /*x*/ b}");
    // `rl(` is a function of its own, and none that a theme has.
    assert!(theme.is_err());
    let theme = read(":root{--a:a/* x */b;--c:a /*x*/ b}").unwrap();
    assert!(theme.css.contains("--a: a/**/b;"), "{}", theme.css);
    assert!(theme.css.contains("--c: a b;"), "{}", theme.css);
}

#[test]
fn numbers_stay_as_they_are_spelled() {
    let css = read(":root{--a:33.3333333%;--b:1e3px;--c:.5rem;--d:+0.10;--e:1E2;--f:16777217}").unwrap().css;
    for spelled in ["33.3333333%", "1e3px", ".5rem", "+0.10", "1E2", "16777217"] {
        assert!(css.contains(&format!(": {spelled};")), "{css}");
    }
}

#[test]
fn a_finding_names_file_line_column_rule_and_fix() {
    let reasons =
        read(":root {\n  --a: 1;\n  background: url(https://evil.example/x);\n}\n@import 'y';").unwrap_err();
    assert_eq!(reasons.len(), 2);
    assert_eq!(
        (reasons[0].rule.as_str(), reasons[0].subject.as_str()),
        ("theme.remote-url", "theme.css:3:15")
    );
    assert!(
        reasons[0].message.contains("https://evil.example/x")
            && reasons[0].message.contains("Put the file into the package")
    );
    assert_eq!((reasons[1].rule.as_str(), reasons[1].subject.as_str()), ("theme.import", "theme.css:5:8"));
}

#[test]
fn findings_are_bounded() {
    assert_eq!(rules(&":root{display:none}".repeat(1000)).len(), 50);
}

#[test]
fn an_asset_is_what_its_name_says() {
    let with = |path: &str, bytes: &[u8], css: &str| {
        let mut package = package(css);
        package.0.insert(path.to_owned(), bytes.to_vec());
        theme::read(&package).err().unwrap_or_default().into_iter().map(|f| f.rule).collect::<Vec<_>>()
    };
    assert_eq!(
        with("bg.png", b"<html><script>alert(1)</script>", ":root{background:url(bg.png)}"),
        ["theme.asset-content"]
    );
    assert_eq!(with("x.html", b"<html>", ":root{background:url(x.html)}"), ["theme.asset-type"]);
    assert_eq!(with("x.css", b"a{}", ":root{background:url(x.css)}"), ["theme.asset-type"]);
    assert_eq!(
        with("a.woff2", b"nope", "@font-face{font-family:A;src:url(a.woff2)}:root{--a:1}"),
        ["theme.asset-content"]
    );
    assert_eq!(rules(":root{background:url(inter.woff2)}"), ["theme.asset-type"]);
    assert_eq!(rules("@font-face{font-family:A;src:url(bg.png)}:root{--a:1}"), ["theme.asset-type"]);
}

#[test]
fn an_svg_only_draws() {
    let svg = |inner: &str| {
        let mut package = package(":root{background:url(x.svg)}");
        package.0.insert("x.svg".into(), inner.as_bytes().to_vec());
        let mut rules: Vec<_> =
            theme::read(&package).err().unwrap_or_default().into_iter().map(|f| f.rule).collect();
        rules.dedup();
        rules
    };
    let around = |inner: &str| {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</svg>"#
        )
    };
    assert!(
        svg(&around(r##"<g id="a"><path d="M0 0" style="fill:url('#g')"/></g><use xlink:href="#a"/>"##))
            .is_empty()
    );
    for inner in [
        "<script>alert(1)</script>",
        "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\"/></foreignObject>",
        "<path onclick=\"x()\"/>",
        "<image href=\"https://e.example\"/>",
        "<use href=\"https://e.example#a\"/>",
        "<use xlink:href=\"data:image/svg+xml,x\"/>",
        "<a href=\"#a\"/>",
        "<style>@import 'x';</style>",
        "<path style=\"fill:url(//e.example)\"/>",
        "<path fill=\"\\75rl(//e.example)\"/>",
        "<animate attributeName=\"href\" to=\"javascript:x\"/>",
        "<set/>",
        "<g xml:base=\"//e.example/\"/>",
        "<path filter=\"URL(//e.example#a)\"/>",
        "<path fill=\"url(#a) url( //e.example)\"/>",
        "<iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"x\"/>",
    ] {
        assert_eq!(svg(&around(inner)), ["theme.svg"], "{inner}");
    }
    assert_eq!(
        svg("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>"),
        ["theme.svg"]
    );
    assert_eq!(
        svg("<?xml-stylesheet href=\"//e.example\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ["theme.svg"]
    );
    assert_eq!(svg("<html/>"), ["theme.svg"]);
    assert_eq!(svg("<svg"), ["theme.svg"]);
}

#[test]
fn an_svg_does_not_multiply_itself() {
    let svg = |text: &str| {
        let mut package = package(":root{background:url(img/leaf.svg)}");
        package.0.insert(
            "img/leaf.svg".into(),
            format!(r#"<svg xmlns="http://www.w3.org/2000/svg" id="all">{text}</svg>"#).into_bytes(),
        );
        theme::read(&package).err().unwrap_or_default().into_iter().map(|f| f.rule).collect::<Vec<_>>()
    };
    assert_eq!(svg(r##"<g id="a"><path d="M0 0"/></g><use href="#a"/><use href="#a"/>"##), [""; 0]);
    assert_eq!(
        svg(
            r##"<path id="a" d="M0 0"/><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/><use href="#b"/>"##
        ),
        ["theme.svg"; 2]
    );
    assert_eq!(svg(r##"<use href="#all"/>"##), ["theme.svg"]);
}

#[test]
fn a_font_is_remarked_on_since_it_can_draw_one_letter_as_another() {
    let theme = read("@font-face{font-family:A;src:url(inter.woff2)}:root{--a:1}").unwrap();
    let fonts: Vec<_> =
        theme.remarks.iter().filter(|r| r.rule == "theme.font").map(|r| r.subject.as_str()).collect();
    assert_eq!(fonts, ["inter.woff2"]);
}

#[test]
fn only_what_the_stylesheet_uses_is_installed_and_the_rest_is_remarked() {
    let theme = read(":root{background:url(bg.png)}").unwrap();
    assert_eq!(theme.assets, ["bg.png"]);
    let unused: Vec<_> = theme.remarks.iter().map(|r| (r.rule.as_str(), r.subject.as_str())).collect();
    assert_eq!(unused, [("theme.unused-file", "img/leaf.svg"), ("theme.unused-file", "inter.woff2")]);
}

#[test]
fn a_rule_for_a_part_of_the_page_sets_variables_of_its_own_and_none_of_the_pages_colours() {
    for selector in [
        ".palette-rose",
        ".dark .card",
        ".wa-dark.x",
        "[data-size=sm]",
        "[data-color=\"accent\"]",
        ":where(.a, [data-b])",
    ] {
        let theme = read(&format!("{selector}{{color-scheme:dark;--rose-base:#191724}}")).unwrap();
        assert_eq!(theme.remarks.iter().filter(|r| r.rule != "theme.unused-file").count(), 0);
        refused(&format!("{selector}{{color:red}}"), "theme.property");
        refused(&format!("{selector}{{--color-text:#fff}}"), "theme.part");
        refused(&format!("{selector}{{--color-\\74 ext:#fff}}"), "theme.part");
        refused(&format!("{selector}, :root{{--color-text:#fff}}"), "theme.part");
    }
    // Any element is no page: each would resolve `var(--mine)` for itself, with what `.card` makes of it.
    for selector in [
        ":not(.dark)",
        ".dark :not(.light)",
        ":has(input:checked)",
        ":is(:not(.dark))",
        ".dark > :not(.x)",
        ":not(.a) > .dark",
        ":not(.a) .dark",
    ] {
        refused(&format!("{selector}{{--color-text:var(--mine)}}"), "theme.part");
    }
    for selector in
        [":root:not(.card)", "html:not([data-size]) .dark", ":root > body", ".dark:has(#a:checked)"]
    {
        assert_eq!(rules(&format!("{selector}{{--color-text:#fff}}")), [""; 0], "{selector}");
    }
    // What is set for the whole page is what a preview shows.
    let theme = read(":root{--a:1}.palette-x{--a:2}").unwrap();
    assert_eq!(theme.light.unwrap()["--a"], "1");
}

#[test]
fn a_condition_may_stand_inside_a_rule() {
    let theme = read(":root{--a:1;@media (prefers-color-scheme:dark){--a:2;color:#fff}@supports (color:oklch(0 0 0)){--b:1}}").unwrap();
    assert_eq!(
        theme.css,
        ":root {\n  --a: 1;\n  @media (prefers-color-scheme:dark) {\n    --a: 2;\n    color: #fff;\n  }\n  @supports (color:oklch(0 0 0)) {\n    --b: 1;\n  }\n}\n"
    );
    assert_eq!(theme.dark.unwrap()["--a"], "2");
    refused(".x{@media print{--color-text:#fff}}", "theme.part");
    refused(":root{@media print{position:fixed}}", "theme.property");
    refused(":root{@media print{a{--a:1}}}", "theme.nesting");
    refused(":root{@media{--a:1}}", "theme.not-css");
}

#[test]
fn a_switch_that_is_on_selects_a_theme() {
    let css = ":root:has(input.theme-controller[value=dark]:checked),[data-theme=dark]{color-scheme:dark;--color-text:#fff}";
    let theme = read(css).unwrap();
    assert!(
        theme.css.starts_with(
            ":root:has(input.theme-controller[value=\"dark\"]:checked), [data-theme=\"dark\"] {"
        ),
        "{}",
        theme.css
    );
    assert!(read("html:has(#night:checked){--a:1}").is_ok());
}

#[test]
fn keyframes_and_custom_media_are_left_out_with_a_remark_and_hide_nothing() {
    let theme = read("@custom-media --narrow (width < 40em);:root{--animation-blink:blink 1s}@keyframes blink{0%{opacity:0}to{transform:rotate(1turn)}}@-webkit-keyframes blink{from{opacity:0}}").unwrap();
    assert_eq!(theme.css, ":root {\n  --animation-blink: blink 1s;\n}\n");
    let left_out: Vec<_> = theme.remarks.iter().filter(|r| r.rule == "theme.left-out").collect();
    assert_eq!(left_out.len(), 3, "{left_out:?}");
    refused(":root{--a:1}@keyframes x{from{background:url(https://evil.example)}}", "theme.url");
    refused(":root{--a:1}@keyframes x{from{background:url('bg.png')}}", "theme.url");
    refused(
        ":root{--a:1}@keyframes x{from{background:image-set('https://evil.example' 1x)}}",
        "theme.remote-url",
    );
    refused(":root{--a:1}@keyframes x{from{@import 'x';}}", "theme.url");
    refused(":root{--a:1}@custom-media --a url(x);", "theme.url");
    assert_eq!(rules("@keyframes x{from{color:red}}"), ["theme.empty"]);
}

#[test]
fn a_data_url_is_checked_like_the_file_that_it_is() {
    let png = "iVBORw0KGgoAAAANSUhEUg==";
    for css in [
        format!(":root{{--x:url(data:image/png;base64,{png})}}"),
        format!("body{{background-image:url(\"DATA:image/png;base64,{png}\")}}"),
        ":root{--x:url(\"data:image/svg+xml;charset=utf-8,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath d='M0 0h8v8z' fill='%23fff'/%3E%3C/svg%3E\")}".into(),
        ":root{--x:url(\"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h8v8z'/></svg>\")}".into(),
        "@font-face{font-family:A;src:url(data:font/woff2;base64,d09GMgABAAA=)}:root{--a:1}".into(),
    ] {
        let theme = read(&css).map_err(|f| format!("{css}: {f:?}")).unwrap();
        assert!(!theme.css.contains("</"), "{}", theme.css);
        assert!(!theme.remarks.iter().any(|r| r.rule == "theme.url-in-variable"));
    }
    for url in [
        "data:text/html,<script>alert(1)</script>",
        "data:text/css,a{}",
        "data:,x",
        "data:image/png;base64,PGh0bWw+",
        "data:image/png;base64,!!!!",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='https://evil.example'/></svg>",
        "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQvPjwvc3ZnPg==",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' fill='#fff'/>",
        "data:image/svg+xml;charset=utf-16,<svg/>",
        "data:font/woff2;base64,d09GMgABAAA=",
        "data:image/png;base64",
    ] {
        refused(&format!(":root{{--x:url(\"{url}\")}}"), "theme.data-url");
    }
    refused(":root{--x:\"data:text/html,x\"}", "theme.remote-url");
}

#[test]
fn a_stylesheet_of_another_name_is_found_where_one_alone_can_be_meant() {
    let theme = |files: &[(&str, &str)]| theme::read(&files.iter().copied().collect::<Memory>());
    const CSS: &str = ":root{--a:1}";
    for (files, path) in [
        (vec![("nord.css", CSS), ("README.md", "")], "nord.css"),
        (vec![("nord.css", CSS), ("nord.min.css", "broken{")], "nord.css"),
        (vec![("nord.min.css", CSS)], "nord.min.css"),
        (vec![("nord.css", CSS), ("docs/site.css", "a{}")], "nord.css"),
        (vec![("dist/css/nord.css", CSS), ("package.json", "{}")], "dist/css/nord.css"),
        (vec![("theme.css", CSS), ("nord.css", "a{}")], "theme.css"),
        (vec![("a.css", "a{}"), ("b.css", CSS), ("package.json", r#"{"style":"./b.css"}"#)], "b.css"),
        (
            vec![("a.css", "a{}"), ("dist/b.css", CSS), ("package.json", r#"{"main":"dist/b.css"}"#)],
            "dist/b.css",
        ),
    ] {
        let theme = theme(&files).map_err(|f| format!("{files:?}: {f:?}")).unwrap();
        assert_eq!(theme.stylesheet, path);
        assert_eq!(theme.entry("x", "X")["stylesheet"], path);
    }
    for files in [
        vec![("latte.css", CSS), ("mocha.css", CSS)],
        vec![
            ("css/latte.css", CSS),
            ("css/mocha.css", CSS),
            ("package.json", r#"{"main":"index.js","style":"gone.css"}"#),
        ],
        vec![("a.css", CSS), ("b.css", CSS), ("package.json", r#"{"style":"a.css","style":"b.css"}"#)],
    ] {
        let found = theme(&files).unwrap_err();
        assert_eq!(found[0].rule, "theme.which-stylesheet", "{files:?}");
        assert!(
            found[0].message.contains(files[0].0) && found[0].message.contains("`theme.css`"),
            "{}",
            found[0].message
        );
    }
    // URLs are relative to where it is, and findings name it.
    let nested: Memory = [
        ("css/x.css", &b"@font-face{font-family:A;src:url(../fonts/a.ttf)}:root{--a:1}"[..]),
        ("fonts/a.ttf", b"\0\x01\0\0"),
    ]
    .into_iter()
    .collect();
    let theme = theme::read(&nested).unwrap();
    assert_eq!(theme.assets, ["fonts/a.ttf"]);
    assert!(theme.css.contains("url(\"../fonts/a.ttf\")"));
    let outside: Memory = [("css/x.css", ":root{background:url(../../a.png)}")].into_iter().collect();
    let found = theme::read(&outside).unwrap_err();
    assert_eq!((found[0].rule.as_str(), found[0].subject.as_str()), ("theme.url", "css/x.css:1:18"));
}

#[test]
fn many_unused_files_are_counted_and_not_all_named() {
    let mut package = package(":root{--a:1}");
    for n in 0..40 {
        package.0.insert(format!("src/{n}.scss"), Vec::new());
    }
    let remarks = theme::read(&package).unwrap().remarks;
    assert_eq!(remarks.len(), 11);
    assert!(remarks[10].message.starts_with("33 more files"), "{}", remarks[10].message);
}

#[test]
fn a_package_without_its_stylesheet_is_refused() {
    let mut package = package("");
    package.0.remove("theme.css");
    assert_eq!(theme::read(&package).unwrap_err()[0].rule, "theme.no-stylesheet");
}

#[test]
fn text_that_cannot_be_read_is_remarked() {
    let package: Memory =
        [("theme.css", ":root{--color-text:#999;--color-background:#fff}")].into_iter().collect();
    let theme = theme::read(&package).unwrap();
    assert_eq!(theme.remarks[0].rule, "theme.contrast");
    assert!(theme.remarks[0].message.contains("2.8"), "{}", theme.remarks[0].message);
}

#[test]
fn a_dark_only_theme_has_one_scheme() {
    let theme = read(":root{color-scheme:dark;--a:1}").unwrap();
    assert_eq!(theme.entry("x", "X")["schemes"], serde_json::json!(["dark"]));
    let theme = read(":root{color-scheme:light dark;--a:light-dark(#fff,#000)}").unwrap();
    assert_eq!(theme.entry("x", "X")["schemes"], serde_json::json!(["light", "dark"]));
    let theme = read(":root{--a:1}").unwrap();
    assert_eq!(theme.entry("x", "X")["schemes"], serde_json::json!(["light"]));
}
