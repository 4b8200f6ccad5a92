//! What people expect of a search: one suite of expectations, and both databases keep it.

use marketplace_store::{Event, ItemPage, ItemQuery, NewSubmission, Sort, Status, Store};

use crate::contract;
use crate::support::*;

contract![
    a_name_is_found_joined_split_and_begun,
    keywords_and_the_author_are_found,
    text_without_spaces_is_found_from_any_character_on,
    what_is_searched_comes_before_what_mentions_it,
    the_more_popular_of_two_equal_matches_comes_first,
    a_typing_error_finds_what_was_meant,
    a_word_that_something_begins_with_is_what_was_meant,
    what_nothing_resembles_stays_as_it_was_typed,
    a_correction_holds_on_every_page,
    words_vanish_with_their_last_item,
    every_tag_must_be_there,
    every_letter_there_is_can_be_searched,
    whatever_is_sent_is_a_query,
    a_disabled_category_is_left_out_of_the_list_of_all,
];

/// An item with nothing in it but this title.
fn item(who: &Who, slug: &str, title: &str) -> NewSubmission {
    let mut new = submission(who, slug, "1.0.0");
    new.card.title = title.into();
    new.card.summary = String::new();
    new.card.description = String::new();
    new.card.keywords = Vec::new();
    new
}

type Who = (marketplace_store::Author, marketplace_store::AuthorKey);

async fn page(db: &Store, q: &str) -> ItemPage {
    db.list_items(&ItemQuery { q: Some(q.into()), ..ItemQuery::default() }).await.unwrap()
}

async fn search(db: &Store, q: &str) -> Vec<String> {
    slugs(&page(db, q).await)
}

fn slugs(page: &ItemPage) -> Vec<String> {
    page.items.iter().map(|card| card.slug.to_string()).collect()
}

async fn a_name_is_found_joined_split_and_begun(db: &Db) {
    let ada = world(db).await;
    publish(db, item(&ada, "pulse", "System Pulse")).await;
    publish(db, item(&ada, "git-hub-feed", "GitHubFeed")).await;
    for q in [
        "systempulse",
        "System Pulse",
        "system-pulse",
        "SystemPulse",
        "sys pul",
        "systemp",
        "sys tempulse",
        "pulse",
    ] {
        assert_eq!(search(db, q).await, ["pulse"], "{q}");
    }
    for q in ["github", "git hub", "GitHub", "githubfeed", "hub feed", "git-hub-feed", "feed"] {
        assert_eq!(search(db, q).await, ["git-hub-feed"], "{q}");
    }
    for q in ["ste", "emp", "uls"] {
        assert_eq!(page(db, q).await.total, 0, "{q}: a word is found from its start");
    }
}

async fn keywords_and_the_author_are_found(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve-labs").await;
    let mut new = item(&ada, "aa", "Something");
    new.card.keywords = vec!["network-monitor".into()];
    publish(db, new).await;
    publish(db, item(&eve, "bb", "Something")).await;
    for (q, expected) in [
        ("network", "aa"),
        ("networkmonitor", "aa"),
        ("monitor something", "aa"),
        ("eve", "bb"),
        ("eve-labs", "bb"),
        ("evelabs something", "bb"),
    ] {
        assert_eq!(search(db, q).await, [expected], "{q}");
    }
}

async fn text_without_spaces_is_found_from_any_character_on(db: &Db) {
    let ada = world(db).await;
    let mut new = item(&ada, "aa", "日本語の天気予報ウィジェット");
    new.card.description = "ระบบพยากรณ์อากาศ".into();
    publish(db, new).await;
    publish(db, item(&ada, "bb", "天文")).await;
    for (q, expected) in [
        ("天気", vec!["aa"]),
        ("天", vec!["bb", "aa"]),
        ("予報ウィ", vec!["aa"]),
        ("日本語の天気予報ウィジェット", vec!["aa"]),
        ("本語の天気予報ウィジェット", vec!["aa"]),
        ("อากาศ", vec!["aa"]),
        ("天候", vec![]),
    ] {
        let page = page(db, q).await;
        assert_eq!(
            (slugs(&page), page.corrected),
            (expected.into_iter().map(String::from).collect(), None),
            "{q}"
        );
    }
}

