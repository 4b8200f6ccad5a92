//! Back to a component that a category had; and the whole way there and back by the command and on the pages.

use std::process::Output;

use marketplace_manifest::Digest;
use marketplace_test_guests::{GALLERY, HONEST, HONEST2};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{House, on_both_databases};
use crate::operating::{CATEGORIES, operator, upload};
use crate::upgrading::{NOTES, damage, marked, one_of_each, operating, present, preview, upgrade};

on_both_databases![
    going_back_is_one_call_and_going_back_again_is_going_forth,
    a_component_whose_bytes_are_gone_is_not_gone_back_to,
    the_command_says_the_same_and_does_the_same,
    a_page_shows_what_would_change_before_anybody_says_yes,
];

async fn going_back_is_one_call_and_going_back_again_is_going_forth(house: House) {
    let operator = operating(&house).await;
    let (second, third) = (marked(HONEST, 2), marked(HONEST, 3));
    for component in [&second, &third] {
        let (status, answer) = upgrade(&operator, "", component).await;
        assert_eq!(status, StatusCode::OK, "{answer:#}");
    }
    let digests = [HONEST, &second, &third].map(Digest::of);
    let rollback = format!("{NOTES}/rollback");
    let back = async |body: Value| operator.post(&rollback, body).await;
    let (status, answer) = back(json!({ "reason": "it was slower" })).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    assert_eq!(answer["component_sha256"], digests[1].to_string());
    assert_eq!(answer["instead_of"], digests[2].to_string());
    assert_eq!(present(&house).await, digests[1]);
    let event = house.events().await.remove(0);
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("category.rolled_back", Some("it was slower"))
    );

    back(json!({})).await;
    assert_eq!(present(&house).await, digests[2], "forth again");
    let (status, answer) = back(json!({ "to": digests[0] })).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    assert_eq!(present(&house).await, digests[0]);
    let (status, listed) = operator.get(&format!("{NOTES}/components")).await;
    assert_eq!(status, StatusCode::OK);
    let listed = listed["components"].as_array().unwrap();
    let listed: Vec<_> =
        listed.iter().map(|one| one["component_sha256"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed, [digests[0], digests[2], digests[1]].map(|digest| digest.to_string()));

    let events = house.events().await.len();
    for (body, code) in [
        (json!({ "to": digests[0] }), "component_present"),
        (json!({ "to": Digest::of(b"never") }), "component_not_in_history"),
    ] {
        let (status, problem) = back(body).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some(code)), "{problem:#}");
    }
    let themes = "/cp/api/v1/admin/marketplace/categories/themes/rollback";
    let (status, problem) = operator.post(themes, json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("nothing_to_go_back_to")));
    assert_eq!(house.events().await.len(), events);

    // A start keeps what can be gone back to.
    let again = house.reopen().await;
    let operator = operating(&again).await;
    let (status, answer) = operator.post(&rollback, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
}

async fn a_component_whose_bytes_are_gone_is_not_gone_back_to(house: House) {
    let operator = operating(&house).await;
    let second = marked(HONEST, 2);
    upgrade(&operator, "", &second).await;
    damage(&house, &Digest::of(HONEST));
    // Damaged the first time, set aside and so missing the next.
    for _ in 0..2 {
        let (status, problem) = operator.post(&format!("{NOTES}/rollback"), json!({})).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("component_gone")));
        assert_eq!(present(&house).await, Digest::of(&second));
    }
}

