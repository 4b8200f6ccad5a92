//! What operators do with categories while the server runs: add them over the API or by dropping a file, and see what
//! becomes of those that fail.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use marketplace::account::Scope;
use marketplace::category::breaker::Policy;
use marketplace::category::folder::Watching;
use marketplace_manifest::Digest;
use marketplace_test_guests::{GALLERY, HONEST, ROGUE, guest};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::categories::reworded;
use crate::house::{Author, House, Person, http_client, on_both_databases};

on_both_databases![
    every_category_is_listed_with_its_component_and_how_it_does,
    a_component_that_is_sent_serves_the_next_request,
    a_dry_run_says_what_a_component_would_be_and_changes_nothing,
    what_is_no_category_is_refused_with_a_code_of_its_own,
    adding_never_replaces,
    a_category_is_switched_and_removed_over_the_api,
    what_one_server_adds_another_serves,
    a_file_that_is_dropped_serves_soon_and_may_go_again,
    a_file_that_changes_is_refused_and_said_aloud,
    a_file_that_is_still_being_copied_waits,
    a_broken_file_is_listed_and_takes_nothing_down,
    a_file_of_a_category_that_was_removed_does_not_bring_it_back,
    of_two_files_of_one_category_the_first_has_it_and_the_other_is_said,
    a_component_that_fails_for_several_authors_is_paused_alone_and_comes_back,
    one_authors_packages_pause_no_category,
];

const CATEGORIES: &str = "/cp/api/v1/admin/marketplace/categories";
const PAGE: &str = "/control-center/marketplace/categories";

