use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace_manifest::Digest;
use proptest::collection;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, on_both_databases, rules};

on_both_databases![
    the_plan_is_what_the_commit_does_whatever_the_package_and_for_whoever_comes_next,
    a_dry_run_says_exactly_what_the_install_then_does_and_does_nothing,
    an_installed_item_is_in_the_registry_until_it_is_uninstalled,
    what_another_tenant_has_too_stays_for_it,
    equal_installs_at_once_make_one_commit_and_one_answer,
    the_cap_of_the_free_tier_holds_when_everybody_installs_at_once,
    an_update_that_asks_for_more_needs_a_yes,
    only_an_approved_release_is_installed,
    a_flipped_bit_in_a_stored_package_is_never_installed_or_served,
    a_start_removes_what_no_row_names_and_only_that,
    a_body_with_an_unknown_field_is_refused,
];

async fn a_dry_run_says_exactly_what_the_install_then_does_and_does_nothing(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "metrics, please", &["data:read.metrics"]).await;
    let home = house.person("home", &[Scope::Install]).await;

    let before = house.files();
    let (status, plan) = home.install("notes/hello", json!({ "dry_run": true })).await;
    assert_eq!(status, StatusCode::OK, "{plan:#}");
    assert_eq!(house.files(), before);
    assert!(home.installed().await.is_empty());

    let (status, installed) = home.install("notes/hello", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{installed:#}");
    for part in ["files", "grants", "registry", "tree_sha256"] {
        assert_eq!(plan[part], installed[part], "{part}");
    }
    assert_eq!(installed["grants"][0]["summary"], "Read metrics");
    let folder = house.data.path().join(installed["folder"].as_str().unwrap());
    assert_eq!(std::fs::read_to_string(folder.join("note.txt")).unwrap(), "metrics, please");
    assert_eq!(std::fs::read_to_string(folder.join("index.txt")).unwrap(), "hello");
}

/// Packages with any files: what a dry run says, what the author was told, what the commit does, and what is on the disk
/// are the same; also for a second tenant, for whom nothing is unpacked again.
async fn the_plan_is_what_the_commit_does_whatever_the_package_and_for_whoever_comes_next(house: House) {
    let author = house.author("ada").await;
    let homes =
        [house.person("home", &[Scope::Install]).await, house.person("work", &[Scope::Install]).await];
    let path = "[a-z]{1,6}(/[a-z]{1,6}){0,2}[.](txt|json|css)";
    let packages = collection::btree_map(path, "[ -~]{0,60}", 0..12);
    let mut runner = TestRunner::deterministic();
    for round in 0..12 {
        let mut files = packages.new_tree(&mut runner).unwrap().current();
        files.insert(
            "note.txt".into(),
            if round % 3 == 0 { "metrics, please".into() } else { format!("{round}") },
        );
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let permissions: &[&str] = if round % 3 == 0 { &["data:read.metrics"] } else { &[] };
        let release = author.release("note", "hello", &format!("1.0.{round}"), &files, permissions);
        let (status, submitted) = author.person.submit("notes", &release).await;
        assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
        let moderator = house.person("moderators", &[Scope::Moderate]).await;
        let id = submitted["id"].as_str().unwrap();
        moderator.post(&format!("/cp/api/v1/admin/marketplace/queue/{id}/approve"), json!({})).await;
        for home in &homes {
            let before = house.files_at_rest().await;
            let (status, plan) = home.install("notes/hello", json!({ "dry_run": true })).await;
            assert_eq!(status, StatusCode::OK, "{plan:#}");
            assert_eq!(house.files_at_rest().await, before, "a dry run changes nothing");
            let (status, installed) =
                home.install("notes/hello", json!({ "accept_permissions": true })).await;
            assert_eq!(status, StatusCode::CREATED, "{installed:#}");
            for part in ["files", "grants", "registry", "tree_sha256"] {
                assert_eq!(plan[part], installed[part], "{part} of round {round}");
                assert_eq!(
                    submitted["plan"][part], installed[part],
                    "{part} of round {round}, as the author was told"
                );
            }
            let folder = house.data.path().join(installed["folder"].as_str().unwrap());
            for file in installed["files"].as_array().unwrap() {
                let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
                assert_eq!(Digest::of(&bytes).to_string(), file["sha256"]);
            }
        }
    }
}

async fn an_installed_item_is_in_the_registry_until_it_is_uninstalled(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;
    let (_, installed) = home.install("notes/hello", json!({})).await;

    let (_, registry) = home.get("/api/v1/marketplace/notes/registry").await;
    assert_eq!(registry["entries"][0]["key"], "hello");
    assert_eq!(registry["entries"][0]["value"]["file"], "note.txt");

    let path = "/api/v1/marketplace/notes/items/hello/install";
    assert_eq!(home.delete(path).await.0, StatusCode::NO_CONTENT);
    let (_, registry) = home.get("/api/v1/marketplace/notes/registry").await;
    assert_eq!(registry["entries"], json!([]));
    assert!(!house.data.path().join(installed["folder"].as_str().unwrap()).exists());
    assert_eq!(home.delete(path).await.0, StatusCode::NOT_FOUND);
}

async fn what_another_tenant_has_too_stays_for_it(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let (home, work) =
        (house.person("home", &[Scope::Install]).await, house.person("work", &[Scope::Install]).await);
    let (_, installed) = home.install("notes/hello", json!({})).await;
    work.install("notes/hello", json!({})).await;
    home.delete("/api/v1/marketplace/notes/items/hello/install").await;
    assert!(house.data.path().join(installed["folder"].as_str().unwrap()).join("note.txt").exists());
    assert_eq!(work.installed().await.len(), 1);
}

async fn equal_installs_at_once_make_one_commit_and_one_answer(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;
    let answers =
        futures_util::future::join_all((0..8).map(|_| home.install("notes/hello", json!({})))).await;
    for (status, answer) in &answers {
        assert_eq!(*status, StatusCode::CREATED, "{answer:#}");
        assert_eq!(answer["installed_at"], answers[0].1["installed_at"]);
    }
    assert_eq!(home.installed().await.len(), 1);
}

async fn the_cap_of_the_free_tier_holds_when_everybody_installs_at_once(house: House) {
    let author = house.author("ada").await;
    for name in ["n1", "n2", "n3", "n4", "n5", "n6"] {
        house.publish_note(&author, name, "1.0.0", name, &[]).await;
    }
    let home = house.person("home", &[Scope::Install]).await;
    let names = ["notes/n1", "notes/n2", "notes/n3", "notes/n4", "notes/n5", "notes/n6"];
    let answers = futures_util::future::join_all(names.map(|name| home.install(name, json!({})))).await;
    let installed = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
    assert_eq!(installed, 2, "the cap of notes on Free");
    for (status, problem) in answers.iter().filter(|(status, _)| *status != StatusCode::CREATED) {
        assert_eq!(*status, StatusCode::FORBIDDEN);
        assert_eq!(problem["code"], "install_cap_reached");
        assert_eq!(problem["gate"], "marketplace_install_notes_cap");
    }
    // What was built for the refused ones is gone.
    let trees = std::fs::read_dir(house.data.path().join("trees")).unwrap().count();
    assert_eq!(trees, 2);

    house.license("home", Tier::Pro, json!({})).await;
    for name in names {
        assert_eq!(home.install(name, json!({})).await.0, StatusCode::CREATED);
    }
}

async fn an_update_that_asks_for_more_needs_a_yes(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;
    home.install("notes/hello", json!({})).await;
    house.publish_note(&author, "hello", "1.1.0", "hi", &["data:read.metrics"]).await;

    let (status, problem) = home.install("notes/hello", json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("permissions_changed")));
    assert_eq!(problem["changes"][0]["permission"], "data:read.metrics");
    assert_eq!(problem["changes"][0]["direction"], "added");
    assert_eq!(home.installed().await[0]["version"], "1.0.0");

    let (status, installed) = home.install("notes/hello", json!({ "accept_permissions": true })).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(installed["version"], "1.1.0");
    // And back: less needs no yes.
    let (status, installed) = home.install("notes/hello", json!({ "version": "1.0.0" })).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(installed["grants"], json!([]));
    let trees = std::fs::read_dir(house.data.path().join("trees")).unwrap().count();
    assert_eq!(trees, 1, "what was replaced is gone");
}

