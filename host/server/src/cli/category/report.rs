//! What another component would change, as lines for a person.

use std::fmt::Write as _;

use crate::category::report::{Aspect, Changes, Outcome, Replayed, Report};
use crate::cli::output::harmless;

/// The whole report. What components wrote is made fit for a terminal.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    let counts = &report.counts;
    line(
        &mut text,
        0,
        &format!("{}: {} instead of {}", report.category, report.component_sha256, report.instead_of),
    );
    if let Some(error) = &report.instead_of_error {
        line(&mut text, 0, &format!("the present component does not load: {error}"));
        line(&mut text, 0, "releases are compared with what was said of them when they were submitted");
    }
    for (what, imports) in
        [("imports", &report.imports_added), ("no longer imports", &report.imports_removed)]
    {
        if !imports.is_empty() {
            line(&mut text, 0, &format!("{what} {}", imports.join(", ")));
        }
    }
    for one in &report.itself {
        line(&mut text, 0, &format!("{}: {} → {}", one.what, shown(&one.now), shown(&one.then)));
    }
    let all = [
        (counts.unchanged, "unchanged"),
        (counts.refused, "would be refused"),
        (counts.undecided, "could not be decided"),
        (counts.changed, "would change"),
        (counts.accepted, "would be accepted, and are not now"),
        (counts.refused_as_before, "refused as before"),
        (counts.not_asked, "not asked about"),
    ];
    let parts: Vec<_> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let parts = if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
    line(&mut text, 0, &format!("approved releases: {parts}"));
    if counts.installations > 0 {
        line(&mut text, 0, &format!("installations that stand on those: {}", counts.installations));
    }
    for one in &report.releases {
        release(&mut text, one);
    }
    if report.releases_left_out > 0 {
        line(&mut text, 0, &format!("and {} more, which are not listed", report.releases_left_out));
    }
    text.trim_end().to_owned()
}

fn release(text: &mut String, one: &Replayed) {
    let mut marks = vec![
        match one.outcome {
            Outcome::Refused => "would be refused",
            Outcome::Undecided => "could not tell",
            Outcome::Changed => "would change",
            Outcome::Accepted => "would be accepted, and is not now",
        }
        .to_owned(),
    ];
    if one.latest {
        marks.push("latest".into());
    }
    if one.yanked {
        marks.push("yanked".into());
    }
    if one.installations > 0 {
        marks.push(format!("{} installed", one.installations));
    }
    line(text, 0, &format!("\n{} {}: {}", one.slug, one.version, marks.join(", ")));
    for finding in &one.findings {
        line(text, 1, &format!("{}: {finding}", finding.subject));
    }
    if let Some(reason) = &one.reason {
        line(text, 1, reason);
    }
    if let Some(changes) = &one.changes {
        changed(text, changes);
    }
}

fn changed(text: &mut String, changes: &Changes) {
    for grant in &changes.grants {
        let sentence = |grant: &Option<marketplace_sandbox::Grant>| {
            grant.as_ref().map_or_else(
                || "nothing".to_owned(),
                |one| format!("“{}” ({} risk)", one.summary, format!("{:?}", one.risk).to_lowercase()),
            )
        };
        let differs: Vec<_> = grant.differs.iter().copied().map(aspect).collect();
        line(
            text,
            1,
            &format!(
                "grant {} ({}): {} → {}",
                grant.permission,
                differs.join(", "),
                sentence(&grant.now),
                sentence(&grant.then)
            ),
        );
    }
    for (what, permissions) in
        [("needs", &changes.needed_added), ("no longer needs", &changes.needed_removed)]
    {
        if !permissions.is_empty() {
            line(text, 1, &format!("{what} {}", permissions.join(", ")));
        }
    }
    for (what, remarks) in [("remark", &changes.remarks_added), ("no remark", &changes.remarks_removed)] {
        for remark in remarks {
            line(text, 1, &format!("{what}: {remark}"));
        }
    }
    for detail in &changes.details {
        let values = |values| serde_json::to_string(values).unwrap_or_default();
        line(
            text,
            1,
            &format!("detail {}: {} → {}", detail.field, values(&detail.now), values(&detail.then)),
        );
    }
    for file in &changes.files {
        line(text, 1, &format!("{} {}", sign(file.now.is_some(), file.then.is_some()), file.path));
    }
    if changes.files_left_out > 0 {
        line(text, 1, &format!("and {} more files", changes.files_left_out));
    }
    for entry in &changes.registry {
        let (now, then) = (entry.now.as_deref().unwrap_or("-"), entry.then.as_deref().unwrap_or("-"));
        let sign = sign(entry.now.is_some(), entry.then.is_some());
        line(text, 1, &format!("{sign} entry {}: {now} → {then}", entry.key));
    }
    if changes.registry_left_out > 0 {
        line(text, 1, &format!("and {} more entries", changes.registry_left_out));
    }
}

fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Added => "new",
        Aspect::Removed => "gone",
        Aspect::Capability => "means something else",
        Aspect::Risk => "another risk",
        Aspect::Sentence => "another sentence",
    }
}

fn sign(now: bool, then: bool) -> char {
    match (now, then) {
        (false, _) => '+',
        (true, false) => '-',
        (true, true) => '~',
    }
}

fn shown(words: &str) -> &str {
    if words.is_empty() { "-" } else { words }
}

fn line(text: &mut String, depth: usize, words: &str) {
    let _ = writeln!(text, "{}{}", "  ".repeat(depth), harmless(words));
}
