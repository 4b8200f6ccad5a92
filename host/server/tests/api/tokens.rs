use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, Person, on_both_databases};

on_both_databases![
    a_token_that_is_wrong_or_revoked_is_refused_also_where_none_is_needed,
    no_secret_is_in_the_database_or_the_data_folder_but_for_the_keys,
];

async fn a_token_that_is_wrong_or_revoked_is_refused_also_where_none_is_needed(house: House) {
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

async fn no_secret_is_in_the_database_or_the_data_folder_but_for_the_keys(house: House) {
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
