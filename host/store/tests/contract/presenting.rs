//! What a category shows of its items: on cards, as filters, and said anew by another component.

use marketplace_store::{
    FieldValue, ItemQuery, MAX_CARD_VALUES, MAX_FIELDS, NewSubmission, PageError, Sort, Status,
};
use serde_json::{Value, json};

use crate::contract;
use crate::support::*;

contract![
    what_a_category_shows_is_on_the_card_and_with_the_release,
    items_are_filtered_by_the_texts_and_flags_of_fields,
    fields_are_counted_like_tags,
    what_is_said_anew_takes_the_place_of_what_was_said,
    a_list_goes_on_while_its_category_says_everything_anew,
    a_release_that_waits_or_is_not_the_latest_says_it_when_it_is_shown,
    only_releases_of_the_category_say_anything,
    hostile_fields_are_questions,
];

fn detail(field: &str, values: &[Value]) -> Value {
    json!({ "field": field, "values": values })
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "value": text })
}

fn flag(flag: bool) -> Value {
    json!({ "type": "flag", "value": flag })
}

fn with(mut new: NewSubmission, details: &[Value]) -> NewSubmission {
    new.card.details = json!(details);
    new
}

/// The query for items with these values.
fn having(fields: &[(&str, &str)]) -> ItemQuery {
    let fields = fields.iter().map(|(key, value)| FieldValue { key: (*key).into(), value: (*value).into() });
    ItemQuery { fields: fields.collect(), sort: Sort::Name, ..ItemQuery::default() }
}

async fn listed(db: &Db, query: &ItemQuery) -> Vec<String> {
    let page = db.list_items(query).await.unwrap();
    assert_eq!(page.total, page.items.len() as i64);
    page.items.into_iter().map(|card| card.slug.to_string()).collect()
}

/// `key: value count, value count`, for each field that is asked for.
async fn counted(db: &Db, query: &ItemQuery, keys: &[&str]) -> Vec<String> {
    let query = ItemQuery { facets: keys.iter().map(ToString::to_string).collect(), ..query.clone() };
    let facets = db.facets(&query).await.unwrap();
    let values = facets.fields.iter().map(|field| {
        let values: Vec<_> = field.values.iter().map(|one| format!("{} {}", one.value, one.count)).collect();
        format!("{}: {}", field.key, values.join(", "))
    });
    values.collect()
}

/// Three items: `aa` is wide and free, `bb` is wide and tall, `cc` says nothing.
async fn shop(db: &Db) -> [marketplace_store::Release; 3] {
    let ada = world(db).await;
    let number = json!({ "type": "number", "value": 7 });
    let aa = with(
        submission(&ada, "aa", "1.0.0"),
        &[detail("shape", &[text("wide")]), detail("free", &[flag(true)]), detail("weight", &[number])],
    );
    let bb = with(
        submission(&ada, "bb", "1.0.0"),
        &[detail("shape", &[text("wide"), text("tall"), text("wide")]), detail("free", &[flag(false)])],
    );
    let cc = submission(&ada, "cc", "1.0.0");
    [publish(db, aa).await, publish(db, bb).await, publish(db, cc).await]
}

async fn what_a_category_shows_is_on_the_card_and_with_the_release(db: &Db) {
    let ada = world(db).await;
    let many: Vec<Value> = (0..MAX_CARD_VALUES + 2).map(|number| text(&format!("v{number:02}"))).collect();
    let details = [detail("shape", &many), detail("free", &[flag(true)])];
    let release = publish(db, with(submission(&ada, "aa", "1.0.0"), &details)).await;
    assert_eq!(release.card.details, json!(details));

    let card = db.list_items(&ItemQuery::default()).await.unwrap().items.remove(0);
    assert_eq!(card.details[0]["values"], json!(many[..MAX_CARD_VALUES]), "a card is small");
    assert_eq!(card.details[1], details[1]);
    let item = db.item(&id("widgets"), &id("aa")).await.unwrap().unwrap();
    assert_eq!(item.latest.card.details, json!(details));
    let last = format!("v{:02}", MAX_CARD_VALUES + 1);
    assert_eq!(listed(db, &having(&[("shape", &last)])).await, ["aa"], "what no card shows is a filter too");
}

