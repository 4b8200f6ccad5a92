//! Lists, search and facets, as anybody sees them.

use marketplace_manifest::{Digest, Draft};
use reqwest::StatusCode;
use serde_json::{Value, json};

use marketplace::account::Scope;

use crate::house::{Author, House, Release, on_both_databases, package};

on_both_databases![
    the_list_of_all_categories_is_searched_sorted_and_paged_like_one,
    a_typing_error_is_forgiven_and_the_answer_says_so,
    facets_say_what_another_choice_would_find,
    a_tag_given_twice_is_two_tags,
    a_category_that_is_disabled_is_out_of_every_list,
    whatever_is_sent_gets_an_answer,
    a_cursor_of_another_list_is_none,
];

/// A signed release with what people search.
fn described(author: &Author, kind: &str, name: &str, title: &str, keywords: &[&str]) -> Release {
    let package = package(&[("note.txt", "hi")]);
    let keywords = keywords.iter().map(ToString::to_string).collect();
    let draft = Draft::new(kind, name.parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
    let draft = draft.with_title(title).unwrap().with_keywords(keywords).unwrap();
    let manifest = draft.fill(&author.id, &Digest::of(&package)).unwrap().sign(&author.key);
    Release { manifest: manifest.to_json().to_string(), package }
}

async fn publish(house: &House, author: &Author, category: &str, release: &Release) {
    let (status, submitted) = author.person.submit(category, release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let path = format!("/cp/api/v1/admin/marketplace/queue/{}/approve", submitted["id"].as_str().unwrap());
    assert_eq!(moderator.post(&path, json!({ "note": "fine" })).await.0, StatusCode::NO_CONTENT);
}

/// Two notes and a poster: `pulse` and `clock` of ada, `dawn` of eve.
async fn shop(house: &House) {
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let (ada, eve) = (house.author("ada").await, house.author("eve").await);
    for (author, category, kind, name, title, keywords) in [
        (&ada, "notes", "note", "pulse", "System Pulse", ["monitor", "linux"].as_slice()),
        (&ada, "notes", "note", "clock", "Clock", &["monitor"]),
        (&eve, "posters", "posters", "dawn", "Dawn over a System", &["nature"]),
    ] {
        publish(house, author, category, &described(author, kind, name, title, keywords)).await;
    }
}

async fn get(house: &House, path: &str) -> Value {
    let (status, answer) = house.visitor().get(&format!("/api/v1/marketplace{path}")).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer:#}");
    answer
}

fn slugs(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

async fn the_list_of_all_categories_is_searched_sorted_and_paged_like_one(house: House) {
    shop(&house).await;
    assert_eq!(slugs(&get(&house, "/items").await), ["dawn", "clock", "pulse"]);
    assert_eq!(slugs(&get(&house, "/items?sort=name").await), ["clock", "dawn", "pulse"]);
    let found = get(&house, "/items?q=system").await;
    assert_eq!(slugs(&found), ["pulse", "dawn"], "what begins with it comes first");
    assert_eq!((&found["total"], &found["total_is_exact"]), (&json!(2), &json!(true)));
    assert_eq!(slugs(&get(&house, "/notes/items?q=systempulse").await), ["pulse"]);

    let mut seen = Vec::new();
    let mut path = "/items?limit=1".to_owned();
    loop {
        let page = get(&house, &path).await;
        assert_eq!(page["total"], 3);
        seen.extend(slugs(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/items?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["dawn", "clock", "pulse"]);
}

async fn a_typing_error_is_forgiven_and_the_answer_says_so(house: House) {
    shop(&house).await;
    let found = get(&house, "/items?q=Sytsem+puls").await;
    assert_eq!((slugs(&found), &found["corrected"]), (vec!["pulse"], &json!("system puls")));
    let found = get(&house, "/items?q=system").await;
    assert_eq!(found["corrected"], Value::Null);
    let facets = get(&house, "/facets?q=Sytsem").await;
    assert_eq!((&facets["corrected"], &facets["authors"][0]["count"]), (&json!("system"), &json!(1)));
}

async fn facets_say_what_another_choice_would_find(house: House) {
    shop(&house).await;
    let facets = get(&house, "/facets").await;
    assert_eq!(
        facets,
        json!({
            "tags": [
                { "value": "monitor", "count": 2 },
                { "value": "linux", "count": 1 },
                { "value": "nature", "count": 1 },
            ],
            "authors": [{ "value": "ada", "count": 2 }, { "value": "eve", "count": 1 }],
            "permissions": [],
            "fields": [],
            "categories": [{ "value": "notes", "count": 2 }, { "value": "posters", "count": 1 }],
            "counts_are_exact": true,
            "corrected": null,
        })
    );
    let facets = get(&house, "/facets?author=eve").await;
    assert_eq!(facets["tags"], json!([{ "value": "nature", "count": 1 }]));
    assert_eq!(facets["authors"].as_array().unwrap().len(), 2);
    let facets = get(&house, "/posters/facets").await;
    assert_eq!(
        (&facets["authors"], facets.get("categories")),
        (&json!([{ "value": "eve", "count": 1 }]), None)
    );
    let (status, _) = house.visitor().get("/api/v1/marketplace/nowhere/facets").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn a_tag_given_twice_is_two_tags(house: House) {
    shop(&house).await;
    assert_eq!(slugs(&get(&house, "/items?tag=monitor").await), ["clock", "pulse"]);
    assert_eq!(slugs(&get(&house, "/items?tag=monitor&tag=linux").await), ["pulse"]);
    assert_eq!(slugs(&get(&house, "/notes/items?tag=monitor&tag=nature").await), [""; 0]);
    for (path, code) in
        [("?author=ada&author=eve", "bad_query"), (&*"&tag=x".repeat(17).replacen('&', "?", 1), "bad_query")]
    {
        let (status, problem) = house.visitor().get(&format!("/api/v1/marketplace/items{path}")).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_REQUEST, Some(code)), "{path}");
    }
}

async fn a_category_that_is_disabled_is_out_of_every_list(house: House) {
    shop(&house).await;
    let event = marketplace_store::Event::new("test", "category.disabled", "category:posters");
    house.market.store.set_category_enabled(&"posters".parse().unwrap(), false, event).await.unwrap();
    let list = get(&house, "/items").await;
    assert_eq!((slugs(&list), &list["total"]), (vec!["clock", "pulse"], &json!(2)));
    assert_eq!(get(&house, "/facets").await["categories"], json!([{ "value": "notes", "count": 2 }]));
    let (status, _) = house.visitor().get("/api/v1/marketplace/posters/items").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn whatever_is_sent_gets_an_answer(house: House) {
    shop(&house).await;
    let nasty = [
        "%22",
        "%27%20OR%201%3D1--",
        "%00",
        "a%00b",
        "NEAR(x)",
        "*",
        "-x",
        "%7Btitle%7D%3Ax",
        "%5C",
        "%25",
        "$1",
        "%F0%9F%A6%80",
        "%E2%80%AE",
        "x%20%26%20!y",
        "%EF%B7%BD",
        "+",
        "%E8%AA%9E",
    ];
    let long = "x+".repeat(2_000);
    for text in nasty.into_iter().chain([long.as_str()]) {
        for list in ["/items", "/notes/items", "/facets", "/notes/facets"] {
            for name in ["q", "tag", "permission"] {
                get(&house, &format!("{list}?{name}={text}")).await;
            }
            let (status, problem) =
                house.visitor().get(&format!("/api/v1/marketplace{list}?author={text}")).await;
            assert!(!status.is_server_error(), "{list} {text}: {problem:#}");
        }
        let (status, problem) =
            house.visitor().get(&format!("/api/v1/marketplace/items?cursor={text}")).await;
        assert!(status.is_client_error(), "{text}: {problem:#}");
    }
}

async fn a_cursor_of_another_list_is_none(house: House) {
    shop(&house).await;
    let cursor = get(&house, "/items?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    for other in ["/notes/items?", "/items?sort=name&", "/items?q=system&", "/items?tag=monitor&"] {
        let path = format!("/api/v1/marketplace{other}cursor={cursor}");
        let (status, problem) = house.visitor().get(&path).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::NOT_FOUND, Some("bad_cursor")),
            "{other}"
        );
    }
}
