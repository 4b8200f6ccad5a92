//! The package as a whole.

use std::collections::BTreeMap;

use marketplace_adapter_checks::assets::is_paperwork;
use marketplace_adapter_sdk::{Files, Finding, Findings, findings::refuse};
use serde_json::{Value, json};

use crate::{
    assets,
    contrast::{self, AA},
    source,
    stylesheet::{self, Declared, Scheme},
};

/// Where a stylesheet is, unless it has another name.
pub const STYLESHEET: &str = "theme.css";

/// In bytes. The largest themes of component libraries are a tenth of it.
pub const MAX_STYLESHEET: u64 = 512 * 1024;

/// Variables of one scheme that the registry entry shows.
pub const MAX_PREVIEW: usize = 100;

/// Unused files that are named one by one.
const MAX_UNUSED: usize = 10;

/// The longest value, in bytes, that the registry entry shows.
pub const MAX_PREVIEW_VALUE: usize = 200;

/// A theme, read and found good.
#[derive(Debug)]
pub struct Theme {
    /// Where the stylesheet is, in the package and installed.
    pub stylesheet: String,
    /// The stylesheet as it is installed: what the parser wrote.
    pub css: String,
    /// The files that it uses, sorted.
    pub assets: Vec<String>,
    /// Those of them that are fonts.
    pub fonts: Vec<String>,
    /// Whether it is for light pages, and what it sets there.
    pub light: Option<BTreeMap<String, String>>,
    /// Whether it is for dark pages, and what it sets there.
    pub dark: Option<BTreeMap<String, String>>,
    /// For the moderator.
    pub remarks: Vec<Finding>,
}

/// Reads a package.
///
/// # Errors
/// Every reason against it.
pub fn read(files: &dyn Files) -> Result<Theme, Vec<Finding>> {
    let stylesheet = source::stylesheet(files)?;
    let path = stylesheet.as_str();
    let size = files.size(path).unwrap_or_default();
    if size > MAX_STYLESHEET {
        return Err(refuse(
            "theme.too-large",
            path,
            format!("`{path}` has {size} bytes, and may have {MAX_STYLESHEET}. Keep what sets variables."),
        ));
    }
    let text = String::from_utf8(files.read(path)?).map_err(|_| {
        refuse("theme.not-css", path, format!("`{path}` is not UTF-8 text. Save it as UTF-8."))
    })?;
    let exists = |path: &str| files.has(path);
    let sheet = stylesheet::read(path, &text, &exists);
    if !sheet.findings.is_empty() {
        return Err(sheet.into_findings());
    }
    // What we wrote must be what we would write again: then no escape, comment or bracket in it means
    // something else to the next reader than it did to us.
    let again = stylesheet::read(path, &sheet.css, &exists);
    if !again.findings.is_empty()
        || again.css != sheet.css
        || sheet.css.contains("</")
        || sheet.css.contains("<!--")
    {
        return Err(refuse(
            "theme.ambiguous",
            path,
            "The stylesheet means something else when it is read again. Write it without escapes and without HTML.",
        ));
    }
    if sheet.declared.is_empty() {
        return Err(refuse(
            "theme.empty",
            path,
            "The stylesheet sets nothing. Set custom properties, like `:root { --color-accent: #7a4; }`.",
        ));
    }
    let mut findings = Findings::new();
    for (path, kind) in &sheet.used {
        assets::check(files, path, *kind, &mut findings);
    }
    let assets: Vec<String> = sheet.used.keys().cloned().collect();
    let is_font = |(_, kind): &(&String, &assets::Kind)| **kind == assets::Kind::Font;
    let fonts: Vec<String> = sheet.used.iter().filter(is_font).map(|(path, _)| path.clone()).collect();
    // What is set for parts of the page says little about the whole, unless nothing else is set.
    let whole: Vec<Declared> = sheet.declared.iter().filter(|declared| !declared.part).cloned().collect();
    let (light, dark) = schemes(if whole.is_empty() { &sheet.declared } else { &whole });
    let mut remarks = Findings::new();
    for (name, scheme) in [("light", &light), ("dark", &dark)] {
        scheme.iter().for_each(|variables| legible(name, variables, &mut remarks));
    }
    let relative = |value: &str| value.matches("url(").count() > value.matches("url(\"data:").count();
    for declared in sheet.declared.iter().filter(|d| d.name.starts_with("--") && relative(&d.value)) {
        remarks.add("theme.url-in-variable", declared.name.as_str(), format!("`{}` holds a URL. Browsers differ in what a relative URL in a variable is relative to. Set `background-image` instead.", declared.name));
    }
    for path in &fonts {
        remarks.add("theme.font", path.as_str(), format!("`{path}` is a font, which can draw one letter as another. See that text in it reads as it is written."));
    }
    for (rule, count) in &sheet.left_out {
        remarks.add("theme.left-out", path, format!("`{path}` has {count} times `{rule}`, which is not installed: a theme moves nothing, and no rule of it could use that."));
    }
    unused(files, path, &sheet.used, &mut remarks);
    findings.or(Theme {
        stylesheet: path.to_owned(),
        css: sheet.css,
        assets,
        fonts,
        light,
        dark,
        remarks: remarks.into_vec(),
    })
}