async fn only_an_approved_release_is_installed(house: House) {
    let author = house.author("ada").await;
    author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    let home = house.person("home", &[Scope::Install]).await;
    let (status, problem) = home.install("notes/hello", json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
    let (status, _) = home.install("notes/hello", json!({ "version": "1.0.0" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn a_flipped_bit_in_a_stored_package_is_never_installed_or_served(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let sent = author.note("hello", "1.0.0", "hi", &[]);
    let digest = marketplace_manifest::Digest::of(&sent.package).to_string();
    let blob = house.data.path().join("blobs/sha256").join(&digest[..2]).join(&digest);
    let home = house.person("home", &[Scope::Install]).await;
    let mut flips: Vec<Vec<u8>> = Vec::new();
    for at in [0, 20, sent.package.len() - 1] {
        let mut bytes = sent.package.clone();
        bytes[at] ^= 1;
        flips.push(bytes);
    }
    flips.push(Vec::new());
    for bytes in flips {
        let _ = std::fs::remove_file(&blob);
        std::fs::write(&blob, bytes).unwrap();
        let (status, problem) = home.install("notes/hello", json!({})).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::INTERNAL_SERVER_ERROR, Some("internal")));
        assert!(home.installed().await.is_empty());
        assert!(blob.with_extension("damaged").exists() && !blob.exists(), "it is set aside");
    }
    let url = format!("{}/api/v1/marketplace/notes/items/hello/versions/1.0.0/package", house.address);
    assert_eq!(reqwest::get(url).await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
}

async fn a_start_removes_what_no_row_names_and_only_that(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let home = house.person("home", &[Scope::Install]).await;
    let (_, installed) = home.install("notes/hello", json!({})).await;
    let kept = house.files();

    let data = house.data.path();
    for rubbish in
        ["trees/0000000000000000000000000000000000000000000000000000000000000000", "staging/work/half"]
    {
        std::fs::create_dir_all(data.join(rubbish).join("deep")).unwrap();
        std::fs::write(data.join(rubbish).join("deep/file"), "x").unwrap();
    }
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    let upload = std::fs::File::create(data.join("blobs/incoming/upload")).unwrap();
    upload.set_modified(old).unwrap();
    std::fs::write(data.join("trees/a-file"), "stray").unwrap();
    let again = house.reopen().await;
    assert_eq!(again.files(), kept);
    assert!(data.join(installed["folder"].as_str().unwrap()).exists());
    assert_eq!(again.reopen().await.files(), kept, "twice is once");
}

async fn a_body_with_an_unknown_field_is_refused(house: House) {
    let home = house.person("home", &[Scope::Install]).await;
    let (status, problem) = home.install("notes/hello", json!({ "force": true })).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("bad_body")));
    assert_eq!(rules(&problem), Vec::<&str>::new());
}
