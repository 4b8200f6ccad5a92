use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, on_both_databases};

on_both_databases![
    the_queue_shows_what_a_moderator_needs,
    a_rejected_release_is_mended_and_submitted_again_under_the_same_version,
    of_two_moderators_at_once_one_decides,
    a_flagged_release_waits_for_somebody_else_and_an_approved_one_is_not_flagged,
    every_decision_is_in_the_audit_log,
    a_moderator_reads_the_package_that_nobody_else_may_have_yet,
];

const QUEUE: &str = "/cp/api/v1/admin/marketplace/queue";

async fn the_queue_shows_what_a_moderator_needs(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let release = author.note("hello", "1.1.0", "metrics", &["data:read.metrics"]);
    author.person.submit("notes", &release).await;

    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, queue) = moderator.get(&format!("{QUEUE}?status=pending")).await;
    let [waiting] = queue["submissions"].as_array().unwrap().as_slice() else { panic!("{queue:#}") };
    assert_eq!(waiting["moderation_status"], "pending");
    assert_eq!(waiting["verdict"]["grants"][0]["risk"], "low");
    assert_eq!(waiting["files"][0]["path"], "note.txt");
    assert_eq!(waiting["approved_permissions"], json!([]));
    assert_eq!(waiting["earlier_decisions"][0]["moderation_status"], "approved");
    assert!(waiting["adapter_sha256"].is_string() && waiting["manifest_sha256"].is_string());
}

async fn a_rejected_release_is_mended_and_submitted_again_under_the_same_version(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, submitted) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    let id = submitted["id"].as_str().unwrap();

    for note in [json!({}), json!({ "note": "  " })] {
        let (status, problem) = moderator.post(&format!("{QUEUE}/{id}/reject"), note).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("note_required"))
        );
    }
    let (status, _) = moderator.post(&format!("{QUEUE}/{id}/reject"), json!({ "note": "too short" })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, mine) = author.person.get("/api/v1/marketplace/submissions").await;
    assert_eq!(mine["submissions"][0]["moderation_status"], "rejected");
    assert_eq!(mine["submissions"][0]["note"], "too short");

    let (status, again) =
        author.person.submit("notes", &author.note("hello", "1.0.0", "hi there", &[])).await;
    assert_eq!(status, StatusCode::CREATED, "{again:#}");
    let path = format!("{QUEUE}/{}/approve", again["id"].as_str().unwrap());
    assert_eq!(moderator.post(&path, json!({ "note": "better" })).await.0, StatusCode::NO_CONTENT);
}

async fn of_two_moderators_at_once_one_decides(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    for round in 0..10 {
        let name = format!("note-{round}");
        let (_, submitted) = author.person.submit("notes", &author.note(&name, "1.0.0", "hi", &[])).await;
        let id = submitted["id"].as_str().unwrap();
        let (yes, no) = (format!("{QUEUE}/{id}/approve"), format!("{QUEUE}/{id}/reject"));
        let (approve, reject) = tokio::join!(
            moderator.post(&yes, json!({ "note": "yes" })),
            moderator.post(&no, json!({ "note": "no" })),
        );
        let mut statuses = [approve.0, reject.0];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
    }
}

async fn a_flagged_release_waits_for_somebody_else_and_an_approved_one_is_not_flagged(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, submitted) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    let at = |verb: &str| format!("{QUEUE}/{}/{verb}", submitted["id"].as_str().unwrap());
    assert_eq!(moderator.post(&at("flag"), json!({})).await.0, StatusCode::NO_CONTENT);
    let (_, flagged) = moderator.get(&format!("{QUEUE}?status=flagged")).await;
    assert_eq!(flagged["submissions"].as_array().unwrap().len(), 1);
    assert_eq!(moderator.post(&at("approve"), json!({ "note": "fine" })).await.0, StatusCode::NO_CONTENT);
    let (status, problem) = moderator.post(&at("flag"), json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("already_decided")));
}

async fn every_decision_is_in_the_audit_log(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let events = house.market.store.audit_events(100, None).await.unwrap().items;
    let approved = events.iter().find(|event| event.action == "release.approved").unwrap();
    assert_eq!(approved.subject, "release:notes/hello@1.0.0");
    assert!(approved.actor.starts_with("moderators/token:"));
    assert_eq!(approved.reason.as_deref(), Some("fine"));
}

async fn a_moderator_reads_the_package_that_nobody_else_may_have_yet(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "hi", &[]);
    let (_, submitted) = author.person.submit("notes", &release).await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let url = format!("{}{QUEUE}/{}/package", house.address, submitted["id"].as_str().unwrap());
    let request = reqwest::Client::new().get(&url).bearer_auth(moderator.token.unwrap());
    assert_eq!(request.send().await.unwrap().bytes().await.unwrap(), release.package);
    let (status, _) =
        house.visitor().get("/api/v1/marketplace/notes/items/hello/versions/1.0.0/package").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
