//! Whoever pages through a list sees each item that was there at the start once, whatever is published meanwhile.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use marketplace_store::{
    Author, AuthorKey, ItemPage, ItemQuery, NewSubmission, PageError, Release, Sort, Status, Store,
};

use crate::contract;
use crate::support::*;

contract![
    a_list_stays_as_it_was_on_its_first_page,
    a_search_stays_as_it_was_on_its_first_page,
    readers_see_everything_once_while_a_publisher_is_at_work,
    what_is_withdrawn_is_gone_from_the_next_page_on,
    a_row_says_what_is_current,
    a_cursor_is_good_for_its_own_query_alone,
    an_update_moves_an_item_up_in_the_order_of_updates,
];

const ORDERS: [Sort; 6] =
    [Sort::Relevance, Sort::Newest, Sort::Updated, Sort::Name, Sort::Installs, Sort::Rating];
/// Few enough that a list of them has several pages, and enough that each page has neighbours.
const ITEMS: usize = 9;

type Who = (Author, AuthorKey);

fn item(who: &Who, number: usize, version: usize) -> NewSubmission {
    let mut new = submission(who, &format!("item{number}"), &format!("{version}.0.0"));
    // Each update moves it in every order that an update can: the title, the tier of a match, the time.
    new.card.title = match (number + version) % 3 {
        0 => "Weather".to_owned(),
        1 => format!("{} Weather", ["Zonal", "Better", "Old"][version % 3]),
        _ => format!("Forecast {version}"),
    };
    new.card.summary = "All about the weather".into();
    new.card.keywords = vec!["sky".into()];
    new
}

async fn page_from(db: &Store, query: &ItemQuery, cursor: Option<String>) -> ItemPage {
    db.list_items(&ItemQuery { cursor, limit: Some(2), ..query.clone() }).await.unwrap()
}

fn slugs(page: &ItemPage) -> Vec<String> {
    page.items.iter().map(|card| card.slug.to_string()).collect()
}

/// The whole list, page by page, with something happening after each.
async fn all(db: &Store, query: &ItemQuery, mut meanwhile: impl AsyncFnMut(usize)) -> Vec<String> {
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = page_from(db, query, cursor).await;
        seen.extend(slugs(&page));
        meanwhile(pages).await;
        pages += 1;
        cursor = page.next_cursor;
        if cursor.is_none() {
            return seen;
        }
    }
}

async fn is_undisturbed(db: &Db, query: impl Fn(Sort) -> ItemQuery) {
    let ada = world(db).await;
    for number in 0..ITEMS {
        publish(db, item(&ada, number, 1)).await;
    }
    let mut next_version = 2;
    let mut next_number = ITEMS;
    for sort in ORDERS {
        let query = query(sort);
        let quiet = all(db, &query, async |_| {}).await;
        assert_eq!(quiet.len(), next_number, "{sort}");
        let disturbed = all(db, &query, async |page| {
            // The one at the end to the front, the one at the front to the end, and one that is new.
            for number in [page % ITEMS, ITEMS - 1 - page % ITEMS] {
                publish(db, item(&ada, number, next_version)).await;
                next_version += 1;
            }
            publish(db, item(&ada, next_number, 1)).await;
            next_number += 1;
        });
        assert_eq!(disturbed.await, quiet, "{sort}");
    }
}

async fn a_list_stays_as_it_was_on_its_first_page(db: &Db) {
    is_undisturbed(db, |sort| ItemQuery { sort, category: Some(id("widgets")), ..ItemQuery::default() })
        .await;
}

async fn a_search_stays_as_it_was_on_its_first_page(db: &Db) {
    is_undisturbed(db, |sort| ItemQuery {
        sort,
        q: Some("weather".into()),
        tags: vec!["sky".into()],
        ..ItemQuery::default()
    })
    .await;
}

