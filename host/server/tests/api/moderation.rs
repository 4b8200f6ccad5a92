use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, on_both_databases};

on_both_databases![
    the_queue_shows_what_a_moderator_needs,
    a_rejected_release_is_mended_and_submitted_again_under_the_same_version,
    of_two_moderators_at_once_one_decides,
    a_flagged_release_waits_for_somebody_else_and_an_approved_one_is_not_flagged,
    a_release_that_was_flagged_and_then_approved_shows_both_decisions,
    a_decision_says_what_was_looked_at_or_nothing,
    what_an_update_asks_for_is_told_in_the_categorys_words,
    a_category_that_gives_no_answer_hides_no_submission,
    a_name_that_looks_like_anothers_needs_a_note,
    an_author_sees_all_of_a_submission_and_nobody_elses,
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
    let late = author.person.submit("notes", &author.note("hello", "1.0.0", "hi again", &[])).await;
    assert_eq!(
        (late.0, late.1["code"].as_str()),
        (StatusCode::CONFLICT, Some("version_taken")),
        "never twice"
    );
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

async fn a_release_that_was_flagged_and_then_approved_shows_both_decisions(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, submitted) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    let id = submitted["id"].as_str().unwrap();
    for (verb, note) in [("flag", "is that a joke?"), ("approve", "it is")] {
        let (status, _) = moderator.post(&format!("{QUEUE}/{id}/{verb}"), json!({ "note": note })).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let (_, queued) = moderator.get(&format!("{QUEUE}/{id}")).await;
        assert_eq!(queued["earlier_decisions"][0]["note"], note, "the last comes first");
    }
    let (_, queued) = moderator.get(&format!("{QUEUE}/{id}")).await;
    let [approved, flagged] = queued["earlier_decisions"].as_array().unwrap().as_slice() else {
        panic!("{queued:#}")
    };
    assert_eq!((&approved["moderation_status"], &approved["submission"]), (&json!("approved"), &json!(id)));
    assert_eq!((&flagged["moderation_status"], &flagged["version"]), (&json!("flagged"), &json!("1.0.0")));
}

