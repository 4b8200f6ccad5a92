//! Submitting and deciding.

use marketplace_store::{DecideError, MAX_QUEUE, NewSubmission, Release, Status, SubmitError};
use serde_json::Value;

use crate::contract;
use crate::support::*;

contract![
    a_submission_comes_back_as_it_went_in,
    n_equal_submissions_make_one_row,
    a_name_belongs_to_its_first_author_for_ever,
    a_version_has_one_candidate_at_a_time,
    a_rejected_version_may_be_submitted_again,
    a_version_once_approved_is_never_used_again,
    what_would_be_refused_is_told_before_it_is_sent,
    a_revoked_or_foreign_key_submits_nothing,
    an_unknown_category_or_author_submits_nothing,
    of_two_deciders_exactly_one_wins,
    a_decision_names_the_digest_it_is_on,
    a_superseded_rejection_cannot_be_approved,
    every_decision_on_a_release_is_kept,
    only_the_last_decisions_come_with_a_submission,
    a_name_that_looks_like_anothers_is_approved_with_a_note_or_not_at_all,
    a_lookalike_is_anothers_approved_item_of_the_same_category,
    the_queue_is_oldest_first_with_history,
    a_page_of_the_queue_is_short_and_whole,
    whoever_decided_goes_on_to_what_stands_beside_it,
    a_tenant_sees_its_own_submissions,
];

async fn a_submission_comes_back_as_it_went_in(db: &Db) {
    let ada = world(db).await;
    let new = submission(&ada, "cpu", "1.0.0");
    let release = submit(db, new.clone()).await;
    assert_eq!(release.status, Status::Pending);
    assert_eq!(release.card, new.card);
    assert_eq!(release.verdict, new.verdict);
    assert_eq!(release.files, new.files);
    assert_eq!(release.package_size, 5_000_000_000);
    assert_eq!(release.manifest, new.manifest);
    let read = db.submission(&release.id).await.unwrap().unwrap();
    assert_eq!(read.release, release);
    assert_eq!(db.submission("../../\0").await.unwrap(), None);
    assert_eq!(db.item(&id("widgets"), &id("cpu")).await.unwrap(), None, "pending is not public");
    assert!(db.live_blobs().await.unwrap().contains(&new.package_sha256));
}

async fn n_equal_submissions_make_one_row(db: &Db) {
    let ada = world(db).await;
    let new = submission(&ada, "cpu", "1.0.0");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, new) = ((**db).clone(), new.clone());
        tasks.spawn(async move { store.submit(new, event("release.submitted")).await.unwrap() });
    }
    let all = tasks.join_all().await;
    assert_eq!(all.iter().filter(|one| one.created).count(), 1);
    assert!(all.iter().all(|one| one.submission.id == all[0].submission.id));
    assert_eq!(db.queue(None, 100, None).await.unwrap().items.len(), 1);
    assert_eq!(db.actions().await.iter().filter(|action| *action == "release.submitted").count(), 1);
}

async fn whoever_decided_goes_on_to_what_stands_beside_it(db: &Db) {
    let ada = world(db).await;
    let [one, two, three] = [
        submit(db, submission(&ada, "cpu", "1.0.0")).await,
        submit(db, submission(&ada, "ram", "1.0.0")).await,
        submit(db, submission(&ada, "gpu", "1.0.0")).await,
    ];
    let beside = async |id: &str| db.beside(id, Status::Pending).await.unwrap();
    let id = |release: &Release| Some(release.id.clone());
    assert_eq!(beside(&two.id).await, (id(&one), id(&three)));
    assert_eq!(db.waiting().await.unwrap(), (3, 0));
    decide(db, &two, Status::Pending, Status::Flagged).await;
    assert_eq!(beside(&two.id).await, (id(&one), id(&three)));
    assert_eq!(beside(&one.id).await, (None, id(&three)));
    assert_eq!(beside(&three.id).await, (id(&one), None));
    assert_eq!(db.waiting().await.unwrap(), (2, 1));
    assert_eq!(beside("no id").await, (None, None));
}

async fn a_name_belongs_to_its_first_author_for_ever(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let release = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    decide(db, &release, Status::Pending, Status::Rejected).await;
    let taken = db.submit(submission(&eve, "cpu", "2.0.0"), event("release.submitted")).await;
    assert!(matches!(taken, Err(SubmitError::SlugTaken { .. })), "{taken:?}");
}