async fn operator(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

/// The gallery, with a word changed that nobody decides by.
fn other_gallery() -> Vec<u8> {
    reworded(GALLERY, b"Pictures to look at.", b"Pictures to stare at")
}

async fn send(person: &Person, query: &str, kind: &str, component: &[u8]) -> (StatusCode, Value) {
    let request = http_client()
        .post(format!("{}{CATEGORIES}{query}", person.house.address))
        .bearer_auth(person.token.as_ref().unwrap())
        .header("content-type", kind)
        .body(component.to_vec());
    let response: Response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn add(person: &Person, component: &[u8]) -> (StatusCode, Value) {
    send(person, "", "application/wasm", component).await
}

async fn listed(operator: &Person) -> Value {
    let (status, list) = operator.get(CATEGORIES).await;
    assert_eq!(status, StatusCode::OK, "{list:#}");
    list
}

async fn one(operator: &Person, id: &str) -> Value {
    let (status, category) = operator.get(&format!("{CATEGORIES}/{id}")).await;
    assert_eq!(status, StatusCode::OK, "{category:#}");
    category
}

async fn serves(house: &House, id: &str) -> bool {
    let (status, _) = house.visitor().get(&format!("/api/v1/marketplace/{id}/items")).await;
    status == StatusCode::OK
}

async fn every_category_is_listed_with_its_component_and_how_it_does(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "diary", "1.0.0", "hi", &[]).await;
    let operator = operator(&house).await;
    let list = listed(&operator).await;
    let ids: Vec<_> = list["categories"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids.len(), 6, "{ids:?}");
    assert_eq!(list["adapters"], Value::Null, "this house looks at no folder");

    let notes = one(&operator, "notes").await;
    assert_eq!(list["categories"].as_array().unwrap().iter().find(|one| one["id"] == "notes"), Some(&notes));
    assert_eq!(
        (&notes["state"], &notes["reason"], &notes["until"]),
        (&json!("serving"), &json!(null), &json!(null))
    );
    assert_eq!((&notes["items"], &notes["installations"]), (&json!(1), &json!(0)));
    let component = &notes["component"];
    assert_eq!(component["sha256"], Digest::of(HONEST).to_string());
    assert_eq!(component["size"], HONEST.len());
    assert_eq!((&component["world"], &component["source"]), (&json!("category"), &json!("operator")));
    let package = component["imports"].as_array().unwrap().iter().find(|import| {
        import["interfaces"]
            .as_array()
            .unwrap()
            .iter()
            .any(|name| name.as_str().unwrap().contains("category/contents"))
    });
    assert!(package.is_some_and(|import| !import["gets"].as_str().unwrap().is_empty()), "{component:#}");
    let inspect =
        notes["health"]["calls"].as_array().unwrap().iter().find(|calls| calls["call"] == "inspect");
    assert_eq!(inspect.unwrap()["answered"], 1, "{notes:#}");
    assert_eq!(one(&operator, "themes").await["component"]["source"], "bundled");

    let (status, problem) = operator.get(&format!("{CATEGORIES}/nothing")).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
}

async fn a_component_that_is_sent_serves_the_next_request(house: House) {
    let operator = operator(&house).await;
    assert!(!serves(&house, "posters").await);
    let (status, added) = add(&operator, GALLERY).await;
    assert_eq!(status, StatusCode::CREATED, "{added:#}");
    assert!(serves(&house, "posters").await);
    assert_eq!(added, one(&operator, "posters").await);
    assert_eq!(added["component"]["contract"], "1.0.0");
    assert_eq!(added["component"]["world"], "gallery-category");
    assert_eq!(added["installer"], "stub");

    let events = house.events().await;
    assert_eq!(
        (events[0].action.as_str(), events[0].subject.as_str()),
        ("category.added", "category:posters")
    );
    let (status, again) = add(&operator, GALLERY).await;
    assert_eq!((status, &again["id"]), (StatusCode::OK, &json!("posters")));
    assert_eq!(house.events().await.len(), events.len(), "nothing was changed");
}

async fn a_dry_run_says_what_a_component_would_be_and_changes_nothing(house: House) {
    let operator = operator(&house).await;
    let before = (house.files(), house.events().await.len());
    let (status, would) = send(&operator, "?dry_run=true", "application/octet-stream", GALLERY).await;
    assert_eq!(status, StatusCode::OK, "{would:#}");
    assert_eq!((&would["id"], &would["is_new"]), (&json!("posters"), &json!(true)));
    assert_eq!(would["component_sha256"], Digest::of(GALLERY).to_string());
    assert_eq!((&would["contract"], &would["world"]), (&json!("1.0.0"), &json!("gallery-category")));
    assert!(!serves(&house, "posters").await);
    let (status, would) = send(&operator, "?dry_run=true", "application/wasm", HONEST).await;
    assert_eq!((status, &would["is_new"]), (StatusCode::OK, &json!(false)));
    assert_eq!((house.files(), house.events().await.len()), before, "nothing was changed");
}

async fn what_is_no_category_is_refused_with_a_code_of_its_own(house: House) {
    let operator = operator(&house).await;
    let most = house.market.categories.sandbox().limits().component_bytes;
    let empty = wat::parse_str("(component)").unwrap();
    let reserved = reworded(GALLERY, b"posters", b"authors");
    let large = vec![0; most + 1];
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let before = (house.files(), house.events().await.len());
    for (component, status, code) in [
        (&b""[..], unprocessable, "component_not_a_component"),
        (b"something else", unprocessable, "component_not_a_component"),
        (b"\0asm\x01\0\0\0", unprocessable, "component_not_a_component"),
        (&GALLERY[..GALLERY.len() / 2], unprocessable, "component_malformed"),
        (&empty, unprocessable, "component_missing_exports"),
        (guest::imports_sockets::BYTES, unprocessable, "component_unknown_imports"),
        (guest::imports_another_type::BYTES, unprocessable, "component_mismatch"),
        (guest::has_a_huge_function::BYTES, unprocessable, "component_too_complex"),
        (guest::spins_in_every_call::BYTES, unprocessable, "adapter_timeout"),
        (&reserved, unprocessable, "category_name_reserved"),
        (&large, StatusCode::PAYLOAD_TOO_LARGE, "component_too_large"),
    ] {
        let (answered, problem) = add(&operator, component).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{problem:#}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem:#}");
    }
    let (status, problem) = send(&operator, "", "application/json", GALLERY).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, Some("bad_media_type"))
    );
    let (status, problem) = send(&operator, "?dryrun=true", "application/wasm", GALLERY).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_REQUEST, Some("bad_query")));
    assert_eq!((house.files(), house.events().await.len()), before, "nothing was changed");
    assert!(serves(&house, "notes").await);
}

