//! What holds for every call: how it fails, how it is cached, how often it may be made.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use marketplace::http::{Options, Rate};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, http_client, on_both_databases};

on_both_databases![
    what_is_read_has_a_tag_and_is_not_sent_twice,
    every_failure_is_a_problem_document,
    what_calls_too_often_is_told_when_to_come_back,
    each_token_has_calls_of_its_own,
    pages_of_other_origins_may_call_only_if_the_operator_says_so,
    a_closed_catalogue_is_for_those_who_may_browse,
    a_head_that_does_not_end_is_not_waited_for_in_memory,
];

const CATEGORIES: &str = "/api/v1/marketplace/categories";

async fn get(house: &House, path: &str, headers: HeaderMap) -> reqwest::Response {
    http_client().get(format!("{}{path}", house.address)).headers(headers).send().await.unwrap()
}

fn header(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
}

async fn what_is_read_has_a_tag_and_is_not_sent_twice(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    for path in [
        CATEGORIES,
        "/api/v1/marketplace/notes/items",
        "/api/v1/marketplace/notes/items/hello",
        "/api/v1/marketplace/notes/items/hello/versions/1.0.0/package",
        "/api/v1/openapi.json",
    ] {
        let first = get(&house, path, HeaderMap::new()).await;
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = get(&house, path, header("if-none-match", &format!("\"other\", {tag}"))).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.headers()["etag"], *tag);
        assert!(again.bytes().await.unwrap().is_empty());
        let changed = get(&house, path, header("if-none-match", "\"other\"")).await;
        assert_eq!(changed.status(), StatusCode::OK, "{path}");
    }
    let before = get(&house, "/api/v1/marketplace/notes/items", HeaderMap::new()).await;
    house.publish_note(&ada, "other", "1.0.0", "hi", &[]).await;
    let after = get(&house, "/api/v1/marketplace/notes/items", HeaderMap::new()).await;
    assert_ne!(before.headers()["etag"], after.headers()["etag"]);
    let mine = header("authorization", &format!("Bearer {}", ada.person.token.unwrap()));
    let private = get(&house, "/api/v1/marketplace/notes/items", mine).await;
    assert_eq!(private.headers()["cache-control"], "private, no-cache");
    assert_eq!(private.headers()["vary"], "authorization");
}

async fn every_failure_is_a_problem_document(house: House) {
    let visitor = house.visitor();
    let big = json!({ "note": "x".repeat(100_000) });
    let moderator = house.person("mods", &[marketplace::account::Scope::Moderate]).await;
    let approve = "/cp/api/v1/admin/marketplace/queue/x/approve";
    for (status, code, answer) in [
        (StatusCode::NOT_FOUND, "not_found", visitor.get("/nowhere").await),
        (StatusCode::NOT_FOUND, "not_found", visitor.get("/api/v1/marketplace/No/items").await),
        (
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            visitor.call(Method::PATCH, CATEGORIES, None).await,
        ),
        (StatusCode::BAD_REQUEST, "bad_query", visitor.get("/api/v1/marketplace/notes/items?limit=0").await),
        (StatusCode::BAD_REQUEST, "bad_query", visitor.get("/api/v1/marketplace/notes/items?lmit=1").await),
        (StatusCode::NOT_FOUND, "bad_cursor", visitor.get("/api/v1/marketplace/notes/items?cursor=x").await),
        (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", moderator.post(approve, big).await),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_body",
            moderator.post(approve, json!({ "status": "approved" })).await,
        ),
        (StatusCode::UNPROCESSABLE_ENTITY, "bad_body", moderator.post(approve, json!([])).await),
    ] {
        assert_eq!((answer.0, answer.1["code"].as_str()), (status, Some(code)), "{:#}", answer.1);
        assert!(answer.1["type"].as_str().unwrap().ends_with(code));
        assert!(!answer.1["detail"].as_str().unwrap().is_empty());
    }
    let response = http_client().patch(format!("{}{CATEGORIES}", house.address)).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    let request = http_client().get(format!("{}{CATEGORIES}", house.address)).header("x-request-id", "mine");
    assert_eq!(request.send().await.unwrap().headers()["x-request-id"], "mine");
    let made = get(&house, CATEGORIES, HeaderMap::new()).await;
    assert!(made.headers().contains_key("x-request-id"));
}

