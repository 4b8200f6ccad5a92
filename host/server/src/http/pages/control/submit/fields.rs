//! The form of a manifest: what its author types, and beside each field what is wrong with it.

use marketplace_manifest::limits;
use marketplace_sandbox::{Finding, Grant, Offer, Risk};
use maud::{Markup, html};

use super::inputs;
use crate::http::pages::document;
use crate::http::pages::parts::{self, Icon};
use crate::release::{Checked, Words};

/// Pictures that one can choose from. Whoever has more of them than this writes a manifest.
const MAX_PICTURES: usize = 200;

/// What pictures are called.
const PICTURES: [&str; 7] = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".svg"];

/// Licenses that many choose: the field takes every other.
const LICENSES: [&str; 8] = [
    "MIT",
    "Apache-2.0",
    "MIT OR Apache-2.0",
    "BSD-3-Clause",
    "GPL-3.0-or-later",
    "AGPL-3.0-or-later",
    "MPL-2.0",
    "CC-BY-4.0",
];

/// The fields, filled in.
pub(super) struct Fields<'a> {
    pub(super) words: &'a Words,
    pub(super) checked: Option<&'a Checked>,
    /// The permissions that the category offers.
    pub(super) offers: &'a [Offer],
    /// What the category calls one of its items.
    pub(super) kind: &'a str,
}

/// A permission that can be declared.
struct Choice<'a> {
    permission: &'a str,
    /// What it means, and how much harm it could do.
    meaning: Option<(&'a str, Risk)>,
    is_needed: bool,
    /// Whether the category was asked about it, and grants it.
    is_granted: bool,
}

