//! Authors: from an application to a published release, and what stops them.

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace_manifest::SigningKey;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{Author, House, Person, on_both_databases};

on_both_databases![
    an_author_applies_is_verified_and_publishes,
    a_name_belongs_to_the_tenant_that_asked_first,
    a_tenant_waits_with_so_many_names_and_no_more,
    an_author_who_is_stopped_keeps_what_is_published_and_is_told_why,
    an_operator_makes_a_verified_author_at_once,
    what_everybody_sees_of_an_author_names_no_tenant,
    a_tenant_lists_its_own_authors_and_an_operator_all,
    a_public_key_that_nobody_should_trust_is_refused,
];

const MINE: &str = "/api/v1/marketplace/authors";
const ALL: &str = "/cp/api/v1/admin/marketplace/authors";

fn code(answer: &(StatusCode, Value)) -> (StatusCode, Option<&str>) {
    (answer.0, answer.1["code"].as_str())
}

async fn operator(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

async fn an_author_applies_is_verified_and_publishes(house: House) {
    // On Free: an application needs no license.
    let person = house.person("acme", &[Scope::Publish]).await;
    let key = SigningKey::generate();
    let application = json!({ "id": "ada", "public_key": key.public_key().to_pem() });
    let (status, applied) = person.post(MINE, application).await;
    assert_eq!(status, StatusCode::CREATED, "{applied:#}");
    assert_eq!((&applied["tenant"], &applied["verified_at"]), (&json!("acme"), &Value::Null));
    assert_eq!(applied["keys"][0]["fingerprint"], key.public_key().fingerprint());
    assert_eq!((&applied["keys"][0]["held"], &applied["keys"][0]["active"]), (&json!(false), &json!(true)));

    house.license("acme", Tier::Pro, json!({})).await;
    let ada = Author { person, id: "ada".parse().unwrap(), key: std::sync::Arc::new(key) };
    let release = ada.note("hello", "1.0.0", "hi", &[]);
    let early = ada.person.submit("notes", &release).await;
    assert_eq!(code(&early), (StatusCode::FORBIDDEN, Some("author_not_verified")));

    let operator = operator(&house).await;
    let (_, waiting) = operator.get(&format!("{ALL}?verified=false")).await;
    assert_eq!(waiting["authors"][0]["id"], "ada");
    let verify = format!("{ALL}/ada/verify");
    assert_eq!(operator.post(&verify, json!({ "reason": "a call" })).await.0, StatusCode::NO_CONTENT);
    assert_eq!(operator.post(&verify, json!({})).await.0, StatusCode::NO_CONTENT, "again changes nothing");
    let (status, submitted) = ada.person.submit("notes", &release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");

    let events = house.events().await;
    let verified: Vec<_> = events.iter().filter(|event| event.action == "author.verified").collect();
    assert_eq!(verified.len(), 1);
    assert_eq!(verified[0].reason.as_deref(), Some("a call"));
    assert!(verified[0].actor.starts_with("operators/token:"));
    assert!(events.iter().any(|event| event.action == "author.applied" && event.actor.starts_with("acme/")));
}

async fn a_name_belongs_to_the_tenant_that_asked_first(house: House) {
    let (acme, evil) =
        (house.person("acme", &[Scope::Publish]).await, house.person("evil", &[Scope::Publish]).await);
    assert_eq!(acme.post(MINE, json!({ "id": "ada" })).await.0, StatusCode::CREATED);
    for person in [&evil, &acme] {
        let taken = person.post(MINE, json!({ "id": "ada" })).await;
        assert_eq!(code(&taken), (StatusCode::CONFLICT, Some("name_taken")));
    }
    let taken = operator(&house).await.post(ALL, json!({ "tenant": "evil", "id": "ada" })).await;
    assert_eq!(code(&taken), (StatusCode::CONFLICT, Some("name_taken")));

    // The owner's key is no stranger's to register.
    let key = SigningKey::generate().public_key().to_pem();
    let with_key = |id: &str| json!({ "id": id, "public_key": key });
    assert_eq!(acme.post(MINE, with_key("bob")).await.0, StatusCode::CREATED);
    let taken = evil.post(MINE, with_key("eve")).await;
    assert_eq!(code(&taken), (StatusCode::CONFLICT, Some("key_taken")));
    assert_eq!(evil.get(MINE).await.1["authors"], json!([]), "a refused application takes no name");
}

async fn a_tenant_waits_with_so_many_names_and_no_more(house: House) {
    let person = house.person("acme", &[Scope::Publish]).await;
    for name in ["n1", "n2", "n3", "n4", "n5"] {
        assert_eq!(person.post(MINE, json!({ "id": name })).await.0, StatusCode::CREATED);
    }
    let refused = person.post(MINE, json!({ "id": "n6" })).await;
    assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("too_many_applications")));
    assert_eq!((&refused.1["open"], &refused.1["limit"]), (&json!(5), &json!(5)));
    operator(&house).await.post(&format!("{ALL}/n1/verify"), json!({})).await;
    assert_eq!(person.post(MINE, json!({ "id": "n6" })).await.0, StatusCode::CREATED);
}