async fn adding_never_replaces(house: House) {
    let operator = operator(&house).await;
    add(&operator, GALLERY).await;
    let other = other_gallery();
    for query in ["", "?dry_run=true"] {
        let (status, problem) = send(&operator, query, "application/wasm", &other).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("category_exists")));
        let (present, sent) = (Digest::of(GALLERY).to_string(), Digest::of(&other).to_string());
        assert_eq!((&problem["component_sha256"], &problem["sent_sha256"]), (&json!(present), &json!(sent)));
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&present) && detail.contains(&sent), "{detail}");
        assert!(detail.contains("marketplace category upgrade"), "{detail}");
    }
    assert_eq!(one(&operator, "posters").await["component"]["sha256"], Digest::of(GALLERY).to_string());
}

async fn a_category_is_switched_and_removed_over_the_api(house: House) {
    let operator = operator(&house).await;
    add(&operator, GALLERY).await;
    let posters = format!("{CATEGORIES}/posters");
    let (status, row) = operator.post(&format!("{posters}/disable"), json!({ "reason": "a test" })).await;
    assert_eq!((status, &row["state"], &row["enabled"]), (StatusCode::OK, &json!("disabled"), &json!(false)));
    assert!(!serves(&house, "posters").await);
    assert_eq!(house.events().await[0].reason.as_deref(), Some("a test"));
    let (status, row) = operator.post(&format!("{posters}/enable"), json!({})).await;
    assert_eq!((status, &row["state"]), (StatusCode::OK, &json!("serving")));
    assert!(serves(&house, "posters").await);
    assert_eq!(operator.delete(&posters).await.0, StatusCode::NO_CONTENT);
    assert!(!serves(&house, "posters").await);
    for path in [format!("{posters}/enable"), format!("{posters}/disable")] {
        assert_eq!(operator.post(&path, json!({})).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(operator.delete(&posters).await.0, StatusCode::NOT_FOUND);

    let author = house.author("ada").await;
    house.publish_note(&author, "diary", "1.0.0", "hi", &[]).await;
    let (status, problem) = operator.delete(&format!("{CATEGORIES}/notes")).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("category_in_use")));
    assert_eq!(problem["items"], 1);
}

async fn what_one_server_adds_another_serves(house: House) {
    let other = house.reopen().await;
    assert!(!serves(&other, "posters").await);
    assert_eq!(add(&operator(&house).await, GALLERY).await.0, StatusCode::CREATED);
    assert!(serves(&other, "posters").await, "at the very next request");
    // And what the one finds in its folder.
    let folder = Folder::of(&house);
    folder.drop_in("rogues.wasm", ROGUE);
    folder.until(&house, "rogues").await;
    assert!(serves(&other, "rogues").await);
}

/// The adapters folder of a house, which is looked at.
struct Folder {
    path: PathBuf,
    _watching: Watching,
}

impl Folder {
    fn of(house: &House) -> Self {
        let path = house.data.path().join("adapters");
        std::fs::create_dir_all(&path).unwrap();
        Self { _watching: house.market.categories.watch(&path), path }
    }