impl Fields<'_> {
    pub(super) fn draw(&self) -> Markup {
        let words = self.words;
        html! {
            div.field-pair {
                (self.line("name", "Name", "Lower case, digits and single hyphens. It is yours for ever, and stands in addresses.", &words.name, limits::NAME_MAX_CHARS, true))
                (self.line("version", "Version", "MAJOR.MINOR.PATCH. A version is never used twice.", &words.version, limits::VERSION_CHARS, true))
            }
            (self.line("title", "Title", "What people read.", &words.title, limits::TITLE_CHARS, false))
            (self.line("summary", "Summary", "The item in one sentence.", &words.summary, limits::SUMMARY_CHARS, false))
            (self.prose("description", "Description", "Markdown: headings, lists, tables, links. Pictures go below.", &words.description, 10))
            (self.prose("changelog", "What is new", "Markdown. For who has an earlier version.", &words.changelog, 4))
            (inputs::draw(self))
            (self.permissions())
            (self.pictures())
            fieldset.stack {
                legend { h3 { "Details" } }
                (self.license())
                (self.line("homepage", "Homepage", "A web address.", &words.homepage, limits::URL_BYTES, false))
                (self.line("source", "Source", "Where its source is: a web address.", &words.source, limits::URL_BYTES, false))
                (self.line("keywords", "Keywords", "Words to find it by, with commas between them. At most 16.", &words.keywords.join(", "), limits::KEYWORDS * (limits::KEYWORD_CHARS + 2), false))
            }
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Vec<&Finding> {
        let refused = self.checked.map(|checked| checked.refused.as_slice()).unwrap_or_default();
        refused.iter().filter(|finding| field_of(finding, self.words) == Some(field)).collect()
    }

    pub(super) fn errors(&self, field: &str) -> Markup {
        let wrong = self.wrong(field);
        html! {
            @if !wrong.is_empty() {
                div.field-error id={ (field) "-error" } aria-live="polite" { @for finding in wrong { p { (document::sentence(&finding.message)) } } }
            }
        }
    }

    pub(super) fn described(&self, field: &str) -> (Option<&'static str>, Option<String>) {
        let is_wrong = !self.wrong(field).is_empty();
        (is_wrong.then_some("true"), is_wrong.then(|| format!("{field}-error")))
    }

    fn line(&self, field: &str, label: &str, hint: &str, value: &str, most: usize, required: bool) -> Markup {
        let (invalid, error) = self.described(field);
        html! { div.field-group {
            (parts::field(field, label, hint, html! {
                input id=(field) name=(field) value=(value) maxlength=(most) required[required] autocomplete="off" spellcheck=[matches!(field, "name" | "version" | "homepage" | "source").then_some("false")]
                    aria-describedby={ (field) "-hint" } aria-invalid=[invalid] aria-errormessage=[error];
            }))
            (self.errors(field))
        } }
    }

    fn prose(&self, field: &str, label: &str, hint: &str, value: &str, rows: usize) -> Markup {
        let (invalid, error) = self.described(field);
        html! { div.field-group {
            (parts::field(field, label, hint, html! {
                textarea id=(field) name=(field) rows=(rows) aria-describedby={ (field) "-hint" } aria-invalid=[invalid] aria-errormessage=[error] {
                    // A parser drops the first line break of a text area, so there is one to drop.
                    "\n" (value)
                }
            }))
            (self.errors(field))
        } }
    }

    fn license(&self) -> Markup {
        let (invalid, error) = self.described("license");
        html! { div.field-group {
            (parts::field("license", "License", "An SPDX expression, as in MIT or MIT OR Apache-2.0.", html! {
                input #license name="license" value=(self.words.license) list="licenses" maxlength=(limits::LICENSE_BYTES) autocomplete="off" spellcheck="false"
                    aria-describedby="license-hint" aria-invalid=[invalid] aria-errormessage=[error];
                datalist #licenses { @for one in LICENSES { option value=(one) {} } }
            }))
            (self.errors("license"))
        } }
    }

    fn permissions(&self) -> Markup {
        let choices = self.choices();
        let offered: Vec<Choice<'_>> = self.offered(&choices);
        let needed: Vec<_> =
            choices.iter().filter(|choice| choice.is_needed).map(|choice| choice.permission).collect();
        let declared = &self.words.permissions;
        let is_fewest =
            needed.len() == declared.len() && declared.iter().all(|one| needed.contains(&one.as_str()));
        let knows_needed = self.checked.is_some_and(|checked| checked.needed.is_some());
        html! {
            fieldset.stack #permissions tabindex="-1" {
                legend { h3 { "Permissions" } }
                @if choices.is_empty() && knows_needed { p.permissions-none { (parts::icon(Icon::Shield)) "It needs no permissions." } }
                @if choices.is_empty() && !knows_needed { p.muted { "Nobody could tell yet what it needs. Check it again when the package is mended." } }
                @if !choices.is_empty() {
                    ul.permission-choices { @for (number, choice) in choices.iter().enumerate() {
                        li { (self.choice(number, choice, knows_needed)) }
                    } }
                }
                @if !offered.is_empty() {
                    details {
                        summary { "What else a " (self.kind) " may ask for" }
                        p.hint { "Tick what it needs although nobody can see that in the package. People are asked about each. Where one is an example, such as a port, leave it and write your own below." }
                        ul.permission-choices { @for (number, choice) in offered.iter().enumerate() {
                            li { (self.choice(choices.len() + number, choice, knows_needed)) }
                        } }
                    }
                }
                (self.errors("permissions"))
                @if knows_needed && !is_fewest {
                    p { button.button type="submit" name="do" value="fewest" { (parts::icon(Icon::Shield)) "Declare the fewest" } }
                }
                details {
                    summary { "Declare others" }
                    (parts::field("more", "Other permissions", "One on a line, as this category writes them. People are asked about each, so declare what is needed.", html! {
                        textarea #more name="more" rows="3" spellcheck="false" aria-describedby="more-hint" {}
                    }))
                }
            }
        }
    }

    fn choice(&self, number: usize, choice: &Choice<'_>, knows_needed: bool) -> Markup {
        let id = format!("permission-{number}");
        let is_declared = self.words.permissions.iter().any(|one| one == choice.permission);
        html! {
            input id=(id) type="checkbox" name="permission" value=(choice.permission) checked[is_declared];
            label for=(id) {
                span.sentence { @match choice.meaning { Some((summary, _)) => (summary), None => "What it means is not known: see what was found." } }
                span.row {
                    @if let Some((_, risk)) = choice.meaning { (parts::risk(risk)) }
                    code { (choice.permission) }
                    @if choice.is_needed { span.badge.info { "Needed" } }
                    @else if knows_needed && choice.is_granted { span.badge.warning { "Not needed" } }
                }
            }
        }
    }

    /// What is needed, then what else is declared.
    fn choices(&self) -> Vec<Choice<'_>> {
        let Some(checked) = self.checked else {
            let plain = self.words.permissions.iter().map(|one| self.said(one, None, false));
            return plain.collect();
        };
        let needed = checked.needed.as_deref().unwrap_or_default();
        let mut choices: Vec<_> =
            needed.iter().map(|grant| self.said(&grant.permission, Some(grant), true)).collect();
        for permission in &self.words.permissions {
            if !choices.iter().any(|choice| choice.permission == permission) {
                let grant = checked.grants.iter().find(|grant| grant.permission == *permission);
                // Needed in other words (`x.*` for `x.y`) is needed.
                let is_needed =
                    checked.needed.is_some() && grant.is_some() && !checked.unneeded.contains(permission);
                choices.push(self.said(permission, grant, is_needed));
            }
        }
        choices
    }

    /// A permission with what it means: as it was granted, or as the category offers it.
    fn said<'a>(&'a self, permission: &'a str, grant: Option<&'a Grant>, is_needed: bool) -> Choice<'a> {
        let offer = self.offers.iter().find(|offer| offer.permission == permission);
        let meaning = grant.map(|grant| (grant.summary.as_str(), grant.risk));
        let meaning = meaning.or_else(|| offer.map(|offer| (offer.summary.as_str(), offer.risk)));
        Choice { permission, meaning, is_needed, is_granted: grant.is_some() }
    }

    /// What the category offers besides.
    fn offered<'a>(&'a self, choices: &[Choice<'a>]) -> Vec<Choice<'a>> {
        let is_listed = |offer: &&Offer| choices.iter().any(|choice| choice.permission == offer.permission);
        let others = self.offers.iter().filter(|offer| !is_listed(offer));
        others.map(|offer| self.said(&offer.permission, None, false)).collect()
    }

    fn pictures(&self) -> Markup {
        let words = self.words;
        let files = self.checked.map(|checked| checked.files.as_slice()).unwrap_or_default();
        let paths = files.iter().map(|file| file.path.as_str());
        let mut pictures: Vec<&str> = paths.filter(|path| is_picture(path)).take(MAX_PICTURES).collect();
        for named in words.screenshots.iter().chain([&words.icon]).filter(|path| !path.is_empty()) {
            if !pictures.contains(&named.as_str()) {
                pictures.push(named);
            }
        }
        let (invalid, error) = self.described("icon");
        html! {
            fieldset.stack #screenshots tabindex="-1" {
                legend { h3 { "Pictures" } }
                @if pictures.is_empty() {
                    p.muted { "There is no picture in the package. An icon and screenshots help people to decide: put them into the package, and drop it again." }
                } @else {
                    (parts::field("icon", "Icon", "A square picture of the package.", html! {
                        select #icon name="icon" aria-describedby="icon-hint" aria-invalid=[invalid] aria-errormessage=[error] {
                            option value="" selected[words.icon.is_empty()] { "None" }
                            @for path in &pictures { option value=(path) selected[*path == words.icon] { (path) } }
                        }
                    }))
                    (self.errors("icon"))
                    details open[!words.screenshots.is_empty()] {
                        summary { "Screenshots" }
                        ul.file-choices { @for (number, path) in pictures.iter().enumerate() {
                            li {
                                input id={ "screenshot-" (number) } type="checkbox" name="screenshot" value=(path) checked[words.screenshots.iter().any(|one| one == path)];
                                label for={ "screenshot-" (number) } { code.break { (path) } }
                            }
                        } }
                    }
                    (self.errors("screenshots"))
                }
            }
        }
    }
}

fn is_picture(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    PICTURES.iter().any(|end| path.ends_with(end))
}

/// What a field is called.
pub(super) fn label_of<'a>(field: &'a str, words: &'a Words) -> &'a str {
    words.inputs.iter().find(|one| one.input.name == field).map_or(field, |one| one.input.label.as_str())
}

/// The field that a finding is about. What is in the package may be called like a field, and is none; but nothing else is
/// called like a field that the category asks for.
pub(super) fn field_of<'a>(finding: &'a Finding, words: &Words) -> Option<&'a str> {
    const FIELDS: [&str; 13] = [
        "name",
        "version",
        "title",
        "summary",
        "description",
        "license",
        "homepage",
        "source",
        "keywords",
        "permissions",
        "icon",
        "screenshots",
        "changelog",
    ];
    if finding.rule.starts_with("permission.") {
        return Some("permissions");
    }
    if words.inputs.iter().any(|one| one.input.name == finding.subject) {
        return Some(&finding.subject);
    }
    let is_ours = ["manifest.", "release."].iter().any(|rules| finding.rule.starts_with(rules));
    let top = finding.subject.split('/').next().filter(|_| is_ours)?;
    FIELDS.into_iter().find(|field| *field == top)
}
