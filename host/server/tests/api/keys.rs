//! Authors' keys: who may put which in force, and what becomes of what they signed.

use std::sync::Arc;

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace_manifest::{Rotation, SigningKey};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{Author, House, Person, Release, on_both_databases, package};

on_both_databases![
    a_key_is_rotated_with_the_consent_of_the_old_one,
    a_thief_with_the_token_alone_rotates_nothing,
    a_consent_is_good_once,
    a_key_that_the_server_holds_is_followed_by_another_that_it_holds,
    a_name_whose_key_the_server_holds_is_not_moved_by_a_token,
    an_operator_gives_an_author_another_key,
    what_a_revoked_key_signed_is_not_installed_anew,
    a_key_is_revoked_by_its_author_or_an_operator_and_by_nobody_else,
    a_held_key_is_encrypted_at_rest_and_opens_for_its_author_alone,
    of_rotations_at_once_one_comes_into_force,
    the_audit_log_tells_the_story_of_a_key,
];

const NOTES: &str = "notes";

fn code(answer: &(StatusCode, Value)) -> (StatusCode, Option<&str>) {
    (answer.0, answer.1["code"].as_str())
}

fn keys(author: &str) -> String {
    format!("/api/v1/marketplace/authors/{author}/keys")
}

/// As an operator's call.
fn cp(author: &str) -> String {
    format!("/cp/api/v1/admin/marketplace/authors/{author}/keys")
}

async fn operator(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

/// The body of a rotation to `new`, to which `signer` agrees.
fn rotation(author: &Author, new: &SigningKey, signer: &SigningKey) -> Value {
    let (old, new) = (author.key.public_key(), new.public_key());
    let rotation = Rotation { author: &author.id, old: &old, new: &new };
    json!({ "public_key": new.to_pem(), "rotation_signature": rotation.sign(signer) })
}

/// The keys of the only author of a person's tenant.
async fn mine(person: &Person) -> Vec<Value> {
    let (_, mine) = person.get("/api/v1/marketplace/authors").await;
    mine["authors"][0]["keys"].as_array().unwrap().clone()
}

async fn a_key_is_rotated_with_the_consent_of_the_old_one(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let new = SigningKey::generate();
    let (status, key) = ada.person.post(&keys("ada"), rotation(&ada, &new, &ada.key)).await;
    assert_eq!(status, StatusCode::CREATED, "{key:#}");
    assert_eq!((&key["active"], &key["fingerprint"]), (&json!(true), &json!(new.public_key().fingerprint())));

    // What the old key signed stays good; it signs nothing new.
    let home = house.person("home", &[Scope::Install]).await;
    assert_eq!(home.install("notes/hello", json!({})).await.0, StatusCode::CREATED);
    let by_the_old = ada.person.submit(NOTES, &ada.note("hello", "1.1.0", "hi", &[])).await;
    assert_eq!(code(&by_the_old), (StatusCode::UNPROCESSABLE_ENTITY, Some("signature_invalid")));
    let ada = Author { key: Arc::new(new), ..ada };
    let (status, answer) = ada.person.submit(NOTES, &ada.note("hello", "1.1.0", "hi", &[])).await;
    assert_eq!(status, StatusCode::CREATED, "{answer:#}");

    let keys = mine(&ada.person).await;
    assert_eq!(keys.iter().map(|key| &key["active"]).collect::<Vec<_>>(), [false, true]);
    assert!(keys[0]["retired_at"].is_string() && keys[0]["revoked_at"].is_null());
}

async fn a_thief_with_the_token_alone_rotates_nothing(house: House) {
    let ada = house.author("ada").await;
    let thief = SigningKey::generate();
    let unsigned = json!({ "public_key": thief.public_key().to_pem() });
    let refused = ada.person.post(&keys("ada"), unsigned).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("rotation_signature_required")));
    // The answer says what the old key would have to sign.
    let statement: Value = serde_json::from_str(refused.1["statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["purpose"], "marketplace-key-rotation");
    assert_eq!(statement["old_key"], ada.key.public_key().fingerprint());

    let refused = ada.person.post(&keys("ada"), rotation(&ada, &thief, &thief)).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("rotation_signature_invalid")));
    let garbled = json!({ "public_key": thief.public_key().to_pem(), "rotation_signature": "AAAA" });
    let refused = ada.person.post(&keys("ada"), garbled).await;
    assert_eq!(code(&refused), (StatusCode::UNPROCESSABLE_ENTITY, Some("bad_body")));
    // Not to a key of the thief's, and not to one that the server would hold and sign with for the token.
    let refused = ada.person.post(&keys("ada"), json!({})).await;
    assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("public_key_required")));

    let eve = house.author("eve").await;
    let foreign = eve.person.post(&keys("ada"), rotation(&ada, &thief, &ada.key)).await;
    assert_eq!(code(&foreign), (StatusCode::FORBIDDEN, Some("author_not_yours")));
    let nobody = eve.person.post(&keys("nobody"), json!({})).await;
    assert_eq!(code(&nobody), (StatusCode::NOT_FOUND, Some("not_found")));
    assert_eq!(mine(&ada.person).await.len(), 1);
}