async fn a_version_has_one_candidate_at_a_time(db: &Db) {
    let ada = world(db).await;
    let release = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let mut other = submission(&ada, "cpu", "1.0.0");
    other.package_sha256 = digest("other bytes");
    for to in [Status::Pending, Status::Flagged, Status::Approved] {
        if to != Status::Pending {
            db.decide(&release.id, &[Status::Pending, Status::Flagged], to, None, "mod", None, event("a.b"))
                .await
                .unwrap();
        }
        let taken = db.submit(other.clone(), event("release.submitted")).await;
        assert!(matches!(taken, Err(SubmitError::VersionTaken { status, .. }) if status == to), "{taken:?}");
    }
}

async fn a_rejected_version_may_be_submitted_again(db: &Db) {
    let ada = world(db).await;
    let first = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    decide(db, &first, Status::Pending, Status::Rejected).await;
    let second = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    assert_ne!(first.id, second.id);
    let read = db.submission(&second.id).await.unwrap().unwrap();
    assert_eq!(read.decisions.len(), 1);
    assert_eq!(
        (read.decisions[0].status, read.decisions[0].note.as_deref()),
        (Status::Rejected, Some("because"))
    );
}

async fn a_version_once_approved_is_never_used_again(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    decide(db, &release, Status::Approved, Status::Flagged).await;
    decide(db, &release, Status::Flagged, Status::Rejected).await;
    let mut other = submission(&ada, "cpu", "1.0.0");
    other.package_sha256 = digest("other bytes");
    let taken = db.submit(other, event("release.submitted")).await;
    assert!(matches!(taken, Err(SubmitError::VersionTaken { status: Status::Rejected, .. })), "{taken:?}");
}

async fn what_would_be_refused_is_told_before_it_is_sent(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let may = async |new: &NewSubmission| {
        let (manifest, package) = (&new.manifest_sha256, &new.package_sha256);
        db.may_submit(&new.category, &new.slug, &new.version, &new.author, manifest, package).await
    };
    let new = submission(&ada, "cpu", "1.0.0");
    may(&new).await.expect("a free name");
    let events = db.actions().await;
    let release = submit(db, new.clone()).await;
    may(&new).await.expect("an equal one is pending");
    may(&submission(&ada, "cpu", "1.1.0")).await.expect("another version");
    let stolen = may(&submission(&eve, "cpu", "2.0.0")).await;
    assert!(matches!(stolen, Err(SubmitError::SlugTaken { .. })), "{stolen:?}");

    let (mut package, mut manifest) = (new.clone(), new.clone());
    package.package_sha256 = digest("other bytes");
    manifest.manifest_sha256 = digest("other words");
    for other in [&package, &manifest] {
        let taken = may(other).await;
        assert!(matches!(taken, Err(SubmitError::VersionTaken { status: Status::Pending, .. })), "{taken:?}");
    }
    decide(db, &release, Status::Pending, Status::Rejected).await;
    may(&package).await.expect("a rejected version is free again");
    decide(db, &release, Status::Rejected, Status::Approved).await;
    for status in [Status::Approved, Status::Flagged, Status::Rejected] {
        if status != Status::Approved {
            let from = [Status::Approved, Status::Flagged];
            db.decide(&release.id, &from, status, None, "mod", None, event("release.decided")).await.unwrap();
        }
        for other in [&new, &package] {
            let taken = may(other).await;
            assert!(
                matches!(&taken, Err(SubmitError::VersionTaken { status: s, .. }) if *s == status),
                "{taken:?}"
            );
        }
    }
    assert_eq!(db.actions().await.len(), events.len() + 5, "asking leaves no trace");
}

async fn a_revoked_or_foreign_key_submits_nothing(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let mut forged = submission(&ada, "cpu", "1.0.0");
    forged.key_id = eve.1.id.clone();
    let refused = db.submit(forged, event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::KeyRevoked(_))), "{refused:?}");
    db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap();
    let refused = db.submit(submission(&ada, "cpu", "1.0.0"), event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::KeyRevoked(_))), "{refused:?}");
}

async fn an_unknown_category_or_author_submits_nothing(db: &Db) {
    let ada = world(db).await;
    author(db, "evil", "eve").await;
    let mut lost = submission(&ada, "cpu", "1.0.0");
    lost.category = id("nowhere");
    let refused = db.submit(lost, event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::CategoryUnknown(_))), "{refused:?}");
    let mut stolen = submission(&ada, "cpu", "1.0.0");
    stolen.tenant = id("evil");
    let refused = db.submit(stolen, event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::AuthorUnknown { .. })), "{refused:?}");
}

