//! Long work: asked for without waiting, watched, shared, and told to nobody else.

use futures_util::StreamExt as _;
use marketplace::account::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Person, http_client, on_both_databases};

on_both_databases![
    who_does_not_wait_is_told_where_to_look_and_finds_the_same_answer,
    a_refusal_is_the_same_to_who_waits_and_who_looks,
    the_events_tell_each_stage_in_order_and_then_the_end,
    a_submission_is_an_operation_too,
    nobody_else_sees_an_operation,
    what_has_ended_is_not_cancelled_and_stays_as_it_ended,
    operations_are_listed_newest_first,
    a_preference_for_anything_else_is_ignored,
];

const INSTALL: &str = "/api/v1/marketplace/notes/items/hello/install";

async fn prefer(person: &Person, preference: &str, body: Value) -> reqwest::Response {
    let request = http_client().post(format!("{}{INSTALL}", person.house.address));
    let request = request.bearer_auth(person.token.as_ref().unwrap()).header("prefer", preference);
    request.json(&body).send().await.unwrap()
}

/// Asks for an install without waiting; the operation, and where it is.
async fn begin(person: &Person, body: Value) -> (Value, String) {
    let response = prefer(person, "respond-async", body).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    assert_eq!(response.headers()["preference-applied"], "respond-async");
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    (response.json().await.unwrap(), location)
}

