//! Categories that come with the program, and operators who think otherwise.

use marketplace_store::{Category, NewCategory};

use crate::contract;
use crate::support::*;

contract![
    a_component_is_seeded_once,
    a_newer_component_replaces_a_seeded_one,
    what_an_operator_removed_stays_removed,
    what_an_operator_replaced_stays_replaced,
    a_name_that_an_operator_gave_away_does_not_stop_the_start,
];

/// The category as another version of the program brings it.
fn version(name: &str, number: u32) -> NewCategory {
    NewCategory { component_sha256: digest(&format!("{name} {number}")), ..category(name) }
}

async fn seed(db: &Db, new: NewCategory) -> Option<Category> {
    let component = new.component_sha256;
    let seeded = db.seed_category(new, event("category.seeded")).await.unwrap();
    assert!(db.was_seeded(&component).await.unwrap(), "whatever came of it");
    seeded
}

async fn a_component_is_seeded_once(db: &Db) {
    assert!(!db.was_seeded(&digest("widgets 1")).await.unwrap());
    let seeded = seed(db, version("widgets", 1)).await.unwrap();
    assert_eq!(db.category(&id("widgets")).await.unwrap(), Some(seeded));
    let before = db.categories_revision().await.unwrap();
    assert_eq!(seed(db, version("widgets", 1)).await, None);
    assert_eq!(db.categories_revision().await.unwrap(), before);
    assert_eq!(db.actions().await, ["category.seeded"]);
}

async fn a_newer_component_replaces_a_seeded_one(db: &Db) {
    seed(db, version("widgets", 1)).await.unwrap();
    seed(db, version("themes", 1)).await.unwrap();
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap();
    let newer = seed(db, version("widgets", 2)).await.unwrap();
    assert_eq!((newer.component_sha256, newer.position, newer.enabled), (digest("widgets 2"), 0, false));
    assert_eq!(seed(db, version("widgets", 1)).await, None, "and an older program does not take it back");
}

async fn what_an_operator_removed_stays_removed(db: &Db) {
    seed(db, version("widgets", 1)).await.unwrap();
    assert!(db.remove_category(&id("widgets"), event("category.removed")).await.unwrap());
    for number in [1, 2, 3] {
        assert_eq!(seed(db, version("widgets", number)).await, None, "program {number}");
    }
    assert!(db.categories().await.unwrap().is_empty());
    seed(db, version("themes", 1)).await.expect("another category is another matter");

    db.put_category(version("widgets", 3), event("category.put")).await.unwrap();
    seed(db, version("widgets", 4)).await.expect("the operator wanted it back, and it was the program's own");
}

async fn what_an_operator_replaced_stays_replaced(db: &Db) {
    seed(db, version("widgets", 1)).await.unwrap();
    let own = db.put_category(version("widgets", 99), event("category.put")).await.unwrap();
    for number in [1, 2] {
        assert_eq!(seed(db, version("widgets", number)).await, None, "program {number}");
    }
    assert_eq!(db.category(&id("widgets")).await.unwrap(), Some(own));
}

async fn a_name_that_an_operator_gave_away_does_not_stop_the_start(db: &Db) {
    let mut own = category("gadgets");
    own.singular = "widget".into();
    let own = db.put_category(own, event("category.put")).await.unwrap();
    assert_eq!(seed(db, version("widgets", 1)).await, None);
    assert_eq!(seed(db, version("widgets", 2)).await, None, "nor the next one");
    assert_eq!(db.categories().await.unwrap(), [own]);
    seed(db, version("themes", 1)).await.expect("the others come");
}
