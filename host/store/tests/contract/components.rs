//! The components that a category has had.

use marketplace_store::{CategoryError, Component, Event, KEPT_COMPONENTS, NewCategory, Status};

use crate::contract;
use crate::support::*;

contract![
    every_component_that_a_category_had_is_remembered_with_who_put_it_and_why,
    one_that_is_put_again_is_what_it_was,
    one_that_comes_back_moves_to_the_front,
    what_was_looked_at_is_exchanged_or_nothing,
    of_two_exchanges_at_once_one_takes_place,
    old_ones_are_forgotten_and_their_bytes_may_go,
    a_category_that_goes_takes_its_history_along,
    approved_releases_come_in_pages_with_how_they_stand,
];

fn with(component: &str) -> NewCategory {
    NewCategory { component_sha256: digest(component), ..category("widgets") }
}

async fn history(db: &Db) -> Vec<Component> {
    db.components(&id("widgets")).await.unwrap()
}

async fn digests(db: &Db) -> Vec<marketplace_manifest::Digest> {
    history(db).await.into_iter().map(|one| one.component_sha256).collect()
}

async fn every_component_that_a_category_had_is_remembered_with_who_put_it_and_why(db: &Db) {
    assert!(history(db).await.is_empty());
    db.seed_category(with("first"), Event::new("marketplace", "category.seeded", "category:widgets"))
        .await
        .unwrap();
    let mut second = with("second");
    (second.contract, second.name, second.free_install_cap) = ("1.1.0".into(), "Wider".into(), 7);
    let event = Event::new("op", "category.upgraded", "category:widgets").because("it knows more");
    db.put_category(second, event).await.unwrap();

    let [now, before] = <[Component; 2]>::try_from(history(db).await).unwrap();
    assert_eq!((now.component_sha256, before.component_sha256), (digest("second"), digest("first")));
    assert_eq!((now.contract.as_str(), before.contract.as_str()), ("1.1.0", "1.0.0"));
    assert_eq!((now.name.as_str(), now.free_install_cap, before.free_install_cap), ("Wider", 7, 3));
    assert_eq!((now.activated_by.as_str(), before.activated_by.as_str()), ("op", "marketplace"));
    assert_eq!((now.action.as_str(), before.action.as_str()), ("category.upgraded", "category.seeded"));
    assert_eq!((now.reason.as_deref(), before.reason), (Some("it knows more"), None));
    assert!(now.activated_at >= before.activated_at);
    let row = db.category(&id("widgets")).await.unwrap().unwrap();
    assert_eq!(row.component_sha256, now.component_sha256, "the first is the present one");
}

async fn one_that_is_put_again_is_what_it_was(db: &Db) {
    db.put_category(with("first"), Event::new("op", "category.added", "x")).await.unwrap();
    let before = history(db).await;
    db.put_category(with("first"), Event::new("another", "category.added", "x")).await.unwrap();
    assert_eq!(history(db).await, before);
}

async fn one_that_comes_back_moves_to_the_front(db: &Db) {
    for component in ["first", "second", "third"] {
        db.put_category(with(component), event("category.added")).await.unwrap();
    }
    let back = Event::new("op", "category.rolled_back", "category:widgets");
    db.exchange_component(with("first"), Some(digest("third")), back).await.unwrap();
    assert_eq!(digests(db).await, [digest("first"), digest("third"), digest("second")]);
    assert_eq!(history(db).await[0].action, "category.rolled_back");
}

async fn what_was_looked_at_is_exchanged_or_nothing(db: &Db) {
    let changed = async |instead_of| {
        let exchanged = db.exchange_component(with("new"), instead_of, event("category.upgraded")).await;
        matches!(exchanged, Err(CategoryError::Changed(category)) if category == id("widgets"))
    };
    assert!(changed(Some(digest("first"))).await, "there is no such category");
    db.exchange_component(with("first"), None, event("category.added")).await.unwrap();
    assert!(changed(None).await, "it is there by now");
    assert!(changed(Some(digest("another"))).await, "it has another component");
    assert_eq!(digests(db).await, [digest("first")]);
    assert_eq!(db.actions().await, ["category.added"], "what was refused has no event");
    db.exchange_component(with("new"), Some(digest("first")), event("category.upgraded")).await.unwrap();
    assert_eq!(digests(db).await, [digest("new"), digest("first")]);
}

async fn of_two_exchanges_at_once_one_takes_place(db: &Db) {
    db.put_category(with("first"), event("category.added")).await.unwrap();
    let exchange = |component: &'static str| {
        db.exchange_component(with(component), Some(digest("first")), event("category.upgraded"))
    };
    let (one, other) = tokio::join!(exchange("one"), exchange("other"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
    let lost = one.err().or(other.err()).unwrap();
    assert!(matches!(lost, CategoryError::Changed(_)), "{lost}");
    assert_eq!(digests(db).await.len(), 2);
}

async fn old_ones_are_forgotten_and_their_bytes_may_go(db: &Db) {
    let all = KEPT_COMPONENTS + 2;
    for number in 0..all {
        db.put_category(with(&format!("component {number}")), event("category.added")).await.unwrap();
    }
    let expected: Vec<_> = (2..all).rev().map(|number| digest(&format!("component {number}"))).collect();
    assert_eq!(digests(db).await, expected);
    assert!(db.names_blob(&digest("component 2")).await.unwrap());
    assert!(!db.names_blob(&digest("component 1")).await.unwrap());
    let live = db.live_blobs().await.unwrap();
    assert!(live.contains(&digest("component 2")) && !live.contains(&digest("component 1")));
}

async fn a_category_that_goes_takes_its_history_along(db: &Db) {
    db.put_category(with("first"), event("category.added")).await.unwrap();
    assert!(db.remove_category(&id("widgets"), event("category.removed")).await.unwrap());
    assert!(history(db).await.is_empty());
    assert!(!db.names_blob(&digest("first")).await.unwrap());
    db.put_category(with("second"), event("category.added")).await.unwrap();
    assert_eq!(digests(db).await, [digest("second")]);
}

async fn approved_releases_come_in_pages_with_how_they_stand(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = publish(db, submission(&ada, "cpu", "2.0.0")).await;
    let other = publish(db, submission(&ada, "ram", "1.0.0")).await;
    submit(db, submission(&ada, "cpu", "3.0.0")).await;
    let refused = submit(db, submission(&ada, "disk", "1.0.0")).await;
    decide(db, &refused, Status::Pending, Status::Rejected).await;
    db.yank(&other.id, "broken", event("release.yanked")).await.unwrap();
    for tenant in ["one", "two"] {
        db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
        db.commit_install(installation(&old, tenant), event("item.installed")).await.unwrap();
    }

    let widgets = id("widgets");
    assert_eq!(db.approved_count(&widgets).await.unwrap(), 3);
    assert_eq!(db.approved_count(&id("themes")).await.unwrap(), 0);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = db.approved_after(&widgets, after.as_deref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.release.id.clone());
        found.extend(page);
    }
    let stand: Vec<_> = found
        .iter()
        .map(|one| (one.release.id.as_str(), one.latest, one.yanked, one.installations))
        .collect();
    let expected =
        [(old.id.as_str(), false, false, 2), (&new.id, true, false, 0), (&other.id, false, true, 0)];
    assert_eq!(stand, expected);
    assert_eq!(found[0].release.verdict, old.verdict, "what was said of it is there");
    assert!(found[0].release.files.is_null(), "what nobody needs is not");
}
