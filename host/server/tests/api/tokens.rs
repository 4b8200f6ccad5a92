use marketplace::account::Scope;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::house::{House, Person};

/// Calls that need a scope, and which.
const CALLS: [(&str, &str, Scope); 12] = [
    ("POST", "/api/v1/marketplace/notes/items/x1/install", Scope::Install),
    ("DELETE", "/api/v1/marketplace/notes/items/x1/install", Scope::Install),
    ("GET", "/api/v1/marketplace/installed", Scope::Install),
    ("GET", "/api/v1/marketplace/notes/registry", Scope::Install),
    ("POST", "/api/v1/marketplace/notes/items", Scope::Publish),
    ("GET", "/api/v1/marketplace/submissions", Scope::Publish),
    ("GET", "/cp/api/v1/admin/marketplace/queue", Scope::Moderate),
    ("GET", "/cp/api/v1/admin/marketplace/queue/1", Scope::Moderate),
    ("GET", "/cp/api/v1/admin/marketplace/queue/1/package", Scope::Moderate),
    ("POST", "/cp/api/v1/admin/marketplace/queue/1/flag", Scope::Moderate),
    ("POST", "/cp/api/v1/admin/marketplace/queue/1/approve", Scope::Moderate),
    ("POST", "/cp/api/v1/admin/marketplace/queue/1/reject", Scope::Moderate),
];

#[tokio::test]
async fn each_call_takes_its_own_scope_and_no_other() {
    let house = House::open().await;
    for (method, path, needed) in CALLS {
        let method: Method = method.parse().unwrap();
        let (status, problem) = house.visitor().call(method.clone(), path, None).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("token_required")),
            "{path}"
        );
        for scope in Scope::ALL {
            let person = house.person("somebody", &[scope]).await;
            let (status, problem) = person.call(method.clone(), path, None).await;
            let stopped = problem["code"] == "scope_missing";
            assert_eq!(stopped, scope != needed, "{path} with {scope}: {status} {problem:#}");
            assert_ne!(status, StatusCode::UNAUTHORIZED);
        }
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_or_revoked_is_refused_also_where_none_is_needed() {
    let house = House::open().await;
    let somebody = house.person("somebody", &[Scope::Browse]).await;
    assert_eq!(somebody.get("/api/v1/marketplace/categories").await.0, StatusCode::OK);
    let id = house.market.store.tokens(None).await.unwrap().pop().unwrap().id;
    let event = marketplace_store::Event::new("test", "token.revoked", "token");
    house.market.store.revoke_token(&id, event).await.unwrap();
    let stranger = Person { token: Some("mkt_nonsense".into()), ..house.visitor() };
    for person in [somebody, stranger] {
        let (status, problem) = person.get("/api/v1/marketplace/categories").await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("token_invalid")));
    }
}

#[tokio::test]
async fn no_secret_is_in_the_database_or_the_data_folder_but_for_the_keys() {
    let house = House::open().await;
    let somebody = house.person("somebody", &[Scope::Browse]).await;
    let secret = somebody.token.clone().unwrap();
    house.market.store.ping().await.unwrap();
    for entry in std::fs::read_dir(house.data.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a token", path.display());
        }
    }
    assert_eq!(
        somebody.post("/api/v1/marketplace/categories", json!({})).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}
