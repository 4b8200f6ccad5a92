//! Reviews: who may write one, what becomes of it, and what it does to its item.

use marketplace_store::{
    Author, AuthorKey, ItemQuery, NewReview, PageError, Rating, RemoveReviewError, Review, ReviewQuery,
    ReviewSort, ReviewState, Sort, Status, Store, StoreError, WriteReviewError,
};

use crate::contract;
use crate::support::*;

contract![
    a_review_comes_back_as_it_went_in,
    only_what_was_installed_is_reviewed,
    what_was_uninstalled_may_still_be_reviewed,
    a_review_names_the_version_that_the_writer_knows,
    nobody_reviews_their_own_item,
    a_tenant_has_one_review_of_an_item,
    an_edit_replaces_and_is_counted_anew,
    a_review_taken_back_may_be_written_anew,
    reviews_of_an_item_that_is_not_listed_are_kept_and_not_shown,
    a_hostile_text_comes_back_as_it_went_in,
    many_tenants_rating_at_once_are_all_counted,
    n_equal_reviews_at_once_make_one,
    edits_and_removals_at_once_leave_the_counts_exact,
    one_perfect_review_does_not_beat_many_good_ones,
    every_order_pages_through_every_review_once,
    hostile_cursors_are_refused,
];

/// The tenant, with the item installed.
pub(crate) async fn home(db: &Store, tenant: &str, slug: &str) {
    db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
    let release = db.approved_release(&id("widgets"), &id(slug), None).await.unwrap().unwrap();
    db.commit_install(installation(&release, tenant), event("item.installed")).await.unwrap();
}

/// The item `widgets/cpu` by `ada` of `acme`, installed by these tenants.
pub(crate) async fn reviewed(db: &Store, tenants: &[&str]) -> (Author, AuthorKey) {
    let ada = world(db).await;
    publish(db, submission(&ada, "cpu", "1.0.0")).await;
    for tenant in tenants {
        home(db, tenant, "cpu").await;
    }
    ada
}

pub(crate) fn words(tenant: &str, stars: i64) -> NewReview {
    NewReview {
        tenant: id(tenant),
        category: id("widgets"),
        slug: id("cpu"),
        rating: Rating::try_from(stars).unwrap(),
        title: Some(format!("{stars} stars")),
        body: None,
    }
}

pub(crate) async fn review(db: &Store, tenant: &str, stars: i64) -> Review {
    db.write_review(words(tenant, stars), event("review.written")).await.unwrap()
}

/// What lists say of `widgets/cpu`, and what its reviews say: the two must never differ.
pub(crate) async fn rating(db: &Store) -> (Option<f64>, i64) {
    let card = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap().item.card;
    let summary = list(db, ReviewSort::Newest, None).await.summary;
    assert_eq!((card.rating, card.rating_count), (summary.average(), summary.count()));
    (card.rating, card.rating_count)
}

pub(crate) async fn list(db: &Store, sort: ReviewSort, cursor: Option<String>) -> marketplace_store::Reviews {
    db.reviews(&query(sort, cursor)).await.unwrap().unwrap()
}

fn query(sort: ReviewSort, cursor: Option<String>) -> ReviewQuery {
    ReviewQuery { category: id("widgets"), slug: id("cpu"), sort, limit: Some(3), cursor }
}

async fn a_review_comes_back_as_it_went_in(db: &Db) {
    reviewed(db, &["home"]).await;
    let new = NewReview { body: Some("Much **better** than the last".into()), ..words("home", 4) };
    let review = db.write_review(new.clone(), event("review.written")).await.unwrap();
    assert_eq!((review.rating, &review.title, &review.body), (new.rating, &new.title, &new.body));
    assert_eq!((review.state, review.edited_at, &review.reply), (ReviewState::Published, None, &None));
    assert_eq!(review.version, id("1.0.0"));
    let all = list(db, ReviewSort::Newest, None).await;
    assert_eq!(all.page.items, std::slice::from_ref(&review));
    assert_eq!((all.page.total, all.page.next_cursor), (Some(1), None));
    assert_eq!(db.review(&review.id).await.unwrap(), Some(review.clone()));
    assert_eq!(db.review_of(&id("home"), &id("widgets"), &id("cpu")).await.unwrap(), Some(review));
    assert_eq!(db.review_of(&id("acme"), &id("widgets"), &id("cpu")).await.unwrap(), None);
    for nothing in ["", "x\0", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(db.review(nothing).await.unwrap(), None);
    }
    assert_eq!(rating(db).await, (Some(4.0), 1));
}

