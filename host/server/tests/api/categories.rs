//! Categories that come, go and misbehave while the server runs.

use marketplace::account::Scope;
use marketplace::category::{Consent, Who, upgrade};
use marketplace::operation::Work;
use marketplace_manifest::Digest;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, http_client, on_both_databases};

on_both_databases![
    the_bundled_categories_are_rows_like_any_other,
    one_that_is_added_by_another_process_serves_the_next_request,
    a_gallerys_items_are_published_and_shown_but_not_installed,
    one_that_misbehaves_is_a_clear_error_and_the_others_go_on,
    a_component_that_imports_what_nobody_offers_is_refused_by_name,
    one_that_could_not_be_reached_is_refused_by_name,
    the_component_that_an_install_began_with_is_the_one_that_commits,
    one_whose_component_is_damaged_shows_its_error_and_the_others_serve,
];

fn ids(categories: &Value) -> Vec<&str> {
    categories["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|category| category["id"].as_str().unwrap())
        .collect()
}

async fn the_bundled_categories_are_rows_like_any_other(house: House) {
    let (_, categories) = house.visitor().get("/api/v1/marketplace/categories").await;
    let mut found = ids(&categories);
    found.sort_unstable();
    assert_eq!(found, ["apps", "notes", "plugins", "skills", "themes", "widgets"]);
    for category in categories["categories"].as_array().unwrap() {
        assert_eq!(category["installer"], "live");
        assert_eq!(category["error"], Value::Null);
        assert_eq!(category["installed"], 0);
        assert!(category["icon"].as_str().unwrap().starts_with("<svg"), "{category:#}");
    }
}

async fn one_that_is_added_by_another_process_serves_the_next_request(house: House) {
    let (status, _) = house.visitor().get("/api/v1/marketplace/posters/items").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // As `marketplace category add` does: the same data folder, its own connection.
    let other = house.reopen().await;
    other.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let (status, _) = house.visitor().get("/api/v1/marketplace/posters/items").await;
    assert_eq!(status, StatusCode::OK);
}

async fn a_gallerys_items_are_published_and_shown_but_not_installed(house: House) {
    house.market.categories.add(marketplace_test_guests::GALLERY, "test").await.unwrap();
    let (_, categories) = house.visitor().get("/api/v1/marketplace/categories").await;
    let posters = categories["categories"].as_array().unwrap().iter().find(|c| c["id"] == "posters").unwrap();
    assert_eq!(posters["installer"], "stub");

    let author = house.author("ada").await;
    let (status, submitted) = author
        .person
        .submit("posters", &author.release("posters", "sunset", "1.0.0", &[("poster.txt", "hi")], &[]))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    assert_eq!(submitted["plan"], Value::Null);
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let id = submitted["id"].as_str().unwrap();
    moderator.post(&format!("/cp/api/v1/admin/marketplace/queue/{id}/approve"), json!({})).await;
    let (_, list) = house.visitor().get("/api/v1/marketplace/posters/items").await;
    assert_eq!(list["items"][0]["slug"], "sunset");
    let home = house.person("home", &[Scope::Install]).await;
    let (status, problem) = home.install("posters/sunset", json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("category_not_installable")));
}

async fn one_that_misbehaves_is_a_clear_error_and_the_others_go_on(house: House) {
    house.market.categories.add(marketplace_test_guests::ROGUE, "test").await.unwrap();
    let author = house.author("ada").await;
    let before = house.files();
    for (name, code) in [
        ("trap", "adapter_trapped"),
        ("spin", "adapter_timeout"),
        ("memory-bomb", "adapter_trapped"),
        ("not-json", "adapter_misbehaved"),
    ] {
        let release = author.release("rogue", name, "1.0.0", &[("note.txt", "hi")], &[]);
        let (rogue, honest) = tokio::join!(author.person.submit("rogues", &release), async {
            let release = author.note(&format!("beside-{name}"), "1.0.0", "hi", &[]);
            author.person.submit("notes", &release).await
        });
        assert_eq!(rogue.0, StatusCode::BAD_GATEWAY, "{name}: {:#}", rogue.1);
        assert!(
            rogue.1["code"] == code || (name == "memory-bomb" && rogue.1["code"] == "adapter_limit"),
            "{name}: {:#}",
            rogue.1
        );
        assert_eq!(rogue.1["category"], "rogues");
        assert_eq!(honest.0, StatusCode::CREATED, "{:#}", honest.1);
    }
    let (_, mine) = author.person.get("/api/v1/marketplace/submissions").await;
    assert!(mine["submissions"].as_array().unwrap().iter().all(|one| one["category"] == "notes"));
    let left = house
        .files()
        .into_iter()
        .filter(|file| !before.contains(file) && !file.to_string_lossy().contains("blobs/sha256"));
    assert_eq!(left.count(), 0);
}

