//! Reports, replies, and what moderators do about reviews.

use marketplace_store::{
    ModerateReviewError, NewReview, PageError, RemoveReviewError, ReplyError, ReportError, Review,
    ReviewCase, ReviewDecision, ReviewFilter, ReviewSort, ReviewState, Status, Store, WriteReviewError,
};

use crate::contract;
use crate::reviews::{list, rating, review, reviewed, words};
use crate::support::*;

contract![
    a_report_waits_for_a_moderator_with_its_reason,
    a_tenant_reports_a_review_once,
    another_text_may_be_reported_again,
    nobody_reports_their_own_review_or_one_that_is_not_public,
    what_a_moderator_removed_is_neither_shown_nor_counted,
    what_a_moderator_removed_is_not_written_again_behind_their_back,
    a_restored_review_counts_again,
    of_two_moderators_at_once_exactly_one_wins,
    what_one_moderator_kept_is_removed_only_by_one_who_has_seen_it,
    a_decision_names_the_revision_it_is_on,
    only_the_author_of_the_item_replies,
    a_reply_is_edited_and_removed,
    the_oldest_report_comes_first,
    moderators_see_every_review_and_what_was_removed,
];

const NOWHERE: &str = "01890000-0000-7000-8000-000000000000";
const REPORTED: ReviewFilter = ReviewFilter { reported: true, removed: false };
const REMOVED: ReviewFilter = ReviewFilter { reported: false, removed: true };

async fn report(db: &Store, review: &Review, by: &str) -> Result<(), ReportError> {
    db.report_review(&review.id, &id(by), "spam", event("review.reported")).await
}

async fn moderate(
    db: &Store,
    review: &Review,
    decision: ReviewDecision,
) -> Result<Review, ModerateReviewError> {
    db.moderate_review(&review.id, decision, None, "mod", "because", event("review.decided")).await
}

async fn cases(db: &Store, filter: ReviewFilter) -> Vec<ReviewCase> {
    db.review_cases(filter, 100, None).await.unwrap().items
}

/// The review as it is now.
async fn now(db: &Store, review: &Review) -> Review {
    db.review(&review.id).await.unwrap().unwrap()
}

async fn a_report_waits_for_a_moderator_with_its_reason(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 1).await;
    assert_eq!(cases(db, REPORTED).await, []);
    report(db, &written, "acme").await.unwrap();
    report(db, &written, "other").await.unwrap();
    let [case] = cases(db, REPORTED).await.try_into().unwrap();
    assert_eq!((case.review.state, case.report_count), (ReviewState::Reported, 2));
    let reports: Vec<_> = case.reports.iter().map(|one| (one.tenant.to_string(), &*one.reason)).collect();
    assert_eq!(reports, [("acme".to_owned(), "spam"), ("other".to_owned(), "spam")]);
    assert_eq!(list(db, ReviewSort::Newest, None).await.page.items.len(), 1, "shown until somebody decides");

    let kept = moderate(db, &written, ReviewDecision::Dismiss).await.unwrap();
    assert_eq!(kept.state, ReviewState::Kept);
    let decided = kept.decided.unwrap();
    assert_eq!((&*decided.reason, &*decided.by), ("because", "mod"));
    assert_eq!(cases(db, REPORTED).await, []);
    assert_eq!(rating(db).await, (Some(1.0), 1));
    let [case] = cases(db, ReviewFilter::default()).await.try_into().unwrap();
    assert!(case.reports.iter().all(|report| report.resolved_at.is_some()), "they are kept, as history");
}

async fn a_tenant_reports_a_review_once(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 1).await;
    report(db, &written, "other").await.unwrap();
    let again = report(db, &written, "other").await;
    assert!(matches!(again, Err(ReportError::Reported)), "{again:?}");
    moderate(db, &written, ReviewDecision::Dismiss).await.unwrap();
    let again = report(db, &written, "other").await;
    assert!(matches!(again, Err(ReportError::Reported)), "a moderator has decided: {again:?}");
    report(db, &written, "acme").await.expect("who has not reported yet may find it wrong still");
    let [case] = cases(db, REPORTED).await.try_into().unwrap();
    let waiting: Vec<_> = case.reports.iter().map(|one| one.resolved_at.is_none()).collect();
    assert_eq!(waiting, [true, false], "those that wait come first");
    assert_eq!(db.actions().await.iter().filter(|action| *action == "review.reported").count(), 2);
}