async fn only_what_was_installed_is_reviewed(db: &Db) {
    reviewed(db, &["home"]).await;
    db.ensure_tenant(&id("passer-by"), event("tenant.created")).await.unwrap();
    let refused = db.write_review(words("passer-by", 1), event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::NeverInstalled { .. })), "{refused:?}");
    let lost = NewReview { slug: id("ram"), ..words("home", 1) };
    let refused = db.write_review(lost, event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::NoItem { .. })), "{refused:?}");
    assert_eq!(rating(db).await, (None, 0));
    assert!(!db.actions().await.contains(&"review.written".to_owned()), "what is refused leaves no event");
}

async fn what_was_uninstalled_may_still_be_reviewed(db: &Db) {
    reviewed(db, &["home"]).await;
    db.remove_installation(&id("home"), &id("widgets"), &id("cpu"), event("item.removed")).await.unwrap();
    assert_eq!(review(db, "home", 1).await.version, id("1.0.0"));
}

async fn a_review_names_the_version_that_the_writer_knows(db: &Db) {
    let ada = reviewed(db, &["home"]).await;
    publish(db, submission(&ada, "cpu", "2.0.0")).await;
    assert_eq!(review(db, "home", 2).await.version, id("1.0.0"), "not the newest: the writer's");
    home(db, "home", "cpu").await;
    let edited = db.edit_review(words("home", 2), event("review.edited")).await.unwrap();
    assert_eq!(edited.version, id("2.0.0"), "the same words, of another version");
    assert!(edited.edited_at.is_some());
}

async fn nobody_reviews_their_own_item(db: &Db) {
    reviewed(db, &["acme", "home"]).await;
    let refused = db.write_review(words("acme", 5), event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::OwnItem { .. })), "{refused:?}");
    // Also under another name of the same tenant.
    author(db, "acme", "pseudonym").await;
    let refused = db.write_review(words("acme", 5), event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::OwnItem { .. })), "{refused:?}");
    review(db, "home", 5).await;
}

async fn a_tenant_has_one_review_of_an_item(db: &Db) {
    reviewed(db, &["home"]).await;
    review(db, "home", 5).await;
    let refused = db.write_review(words("home", 4), event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::Written { .. })), "{refused:?}");
    assert_eq!(rating(db).await, (Some(5.0), 1));
}

async fn an_edit_replaces_and_is_counted_anew(db: &Db) {
    reviewed(db, &["home"]).await;
    let refused = db.edit_review(words("home", 4), event("review.edited")).await;
    assert!(matches!(refused, Err(WriteReviewError::NotWritten { .. })), "{refused:?}");
    let first = review(db, "home", 5).await;
    let second = NewReview { title: None, body: Some("It broke".into()), ..words("home", 2) };
    let edited = db.edit_review(second.clone(), event("review.edited")).await.unwrap();
    assert_eq!((&edited.id, edited.created_at), (&first.id, first.created_at));
    assert_eq!((edited.rating, &edited.title, &edited.body), (second.rating, &None, &second.body));
    assert!(edited.edited_at.is_some() && edited.revision > first.revision);
    assert_eq!(rating(db).await, (Some(2.0), 1));
    assert_eq!(list(db, ReviewSort::Newest, None).await.summary.distribution, [0, 1, 0, 0, 0]);

    let same = db.edit_review(second, event("review.edited")).await.unwrap();
    assert_eq!(same, edited, "an edit that changes nothing is none");
    assert_eq!(db.actions().await.iter().filter(|action| *action == "review.edited").count(), 1);
}

async fn a_review_taken_back_may_be_written_anew(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    let first = review(db, "home", 1).await;
    review(db, "other", 4).await;
    let (home, widgets, cpu) = (id("home"), id("widgets"), id("cpu"));
    let removed = db.remove_review(&home, &widgets, &cpu, event("review.removed")).await.unwrap();
    assert_eq!(removed, first);
    assert_eq!(rating(db).await, (Some(4.0), 1));
    assert_eq!(db.review(&first.id).await.unwrap(), None);
    let again = db.remove_review(&home, &widgets, &cpu, event("review.removed")).await;
    assert!(matches!(again, Err(RemoveReviewError::NotWritten { .. })), "{again:?}");
    let lost = db.remove_review(&home, &widgets, &id("ram"), event("review.removed")).await;
    assert!(matches!(lost, Err(RemoveReviewError::NotWritten { .. })), "{lost:?}");
    assert_ne!(review(db, "home", 3).await.id, first.id);
    assert_eq!(rating(db).await, (Some(3.5), 2));
    let story = db.actions().await;
    let story: Vec<_> = story.iter().filter(|action| action.starts_with("review.")).collect();
    assert_eq!(story, ["review.written", "review.written", "review.removed", "review.written"]);
}

