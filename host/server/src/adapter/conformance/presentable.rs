//! What people see.

use marketplace_sandbox::{Contract, Outcome};

use super::rule::Tally;
use super::suite::{Stop, Suite};
use crate::category::add::RESERVED;

/// Why these rules say nothing of an adapter of the first version.
fn silent(suite: &Suite) -> Option<Tally> {
    let contract = suite.adapter().contract();
    (contract < Contract::V1_1).then(|| {
        Tally::skipped(format!("{contract} has no `presenter`: its items show what every item shows"))
    })
}

pub(super) fn id(suite: &Suite) -> Tally {
    let (mut tally, id) = (Tally::default(), suite.known.description.id.as_str());
    if RESERVED.contains(&id) {
        tally.breach(
            "`describe`",
            format!("the id `{id}` is a word of the API's own paths, so no server adds the category; choose another"),
        );
    }
    tally
}

pub(super) async fn presentation(suite: &Suite) -> Result<Tally, Stop> {
    if let Some(tally) = silent(suite) {
        return Ok(tally);
    }
    let mut tally = Tally::default();
    // That each offer is granted, the sandbox asks by itself.
    match suite.present().await? {
        Outcome::Answer(_) => {}
        Outcome::Refusal(_) => tally.breach("`present`", "it was refused, and there is nothing to refuse"),
        Outcome::Failure(failure) => tally.breach("`present`", failure.to_string()),
    }
    Ok(tally)
}

pub(super) async fn details(suite: &Suite) -> Result<Tally, Stop> {
    if let Some(tally) = silent(suite) {
        return Ok(tally);
    }
    if suite.taken().next().is_none() {
        return Ok(Tally::skipped("no case passes"));
    }
    let mut tally = Tally::default();
    for (subject, _) in suite.taken() {
        if let Outcome::Failure(failure) = suite.details(&subject.item()).await? {
            tally.breach(format!("the case `{}`", subject.name), failure.to_string());
        }
    }
    Ok(tally)
}