async fn an_author_who_is_stopped_keeps_what_is_published_and_is_told_why(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let operator = operator(&house).await;
    let unverify = format!("{ALL}/ada/unverify");
    for empty in [json!({}), json!({ "reason": " " })] {
        assert_eq!(operator.post(&unverify, empty).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = operator.post(&unverify, json!({ "reason": "the name was sold" })).await;
    assert_eq!(answer.0, StatusCode::NO_CONTENT);

    let refused = ada.person.submit("notes", &ada.note("hello", "2.0.0", "hi", &[])).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("author_not_verified")));
    assert!(refused.1["detail"].as_str().unwrap().contains("the name was sold"), "{:#}", refused.1);
    let (_, mine) = ada.person.get(MINE).await;
    assert_eq!(mine["authors"][0]["unverified_reason"], "the name was sold");

    let home = house.person("home", &[Scope::Install]).await;
    assert_eq!(
        home.install("notes/hello", json!({})).await.0,
        StatusCode::CREATED,
        "what is published stays"
    );
    let nobody = operator.post(&format!("{ALL}/nobody/unverify"), json!({ "reason": "x" })).await;
    assert_eq!(code(&nobody), (StatusCode::NOT_FOUND, Some("not_found")));
}

async fn an_operator_makes_a_verified_author_at_once(house: House) {
    let operator = operator(&house).await;
    let (status, made) = operator.post(ALL, json!({ "tenant": "studio", "id": "studio" })).await;
    assert_eq!(status, StatusCode::CREATED, "{made:#}");
    assert!(made["verified_at"].is_string());
    assert_eq!(made["keys"][0]["held"], true);
    assert!(made["keys"][0]["public_key"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
}

async fn what_everybody_sees_of_an_author_names_no_tenant(house: House) {
    let ada = house.author("ada").await;
    let (status, profile) = house.visitor().get(&format!("{MINE}/ada")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&profile["id"], &profile["verified"]), (&json!("ada"), &json!(true)));
    assert_eq!(profile["keys"][0]["fingerprint"], ada.key.public_key().fingerprint());
    assert_eq!(profile["keys"][0]["active"], true);
    for hidden in ["tenant", "held", "held_secret"] {
        assert!(!profile.to_string().contains(&format!("\"{hidden}\"")), "{profile:#}");
    }
    let nobody = house.visitor().get(&format!("{MINE}/nobody")).await;
    assert_eq!(code(&nobody), (StatusCode::NOT_FOUND, Some("not_found")));
}

async fn a_tenant_lists_its_own_authors_and_an_operator_all(house: House) {
    for name in ["ada", "bob", "eve"] {
        house.author(name).await;
    }
    let ids = |list: &Value| {
        let authors = list["authors"].as_array().unwrap().iter();
        authors.map(|author| author["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let bob = house.person("bob", &[Scope::Publish]).await;
    assert_eq!(ids(&bob.get(MINE).await.1), ["bob"]);
    let operator = operator(&house).await;
    let (_, first) = operator.get(&format!("{ALL}?limit=2")).await;
    assert_eq!(ids(&first), ["ada", "bob"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, rest) = operator.get(&format!("{ALL}?limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&rest), &rest["next_cursor"]), (vec!["eve".to_owned()], &Value::Null));
    assert_eq!(ids(&operator.get(&format!("{ALL}?tenant=eve&verified=true")).await.1), ["eve"]);
    assert_eq!(ids(&operator.get(&format!("{ALL}?verified=false")).await.1), Vec::<String>::new());
}

async fn a_public_key_that_nobody_should_trust_is_refused(house: House) {
    use base64::Engine as _;
    let person = house.person("acme", &[Scope::Publish]).await;
    // The point of order one: anybody can sign for it.
    let mut der = hex("302a300506032b6570032100");
    der.extend_from_slice(&[&[1][..], &[0; 31]].concat());
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let weak = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    let refused = person.post(MINE, json!({ "id": "ada", "public_key": weak })).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("public_key_refused")));
    let secret = SigningKey::generate().to_pem();
    let refused = person.post(MINE, json!({ "id": "ada", "public_key": secret.as_str() })).await;
    assert_eq!(code(&refused), (StatusCode::UNPROCESSABLE_ENTITY, Some("bad_body")));
    assert!(!refused.1.to_string().contains(secret.lines().nth(1).unwrap()), "a secret is not repeated");
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
