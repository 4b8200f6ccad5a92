//! Reviews from outside: those who write them, those they are about, and those who keep the peace.

use marketplace::account::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Person, on_both_databases};

on_both_databases![
    a_tenant_reviews_what_it_installed_edits_it_and_takes_it_back,
    only_what_was_installed_is_reviewed_and_never_ones_own,
    the_list_shows_everybody_what_reviews_come_to_and_the_caller_their_own,
    the_author_replies_and_nobody_else,
    a_reported_review_waits_for_a_moderator_who_may_dismiss_it,
    a_removed_review_is_told_to_its_writer_and_not_written_again,
    of_two_moderators_at_once_one_decides_on_a_review,
    a_decision_names_what_was_looked_at,
    everybody_rates_at_once_and_every_star_is_counted,
    one_perfect_review_does_not_lead_the_list,
    an_item_that_is_not_public_has_no_reviews_and_keeps_them,
    hostile_words_come_back_as_they_went_in_or_are_refused,
    the_story_of_a_review_is_in_the_audit_log,
];

const REVIEWS: &str = "/api/v1/marketplace/notes/items/hello/reviews";
const CASES: &str = "/cp/api/v1/admin/marketplace/reviews";
const NOWHERE: &str = "01890000-0000-7000-8000-000000000000";

