//! The package as a whole.

use marketplace_adapter_checks::assets::{START, begins_like, is_paperwork};
use marketplace_adapter_sdk::{Files, Finding, Findings, findings::refuse, paths};
use serde_json::{Value, json};

use crate::{
    descriptor::{self, DESCRIPTOR, Descriptor, MAX_DESCRIPTOR},
    graph,
    module::Export,
    permissions,
    specifiers::{self, Target},
};

/// A widget, read and found good.
#[derive(Debug)]
pub struct Widget {
    /// What `widget.json` says.
    pub descriptor: Descriptor,
    /// The modules that the entry leads to, itself included, sorted.
    pub modules: Vec<String>,
    /// Pictures and fonts of the package.
    pub assets: Vec<String>,
    /// The fewest permissions that it needs.
    pub needed: Vec<String>,
    /// For the moderator.
    pub remarks: Vec<Finding>,
}

/// Enough for an author to start with, and a bound on what a hostile package makes us say.
const MAX_FINDINGS: usize = 50;

/// Files that are not installed and named one by one.
const MAX_UNUSED: usize = 10;

/// Reads the package of the widget `name`, which declares `permissions`.
///
/// # Errors
/// Every reason against it, at most 50.
pub fn read(files: &dyn Files, name: &str, permissions: &[String]) -> Result<Widget, Vec<Finding>> {
    let Some(size) = files.size(DESCRIPTOR) else {
        return Err(refuse(
            "widget.no-descriptor",
            DESCRIPTOR,
            format!(
                "The package has no `{DESCRIPTOR}` at its root. Add one that names the module and what it reads."
            ),
        ));
    };
    if size > MAX_DESCRIPTOR {
        return Err(refuse(
            "widget.json",
            DESCRIPTOR,
            format!("`{DESCRIPTOR}` has {size} bytes, and may have {MAX_DESCRIPTOR}. Shorten it."),
        ));
    }
    let text = String::from_utf8(files.read(DESCRIPTOR)?).map_err(|_| {
        refuse("widget.json", DESCRIPTOR, format!("`{DESCRIPTOR}` is not UTF-8 text. Save it as UTF-8."))
    })?;
    let descriptor = descriptor::parse(&text, name)?;

    let mut findings = Findings::new();
    let mut remarks = Findings::new();
    if permissions.iter().filter(|permission| permission.starts_with("refresh:")).count() > 1 {
        findings.add(
            "permission.duplicate",
            "refresh:",
            "There are two `refresh:` permissions. Keep the one with the shortest interval.",
        );
    }
    let entry = &descriptor.entry;
    match specifiers::resolve(DESCRIPTOR, &format!("./{}", entry.strip_prefix("./").unwrap_or(entry))) {
        Ok(Target::File(path)) if path == *entry && files.has(entry) => {}
        Ok(Target::File(path)) if path == *entry => {
            return Err(refuse(
                "widget.missing-module",
                format!("{DESCRIPTOR}: entry"),
                format!("The package has no `{path}`. Add it, or correct `entry`."),
            ));
        }
        _ => {
            return Err(refuse(
                "widget.field",
                format!("{DESCRIPTOR}: entry"),
                "`entry`: it must be the path of a `.js` or `.mjs` file of the package, like `\"widget.js\"`.",
            ));
        }
    }
    let graph = graph::read(files, entry, &mut findings, &mut remarks);
    if let Some(module) = graph.modules.get(entry).filter(|_| !graph.cut) {
        let export = graph.export(entry, &descriptor.export);
        if export.is_none() && module.commonjs && module.exports.is_empty() && module.stars.is_empty() {
            findings.add("widget.commonjs", entry.as_str(), format!("`{entry}` is a CommonJS module (`module.exports`), which no browser runs. Name the package's ES module in `entry`, if it has one, or bundle it as one."));
        } else {
            component(export, &descriptor, &mut findings, &mut remarks);
        }
    }

    for (topic, at) in graph.modules.values().flat_map(|module| &module.topics) {
        if !descriptor.topics.iter().any(|declared| permissions::covers(declared, topic)) {
            findings.add("widget.undeclared-topic", at.as_str(), format!("The topic `{topic}` is read here, and is not among the `topics` of `{DESCRIPTOR}`. Add it there, and `data:read.{topic}` to the manifest."));
        }
    }
    for declared in &descriptor.topics {
        let read = graph
            .modules
            .values()
            .flat_map(|module| &module.topics)
            .any(|(topic, _)| permissions::covers(declared, topic));
        if !read {
            remarks.add(
                "widget.unused-topic",
                declared.as_str(),
                format!("`{declared}` is among the `topics` of `{DESCRIPTOR}`, and no module reads it."),
            );
        }
    }

    let modules: Vec<String> = graph.modules.into_keys().collect();
    let assets = assets(files, &modules, &mut findings, &mut remarks);
    let needed = needed(&descriptor);
    let reasons = findings.into_vec();
    if reasons.is_empty() {
        Ok(Widget {
            descriptor,
            modules,
            assets,
            needed,
            remarks: remarks.into_vec().into_iter().take(MAX_FINDINGS).collect(),
        })
    } else {
        Err(reasons.into_iter().take(MAX_FINDINGS).collect())
    }
}