async fn a_component_that_imports_what_nobody_offers_is_refused_by_name(house: House) {
    let sockets = r#"(component (import "wasi:sockets/tcp@0.2.0" (instance)))"#;
    let error = house.market.categories.add(sockets.as_bytes(), "test").await.unwrap_err();
    let problem = format!("{error}");
    assert!(!problem.is_empty());
    let bytes = wat::parse_str(sockets).unwrap();
    let error = house.market.categories.add(&bytes, "test").await.unwrap_err();
    assert!(error.to_string().contains("wasi:sockets/tcp@0.2.0"), "{error}");
}

async fn one_that_could_not_be_reached_is_refused_by_name(house: House) {
    // The gallery, had it called itself what the API calls something else.
    let bytes = reworded(marketplace_test_guests::GALLERY, b"posters", b"authors");
    let error = house.market.categories.add(&bytes, "test").await.unwrap_err().to_string();
    assert!(error.contains("`authors`") && error.contains("choose another id"), "{error}");
    let (_, categories) = house.visitor().get("/api/v1/marketplace/categories").await;
    assert!(!ids(&categories).contains(&"authors"));
}

/// A component that has another word for one, of the same length.
pub fn reworded(component: &[u8], its: &[u8], word: &[u8]) -> Vec<u8> {
    assert_eq!(its.len(), word.len());
    let mut bytes = component.to_vec();
    for at in 0..bytes.len() - its.len() {
        if bytes[at..].starts_with(its) {
            bytes[at..at + its.len()].copy_from_slice(word);
        }
    }
    assert_ne!(bytes, component, "the word is not in it");
    bytes
}

async fn the_component_that_an_install_began_with_is_the_one_that_commits(house: House) {
    // The step is held for the whole process: others wait at it a moment, and would let go of it.
    static HOLDS_THE_STEP: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let before = marketplace_test_guests::HONEST;
    let after = reworded(before, b"index.txt", b"other.txt");
    // Compiled, so that it is added in a moment.
    house.market.categories.sandbox().load(&after).await.unwrap();
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;

    let _alone = HOLDS_THE_STEP.lock().await;
    let held = fail::FailGuard::new("unpack.begin", "pause").unwrap();
    let request =
        http_client().post(format!("{}/api/v1/marketplace/notes/items/hello/install", house.address));
    let request = request.bearer_auth(home.token.as_ref().unwrap()).header("prefer", "respond-async");
    let response = request.json(&json!({})).send().await.unwrap();
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let until = async |reached: fn(&Value) -> bool| loop {
        let (_, operation) = home.get(&location).await;
        if reached(&operation) {
            return operation;
        }
        assert!(operation["state"] == "running", "{operation:#}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    until(|operation| operation["progress"]["stage"] == "unpack").await;
    let who = Who { actor: "test", reason: None };
    upgrade(&house.market, None, &after, Consent::Everything, who, &Work::unwatched()).await.unwrap();
    let row = house.market.store.category(&"notes".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.component_sha256, Digest::of(&after), "it was replaced while the install was under way");
    drop(held);
    let ended = until(|operation| operation["state"] != "running").await;
    assert_eq!(ended["state"], "succeeded", "{ended:#}");

    let work = house.person("work", &[Scope::Install]).await;
    let (status, later) = work.install("notes/hello", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{later:#}");
    for (tenant, answer, component, file) in
        [("home", &ended["answer"], before, "index.txt"), ("work", &later, &after[..], "other.txt")]
    {
        let (tenant, category, slug) =
            (tenant.parse().unwrap(), "notes".parse().unwrap(), "hello".parse().unwrap());
        let row = house.market.store.installation(&tenant, &category, &slug).await.unwrap().unwrap();
        assert_eq!(row.adapter_sha256, Digest::of(component), "{tenant}");
        let paths: Vec<_> = answer["files"].as_array().unwrap().iter().map(|one| &one["path"]).collect();
        assert!(paths.contains(&&json!(file)) && paths.len() == 2, "{tenant}: {paths:?}");
    }
}

async fn one_whose_component_is_damaged_shows_its_error_and_the_others_serve(house: House) {
    let row = house.market.store.category(&"notes".parse().unwrap()).await.unwrap().unwrap();
    let digest = row.component_sha256.to_string();
    let blob = house.data.path().join("blobs/sha256").join(&digest[..2]).join(&digest);
    std::fs::remove_file(&blob).unwrap();
    std::fs::write(&blob, "damaged").unwrap();
    let again = house.reopen().await;
    let (_, categories) = again.visitor().get("/api/v1/marketplace/categories").await;
    for category in categories["categories"].as_array().unwrap() {
        assert_eq!(category["error"].is_string(), category["id"] == "notes", "{category:#}");
    }
    let author = again.author("ada").await;
    let (status, problem) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, Some("category_unavailable"))
    );
}