async fn of_two_deciders_exactly_one_wins(db: &Db) {
    let ada = world(db).await;
    for round in 0..25 {
        let release = submit(db, submission(&ada, &format!("item{round}"), "1.0.0")).await;
        let decide = |to| {
            let (store, id) = ((**db).clone(), release.id.clone());
            tokio::spawn(async move {
                store.decide(&id, &[Status::Pending], to, None, "mod", None, event("release.decided")).await
            })
        };
        let (approve, reject) = (decide(Status::Approved), decide(Status::Rejected));
        let (approve, reject) = (approve.await.unwrap(), reject.await.unwrap());
        let (winner, loser) = if approve.is_ok() { (approve, reject) } else { (reject, approve) };
        let winner = winner.expect("one wins");
        assert!(
            matches!(loser, Err(DecideError::Conflict { status }) if status == winner.status),
            "{loser:?}"
        );
        let public = db.item(&id("widgets"), &release.slug).await.unwrap().is_some();
        assert_eq!(public, winner.status == Status::Approved);
    }
    assert_eq!(db.actions().await.iter().filter(|action| *action == "release.decided").count(), 25);
}

async fn a_decision_names_the_digest_it_is_on(db: &Db) {
    let ada = world(db).await;
    let release = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let approve = async |id: &str, seen: &str| {
        let seen = digest(seen);
        db.decide(
            id,
            &[Status::Pending],
            Status::Approved,
            Some(&seen),
            "mod",
            None,
            event("release.approved"),
        )
        .await
    };
    let refused = approve(&release.id, "something else").await;
    assert!(matches!(refused, Err(DecideError::Changed { .. })), "{refused:?}");
    for nothing in ["", "x\0", "01890000-0000-7000-8000-000000000000"] {
        let refused = approve(nothing, "manifest cpu 1.0.0").await;
        assert!(matches!(refused, Err(DecideError::NotFound(_))), "{refused:?}");
    }
    let approved = approve(&release.id, "manifest cpu 1.0.0").await.unwrap();
    assert_eq!((approved.status, approved.decided_by.as_deref()), (Status::Approved, Some("mod")));
    assert_eq!(approved.approved_at, approved.decided_at);
}

async fn a_superseded_rejection_cannot_be_approved(db: &Db) {
    let ada = world(db).await;
    let first = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    decide(db, &first, Status::Pending, Status::Rejected).await;
    submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let refused = db
        .decide(
            &first.id,
            &[Status::Rejected],
            Status::Approved,
            None,
            "mod",
            None,
            event("release.approved"),
        )
        .await;
    assert!(matches!(refused, Err(DecideError::Superseded { .. })), "{refused:?}");
}

async fn every_decision_on_a_release_is_kept(db: &Db) {
    let ada = world(db).await;
    let first = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    decide(db, &first, Status::Pending, Status::Flagged).await;
    decide(db, &first, Status::Flagged, Status::Approved).await;
    let second = submit(db, submission(&ada, "cpu", "1.1.0")).await;
    decide(db, &second, Status::Pending, Status::Rejected).await;
    let lost =
        db.decide(&second.id, &[Status::Pending], Status::Approved, None, "mod", None, event("a.b")).await;
    assert!(matches!(lost, Err(DecideError::Conflict { .. })), "{lost:?}");

    for release in [&first, &second] {
        let seen = db.submission(&release.id).await.unwrap().unwrap();
        let seen: Vec<_> =
            seen.decisions.iter().map(|one| (one.release_id.as_str(), &one.version, one.status)).collect();
        let expected = [
            (second.id.as_str(), &second.version, Status::Rejected),
            (first.id.as_str(), &first.version, Status::Approved),
            (first.id.as_str(), &first.version, Status::Flagged),
        ];
        assert_eq!(seen, expected, "what was not decided is no decision");
    }
}

async fn only_the_last_decisions_come_with_a_submission(db: &Db) {
    let ada = world(db).await;
    for number in 0..25 {
        publish(db, submission(&ada, "cpu", &format!("1.{number}.0"))).await;
    }
    let waiting = submit(db, submission(&ada, "cpu", "2.0.0")).await;
    let decisions = db.submission(&waiting.id).await.unwrap().unwrap().decisions;
    assert_eq!(decisions.len(), 20);
    assert_eq!((&decisions[0].version, &decisions[19].version), (&id("1.24.0"), &id("1.5.0")));
}

