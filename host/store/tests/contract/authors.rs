//! Authors: who has a name, and who may publish under it.

use marketplace_store::{AuthorError, AuthorQuery, KeyError, NewAuthor, PageError, SubmitError};

use crate::contract;
use crate::support::*;

contract![
    an_author_name_has_one_owner_for_ever,
    a_key_is_registered_once_in_the_whole_marketplace,
    a_tenant_applies_for_so_many_names_at_a_time,
    applications_at_once_stay_within_the_limit,
    an_author_is_verified_and_unverified_with_a_reason,
    only_a_verified_author_submits,
    authors_are_listed_by_page_by_tenant_and_by_what_was_decided,
];

fn application(name: &str, tenant: &str) -> NewAuthor {
    let key = Some(key(&format!("key of {name}")));
    NewAuthor { id: id(name), tenant: id(tenant), verified_at: None, key }
}

async fn an_author_name_has_one_owner_for_ever(db: &Db) {
    let (author, key) = author(db, "acme", "ada").await;
    assert_eq!(db.author(&author.id).await.unwrap().as_ref(), Some(&author));
    assert_eq!(key.held_secret.as_deref(), Some(&[0, 255, 1][..]));
    db.ensure_tenant(&id("evil"), event("tenant.created")).await.unwrap();
    for (tenant, same) in [("acme", true), ("evil", false)] {
        let new = NewAuthor { id: id("ada"), tenant: id(tenant), verified_at: None, key: None };
        let taken = [
            db.create_author(new.clone(), event("author.created")).await,
            db.apply_author(new, 5, event("author.applied")).await,
        ];
        for taken in taken {
            assert!(
                matches!(taken, Err(AuthorError::Taken { same_tenant, .. }) if same_tenant == same),
                "{taken:?}"
            );
        }
    }
    assert_eq!(db.authors_of(&id("acme")).await.unwrap(), [author]);
    assert_eq!(db.authors_of(&id("evil")).await.unwrap(), []);
}

async fn a_key_is_registered_once_in_the_whole_marketplace(db: &Db) {
    author(db, "acme", "ada").await;
    let new =
        NewAuthor { id: id("bob"), tenant: id("acme"), verified_at: None, key: Some(key("key of ada")) };
    let taken = db.create_author(new, event("author.created")).await;
    assert!(matches!(taken, Err(AuthorError::Key(KeyError::Taken { .. }))), "{taken:?}");
    assert_eq!(db.author(&id("bob")).await.unwrap(), None, "author and first key are one change");
}

async fn a_tenant_applies_for_so_many_names_at_a_time(db: &Db) {
    let unknown = db.apply_author(application("ada", "acme"), 2, event("author.applied")).await;
    assert!(matches!(unknown, Err(AuthorError::TenantUnknown(_))), "{unknown:?}");
    author(db, "acme", "verified").await;
    author(db, "other", "elsewhere").await;
    for name in ["ada", "bob"] {
        let made = db.apply_author(application(name, "acme"), 2, event("author.applied")).await.unwrap();
        assert_eq!((made.verified_at, made.unverified_reason), (None, None));
        assert!(db.active_key(&made.id).await.unwrap().is_some());
    }
    let third = async || db.apply_author(application("eve", "acme"), 2, event("author.applied")).await;
    let refused = third().await;
    assert!(matches!(refused, Err(AuthorError::TooManyOpen { open: 2, limit: 2 })), "{refused:?}");
    assert_eq!(db.author(&id("eve")).await.unwrap(), None);
    let again = db.apply_author(application("ada", "acme"), 2, event("author.applied")).await;
    assert!(matches!(again, Err(AuthorError::Taken { same_tenant: true, .. })), "{again:?}");

    db.verify_author(&id("ada"), event("author.verified")).await.unwrap().unwrap();
    third().await.expect("one was decided on");
    let applied = db.actions().await.iter().filter(|action| *action == "author.applied").count();
    assert_eq!(applied, 3, "a refused application leaves no event");
}