/// Runs the command on the house's own data.
async fn command(house: &House, arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_marketplace"));
    command.args(["category"]).args(arguments).arg("--data").arg(house.data.path());
    if let Some(database) = &house.database {
        command.args(["--database", database]);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

async fn the_command_says_the_same_and_does_the_same(house: House) {
    one_of_each(&house).await;
    let operator = operating(&house).await;
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (newer, gallery) = (write("newer.wasm", HONEST2), write("gallery.wasm", GALLERY));

    let (done, out, err) = said(&command(&house, &["upgrade", &newer, "--preview", "--json"]).await);
    assert!(done, "{out}{err}");
    let shown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown, json!({ "activated": false, "report": preview(&operator, HONEST2).await }));
    let (done, out, err) = said(&command(&house, &["upgrade", &newer]).await);
    assert!(!done && err.contains("--accept-changes") && err.contains("nothing was changed"), "{out}{err}");
    for words in ["plain 1.1.0: would be refused", "crash 1.0.0: could not tell", "+ loud.txt", "1 unchanged"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert_eq!(present(&house).await, Digest::of(HONEST));
    let accept = ["upgrade", &newer, "--accept-changes", "--reason", "it is better"];
    let (done, out, err) = said(&command(&house, &accept).await);
    assert!(done && out.contains("What is installed stays as it is"), "{out}{err}");
    assert_eq!(present(&house).await, Digest::of(HONEST2));

    let (_, out, _) = said(&command(&house, &["history", "notes", "--json"]).await);
    let listed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed[0]["component_sha256"], Digest::of(HONEST2).to_string());
    assert_eq!(
        (&listed[0]["reason"], &listed[0]["activated_by"]),
        (&json!("it is better"), &json!("command line"))
    );
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let (done, out, err) = said(&command(&house, &["rollback", "notes"]).await);
    assert!(done && out.contains(&Digest::of(HONEST).to_string()), "{out}{err}");
    assert_eq!(present(&house).await, Digest::of(HONEST));

    for (arguments, words) in [
        (&["upgrade", &gallery, "--preview"][..], "there is no category `posters`"),
        (&["rollback", "themes"], "nothing to go back to"),
        (&["history", "nowhere"], "there is no category `nowhere`"),
    ] {
        let output = command(&house, arguments).await;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let (_, out, err) = said(&output);
        assert!(err.contains(words), "{arguments:?}: {out}{err}");
    }
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the page has the field");
    rest.split('"').next().unwrap().to_owned()
}

async fn a_page_shows_what_would_change_before_anybody_says_yes(house: House) {
    one_of_each(&house).await;
    let mut browser: Browser = operator(&house).await;
    browser.get(CATEGORIES).await;
    let before = house.events().await.len();
    let shown = upload(&house, &browser, browser.form_key.clone(), HONEST2).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in
        ["Nothing is changed yet.", "Would be refused", "Nobody could tell", "loud.txt", "Short notes"]
    {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    let (component, fingerprint) = (hidden(&shown.text, "component"), hidden(&shown.text, "fingerprint"));
    assert_eq!(component, Digest::of(HONEST2).to_string());
    assert_eq!((present(&house).await, house.events().await.len()), (Digest::of(HONEST), before));

    // The form of a category that is new adds nothing in its place; nor do changes that were not the ones shown.
    let confirm = format!("{CATEGORIES}/add/confirm");
    let added = browser.send(&confirm, &[("component", &component)]).await;
    assert!(added.status == StatusCode::CONFLICT && added.text.contains("category_exists"), "{}", added.text);
    let upgrade = format!("{CATEGORIES}/notes/upgrade");
    let stale = Digest::of(b"other changes").to_string();
    let fields = [("component", component.as_str()), ("fingerprint", stale.as_str())];
    let again = browser.send(&upgrade, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("Since you looked"), "{}", again.text);
    assert_eq!(hidden(&again.text, "fingerprint"), fingerprint);
    assert_eq!(present(&house).await, Digest::of(HONEST));

    let reason = ("reason", "it is better");
    let fields = [("component", component.as_str()), ("fingerprint", fingerprint.as_str()), reason];
    let done = browser.send(&upgrade, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(done.location(), format!("{CATEGORIES}/notes/component"));
    assert_eq!(present(&house).await, Digest::of(HONEST2));
    let page = browser.get(done.location()).await;
    let back = format!("{CATEGORIES}/notes/rollback/{}", Digest::of(HONEST));
    assert!(page.text.contains("it is better") && page.text.contains(&back), "{}", page.text);
    let gone_back = browser.send(&back, &[("reason", "")]).await;
    assert_eq!(gone_back.location(), format!("{CATEGORIES}/notes/component"), "{}", gone_back.text);
    assert_eq!(present(&house).await, Digest::of(HONEST));
}