fn component(
    export: Option<Export>,
    descriptor: &Descriptor,
    findings: &mut Findings,
    remarks: &mut Findings,
) {
    let (entry, name) = (descriptor.entry.as_str(), descriptor.export.as_str());
    let write = if name == "default" {
        "export default function Widget() { … }".to_owned()
    } else {
        format!("export function {name}() {{ … }}")
    };
    match export {
        Some(Export::Component) => {}
        Some(Export::Other(what)) => {
            findings.add("widget.export", entry, format!("`{entry}` exports {what} as `{name}`, and must export a React component. Write it like `{write}`."));
        }
        Some(Export::Unknown | Export::From { .. }) => {
            remarks.add("widget.export", entry, format!("Only running `{entry}` would tell whether its `{name}` is a React component."));
        }
        None => findings.add("widget.export", entry, format!("`{entry}` is an ES module that does not export `{name}`. Write it like `{write}`, or correct `export` in `{DESCRIPTOR}`.")),
    }
}

/// Topics, without those that a family among them covers, and the refresh interval. Those that the modules read
/// are among them, or there is a finding.
fn needed(descriptor: &Descriptor) -> Vec<String> {
    let topics = &descriptor.topics;
    let covered =
        |topic: &String| topics.iter().any(|wide| wide != topic && permissions::covers(wide, topic));
    let mut needed: Vec<String> =
        topics.iter().filter(|topic| !covered(topic)).map(|topic| format!("data:read.{topic}")).collect();
    needed.sort();
    needed.extend(descriptor.refresh.iter().map(|interval| format!("refresh:{interval}")));
    needed
}

/// Pictures and fonts, which modules name with `new URL("./logo.png", import.meta.url)`.
fn assets(
    files: &dyn Files,
    modules: &[String],
    findings: &mut Findings,
    remarks: &mut Findings,
) -> Vec<String> {
    let mut assets = Vec::new();
    let mut unused = 0;
    for path in files.paths() {
        if path == DESCRIPTOR || modules.iter().any(|module| module == path) {
            continue;
        }
        let extension = paths::extension(path).to_ascii_lowercase();
        match files.read_start(path, START).map(|start| begins_like(&extension, &start)) {
            Ok(Some(true)) => assets.push(path.to_owned()),
            Ok(Some(false)) => findings.add("widget.asset-content", path, format!("`{path}` does not begin like a .{extension} file. Give it the name of what it is, or replace it.")),
            Ok(None) if is_paperwork(path) => {}
            Ok(None) if extension == "svg" => remarks.add("widget.unused-file", path, format!("`{path}` is not installed: an SVG file can hold scripts. Draw it with React elements.")),
            Ok(None) => {
                unused += 1;
                if unused <= MAX_UNUSED {
                    remarks.add("widget.unused-file", path, format!("`{path}` is not installed: no module imports it, and it is no picture or font."));
                }
            }
            Err(reasons) => findings.extend(reasons),
        }
    }
    if unused > MAX_UNUSED {
        remarks.add(
            "widget.unused-file",
            DESCRIPTOR,
            format!("{} more files are not installed: no module imports them.", unused - MAX_UNUSED),
        );
    }
    assets
}

impl Widget {
    /// What an install adds to the registry.
    #[must_use]
    pub fn entry(&self, slug: &str) -> Value {
        let said = &self.descriptor;
        json!({
            "slug": slug,
            "title": said.title,
            "description": said.description,
            "entry": said.entry,
            "export": said.export,
            "size": said.size,
            "topics": said.topics,
            "refresh": said.refresh,
            "modules": self.modules,
            "settings": said.settings,
        })
    }
}