async fn another_text_may_be_reported_again(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 1).await;
    report(db, &written, "other").await.unwrap();
    db.edit_review(words("home", 2), event("review.edited")).await.unwrap();
    assert_eq!(now(db, &written).await.state, ReviewState::Reported, "an edit does not shake off a report");
    moderate(db, &written, ReviewDecision::Dismiss).await.unwrap();
    let edited = db.edit_review(words("home", 3), event("review.edited")).await.unwrap();
    assert_eq!(edited.state, ReviewState::Published, "nobody has judged this text");
    report(db, &written, "other").await.unwrap();
    assert_eq!(cases(db, REPORTED).await[0].report_count, 1);
}

async fn nobody_reports_their_own_review_or_one_that_is_not_public(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 1).await;
    let own = report(db, &written, "home").await;
    assert!(matches!(own, Err(ReportError::Own)), "{own:?}");
    for nothing in ["", "x\0", NOWHERE] {
        let lost = db.report_review(nothing, &id("other"), "spam", event("review.reported")).await;
        assert!(matches!(lost, Err(ReportError::NotFound(_))), "{lost:?}");
    }
    moderate(db, &written, ReviewDecision::Remove).await.unwrap();
    let lost = report(db, &written, "other").await;
    assert!(matches!(lost, Err(ReportError::NotFound(_))), "{lost:?}");
    moderate(db, &written, ReviewDecision::Restore).await.unwrap();
    let release = db.approved_release(&id("widgets"), &id("cpu"), None).await.unwrap().unwrap();
    decide(db, &release, Status::Approved, Status::Flagged).await;
    let lost = report(db, &written, "other").await;
    assert!(matches!(lost, Err(ReportError::NotFound(_))), "as the item: {lost:?}");
}

async fn what_a_moderator_removed_is_neither_shown_nor_counted(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 1).await;
    review(db, "other", 5).await;
    let removed = moderate(db, &written, ReviewDecision::Remove).await.unwrap();
    assert_eq!(removed.state, ReviewState::Removed, "also one that nobody reported");
    let all = list(db, ReviewSort::Newest, None).await;
    assert_eq!(all.page.items.len(), 1);
    assert_eq!(all.summary.distribution, [0, 0, 0, 0, 1]);
    assert_eq!(rating(db).await, (Some(5.0), 1));
    let mine = db.review_of(&id("home"), &id("widgets"), &id("cpu")).await.unwrap().unwrap();
    assert_eq!((mine.state, &*mine.decided.unwrap().reason), (ReviewState::Removed, "because"));
}

async fn what_a_moderator_removed_is_not_written_again_behind_their_back(db: &Db) {
    reviewed(db, &["home"]).await;
    let written = review(db, "home", 1).await;
    moderate(db, &written, ReviewDecision::Remove).await.unwrap();
    let (home, widgets, cpu) = (id("home"), id("widgets"), id("cpu"));
    let taken_back = db.remove_review(&home, &widgets, &cpu, event("review.removed")).await;
    assert!(matches!(taken_back, Err(RemoveReviewError::Removed)), "{taken_back:?}");
    for outcome in [
        db.write_review(words("home", 2), event("review.written")).await,
        db.edit_review(words("home", 2), event("review.edited")).await,
    ] {
        assert!(
            matches!(&outcome, Err(WriteReviewError::Removed { reason }) if reason == "because"),
            "{outcome:?}"
        );
    }
    assert_eq!(rating(db).await, (None, 0));
}

async fn a_restored_review_counts_again(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 4).await;
    report(db, &written, "other").await.unwrap();
    let early = moderate(db, &written, ReviewDecision::Restore).await;
    assert!(
        matches!(early, Err(ModerateReviewError::Conflict { state: ReviewState::Reported })),
        "{early:?}"
    );
    moderate(db, &written, ReviewDecision::Remove).await.unwrap();
    assert_eq!(cases(db, REPORTED).await, [], "its reports are done with");
    let restored = moderate(db, &written, ReviewDecision::Restore).await.unwrap();
    assert_eq!((restored.state, &restored.title), (ReviewState::Published, &written.title));
    assert_eq!(rating(db).await, (Some(4.0), 1));
    let edited = db.edit_review(NewReview { body: None, ..words("home", 5) }, event("review.edited")).await;
    edited.expect("it is the writer's again");
    assert_eq!(rating(db).await, (Some(5.0), 1));
}

