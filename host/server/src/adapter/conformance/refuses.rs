//! What no category has anything to do with.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

use marketplace_manifest::{Digest, Draft, SigningKey};
use marketplace_sandbox::{ManifestView, Outcome};

use super::altered::Altered;
use super::rule::Tally;
use super::suite::{Item, Stop, Suite, Topic};
use crate::pipeline::view;

/// Permissions of nobody, and for ever so: categories that come later must not choose them.
const NOBODYS: [&str; 2] =
    ["conformance-suite:permission-of-no-category", "conformance.suite.permission.of.no.category"];

pub(super) async fn permissions(suite: &Suite) -> Result<Tally, Stop> {
    let mut tally = Tally::default();
    for permission in NOBODYS {
        if let Outcome::Answer(grants) = suite.validate(&[permission.to_owned()]).await? {
            let means = grants.first().map(|grant| grant.summary.clone()).unwrap_or_default();
            tally.breach(format!("`validate` of `{permission}`"), format!("it is granted: {means}"));
        }
    }
    Ok(tally)
}

pub(super) async fn packages(suite: &Suite) -> Result<Tally, Stop> {
    if !suite.installs() {
        return Ok(Tally::skipped("a gallery's packages are not read"));
    }
    let mut tally = Tally::default();
    let foreign = Altered::nothing().with("conformance-suite.bin", vec![0x00, 0xff, 0x13, 0x37]);
    for (what, contents) in
        [("a package without files", Altered::nothing()), ("a package with one foreign file", foreign)]
    {
        let item = Item {
            about: what.to_owned(),
            view: plain(suite),
            contents: Arc::new(contents),
            topic: Topic::Packages,
        };
        if let Outcome::Answer(_) = suite.inspect(&item).await? {
            tally.breach(what, "`inspect` takes it");
        }
    }
    Ok(tally)
}

/// A manifest with what every manifest has, and no more.
pub(super) fn plain(suite: &Suite) -> ManifestView {
    let kind = &suite.known.description.singular;
    let draft =
        Draft::new(kind, word("conformance-suite"), word("1.0.0")).expect("a category's singular is a kind");
    let filled = draft.fill(&word("author"), &Digest::of(b"")).expect("it says neither");
    view(&filled.sign(&SigningKey::generate()))
}

/// What is written here is well-formed.
fn word<T: FromStr<Err: Debug>>(word: &str) -> T {
    word.parse().expect("it is well-formed")
}
