use marketplace::account::Scope;
use marketplace::account::license::Tier;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, Release, on_both_databases, package};

on_both_databases![
    what_a_revoked_key_signed_is_not_installed_anew,
    a_held_key_is_encrypted_at_rest_and_opens_for_its_author_alone,
];

async fn what_a_revoked_key_signed_is_not_installed_anew(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let store = &house.market.store;
    let key = store.active_key(&author.id).await.unwrap().unwrap();
    store.revoke_key(&key.id, marketplace_store::Event::new("test", "key.revoked", "key")).await.unwrap();

    let home = house.person("home", &[Scope::Install]).await;
    let (status, problem) = home.install("notes/hello", json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("key_revoked")));
    let (status, problem) = author.person.submit("notes", &author.note("other", "1.0.0", "hi", &[])).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("author_without_key")));
}

async fn a_held_key_is_encrypted_at_rest_and_opens_for_its_author_alone(house: House) {
    house.license("ada", Tier::Pro, json!({})).await;
    house.register("ada", None).await;
    house.register("bob", None).await;
    let store = &house.market.store;
    let (ada, bob) = ("ada".parse().unwrap(), "bob".parse().unwrap());
    let sealed = store.active_key(&ada).await.unwrap().unwrap().held_secret.unwrap();
    let secrets = &house.market.secrets;
    let key = secrets.unseal(&ada, &sealed).unwrap();
    assert!(!sealed.windows(32).any(|window| window == key.to_bytes().as_slice()));
    assert!(secrets.unseal(&bob, &sealed).is_err(), "a row that was moved to another author does not open");

    let person = house.person("ada", &[Scope::Publish]).await;
    let manifest = "kind: note\nname: hello\nversion: '1.0.0'\nauthor_id: bob\npermissions: []\n";
    let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
    let (status, problem) = person.submit("notes", &release).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::FORBIDDEN, Some("author_not_yours")));
}
