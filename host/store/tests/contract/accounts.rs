//! Tenants, tokens, authors, licenses and categories.

use crate::contract;
use crate::support::*;
use marketplace_store::{AuthorError, CategoryError, KeyError, NewAuthor, NewToken, StoreError, TokenError};

contract![
    a_tenant_is_made_once,
    a_token_is_found_by_its_hash_until_forgotten,
    a_token_needs_a_tenant_and_a_new_hash,
    an_author_name_has_one_owner_for_ever,
    an_author_keeps_old_keys_and_signs_with_the_newest,
    a_key_is_registered_once_in_the_whole_marketplace,
    a_license_replaces_the_one_before,
    a_category_is_replaced_in_place,
    no_name_means_two_categories,
    a_category_with_items_is_not_removed,
    every_change_of_a_category_raises_the_revision,
    nul_is_refused_alike,
    two_processes_share_one_database,
    a_closed_store_answers_unavailable,
];

fn token(tenant: &str, hash: &str) -> NewToken {
    NewToken {
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

async fn an_author_name_has_one_owner_for_ever(db: &Db) {
    let (author, key) = author(db, "acme", "ada").await;
    assert_eq!(db.author(&author.id).await.unwrap().as_ref(), Some(&author));
    assert_eq!(key.held_secret.as_deref(), Some(&[0, 255, 1][..]));
    db.ensure_tenant(&id("evil"), event("tenant.created")).await.unwrap();
    for (tenant, same) in [("acme", true), ("evil", false)] {
        let new = NewAuthor { id: id("ada"), tenant: id(tenant), verified_at: None, key: None };
        let taken = db.create_author(new, event("author.created")).await;
        assert!(
            matches!(taken, Err(AuthorError::Taken { same_tenant, .. }) if same_tenant == same),
            "{taken:?}"
        );
    }
    assert_eq!(db.authors_of(&id("acme")).await.unwrap(), [author]);
    assert_eq!(db.authors_of(&id("evil")).await.unwrap(), []);
}

async fn an_author_keeps_old_keys_and_signs_with_the_newest(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let second = db.add_key(&ada.id, key("second"), event("key.added")).await.unwrap();
    assert_eq!(db.active_key(&ada.id).await.unwrap().as_ref(), Some(&second));
    db.revoke_key(&second.id, event("key.revoked")).await.unwrap().unwrap();
    assert_eq!(db.active_key(&ada.id).await.unwrap().as_ref(), Some(&first));
    assert!(db.key(&second.id).await.unwrap().unwrap().revoked_at.is_some());
    assert_eq!(db.keys_of(&ada.id).await.unwrap().len(), 2);
    let unknown = db.add_key(&id("nobody"), key("third"), event("key.added")).await;
    assert!(matches!(unknown, Err(KeyError::AuthorUnknown(_))), "{unknown:?}");
    assert!(!format!("{first:?}").contains("255"), "no secret in a log, not even encrypted");
}

async fn a_key_is_registered_once_in_the_whole_marketplace(db: &Db) {
    author(db, "acme", "ada").await;
    let new =
        NewAuthor { id: id("bob"), tenant: id("acme"), verified_at: None, key: Some(key("key of ada")) };
    let taken = db.create_author(new, event("author.created")).await;
    assert!(matches!(taken, Err(AuthorError::Key(KeyError::Taken { .. }))), "{taken:?}");
    assert_eq!(db.author(&id("bob")).await.unwrap(), None, "author and first key are one change");
}

async fn a_license_replaces_the_one_before(db: &Db) {
    assert!(!db.put_license(&id("acme"), "one", event("license.put")).await.unwrap());
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
    assert_eq!(db.license(&id("acme")).await.unwrap(), None);
    for document in ["one", "two"] {
        assert!(db.put_license(&id("acme"), document, event("license.put")).await.unwrap());
        assert_eq!(db.license(&id("acme")).await.unwrap().as_deref(), Some(document));
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
    let refused = db.put_license(&id("acme"), "a\0b", event("license.put")).await;
    assert!(matches!(refused, Err(StoreError::Nul { .. })), "{refused:?}");
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
