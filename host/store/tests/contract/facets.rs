//! Facets: what the items of a query have, and how many have it.

use marketplace_store::{FacetValue, ItemQuery, MAX_FACET_VALUES, Status};

use crate::contract;
use crate::support::*;

contract![
    facets_count_what_each_choice_would_find,
    a_search_has_the_facets_of_what_it_finds,
    facets_are_the_most_frequent_then_by_name,
    facets_follow_what_is_published_and_withdrawn,
    one_category_has_its_own,
];

/// `name count`, as a list shows them.
fn shown(values: &[FacetValue]) -> Vec<String> {
    values.iter().map(|value| format!("{} {}", value.value, value.count)).collect()
}

/// Four items: `aa` and `bb` of ada, `cc` of eve, and the theme `dd` of eve.
async fn shop(db: &Db) {
    let ada = world(db).await;
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    let eve = author(db, "evil", "eve").await;
    for (who, kind, slug, tags, permissions) in [
        (&ada, "widgets", "aa", vec!["cpu", "linux"], vec!["data:read.cpu"]),
        (&ada, "widgets", "bb", vec!["cpu"], vec!["data:read.cpu", "refresh:30s"]),
        (&eve, "widgets", "cc", vec!["linux", "linux"], vec![]),
        (&eve, "themes", "dd", vec!["dark"], vec![]),
    ] {
        let mut new = submission(who, slug, "1.0.0");
        new.category = id(kind);
        new.card.keywords = tags.into_iter().map(String::from).collect();
        new.permissions = permissions.into_iter().map(String::from).collect();
        publish(db, new).await;
    }
}

async fn facets_count_what_each_choice_would_find(db: &Db) {
    shop(db).await;
    let all = db.facets(&ItemQuery::default()).await.unwrap();
    assert_eq!(shown(&all.tags), ["cpu 2", "linux 2", "dark 1"]);
    assert_eq!(shown(&all.authors), ["ada 2", "eve 2"]);
    assert_eq!(shown(&all.permissions), ["data:read.cpu 2", "refresh:30s 1"]);
    assert_eq!(shown(&all.categories), ["widgets 3", "themes 1"]);
    assert!(all.is_exact);

    let adas = ItemQuery { author: Some(id("ada")), ..ItemQuery::default() };
    let facets = db.facets(&adas).await.unwrap();
    assert_eq!(shown(&facets.tags), ["cpu 2", "linux 1"]);
    assert_eq!(shown(&facets.authors), ["ada 2", "eve 2"], "her own choice does not narrow the choice");
    assert_eq!(shown(&facets.categories), ["widgets 2"]);

    let both = ItemQuery { tags: vec!["linux".into()], ..adas };
    let facets = db.facets(&both).await.unwrap();
    assert_eq!(shown(&facets.tags), ["cpu 2", "linux 1"]);
    assert_eq!(shown(&facets.authors), ["ada 1", "eve 1"]);
    assert_eq!(shown(&facets.permissions), ["data:read.cpu 1"]);
    let permitted = ItemQuery { permission: Some("refresh:30s".into()), ..ItemQuery::default() };
    let facets = db.facets(&permitted).await.unwrap();
    assert_eq!(shown(&facets.permissions), ["data:read.cpu 2", "refresh:30s 1"]);
    assert_eq!(shown(&facets.tags), ["cpu 1"]);
}

async fn a_search_has_the_facets_of_what_it_finds(db: &Db) {
    shop(db).await;
    let search = |q: &str| ItemQuery { q: Some(q.into()), ..ItemQuery::default() };
    let facets = db.facets(&search("cc")).await.unwrap();
    assert_eq!(
        (shown(&facets.tags), shown(&facets.categories)),
        (vec!["linux 1".into()], vec!["widgets 1".into()])
    );
    let facets = db.facets(&search("tilte")).await.unwrap();
    assert_eq!(
        (shown(&facets.authors), facets.corrected.as_deref()),
        (vec!["ada 2".into(), "eve 2".into()], Some("title"))
    );
    for nothing in ["nothing like it", "***"] {
        let facets = db.facets(&search(nothing)).await.unwrap();
        assert!(facets.tags.is_empty() && facets.categories.is_empty() && facets.is_exact, "{nothing}");
    }
}

async fn facets_are_the_most_frequent_then_by_name(db: &Db) {
    let ada = world(db).await;
    let tags: Vec<String> = (0..30).map(|number| format!("tag{number:02}")).collect();
    let mut new = submission(&ada, "aa", "1.0.0");
    new.card.keywords = tags.clone();
    publish(db, new).await;
    let mut new = submission(&ada, "bb", "1.0.0");
    new.card.keywords = vec![tags[29].clone(), "Ötzi".into(), "Zoo".into()];
    publish(db, new).await;
    for query in [ItemQuery::default(), ItemQuery { q: Some("title".into()), ..ItemQuery::default() }] {
        let facets = db.facets(&query).await.unwrap();
        assert_eq!(facets.tags.len() as i64, MAX_FACET_VALUES);
        assert_eq!(shown(&facets.tags[..3]), ["tag29 2", "Zoo 1", "tag00 1"]);
    }
}

async fn facets_follow_what_is_published_and_withdrawn(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "aa", "1.0.0")).await;
    publish(db, submission(&ada, "bb", "1.0.0")).await;
    let tags = async || shown(&db.facets(&ItemQuery::default()).await.unwrap().tags);
    assert_eq!(tags().await, ["monitor 2"]);
    let mut update = submission(&ada, "bb", "2.0.0");
    update.card.keywords = vec!["meter".into(), "monitor".into()];
    let update = publish(db, update).await;
    assert_eq!(tags().await, ["monitor 2", "meter 1"]);
    decide(db, &update, Status::Approved, Status::Flagged).await;
    assert_eq!(tags().await, ["monitor 2"]);
    decide(db, &release, Status::Approved, Status::Rejected).await;
    assert_eq!(tags().await, ["monitor 1"]);
    assert_eq!(db.list_items(&ItemQuery::default()).await.unwrap().total, 1);
}

async fn one_category_has_its_own(db: &Db) {
    shop(db).await;
    let themes = ItemQuery { category: Some(id("themes")), ..ItemQuery::default() };
    let facets = db.facets(&themes).await.unwrap();
    assert_eq!((shown(&facets.tags), shown(&facets.authors)), (vec!["dark 1".into()], vec!["eve 1".into()]));
    assert!(facets.categories.is_empty());
    db.set_category_enabled(&id("themes"), false, event("category.disabled")).await.unwrap();
    let all = db.facets(&ItemQuery::default()).await.unwrap();
    assert_eq!(
        (shown(&all.tags), shown(&all.categories)),
        (vec!["cpu 2".into(), "linux 2".into()], vec!["widgets 3".into()])
    );
    let tagged = ItemQuery { tags: vec!["dark".into()], ..ItemQuery::default() };
    assert!(db.facets(&tagged).await.unwrap().authors.is_empty());
}