async fn applications_at_once_stay_within_the_limit(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let store = (**db).clone();
        tasks.spawn(async move {
            let new = application(&format!("name{number}"), "acme");
            store.apply_author(new, 5, event("author.applied")).await
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    assert_eq!(db.authors_of(&id("acme")).await.unwrap().len(), 5);
}

async fn an_author_is_verified_and_unverified_with_a_reason(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    let ada = db.apply_author(application("ada", "acme"), 5, event("author.applied")).await.unwrap().id;
    let verified = db.verify_author(&ada, event("author.verified")).await.unwrap().unwrap();
    assert!(verified.verified_at.is_some());
    let again = db.verify_author(&ada, event("author.verified")).await.unwrap();
    assert_eq!(again.as_ref(), Some(&verified), "verifying twice keeps the first time");

    let stop = event("author.unverified").because("sold the name");
    let stopped = db.unverify_author(&ada, stop).await.unwrap().unwrap();
    assert_eq!((stopped.verified_at, stopped.unverified_reason.as_deref()), (None, Some("sold the name")));
    let later = event("author.unverified").because("another reason");
    assert_eq!(db.unverify_author(&ada, later).await.unwrap(), Some(stopped));
    let back = db.verify_author(&ada, event("author.verified")).await.unwrap().unwrap();
    assert_eq!((back.verified_at.is_some(), back.unverified_reason), (true, None));

    assert_eq!(db.verify_author(&id("nobody"), event("author.verified")).await.unwrap(), None);
    assert_eq!(db.unverify_author(&id("nobody"), event("author.unverified")).await.unwrap(), None);
    let actions = db.actions().await;
    assert_eq!(actions[1..], ["author.applied", "author.verified", "author.unverified", "author.verified"]);
}

async fn only_a_verified_author_submits(db: &Db) {
    let ada = world(db).await;
    let published = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let stop = event("author.unverified").because("under review");
    db.unverify_author(&ada.0.id, stop).await.unwrap().unwrap();
    let refused = db.submit(submission(&ada, "cpu", "2.0.0"), event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::AuthorNotVerified(_))), "{refused:?}");
    db.commit_install(installation(&published, "acme"), event("item.installed"))
        .await
        .expect("what is published stays");
    db.verify_author(&ada.0.id, event("author.verified")).await.unwrap().unwrap();
    submit(db, submission(&ada, "cpu", "2.0.0")).await;
}

async fn authors_are_listed_by_page_by_tenant_and_by_what_was_decided(db: &Db) {
    for (tenant, name) in [("acme", "ab"), ("acme", "a-b"), ("other", "a0"), ("acme", "a1")] {
        author(db, tenant, name).await;
    }
    for name in ["a1", "a0"] {
        db.unverify_author(&id(name), event("author.unverified").because("why")).await.unwrap().unwrap();
    }
    let names = async |query: AuthorQuery| {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page =
                db.list_authors(&AuthorQuery { limit: Some(2), cursor, ..query.clone() }).await.unwrap();
            names.extend(page.items.into_iter().map(|author| author.id.to_string()));
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return names,
            }
        }
    };
    let all = AuthorQuery::default();
    let of_acme = AuthorQuery { tenant: Some(id("acme")), ..all.clone() };
    assert_eq!(names(all.clone()).await, ["a-b", "a0", "a1", "ab"], "by code point on either database");
    assert_eq!(names(of_acme.clone()).await, ["a-b", "a1", "ab"]);
    assert_eq!(names(AuthorQuery { verified: Some(false), ..all.clone() }).await, ["a0", "a1"]);
    assert_eq!(names(AuthorQuery { verified: Some(true), ..of_acme }).await, ["a-b", "ab"]);
    for bad in ["", "nowhere", "IicgT1IgMT0xIg"] {
        let refused = db.list_authors(&AuthorQuery { cursor: Some(bad.into()), ..all.clone() }).await;
        assert!(matches!(refused, Err(PageError::BadCursor)), "{bad}");
    }
    let keys = db.keys_of_all(&["ab", "a0", "nobody"].map(id)).await.unwrap();
    assert_eq!(keys.keys().map(ToString::to_string).collect::<Vec<_>>(), ["a0", "ab"]);
}