/// Looks until it has ended.
async fn end(person: &Person, location: &str) -> Value {
    loop {
        let (status, operation) = person.get(location).await;
        assert_eq!(status, StatusCode::OK, "{operation:#}");
        if operation["state"] != "running" {
            return operation;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// The events of an operation, as (name, data).
async fn events(person: &Person, location: &str) -> Vec<(String, Value)> {
    let request = http_client().get(format!("{}{location}/events", person.house.address));
    let response = request.bearer_auth(person.token.as_ref().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let stream = eventsource_stream::Eventsource::eventsource(response.bytes_stream());
    let event = |event: Result<eventsource_stream::Event, _>| {
        let event = event.unwrap();
        (event.event, serde_json::from_str(&event.data).unwrap())
    };
    stream.map(event).collect().await
}

async fn home(house: &House) -> Person {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    house.person("home", &[Scope::Install]).await
}

async fn who_does_not_wait_is_told_where_to_look_and_finds_the_same_answer(house: House) {
    let home = home(&house).await;
    let (operation, location) = begin(&home, json!({ "version": "1.0.0" })).await;
    assert_eq!(location, format!("/api/v1/marketplace/operations/{}", operation["id"].as_str().unwrap()));
    for (name, value) in [("kind", "install"), ("category", "notes"), ("slug", "hello"), ("version", "1.0.0")]
    {
        assert_eq!(operation[name], value, "{operation:#}");
    }
    let ended = end(&home, &location).await;
    assert_eq!((&ended["state"], &ended["status"]), (&json!("succeeded"), &json!(201)), "{ended:#}");
    assert_eq!(ended["progress"], Value::Null);
    let (_, again) = home.install("notes/hello", json!({ "version": "1.0.0" })).await;
    assert_eq!(ended["answer"], again, "asked again, and waited for");
}

async fn a_refusal_is_the_same_to_who_waits_and_who_looks(house: House) {
    let home = home(&house).await;
    let (status, problem) = home.install("notes/hello", json!({ "version": "9.0.0" })).await;
    let (_, location) = begin(&home, json!({ "version": "9.0.0" })).await;
    let ended = end(&home, &location).await;
    assert_eq!(ended["state"], "failed");
    assert_eq!((&ended["status"], &ended["answer"]), (&json!(status.as_u16()), &problem));
}

async fn the_events_tell_each_stage_in_order_and_then_the_end(house: House) {
    let home = home(&house).await;
    let (_, location) = begin(&home, json!({})).await;
    let events = events(&home, &location).await;
    let ((last, ended), before) = events.split_last().unwrap();
    assert_eq!((last.as_str(), &ended["state"]), ("end", &json!("succeeded")), "{events:#?}");
    let stages = ["wait", "fetch", "verify", "unpack", "inspect", "license", "stage", "commit"];
    let told = before.iter().map(|(name, operation)| {
        assert_eq!((name.as_str(), &operation["state"]), ("progress", &json!("running")));
        let stage = operation["progress"]["stage"].as_str().unwrap();
        stages.iter().position(|one| *one == stage).unwrap()
    });
    let told: Vec<usize> = told.collect();
    assert!(told.is_sorted(), "{told:?}");
    // Who comes when all is over is told the end.
    assert_eq!(self::events(&home, &location).await, [("end".to_owned(), ended.clone())]);
}

async fn a_submission_is_an_operation_too(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "hi", &[]);
    let form = reqwest::multipart::Form::new()
        .text("manifest", release.manifest.clone())
        .part("package", reqwest::multipart::Part::bytes(release.package.clone()));
    let request = http_client().post(format!("{}/api/v1/marketplace/notes/items", house.address));
    let request =
        request.bearer_auth(author.person.token.as_ref().unwrap()).header("prefer", "respond-async");
    let response = request.multipart(form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let ended = end(&author.person, &location).await;
    assert_eq!((&ended["kind"], &ended["status"]), (&json!("submit"), &json!(201)), "{ended:#}");
    assert_eq!(ended["answer"]["moderation_status"], "pending");
}

async fn nobody_else_sees_an_operation(house: House) {
    let home = home(&house).await;
    let (_, location) = begin(&home, json!({})).await;
    end(&home, &location).await;
    let other = house.person("other", &[Scope::Install]).await;
    // Of the same tenant, but with a token that could not have asked for it.
    let publisher = house.person("home", &[Scope::Publish]).await;
    for stranger in [&other, &publisher] {
        for path in [location.clone(), format!("{location}/events")] {
            assert_eq!(stranger.get(&path).await.0, StatusCode::NOT_FOUND);
        }
        assert_eq!(stranger.post(&format!("{location}/cancel"), json!({})).await.0, StatusCode::NOT_FOUND);
        let (_, list) = stranger.get("/api/v1/marketplace/operations").await;
        assert_eq!(list["operations"], json!([]));
    }
}

async fn what_has_ended_is_not_cancelled_and_stays_as_it_ended(house: House) {
    let home = home(&house).await;
    let (_, location) = begin(&home, json!({})).await;
    let ended = end(&home, &location).await;
    let (status, problem) = home.call(Method::POST, &format!("{location}/cancel"), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("operation_committed")));
    // A restart knows of it, too.
    let home = Person { house: house.reopen().await, ..home };
    assert_eq!(home.get(&location).await.1, ended);
}

async fn operations_are_listed_newest_first(house: House) {
    let home = home(&house).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (operation, location) = begin(&home, json!({ "dry_run": true })).await;
        end(&home, &location).await;
        ids.insert(0, operation["id"].clone());
    }
    let listed = |page: &Value| -> Vec<Value> {
        page["operations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    let (_, first) = home.get("/api/v1/marketplace/operations?limit=2").await;
    assert_eq!(listed(&first), ids[..2]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = home.get(&format!("/api/v1/marketplace/operations?limit=2&cursor={cursor}")).await;
    assert_eq!((listed(&second), &second["next_cursor"]), (ids[2..].to_vec(), &Value::Null));
}

async fn a_preference_for_anything_else_is_ignored(house: House) {
    let home = home(&house).await;
    for preference in ["return=minimal", "wait=10", "x-respond-async", ""] {
        let response = prefer(&home, preference, json!({ "dry_run": true })).await;
        assert_eq!(response.status(), StatusCode::OK, "{preference:?}");
    }
    for preference in ["wait=10, Respond-Async", "respond-async; foo=bar"] {
        let response = prefer(&home, preference, json!({ "dry_run": true })).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED, "{preference:?}");
    }
}