async fn what_is_searched_comes_before_what_mentions_it(db: &Db) {
    let ada = world(db).await;
    let storm = author(db, "storms", "storm").await;
    let mut described = item(&ada, "described", "Aa");
    described.card.description = "For a storm, after a storm, in a storm".into();
    let mut summed_up = item(&ada, "summed-up", "Bb");
    summed_up.card.summary = "Stormy weather".into();
    let mut tagged = item(&ada, "tagged", "Cc");
    tagged.card.keywords = vec!["storm".into()];
    let (written, inside) = (item(&storm, "written", "Dd"), item(&ada, "inside", "After a Storm"));
    let (begins, exact, named) =
        (item(&ada, "begins", "Storm Watch"), item(&ada, "exact", "STORM!"), item(&ada, "storm", "Ee"));
    // Published from the best match to the least, and the other way round: newest first must not decide.
    for new in [exact, named, begins, inside, tagged, written, summed_up, described] {
        publish(db, new).await;
    }
    let expected = ["storm", "exact", "begins", "inside", "written", "tagged", "summed-up", "described"];
    assert_eq!(search(db, "storm").await, expected);
    let mut again = item(&ada, "described", "Aa");
    (again.version, again.card.description) = (id("1.1.0"), "A storm".into());
    publish(db, again).await;
    assert_eq!(search(db, "storm").await, expected, "and an update does not lift a lesser match");
    assert_eq!(search(db, "storm watch").await, ["begins"]);
}

async fn the_more_popular_of_two_equal_matches_comes_first(db: &Db) {
    let ada = world(db).await;
    let popular = publish(db, item(&ada, "popular", "Clock")).await;
    publish(db, item(&ada, "newer", "Clock")).await;
    assert_eq!(search(db, "clock").await, ["newer", "popular"]);
    for number in 0..10 {
        let tenant = format!("tenant{number}");
        db.ensure_tenant(&id(&tenant), event("tenant.created")).await.unwrap();
        db.commit_install(installation(&popular, &tenant), event("installed")).await.unwrap();
    }
    assert_eq!(search(db, "clock").await, ["popular", "newer"]);
    let mut mentioned = item(&ada, "third", "Alarm Clock");
    mentioned.card.summary = "Not what is searched itself".into();
    publish(db, mentioned).await;
    assert_eq!(search(db, "clock").await, ["popular", "newer", "third"]);
}

async fn a_typing_error_finds_what_was_meant(db: &Db) {
    let ada = world(db).await;
    let mut new = item(&ada, "aa", "Weather Calendar");
    new.card.description = "Load, погода and Überwachung".into();
    new.card.keywords = vec!["kubernetes".into()];
    publish(db, new).await;
    for (typed, meant) in [
        ("wether", "weather"),
        ("weathr", "weather"),
        ("wheather", "weather"),
        ("waether", "weather"),
        ("veather", "weather"),
        ("WEATEHR calender", "weather calendar"),
        ("calandar", "calendar"),
        ("clendar", "calendar"),
        ("celandar", "calendar"),
        ("alendar", "calendar"),
        ("laod", "load"),
        ("olad", "load"),
        ("lload", "load"),
        ("kubernetis", "kubernetes"),
        ("kuberntse", "kubernetes"),
        ("пагода", "погода"),
        ("uberwahcung", "uberwachung"),
        ("wether cal", "weather cal"),
        ("weathercalender", "weathercalendar"),
    ] {
        let page = page(db, typed).await;
        assert_eq!((slugs(&page), page.corrected.as_deref()), (vec!["aa".into()], Some(meant)), "{typed}");
        assert_eq!(page.total, 1);
    }
    let filtered = ItemQuery { q: Some("wether".into()), author: Some(id("eve")), ..ItemQuery::default() };
    let page = db.list_items(&filtered).await.unwrap();
    assert_eq!(
        (page.total, page.corrected.as_deref()),
        (0, Some("weather")),
        "what was searched, found or not"
    );
}

