//! Another component for a category that has items: tried on all of them, and put in place.

use std::time::{Duration, Instant};

use marketplace::account::Scope;
use marketplace_manifest::Digest;
use marketplace_store::Component;
use marketplace_test_guests::{GALLERY, HONEST, HONEST2};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{Author, House, Person, http_client, on_both_databases, read, rules};

on_both_databases![
    a_preview_says_exactly_what_would_change_and_changes_nothing,
    what_changes_is_not_put_in_place_without_consent,
    what_needs_no_consent_is_put_in_place_at_once,
    the_present_component_is_asked_where_its_answer_is_not_stored,
    of_two_that_were_compared_with_the_same_component_one_is_put_in_place,
    one_can_be_called_off_while_releases_are_asked_about,
    what_is_broken_or_of_another_category_is_refused,
    of_a_release_whose_package_is_damaged_nobody_can_tell,
    a_category_out_of_order_is_compared_with_what_was_said_at_submission,
    a_component_that_hardly_ever_answers_is_given_up,
];

pub const NOTES: &str = "/cp/api/v1/admin/marketplace/categories/notes";

/// The same component with another digest: a custom section at its end says nothing to anybody.
pub fn marked(component: &[u8], mark: u8) -> Vec<u8> {
    [component, &[0, 3, 1, b'x', mark]].concat()
}

async fn send(person: &Person, path: &str, component: &[u8], later: bool) -> reqwest::Response {
    let request = http_client().post(format!("{}{path}", person.house.address));
    let request = request.bearer_auth(person.token.as_ref().unwrap()).body(component.to_vec());
    let request = request.header("content-type", "application/wasm");
    let request = if later { request.header("prefer", "respond-async") } else { request };
    request.send().await.unwrap()
}

pub async fn upgrade(person: &Person, query: &str, component: &[u8]) -> (StatusCode, Value) {
    read(send(person, &format!("{NOTES}/upgrade{query}"), component, false).await).await
}

/// What would change.
pub async fn preview(person: &Person, component: &[u8]) -> Value {
    let (status, mut answer) = upgrade(person, "?preview=true", component).await;
    assert_eq!((status, &answer["activated"]), (StatusCode::OK, &json!(false)), "{answer:#}");
    answer["report"].take()
}

pub async fn operating(house: &House) -> Person {
    house.person("operators", &[Scope::Operate]).await
}

/// The component that the category has.
pub async fn present(house: &House) -> Digest {
    house.market.store.category(&"notes".parse().unwrap()).await.unwrap().unwrap().component_sha256
}

pub async fn history(house: &House) -> Vec<Component> {
    house.market.store.components(&"notes".parse().unwrap()).await.unwrap()
}

/// One release for each thing that the later component does otherwise, and one for none.
pub async fn one_of_each(house: &House) -> Author {
    let ada = house.author("ada").await;
    for (name, version, text, permissions) in [
        ("plain", "1.0.0", "hi", &[][..]),
        ("plain", "1.1.0", "a forbidden word", &[]),
        ("crash", "1.0.0", "crash", &[]),
        ("shout", "1.0.0", "shout", &[]),
        ("odd", "1.0.0", "odd", &[]),
        ("cpu", "1.0.0", "metrics", &["data:read.metrics"]),
    ] {
        house.publish_note(&ada, name, version, text, permissions).await;
    }
    let yank = "/api/v1/marketplace/notes/items/odd/versions/1.0.0/yank";
    let (status, answer) = ada.person.post(yank, json!({ "reason": "too odd" })).await;
    assert!(status.is_success(), "{answer:#}");
    ada
}

/// The release of a report.
fn of<'a>(report: &'a Value, slug: &str) -> &'a Value {
    report["releases"].as_array().unwrap().iter().find(|one| one["slug"] == slug).unwrap()
}

