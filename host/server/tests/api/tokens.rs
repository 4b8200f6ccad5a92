use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, Person, on_both_databases};

const TOKENS: &str = "/cp/api/v1/admin/marketplace/tokens";
const ME: &str = "/api/v1/marketplace/me";

on_both_databases![
    a_token_is_made_over_the_api_and_shown_once,
    tokens_are_listed_by_page_without_their_secrets,
    a_revoked_token_is_refused_from_the_next_call_on,
    whoever_has_a_token_sees_who_they_are,
    what_a_token_may_not_be_is_said,
    a_token_that_is_wrong_or_revoked_is_refused_also_where_none_is_needed,
    no_secret_is_in_the_database_or_the_data_folder_but_for_the_keys,
];

async fn operator(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

async fn a_token_is_made_over_the_api_and_shown_once(house: House) {
    let operator = operator(&house).await;
    let order = json!({
        "tenant": "home", "label": "the kitchen", "scopes": ["install", "browse", "install"], "expires_in_days": 30,
    });
    let (status, made) = operator.post(TOKENS, order).await;
    assert_eq!(status, StatusCode::CREATED, "{made:#}");
    let secret = made["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("mkt_"));
    assert_eq!((&made["tenant"], &made["label"]), (&json!("home"), &json!("the kitchen")));
    assert_eq!(made["scopes"], json!(["browse", "install"]));
    assert!(made["expires_at"].is_string());

    let home = Person { token: Some(secret.clone()), ..house.visitor() };
    assert!(home.installed().await.is_empty());
    let (_, list) = operator.get(TOKENS).await;
    let events = house.events().await;
    let created = events.iter().find(|event| event.action == "token.created").unwrap();
    assert!(created.actor.starts_with("operators/token:"), "{}", created.actor);
    assert_eq!(created.details["token"], made["id"], "what the token does later is logged under its id");
    for told in [list.to_string(), format!("{events:?}")] {
        assert!(!told.contains(&secret[10..]), "the secret is in no list and no log");
    }
}

async fn tokens_are_listed_by_page_without_their_secrets(house: House) {
    let operator = operator(&house).await;
    for tenant in ["home", "work", "home"] {
        house.person(tenant, &[Scope::Install]).await;
    }
    let (mut seen, mut next_page) = (Vec::new(), format!("{TOKENS}?limit=1"));
    loop {
        let (status, page) = operator.get(&next_page).await;
        assert_eq!(status, StatusCode::OK);
        seen.extend(page["tokens"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next_page = format!("{TOKENS}?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    let tenants: Vec<_> = seen.iter().map(|token| token["tenant"].as_str().unwrap()).collect();
    assert_eq!(tenants, ["operators", "home", "work", "home"], "oldest first");
    let mut fields: Vec<_> = seen[0].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["created_at", "expires_at", "hint", "id", "label", "revoked_at", "scopes", "tenant"],
        "and neither secret nor hash"
    );
    let (_, of_home) = operator.get(&format!("{TOKENS}?tenant=home")).await;
    assert_eq!(of_home["tokens"].as_array().unwrap().len(), 2);
}

async fn a_revoked_token_is_refused_from_the_next_call_on(house: House) {
    let (operator, home) = (operator(&house).await, house.person("home", &[Scope::Install]).await);
    let (_, me) = home.get(ME).await;
    let revoke = format!("{TOKENS}/{}/revoke", me["token"]["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, answer) = operator.post(&revoke, json!({ "reason": "posted in a chat" })).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{answer:#}");
    }
    let (status, problem) = home.get(ME).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("token_invalid")));
    let events = house.events().await;
    let revoked: Vec<_> = events.iter().filter(|event| event.action == "token.revoked").collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].reason.as_deref(), Some("posted in a chat"));
    let nothing = operator.post(&format!("{TOKENS}/nonsense/revoke"), json!({})).await;
    assert_eq!((nothing.0, nothing.1["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
}

async fn whoever_has_a_token_sees_who_they_are(house: House) {
    house.license("home", marketplace::account::license::Tier::Team, json!({})).await;
    for scope in Scope::ALL {
        let (status, me) = house.person("home", &[scope]).await.get(ME).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!((&me["tenant"], &me["tier"]), (&json!("home"), &json!("team")));
        assert_eq!((&me["token"]["scopes"], &me["token"]["expires_at"]), (&json!([scope]), &Value::Null));
    }
    let (status, problem) = house.visitor().get(ME).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("token_required")));
}

async fn what_a_token_may_not_be_is_said(house: House) {
    let operator = operator(&house).await;
    for wrong in [
        json!({}),
        json!({ "tenant": "home", "scopes": [] }),
        json!({ "tenant": "home", "scopes": ["everything"] }),
        json!({ "tenant": "No Tenant", "scopes": ["browse"] }),
        json!({ "tenant": "home", "scopes": ["browse"], "label": "x".repeat(101) }),
        json!({ "tenant": "home", "scopes": ["browse"], "expires_in_days": 0 }),
        json!({ "tenant": "home", "scopes": ["browse"], "token": "mkt_mine" }),
    ] {
        let (status, problem) = operator.post(TOKENS, wrong.clone()).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("bad_body")),
            "{wrong}"
        );
    }
}

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