async fn a_name_that_looks_like_anothers_is_approved_with_a_note_or_not_at_all(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    publish(db, submission(&ada, "paypal", "1.0.0")).await;
    let forged = submit(db, submission(&eve, "pay-pa1", "1.0.0")).await;
    let queued = db.queue(Some(Status::Pending), 1, None).await.unwrap().items.remove(0);
    assert_eq!(queued.lookalikes[0].slug, id("paypal"));
    assert_eq!(
        (queued.lookalikes[0].title.as_str(), &queued.lookalikes[0].author),
        ("Title of paypal", &ada.0.id)
    );

    let approve = async |note| {
        let to = Status::Approved;
        db.decide(&forged.id, &[Status::Pending], to, None, "mod", note, event("release.approved")).await
    };
    for habit in [None, Some(""), Some(" \n")] {
        let refused = approve(habit).await;
        assert!(
            matches!(&refused, Err(DecideError::NoteRequired { lookalikes, .. }) if lookalikes.len() == 1)
        );
        assert!(refused.unwrap_err().to_string().contains("`pay-pa1` looks like `paypal` by `ada`"));
    }
    assert_eq!(db.submission(&forged.id).await.unwrap().unwrap().release.status, Status::Pending);
    assert_eq!(approve(Some("they are one company")).await.unwrap().status, Status::Approved);
    let rejected = submit(db, submission(&eve, "paypai", "1.0.0")).await;
    decide(db, &rejected, Status::Pending, Status::Rejected).await;
}

async fn a_lookalike_is_anothers_approved_item_of_the_same_category(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    let like = async |category: &str, slug: &str| {
        let found = db.lookalikes(&id(category), &id(slug), &id("eve")).await.unwrap();
        found.into_iter().map(|one| one.slug.to_string()).collect::<Vec<_>>()
    };
    let pending = submit(db, submission(&ada, "rnail", "1.0.0")).await;
    assert!(like("widgets", "mail").await.is_empty(), "nobody can take it for what is not there");
    decide(db, &pending, Status::Pending, Status::Approved).await;
    publish(db, submission(&eve, "ma1l", "1.0.0")).await;
    assert_eq!(like("widgets", "mail").await, ["rnail"], "not the author's own");
    assert!(like("themes", "mail").await.is_empty());
    assert!(like("widgets", "nail").await.is_empty());

    // Taken back or not, people know the name.
    db.yank(&pending.id, "broken", event("release.yanked")).await.unwrap();
    let found = db.lookalikes(&id("widgets"), &id("mail"), &id("eve")).await.unwrap();
    assert_eq!((found[0].slug.clone(), found[0].title.as_str()), (id("rnail"), "rnail"));
}

async fn the_queue_is_oldest_first_with_history(db: &Db) {
    let ada = world(db).await;
    publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let mut update = submission(&ada, "cpu", "1.1.0");
    update.permissions.push("network".into());
    let update = submit(db, update).await;
    let fresh = submit(db, submission(&ada, "ram", "1.0.0")).await;

    let first = db.queue(Some(Status::Pending), 1, None).await.unwrap();
    assert_eq!(first.items[0].release, update);
    assert_eq!(first.items[0].approved_permissions.as_deref(), Some(&["data:read.system.*".to_owned()][..]));
    assert_eq!(first.items[0].decisions.len(), 1);
    let second = db.queue(Some(Status::Pending), 1, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!(second.items[0].release, fresh);
    assert_eq!((second.items[0].decisions.len(), &second.items[0].approved_permissions), (0, &None));
    assert_eq!(second.next_cursor, None);
    assert_eq!(db.queue(None, 100, None).await.unwrap().items.len(), 3);
}

async fn a_page_of_the_queue_is_short_and_whole(db: &Db) {
    let ada = world(db).await;
    for number in 0..=MAX_QUEUE {
        submit(db, submission(&ada, "cpu", &format!("1.0.{number}"))).await;
    }
    let first = db.queue(Some(Status::Pending), 100, None).await.unwrap();
    assert_eq!(first.items.len(), 20);
    assert!(first.items.iter().all(|one| one.release.files.is_array() && one.release.verdict.is_object()));
    let second = db.queue(Some(Status::Pending), 100, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!((second.items.len(), second.next_cursor), (1, None));
    assert_eq!(second.items[0].release.version, id("1.0.20"));
}

async fn a_tenant_sees_its_own_submissions(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        submit(db, submission(&ada, "cpu", version)).await;
    }
    submit(db, submission(&eve, "ram", "1.0.0")).await;
    let first = db.submissions_of(&id("acme"), 2, None).await.unwrap();
    let second = db.submissions_of(&id("acme"), 2, first.next_cursor.as_deref()).await.unwrap();
    let seen: Vec<_> =
        first.items.iter().chain(&second.items).map(|s| s.release.version.to_string()).collect();
    assert_eq!(seen, ["1.2.0", "1.1.0", "1.0.0"]);

    let listed = first.items[0].release.clone();
    let whole = db.submission(&listed.id).await.unwrap().unwrap().release;
    assert!(whole.files.is_array() && whole.verdict.is_object());
    let light = Release { files: Value::Null, verdict: Value::Null, ..whole };
    assert_eq!(listed, light, "all but what makes a list heavy");
}