async fn a_word_that_something_begins_with_is_what_was_meant(db: &Db) {
    let ada = world(db).await;
    publish(db, item(&ada, "aa", "Weather")).await;
    publish(db, item(&ada, "bb", "Wetherby")).await;
    for (q, expected) in [("wether", "bb"), ("weathe", "aa"), ("weather", "aa")] {
        let page = page(db, q).await;
        assert_eq!((slugs(&page), page.corrected), (vec![expected.into()], None), "{q}");
    }
    let page = page(db, "weather wetherby").await;
    assert_eq!((page.total, page.corrected), (0, None), "each is there, both together are not");
}

async fn what_nothing_resembles_stays_as_it_was_typed(db: &Db) {
    let ada = world(db).await;
    publish(db, item(&ada, "aa", "CPU Load 2024 Weather")).await;
    for q in ["cpx", "2025", "water", "wea", "zzzzzzzz", "loud now", "天気", &"weather".repeat(9)] {
        let page = page(db, q).await;
        // `loud` is one letter from `load`; then there is still no `now`.
        let expected = q.starts_with("loud").then_some("load now");
        assert_eq!((page.total, page.corrected.as_deref()), (i64::from(q == "wea"), expected), "{q}");
    }
}

async fn a_correction_holds_on_every_page(db: &Db) {
    let ada = world(db).await;
    for slug in ["aa", "bb", "cc"] {
        publish(db, item(&ada, slug, "Weather")).await;
    }
    let mut query = ItemQuery { q: Some("wether".into()), limit: Some(1), ..ItemQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = db.list_items(&query).await.unwrap();
        assert_eq!((page.corrected.as_deref(), page.total), (Some("weather"), 3));
        seen.extend(slugs(&page));
        // Now something is spelled like that: the next pages are still of the same list.
        if seen.len() == 1 {
            publish(db, item(&ada, "dd", "Wether")).await;
        }
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["cc", "bb", "aa"]);
    assert_eq!(search(db, "wether").await, ["dd"]);
}

async fn words_vanish_with_their_last_item(db: &Db) {
    let ada = world(db).await;
    let one = publish(db, item(&ada, "aa", "Weather Station")).await;
    let other = publish(db, item(&ada, "bb", "Weather")).await;
    assert_eq!(search(db, "staton").await, ["aa"]);
    decide(db, &one, Status::Approved, Status::Flagged).await;
    assert_eq!(page(db, "staton").await.corrected, None);
    assert_eq!(search(db, "wether").await, ["bb"], "another item has it still");
    decide(db, &other, Status::Approved, Status::Flagged).await;
    assert_eq!(page(db, "wether").await.corrected, None);
    decide(db, &one, Status::Flagged, Status::Approved).await;
    assert_eq!(search(db, "wether staton").await, ["aa"]);
    let mut update = item(&ada, "aa", "Climate");
    update.version = id("2.0.0");
    publish(db, update).await;
    assert_eq!(page(db, "wether").await.corrected, None);
    assert_eq!(search(db, "climite").await, ["aa"]);
}

async fn every_tag_must_be_there(db: &Db) {
    let ada = world(db).await;
    for (slug, tags) in [("aa", vec!["linux", "cpu"]), ("bb", vec!["linux"]), ("cc", vec!["cpu", "load"])] {
        let mut new = item(&ada, slug, "Meter");
        new.card.keywords = tags.into_iter().map(String::from).collect();
        publish(db, new).await;
    }
    for (tags, expected) in [
        (vec!["linux"], vec!["bb", "aa"]),
        (vec!["linux", "cpu"], vec!["aa"]),
        (vec!["cpu", "linux", "cpu"], vec!["aa"]),
        (vec!["linux", "load"], vec![]),
        (vec!["Linux"], vec![]),
    ] {
        for (q, sort) in [(None, Sort::Newest), (Some("meter".to_owned()), Sort::Relevance)] {
            let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let query = ItemQuery { q, sort, tags, ..ItemQuery::default() };
            let page = db.list_items(&query).await.unwrap();
            assert_eq!(
                (slugs(&page), page.total),
                (expected.iter().map(|s| (*s).to_owned()).collect(), page.items.len() as i64),
                "{query:?}"
            );
        }
    }
}

