use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace_manifest::{Manifest, PublicKey};
use reqwest::StatusCode;
use serde_json::json;

use crate::house::{House, Release, on_both_databases, package, rules};

on_both_databases![
    a_submission_waits_and_is_not_listed_before_it_is_approved,
    an_approved_release_is_listed_and_its_package_downloads_as_it_was_sent,
    the_kind_may_be_the_singular_or_the_id_but_not_another_categorys,
    equal_submissions_at_once_make_one_row,
    a_version_is_never_submitted_again_once_it_was_approved,
    a_name_belongs_to_its_first_author,
    free_does_not_publish_and_is_told_which_gate,
    the_control_plane_fills_in_and_signs_for_an_author_whose_key_it_holds,
    an_unsigned_manifest_is_refused_where_the_author_holds_the_key,
    a_form_with_a_part_that_nobody_asked_for_is_refused,
    a_package_that_is_larger_than_a_package_may_be_is_too_large,
    an_unknown_or_malformed_parameter_is_a_mistake,
    a_hostile_query_is_a_query,
    a_manifest_that_names_a_picture_which_the_package_does_not_have_is_refused,
    anybody_can_check_a_published_signature_with_what_the_api_shows,
];

async fn a_submission_waits_and_is_not_listed_before_it_is_approved(house: House) {
    let author = house.author("ada").await;
    let (status, submitted) = author.person.submit("notes", &author.note("hello", "1.0.0", "hi", &[])).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    assert_eq!(submitted["moderation_status"], "pending");
    assert_eq!(submitted["slug"], "hello");
    assert_eq!(submitted["version"], "1.0.0");
    assert_eq!(submitted["manifest"]["author_id"], "ada");
    assert_eq!(submitted["manifest"]["package_sha256"], submitted["package_sha256"]);
    // What an install will do is known already.
    assert_eq!(submitted["plan"]["registry"]["hello"]["file"], "note.txt");

    let (_, list) = house.visitor().get("/api/v1/marketplace/notes/items").await;
    assert_eq!(list["items"], json!([]));
    let (status, _) = house.visitor().get("/api/v1/marketplace/notes/items/hello").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, mine) = author.person.get("/api/v1/marketplace/submissions").await;
    assert_eq!(mine["submissions"][0]["id"], submitted["id"]);
}

async fn an_approved_release_is_listed_and_its_package_downloads_as_it_was_sent(house: House) {
    let author = house.author("ada").await;
    let sent = author.note("hello", "1.0.0", "hi", &[]);
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;

    let (_, list) = house.visitor().get("/api/v1/marketplace/notes/items?q=hello").await;
    assert_eq!(list["items"][0]["slug"], "hello");
    assert_eq!(list["total"], 1);
    let (_, item) = house.visitor().get("/api/v1/marketplace/notes/items/hello").await;
    assert_eq!(item["versions"][0]["version"], "1.0.0");
    assert_eq!(item["manifest"]["name"], "hello");

    let url = format!("{}/api/v1/marketplace/notes/items/hello/versions/1.0.0/package", house.address);
    let response = reqwest::get(url).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/gzip");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.bytes().await.unwrap(), sent.package);
}

async fn the_kind_may_be_the_singular_or_the_id_but_not_another_categorys(house: House) {
    let author = house.author("ada").await;
    for kind in ["note", "notes"] {
        let release = author.release(kind, kind, "1.0.0", &[("note.txt", "hi")], &[]);
        assert_eq!(author.person.submit("notes", &release).await.0, StatusCode::CREATED);
    }
    let release = author.release("theme", "other", "1.0.0", &[("note.txt", "hi")], &[]);
    let (status, problem) = author.person.submit("notes", &release).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("manifest_invalid"))
    );
}

async fn equal_submissions_at_once_make_one_row(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "hi", &[]);
    let all = (0..8).map(|_| author.person.submit("notes", &release));
    let answers = futures_util::future::join_all(all).await;
    let first = &answers[0].1["id"];
    assert!(answers.iter().all(|(status, answer)| *status == StatusCode::CREATED && answer["id"] == *first));
    let (_, mine) = author.person.get("/api/v1/marketplace/submissions").await;
    assert_eq!(mine["submissions"].as_array().unwrap().len(), 1);
}

async fn a_version_is_never_submitted_again_once_it_was_approved(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let before = house.files();
    let again = author.note("hello", "1.0.0", "something else", &[]);
    let (status, problem) = author.person.submit("notes", &again).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("version_taken")));
    assert_eq!(house.files(), before, "a refusal leaves nothing on the disk");
}

async fn a_name_belongs_to_its_first_author(house: House) {
    let (ada, bob) = (house.author("ada").await, house.author("bob").await);
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    let (status, problem) = bob.person.submit("notes", &bob.note("hello", "2.0.0", "mine", &[])).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("name_taken")));
}