/// Names files that nothing uses, the first few of them.
fn unused(
    files: &dyn Files,
    stylesheet: &str,
    used: &BTreeMap<String, assets::Kind>,
    remarks: &mut Findings,
) {
    let unused = |path: &&str| *path != stylesheet && !used.contains_key(*path) && !is_paperwork(path);
    let paths = files.paths();
    for path in paths.iter().copied().filter(unused).take(MAX_UNUSED) {
        remarks.add(
            "theme.unused-file",
            path,
            format!("`{path}` is not used by `{stylesheet}`, and is not installed."),
        );
    }
    let more = paths.iter().copied().filter(unused).count().saturating_sub(MAX_UNUSED);
    if more > 0 {
        remarks.add(
            "theme.unused-file",
            stylesheet,
            format!("{more} more files are not used by `{stylesheet}`, and are not installed."),
        );
    }
}

impl Theme {
    /// What an install adds to the registry.
    #[must_use]
    pub fn entry(&self, slug: &str, title: &str) -> Value {
        let each = [("light", &self.light), ("dark", &self.dark)];
        let schemes: Vec<&str> =
            each.iter().filter(|(_, scheme)| scheme.is_some()).map(|(name, _)| *name).collect();
        let variables: serde_json::Map<String, Value> = each
            .iter()
            .filter_map(|(name, scheme)| {
                let shown = scheme
                    .as_ref()?
                    .iter()
                    .filter(|(name, value)| name.starts_with("--") && value.len() <= MAX_PREVIEW_VALUE);
                let shown: serde_json::Map<String, Value> =
                    shown.take(MAX_PREVIEW).map(|(k, v)| (k.clone(), json!(v))).collect();
                Some(((*name).to_owned(), Value::Object(shown)))
            })
            .collect();
        json!({
            "slug": slug,
            "title": title,
            "stylesheet": self.stylesheet,
            "schemes": schemes,
            "variables": variables,
            "assets": self.assets,
        })
    }
}

impl Theme {
    /// A few colours that tell it from others, each once: those that most of a page is drawn with, where they are said
    /// plainly; otherwise the first that it sets.
    #[must_use]
    pub fn palette(&self) -> Vec<[u8; 3]> {
        let schemes = || [&self.light, &self.dark].into_iter().flatten();
        let named = schemes().flat_map(|scheme| PALETTE.iter().filter_map(|name| scheme.get(*name)));
        let set = schemes().flat_map(|scheme| scheme.iter().filter(|(name, _)| name.starts_with("--")));
        let mut palette = Vec::new();
        for colour in named.chain(set.map(|(_, value)| value)).filter_map(|value| contrast::opaque(value)) {
            if palette.len() < MAX_PALETTE && !palette.contains(&colour) {
                palette.push(colour);
            }
        }
        palette
    }
}

/// The variables that most of a page is drawn with.
const PALETTE: [&str; 4] = ["--color-background", "--color-surface", "--color-text", "--color-accent"];

/// Colours that are shown of a theme.
const MAX_PALETTE: usize = 6;

type Variables = Option<BTreeMap<String, String>>;

/// What a light and a dark page see. A theme is for a scheme if it speaks of it: in a condition, a selector,
/// `color-scheme` or `light-dark()`. One that speaks of none is for light pages.
fn schemes(declared: &[Declared]) -> (Variables, Variables) {
    let says = |scheme: Scheme, word: &str| {
        declared.iter().any(|d| {
            d.scheme == Some(scheme)
                || d.scheme.is_none()
                    && (d.name == "color-scheme" && d.value.split(' ').any(|w| w.eq_ignore_ascii_case(word))
                        || d.value.contains("light-dark("))
        })
    };
    let dark = says(Scheme::Dark, "dark");
    // Values without a scheme are a light page's, unless they say that they are a dark one's.
    let only_dark = declared
        .iter()
        .any(|d| d.scheme.is_none() && d.name == "color-scheme" && d.value.eq_ignore_ascii_case("dark"));
    let light = says(Scheme::Light, "light") || declared.iter().any(|d| d.scheme.is_none()) && !only_dark;
    let seen = |scheme: Scheme| -> BTreeMap<String, String> {
        // What is said for one scheme wins over what is said for both, as it would by specificity or order.
        let general = declared.iter().filter(|d| d.scheme.is_none());
        let own = declared.iter().filter(|d| d.scheme == Some(scheme));
        general.chain(own).map(|d| (d.name.clone(), d.value.clone())).collect()
    };
    (light.then(|| seen(Scheme::Light)), dark.then(|| seen(Scheme::Dark)))
}

/// Pairs that pages draw on each other.
const PAIRS: &[(&str, &str)] = &[
    ("--color-text", "--color-background"),
    ("--color-text", "--color-surface"),
    ("--color-text-muted", "--color-background"),
    ("--color-text-muted", "--color-surface"),
    ("--color-on-accent", "--color-accent"),
];

fn legible(scheme: &str, variables: &BTreeMap<String, String>, remarks: &mut Findings) {
    for (text, ground) in PAIRS {
        let (Some(a), Some(b)) = (variables.get(*text), variables.get(*ground)) else { continue };
        if let Some(ratio) = contrast::ratio(a, b).filter(|ratio| *ratio < AA) {
            remarks.add("theme.contrast", *text, format!("`{text}` ({a}) on `{ground}` ({b}) has a contrast of {ratio:.1} in the {scheme} scheme; text needs {AA} (WCAG 2.2, 1.4.3)."));
        }
    }
}