async fn a_consent_is_good_once(house: House) {
    let ada = house.author("ada").await;
    let (new, newer) = (SigningKey::generate(), SigningKey::generate());
    let consent = rotation(&ada, &new, &ada.key);
    assert_eq!(ada.person.post(&keys("ada"), consent.clone()).await.0, StatusCode::CREATED);
    let replayed = ada.person.post(&keys("ada"), consent).await;
    assert_eq!(code(&replayed), (StatusCode::FORBIDDEN, Some("rotation_signature_invalid")));
    // The retired key agrees to nothing any more.
    let retired = ada.person.post(&keys("ada"), rotation(&ada, &newer, &ada.key)).await;
    assert_eq!(code(&retired), (StatusCode::FORBIDDEN, Some("rotation_signature_invalid")));
    // And does not come back, even if the new one agrees.
    let now = Author { key: Arc::new(new), ..ada.clone() };
    let back = ada.person.post(&keys("ada"), rotation(&now, &ada.key, &now.key)).await;
    assert_eq!(code(&back), (StatusCode::CONFLICT, Some("key_taken")));
}

async fn a_key_that_the_server_holds_is_followed_by_another_that_it_holds(house: House) {
    house.license("ada", Tier::Pro, json!({})).await;
    house.register("ada", None).await;
    let person = house.person("ada", &[Scope::Publish]).await;
    let before = mine(&person).await;
    let (status, key) = person.post(&keys("ada"), json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{key:#}");
    assert_eq!((&key["held"], &key["active"]), (&json!(true), &json!(true)));
    assert_ne!(key["fingerprint"], before[0]["fingerprint"]);
    assert_eq!(mine(&person).await[0]["held"], false, "the old secret is gone");

    let manifest = "kind: note\nname: hello\nversion: '1.0.0'\npermissions: []\n";
    let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
    let (status, submitted) = person.submit(NOTES, &release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
}

async fn a_name_whose_key_the_server_holds_is_not_moved_by_a_token(house: House) {
    house.register("ada", None).await;
    let person = house.person("ada", &[Scope::Publish]).await;
    let own = SigningKey::generate();
    let refused = person.post(&keys("ada"), json!({ "public_key": own.public_key().to_pem() })).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("key_needs_operator")));
    assert!(refused.1["detail"].as_str().unwrap().contains("operator"), "it says whom to ask");
    assert_eq!(mine(&person).await.len(), 1);
    let why = json!({ "public_key": own.public_key().to_pem(), "reason": "they came by" });
    let (status, key) = operator(&house).await.post(&cp("ada"), why).await;
    assert_eq!((status, &key["held"]), (StatusCode::CREATED, &json!(false)), "{key:#}");
}

async fn an_operator_gives_an_author_another_key(house: House) {
    let ada = house.author("ada").await;
    let operator = operator(&house).await;
    let new = SigningKey::generate();
    let unexplained = json!({ "public_key": new.public_key().to_pem() });
    assert_eq!(operator.post(&cp("ada"), unexplained).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let lost = json!({ "public_key": new.public_key().to_pem(), "reason": "lost the laptop; a call back" });
    let (status, key) = operator.post(&cp("ada"), lost.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{key:#}");
    let again = operator.post(&cp("ada"), lost).await;
    assert_eq!(code(&again), (StatusCode::CONFLICT, Some("key_taken")));
    let nobody = operator.post(&cp("nobody"), json!({ "reason": "x" })).await;
    assert_eq!(code(&nobody), (StatusCode::NOT_FOUND, Some("not_found")));
    let ada = Author { key: Arc::new(new), ..ada };
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
}

async fn what_a_revoked_key_signed_is_not_installed_anew(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let key = mine(&ada.person).await[0]["id"].as_str().unwrap().to_owned();
    let revoke = format!("{}/{key}/revoke", keys("ada"));
    let unexplained = ada.person.post(&revoke, json!({})).await;
    assert_eq!(unexplained.0, StatusCode::UNPROCESSABLE_ENTITY);
    let stolen = json!({ "reason": "the laptop was stolen" });
    assert_eq!(ada.person.post(&revoke, stolen.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ada.person.post(&revoke, stolen).await.0, StatusCode::NO_CONTENT, "again changes nothing");
    let revoked = &mine(&ada.person).await[0];
    assert_eq!(revoked["revoked_reason"], "the laptop was stolen");
    assert_eq!(revoked["active"], false);

    let home = house.person("home", &[Scope::Install]).await;
    let refused = home.install("notes/hello", json!({})).await;
    assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("key_revoked")));
    let refused = ada.person.submit(NOTES, &ada.note("other", "1.0.0", "hi", &[])).await;
    assert_eq!(code(&refused), (StatusCode::CONFLICT, Some("author_without_key")));

    // No key is left that could agree to another: an operator adds it.
    let new = SigningKey::generate();
    let refused = ada.person.post(&keys("ada"), rotation(&ada, &new, &ada.key)).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("key_needs_operator")));
    let added = json!({ "public_key": new.public_key().to_pem(), "reason": "a call back" });
    assert_eq!(operator(&house).await.post(&cp("ada"), added).await.0, StatusCode::CREATED);
    let ada = Author { key: Arc::new(new), ..ada };
    house.publish_note(&ada, "hello", "1.1.0", "hi", &[]).await;
    assert_eq!(home.install("notes/hello", json!({})).await.0, StatusCode::CREATED);
}

async fn a_key_is_revoked_by_its_author_or_an_operator_and_by_nobody_else(house: House) {
    let (ada, eve) = (house.author("ada").await, house.author("eve").await);
    let why = json!({ "reason": "why" });
    let (hers, of_ada) = (mine(&eve.person).await, mine(&ada.person).await);
    let path = |author: &str, key: &Value| format!("{}/{}/revoke", keys(author), key["id"].as_str().unwrap());
    let foreign = eve.person.post(&path("ada", &of_ada[0]), why.clone()).await;
    assert_eq!(code(&foreign), (StatusCode::FORBIDDEN, Some("author_not_yours")));
    // Another author's key under one's own name is simply not there.
    let smuggled = eve.person.post(&path("eve", &of_ada[0]), why.clone()).await;
    assert_eq!(code(&smuggled), (StatusCode::NOT_FOUND, Some("not_found")));
    let nonsense = eve.person.post(&format!("{}/nonsense/revoke", keys("eve")), why.clone()).await;
    assert_eq!(code(&nonsense), (StatusCode::NOT_FOUND, Some("not_found")));
    let by_operator = format!("{}/{}/revoke", cp("eve"), hers[0]["id"].as_str().unwrap());
    assert_eq!(operator(&house).await.post(&by_operator, why).await.0, StatusCode::NO_CONTENT);
    assert!(mine(&eve.person).await[0]["revoked_at"].is_string());
    assert!(mine(&ada.person).await[0]["revoked_at"].is_null());
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
    let refused = person.submit(NOTES, &release).await;
    assert_eq!(code(&refused), (StatusCode::FORBIDDEN, Some("author_not_yours")));
}

async fn of_rotations_at_once_one_comes_into_force(house: House) {
    let ada = house.author("ada").await;
    let new: Vec<_> = (0..6).map(|_| SigningKey::generate()).collect();
    let path = keys("ada");
    let all = new.iter().map(|new| ada.person.post(&path, rotation(&ada, new, &ada.key)));
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count(), 1);
    for answer in answers.iter().filter(|(status, _)| *status != StatusCode::CREATED) {
        // Whoever came after the change finds that another key would have to agree.
        let (status, code) = code(answer);
        assert!(
            (status, code) == (StatusCode::CONFLICT, Some("key_changed"))
                || (status, code) == (StatusCode::FORBIDDEN, Some("rotation_signature_invalid")),
            "{:#}",
            answer.1
        );
    }
    assert_eq!(mine(&ada.person).await.iter().filter(|key| key["active"] == true).count(), 1);
}