async fn free_does_not_publish_and_is_told_which_gate(house: House) {
    house.register("ada", None).await;
    let ada = house.person("ada", &[Scope::Publish]).await;
    let release = Release {
        manifest: "kind: note\nname: hello\nversion: '1.0.0'\n".into(),
        package: package(&[("note.txt", "hi")]),
    };
    let (status, problem) = ada.submit("notes", &release).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(problem["code"], "publish_not_licensed");
    assert_eq!(problem["gate"], "marketplace_publish");
    assert_eq!(problem["tier"], "free");
}

async fn the_control_plane_fills_in_and_signs_for_an_author_whose_key_it_holds(house: House) {
    house.license("ada", Tier::Pro, json!({})).await;
    house.register("ada", None).await;
    let ada = house.person("ada", &[Scope::Publish]).await;
    let manifest = "kind: note\nname: hello\nversion: '1.0.0'\npermissions: []\n";
    let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
    let (status, submitted) = ada.submit("notes", &release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    assert_eq!(submitted["manifest"]["author_id"], "ada");
    assert!(submitted["manifest"]["manifest_signature"].is_string());
}

async fn an_unsigned_manifest_is_refused_where_the_author_holds_the_key(house: House) {
    let author = house.author("ada").await;
    let manifest = "kind: note\nname: hello\nversion: '1.0.0'\npermissions: []\n";
    let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
    let (status, problem) = author.person.submit("notes", &release).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("manifest_incomplete"))
    );
    assert_eq!(rules(&problem), ["manifest.missing-field"]);
}

async fn a_form_with_a_part_that_nobody_asked_for_is_refused(house: House) {
    let author = house.author("ada").await;
    let form = reqwest::multipart::Form::new().text("manifest", "{}").text("status", "approved");
    let url = format!("{}/api/v1/marketplace/notes/items", house.address);
    let response = reqwest::Client::new()
        .post(url)
        .bearer_auth(author.person.token.as_ref().unwrap())
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

async fn a_package_that_is_larger_than_a_package_may_be_is_too_large(mut house: House) {
    house.market.limits.package_bytes = 1_000;
    let house = house.serve().await;
    let author = house.author("ada").await;
    let noise: String = (0..4_000_u32)
        .map(|at| char::from(b'a' + (at.wrapping_mul(2_654_435_761) >> 24) as u8 % 26))
        .collect();
    let (status, problem) = author.person.submit("notes", &author.note("hello", "1.0.0", &noise, &[])).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("package_invalid")));
}

async fn an_unknown_or_malformed_parameter_is_a_mistake(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let blank = "/api/v1/marketplace/notes/items?q=%20";
    let (status, list) = house.visitor().get(blank).await;
    assert_eq!((status, &list["total"]), (StatusCode::OK, &json!(1)), "a blank search is none");
    for mistake in
        ["?query=hi", "?sort=", "?author=No", "?sort=best", "?limit=many", "?limit=0", "?limit=101"]
    {
        let (status, _) = house.visitor().get(&format!("/api/v1/marketplace/notes/items{mistake}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{mistake}");
    }
}

async fn a_hostile_query_is_a_query(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    for q in [
        "\"",
        "*",
        "hello\" OR 1=1 --",
        "a AND",
        "NEAR(",
        "(((",
        "%27",
        "hel*",
        "'; DROP TABLE items;",
        "\u{0}",
    ] {
        let url =
            reqwest::Url::parse_with_params("http://x/api/v1/marketplace/notes/items", [("q", q)]).unwrap();
        let (status, answer) = house.visitor().get(&format!("{}?{}", url.path(), url.query().unwrap())).await;
        assert_eq!(status, StatusCode::OK, "{q}: {answer:#}");
    }
}

async fn a_manifest_that_names_a_picture_which_the_package_does_not_have_is_refused(house: House) {
    house.license("ada", Tier::Pro, json!({})).await;
    house.register("ada", None).await;
    let ada = house.person("ada", &[Scope::Publish]).await;
    let manifest = "kind: note\nname: hello\nversion: '1.0.0'\npermissions: []\nicon: icon.svg\nscreenshots: [shot.png]\n";
    let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
    let (status, problem) = ada.submit("notes", &release).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("package_refused"))
    );
    assert_eq!(rules(&problem), ["manifest.missing-file", "manifest.missing-file"]);
}

async fn anybody_can_check_a_published_signature_with_what_the_api_shows(house: House) {
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "hi", &[]).await;
    let (_, item) = house.visitor().get("/api/v1/marketplace/notes/items/hello").await;
    let key = PublicKey::from_pem(item["author_key"]["public_key"].as_str().unwrap()).unwrap();
    assert_eq!(item["author_key"]["fingerprint"], key.fingerprint());
    Manifest::parse(item["manifest"].to_string().as_bytes()).unwrap().verify(&key).unwrap();
}