async fn of_two_moderators_at_once_exactly_one_wins(db: &Db) {
    let tenants: Vec<_> = (0..8).map(|number| format!("home{number}")).collect();
    reviewed(db, &tenants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let pairs = [
        (ReviewDecision::Remove, ReviewDecision::Dismiss),
        (ReviewDecision::Dismiss, ReviewDecision::Remove),
        (ReviewDecision::Remove, ReviewDecision::Remove),
        (ReviewDecision::Dismiss, ReviewDecision::Dismiss),
    ];
    for (tenant, (one, other)) in tenants.iter().zip(pairs.into_iter().cycle()) {
        let written = review(db, tenant, 3).await;
        report(db, &written, "acme").await.unwrap();
        let decide = |decision| {
            let (store, review) = ((**db).clone(), written.clone());
            tokio::spawn(async move { moderate(&store, &review, decision).await })
        };
        let (one, other) = (decide(one), decide(other));
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        let (winner, loser) = if one.is_ok() { (one, other) } else { (other, one) };
        let winner = winner.expect("one wins");
        assert!(
            matches!(loser, Err(ModerateReviewError::Conflict { state }) if state == winner.state),
            "{loser:?}"
        );
        assert_eq!(now(db, &written).await, winner);
    }
    assert_eq!(db.actions().await.iter().filter(|action| *action == "review.decided").count(), 8);
    let kept = list(db, ReviewSort::Newest, None).await.page.total;
    assert_eq!(kept, Some(rating(db).await.1), "each counted, or not, once");
}

async fn what_one_moderator_kept_is_removed_only_by_one_who_has_seen_it(db: &Db) {
    reviewed(db, &["home"]).await;
    let written = review(db, "home", 3).await;
    report(db, &written, "acme").await.unwrap();
    let kept = moderate(db, &written, ReviewDecision::Dismiss).await.unwrap();
    let blind = moderate(db, &written, ReviewDecision::Remove).await;
    assert!(matches!(blind, Err(ModerateReviewError::Conflict { state: ReviewState::Kept })), "{blind:?}");
    let (by, why, seen) = ("mod", "on second thoughts", Some(kept.revision));
    let removed =
        db.moderate_review(&kept.id, ReviewDecision::Remove, seen, by, why, event("review.removed")).await;
    assert_eq!(removed.unwrap().state, ReviewState::Removed);
}

async fn a_decision_names_the_revision_it_is_on(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let written = review(db, "home", 3).await;
    let remove = async |seen: &Review| {
        let (decision, seen) = (ReviewDecision::Remove, Some(seen.revision));
        db.moderate_review(&written.id, decision, seen, "mod", "rude", event("review.removed")).await
    };
    let edited = db.edit_review(words("home", 4), event("review.edited")).await.unwrap();
    let refused = remove(&written).await;
    assert!(matches!(refused, Err(ModerateReviewError::Changed { .. })), "{refused:?}");
    report(db, &written, "other").await.unwrap();
    let refused = remove(&edited).await;
    assert!(matches!(refused, Err(ModerateReviewError::Changed { .. })), "{refused:?}");
    remove(&now(db, &written).await).await.unwrap();
    for nothing in ["", "x\0", NOWHERE] {
        let lost = db
            .moderate_review(nothing, ReviewDecision::Remove, None, "mod", "rude", event("review.removed"))
            .await;
        assert!(matches!(lost, Err(ModerateReviewError::NotFound(_))), "{lost:?}");
    }
}

async fn only_the_author_of_the_item_replies(db: &Db) {
    reviewed(db, &["home"]).await;
    author(db, "evil", "eve").await;
    let written = review(db, "home", 2).await;
    let reply = async |id: &str, by: &str| {
        db.reply_to_review(id, &by.parse().unwrap(), "Sorry", event("review.replied")).await
    };
    for stranger in ["evil", "home", "nobody"] {
        let refused = reply(&written.id, stranger).await;
        assert!(matches!(&refused, Err(ReplyError::NotYourItem(who)) if *who == id("ada")), "{refused:?}");
    }
    for nothing in ["", "x\0", NOWHERE] {
        let lost = reply(nothing, "acme").await;
        assert!(matches!(lost, Err(ReplyError::NotFound(_))), "{lost:?}");
    }
    let replied = reply(&written.id, "acme").await.unwrap();
    assert!(replied.created);
    assert_eq!(
        replied.review.reply.as_ref().map(|reply| (&reply.author, &*reply.body)),
        Some((&id("ada"), "Sorry"))
    );
    moderate(db, &written, ReviewDecision::Remove).await.unwrap();
    let lost = reply(&written.id, "acme").await;
    assert!(matches!(lost, Err(ReplyError::NotFound(_))), "{lost:?}");
}

async fn a_reply_is_edited_and_removed(db: &Db) {
    reviewed(db, &["home"]).await;
    let (written, acme) = (review(db, "home", 2).await, id("acme"));
    let reply = async |body: &str| {
        let replied = db.reply_to_review(&written.id, &id("acme"), body, event("review.replied")).await;
        replied.unwrap().review.reply.unwrap()
    };
    let early = db.remove_reply(&written.id, &acme, event("review.reply_removed")).await;
    assert!(matches!(early, Err(ReplyError::NoReply(_))), "{early:?}");
    let first = reply("Sorry").await;
    assert_eq!(first.edited_at, None);
    assert_eq!(reply("Sorry").await, first, "the same again changes nothing");
    let second = reply("Mended in 1.0.1").await;
    assert_eq!((&*second.body, second.created_at), ("Mended in 1.0.1", first.created_at));
    assert!(second.edited_at.is_some());
    let refused = db.remove_reply(&written.id, &id("home"), event("review.reply_removed")).await;
    assert!(matches!(refused, Err(ReplyError::NotYourItem(_))), "{refused:?}");
    db.remove_reply(&written.id, &acme, event("review.reply_removed")).await.unwrap();
    assert_eq!(now(db, &written).await.reply, None);
    assert_eq!(reply("Once more").await.edited_at, None);
    assert_eq!(rating(db).await, (Some(2.0), 1), "a reply is no review");
    let story = db.actions().await;
    let story: Vec<_> = story.iter().filter(|action| action.starts_with("review.rep")).collect();
    assert_eq!(story, ["review.replied", "review.replied", "review.reply_removed", "review.replied"]);
}

async fn the_oldest_report_comes_first(db: &Db) {
    let tenants = ["one", "two", "three", "four", "five"];
    reviewed(db, &tenants).await;
    let mut written = Vec::new();
    for tenant in tenants {
        written.push(review(db, tenant, 3).await);
    }
    for number in [3, 0, 4, 1] {
        report(db, &written[number], "acme").await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    // A second report does not move a review to the end.
    report(db, &written[3], "one").await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = db.review_cases(REPORTED, 2, cursor.as_deref()).await.unwrap();
        seen.extend(page.items.into_iter().map(|case| case.review.tenant.to_string()));
        cursor = page.next_cursor;
        let Some(cursor) = &cursor else { break };
        let other = db.review_cases(ReviewFilter::default(), 2, Some(cursor)).await;
        assert!(matches!(other, Err(PageError::BadCursor)), "of another list: {other:?}");
    }
    assert_eq!(seen, ["four", "one", "five", "two"]);
}

async fn moderators_see_every_review_and_what_was_removed(db: &Db) {
    let tenants: Vec<_> = (0..30).map(|number| format!("home{number}")).collect();
    reviewed(db, &tenants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (first, second) = (review(db, "home0", 3).await, review(db, "home1", 3).await);
    for tenant in &tenants[2..] {
        report(db, &second, tenant).await.unwrap();
    }
    moderate(db, &first, ReviewDecision::Remove).await.unwrap();
    let all = cases(db, ReviewFilter::default()).await;
    assert_eq!(all.iter().map(|case| &case.review.id).collect::<Vec<_>>(), [&second.id, &first.id]);
    assert_eq!((all[0].reports.len(), all[0].report_count), (20, 28), "enough to decide");
    let removed = cases(db, REMOVED).await;
    assert_eq!(removed.iter().map(|case| &case.review.id).collect::<Vec<_>>(), [&first.id]);
    assert_eq!(cases(db, ReviewFilter { reported: true, removed: true }).await, [], "no review is both");
}