async fn reviews_of_an_item_that_is_not_listed_are_kept_and_not_shown(db: &Db) {
    reviewed(db, &["home", "other"]).await;
    review(db, "home", 4).await;
    let release = db.approved_release(&id("widgets"), &id("cpu"), None).await.unwrap().unwrap();
    decide(db, &release, Status::Approved, Status::Flagged).await;
    assert_eq!(db.reviews(&query(ReviewSort::Newest, None)).await.unwrap(), None);
    let refused = db.write_review(words("other", 4), event("review.written")).await;
    assert!(matches!(refused, Err(WriteReviewError::NoItem { .. })), "{refused:?}");
    let refused = db.edit_review(words("home", 5), event("review.edited")).await;
    assert!(matches!(refused, Err(WriteReviewError::NoItem { .. })), "{refused:?}");
    decide(db, &release, Status::Flagged, Status::Approved).await;
    assert_eq!(rating(db).await, (Some(4.0), 1));

    decide(db, &release, Status::Approved, Status::Flagged).await;
    let removed = db.remove_review(&id("home"), &id("widgets"), &id("cpu"), event("review.removed")).await;
    removed.expect("what one wrote, one may take back");
    decide(db, &release, Status::Flagged, Status::Approved).await;
    assert_eq!(rating(db).await, (None, 0));
}

async fn a_hostile_text_comes_back_as_it_went_in(db: &Db) {
    reviewed(db, &["home"]).await;
    review(db, "home", 3).await;
    for text in [
        "<script>alert(1)</script>",
        "'); DROP TABLE reviews;--",
        "$1 ? %s {}",
        "\u{202e}gnp.exe\u{200b}\u{feff}",
        "\u{1b}[2J\r\n\t\u{7f}",
        "e\u{301} é 𝔠𝔭𝔲 🦀\u{10ffff}",
        "\\0 \\u0000 &#0;",
        "",
    ] {
        let new = NewReview { title: Some(text.into()), body: Some(text.repeat(500)), ..words("home", 3) };
        let edited = db.edit_review(new.clone(), event("review.edited")).await.unwrap();
        assert_eq!((edited.title, edited.body), (new.title, new.body));
    }
    let poisoned = |text: &str| NewReview { body: Some(text.into()), ..words("home", 3) };
    let refused = db.edit_review(poisoned("a\0b"), event("review.edited")).await;
    assert!(matches!(refused, Err(WriteReviewError::Store(StoreError::Nul { .. }))), "{refused:?}");
}