async fn limited(house: House, per_minute: u32) -> House {
    let rate: Rate = per_minute.to_string().parse().unwrap();
    House { options: Options { rate, ..Options::default() }, ..house }.serve().await
}

/// The first answer that says it was too often: on a slow machine some calls come back while we make others.
async fn until_refused(house: &House, headers: HeaderMap) -> reqwest::Response {
    for _ in 0..30 {
        let answer = get(house, CATEGORIES, headers.clone()).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
    }
    panic!("30 calls at once are too many, and none was refused");
}

async fn what_calls_too_often_is_told_when_to_come_back(house: House) {
    // An address may call four times as often as a token, and a quarter of a minute's calls at once: 8.
    let house = limited(house, 8).await;
    let first = get(&house, CATEGORIES, HeaderMap::new()).await;
    assert_eq!(first.headers()["ratelimit-policy"], "\"address\";q=8;w=15");
    assert_eq!(first.headers()["ratelimit"], "\"address\";r=7;t=2");
    let refused = until_refused(&house, HeaderMap::new()).await;
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    let problem: Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["code"], "rate_limited");
    // Guessing tokens is charged to the address, too.
    until_refused(&house, header("authorization", "Bearer mkt_guess")).await;
}

async fn each_token_has_calls_of_its_own(house: House) {
    let (ada, bob) = (house.person("ada", &[]).await, house.person("bob", &[]).await);
    let house = limited(house, 8).await;
    let call = async |token: &str| {
        let answer = get(&house, CATEGORIES, header("authorization", &format!("Bearer {token}"))).await;
        (answer.status(), answer.headers()["ratelimit"].to_str().unwrap().to_owned())
    };
    let (ada, bob) = (ada.token.unwrap(), bob.token.unwrap());
    assert_eq!(call(&ada).await, (StatusCode::OK, "\"token\";r=1;t=8".into()));
    assert_eq!(call(&ada).await.0, StatusCode::OK);
    assert_eq!(call(&ada).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(call(&bob).await.0, StatusCode::OK);
}

async fn pages_of_other_origins_may_call_only_if_the_operator_says_so(house: House) {
    let origin = header("origin", "https://os.example.org");
    let closed = get(&house, CATEGORIES, origin.clone()).await;
    assert!(!closed.headers().contains_key("access-control-allow-origin"));
    let origins = vec![HeaderValue::from_static("https://os.example.org")];
    let house = House { options: Options { cors_origins: origins, ..house.options.clone() }, ..house };
    let house = house.serve().await;
    let open = get(&house, CATEGORIES, origin).await;
    assert_eq!(open.headers()["access-control-allow-origin"], "https://os.example.org");
    assert!(!open.headers().contains_key("access-control-allow-credentials"));
    let other = get(&house, CATEGORIES, header("origin", "https://evil.example.org")).await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));
}

async fn a_closed_catalogue_is_for_those_who_may_browse(house: House) {
    let house = House { options: Options { closed: true, ..house.options.clone() }, ..house }.serve().await;
    let (status, problem) = house.visitor().get(CATEGORIES).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("token_required")));
    let installer = house.person("home", &[marketplace::account::Scope::Install]).await;
    assert_eq!(installer.get(CATEGORIES).await.0, StatusCode::FORBIDDEN);
    let browser = house.person("home", &[marketplace::account::Scope::Browse]).await;
    assert_eq!(browser.get(CATEGORIES).await.0, StatusCode::OK);
    assert_eq!(house.visitor().get("/api/v1/marketplace/license").await.0, StatusCode::OK);
}

async fn a_head_that_does_not_end_is_not_waited_for_in_memory(house: House) {
    let address = house.address.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // The server may close before it has read all of it.
        let _ = write!(stream, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(100_000));
        let mut answer = [0; 64];
        let read = stream.read(&mut answer).unwrap_or(0);
        String::from_utf8_lossy(&answer[..read]).into_owned()
    });
    let answer = answer.await.unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}
