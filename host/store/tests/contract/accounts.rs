//! Tenants, tokens, licenses and categories.

use crate::contract;
use crate::support::*;
use marketplace_store::{
    CategoryError, NewSession, NewToken, PageError, PutLicenseError, StoreError, TokenError,
};

contract![
    a_tenant_is_made_once,
    a_token_is_found_by_its_hash_until_forgotten,
    a_token_needs_a_tenant_and_a_new_hash,
    tokens_are_listed_by_page_and_by_tenant,
    a_session_stands_for_its_token_until_it_ends,
    tenants_are_listed_with_what_belongs_to_each,
    a_license_replaces_the_one_it_was_compared_with,
    of_two_licenses_at_once_one_is_told_to_look_again,
    a_category_is_replaced_in_place,
    a_category_is_added_once_and_never_replaced_by_adding,
    of_two_that_add_a_category_at_once_one_is_told_of_the_other,
    no_name_means_two_categories,
    a_category_with_items_is_not_removed,
    every_change_of_a_category_raises_the_revision,
    nul_is_refused_alike,
    two_processes_share_one_database,
    a_closed_store_answers_unavailable,
];

fn token(tenant: &str, hash: &str) -> NewToken {
    NewToken {
        id: uuid::Uuid::now_v7().to_string(),
        tenant: id(tenant),
        label: "laptop".into(),
        hash: hash.into(),
        hint: "mkt_ab".into(),
        scopes: vec!["browse".into(), "install".into()],
        expires_at: Some(99),
    }
}

async fn a_tenant_is_made_once(db: &Db) {
    assert!(db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap());
    assert!(!db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap());
    assert_eq!(db.actions().await, ["tenant.created"], "what changes nothing is no event");
}