async fn many_tenants_rating_at_once_are_all_counted(db: &Db) {
    let tenants: Vec<_> = (0..40).map(|number| format!("home{number}")).collect();
    reviewed(db, &tenants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let other = db.again().await;
    let mut tasks = tokio::task::JoinSet::new();
    for (number, tenant) in (0..).zip(tenants) {
        let store = if number % 2 == 0 { (**db).clone() } else { other.clone() };
        tasks.spawn(async move { review(&store, &tenant, number % 5 + 1).await });
    }
    tasks.join_all().await;
    assert_eq!(rating(db).await, (Some(3.0), 40));
    assert_eq!(list(db, ReviewSort::Newest, None).await.summary.distribution, [8; 5]);
}

async fn n_equal_reviews_at_once_make_one(db: &Db) {
    reviewed(db, &["home"]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let store = (**db).clone();
        tasks.spawn(async move { store.write_review(words("home", 5), event("review.written")).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert!(matches!(outcome, Err(WriteReviewError::Written { .. })), "{outcome:?}");
    }
    assert_eq!(rating(db).await, (Some(5.0), 1));
}

async fn edits_and_removals_at_once_leave_the_counts_exact(db: &Db) {
    let tenants: Vec<_> = (0..6).map(|number| format!("home{number}")).collect();
    reviewed(db, &tenants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for tenant in tenants {
        let store = (**db).clone();
        tasks.spawn(async move {
            review(&store, &tenant, 1).await;
            for stars in [2, 5, 3, 4] {
                store.edit_review(words(&tenant, stars), event("review.edited")).await.unwrap();
            }
            let (who, category, slug) = (id(&tenant), id("widgets"), id("cpu"));
            store.remove_review(&who, &category, &slug, event("review.removed")).await.unwrap();
            review(&store, &tenant, 4).await;
        });
    }
    tasks.join_all().await;
    assert_eq!(rating(db).await, (Some(4.0), 6));
    assert_eq!(list(db, ReviewSort::Newest, None).await.summary.distribution, [0, 0, 0, 6, 0]);
}

async fn one_perfect_review_does_not_beat_many_good_ones(db: &Db) {
    let ada = world(db).await;
    let items: [(&str, &[i64]); 5] = [
        ("many-good", &[5, 5, 5, 5, 4, 5, 5, 5, 5, 4, 5, 5, 5, 5, 4, 5, 5, 5, 5, 4]),
        ("few-great", &[5, 5, 5, 5, 5]),
        ("one-perfect", &[5]),
        ("unrated", &[]),
        ("one-bad", &[1]),
    ];
    // The worst is published last, so that no other order happens to be this one.
    for (slug, stars) in items {
        publish(db, submission(&ada, slug, "1.0.0")).await;
        for (number, stars) in stars.iter().enumerate() {
            let tenant = format!("home{number}");
            db.ensure_tenant(&id(&tenant), event("tenant.created")).await.unwrap();
            let release = db.approved_release(&id("widgets"), &id(slug), None).await.unwrap().unwrap();
            let mut new = installation(&release, &tenant);
            new.cap = None;
            db.commit_install(new, event("item.installed")).await.unwrap();
            let review = NewReview { slug: id(slug), ..words(&tenant, *stars) };
            db.write_review(review, event("review.written")).await.unwrap();
        }
    }
    let mut query = ItemQuery { sort: Sort::Rating, limit: Some(2), ..ItemQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = db.list_items(&query).await.unwrap();
        seen.extend(
            page.items.into_iter().map(|card| (card.slug.to_string(), card.rating, card.rating_count)),
        );
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let expected = [
        ("many-good", Some(4.8), 20),
        ("few-great", Some(5.0), 5),
        ("one-perfect", Some(5.0), 1),
        ("unrated", None, 0),
        ("one-bad", Some(1.0), 1),
    ];
    assert_eq!(seen, expected.map(|(slug, rating, count)| (slug.to_owned(), rating, count)));
}

async fn every_order_pages_through_every_review_once(db: &Db) {
    let tenants: Vec<_> = (0..8).map(|number| format!("home{number}")).collect();
    reviewed(db, &tenants.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (number, tenant) in (0..).zip(&tenants) {
        // Equal ratings: only the tie-break tells some of them apart.
        review(db, tenant, number % 3 + 2).await;
    }
    let newest = ["home7", "home6", "home5", "home4", "home3", "home2", "home1", "home0"];
    let highest = ["home5", "home2", "home7", "home4", "home1", "home6", "home3", "home0"];
    let lowest = ["home6", "home3", "home0", "home7", "home4", "home1", "home5", "home2"];
    for (sort, expected) in
        [(ReviewSort::Newest, newest), (ReviewSort::Rating, highest), (ReviewSort::Lowest, lowest)]
    {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = list(db, sort, cursor).await.page;
            assert_eq!(page.total, Some(8));
            seen.extend(page.items.into_iter().map(|review| review.tenant.to_string()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "{sort:?}");
    }
}

async fn hostile_cursors_are_refused(db: &Db) {
    let tenants = ["one", "two", "three", "four"];
    reviewed(db, &tenants).await;
    for tenant in tenants {
        review(db, tenant, 3).await;
    }
    let cursor = list(db, ReviewSort::Rating, None).await.page.next_cursor.unwrap();
    for bad in [cursor.as_str(), "", "e30", "\0", "%00", &cursor[1..], &"A".repeat(99_999)] {
        let refused = db.reviews(&query(ReviewSort::Newest, Some(bad.to_owned()))).await;
        assert!(matches!(refused, Err(PageError::BadCursor)), "{bad:.60}: {refused:?}");
    }
}
