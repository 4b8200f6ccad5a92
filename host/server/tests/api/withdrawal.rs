//! Taking back what was published, and what whoever has it sees of that.

use std::process::Command;

use marketplace::account::Scope;
use marketplace_manifest::{Digest, PublicKey};
use marketplace_revocations::{Feed, Installed, Kind, OffsetDateTime};
use marketplace_store::Event;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{Author, House, Person, on_both_databases};
use crate::stranger::python;

on_both_databases![
    a_yank_reaches_what_is_installed_and_stops_new_installs,
    a_yank_is_of_ones_own_release_and_says_why,
    a_block_disables_what_is_installed_and_lifting_it_brings_all_of_it_back,
    what_is_blocked_is_neither_listed_nor_served_nor_submitted,
    a_block_says_what_and_why,
    a_block_that_meets_an_install_wins,
    what_a_revoked_key_signed_is_marked,
    the_feed_says_what_was_taken_back_and_is_signed_anew_when_that_changes,
    a_strangers_python_checks_the_feed,
];

const ITEM: &str = "/api/v1/marketplace/notes/items/hello";
const BLOCKS: &str = "/cp/api/v1/admin/marketplace/blocks";

/// `hello` in two versions, of which a home has the newer.
struct Scene {
    house: House,
    ada: Author,
    home: Person,
    operator: Person,
}

impl Scene {
    async fn set(house: House) -> Self {
        let ada = house.author("ada").await;
        house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
        house.publish_note(&ada, "hello", "1.1.0", "hi there", &[]).await;
        let home = house.person("home", &[Scope::Install]).await;
        let (status, installed) = home.install("notes/hello", json!({})).await;
        assert_eq!((status, &installed["version"]), (StatusCode::CREATED, &json!("1.1.0")));
        assert_eq!((&installed["enabled"], &installed["withdrawn"]), (&json!(true), &Value::Null));
        let operator = house.person("operators", &[Scope::Operate]).await;
        Self { house, ada, home, operator }
    }

    async fn yank(&self, version: &str, reason: &str) -> (StatusCode, Value) {
        let path = format!("{ITEM}/versions/{version}/yank");
        self.ada.person.post(&path, json!({ "reason": reason })).await
    }

    /// Blocks, and returns where to lift it.
    async fn block(&self, target: Value) -> String {
        let (status, block) =
            self.operator.post(BLOCKS, json!({ "target": target, "reason": "malware" })).await;
        assert_eq!(status, StatusCode::CREATED, "{block:#}");
        format!("{BLOCKS}/{}/lift", block["id"].as_str().unwrap())
    }

    async fn lift(&self, path: &str) {
        let (status, block) = self.operator.post(path, json!({ "reason": "a false alarm" })).await;
        assert_eq!((status, &block["lifted"]["reason"]), (StatusCode::OK, &json!("a false alarm")));
    }

    async fn registered(&self) -> usize {
        let (_, registry) = self.home.get("/api/v1/marketplace/notes/registry").await;
        registry["entries"].as_array().unwrap().len()
    }

    /// The feed, and the key that it is checked with.
    async fn feed(&self) -> (String, String) {
        let get = async |path: &str| {
            let url = format!("{}/api/v1/marketplace/revocations{path}", self.house.address);
            let response = reqwest::get(url).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            response.text().await.unwrap()
        };
        (get("").await, get("/key").await)
    }

    async fn verified(&self) -> Feed {
        let (feed, key) = self.feed().await;
        let key = PublicKey::from_pem(&key).unwrap();
        Feed::verify(&feed, &key, OffsetDateTime::now_utc(), None).unwrap()
    }
}

fn refusal((status, problem): (StatusCode, Value)) -> (u16, String) {
    (status.as_u16(), problem["code"].as_str().unwrap_or_default().to_owned())
}