async fn items_are_filtered_by_the_texts_and_flags_of_fields(db: &Db) {
    shop(db).await;
    for (fields, found) in [
        (vec![("shape", "wide")], vec!["aa", "bb"]),
        (vec![("shape", "wide"), ("shape", "tall")], vec!["bb"]),
        (vec![("shape", "wide"), ("free", "true")], vec!["aa"]),
        (vec![("free", "false")], vec!["bb"]),
        (vec![("shape", "Wide")], vec![]),
        (vec![("shape", "")], vec![]),
        (vec![("form", "wide")], vec![]),
        // No words of anybody: a number is shown, and not a filter.
        (vec![("weight", "7")], vec![]),
    ] {
        for category in [None, Some(id("widgets"))] {
            let query = ItemQuery { category, ..having(&fields) };
            assert_eq!(listed(db, &query).await, found, "{fields:?}");
            let searched = ItemQuery { q: Some("title".into()), ..query };
            assert_eq!(listed(db, &searched).await, found, "{fields:?} in a search");
        }
    }
    let tagged = ItemQuery { tags: vec!["wide".into()], ..ItemQuery::default() };
    assert_eq!(listed(db, &tagged).await, [""; 0], "a field is no tag");
}

async fn fields_are_counted_like_tags(db: &Db) {
    shop(db).await;
    let keys = ["free", "shape", "weight", "unknown"];
    let everything = ["free: false 1, true 1", "shape: wide 2, tall 1"];
    for category in [None, Some(id("widgets"))] {
        let all = ItemQuery { category, ..ItemQuery::default() };
        assert_eq!(counted(db, &all, &keys).await, everything, "kept");
        assert_eq!(
            counted(db, &ItemQuery { q: Some("title".into()), ..all }, &keys).await,
            everything,
            "counted"
        );
    }
    assert!(counted(db, &ItemQuery::default(), &[]).await.is_empty(), "what nobody asks for");
    let free = having(&[("free", "true")]);
    assert_eq!(counted(db, &free, &keys).await, ["free: false 1, true 1", "shape: wide 1"]);
    let facets = db.facets(&free).await.unwrap();
    assert_eq!((facets.authors[0].count, facets.is_exact), (1, true), "a field narrows the others");

    let mistyped = ItemQuery { q: Some("tilte".into()), ..ItemQuery::default() };
    assert_eq!(counted(db, &mistyped, &keys).await, everything);
    db.set_category_enabled(&id("widgets"), false, event("category.disabled")).await.unwrap();
    assert!(counted(db, &ItemQuery::default(), &keys).await.is_empty());
    db.set_category_enabled(&id("widgets"), true, event("category.enabled")).await.unwrap();
    assert_eq!(counted(db, &ItemQuery::default(), &keys).await, everything);
}

async fn what_is_said_anew_takes_the_place_of_what_was_said(db: &Db) {
    let [aa, bb, cc] = shop(db).await;
    let said = || {
        vec![
            (aa.id.clone(), json!([detail("shape", &[text("round")]), detail("size", &[text("big")])])),
            (bb.id.clone(), bb.card.details.clone()),
            (cc.id.clone(), json!([detail("shape", &[text("round")])])),
        ]
    };
    let widgets = id("widgets");
    assert_eq!(db.present_again(&widgets, said(), event("presented")).await.unwrap(), 2);
    assert_eq!(db.actions().await.last().unwrap(), "presented");
    let keys = ["free", "shape", "size"];
    let everything = ["free: false 1", "shape: round 2, tall 1, wide 1", "size: big 1"];
    for q in [None, Some("title".to_owned())] {
        let query = ItemQuery { q, ..ItemQuery::default() };
        assert_eq!(counted(db, &query, &keys).await, everything);
    }
    assert_eq!(listed(db, &having(&[("shape", "round")])).await, ["aa", "cc"]);
    assert_eq!(listed(db, &having(&[("free", "true")])).await, [""; 0]);

    let item = db.item(&widgets, &id("aa")).await.unwrap().unwrap();
    assert_eq!(item.latest.card.details[1]["field"], "size");
    assert_eq!(item.latest.verdict, aa.verdict, "what was said at submission is a record");
    assert_eq!(
        item.item.card.updated_at,
        db.list_items(&ItemQuery::default()).await.unwrap().items[2].updated_at
    );
    assert_eq!(item.latest.approved_at, Some(item.item.card.updated_at), "it is no update");

    let before = db.actions().await.len();
    assert_eq!(db.present_again(&widgets, said(), event("presented")).await.unwrap(), 0);
    assert_eq!(db.actions().await.len(), before, "nothing changed, and nothing is told");
}