/// The note `hello` by `ada`, installed by these tenants; a person of each who may install, and the author.
async fn reviewed<const N: usize>(house: &House, tenants: [&str; N]) -> (Person, [Person; N]) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let homes = tenants.map(async |tenant| {
        let home = house.person(tenant, &[Scope::Install]).await;
        let (status, answer) = home.install("notes/hello", json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{answer:#}");
        home
    });
    let homes = futures_util::future::join_all(homes).await.try_into().ok().unwrap();
    (ada.person, homes)
}

async fn moderator(house: &House) -> Person {
    house.person("moderators", &[Scope::Moderate]).await
}

/// Writes a review; its id.
async fn review(person: &Person, rating: u8) -> String {
    let (status, written) = person.post(REVIEWS, json!({ "rating": rating })).await;
    assert_eq!(status, StatusCode::CREATED, "{written:#}");
    written["id"].as_str().unwrap().to_owned()
}

async fn report(person: &Person, id: &str) -> (StatusCode, Value) {
    person.post(&format!("{REVIEWS}/{id}/report"), json!({ "reason": "spam" })).await
}

async fn decide(person: &Person, id: &str, verb: &str) -> (StatusCode, Value) {
    person.post(&format!("{CASES}/{id}/{verb}"), json!({ "reason": format!("to {verb} it") })).await
}

fn refused(answer: (StatusCode, Value), status: StatusCode, code: &str) {
    assert_eq!((answer.0, answer.1["code"].as_str()), (status, Some(code)), "{:#}", answer.1);
}

async fn a_tenant_reviews_what_it_installed_edits_it_and_takes_it_back(house: House) {
    let (ada, [home]) = reviewed(&house, ["home"]).await;
    let words = json!({ "rating": 2, "title": "It wobbles", "body": "A *lot*." });
    let (status, written) = home.post(REVIEWS, words.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{written:#}");
    for name in ["rating", "title", "body"] {
        assert_eq!(written[name], words[name]);
    }
    assert_eq!((&written["tenant"], &written["version"]), (&json!("home"), &json!("1.0.0")));
    assert_eq!((&written["edited_at"], &written["reply"]), (&Value::Null, &Value::Null));

    let (status, edited) = home.post(REVIEWS, json!({ "rating": 4, "title": null })).await;
    assert_eq!(status, StatusCode::OK, "{edited:#}");
    assert_eq!((&edited["id"], &edited["rating"]), (&written["id"], &json!(4)));
    assert_eq!((&edited["title"], &edited["body"]), (&Value::Null, &Value::Null), "all of it is replaced");
    assert!(edited["edited_at"].is_string());
    let (_, item) = ada.get("/api/v1/marketplace/notes/items/hello").await;
    assert_eq!((&item["rating"], &item["rating_count"]), (&json!(4.0), &json!(1)));

    // Also when it is not installed any more.
    home.delete("/api/v1/marketplace/notes/items/hello/install").await;
    assert_eq!(home.delete(&format!("{REVIEWS}/mine")).await.0, StatusCode::NO_CONTENT);
    refused(home.delete(&format!("{REVIEWS}/mine")).await, StatusCode::NOT_FOUND, "not_found");
    let (_, item) = ada.get("/api/v1/marketplace/notes/items/hello").await;
    assert_eq!((&item["rating"], &item["rating_count"]), (&Value::Null, &json!(0)));
    assert_ne!(review(&home, 5).await, written["id"]);
}

async fn only_what_was_installed_is_reviewed_and_never_ones_own(house: House) {
    reviewed(&house, ["home", "ada"]).await;
    let passer_by = house.person("passer-by", &[Scope::Install]).await;
    let answer = passer_by.post(REVIEWS, json!({ "rating": 1 })).await;
    refused(answer, StatusCode::FORBIDDEN, "review_not_installed");
    let ada = house.person("ada", &[Scope::Install, Scope::Publish]).await;
    refused(ada.post(REVIEWS, json!({ "rating": 5 })).await, StatusCode::FORBIDDEN, "review_own_item");
    for item in ["notes/items/nothing", "nothing/items/hello"] {
        let path = format!("/api/v1/marketplace/{item}/reviews");
        refused(passer_by.post(&path, json!({ "rating": 1 })).await, StatusCode::NOT_FOUND, "not_found");
        refused(passer_by.get(&path).await, StatusCode::NOT_FOUND, "not_found");
    }
}

async fn the_list_shows_everybody_what_reviews_come_to_and_the_caller_their_own(house: House) {
    let (_, homes) = reviewed(&house, ["one", "two", "three"]).await;
    for (home, rating) in homes.iter().zip([5, 3, 5]) {
        review(home, rating).await;
    }
    let (_, all) = house.visitor().get(REVIEWS).await;
    let distribution = json!({ "1": 0, "2": 0, "3": 1, "4": 0, "5": 2 });
    assert_eq!(all["summary"], json!({ "average": 4.33, "count": 3, "distribution": distribution }));
    assert_eq!((&all["mine"], &all["next_cursor"]), (&Value::Null, &Value::Null));
    let (_, seen) = homes[1].get(REVIEWS).await;
    assert_eq!((&seen["mine"]["tenant"], &seen["mine"]["removed"]), (&json!("two"), &Value::Null));

    for (sort, expected) in [
        ("newest", ["three", "two", "one"]),
        ("rating", ["three", "one", "two"]),
        ("lowest", ["two", "three", "one"]),
    ] {
        let (mut tenants, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{REVIEWS}?sort={sort}&limit=1{cursor}");
            let (status, page) = house.visitor().get(&path).await;
            assert_eq!(status, StatusCode::OK, "{page:#}");
            tenants.push(page["reviews"][0]["tenant"].as_str().unwrap().to_owned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(tenants, expected, "{sort}");
    }
    let answer = house.visitor().get(&format!("{REVIEWS}?cursor=x")).await;
    refused(answer, StatusCode::NOT_FOUND, "bad_cursor");
    refused(house.visitor().get(&format!("{REVIEWS}?sort=best")).await, StatusCode::BAD_REQUEST, "bad_query");
}

async fn the_author_replies_and_nobody_else(house: House) {
    let (ada, [home]) = reviewed(&house, ["home"]).await;
    house.publish_note(&house.author("eve").await, "other", "1.0.0", "hi", &[]).await;
    let id = review(&home, 2).await;
    let path = format!("{REVIEWS}/{id}/reply");
    let put = async |who: &Person, path: &str, body: &str| {
        who.call(Method::PUT, path, Some(json!({ "body": body }))).await
    };
    let eve = house.person("eve", &[Scope::Publish]).await;
    refused(put(&eve, &path, "Use mine").await, StatusCode::FORBIDDEN, "author_not_yours");
    refused(put(&home, &path, "Me again").await, StatusCode::FORBIDDEN, "scope_missing");
    let elsewhere = format!("/api/v1/marketplace/notes/items/other/reviews/{id}/reply");
    refused(put(&ada, &elsewhere, "Sorry").await, StatusCode::NOT_FOUND, "not_found");
    refused(ada.delete(&path).await, StatusCode::NOT_FOUND, "not_found");

    let (status, replied) = put(&ada, &path, "Sorry").await;
    assert_eq!(status, StatusCode::CREATED, "{replied:#}");
    assert_eq!((&replied["reply"]["author_id"], &replied["reply"]["body"]), (&json!("ada"), &json!("Sorry")));
    assert_eq!(put(&ada, &path, "Mended").await.0, StatusCode::OK);
    let (_, all) = house.visitor().get(REVIEWS).await;
    assert_eq!(all["reviews"][0]["reply"]["body"], "Mended");
    assert!(all["reviews"][0]["reply"]["edited_at"].is_string());
    refused(eve.delete(&path).await, StatusCode::FORBIDDEN, "author_not_yours");
    assert_eq!(ada.delete(&path).await.0, StatusCode::NO_CONTENT);
    let (_, all) = house.visitor().get(REVIEWS).await;
    assert_eq!(all["reviews"][0]["reply"], Value::Null);
}

async fn a_reported_review_waits_for_a_moderator_who_may_dismiss_it(house: House) {
    let (_, [home, other]) = reviewed(&house, ["home", "other"]).await;
    let moderator = moderator(&house).await;
    let id = review(&home, 1).await;
    let (_, none) = moderator.get(&format!("{CASES}?reported=true")).await;
    assert_eq!(none, json!({ "reviews": [], "next_cursor": null }));
    refused(report(&home, &id).await, StatusCode::FORBIDDEN, "review_own");
    refused(report(&other, NOWHERE).await, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(report(&other, &id).await.0, StatusCode::NO_CONTENT);
    refused(report(&other, &id).await, StatusCode::CONFLICT, "review_reported");

    let (_, waiting) = moderator.get(&format!("{CASES}?reported=true")).await;
    let [case] = waiting["reviews"].as_array().unwrap().as_slice() else { panic!("{waiting:#}") };
    assert_eq!(
        (&case["category"], &case["slug"], &case["state"]),
        (&json!("notes"), &json!("hello"), &json!("reported"))
    );
    assert_eq!(
        (&case["reports"][0]["tenant"], &case["reports"][0]["reason"]),
        (&json!("other"), &json!("spam"))
    );
    for reason in [json!({}), json!({ "reason": " " }), json!({ "reason": null })] {
        refused(
            moderator.post(&format!("{CASES}/{id}/dismiss"), reason).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_body",
        );
    }
    assert_eq!(decide(&moderator, &id, "dismiss").await.0, StatusCode::NO_CONTENT);
    refused(decide(&moderator, &id, "dismiss").await, StatusCode::CONFLICT, "already_decided");
    let (_, all) = moderator.get(CASES).await;
    assert_eq!(
        (&all["reviews"][0]["state"], &all["reviews"][0]["report_count"]),
        (&json!("kept"), &json!(1))
    );
    assert_eq!(all["reviews"][0]["decision"]["reason"], "to dismiss it");
}

async fn a_removed_review_is_told_to_its_writer_and_not_written_again(house: House) {
    let (_, [home, other]) = reviewed(&house, ["home", "other"]).await;
    let moderator = moderator(&house).await;
    let id = review(&home, 1).await;
    review(&other, 5).await;
    assert_eq!(decide(&moderator, &id, "remove").await.0, StatusCode::NO_CONTENT);

    let (_, all) = other.get(REVIEWS).await;
    assert_eq!(all["reviews"].as_array().map(Vec::len), Some(1), "nobody sees it");
    assert_eq!((&all["summary"]["average"], &all["summary"]["count"]), (&json!(5.0), &json!(1)));
    let (_, mine) = home.get(REVIEWS).await;
    assert_eq!(mine["mine"]["removed"]["reason"], "to remove it", "but its writer, who is told why");

    let again = home.post(REVIEWS, json!({ "rating": 1 })).await;
    assert_eq!(again.1["reason"], "to remove it");
    refused(again, StatusCode::CONFLICT, "review_removed");
    refused(home.delete(&format!("{REVIEWS}/mine")).await, StatusCode::CONFLICT, "review_removed");
    refused(report(&other, &id).await, StatusCode::NOT_FOUND, "not_found");

    let (_, removed) = moderator.get(&format!("{CASES}?removed=true")).await;
    assert_eq!(removed["reviews"][0]["id"], id);
    assert_eq!(decide(&moderator, &id, "restore").await.0, StatusCode::NO_CONTENT);
    refused(decide(&moderator, &id, "restore").await, StatusCode::CONFLICT, "already_decided");
    assert_eq!(home.post(REVIEWS, json!({ "rating": 3 })).await.0, StatusCode::OK);
    let (_, all) = other.get(REVIEWS).await;
    assert_eq!((&all["summary"]["average"], &all["summary"]["count"]), (&json!(4.0), &json!(2)));
}

async fn of_two_moderators_at_once_one_decides_on_a_review(house: House) {
    let (_, [home, other]) = reviewed(&house, ["home", "other"]).await;
    let (one, two) = (moderator(&house).await, moderator(&house).await);
    for round in 0..4 {
        let id = review(&home, 1).await;
        assert_eq!(report(&other, &id).await.0, StatusCode::NO_CONTENT);
        let verbs = if round % 2 == 0 { ["remove", "dismiss"] } else { ["dismiss", "remove"] };
        let (one, two) = tokio::join!(decide(&one, &id, verbs[0]), decide(&two, &id, verbs[1]));
        let statuses = [one.0, two.0];
        assert!(statuses.contains(&StatusCode::NO_CONTENT), "{statuses:?}");
        assert!(statuses.contains(&StatusCode::CONFLICT), "{statuses:?}");
        if home.delete(&format!("{REVIEWS}/mine")).await.0 == StatusCode::CONFLICT {
            decide(&moderator(&house).await, &id, "restore").await;
            assert_eq!(home.delete(&format!("{REVIEWS}/mine")).await.0, StatusCode::NO_CONTENT);
        }
    }
}

async fn a_decision_names_what_was_looked_at(house: House) {
    let (_, [home]) = reviewed(&house, ["home"]).await;
    let moderator = moderator(&house).await;
    let id = review(&home, 1).await;
    let revision = async || moderator.get(CASES).await.1["reviews"][0]["revision"].clone();
    let seen = revision().await;
    home.post(REVIEWS, json!({ "rating": 1, "body": "What nobody has read" })).await;
    let remove = async |seen: Value| {
        moderator.post(&format!("{CASES}/{id}/remove"), json!({ "reason": "rude", "revision": seen })).await
    };
    let stale = remove(seen).await;
    assert_eq!(stale.1["revision"], revision().await);
    refused(stale, StatusCode::CONFLICT, "review_changed");
    assert_eq!(remove(revision().await).await.0, StatusCode::NO_CONTENT);
}

async fn everybody_rates_at_once_and_every_star_is_counted(house: House) {
    let names: [String; 10] = std::array::from_fn(|number| format!("home{number}"));
    let (_, homes) = reviewed::<10>(&house, std::array::from_fn(|number| names[number].as_str())).await;
    let rate = homes.iter().zip(0..).map(async |(home, number)| {
        for rating in [1, number % 5 + 1] {
            // Twice each, so that some write while others edit.
            let (status, answer) = home.post(REVIEWS, json!({ "rating": rating })).await;
            assert!(status.is_success(), "{answer:#}");
        }
    });
    futures_util::future::join_all(rate).await;
    let (_, all) = house.visitor().get(REVIEWS).await;
    let distribution = json!({ "1": 2, "2": 2, "3": 2, "4": 2, "5": 2 });
    assert_eq!(all["summary"], json!({ "average": 3.0, "count": 10, "distribution": distribution }));
    let (_, list) = house.visitor().get("/api/v1/marketplace/notes/items").await;
    assert_eq!((&list["items"][0]["rating"], &list["items"][0]["rating_count"]), (&json!(3.0), &json!(10)));

    let equal =
        futures_util::future::join_all((0..4).map(|_| homes[0].post(REVIEWS, json!({ "rating": 4 })))).await;
    assert!(equal.iter().all(|(status, _)| *status == StatusCode::OK), "{equal:?}");
}

async fn one_perfect_review_does_not_lead_the_list(house: House) {
    let (_, homes) = reviewed(&house, ["one", "two", "three", "four", "five"]).await;
    for (home, rating) in homes.iter().zip([5, 5, 5, 5, 4]) {
        review(home, rating).await;
    }
    let eve = house.author("eve").await;
    for (name, rating) in [("perfect", 5), ("bad", 1)] {
        house.publish_note(&eve, name, "1.0.0", "hi", &[]).await;
        let home = house.person(&format!("home-of-{name}"), &[Scope::Install]).await;
        home.install(&format!("notes/{name}"), json!({})).await;
        let path = format!("/api/v1/marketplace/notes/items/{name}/reviews");
        assert_eq!(home.post(&path, json!({ "rating": rating })).await.0, StatusCode::CREATED);
    }
    house.publish_note(&eve, "unrated", "1.0.0", "hi", &[]).await;
    let (_, list) = house.visitor().get("/api/v1/marketplace/notes/items?sort=rating").await;
    let order: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect();
    assert_eq!(order, ["hello", "perfect", "unrated", "bad"]);
}

async fn an_item_that_is_not_public_has_no_reviews_and_keeps_them(house: House) {
    let (_, [home]) = reviewed(&house, ["home"]).await;
    let id = review(&home, 4).await;
    let notes = "notes".parse().unwrap();
    let event = || marketplace_store::Event::new("test", "category.changed", "notes");
    house.market.store.set_category_enabled(&notes, false, event()).await.unwrap();
    refused(house.visitor().get(REVIEWS).await, StatusCode::NOT_FOUND, "not_found");
    refused(home.post(REVIEWS, json!({ "rating": 1 })).await, StatusCode::NOT_FOUND, "not_found");
    assert_eq!(moderator(&house).await.get(CASES).await.1["reviews"][0]["id"], id, "moderators see them");
    house.market.store.set_category_enabled(&notes, true, event()).await.unwrap();
    assert_eq!(house.visitor().get(REVIEWS).await.1["reviews"][0]["id"], id);
}

async fn hostile_words_come_back_as_they_went_in_or_are_refused(house: House) {
    let (ada, [home, other]) = reviewed(&house, ["home", "other"]).await;
    let id = review(&home, 3).await;
    for words in [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE reviews; --",
        "\u{202e}gnp.exe \u{200b}\u{feff}x",
        "\u{1b}[2J\r\n\t",
        "[x](javascript:alert(1))",
        "é e\u{301} 🦀 \u{10ffff}",
        "${jndi:ldap://x} {{7*7}} %s $1 ?",
    ] {
        let (status, edited) =
            home.post(REVIEWS, json!({ "rating": 3, "title": words, "body": words })).await;
        assert_eq!(status, StatusCode::OK, "{edited:#}");
        let reply = format!("{REVIEWS}/{id}/reply");
        let (_, replied) = ada.call(Method::PUT, &reply, Some(json!({ "body": words }))).await;
        let (_, all) = house.visitor().get(REVIEWS).await;
        let shown = &all["reviews"][0];
        assert_eq!(
            (&shown["title"], &shown["body"], &shown["reply"]["body"]),
            (&json!(words), &json!(words), &json!(words))
        );
        assert_eq!(replied["reply"]["body"], words);
    }
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    for body in [
        json!({ "rating": 3, "title": "a\0b" }),
        json!({ "rating": 3, "title": " " }),
        json!({ "rating": 3, "title": "x".repeat(101) }),
        json!({ "rating": 3, "body": "x".repeat(4001) }),
        json!({ "rating": 3, "state": "kept" }),
        json!({ "title": "no stars" }),
        json!({ "rating": 0 }),
        json!({ "rating": 6 }),
        json!({ "rating": -1 }),
        json!({ "rating": 4.5 }),
        json!({ "rating": "5" }),
        json!({ "rating": null }),
        json!({ "rating": u64::MAX }),
    ] {
        refused(home.post(REVIEWS, body).await, unprocessable, "bad_body");
    }
    let book = json!({ "rating": 3, "body": "x".repeat(1_000_000) });
    refused(home.post(REVIEWS, book).await, StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
    let float = json!({ "rating": 3.0 });
    assert_eq!(home.post(REVIEWS, float).await.0, StatusCode::OK, "the same number");
    let long = json!({ "rating": 3, "title": "é".repeat(100), "body": "🦀".repeat(4000) });
    assert_eq!(home.post(REVIEWS, long).await.0, StatusCode::OK, "counted in characters");
    for id in ["x", "%00", "..%2f..", NOWHERE] {
        refused(report(&other, id).await, StatusCode::NOT_FOUND, "not_found");
    }
}

async fn the_story_of_a_review_is_in_the_audit_log(house: House) {
    let (ada, [home, other]) = reviewed(&house, ["home", "other"]).await;
    let moderator = moderator(&house).await;
    let id = review(&home, 1).await;
    home.post(REVIEWS, json!({ "rating": 2 })).await;
    home.post(REVIEWS, json!({ "rating": 2 })).await;
    let reply = format!("{REVIEWS}/{id}/reply");
    ada.call(Method::PUT, &reply, Some(json!({ "body": "Sorry" }))).await;
    ada.delete(&reply).await;
    report(&other, &id).await;
    decide(&moderator, &id, "dismiss").await;
    let seen = moderator.get(CASES).await.1["reviews"][0]["revision"].clone();
    moderator.post(&format!("{CASES}/{id}/remove"), json!({ "reason": "rude", "revision": seen })).await;
    decide(&moderator, &id, "restore").await;
    home.delete(&format!("{REVIEWS}/mine")).await;

    let events = house.events().await;
    let story: Vec<_> =
        events.iter().rev().filter(|event| event.subject == "review:notes/hello/home").collect();
    let told: Vec<_> = story
        .iter()
        .map(|event| {
            let who = event.actor.split('/').next().unwrap();
            format!("{who} {} {}", event.action, event.reason.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "home review.written -",
            "home review.edited -",
            "ada review.replied -",
            "ada review.reply_removed -",
            "other review.reported spam",
            "moderators review.dismissed to dismiss it",
            "moderators review.removed rude",
            "moderators review.restored to restore it",
            "home review.removed -",
        ],
    );
    assert_eq!((&story[0].details["rating"], &story[1].details["rating"]), (&json!(1), &json!(2)));
}
