//! The audit log, as an operator asks it.

use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, Person, on_both_databases};

on_both_databases![
    an_operator_asks_who_did_what_on_what_and_when,
    a_question_that_makes_no_sense_is_refused_and_a_hostile_one_is_a_question,
];

const AUDIT: &str = "/cp/api/v1/admin/marketplace/audit";

async fn events(operator: &Person, question: &str) -> Vec<Value> {
    let (status, log) = operator.get(&format!("{AUDIT}{question}")).await;
    assert_eq!(status, StatusCode::OK, "{question}: {log:#}");
    log["events"].as_array().unwrap().clone()
}

async fn an_operator_asks_who_did_what_on_what_and_when(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    house.publish_note(&author, "hello", "1.1.0", "hi", &[]).await;
    let operator = house.person("operators", &[Scope::Operate]).await;

    let releases = events(&operator, "?action=release&subject=release:notes/hello").await;
    let actions: Vec<_> = releases.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["release.approved", "release.submitted", "release.approved", "release.submitted"]);
    assert!(events(&operator, "?subject=release:notes/hel").await.is_empty());

    let first = &releases[3];
    assert_eq!(first["subject"], "release:notes/hello@1.0.0");
    let actor = first["actor"].as_str().unwrap();
    assert!(actor.starts_with("ada/token:"), "{actor}");
    assert_eq!(events(&operator, "?actor=ada").await.len(), 2);
    assert_eq!(events(&operator, &format!("?actor={actor}&action=release.submitted")).await.len(), 2);

    let at = first["at"].as_str().unwrap();
    assert_eq!(events(&operator, &format!("?action=release&since={at}")).await.len(), 4);
    assert_eq!(events(&operator, &format!("?action=release&until={at}")).await.len(), 0);
    assert!(events(&operator, "?since=2999-01-01T00:00:00%2B01:00").await.is_empty());

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, log) = operator.get(&format!("{AUDIT}?action=release&limit=3{cursor}")).await;
        seen.extend(log["events"].as_array().unwrap().clone());
        match log["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, releases);
}

async fn a_question_that_makes_no_sense_is_refused_and_a_hostile_one_is_a_question(house: House) {
    let operator = house.person("operators", &[Scope::Operate]).await;
    for wrong in ["?since=yesterday", "?limit=0", "?limit=101", "?who=ada"] {
        let (status, problem) = operator.get(&format!("{AUDIT}{wrong}")).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("bad_query")), "{wrong}");
    }
    for hostile in ["?actor=%00", "?action=%25", "?subject='%20OR%201=1--", "?action=."] {
        assert!(events(&operator, hostile).await.is_empty(), "{hostile}");
    }
}