async fn a_preview_says_exactly_what_would_change_and_changes_nothing(house: House) {
    one_of_each(&house).await;
    for (tenant, items) in [("home", &["shout"][..]), ("work", &["shout", "cpu"])] {
        let person = house.person(tenant, &[Scope::Install]).await;
        for item in items {
            let (status, answer) = person.install(&format!("notes/{item}"), json!({})).await;
            assert_eq!(status, StatusCode::CREATED, "{answer:#}");
        }
    }
    let operator = operating(&house).await;
    let before = (house.events().await.len(), history(&house).await, house.files_at_rest().await);
    let report = preview(&operator, HONEST2).await;
    let after = (house.events().await.len(), history(&house).await, house.files_at_rest().await);
    assert_eq!(before, after, "nothing is changed, and nothing is left");
    assert_eq!(present(&house).await, Digest::of(HONEST));

    assert_eq!(report["instead_of"], Digest::of(HONEST).to_string());
    assert_eq!(report["component_sha256"], Digest::of(HONEST2).to_string());
    assert_eq!(report["instead_of_error"], Value::Null);
    let expected = json!({
        "releases": 6, "unchanged": 1, "refused": 1, "undecided": 1, "changed": 3, "accepted": 0,
        "refused_as_before": 0, "not_asked": 0, "grants_changed": 1, "contents_changed": 1, "installations": 3,
    });
    assert_eq!(report["counts"], expected);
    assert_eq!(report["needs_consent"], true);
    let itself = report["itself"].as_array().unwrap();
    let itself: Vec<_> = itself.iter().map(|one| (&one["what"], &one["now"], &one["then"])).collect();
    let (name, cap) = (json!("name"), json!("free_install_cap"));
    assert_eq!(
        itself[..2],
        [(&name, &json!("Notes"), &json!("Short notes")), (&cap, &json!("2"), &json!("3"))]
    );
    let [offer] = &itself[2..] else { panic!("{itself:#?}") };
    assert_eq!(offer.0, "permission data:read.metrics");
    assert!(
        offer.1.as_str().unwrap().contains("low") && offer.2.as_str().unwrap().contains("medium"),
        "{offer:?}"
    );

    let releases = report["releases"].as_array().unwrap();
    let outcomes: Vec<_> = releases
        .iter()
        .map(|one| (one["slug"].as_str().unwrap(), one["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("plain", "refused"),
            ("crash", "undecided"),
            ("shout", "changed"),
            ("odd", "changed"),
            ("cpu", "changed")
        ],
        "in the order in which they were submitted"
    );
    let plain = of(&report, "plain");
    assert_eq!((plain["version"].as_str(), rules(plain)), (Some("1.1.0"), vec!["note.forbidden"]));
    assert!(of(&report, "crash")["reason"].as_str().unwrap().contains("`inspect`"), "{report:#}");

    let shout = of(&report, "shout");
    assert_eq!((&shout["latest"], &shout["installations"]), (&json!(true), &json!(2)));
    let files = shout["changes"]["files"].as_array().unwrap();
    let files: Vec<_> =
        files.iter().map(|one| (one["path"].as_str().unwrap(), one["now"].is_null())).collect();
    assert_eq!(files, [("index.txt", false), ("loud.txt", true)]);
    assert_eq!(shout["changes"]["files"][0]["then"], Digest::of(b"SHOUT").to_string());
    let entry = &shout["changes"]["registry"][0];
    assert_eq!((entry["key"].as_str(), entry["now"].is_null()), (Some("shout"), false));
    assert!(entry["then"].as_str().unwrap().contains(r#""loud":true"#), "{entry}");

    let odd = of(&report, "odd");
    assert_eq!((&odd["yanked"], &odd["latest"]), (&json!(true), &json!(false)));
    assert_eq!(odd["changes"]["remarks_added"][0]["rule"], "note.odd");
    assert_eq!((&odd["changes"]["files"], &odd["changes"]["grants"]), (&json!([]), &json!([])));

    let grant = &of(&report, "cpu")["changes"]["grants"][0];
    assert_eq!(grant["differs"], json!(["risk", "sentence"]));
    assert_eq!((&grant["now"]["risk"], &grant["then"]["risk"]), (&json!("low"), &json!("medium")));
    assert_eq!(grant["then"]["summary"], "Read how much the machine has to do");
}

async fn what_changes_is_not_put_in_place_without_consent(house: House) {
    let ada = one_of_each(&house).await;
    let home = house.person("home", &[Scope::Install]).await;
    home.install("notes/cpu", json!({})).await;
    let installed = home.installed().await;
    let operator = operating(&house).await;
    let before = house.events().await.len();

    let (status, problem) = upgrade(&operator, "", HONEST2).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("changes_not_accepted")));
    assert!(problem["detail"].as_str().unwrap().contains("1 would be refused"), "{problem:#}");
    assert_eq!(problem["report"]["counts"]["refused"], 1);
    assert_eq!((present(&house).await, house.events().await.len()), (Digest::of(HONEST), before));

    let (status, answer) = upgrade(&operator, "?accept_changes=true", HONEST2).await;
    assert_eq!((status, &answer["activated"]), (StatusCode::OK, &json!(true)), "{answer:#}");
    assert_eq!(present(&house).await, Digest::of(HONEST2));
    let event = house.events().await.remove(0);
    assert_eq!((event.action.as_str(), event.subject.as_str()), ("category.upgraded", "category:notes"));
    assert_eq!(event.details["instead_of"], Digest::of(HONEST).to_string());
    assert_eq!(event.details["counts"]["refused"], 1);
    let [now, then] = <[_; 2]>::try_from(history(&house).await).unwrap();
    assert_eq!((now.component_sha256, then.component_sha256), (Digest::of(HONEST2), Digest::of(HONEST)));
    assert_eq!((now.activated_by, now.action.as_str()), (event.actor, "category.upgraded"));

    // It serves from now on; what is installed is as it was.
    let (_, categories) = house.visitor().get("/api/v1/marketplace/categories").await;
    let notes = categories["categories"].as_array().unwrap().iter().find(|one| one["id"] == "notes").unwrap();
    assert_eq!(notes["name"], "Short notes");
    let (_, refused) = ada.person.submit("notes", &ada.note("new", "1.0.0", "forbidden", &[])).await;
    assert_eq!(rules(&refused), ["note.forbidden"]);
    assert_eq!(home.installed().await, installed);
    let work = house.person("work", &[Scope::Install]).await;
    let (_, plan) = work.install("notes/shout", json!({ "dry_run": true })).await;
    assert!(plan["files"].as_array().unwrap().iter().any(|file| file["path"] == "loud.txt"), "{plan:#}");
}

async fn what_needs_no_consent_is_put_in_place_at_once(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "plain", "1.0.0", "hi", &[]).await;
    house.publish_note(&ada, "odd", "1.0.0", "odd", &[]).await;
    let operator = operating(&house).await;
    let (status, answer) = upgrade(&operator, "", HONEST2).await;
    assert_eq!((status, &answer["activated"]), (StatusCode::OK, &json!(true)), "{answer:#}");
    let counts = &answer["report"]["counts"];
    assert_eq!((&counts["unchanged"], &counts["changed"]), (&json!(1), &json!(1)), "a remark harms nobody");
    assert_eq!(present(&house).await, Digest::of(HONEST2));
}