async fn a_decision_says_what_was_looked_at_or_nothing(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, submitted) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    let at = |verb: &str| format!("{QUEUE}/{}/{verb}", submitted["id"].as_str().unwrap());
    for verb in ["approve", "reject", "flag"] {
        let other = json!({ "note": "yes", "manifest_sha256": "0".repeat(64) });
        let (status, problem) = moderator.post(&at(verb), other).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("submission_changed")));
    }
    let (status, _) = moderator.post(&at("approve"), json!({ "manifest_sha256": "not a digest" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = json!({ "manifest_sha256": submitted["manifest_sha256"] });
    assert_eq!(moderator.post(&at("approve"), seen).await.0, StatusCode::NO_CONTENT);
}

async fn what_an_update_asks_for_is_told_in_the_categorys_words(house: House) {
    let author = house.author("ada").await;
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let queued = async |version: &str, permissions: &[&str]| {
        let release = author.note("hello", version, "hi", permissions);
        let (_, submitted) = author.person.submit("notes", &release).await;
        moderator.get(&format!("{QUEUE}/{}", submitted["id"].as_str().unwrap())).await.1
    };
    let first = queued("1.0.0", &[]).await;
    assert_eq!(first["permission_changes"], Value::Null);
    assert!(first["permission_changes_reason"].as_str().unwrap().contains("no other approved release"));
    let path = format!("{QUEUE}/{}/approve", first["id"].as_str().unwrap());
    moderator.post(&path, json!({})).await;

    let more = queued("1.1.0", &["data:read.*"]).await;
    let [change] = more["permission_changes"].as_array().unwrap().as_slice() else { panic!("{more:#}") };
    assert_eq!(
        (&change["permission"], &change["direction"], &change["risk"]),
        (&json!("data:read.*"), &json!("added"), &json!("high"))
    );
    assert_eq!(more["permission_changes_reason"], Value::Null);
    assert_eq!(queued("1.2.0", &[]).await["permission_changes"], json!([]), "nothing is an answer too");
}

async fn a_category_that_gives_no_answer_hides_no_submission(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    author.person.submit("notes", &author.note("hello", "1.1.0", "hi", &["data:read.a"])).await;
    let row = house.market.store.category(&"notes".parse().unwrap()).await.unwrap().unwrap();
    let digest = row.component_sha256.to_string();
    let blob = house.data.path().join("blobs/sha256").join(&digest[..2]).join(&digest);
    std::fs::remove_file(&blob).unwrap();

    let again = house.reopen().await;
    let moderator = again.person("moderators", &[Scope::Moderate]).await;
    let (status, queue) = moderator.get(QUEUE).await;
    assert_eq!(status, StatusCode::OK, "{queue:#}");
    let waiting = &queue["submissions"][0];
    assert_eq!((&waiting["version"], &waiting["permission_changes"]), (&json!("1.1.0"), &Value::Null));
    assert!(waiting["permission_changes_reason"].as_str().unwrap().contains("does not serve"), "{waiting:#}");
}

async fn a_name_that_looks_like_anothers_needs_a_note(house: House) {
    let (ada, eve) = (house.author("ada").await, house.author("eve").await);
    house.publish_note(&ada, "paypal", "1.0.0", "hi", &[]).await;
    let (status, submitted) = eve.person.submit("notes", &eve.note("pay-pa1", "1.0.0", "hi", &[])).await;
    assert_eq!(status, StatusCode::CREATED);
    let remark = &submitted["remarks"][0];
    assert_eq!((&remark["rule"], &remark["subject"]), (&json!("name.lookalike"), &json!("pay-pa1")));
    assert!(remark["message"].as_str().unwrap().contains("`paypal` by `ada`"), "{remark:#}");

    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let at = |verb: &str| format!("{QUEUE}/{}/{verb}", submitted["id"].as_str().unwrap());
    let (_, queue) = moderator.get(QUEUE).await;
    let waiting = &queue["submissions"][0];
    assert_eq!(waiting["verdict"]["remarks"][0]["rule"], "name.lookalike");
    assert_eq!(
        waiting["lookalikes"],
        json!([{ "category": "notes", "slug": "paypal", "title": "paypal", "author_id": "ada" }])
    );
    for habit in [json!({}), json!({ "note": " " })] {
        let (status, problem) = moderator.post(&at("approve"), habit).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("note_required"))
        );
        assert_eq!(problem["lookalikes"], json!(["notes/paypal"]));
    }
    let (status, _) = moderator.post(&at("approve"), json!({ "note": "one company" })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let own = ada.note("pay-pal", "1.0.0", "hi", &[]);
    let (_, own) = ada.person.submit("notes", &own).await;
    assert_eq!(
        own["remarks"].as_array().unwrap().len(),
        1,
        "of eve's, who is there by now, and not of her own"
    );
}

async fn an_author_sees_all_of_a_submission_and_nobody_elses(house: House) {
    let (ada, eve) = (house.author("ada").await, house.author("eve").await);
    let (_, submitted) = ada.person.submit("notes", &ada.note("hello", "1.0.0", "hi", &[])).await;
    let (id, moderator) = (submitted["id"].as_str().unwrap(), house.person("mods", &[Scope::Moderate]).await);
    moderator.post(&format!("{QUEUE}/{id}/flag"), json!({})).await;
    moderator.post(&format!("{QUEUE}/{id}/reject"), json!({ "note": "say more" })).await;

    let path = format!("/api/v1/marketplace/submissions/{id}");
    let (status, own) = ada.person.get(&path).await;
    assert_eq!(status, StatusCode::OK, "{own:#}");
    assert_eq!((&own["moderation_status"], &own["note"]), (&json!("rejected"), &json!("say more")));
    assert_eq!(own["history"][1]["moderation_status"], "flagged");
    assert_eq!(own["history"][0].get("decided_by"), None, "moderators are not named");
    assert_eq!((&own["files"][0]["path"], &own["verdict"]["needed"]), (&json!("note.txt"), &json!([])));
    assert_eq!(eve.person.get(&path).await.0, StatusCode::NOT_FOUND);
    for nothing in ["x", "01890000-0000-7000-8000-000000000000"] {
        let path = format!("/api/v1/marketplace/submissions/{nothing}");
        assert_eq!(ada.person.get(&path).await.0, StatusCode::NOT_FOUND);
    }
}

async fn every_decision_is_in_the_audit_log(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let (_, submitted) = author.person.submit("notes", &author.note("mine", "1.0.0", "hi", &[])).await;
    let own = house.person("ada", &[Scope::Moderate]).await;
    let path = format!("{QUEUE}/{}/approve", submitted["id"].as_str().unwrap());
    own.post(&path, json!({})).await;

    let operator = house.person("operators", &[Scope::Operate]).await;
    let (_, log) = operator.get("/cp/api/v1/admin/marketplace/audit?action=release.approved").await;
    let [mine, hello] = log["events"].as_array().unwrap().as_slice() else { panic!("{log:#}") };
    assert_eq!(hello["subject"], "release:notes/hello@1.0.0");
    assert!(hello["actor"].as_str().unwrap().starts_with("moderators/token:"));
    assert_eq!((&hello["reason"], &hello["details"]["own_release"]), (&json!("fine"), &json!(false)));
    assert_eq!(mine["details"]["own_release"], true, "allowed, and told");
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
