//! Laws of what is granted, compared and needed. The sandbox finds a lie in one answer; these are about several.

use std::collections::BTreeMap;

use marketplace_sandbox::{Direction, Grant, Outcome};

use super::rule::Tally;
use super::suite::{Stop, Suite, listed};
use crate::pipeline::PipelineError;

/// The lists of permissions that the category is known to grant: of the cases, and each permission alone.
pub(super) fn granted(suite: &Suite) -> Vec<Vec<String>> {
    let mut lists: Vec<Vec<String>> = Vec::new();
    for (subject, _) in suite.taken() {
        lists.push(subject.draft().permissions().to_vec());
    }
    lists.extend(singles(suite).into_keys().map(|permission| vec![permission]));
    lists.sort();
    lists.dedup();
    lists.retain(|list| !list.is_empty());
    lists
}

/// Every permission that is offered, or granted in a case, and where.
fn singles(suite: &Suite) -> BTreeMap<String, String> {
    let offered = suite.presentation.permissions.iter();
    let mut singles: BTreeMap<String, String> =
        offered.map(|offer| (offer.permission.clone(), "it is offered".to_owned())).collect();
    for (subject, verdict) in suite.taken() {
        for grant in &verdict.grants {
            let place = || format!("the case `{}`", subject.name);
            singles.entry(grant.permission.clone()).or_insert_with(place);
        }
    }
    singles
}

pub(super) async fn comparison(suite: &Suite) -> Result<Tally, Stop> {
    let lists = granted(suite);
    if lists.is_empty() {
        return Ok(Tally::skipped("nothing is offered, and no case has a permission"));
    }
    let mut tally = Tally::default();
    for list in &lists {
        let shown = listed(list);
        if let Outcome::Answer(changes) = suite.compare(list, list).await?
            && let Some(change) = changes.first()
        {
            let what =
                format!("it reports `{}` as {:?}, and nothing changed", change.permission, change.direction);
            tally.breach(format!("`compare` of {shown} with itself"), what);
        }
        for (before, after, direction, word) in [
            (&Vec::new(), list, Direction::Added, "added"),
            (list, &Vec::new(), Direction::Removed, "removed"),
        ] {
            let Outcome::Answer(changes) = suite.compare(before, after).await? else { continue };
            let about = format!("`compare` of {} with {}", listed(before), listed(after));
            for permission in list {
                match changes.iter().find(|change| change.permission == *permission) {
                    None => tally
                        .breach(about.clone(), format!("`{permission}` is {word}, and it does not say so")),
                    Some(change) if change.direction != direction => tally.breach(
                        about.clone(),
                        format!("`{permission}` is {word}, and it says {:?}", change.direction),
                    ),
                    Some(_) => {}
                }
            }
        }
    }
    Ok(tally)
}

pub(super) async fn alone(suite: &Suite) -> Result<Tally, Stop> {
    let singles = singles(suite);
    if singles.is_empty() {
        return Ok(Tally::skipped("nothing is offered, and no case has a permission"));
    }
    let mut tally = Tally::default();
    for (permission, place) in singles {
        if let Outcome::Refusal(findings) = suite.validate(std::slice::from_ref(&permission)).await? {
            let why = findings.first().map(ToString::to_string).unwrap_or_default();
            tally.breach(format!("`{permission}` ({place})"), format!("alone it is refused: {why}"));
        }
    }
    Ok(tally)
}

pub(super) async fn order(suite: &Suite) -> Result<Tally, Stop> {
    let lists: Vec<_> = granted(suite).into_iter().filter(|list| list.len() > 1).collect();
    if lists.is_empty() {
        return Ok(Tally::skipped("no case has two permissions"));
    }
    let sorted = |mut grants: Vec<Grant>| {
        grants.sort_by(|a, b| a.permission.cmp(&b.permission));
        grants
    };
    let mut tally = Tally::default();
    for list in lists {
        let reversed: Vec<String> = list.iter().rev().cloned().collect();
        let about = format!("`validate` of {}", listed(&reversed));
        match (suite.validate(&list).await?, suite.validate(&reversed).await?) {
            (Outcome::Answer(one), Outcome::Answer(other))
                if sorted(one.clone()) != sorted(other.clone()) =>
            {
                tally.breach(about, format!("the grants are others than those of {}", listed(&list)));
            }
            (Outcome::Answer(_), Outcome::Refusal(_)) | (Outcome::Refusal(_), Outcome::Answer(_)) => {
                tally.breach(
                    about,
                    format!("one is granted and the other refused: it, and {}", listed(&list)),
                );
            }
            _ => {}
        }
    }
    Ok(tally)
}

pub(super) async fn needs(suite: &Suite) -> Result<Tally, Stop> {
    let needing: Vec<_> = suite.taken().filter(|(_, verdict)| !verdict.needed.is_empty()).collect();
    if needing.is_empty() {
        return Ok(Tally::skipped("no case that passes needs a permission"));
    }
    let mut tally = Tally::default();
    for (subject, verdict) in needing {
        let declared = subject.draft().permissions();
        // Nothing at all, and then everything but one.
        let mut fewer = vec![(Vec::new(), verdict.needed.clone())];
        for needed in &verdict.needed {
            let rest: Vec<String> = declared.iter().filter(|one| *one != needed).cloned().collect();
            if !rest.is_empty() && rest.len() < declared.len() {
                fewer.push((rest, vec![needed.clone()]));
            }
        }
        for (left, missing) in fewer {
            let about = format!("the case `{}` with {} alone", subject.name, listed(&left));
            let Ok(draft) = subject.draft().clone().with_permissions(left.clone()) else { continue };
            suite.go_on()?;
            match subject.unpacked.specimen.verdict(&draft).await {
                // What is left may cover it; then nothing is missing, and the category says so.
                Ok(_) if covers(suite, &left, &missing).await? => {}
                Ok(_) => tally.breach(about, format!("it is taken, and needs {}", listed(&missing))),
                Err(PipelineError::Undecided { call, failure, .. }) => {
                    suite.undecided(&subject.name, call, &failure);
                }
                Err(
                    PipelineError::Undeclared(_) | PipelineError::Contents(_) | PipelineError::Permissions(_),
                ) => {}
                Err(error) => return Err(Stop::Host(error.to_string())),
            }
        }
    }
    Ok(tally)
}

async fn covers(suite: &Suite, left: &[String], missing: &[String]) -> Result<bool, Stop> {
    if left.is_empty() {
        return Ok(false);
    }
    let Outcome::Answer(changes) = suite.compare(left, missing).await? else { return Ok(false) };
    Ok(!changes.iter().any(|change| change.direction.asks_for_more()))
}