async fn a_yank_reaches_what_is_installed_and_stops_new_installs(house: House) {
    let scene = Scene::set(house).await;
    assert_eq!(scene.yank("1.1.0", "it eats the battery").await.0, StatusCode::NO_CONTENT);

    let has = &scene.home.installed().await[0];
    assert_eq!((&has["enabled"], &has["withdrawn"]["kind"]), (&json!(true), &json!("yanked")));
    assert_eq!(has["withdrawn"]["reason"], "it eats the battery");
    assert_eq!(scene.registered().await, 1, "it goes on running");
    let (status, plan) =
        scene.home.install("notes/hello", json!({ "version": "1.1.0", "dry_run": true })).await;
    assert_eq!((status, &plan["withdrawn"]["kind"]), (StatusCode::OK, &json!("yanked")), "a dry run says so");
    let (status, again) = scene.home.install("notes/hello", json!({ "version": "1.1.0" })).await;
    assert_eq!(
        (status, &again["withdrawn"]["kind"]),
        (StatusCode::CREATED, &json!("yanked")),
        "it may be mended"
    );

    let work = scene.house.person("work", &[Scope::Install]).await;
    for wish in [json!({ "version": "1.1.0" }), json!({ "version": "1.1.0", "dry_run": true })] {
        let refused = work.install("notes/hello", wish).await;
        assert_eq!(refused.1["reason"], "it eats the battery");
        assert_eq!(refusal(refused), (409, "release_yanked".into()));
    }
    let (status, installed) = work.install("notes/hello", json!({})).await;
    assert_eq!(
        (status, &installed["version"]),
        (StatusCode::CREATED, &json!("1.0.0")),
        "the latest is another"
    );
    let (_, item) = scene.house.visitor().get(ITEM).await;
    assert_eq!(
        (&item["version"], &item["versions"][0]["withdrawn"]["kind"]),
        (&json!("1.0.0"), &json!("yanked"))
    );
    let package =
        reqwest::get(format!("{}{ITEM}/versions/1.1.0/package", scene.house.address)).await.unwrap();
    assert_eq!(package.status(), StatusCode::OK, "who names it exactly may have its bytes");

    scene.yank("1.0.0", "this too").await;
    assert_eq!(refusal(scene.house.visitor().get(ITEM).await), (404, "not_found".into()));
    let other = scene.house.person("other", &[Scope::Install]).await;
    let refused = other.install("notes/hello", json!({})).await;
    assert_eq!(refusal(refused), (409, "release_yanked".into()), "and why there is nothing");

    let unyank = format!("{ITEM}/versions/1.1.0/unyank");
    assert_eq!(scene.ada.person.post(&unyank, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(scene.home.installed().await[0]["withdrawn"], Value::Null);
    let (status, installed) = other.install("notes/hello", json!({})).await;
    assert_eq!((status, &installed["version"]), (StatusCode::CREATED, &json!("1.1.0")));
}

async fn a_yank_is_of_ones_own_release_and_says_why(house: House) {
    let scene = Scene::set(house).await;
    let eve = scene.house.author("eve").await;
    let path = format!("{ITEM}/versions/1.0.0/yank");
    let body = json!({ "reason": "mine now" });
    assert_eq!(refusal(eve.person.post(&path, body.clone()).await), (403, "author_not_yours".into()));
    let unyank = path.replace("yank", "unyank");
    assert_eq!(refusal(eve.person.post(&unyank, json!({})).await), (403, "author_not_yours".into()));
    for reason in [json!({}), json!({ "reason": " " }), json!({ "reason": "x", "force": true })] {
        assert_eq!(refusal(scene.ada.person.post(&path, reason).await), (422, "bad_body".into()));
    }
    let unknown = format!("{ITEM}/versions/9.9.9/yank");
    assert_eq!(refusal(scene.ada.person.post(&unknown, body).await), (404, "not_found".into()));

    assert_eq!(scene.yank("1.0.0", "broken").await.0, StatusCode::NO_CONTENT);
    assert_eq!(scene.yank("1.0.0", "broken").await.0, StatusCode::NO_CONTENT, "said twice is said once");
    let other = scene.yank("1.0.0", "ugly").await;
    assert_eq!(other.1["reason"], "broken");
    assert_eq!(refusal(other), (409, "already_yanked".into()));
    let (_, log) = scene.operator.get("/cp/api/v1/admin/marketplace/audit?action=release.yanked").await;
    let [event] = log["events"].as_array().unwrap().as_slice() else { panic!("{log:#}") };
    assert_eq!(
        (&event["subject"], &event["reason"]),
        (&json!("release:notes/hello@1.0.0"), &json!("broken"))
    );
}

async fn a_block_disables_what_is_installed_and_lifting_it_brings_all_of_it_back(house: House) {
    let scene = Scene::set(house).await;
    let key = scene.ada.key.public_key().fingerprint();
    let package = Digest::of(&scene.ada.note("hello", "1.1.0", "hi there", &[]).package);
    for target in [
        json!({ "kind": "package", "sha256": package }),
        json!({ "kind": "item", "category": "notes", "slug": "hello" }),
        json!({ "kind": "key", "fingerprint": key }),
    ] {
        let lift = scene.block(target.clone()).await;
        let has = &scene.home.installed().await[0];
        assert_eq!(
            (&has["enabled"], &has["withdrawn"]["kind"]),
            (&json!(false), &json!("blocked")),
            "{target}"
        );
        assert_eq!(has["withdrawn"]["reason"], "malware");
        assert_eq!(scene.registered().await, 0, "at once, and for every reader");
        for wish in [json!({ "version": "1.1.0" }), json!({ "version": "1.1.0", "dry_run": true })] {
            let refused = scene.home.install("notes/hello", wish).await;
            assert_eq!(refused.1["reason"], "malware");
            assert_eq!(refusal(refused), (403, "blocked".into()));
        }
        scene.lift(&lift).await;
        let has = &scene.home.installed().await[0];
        assert_eq!((&has["enabled"], &has["withdrawn"]), (&json!(true), &Value::Null));
        assert_eq!(scene.registered().await, 1, "nothing was taken away but for the time");
    }
    let lift = scene.block(json!({ "kind": "package", "sha256": package })).await;
    let (status, older) = scene.home.install("notes/hello", json!({})).await;
    assert_eq!((status, &older["version"]), (StatusCode::CREATED, &json!("1.0.0")), "a way out of it");
    assert_eq!(scene.registered().await, 1);
    scene.lift(&lift).await;
    assert_eq!(scene.home.delete(&format!("{ITEM}/install")).await.0, StatusCode::NO_CONTENT);
}

async fn what_is_blocked_is_neither_listed_nor_served_nor_submitted(house: House) {
    let scene = Scene::set(house).await;
    scene.block(json!({ "kind": "item", "category": "notes", "slug": "hello" })).await;
    let visitor = scene.house.visitor();
    let (_, list) = visitor.get("/api/v1/marketplace/notes/items").await;
    assert_eq!(list["items"], json!([]));
    assert_eq!(refusal(visitor.get(ITEM).await), (403, "blocked".into()));
    let package = format!("{ITEM}/versions/1.1.0/package");
    assert_eq!(refusal(visitor.get(&package).await), (403, "blocked".into()));
    let update = scene.ada.note("hello", "2.0.0", "hi", &[]);
    assert_eq!(refusal(scene.ada.person.submit("notes", &update).await), (403, "blocked".into()));

    // What nobody here has seen yet.
    let known = scene.ada.note("virus", "1.0.0", "boo", &[]);
    scene.block(json!({ "kind": "package", "sha256": Digest::of(&known.package) })).await;
    assert_eq!(refusal(scene.ada.person.submit("notes", &known).await), (403, "blocked".into()));
}

async fn a_block_says_what_and_why(house: House) {
    let scene = Scene::set(house).await;
    let item = json!({ "kind": "item", "category": "notes", "slug": "hello" });
    for wrong in [
        json!({ "target": item }),
        json!({ "target": item, "reason": "\n" }),
        json!({ "reason": "malware" }),
        json!({ "target": { "kind": "key", "fingerprint": "SHA256:x" }, "reason": "x" }),
        json!({ "target": { "kind": "package", "sha256": "ABC" }, "reason": "x" }),
        json!({ "target": { "kind": "tenant", "id": "home" }, "reason": "x" }),
        json!({ "target": { "kind": "package", "sha256": "0".repeat(64), "slug": "x1" }, "reason": "x" }),
    ] {
        assert_eq!(refusal(scene.operator.post(BLOCKS, wrong.clone()).await).0, 422, "{wrong}");
    }
    let mistyped = json!({ "kind": "item", "category": "notes", "slug": "hallo" });
    let body = json!({ "target": mistyped, "reason": "malware" });
    assert_eq!(refusal(scene.operator.post(BLOCKS, body).await), (404, "not_found".into()));

    let body = json!({ "target": item, "reason": "malware" });
    let (_, made) = scene.operator.post(BLOCKS, body.clone()).await;
    assert_eq!((&made["target"], &made["releases"], &made["installations"]), (&item, &json!(2), &json!(1)));
    let again = scene.operator.post(BLOCKS, body).await;
    assert_eq!(again.1["block"], made["id"]);
    assert_eq!(refusal(again), (409, "already_blocked".into()));

    let lift = format!("{BLOCKS}/{}/lift", made["id"].as_str().unwrap());
    assert_eq!(refusal(scene.operator.post(&lift, json!({})).await), (422, "bad_body".into()));
    let (_, active) = scene.operator.get(&format!("{BLOCKS}?active=true")).await;
    assert_eq!(active["blocks"][0]["id"], made["id"]);
    scene.lift(&lift).await;
    assert_eq!(
        refusal(scene.operator.post(&lift, json!({ "reason": "x" })).await),
        (409, "already_lifted".into())
    );
    let nothing = format!("{BLOCKS}/nothing/lift");
    assert_eq!(
        refusal(scene.operator.post(&nothing, json!({ "reason": "x" })).await),
        (404, "not_found".into())
    );
    let (_, active) = scene.operator.get(&format!("{BLOCKS}?active=true")).await;
    assert_eq!(active["blocks"], json!([]));
    let (_, all) = scene.operator.get(BLOCKS).await;
    assert!(all["blocks"][0]["lifted"]["by"].as_str().unwrap().starts_with("operators/token:"), "{all:#}");
    let (_, log) = scene.operator.get("/cp/api/v1/admin/marketplace/audit?action=block").await;
    let actions: Vec<_> = log["events"].as_array().unwrap().iter().map(|event| &event["action"]).collect();
    assert_eq!(actions, ["block.lifted", "block.added"]);
}

async fn a_block_that_meets_an_install_wins(house: House) {
    let scene = Scene::set(house).await;
    for round in 0..8 {
        let work = scene.house.person(&format!("work{round}"), &[Scope::Install]).await;
        let item = json!({ "kind": "item", "category": "notes", "slug": "hello" });
        let (install, lift) = tokio::join!(work.install("notes/hello", json!({})), async {
            tokio::time::sleep(std::time::Duration::from_millis(round * 8)).await;
            scene.block(item).await
        });
        match install.0 {
            StatusCode::CREATED => assert_eq!(work.installed().await[0]["enabled"], false),
            _ => {
                assert_eq!(refusal(install), (403, "blocked".into()));
                assert!(work.installed().await.is_empty());
            }
        }
        let (_, registry) = work.get("/api/v1/marketplace/notes/registry").await;
        assert_eq!(registry["entries"], json!([]));
        scene.lift(&lift).await;
    }
}

async fn what_a_revoked_key_signed_is_marked(house: House) {
    let scene = Scene::set(house).await;
    let store = &scene.house.market.store;
    let key = store.active_key(&scene.ada.id).await.unwrap().unwrap();
    store.revoke_key(&key.id, Event::new("test", "key.revoked", "author:ada")).await.unwrap();
    let has = &scene.home.installed().await[0];
    assert_eq!((&has["enabled"], &has["withdrawn"]["kind"]), (&json!(true), &json!("key_revoked")));
    assert_eq!(scene.registered().await, 1);
    let feed = scene.verified().await;
    assert_eq!(
        (feed.entries[0].kind, feed.entries[0].key.as_ref()),
        (Kind::KeyRevoked, Some(&key.fingerprint))
    );
}

async fn the_feed_says_what_was_taken_back_and_is_signed_anew_when_that_changes(house: House) {
    let scene = Scene::set(house).await;
    let empty = scene.verified().await;
    assert!(empty.entries.is_empty());
    scene.yank("1.0.0", "broken").await;
    let lift = scene.block(json!({ "kind": "item", "category": "notes", "slug": "hello" })).await;

    let feed = scene.verified().await;
    assert_eq!(feed.version, empty.version + 2);
    let kinds: Vec<_> = feed.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Blocked, Kind::Yanked]);
    assert_eq!(feed.expires_at - feed.issued_at, marketplace_revocations::LIFETIME);

    // Enough for an OS node to find what it has.
    let row = scene.house.market.store.installations(&"home".parse().unwrap()).await.unwrap().remove(0);
    let what = Installed {
        category: &row.category,
        slug: &row.slug,
        version: &row.version,
        package_sha256: &row.package_sha256,
        manifest_sha256: &row.manifest_sha256,
        key: &scene.ada.key.public_key().fingerprint(),
    };
    let found: Vec<_> = feed.concerning(&what).map(|entry| entry.to_string()).collect();
    assert_eq!(found, ["notes/hello"], "and not the release that it does not have");

    assert_eq!(
        scene.feed().await,
        scene.feed().await,
        "the same bytes, and the same tag, until something changes"
    );
    scene.lift(&lift).await;
    let after = scene.verified().await;
    assert_eq!((after.version, after.entries.len()), (feed.version + 1, 1));
    let again = scene.house.reopen().await;
    let key = again.market.secrets.feed_key().unwrap().public_key();
    assert_eq!(key.fingerprint(), after.key, "the key outlives the process");
}

async fn a_strangers_python_checks_the_feed(house: House) {
    let scene = Scene::set(house).await;
    scene.yank("1.0.0", "ümlaut 🎉 \"quoted\"").await;
    scene.block(json!({ "kind": "key", "fingerprint": scene.ada.key.public_key().fingerprint() })).await;
    let (feed, key) = scene.feed().await;
    let folder = tempfile::tempdir().unwrap();
    let check = |feed: &str| {
        std::fs::write(folder.path().join("feed.json"), feed).unwrap();
        std::fs::write(folder.path().join("key.pem"), &key).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/feed.py");
        let mut run = Command::new(python());
        run.arg(script).args(["feed.json", "key.pem"]).current_dir(folder.path());
        let run = run.output().unwrap();
        (run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned())
    };
    let (good, said) = check(&feed);
    assert!(good, "{said}");
    assert_eq!(said.trim(), "version 3\nblocked\nyanked: ümlaut 🎉 \"quoted\"");
    assert!(!check(&feed.replace("ümlaut", "umlaut")).0, "a change shows");
}
