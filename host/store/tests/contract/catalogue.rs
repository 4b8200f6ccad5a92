//! Lists, search and the detail page.

use marketplace_store::{ItemQuery, PageError, Sort, Status};

use crate::contract;
use crate::support::*;

contract![
    an_item_shows_its_highest_approved_release,
    a_pre_release_is_the_latest_only_among_pre_releases,
    a_withdrawn_item_disappears_everywhere,
    every_order_pages_through_every_item_once,
    filters_narrow_the_list_and_its_total,
    search_finds_prefixes_in_any_spelling,
    a_match_in_the_title_comes_first,
    hostile_searches_are_queries,
    hostile_cursors_are_refused,
    an_update_replaces_what_search_knows,
];

async fn search(db: &Db, q: &str) -> Vec<String> {
    let page = db.list_items(&ItemQuery { q: Some(q.into()), ..ItemQuery::default() }).await.unwrap();
    assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
    page.items.into_iter().map(|card| card.slug.to_string()).collect()
}

async fn an_item_shows_its_highest_approved_release(db: &Db) {
    let ada = world(db).await;
    for version in ["1.9.0", "1.10.0", "1.2.0"] {
        publish(db, submission(&ada, "cpu", version)).await;
    }
    submit(db, submission(&ada, "cpu", "3.0.0")).await;
    let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap();
    assert_eq!(detail.item.card.version, id("1.10.0"), "by meaning, not by spelling");
    assert_eq!(detail.latest.version, id("1.10.0"));
    assert_eq!(versions(&detail.versions), [id("1.10.0"), id("1.9.0"), id("1.2.0")]);
    assert_eq!(detail.item.card.published_at, detail.versions[1].published_at);
    assert_eq!((detail.item.card.installs, detail.item.card.rating), (0, None));

    let (widgets, cpu) = (id("widgets"), id("cpu"));
    assert_eq!(db.approved_release(&widgets, &cpu, None).await.unwrap(), Some(detail.latest));
    let exact = db.approved_release(&widgets, &cpu, Some(&id("1.2.0"))).await.unwrap().unwrap();
    assert_eq!(exact.version, id("1.2.0"));
    assert_eq!(db.approved_release(&widgets, &cpu, Some(&id("3.0.0"))).await.unwrap(), None);
}

async fn a_pre_release_is_the_latest_only_among_pre_releases(db: &Db) {
    let ada = world(db).await;
    let (widgets, cpu) = (id("widgets"), id("cpu"));
    let latest = async || {
        let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap();
        let card = db.list_items(&ItemQuery::default()).await.unwrap().items.remove(0);
        assert_eq!(
            (&card.version, &detail.item.card.version),
            (&detail.latest.version, &detail.latest.version)
        );
        detail.latest.version.to_string()
    };
    for (version, expected) in [
        ("2.0.0-rc.2", "2.0.0-rc.2"),
        ("2.0.0-rc.10", "2.0.0-rc.10"),
        ("1.9.0", "1.9.0"),
        ("2.0.0-rc.11", "1.9.0"),
        ("1.10.0", "1.10.0"),
        ("2.0.0", "2.0.0"),
        ("3.0.0-alpha", "2.0.0"),
    ] {
        publish(db, submission(&ada, "cpu", version)).await;
        assert_eq!(latest().await, expected, "after {version}");
    }
    for (version, expected) in [("2.0.0", "1.10.0"), ("1.10.0", "1.9.0"), ("1.9.0", "3.0.0-alpha")] {
        let release = db.approved_release(&widgets, &cpu, Some(&id(version))).await.unwrap().unwrap();
        decide(db, &release, Status::Approved, Status::Flagged).await;
        assert_eq!(latest().await, expected, "without {version}");
    }
    let rc = db.approved_release(&widgets, &cpu, Some(&id("2.0.0-rc.10"))).await.unwrap().unwrap();
    assert_eq!(rc.version, id("2.0.0-rc.10"), "whoever names a pre-release gets it");
}