async fn every_letter_there_is_can_be_searched(db: &Db) {
    let ada = world(db).await;
    let letters: Vec<char> = ('\0'..=char::MAX).filter(|c| c.is_alphanumeric()).collect();
    for (number, letters) in letters.chunks(12 * 60).step_by(7).enumerate() {
        let words: Vec<String> = letters.chunks(60).map(String::from_iter).collect();
        let q = words.join(" ");
        // Also as text of an item, where a word that falls apart would be found by its second half.
        let mut new = item(&ada, &format!("item{number}"), "Letters");
        new.card.summary = words.last().unwrap().clone();
        if number % 8 == 0 {
            publish(db, new).await;
        }
        let found = db.list_items(&ItemQuery { q: Some(q), ..ItemQuery::default() }).await;
        assert!(found.is_ok(), "{found:?}");
    }
}

async fn whatever_is_sent_is_a_query(db: &Db) {
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
        "cpu\0",
        "%",
        "$1",
        "');DROP TABLE items;--",
        "\u{202e}\u{200b}",
        "﷽",
        "İ",
        "ß",
        "🦀",
        "a\u{301}\u{301}",
        "\u{10ffff}",
        "\u{fffd}",
        "ﷺ",
        "Ⅷ",
        "¼",
        "  ",
        "laod'",
        "wether\"",
        "%%%%",
        "____",
    ];
    let long = ["x".repeat(100_000), "x ".repeat(50_000), "語".repeat(10_000), "laod ".repeat(100)];
    for text in nasty.into_iter().map(str::to_owned).chain(long) {
        for sort in [Sort::Relevance, Sort::Newest, Sort::Updated, Sort::Name, Sort::Installs, Sort::Rating] {
            let all = ItemQuery { sort, limit: Some(1), ..ItemQuery::default() };
            for query in [
                ItemQuery { q: Some(text.clone()), ..all.clone() },
                ItemQuery { tags: vec![text.clone(); 40], ..all.clone() },
                ItemQuery { permission: Some(text.clone()), ..all.clone() },
                ItemQuery {
                    q: Some(text.clone()),
                    tags: vec![text.clone()],
                    permission: Some(text.clone()),
                    category: Some(id("widgets")),
                    author: Some(id("ada")),
                    ..all.clone()
                },
            ] {
                let page = db.list_items(&query).await;
                assert!(page.is_ok(), "{text:.60}: {page:?}");
                if sort == Sort::Relevance {
                    let facets = db.facets(&query).await;
                    assert!(facets.is_ok(), "{text:.60}: {facets:?}");
                }
            }
        }
    }
}

async fn a_disabled_category_is_left_out_of_the_list_of_all(db: &Db) {
    let ada = world(db).await;
    db.put_category(category("themes"), event("category.put")).await.unwrap();
    let mut theme = item(&ada, "dawn", "Dawn");
    theme.category = id("themes");
    publish(db, theme).await;
    publish(db, item(&ada, "clock", "Clock at Dawn")).await;
    let set = async |enabled| {
        db.set_category_enabled(&id("themes"), enabled, Event::new("op", "category.changed", "themes"))
            .await
            .unwrap();
    };
    for (enabled, expected) in [(true, 2), (false, 1), (false, 1), (true, 2)] {
        set(enabled).await;
        for sort in [Sort::Newest, Sort::Name, Sort::Installs] {
            for q in [None, Some("dawn".to_owned())] {
                let page = db.list_items(&ItemQuery { q, sort, ..ItemQuery::default() }).await.unwrap();
                assert_eq!((page.items.len(), page.total), (expected, expected as i64), "{sort}");
            }
        }
    }
    set(false).await;
    let mut update = item(&ada, "dawn", "Dawn");
    (update.category, update.version) = (id("themes"), id("2.0.0"));
    publish(db, update).await;
    assert_eq!(
        db.list_items(&ItemQuery::default()).await.unwrap().total,
        1,
        "nor counted by an update meanwhile"
    );
    set(true).await;
    assert_eq!(db.list_items(&ItemQuery::default()).await.unwrap().total, 2);
}