async fn readers_see_everything_once_while_a_publisher_is_at_work(db: &Db) {
    let ada = world(db).await;
    for number in 0..ITEMS {
        publish(db, item(&ada, number, 1)).await;
    }
    let there: BTreeSet<String> = (0..ITEMS).map(|number| format!("item{number}")).collect();
    let (rounds, is_done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let publisher = async {
        while !is_done.load(Ordering::Relaxed) {
            let round = rounds.fetch_add(1, Ordering::Relaxed);
            publish(db, item(&ada, round % ITEMS, 2 + round)).await;
            publish(db, item(&ada, ITEMS + round, 1)).await;
        }
    };
    let readers = async {
        let mut turn = 0;
        // Long enough for both to have been at work: the machine decides which is faster.
        while turn < 2 || rounds.load(Ordering::Relaxed) < 8 {
            for sort in ORDERS {
                for q in [None, Some("weather".to_owned())] {
                    let query = ItemQuery { sort, q, ..ItemQuery::default() };
                    let seen = all(db, &query, async |_| {}).await;
                    let once: BTreeSet<String> = seen.iter().cloned().collect();
                    assert_eq!(seen.len(), once.len(), "{sort}, turn {turn}: something twice in {seen:?}");
                    assert!(once.is_superset(&there), "{sort}, turn {turn}: something missing in {seen:?}");
                }
            }
            turn += 1;
        }
        is_done.store(true, Ordering::Relaxed);
    };
    tokio::join!(publisher, readers);
}

async fn three(db: &Db) -> (Who, Vec<Release>) {
    let ada = world(db).await;
    let mut releases = Vec::new();
    for slug in ["aa", "bb", "cc"] {
        releases.push(publish(db, submission(&ada, slug, "1.0.0")).await);
    }
    (ada, releases)
}

async fn what_is_withdrawn_is_gone_from_the_next_page_on(db: &Db) {
    let (_, releases) = three(db).await;
    for sort in ORDERS {
        for q in [None, Some("title".to_owned())] {
            let query = ItemQuery { sort, q, ..ItemQuery::default() };
            let first = page_from(db, &ItemQuery { limit: Some(1), ..query.clone() }, None).await;
            let unseen = releases.iter().find(|r| !slugs(&first).contains(&r.slug.to_string())).unwrap();
            decide(db, unseen, Status::Approved, Status::Flagged).await;
            let rest = page_from(db, &query, first.next_cursor.clone()).await;
            assert!(rest.items.is_empty(), "{sort}: {:?}", slugs(&rest));
            // Back again, it is where it was: the list has not forgotten it.
            decide(db, unseen, Status::Flagged, Status::Approved).await;
            let rest = page_from(db, &query, first.next_cursor).await;
            assert_eq!(slugs(&rest), [unseen.slug.to_string()], "{sort}");
        }
    }
}

async fn a_row_says_what_is_current(db: &Db) {
    let (ada, _) = three(db).await;
    let query = ItemQuery { q: Some("title".into()), ..ItemQuery::default() };
    let first = page_from(db, &query, None).await;
    assert_eq!(slugs(&first), ["cc", "bb"]);
    let mut update = submission(&ada, "aa", "2.0.0");
    update.card.title = "Something else".into();
    publish(db, update).await;
    let rest = page_from(db, &query, first.next_cursor).await;
    assert_eq!(rest.items[0].title, "Something else", "it stands where it stood, and says what is installed");
    assert_eq!(rest.items[0].version, id("2.0.0"));
    assert_eq!((rest.total, rest.items.len()), (3, 1));
}

async fn a_cursor_is_good_for_its_own_query_alone(db: &Db) {
    three(db).await;
    let query = ItemQuery { q: Some("title".into()), limit: Some(1), ..ItemQuery::default() };
    let cursor = db.list_items(&query).await.unwrap().next_cursor;
    let next = ItemQuery { cursor, ..query };
    assert_eq!(
        slugs(&db.list_items(&ItemQuery { limit: Some(9), ..next.clone() }).await.unwrap()),
        ["bb", "aa"]
    );
    for other in [
        ItemQuery { q: Some("of".into()), ..next.clone() },
        ItemQuery { q: None, ..next.clone() },
        ItemQuery { sort: Sort::Updated, ..next.clone() },
        ItemQuery { category: Some(id("widgets")), ..next.clone() },
        ItemQuery { author: Some(id("ada")), ..next.clone() },
        ItemQuery { tags: vec!["monitor".into()], ..next.clone() },
        ItemQuery { permission: Some("x".into()), ..next },
    ] {
        let refused = db.list_items(&other).await;
        assert!(matches!(refused, Err(PageError::BadCursor)), "{other:?}: {refused:?}");
    }
}

async fn an_update_moves_an_item_up_in_the_order_of_updates(db: &Db) {
    let (ada, _) = three(db).await;
    let updated = ItemQuery { sort: Sort::Updated, ..ItemQuery::default() };
    assert_eq!(all(db, &updated, async |_| {}).await, ["cc", "bb", "aa"]);
    publish(db, submission(&ada, "aa", "1.1.0")).await;
    publish(db, submission(&ada, "cc", "0.9.0")).await;
    let order = all(db, &updated, async |_| {}).await;
    assert_eq!(order, ["aa", "cc", "bb"], "a lower version is no update of what is shown");
    let newest = ItemQuery { sort: Sort::Newest, ..ItemQuery::default() };
    assert_eq!(all(db, &newest, async |_| {}).await, ["cc", "bb", "aa"]);
}
