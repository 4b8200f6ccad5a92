//! A submission, as its author and the moderators see it: the parts that both are shown.

use marketplace_manifest::{Manifest, Version};
use marketplace_sandbox::{Finding, Grant};
use marketplace_store::{Release, Withdrawn};
use maud::{Markup, html};
use serde_json::Value;

use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{detail, item, markdown, picture};
use crate::http::view::Detail;
use crate::pipeline::PlannedFile;

/// Files that are listed: a package may have 20,000.
const MAX_FILES: usize = 500;

/// A submission, and what its manifest and its verdict say.
pub(super) struct Sheet<'a> {
    pub(super) release: &'a Release,
    /// `None` if the stored one does not parse any more.
    pub(super) manifest: Option<Manifest>,
    pub(super) grants: Vec<Grant>,
    /// The fewest permissions that the contents need.
    pub(super) needed: Vec<String>,
    pub(super) remarks: Vec<Finding>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(release: &'a Release) -> Self {
        Self {
            manifest: Manifest::parse(release.manifest.as_bytes()).ok(),
            grants: said(release, "grants"),
            needed: said(release, "needed"),
            remarks: said(release, "remarks"),
            release,
        }
    }

    /// The head of the page: what it is, and how it stands.
    pub(super) fn head(&self) -> Markup {
        let Release { id, category, slug, version, author, card, .. } = self.release;
        let icon = card.icon.as_ref().map(|icon| picture::address_of_submission(id, icon));
        html! {
            header.release-head {
                (parts::picture(icon.as_deref(), &card.title, slug.as_str()))
                div {
                    (parts::heading(&card.title, &card.summary))
                    p.row {
                        (parts::status(self.release.status))
                        span { (parts::category_icon(category.as_str())) code.break { (category) "/" (slug) } " " strong { (version) } }
                        span.muted { "by " (author) " · " (parts::moment(self.release.submitted_at)) }
                    }
                }
            }
        }
    }

    /// Its description, as people will read it.
    pub(super) fn about(&self) -> Markup {
        let changelog = self.manifest.as_ref().and_then(|manifest| manifest.changelog());
        html! {
            section.prose aria-labelledby="about" {
                h2 #about { "Description" }
                @if self.release.card.description.trim().is_empty() { p.muted { "Its author says nothing about it." } }
                (markdown::render(&self.release.card.description))
                @if let Some(changelog) = changelog { h3 { "What is new" } (markdown::render(changelog)) }
            }
        }
    }

    pub(super) fn pictures(&self) -> Markup {
        let paths = self.manifest.as_ref().map(|manifest| manifest.screenshots()).unwrap_or_default();
        html! {
            @if !paths.is_empty() {
                section aria-labelledby="pictures" {
                    h2 #pictures { "Pictures" }
                    ul.screenshots tabindex="0" aria-label="Screenshots" {
                        @for (number, path) in paths.iter().enumerate() {
                            @let source = picture::address_of_submission(&self.release.id, path);
                            li { a href=(source) target="_blank" rel="noopener" {
                                img src=(source) alt={ "Screenshot " (number + 1) ": " (path) } loading="lazy" decoding="async";
                            } }
                        }
                    }
                }
            }
        }
    }

    /// What it may do, and whether it needs that.
    pub(super) fn permissions(&self, changes: Markup) -> Markup {
        let declared = &self.release.permissions;
        let unneeded: Vec<_> = declared.iter().filter(|one| !self.needed.contains(one)).collect();
        html! {
            section.stack aria-labelledby="permissions" {
                h2 #permissions { "What it may do" }
                (parts::grants(&self.grants))
                (changes)
                @if !declared.is_empty() || !self.needed.is_empty() {
                    h3 { "Needed and declared" }
                    @if unneeded.is_empty() {
                        p { "What it declares is what its contents need." }
                    } @else {
                        p { "Its contents need, as far as its category can tell: "
                            @if self.needed.is_empty() { "nothing" } @else { (codes(&self.needed)) } "." }
                        p { "Not among them in these words: " (codes(&unneeded)) "." }
                    }
                }
            }
        }
    }

    pub(super) fn remarks(&self) -> Markup {
        html! {
            @if !self.remarks.is_empty() {
                section.stack aria-labelledby="remarks" {
                    h2 #remarks { "Remarks" }
                    (parts::notice("warning", html! { p { strong { "The checks passed, and this is worth a look" } } (parts::findings(&self.remarks)) }))
                }
            }
        }
    }

    /// What an install will do.
    pub(super) fn plan(&self) -> Markup {
        let plan = self.release.verdict.get("plan").filter(|plan| !plan.is_null());
        let registry = plan.and_then(|plan| plan.get("registry"));
        let installed = plan.and_then(|plan| plan.get("files")?.as_array()).map_or(0, Vec::len);
        html! {
            section.stack aria-labelledby="plan" {
                h2 #plan { "What an install does" }
                @match registry {
                    None => p.muted { "Nothing yet: its category cannot install in this release." },
                    Some(registry) => {
                        p { "It puts " (parts::count(installed, "file")) " in place, and registers:" }
                        pre tabindex="0" aria-label="Registry entries" { code { (pretty(registry)) } }
                    }
                }
            }
        }
    }

    pub(super) fn contents(&self) -> Markup {
        let listed: Vec<PlannedFile> = serde_json::from_value(self.release.files.clone()).unwrap_or_default();
        html! {
            section.stack aria-labelledby="contents" {
                h2 #contents { "What is in the package" }
                (files(&listed))
            }
        }
    }

    /// The manifest, and the digests that name everything.
    pub(super) fn manifest(&self) -> Markup {
        let Release { manifest_sha256, package_sha256, package_size, package_format, adapter_sha256, .. } =
            self.release;
        let manifest = self.manifest.as_ref();
        html! {
            section.stack aria-labelledby="manifest" {
                h2 #manifest { "Manifest" }
                dl.facts {
                    @if let Some(license) = manifest.and_then(|manifest| manifest.license()) { dt { "License" } dd { (license) } }
                    (parts::address("Homepage", manifest.and_then(|manifest| manifest.homepage())))
                    (parts::address("Source", manifest.and_then(|manifest| manifest.source())))
                    @if !self.release.card.keywords.is_empty() {
                        dt { "Keywords" } dd.row { @for word in &self.release.card.keywords { span.chip { (word) } } }
                    }
                    dt { "Package" } dd { (parts::bytes(*package_size)) ", " (package_format) }
                    dt { "Package SHA-256" } dd { code.break { (package_sha256) } }
                    dt { "Manifest SHA-256" } dd { code.break { (manifest_sha256) } }
                    dt { "Component" } dd { code.break { (adapter_sha256) } }
                }
                @match manifest {
                    Some(manifest) => details { summary { "The whole manifest" }
                        pre tabindex="0" aria-label="Manifest" { code { (pretty(&manifest.to_json())) } } },
                    None => (parts::notice("danger", html! { p { "The stored manifest cannot be read. Nothing can be installed from it." } })),
                }
            }
        }
    }
}

