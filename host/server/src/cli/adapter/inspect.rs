use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use indicatif::{BinaryBytes, HumanCount};
use marketplace_sandbox::{Entry, Field, Presentation};
use serde_json::json;

use crate::adapter::inspect::{Portrait, inspect, wit};
use crate::cli::Outcome;
use crate::cli::output::{Output, harmless, say};
use crate::workbench::Workbench;

#[derive(Debug, Args)]
pub(in crate::cli) struct Inspect {
    /// The component.
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// Print its world as WIT, and nothing else.
    #[arg(long, conflicts_with = "json")]
    wit: bool,
    #[command(flatten)]
    output: Output,
}

impl Inspect {
    pub(super) async fn run(self) -> Outcome {
        if self.wit {
            say(wit(&self.file)?.trim_end());
            return Ok(());
        }
        let portrait = inspect(&Workbench::open()?, &self.file).await?;
        self.output.print(&json!(portrait), text(&portrait).trim_end());
        Ok(())
    }
}

/// What is known, for a person; every word of the component made harmless.
fn text(it: &Portrait) -> String {
    let who = &it.description;
    let icon = match it.icon_bytes {
        0 => "none".to_owned(),
        bytes => format!("an SVG picture of {bytes} bytes"),
    };
    let mut text = String::new();
    let _ = writeln!(text, "{} ({}, one is a {})", harmless(&who.name), who.id, who.singular);
    let _ = writeln!(text, "{}", harmless(&who.description));
    let _ = writeln!(text, "icon: {icon}; on the Free tier, {} can be installed", who.free_install_cap);
    let _ = writeln!(text, "\nsha256    {}", it.sha256);
    let _ = writeln!(text, "size      {}", BinaryBytes(it.size));
    let _ = writeln!(text, "contract  {}, world {}", it.contract, it.world);
    let anatomy = &it.anatomy;
    let _ = writeln!(
        text,
        "made of   {} functions in {} modules, the largest of {}; {} of memory to begin with",
        HumanCount(anatomy.functions as u64),
        anatomy.modules,
        BinaryBytes(anatomy.largest_function as u64),
        BinaryBytes(anatomy.memory_bytes),
    );
    let ready = if it.compiled { "compiled" } else { "loaded, having been compiled before," };
    let _ = writeln!(
        text,
        "speed     {ready} in {} ms; its first call took {} ms",
        it.ready_ms, it.first_call_ms
    );
    let _ = writeln!(text, "\nexports");
    for name in &it.exports {
        let _ = writeln!(text, "  {}", harmless(name));
    }
    let _ = writeln!(text, "\nimports");
    if it.imports.is_empty() {
        let _ = writeln!(text, "  nothing: all that it knows is what it is asked");
    }
    for import in &it.imports {
        let _ = writeln!(text, "  {}. {}", import.group.name, import.group.gets);
        for name in &import.interfaces {
            let _ = writeln!(text, "    {}", harmless(name));
        }
    }
    let _ = writeln!(text, "\nwhat it could ever do");
    for sentence in &it.abilities {
        let _ = writeln!(text, "  {sentence}");
    }
    text + &presentation(&it.presentation)
}

fn presentation(it: &Presentation) -> String {
    let mut text = String::new();
    if !it.package.is_empty() {
        let _ = writeln!(text, "\na package is\n  {}", harmless(&it.package));
    }
    if !it.fields.is_empty() {
        let _ = writeln!(text, "\nits items show");
    }
    for field in &it.fields {
        let unit =
            if field.unit.is_empty() { String::new() } else { format!(" in {}", harmless(&field.unit)) };
        let _ = writeln!(text, "  {}: {}{unit}, {}", field.key, harmless(&field.label), places(field));
    }
    if !it.permissions.is_empty() {
        let _ = writeln!(text, "\npermissions that it offers");
    }
    for offer in &it.permissions {
        let risk = json!(offer.risk);
        let risk = risk.as_str().unwrap_or_default();
        let _ =
            writeln!(text, "  {}: {} ({risk} risk)", harmless(&offer.permission), harmless(&offer.summary));
    }
    if !it.inputs.is_empty() {
        let _ = writeln!(text, "\nits authors fill in");
    }
    for input in &it.inputs {
        let needed = if input.required { "required" } else { "optional" };
        let hint = if input.hint.is_empty() { String::new() } else { format!(": {}", harmless(&input.hint)) };
        let _ = writeln!(
            text,
            "  {}: {}, {}, {needed}{hint}",
            input.name,
            harmless(&input.label),
            entry(&input.entry)
        );
    }
    text
}

fn places(field: &Field) -> String {
    let all = [(field.card, "on cards"), (field.drawer, "in the drawer"), (field.facet, "as a filter")];
    let shown: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, place)| place).collect();
    if shown.is_empty() { "nowhere".to_owned() } else { shown.join(", ") }
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Line => "a line".into(),
        Entry::Text => "a text".into(),
        Entry::Number => "a number".into(),
        Entry::Flag => "yes or no".into(),
        Entry::Choice { choices } => {
            let values: Vec<String> = choices.iter().map(|choice| harmless(&choice.value)).collect();
            format!("one of {}", values.join(", "))
        }
    }
}