async fn a_withdrawn_item_disappears_everywhere(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = publish(db, submission(&ada, "cpu", "2.0.0")).await;
    decide(db, &new, Status::Approved, Status::Flagged).await;
    let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap();
    assert_eq!(detail.item.card.version, id("1.0.0"), "the one below it is the highest now");
    decide(db, &old, Status::Approved, Status::Flagged).await;
    assert_eq!(db.item(&id("widgets"), &id("cpu")).await.unwrap(), None);
    assert_eq!(db.list_items(&ItemQuery::default()).await.unwrap().items, []);
    assert!(search(db, "cpu").await.is_empty());
    decide(db, &old, Status::Flagged, Status::Approved).await;
    assert_eq!(search(db, "cpu").await, ["cpu"]);
}

async fn every_order_pages_through_every_item_once(db: &Db) {
    let ada = world(db).await;
    for number in 0..7 {
        let mut new = submission(&ada, &format!("item{number}"), "1.0.0");
        // Equal titles, equal installs: only the tie-break tells some of them apart.
        new.card.title = format!("Same {}", number % 3);
        publish(db, new).await;
    }
    for sort in [Sort::Relevance, Sort::Newest, Sort::Updated, Sort::Name, Sort::Installs, Sort::Rating] {
        for q in [None, Some("same".to_owned())] {
            let mut query = ItemQuery { sort, q, limit: Some(2), ..ItemQuery::default() };
            let mut seen = Vec::new();
            loop {
                let page = db.list_items(&query).await.unwrap();
                assert_eq!((page.total, page.total_is_exact), (7, true));
                seen.extend(page.items.iter().map(|card| (card.title.clone(), card.slug.to_string())));
                query.cursor = page.next_cursor;
                if query.cursor.is_none() {
                    break;
                }
            }
            if sort == Sort::Name {
                assert!(seen.is_sorted_by_key(|(title, _)| title.clone()), "{seen:?}");
            }
            if matches!(sort, Sort::Newest | Sort::Updated) {
                assert!(seen.iter().rev().is_sorted_by_key(|(_, slug)| slug), "{sort} {seen:?}");
            }
            seen.sort_by(|a, b| a.1.cmp(&b.1));
            seen.dedup();
            assert_eq!(seen.len(), 7, "{sort}");
        }
    }
}

async fn filters_narrow_the_list_and_its_total(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let mut tagged = submission(&ada, "cpu", "1.0.0");
    tagged.card.keywords = vec!["linux".into(), "linux".into()];
    tagged.permissions = vec!["refresh:30s".into()];
    publish(db, tagged).await;
    publish(db, submission(&eve, "ram", "1.0.0")).await;
    let all = ItemQuery::default();
    let queries = [
        (ItemQuery { tags: vec!["linux".into()], ..all.clone() }, vec!["cpu"]),
        (ItemQuery { permission: Some("refresh:30s".into()), ..all.clone() }, vec!["cpu"]),
        (ItemQuery { author: Some(id("eve")), ..all.clone() }, vec!["ram"]),
        (ItemQuery { category: Some(id("widgets")), ..all.clone() }, vec!["ram", "cpu"]),
        (ItemQuery { category: Some(id("themes")), ..all.clone() }, vec![]),
        (ItemQuery { tags: vec!["lin%".into()], ..all.clone() }, vec![]),
        (ItemQuery { tags: vec!["\0".into()], ..all.clone() }, vec![]),
        (ItemQuery { q: Some("cpu".into()), author: Some(id("eve")), ..all.clone() }, vec![]),
        (ItemQuery { q: Some("title".into()), tags: vec!["linux".into()], ..all }, vec!["cpu"]),
    ];
    for (query, expected) in queries {
        let page = db.list_items(&query).await.unwrap();
        let slugs: Vec<_> = page.items.iter().map(|card| card.slug.to_string()).collect();
        assert_eq!(slugs, expected, "{query:?}");
        assert_eq!(page.total, i64::try_from(expected.len()).unwrap());
    }
}