/// What its category shows of it, to people who look around.
pub(super) fn details(details: &[Detail]) -> Markup {
    html! {
        @if !details.is_empty() {
            section.stack aria-labelledby="details" {
                h2 #details { "What its category shows of it" }
                dl.facts { (detail::rows(details, |_, _| None)) }
            }
        }
    }
}

/// The files of a package, as far as anybody reads such a list.
pub(super) fn files(files: &[PlannedFile]) -> Markup {
    let size = files.iter().map(|file| file.size).sum();
    html! {
        @if files.is_empty() {
            p.muted { "No list of files: it could not be unpacked." }
        } @else {
            details.file-list {
                summary { (parts::count(files.len(), "file")) ", " (parts::bytes(size)) }
                div.table-wrap tabindex="0" role="region" aria-label="Files" {
                    table {
                        thead { tr { th scope="col" { "Path" } th.number scope="col" { "Size" } } }
                        tbody { @for file in files.iter().take(MAX_FILES) {
                            tr { td { code.break { (file.path) } } td.number { (parts::bytes(file.size)) } }
                        } }
                    }
                }
                @if files.len() > MAX_FILES { p.muted { "And " (files.len() - MAX_FILES) " more, which are in the package." } }
            }
        }
    }
}

/// That it was taken back, and why.
pub(super) fn withdrawal(withdrawn: Option<&Withdrawn>) -> Markup {
    html! {
        @if let Some(withdrawn) = withdrawn {
            (parts::notice(if withdrawn.disables() { "danger" } else { "warning" }, item::withdrawal(withdrawn)))
        }
    }
}

/// A decision, as a line of a history.
pub(super) fn decision(
    status: marketplace_store::Status,
    at: i64,
    note: Option<&str>,
    version: Option<&Version>,
    by: Option<&str>,
) -> Markup {
    html! {
        li.stack {
            p.row {
                (parts::status(status))
                @if let Some(version) = version { strong { (version) } }
                span.muted.small { (parts::moment(at)) @if let Some(by) = by { " · " (by) } }
            }
            @if let Some(note) = note { blockquote.as-written { (note) } }
        }
    }
}

/// Why there is a badge in a list, at a glance.
pub(super) fn glance(release: &Release) -> Markup {
    parts::glance(&said::<Grant>(release, "grants"))
}

/// That nothing is here.
pub(super) fn nothing(heading: &str, body: Markup) -> Markup {
    parts::empty(Icon::Inbox, heading, body)
}

fn said<T: serde::de::DeserializeOwned>(release: &Release, member: &str) -> Vec<T> {
    let value = release.verdict.get(member).cloned().unwrap_or_default();
    serde_json::from_value(value).unwrap_or_default()
}

fn codes(words: &[impl AsRef<str>]) -> Markup {
    html! { @for (number, word) in words.iter().enumerate() { @if number > 0 { ", " } code.break { (word.as_ref()) } } }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
