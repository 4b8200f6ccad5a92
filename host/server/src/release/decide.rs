//! A moderator's decision on a release.

use marketplace_manifest::Digest;
use marketplace_store::{DecideError, Event, Release, Status};

use crate::account::token::Caller;
use crate::market::Market;

/// What a moderator decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// People may install it.
    Approve,
    /// The author must mend it.
    Reject,
    /// Somebody else should look.
    Flag,
}

/// What a moderator looked at. What is named must be so still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The manifest.
    pub manifest: Option<Digest>,
    /// How the release stood.
    pub status: Option<Status>,
}

impl Decision {
    /// From which states it can be made, and to which it leads.
    fn transition(self) -> (&'static [Status], Status) {
        match self {
            Self::Approve => (&[Status::Pending, Status::Flagged], Status::Approved),
            Self::Reject => (&[Status::Pending, Status::Flagged], Status::Rejected),
            Self::Flag => (&[Status::Pending], Status::Flagged),
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Approve => "release.approved",
            Self::Reject => "release.rejected",
            Self::Flag => "release.flagged",
        }
    }
}

/// Decides. Of two moderators at once, one does, and the other is told of it: the
/// decision is guarded by the state, and by what the moderator names of what was `seen`.
///
/// A moderator may decide on a release of the same tenant: where one person runs a marketplace, nobody else could.
/// The audit log says so.
///
/// # Errors
/// See [`DecideError`].
pub async fn decide(
    market: &Market,
    caller: &Caller,
    id: &str,
    decision: Decision,
    note: Option<String>,
    seen: Seen,
) -> Result<Release, DecideError> {
    let release =
        market.store.submission(id).await?.ok_or_else(|| DecideError::NotFound(id.to_owned()))?.release;
    let (from, to) = decision.transition();
    // Another's flag is a word to whoever has not seen it.
    let from: Vec<Status> =
        from.iter().copied().filter(|state| seen.status.is_none_or(|seen| seen == *state)).collect();
    let subject = format!("release:{}/{}@{}", release.category, release.slug, release.version);
    let mut event = Event::new(caller.actor(), decision.action(), subject).with(serde_json::json!({
        "submission": id,
        "manifest_sha256": release.manifest_sha256,
        "own_release": release.tenant == caller.tenant,
    }));
    // Blanks are no note.
    let note = note.filter(|note| !note.trim().is_empty());
    event.reason.clone_from(&note);
    let decided = market
        .store
        .decide(
            id,
            &from,
            to,
            Some(&seen.manifest.unwrap_or(release.manifest_sha256)),
            &caller.actor(),
            note.as_deref(),
            event,
        )
        .await?;
    metrics::counter!("marketplace_decisions_total", "decision" => to.to_string()).increment(1);
    Ok(decided)
}