async fn the_audit_log_tells_the_story_of_a_key(house: House) {
    let ada = house.author("ada").await;
    let new = SigningKey::generate();
    ada.person.post(&keys("ada"), rotation(&ada, &new, &ada.key)).await;
    let id = mine(&ada.person).await[1]["id"].as_str().unwrap().to_owned();
    ada.person.post(&format!("{}/{id}/revoke", keys("ada")), json!({ "reason": "lost" })).await;
    operator(&house).await.post(&cp("ada"), json!({ "reason": "a call back" })).await;

    let mut events = house.events().await;
    events.reverse();
    let told: Vec<_> = events.iter().filter(|event| event.subject == "author:ada").collect();
    let actions: Vec<_> = told.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["author.created", "key.rotated", "key.revoked", "key.added"]);
    let reasons: Vec<_> = told.iter().map(|event| event.reason.as_deref()).collect();
    assert_eq!(reasons, [None, None, Some("lost"), Some("a call back")]);
    // Whoever reads the log can check that the old key agreed.
    let (old, public) = (ada.key.public_key(), new.public_key());
    let rotation = Rotation { author: &ada.id, old: &old, new: &public };
    rotation.verify(told[1].details["rotation_signature"].as_str().unwrap()).unwrap();
    assert_eq!(told[1].details["new_key"], public.fingerprint());
}