async fn a_token_is_found_by_its_hash_until_forgotten(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    let made = db.insert_token(token("acme", "aa"), event("token.created")).await.unwrap();
    assert_eq!(db.token_by_hash("aa").await.unwrap().as_ref(), Some(&made));
    assert_eq!(db.token_by_hash("bb").await.unwrap(), None);
    assert_eq!((made.expires_at, made.revoked_at), (Some(99), None));
    assert_eq!(db.tokens(Some(&id("acme"))).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(db.tokens(Some(&id("other"))).await.unwrap(), []);

    let revoked = db.revoke_token(&made.id, event("token.revoked")).await.unwrap().unwrap();
    assert!(revoked.revoked_at.is_some());
    let again = db.revoke_token(&made.id, event("token.revoked")).await.unwrap().unwrap();
    assert_eq!(again, revoked, "revoking twice keeps the first time");
    assert_eq!(db.tokens(None).await.unwrap(), [revoked]);
    assert_eq!(db.revoke_token("no\0uuid", event("token.revoked")).await.unwrap(), None);
    assert_eq!(db.actions().await, ["tenant.created", "token.created", "token.revoked"]);
}

async fn a_token_needs_a_tenant_and_a_new_hash(db: &Db) {
    let unknown = db.insert_token(token("acme", "aa"), event("token.created")).await;
    assert!(matches!(unknown, Err(TokenError::TenantUnknown(_))), "{unknown:?}");
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    db.insert_token(token("acme", "aa"), event("token.created")).await.unwrap();
    let twice = db.insert_token(token("acme", "aa"), event("token.created")).await;
    assert!(matches!(twice, Err(TokenError::Taken)), "{twice:?}");
    assert_eq!(db.actions().await, ["tenant.created", "token.created"], "a refused change leaves no event");
}

async fn a_session_stands_for_its_token_until_it_ends(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    let made = db.insert_token(token("acme", "aa"), event("token.created")).await.unwrap();
    let session = |hash: &str, token: &str, expires_at| NewSession {
        hash: hash.into(),
        token: token.into(),
        expires_at,
    };
    let far = i64::MAX / 2;
    assert!(db.begin_session(&session("s1", &made.id, far), event("session.began")).await.unwrap());
    assert!(!db.begin_session(&session("s2", "nobody", far), event("session.began")).await.unwrap());
    let found = db.session("s1").await.unwrap().unwrap();
    assert_eq!((found.token.id.as_str(), found.expires_at), (made.id.as_str(), far));
    assert_eq!(db.session("s2").await.unwrap(), None);

    // What has run out is forgotten when the next one begins, and shown until then: the caller compares.
    assert!(db.begin_session(&session("old", &made.id, 1), event("session.began")).await.unwrap());
    assert!(db.session("old").await.unwrap().is_some());
    assert!(db.begin_session(&session("new", &made.id, far), event("session.began")).await.unwrap());
    assert_eq!(db.session("old").await.unwrap(), None);

    db.revoke_token(&made.id, event("token.revoked")).await.unwrap();
    assert!(db.session("s1").await.unwrap().unwrap().token.revoked_at.is_some());
    assert!(db.end_session("s1", event("session.ended")).await.unwrap());
    assert!(!db.end_session("s1", event("session.ended")).await.unwrap());
    assert_eq!(db.session("s1").await.unwrap(), None);
    let began = "session.began";
    let expected = ["tenant.created", "token.created", began, began, began, "token.revoked", "session.ended"];
    assert_eq!(db.actions().await, expected);
}

async fn tokens_are_listed_by_page_and_by_tenant(db: &Db) {
    for tenant in ["acme", "other"] {
        db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
    }
    let mut made = Vec::new();
    for number in 0..5 {
        let new = token(if number == 2 { "other" } else { "acme" }, &format!("hash {number}"));
        made.push(db.insert_token(new, event("token.created")).await.unwrap());
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = db.list_tokens(None, 2, cursor.as_deref()).await.unwrap();
        seen.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made, "each once, oldest first");
    let others = db.list_tokens(Some(&id("other")), 100, None).await.unwrap();
    assert_eq!((others.items.as_slice(), others.next_cursor), (&made[2..3], None));
    assert_eq!(db.token(&made[0].id).await.unwrap().as_ref(), Some(&made[0]));
    assert_eq!(db.token("no\0uuid").await.unwrap(), None);
    let bad = db.list_tokens(None, 2, Some("nowhere")).await;
    assert!(matches!(bad, Err(PageError::BadCursor)), "{bad:?}");
}

async fn tenants_are_listed_with_what_belongs_to_each(db: &Db) {
    let ada = world(db).await;
    author(db, "acme", "bob").await;
    for tenant in ["a-b", "ab", "a0"] {
        db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
    }
    db.put_license(&id("acme"), None, "signed", event("license.put")).await.unwrap();
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    db.commit_install(installation(&release, "acme"), event("item.installed")).await.unwrap();

    let first = db.list_tenants(3, None).await.unwrap();
    let rest = db.list_tenants(3, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!(rest.next_cursor, None);
    let tenants: Vec<_> = first.items.into_iter().chain(rest.items).collect();
    let names: Vec<_> = tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!(names, ["a-b", "a0", "ab", "acme"], "by code point on either database");
    let acme = &tenants[3];
    assert_eq!((acme.authors, acme.installations, acme.license.as_deref()), (2, 1, Some("signed")));
    assert_eq!((tenants[0].authors, tenants[0].installations, &tenants[0].license), (0, 0, &None));
    let bad = db.list_tenants(3, Some("IicgT1IgMT0xIg")).await;
    assert!(matches!(bad, Err(PageError::BadCursor)), "{bad:?}");
    assert!(db.has_tenant(&id("acme")).await.unwrap() && !db.has_tenant(&id("nobody")).await.unwrap());
}

async fn a_license_replaces_the_one_it_was_compared_with(db: &Db) {
    let acme = &id("acme");
    let unknown = db.put_license(acme, None, "one", event("license.put")).await;
    assert!(matches!(unknown, Err(PutLicenseError::TenantUnknown(_))), "{unknown:?}");
    db.ensure_tenant(acme, event("tenant.created")).await.unwrap();
    assert_eq!(db.license(acme).await.unwrap(), None);
    db.put_license(acme, None, "one", event("license.put")).await.unwrap();
    db.put_license(acme, Some("one"), "two", event("license.put")).await.unwrap();
    let stale = db.put_license(acme, Some("one"), "three", event("license.put")).await;
    assert!(matches!(stale, Err(PutLicenseError::Changed(_))), "{stale:?}");
    db.put_license(acme, None, "two", event("license.put")).await.expect("it is in force already");
    assert_eq!(db.license(acme).await.unwrap().as_deref(), Some("two"));
    let events = db.actions().await.iter().filter(|action| *action == "license.put").count();
    assert_eq!(events, 2, "what changes nothing is no event");
}

async fn of_two_licenses_at_once_one_is_told_to_look_again(db: &Db) {
    let acme = &id("acme");
    db.ensure_tenant(acme, event("tenant.created")).await.unwrap();
    for round in 0..10 {
        let before = db.license(acme).await.unwrap();
        let put = async |document: String| {
            db.put_license(acme, before.as_deref(), &document, event("license.put")).await
        };
        let (one, two) = tokio::join!(put(format!("one {round}")), put(format!("two {round}")));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        for outcome in [one, two] {
            assert!(matches!(outcome, Ok(()) | Err(PutLicenseError::Changed(_))), "{outcome:?}");
        }
    }
}

async fn a_category_is_replaced_in_place(db: &Db) {
    db.put_category(category("widgets"), event("category.put")).await.unwrap();
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap().unwrap();

    let mut newer = category("widgets");
    newer.component_sha256 = digest("a newer component");
    newer.singular = "gadget".into();
    let replaced = db.put_category(newer, event("category.put")).await.unwrap();
    assert_eq!((replaced.position, replaced.enabled), (0, false));
    assert_eq!(replaced.component_sha256, digest("a newer component"));
    let names: Vec<_> = db.categories().await.unwrap().into_iter().map(|c| c.id.to_string()).collect();
    assert_eq!(names, ["widgets", "themes"]);
    assert_eq!(db.category(&id("widgets")).await.unwrap(), Some(replaced));
    assert!(db.live_blobs().await.unwrap().contains(&digest("a newer component")));
    let mut heir = category("widget");
    heir.singular = "widget".into();
    db.put_category(heir, event("category.put")).await.expect("a singular that was given up is free");
}

async fn a_category_is_added_once_and_never_replaced_by_adding(db: &Db) {
    let added = db.add_category(category("widgets"), event("category.added")).await.unwrap();
    assert!(added.is_new && added.row.enabled);
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap().unwrap();
    let (revision, events) = (db.categories_revision().await.unwrap(), db.events().await.len());
    let again = db.add_category(category("widgets"), event("category.added")).await.unwrap();
    assert!(!again.is_new && !again.row.enabled, "it is as an operator left it");
    let mut other = category("widgets");
    other.component_sha256 = digest("a newer component");
    let refused = db.add_category(other, event("category.added")).await;
    assert!(
        matches!(&refused, Err(CategoryError::Exists { present, .. }) if *present == again.row.component_sha256),
        "{refused:?}"
    );
    assert_eq!((db.categories_revision().await.unwrap(), db.events().await.len()), (revision, events));
}

async fn of_two_that_add_a_category_at_once_one_is_told_of_the_other(db: &Db) {
    for round in 0..8 {
        let add = async |component: String| {
            let mut category = category(&format!("widgets-{round}"));
            category.singular = category.id.to_string();
            category.component_sha256 = digest(&component);
            db.add_category(category, event("category.added")).await
        };
        let (one, two) = tokio::join!(add(format!("one {round}")), add(format!("two {round}")));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let refused = one.err().or(two.err());
        assert!(matches!(refused, Some(CategoryError::Exists { .. })), "{refused:?}");
    }
}

async fn no_name_means_two_categories(db: &Db) {
    db.put_category(category("widgets"), event("category.put")).await.unwrap();
    let mut clash = category("widget");
    clash.singular = "other".into();
    let mut clashes = vec![clash];
    for singular in ["widgets", "widget"] {
        let mut clash = category("others");
        clash.singular = singular.into();
        clashes.push(clash);
    }
    for clash in clashes {
        let refused = db.put_category(clash, event("category.put")).await;
        assert!(
            matches!(&refused, Err(CategoryError::NameTaken { by, .. }) if by.to_string() == "widgets"),
            "{refused:?}"
        );
    }
    assert_eq!(db.categories().await.unwrap().len(), 1);
}

async fn a_category_with_items_is_not_removed(db: &Db) {
    let ada = world(db).await;
    submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let refused = db.remove_category(&id("widgets"), event("category.removed")).await;
    assert!(matches!(refused, Err(CategoryError::InUse { items: 1, .. })), "{refused:?}");
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    assert!(db.remove_category(&id("themes"), event("category.removed")).await.unwrap());
    assert!(!db.remove_category(&id("themes"), event("category.removed")).await.unwrap());
    db.put_category(category("themes"), event("category.put")).await.expect("its names are free again");
}

async fn every_change_of_a_category_raises_the_revision(db: &Db) {
    let mut before = db.categories_revision().await.unwrap();
    let mut rises = async |what: &str, expected: bool| {
        let now = db.categories_revision().await.unwrap();
        assert_eq!(now > before, expected, "{what}");
        before = now;
    };
    db.put_category(category("widgets"), event("category.put")).await.unwrap();
    rises("put", true).await;
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap();
    rises("disable", true).await;
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap();
    rises("disable again", false).await;
    db.remove_category(&id("widgets"), event("category.removed")).await.unwrap();
    rises("remove", true).await;
    assert_eq!(db.set_category_enabled(&id("widgets"), true, event("x.y")).await.unwrap(), None);
    rises("enable what is gone", false).await;
}

async fn nul_is_refused_alike(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    let refused = db.put_license(&id("acme"), None, "a\0b", event("license.put")).await;
    assert!(matches!(refused, Err(PutLicenseError::Store(StoreError::Nul { .. }))), "{refused:?}");
    let refused = db.ensure_tenant(&id("other"), event("x.y").because("\0")).await;
    assert!(matches!(refused, Err(StoreError::Nul { .. })), "{refused:?}");
}

async fn two_processes_share_one_database(db: &Db) {
    let other = db.again().await;
    let (one, two) = (
        async |n: u32| db.ensure_tenant(&id(&format!("one{n}")), event("a.b")).await.unwrap(),
        async |n| other.ensure_tenant(&id(&format!("two{n}")), event("a.b")).await.unwrap(),
    );
    let one = async {
        for n in 0..25u32 {
            assert!(one(n).await)
        }
    };
    let two = async {
        for n in 0..25u32 {
            assert!(two(n).await)
        }
    };
    tokio::join!(one, two);
    assert_eq!(db.events().await.len(), 50);
    other.close().await;
    db.ping().await.unwrap();
}

async fn a_closed_store_answers_unavailable(db: &Db) {
    db.close().await;
    assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
    let refused = db.ensure_tenant(&id("acme"), event("tenant.created")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[test]
fn a_call_can_be_awaited_on_any_thread() {
    fn send<T: Send>(_: impl Fn(marketplace_store::Store) -> T) {}
    send(async |db: marketplace_store::Store| {
        let ada = world(&db).await;
        let release = publish(&db, submission(&ada, "cpu", "1.0.0")).await;
        let _ = db.commit_install(installation(&release, "acme"), event("a.b")).await;
        let _ = db.remove_installation(&id("acme"), &id("widgets"), &id("cpu"), event("a.b")).await;
        let _ = db.remove_category(&id("widgets"), event("a.b")).await;
        let _ = db.list_items(&marketplace_store::ItemQuery::default()).await;
        let _ = db.queue(None, 1, None).await;
        db.close().await;
    });
}
