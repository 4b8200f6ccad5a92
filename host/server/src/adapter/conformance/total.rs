//! Whatever is asked, there is an answer: the worst that an author sends is refused, and nothing worse. Failures are
//! remembered where questions are asked ([`Suite::with_failures`]); so there is nothing to judge here.

use std::collections::BTreeSet;
use std::sync::Arc;

use marketplace_sandbox::{Grant, Outcome};

use super::corpus;
use super::refuses::plain;
use super::rule::Tally;
use super::suite::{Item, Stop, Subject, Suite, Topic};

/// Damaged packages over all cases. Enough for each way, few enough for a language that starts slowly.
const PACKAGES: usize = 120;

/// Cases that packages are made of.
const CASES: usize = 6;

/// Cases that manifests are made of: their fields differ less.
const MANIFEST_CASES: usize = 2;

pub(super) async fn permissions(suite: &Arc<Suite>) -> Result<Tally, Stop> {
    let mut own: BTreeSet<String> =
        suite.presentation.permissions.iter().map(|offer| offer.permission.clone()).collect();
    own.extend(suite.subjects.iter().flat_map(|subject| subject.draft().permissions().iter().cloned()));
    let own: Vec<String> = own.into_iter().collect();
    let ask = |suite: Arc<Suite>, list: Vec<String>| async move {
        let granted = matches!(suite.validate(&list).await?, Outcome::Answer(_));
        Ok(granted.then_some(list))
    };
    let granted: Vec<Vec<String>> =
        suite.at_once(corpus::permissions(&own), ask).await?.into_iter().flatten().collect();
    // Only what was granted is ever compared.
    let before = match suite.validate(&own).await? {
        Outcome::Answer(_) => own,
        _ => Vec::new(),
    };
    let compare = move |suite: Arc<Suite>, list: Vec<String>| {
        let before = before.clone();
        async move {
            let _ = suite.compare(&list, &list).await?;
            let _ = suite.compare(&before, &list).await?;
            let _ = suite.compare(&list, &before).await?;
            Ok(())
        }
    };
    suite.at_once(granted, compare).await?;
    Ok(Tally::default())
}

/// The cases to make others of: those that pass, since they come furthest; without one, all.
fn bases(suite: &Suite, most: usize) -> Vec<&Subject> {
    let taken: Vec<&Subject> = suite.taken().map(|(subject, _)| subject).collect();
    let bases = if taken.is_empty() { suite.subjects.iter().collect() } else { taken };
    bases.into_iter().take(most).collect()
}

fn grants(subject: &Subject) -> Vec<Grant> {
    subject.taken().map(|verdict| verdict.grants.clone()).unwrap_or_default()
}

pub(super) async fn manifests(suite: &Arc<Suite>) -> Result<Tally, Stop> {
    let mut items = Vec::new();
    for subject in bases(suite, MANIFEST_CASES) {
        let specimen = &subject.unpacked.specimen;
        for (what, draft) in corpus::manifests(subject.draft(), &suite.presentation) {
            let about = format!("the case `{}` with {what}", subject.name);
            let view = specimen.view(&draft);
            items.push(Item { about, view, contents: specimen.contents(), topic: Topic::Manifests });
        }
    }
    if items.is_empty() {
        return Ok(Tally::skipped("no case has a package"));
    }
    let ask = |suite: Arc<Suite>, item: Item| async move {
        // An install is asked for with what was granted, or not at all.
        match suite.validate(&item.view.permissions).await? {
            Outcome::Answer(grants) => suite.whole(&item, &grants).await,
            _ if suite.installs() => Ok(matches!(suite.inspect(&item).await?, Outcome::Answer(_))),
            _ => Ok(false),
        }
    };
    suite.at_once(items, ask).await?;
    Ok(Tally::default())
}

pub(super) async fn packages(suite: &Arc<Suite>) -> Result<Tally, Stop> {
    let bases = bases(suite, CASES);
    let mut items = Vec::new();
    for (at, subject) in (0..).zip(&bases) {
        let contents = subject.unpacked.specimen.contents();
        for (what, altered) in corpus::packages(&contents, PACKAGES / bases.len(), at) {
            let about = format!("the case `{}`, {what}", subject.name);
            let item = Item {
                about,
                view: subject.unpacked.specimen.view(subject.draft()),
                contents: Arc::new(altered),
                topic: Topic::Packages,
            };
            items.push((item, grants(subject)));
        }
    }
    // Without a case, there is rubbish alone.
    if items.is_empty() {
        let nothing: Arc<dyn marketplace_sandbox::Contents> = Arc::new(super::altered::Altered::nothing());
        for (what, altered) in corpus::packages(&nothing, PACKAGES, 0) {
            let item =
                Item { about: what, view: plain(suite), contents: Arc::new(altered), topic: Topic::Packages };
            items.push((item, Vec::new()));
        }
    }
    let ask = |suite: Arc<Suite>, (item, grants): (Item, Vec<Grant>)| async move {
        suite.whole(&item, &grants).await
    };
    suite.at_once(items, ask).await?;
    Ok(Tally::default())
}