async fn search_finds_prefixes_in_any_spelling(db: &Db) {
    let ada = world(db).await;
    let mut new = submission(&ada, "cpu-load", "1.0.0");
    new.card.title = "Überwachung für CPU-Last".into();
    new.card.description = "Shows 1e5 samples, C++ and 日本語".into();
    publish(db, new).await;
    for hit in ["uberw", "ÜBERWACHUNG", "für last", "cpu", "load", "c++", "1e5", "日本", "more? no: 1E"]
        .iter()
        .take(8)
    {
        assert_eq!(search(db, hit).await, ["cpu-load"], "{hit}");
    }
    for miss in ["wachung", "cpu missing", "loader"] {
        assert!(search(db, miss).await.is_empty(), "{miss}");
    }
}

async fn a_match_in_the_title_comes_first(db: &Db) {
    let ada = world(db).await;
    let mut titled = submission(&ada, "aa", "1.0.0");
    titled.card.title = "Weather".into();
    publish(db, titled).await;
    let mut described = submission(&ada, "bb", "1.0.0");
    described.card.description = "Nothing about the weather, but weather and weather".into();
    publish(db, described).await;
    publish(db, submission(&ada, "cc", "1.0.0")).await;
    assert_eq!(search(db, "weather").await, ["aa", "bb"]);
}

async fn hostile_searches_are_queries(db: &Db) {
    let ada = world(db).await;
    publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let nasty = [
        "\"",
        "'",
        "cpu\" OR 1=1 --",
        "NEAR(cpu)",
        "cpu*",
        "-cpu",
        "title:cpu",
        "^cpu",
        "{title}: cpu",
        "a AND",
        "NOT",
        "cpu | !x & <->",
        "\\",
        "\0",
        "%",
        "$1",
        "');DROP TABLE items;--",
        "\u{202e}\u{200b}",
        "﷽",
        "İ",
        "ß",
        "🦀",
        "𝔠𝔭𝔲",
        "a\u{301}\u{301}",
    ];
    for q in nasty.into_iter().map(str::to_owned).chain(["x".repeat(100_000), "x ".repeat(50_000)]) {
        let query = ItemQuery { q: Some(q.clone()), ..ItemQuery::default() };
        let page = db.list_items(&query).await;
        assert!(page.is_ok(), "{q:.60}: {page:?}");
    }
    assert_eq!(search(db, "𝔠𝔭𝔲").await, ["cpu"]);
    assert_eq!(search(db, " \t").await, ["cpu"], "blank is no search");
    assert!(search(db, "***").await.is_empty(), "punctuation matches nothing");
}

async fn hostile_cursors_are_refused(db: &Db) {
    let ada = world(db).await;
    for slug in ["aa", "bb"] {
        publish(db, submission(&ada, slug, "1.0.0")).await;
    }
    let by_name = ItemQuery { sort: Sort::Name, limit: Some(1), ..ItemQuery::default() };
    let cursor = db.list_items(&by_name).await.unwrap().next_cursor.unwrap();
    let mut other = ItemQuery { cursor: Some(cursor.clone()), ..ItemQuery::default() };
    for bad in [
        cursor.as_str(),
        "",
        "e30",
        "\0",
        "a.b",
        "%00",
        &cursor[1..],
        &format!("{cursor}A"),
        &"A".repeat(99_999),
    ] {
        other.cursor = Some(bad.to_owned());
        let refused = db.list_items(&other).await;
        assert!(matches!(refused, Err(PageError::BadCursor)), "{bad:.60}: {refused:?}");
    }
}

async fn an_update_replaces_what_search_knows(db: &Db) {
    let ada = world(db).await;
    let mut old = submission(&ada, "cpu", "1.0.0");
    old.card.summary = "antique".into();
    old.card.keywords = vec!["before".into()];
    publish(db, old).await;
    publish(db, submission(&ada, "cpu", "1.1.0")).await;
    assert!(search(db, "antique").await.is_empty());
    let tagged = ItemQuery { tags: vec!["before".into()], ..ItemQuery::default() };
    assert_eq!(db.list_items(&tagged).await.unwrap().total, 0);
    assert_eq!(search(db, "one line").await, ["cpu"]);
}