async fn a_list_goes_on_while_its_category_says_everything_anew(db: &Db) {
    let releases = shop(db).await;
    let keyed = having(&[("shape", "wide")]);
    for query in [ItemQuery { sort: Sort::Name, ..ItemQuery::default() }, keyed] {
        let first = db.list_items(&ItemQuery { limit: Some(1), ..query.clone() }).await.unwrap();
        let said = releases.iter().enumerate().map(|(number, one)| {
            (one.id.clone(), json!([detail("shape", &[text(&format!("{number} of {:?}", query.fields))])]))
        });
        assert_eq!(db.present_again(&id("widgets"), said.collect(), event("presented")).await.unwrap(), 3);
        let mut slugs: Vec<_> = first.items.iter().map(|card| card.slug.to_string()).collect();
        let mut cursor = first.next_cursor;
        while cursor.is_some() {
            let page = db.list_items(&ItemQuery { cursor, limit: Some(1), ..query.clone() }).await.unwrap();
            slugs.extend(page.items.iter().map(|card| card.slug.to_string()));
            cursor = page.next_cursor;
        }
        let expected: &[&str] = if query.fields.is_empty() { &["aa", "bb", "cc"] } else { &["aa", "bb"] };
        assert_eq!(slugs, expected);
        // As they were, for the next query.
        let said = releases.iter().map(|one| (one.id.clone(), one.card.details.clone()));
        db.present_again(&id("widgets"), said.collect(), event("presented")).await.unwrap();
    }
}

async fn a_release_that_waits_or_is_not_the_latest_says_it_when_it_is_shown(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, with(submission(&ada, "aa", "1.0.0"), &[detail("shape", &[text("old")])])).await;
    let new = publish(db, with(submission(&ada, "aa", "2.0.0"), &[detail("shape", &[text("new")])])).await;
    let waits = submit(db, submission(&ada, "bb", "1.0.0")).await;
    let said = vec![
        (old.id.clone(), json!([detail("shape", &[text("round")])])),
        (waits.id.clone(), json!([detail("shape", &[text("square")])])),
    ];
    assert_eq!(db.present_again(&id("widgets"), said, event("presented")).await.unwrap(), 2);
    assert_eq!(counted(db, &ItemQuery::default(), &["shape"]).await, ["shape: new 1"]);
    decide(db, &new, Status::Approved, Status::Flagged).await;
    decide(db, &waits, Status::Pending, Status::Approved).await;
    assert_eq!(counted(db, &ItemQuery::default(), &["shape"]).await, ["shape: round 1, square 1"]);
}

async fn only_releases_of_the_category_say_anything(db: &Db) {
    let [aa, ..] = shop(db).await;
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    let said =
        || vec![(aa.id.clone(), json!([])), ("018f0000-0000-7000-8000-000000000000".into(), json!([]))];
    assert_eq!(db.present_again(&id("themes"), said(), event("presented")).await.unwrap(), 0);
    assert_eq!(listed(db, &having(&[("shape", "wide")])).await, ["aa", "bb"]);
    assert_eq!(db.present_again(&id("widgets"), said(), event("presented")).await.unwrap(), 1);
    assert_eq!(listed(db, &having(&[("shape", "wide")])).await, ["bb"]);
    assert_eq!(db.present_again(&id("widgets"), Vec::new(), event("presented")).await.unwrap(), 0);
}

async fn hostile_fields_are_questions(db: &Db) {
    shop(db).await;
    for text in ["\0", "' OR 1=1 --", "\" *", "a:b:c", "%", "_", &"x".repeat(10_000), "😀\n"] {
        let query = having(&[(text, text), ("shape", text)]);
        assert_eq!(listed(db, &query).await, [""; 0], "{text:.20}");
        let facets = ItemQuery { q: Some(text.to_owned()), ..query };
        assert!(counted(db, &facets, &["shape", "' OR 1=1 --"]).await.is_empty());
    }
    // More than count are not looked at; whoever asks is told so before.
    let many: Vec<_> = (0..MAX_FIELDS).map(|_| ("shape", "wide")).chain([("shape", "none")]).collect();
    assert_eq!(listed(db, &having(&many)).await, ["aa", "bb"]);
    let first = ItemQuery { limit: Some(1), ..having(&[("shape", "wide")]) };
    let cursor = db.list_items(&first).await.unwrap().next_cursor;
    let other = ItemQuery { cursor, ..having(&[("shape", "tall")]) };
    assert!(matches!(db.list_items(&other).await, Err(PageError::BadCursor)), "a cursor of another query");
}
