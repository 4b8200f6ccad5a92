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
        "@keyframes x{from{color:red}}",
        "@page{color:red}",
        "@container (width>1px){:root{--a:1}}",
        "@document url(x){:root{--a:1}}",
        "@unknown;",
        ":root{@media print{--a:1}}",
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
        ".card",
        ".dark .card",
        ":root input",
        ":root:has(input:checked)",
        ":root:hover",
        "html:not(:visited)",
        ":is(input,html)",
        ":root::before",
        "&",
        "body + body",
        "svg|svg",
        ".dark.x",
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
    refused(":root{input[value^=a]{--a:1}}", "theme.not-css");
    refused(":root{--a:1;&:hover{--a:2}}", "theme.not-css");
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
fn only_what_the_stylesheet_uses_is_installed_and_the_rest_is_remarked() {
    let theme = read(":root{background:url(bg.png)}").unwrap();
    assert_eq!(theme.assets, ["bg.png"]);
    let unused: Vec<_> = theme.remarks.iter().map(|r| (r.rule.as_str(), r.subject.as_str())).collect();
    assert_eq!(unused, [("theme.unused-file", "img/leaf.svg"), ("theme.unused-file", "inter.woff2")]);
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
