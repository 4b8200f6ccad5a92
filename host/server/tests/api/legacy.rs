//! The paths of the earlier release, which knew only skills.

use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};

use crate::house::{House, http_client, on_both_databases};

on_both_databases![
    a_path_of_the_earlier_release_says_where_it_went,
    whoever_follows_arrives,
    it_moves_also_where_there_are_no_skills_any_more,
    what_is_of_this_release_is_not_caught,
];

async fn call(house: &House, method: Method, path: &str) -> Response {
    // The client that tests share would follow.
    let _ = http_client();
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    client.request(method, format!("{}{path}", house.address)).send().await.unwrap()
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn is_moved(house: &House) {
    for (method, rest, expected) in [
        (Method::GET, "", ""),
        (Method::GET, "?q=csv%20tools&&limit=2", "?q=csv%20tools&&limit=2"),
        (Method::GET, "/csv-statistics", "/csv-statistics"),
        (Method::HEAD, "/csv-statistics", "/csv-statistics"),
        (Method::POST, "/csv-statistics/install?version=1.0.0", "/csv-statistics/install?version=1.0.0"),
        (Method::DELETE, "/csv-statistics/install", "/csv-statistics/install"),
        (Method::GET, "/csv-statistics/versions/1.0.0/package", "/csv-statistics/versions/1.0.0/package"),
        (Method::GET, "//elsewhere.example/x", "//elsewhere.example/x"),
    ] {
        let response = call(house, method.clone(), &format!("/api/v1/marketplace/skills{rest}")).await;
        assert_eq!(response.status(), StatusCode::MOVED_PERMANENTLY, "{method} {rest}");
        let location = format!("/api/v1/marketplace/skills/items{expected}");
        assert_eq!(header(&response, "location"), location);
        assert_eq!(header(&response, "link"), format!("<{location}>; rel=\"successor-version\""));
        assert_eq!(header(&response, "deprecation"), "@1796083200");
        assert_eq!(header(&response, "sunset"), "Wed, 01 Dec 2027 00:00:00 GMT");
    }
}

async fn a_path_of_the_earlier_release_says_where_it_went(house: House) {
    is_moved(&house).await;
}

async fn whoever_follows_arrives(house: House) {
    let (status, list) = house.visitor().get("/api/v1/marketplace/skills?sort=name").await;
    assert_eq!((status, &list["total"]), (StatusCode::OK, &serde_json::json!(0)));
}

async fn it_moves_also_where_there_are_no_skills_any_more(house: House) {
    let event = marketplace_store::Event::new("test", "category.removed", "category:skills");
    assert!(house.market.store.remove_category(&"skills".parse().unwrap(), event).await.unwrap());
    is_moved(&house).await;
}

async fn what_is_of_this_release_is_not_caught(house: House) {
    for (method, path, expected) in [
        (Method::GET, "/skills/items", StatusCode::OK),
        (Method::GET, "/skills/facets", StatusCode::OK),
        (Method::GET, "/skills/registry", StatusCode::UNAUTHORIZED),
        (Method::POST, "/skills/facets", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/skills/items/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/skills/items/a/b/c", StatusCode::NOT_FOUND),
        (Method::GET, "/skillset", StatusCode::NOT_FOUND),
        (Method::GET, "/themes/harbour", StatusCode::NOT_FOUND),
    ] {
        let response = call(&house, method.clone(), &format!("/api/v1/marketplace{path}")).await;
        assert_eq!(response.status(), expected, "{method} {path}");
        assert_eq!(header(&response, "deprecation"), "", "{method} {path}");
    }
}