async fn the_present_component_is_asked_where_its_answer_is_not_stored(house: House) {
    one_of_each(&house).await;
    let operator = operating(&house).await;
    let stored = preview(&operator, HONEST2).await;
    let same = marked(HONEST, 1);
    let (status, answer) = upgrade(&operator, "", &same).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    assert_eq!(answer["report"]["counts"]["unchanged"], 6);
    // Now no verdict is that of the component that the category has.
    let asked = preview(&operator, HONEST2).await;
    assert_eq!(asked["instead_of"], Digest::of(&same).to_string());
    assert_eq!((&asked["counts"], &asked["releases"]), (&stored["counts"], &stored["releases"]));

    // And what a release would be, it is: the way back is a preview of its own.
    let (status, answer) = upgrade(&operator, "?accept_changes=true", HONEST2).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    let back = preview(&operator, HONEST).await;
    let accepted = [of(&back, "plain"), of(&back, "crash")];
    assert!(accepted.iter().all(|one| one["outcome"] == "accepted"), "{back:#}");
    assert_eq!(rules(accepted[0]), ["note.forbidden"], "why it is refused now");
}

async fn until(person: &Person, location: &str, reached: fn(&Value) -> bool) -> Value {
    loop {
        let (_, operation) = person.get(location).await;
        if reached(&operation) {
            return operation;
        }
        assert_eq!(operation["state"], "running", "{operation:#}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn location(response: &reqwest::Response) -> String {
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    response.headers()["location"].to_str().unwrap().to_owned()
}

async fn of_two_that_were_compared_with_the_same_component_one_is_put_in_place(house: House) {
    // The step is held for the whole process: others wait at it a moment, and would let go of it.
    static HOLDS_THE_STEP: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let ada = house.author("ada").await;
    house.publish_note(&ada, "plain", "1.0.0", "hi", &[]).await;
    let operator = operating(&house).await;
    let both = [marked(HONEST, 1), marked(HONEST, 2)];
    for one in &both {
        preview(&operator, one).await;
    }

    let _alone = HOLDS_THE_STEP.lock().await;
    let held = fail::FailGuard::new("blob.sync", "pause").unwrap();
    let mut locations = Vec::new();
    for one in &both {
        locations.push(location(&send(&operator, &format!("{NOTES}/upgrade"), one, true).await));
    }
    for location in &locations {
        // Compared, and about to be put in place.
        until(&operator, location, |operation| operation["progress"]["stage"] == "commit").await;
    }
    drop(held);
    let mut ends = Vec::new();
    for location in &locations {
        ends.push(until(&operator, location, |operation| operation["state"] != "running").await);
    }
    ends.sort_by_key(|end| end["state"].to_string());
    assert_eq!((&ends[0]["state"], &ends[1]["state"]), (&json!("failed"), &json!("succeeded")), "{ends:#?}");
    assert_eq!(ends[0]["answer"]["code"], "category_changed");
    assert_eq!(ends[1]["answer"]["report"]["component_sha256"], present(&house).await.to_string());
    assert_eq!(history(&house).await.len(), 2);
}

async fn one_can_be_called_off_while_releases_are_asked_about(house: House) {
    static HOLDS_THE_STEP: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let ada = house.author("ada").await;
    house.publish_note(&ada, "plain", "1.0.0", "hi", &[]).await;
    let operator = operating(&house).await;
    let before = house.events().await.len();

    let _alone = HOLDS_THE_STEP.lock().await;
    let held = fail::FailGuard::new("fetch.open", "pause").unwrap();
    let at = location(&send(&operator, &format!("{NOTES}/upgrade"), HONEST2, true).await);
    let running = until(&operator, &at, |operation| operation["progress"]["stage"] == "replay").await;
    assert_eq!((&running["kind"], &running["category"]), (&json!("upgrade"), &json!("notes")));
    assert_eq!(running["dry_run"], false);
    let (status, cancelled) = operator.post(&format!("{at}/cancel"), json!({})).await;
    assert_eq!((status, &cancelled["state"]), (StatusCode::OK, &json!("cancelled")), "{cancelled:#}");
    drop(held);
    assert_eq!((present(&house).await, house.events().await.len()), (Digest::of(HONEST), before));
    preview(&operator, HONEST2).await;
    assert!(
        house.files_at_rest().await.iter().all(|file| !file.starts_with(house.data.path().join("staging")))
    );
}

fn blob(house: &House, digest: &Digest) -> std::path::PathBuf {
    let name = digest.to_string();
    house.data.path().join("blobs/sha256").join(&name[..2]).join(&name)
}

/// Other bytes under the same name.
pub fn damage(house: &House, digest: &Digest) {
    std::fs::remove_file(blob(house, digest)).unwrap();
    std::fs::write(blob(house, digest), "damaged").unwrap();
}

async fn what_is_broken_or_of_another_category_is_refused(house: House) {
    let operator = operating(&house).await;
    let before = house.events().await.len();
    for query in ["", "?preview=true", "?accept_changes=true"] {
        for (component, status, code) in [
            (GALLERY, StatusCode::CONFLICT, "component_of_another_category"),
            (HONEST, StatusCode::CONFLICT, "component_present"),
            (b"nothing", StatusCode::UNPROCESSABLE_ENTITY, "component_not_a_component"),
            (b"", StatusCode::UNPROCESSABLE_ENTITY, "component_not_a_component"),
            (&HONEST[..HONEST.len() / 2], StatusCode::UNPROCESSABLE_ENTITY, "component_malformed"),
        ] {
            let (found, problem) = upgrade(&operator, query, component).await;
            assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{query} {problem:#}");
        }
    }
    for path in ["upgrade", "rollback", "components"] {
        let path = format!("/cp/api/v1/admin/marketplace/categories/nowhere/{path}");
        let (status, _) = match path.ends_with("components") {
            true => operator.get(&path).await,
            false => read(send(&operator, &path, b"", false).await).await,
        };
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!((house.events().await.len(), history(&house).await.len()), (before, 1));
}

async fn of_a_release_whose_package_is_damaged_nobody_can_tell(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "plain", "1.0.0", "hi", &[]).await;
    house.publish_note(&ada, "lost", "1.0.0", "ho", &[]).await;
    let (category, slug) = ("notes".parse().unwrap(), "lost".parse().unwrap());
    let release = house.market.store.approved_release(&category, &slug, None).await.unwrap().unwrap();
    damage(&house, &release.package_sha256);
    let operator = operating(&house).await;
    for why in ["is damaged", "there is no blob"] {
        let report = preview(&operator, HONEST2).await;
        assert_eq!((&report["counts"]["unchanged"], &report["counts"]["undecided"]), (&json!(1), &json!(1)));
        let lost = of(&report, "lost");
        assert_eq!(lost["outcome"], "undecided");
        assert!(lost["reason"].as_str().unwrap().contains(why), "{lost:#}");
    }
    let (status, problem) = upgrade(&operator, "", HONEST2).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("changes_not_accepted")));
    let (status, answer) = upgrade(&operator, "?accept_changes=true", HONEST2).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
}

async fn a_category_out_of_order_is_compared_with_what_was_said_at_submission(house: House) {
    one_of_each(&house).await;
    let operator = operating(&house).await;
    let expected = preview(&operator, HONEST2).await;
    // What the row pins does not load any more; what was compiled of it is in the cache, so another is put there first.
    let other = marked(HONEST, 9);
    upgrade(&operator, "", &other).await;
    std::fs::remove_dir_all(house.data.path().join("cache")).unwrap();
    damage(&house, &Digest::of(&other));
    let house = house.reopen().await;
    let operator = operating(&house).await;
    let report = preview(&operator, HONEST2).await;
    assert!(report["instead_of_error"].as_str().unwrap().contains("damaged"), "{report:#}");
    assert_eq!((&report["counts"], &report["releases"]), (&expected["counts"], &expected["releases"]));
    let (status, answer) = upgrade(&operator, "?accept_changes=true", HONEST2).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    let (_, categories) = house.visitor().get("/api/v1/marketplace/categories").await;
    assert!(categories["categories"].as_array().unwrap().iter().all(|one| one["error"].is_null()));
}

async fn a_component_that_hardly_ever_answers_is_given_up(house: House) {
    let ada = house.author("ada").await;
    for number in 0..22 {
        house.publish_note(&ada, &format!("crash-{number}"), "1.0.0", "crash", &[]).await;
    }
    let operator = operating(&house).await;
    let report = preview(&operator, HONEST2).await;
    assert_eq!((&report["counts"]["undecided"], &report["counts"]["not_asked"]), (&json!(20), &json!(2)));
    let (status, problem) = upgrade(&operator, "?accept_changes=true", HONEST2).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("component_unanswering")));
    assert_eq!(present(&house).await, Digest::of(HONEST));
}

/// How long it takes to ask about a thousand releases; run by hand, with `--ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it publishes a thousand releases"]
async fn a_thousand_releases_are_asked_about_in_less_than_a_minute() {
    let house = House::open().await;
    let ada = house.author("ada").await;
    for number in 0..1_000 {
        house.publish_note(&ada, &format!("note-{number}"), "1.0.0", "hi", &[]).await;
    }
    let operator = operating(&house).await;
    let other = marked(HONEST, 1);
    for (what, component) in [("the stored verdicts", HONEST2), ("both components", HONEST2)] {
        let begun = Instant::now();
        let report = preview(&operator, component).await;
        let took = begun.elapsed();
        println!("1,000 releases, compared with {what}: {took:?}");
        assert_eq!(report["counts"]["unchanged"], 1_000);
        assert!(took < Duration::from_secs(60), "{took:?}");
        upgrade(&operator, "", &other).await;
    }
}
