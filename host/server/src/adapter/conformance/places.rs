//! What an installed item consists of.

use std::collections::HashSet;

use marketplace_sandbox::{Source, Staged};

use super::rule::Tally;
use super::suite::{Stop, Subject, Suite};
use crate::pipeline::PipelineError;

/// Why these rules say nothing, if they do not.
fn idle(suite: &Suite) -> Option<Tally> {
    if !suite.installs() {
        return Some(Tally::skipped("a gallery's items are not installed"));
    }
    suite.taken().next().is_none().then(|| Tally::skipped("no case passes"))
}

async fn staged(suite: &Suite, subject: &Subject) -> Result<Option<Staged>, Stop> {
    let grants = subject.taken().map(|verdict| verdict.grants.clone()).unwrap_or_default();
    Ok(suite.install(&subject.item(), &grants).await?.answer())
}

pub(super) async fn files(suite: &Suite) -> Result<Tally, Stop> {
    if let Some(tally) = idle(suite) {
        return Ok(tally);
    }
    let mut tally = Tally::default();
    for (subject, verdict) in suite.taken() {
        let Some(staged) = staged(suite, subject).await? else { continue };
        let about = format!("the case `{}`", subject.name);
        let package = &subject.unpacked.specimen.tree().files;
        let there: HashSet<&str> = package.iter().map(|file| file.path.as_str()).collect();
        for (target, source) in &staged.files {
            if let Source::Package(path) = source
                && !there.contains(path.as_str())
            {
                tally.breach(
                    about.clone(),
                    format!("`{target}` is said to be `{path}`, which the package does not have"),
                );
            }
        }
        // And what the host makes of it, is that and no more.
        let planned = verdict.plan.iter().flat_map(|plan| &plan.files);
        for file in planned.clone().filter(|file| !staged.files.contains_key(file.path.as_str())) {
            tally.breach(about.clone(), format!("`{}` was placed before, and is not any more", file.path));
        }
        if planned.count() == 0 && staged.registry.is_empty() {
            tally.breach(about, "an installed item would consist of nothing");
        }
    }
    Ok(tally)
}

pub(super) async fn again(suite: &Suite) -> Result<Tally, Stop> {
    if let Some(tally) = idle(suite) {
        return Ok(tally);
    }
    let mut tally = Tally::default();
    for (subject, verdict) in suite.taken() {
        // The whole way of a server, and not the one call alone.
        suite.go_on()?;
        let second = subject.unpacked.specimen.verdict(subject.draft()).await;
        let about = || format!("the case `{}`", subject.name);
        match second {
            Ok(second) if second.plan != verdict.plan => {
                tally.breach(about(), "the second time, other files or other entries are placed");
            }
            Ok(_) => {}
            Err(PipelineError::Undecided { call, failure, .. }) => {
                suite.undecided(&subject.name, call, &failure)
            }
            Err(
                error @ (PipelineError::Undeclared(_)
                | PipelineError::Contents(_)
                | PipelineError::Permissions(_)),
            ) => {
                tally.breach(about(), format!("the second time, it is not taken: {error}"));
            }
            Err(error) => return Err(Stop::Host(error.to_string())),
        }
    }
    Ok(tally)
}

pub(super) async fn entries(suite: &Suite) -> Result<Tally, Stop> {
    if let Some(tally) = idle(suite) {
        return Ok(tally);
    }
    let mut tally = Tally::default();
    for (subject, verdict) in suite.taken() {
        let about = format!("the case `{}`", subject.name);
        let Some(plan) = &verdict.plan else { continue };
        if plan.registry.is_empty() {
            tally.breach(
                about.clone(),
                "nothing is registered, so whatever uses items of this category does not find it",
            );
        }
        for (key, _) in plan.registry.iter().filter(|(_, value)| !value.is_object()) {
            tally.warn(
                about.clone(),
                format!("the entry `{key}` is no object, so nothing can ever be added to it"),
            );
        }
    }
    Ok(tally)
}