    fn drop_in(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path.join(name), bytes).unwrap();
    }

    fn take_away(&self, name: &str) {
        std::fs::remove_file(self.path.join(name)).unwrap();
    }

    /// Waits until a category serves, and says how long that took.
    async fn until(&self, house: &House, id: &str) -> Duration {
        let begun = Instant::now();
        while !serves(house, id).await {
            assert!(begun.elapsed() < PATIENCE, "{id} does not serve");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begun.elapsed()
    }

    /// Waits until a file is refused, and says why.
    async fn refused(&self, operator: &Person, file: &str) -> Value {
        let begun = Instant::now();
        loop {
            let list = listed(operator).await;
            let refused = list["adapters"]["refused"].as_array().unwrap();
            if let Some(refused) = refused.iter().find(|refused| refused["file"] == file) {
                return refused.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{file} is not refused: {:#}", list["adapters"]);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Lets it be looked at a few times.
    async fn looks(&self) {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
    }
}

/// A file is looked at within half a second; the rest is the compiler's, on a machine that has other tests to run.
const PATIENCE: Duration = Duration::from_secs(30);

async fn a_file_that_is_dropped_serves_soon_and_may_go_again(house: House) {
    let operator = operator(&house).await;
    // Compiled before, so that what is measured is the folder.
    house.market.categories.sandbox().load(GALLERY).await.unwrap();
    let folder = Folder::of(&house);
    folder.looks().await;
    folder.drop_in("posters.wasm", GALLERY);
    let took = folder.until(&house, "posters").await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    let posters = one(&operator, "posters").await;
    assert_eq!(
        (&posters["component"]["source"], &posters["component"]["file"]),
        (&json!("folder"), &json!("posters.wasm"))
    );
    let event = &house.events().await[0];
    assert_eq!((event.action.as_str(), event.actor.as_str()), ("category.added", "adapters folder"));
    let list = listed(&operator).await;
    assert_eq!(list["adapters"]["folder"], folder.path.display().to_string());
    assert_eq!(list["adapters"]["refused"], json!([]));

    folder.take_away("posters.wasm");
    folder.looks().await;
    assert!(serves(&house, "posters").await, "the row has the bytes");
    assert!(serves(&house.reopen().await, "posters").await, "after a start, too");
    assert_eq!(one(&operator, "posters").await["component"]["source"], "operator");
}

async fn a_file_that_changes_is_refused_and_said_aloud(house: House) {
    let operator = operator(&house).await;
    let folder = Folder::of(&house);
    folder.drop_in("posters.wasm", GALLERY);
    folder.until(&house, "posters").await;
    let events = house.events().await.len();
    folder.drop_in("posters.wasm", &other_gallery());
    let refused = folder.refused(&operator, "posters.wasm").await;
    assert_eq!((&refused["code"], &refused["category"]), (&json!("category_exists"), &json!("posters")));
    let (present, found) = (Digest::of(GALLERY).to_string(), Digest::of(&other_gallery()).to_string());
    assert_eq!(refused["component_sha256"], found);
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains(&present) && detail.contains(&found), "{detail}");
    assert!(detail.contains("marketplace category upgrade") && detail.contains("posters.wasm"), "{detail}");
    assert_eq!(one(&operator, "posters").await["component"]["sha256"], present, "nothing was changed");
    assert_eq!(house.events().await.len(), events);
    let page = Browser::of(&operator).await.get(PAGE).await;
    assert!(page.text.contains("posters.wasm") && page.text.contains("category_exists"), "{}", page.text);

    // As it was before, it is no news any more.
    folder.drop_in("posters.wasm", GALLERY);
    folder.looks().await;
    assert_eq!(listed(&operator).await["adapters"]["refused"], json!([]));
}

async fn a_file_that_is_still_being_copied_waits(house: House) {
    let operator = operator(&house).await;
    let folder = Folder::of(&house);
    let mut sent = Vec::new();
    for piece in GALLERY.chunks(GALLERY.len().div_ceil(20)) {
        sent.extend_from_slice(piece);
        folder.drop_in("posters.wasm", &sent);
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    folder.until(&house, "posters").await;
    assert_eq!(one(&operator, "posters").await["component"]["sha256"], Digest::of(GALLERY).to_string());
    // And those that nobody means.
    folder.drop_in(".rogues.wasm", ROGUE);
    folder.drop_in("rogues.wasm.part", ROGUE);
    folder.looks().await;
    assert!(!serves(&house, "rogues").await);
    assert_eq!(listed(&operator).await["adapters"]["refused"], json!([]));
}

async fn a_broken_file_is_listed_and_takes_nothing_down(house: House) {
    let operator = operator(&house).await;
    let folder = Folder::of(&house);
    folder.drop_in("a.wasm", b"no component");
    folder.drop_in("b.wasm", guest::spins_in_every_call::BYTES);
    folder.drop_in("c.wasm", guest::imports_sockets::BYTES);
    std::os::unix::fs::symlink("/etc/passwd", folder.path.join("d.wasm")).unwrap();
    folder.drop_in("e.wasm", GALLERY);
    folder.until(&house, "posters").await;
    for (file, code) in [
        ("a.wasm", "component_not_a_component"),
        ("b.wasm", "adapter_timeout"),
        ("c.wasm", "component_unknown_imports"),
        ("d.wasm", "file_unfit"),
    ] {
        assert_eq!(folder.refused(&operator, file).await["code"], code);
    }
    assert_eq!(listed(&operator).await["adapters"]["refused"].as_array().unwrap().len(), 4);
    let page = Browser::of(&operator).await.get(PAGE).await;
    assert!(
        page.text.contains("component_unknown_imports") && page.text.contains("file_unfit"),
        "{}",
        page.text
    );
    let author = house.author("ada").await;
    house.publish_note(&author, "diary", "1.0.0", "hi", &[]).await;
    // Mended, it is a category.
    folder.drop_in("a.wasm", ROGUE);
    folder.until(&house, "rogues").await;
}

async fn a_file_of_a_category_that_was_removed_does_not_bring_it_back(house: House) {
    let operator = operator(&house).await;
    let folder = Folder::of(&house);
    folder.drop_in("posters.wasm", GALLERY);
    folder.until(&house, "posters").await;
    assert_eq!(operator.delete(&format!("{CATEGORIES}/posters")).await.0, StatusCode::NO_CONTENT);
    let refused = folder.refused(&operator, "posters.wasm").await;
    assert_eq!(refused["code"], "category_removed");
    assert!(refused["detail"].as_str().unwrap().contains("marketplace category add"), "{refused:#}");

    // Another server, which never saw it, decides the same.
    let again = house.reopen().await;
    let operator_again = self::operator(&again).await;
    let folder_again = Folder::of(&again);
    assert_eq!(folder_again.refused(&operator_again, "posters.wasm").await["code"], "category_removed");
    assert!(!serves(&again, "posters").await);
    // What it never was is another decision.
    folder_again.drop_in("posters.wasm", &other_gallery());
    folder_again.until(&again, "posters").await;
}

async fn of_two_files_of_one_category_the_first_has_it_and_the_other_is_said(house: House) {
    let operator = operator(&house).await;
    let path = house.data.path().join("adapters");
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("1.wasm"), GALLERY).unwrap();
    std::fs::write(path.join("2.wasm"), other_gallery()).unwrap();
    std::fs::write(path.join("3.wasm"), GALLERY).unwrap();
    let folder = Folder::of(&house);
    let refused = folder.refused(&operator, "2.wasm").await;
    assert_eq!(refused["code"], "category_exists");
    assert!(refused["detail"].as_str().unwrap().contains("that of `1.wasm`"), "{refused:#}");
    assert_eq!(one(&operator, "posters").await["component"]["sha256"], Digest::of(GALLERY).to_string());
    let refused = listed(&operator).await["adapters"]["refused"].clone();
    assert_eq!(refused.as_array().unwrap().len(), 1, "the same component twice is no matter: {refused:#}");
}

/// Sends a package that makes the rogue crash, whoever sends it.
async fn crash(author: &Author) -> (StatusCode, Value) {
    author
        .person
        .submit("rogues", &author.release("rogue", "trap", "1.0.0", &[("note.txt", "hi")], &[]))
        .await
}

async fn honest(author: &Author, name: &str) -> (StatusCode, Value) {
    author.person.submit("rogues", &author.release("rogue", name, "1.0.0", &[("note.txt", "hi")], &[])).await
}

async fn a_component_that_fails_for_several_authors_is_paused_alone_and_comes_back(house: House) {
    house.market.categories.add(ROGUE, "test").await.unwrap();
    let pause = Duration::from_secs(10);
    house.market.categories.breaker().set_policy(Policy { first: pause, ..Policy::default() });
    let (ada, bob, eve) = (house.author("ada").await, house.author("bob").await, house.author("eve").await);
    // Something to install, and something that is installed.
    for name in ["well", "other"] {
        let (status, submitted) = honest(&eve, name).await;
        assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
        let moderator = house.person("moderators", &[Scope::Moderate]).await;
        let id = submitted["id"].as_str().unwrap();
        moderator.post(&format!("/cp/api/v1/admin/marketplace/queue/{id}/approve"), json!({})).await;
    }
    let home = house.person("home", &[Scope::Install]).await;
    assert_eq!(home.install("rogues/well", json!({})).await.0, StatusCode::CREATED);

    for author in [&ada, &bob, &ada, &bob, &ada] {
        let (status, problem) = crash(author).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_GATEWAY, Some("adapter_trapped")));
    }
    let begun = Instant::now();
    let (status, problem) = honest(&eve, "later").await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, Some("category_paused"))
    );
    assert_eq!((&problem["category"], &problem["author"]), (&json!("rogues"), &Value::Null), "{problem:#}");
    let until = problem["until"].as_str().unwrap();
    assert!(problem["detail"].as_str().unwrap().contains(until), "{problem:#}");
    let install = format!("{}/api/v1/marketplace/rogues/items/other/install", house.address);
    let asked = http_client().post(install).bearer_auth(home.token.as_ref().unwrap()).json(&json!({}));
    let response = asked.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    let operator = operator(&house).await;
    let rogues = one(&operator, "rogues").await;
    assert_eq!((&rogues["state"], rogues["until"].is_string()), (&json!("paused"), true), "{rogues:#}");
    assert_eq!(rogues["health"]["turned_away"], 2);
    let page = Browser::of(&operator).await.get(PAGE).await;
    assert!(page.text.contains("It is paused."), "{}", page.text);
    let (_, metrics) = house.visitor().get("/metrics").await;
    assert!(metrics.as_str().unwrap().contains(r#"outcome="paused""#));

    // Everything else goes on: other categories, and of this one what is listed and installed.
    assert_eq!(
        ada.person.submit("notes", &ada.note("hello", "1.0.0", "hi", &[])).await.0,
        StatusCode::CREATED
    );
    assert!(serves(&house, "rogues").await);
    assert_eq!(home.get("/api/v1/marketplace/rogues/items/well").await.0, StatusCode::OK);
    assert_eq!(home.get("/api/v1/marketplace/rogues/registry").await.0, StatusCode::OK);
    assert_eq!(home.installed().await.len(), 1);
    assert_eq!(home.delete("/api/v1/marketplace/rogues/items/well/install").await.0, StatusCode::NO_CONTENT);
    assert_eq!(one(&operator, "notes").await["state"], "serving");
    assert!(begun.elapsed() < pause, "the pause was over before the test was: {:?}", begun.elapsed());

    // By itself, with the first question that is answered.
    tokio::time::sleep(pause.saturating_sub(begun.elapsed())).await;
    assert_eq!(honest(&eve, "later").await.0, StatusCode::CREATED);
    assert_eq!(one(&operator, "rogues").await["state"], "serving");
    assert_eq!(honest(&ada, "mine").await.0, StatusCode::CREATED);
    assert_eq!(home.install("rogues/other", json!({})).await.0, StatusCode::CREATED);
}

async fn one_authors_packages_pause_no_category(house: House) {
    house.market.categories.add(ROGUE, "test").await.unwrap();
    let (mallory, ada) = (house.author("mallory").await, house.author("ada").await);
    for _ in 0..5 {
        assert_eq!(crash(&mallory).await.0, StatusCode::BAD_GATEWAY);
    }
    for name in ["trap", "well"] {
        let (status, problem) = honest(&mallory, name).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, Some("category_paused"))
        );
        assert_eq!(problem["author"], "mallory", "{problem:#}");
    }
    assert_eq!(honest(&ada, "well").await.0, StatusCode::CREATED);
    let (status, submitted) =
        mallory.person.submit("notes", &mallory.note("hello", "1.0.0", "hi", &[])).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    let rogues = one(&operator(&house).await, "rogues").await;
    assert_eq!(rogues["state"], "serving", "{rogues:#}");
    assert_eq!(rogues["paused_authors"][0]["author"], "mallory", "{rogues:#}");
}
