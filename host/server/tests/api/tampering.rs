//! One thing changed on the way, whatever it is: refused with its code, and nothing left.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{Author, House, Release, on_both_databases, package, rules};

on_both_databases![
    one_byte_of_the_package,
    every_signed_field_of_the_manifest,
    one_byte_of_the_signature,
    another_authors_key,
    another_tenants_author,
    a_permission_that_the_category_does_not_know,
    a_permission_that_the_contents_need_and_the_manifest_does_not_declare,
    a_package_that_is_not_of_the_category,
    a_package_that_is_no_archive,
    a_manifest_that_is_ambiguous,
];

/// Submits, expects the refusal, and that it left nothing behind.
async fn refused(house: &House, author: &Author, release: &Release, code: &str) -> Value {
    let before = house.files();
    let (status, problem) = author.person.submit("notes", release).await;
    assert!(status.is_client_error(), "{status} {problem:#}");
    assert_eq!(problem["code"], code, "{problem:#}");
    assert_eq!(house.files(), before, "a refusal leaves nothing on the disk");
    let (_, mine) = author.person.get("/api/v1/marketplace/submissions").await;
    assert_eq!(mine["submissions"], json!([]), "a refusal leaves nothing in the database");
    problem
}

fn change(release: &Release, field: &str, value: Value) -> Release {
    let mut manifest: Value = serde_json::from_str(&release.manifest).unwrap();
    manifest[field] = value;
    Release { manifest: manifest.to_string(), package: release.package.clone() }
}

async fn one_byte_of_the_package(house: House) {
    let author = house.author("ada").await;
    let good = author.note("hello", "1.0.0", "hi", &[]);
    for at in [10, good.package.len() / 2, good.package.len() - 1] {
        let mut package = good.package.clone();
        package[at] ^= 1;
        let release = Release { manifest: good.manifest.clone(), package };
        refused(&house, &author, &release, "package_digest_mismatch").await;
    }
}

async fn every_signed_field_of_the_manifest(house: House) {
    let author = house.author("ada").await;
    let good = author.note("hello", "1.0.0", "hi", &[]);
    for (field, value) in [
        ("name", json!("hallo")),
        ("version", json!("1.0.1")),
        ("kind", json!("notes")),
        ("permissions", json!(["data:read.metrics"])),
        ("title", json!("Hello")),
        ("x-added", json!(true)),
    ] {
        let problem = refused(&house, &author, &change(&good, field, value), "signature_invalid").await;
        assert_eq!(rules(&problem), ["manifest.signature"], "{field}");
    }
}

async fn one_byte_of_the_signature(house: House) {
    let author = house.author("ada").await;
    let good = author.note("hello", "1.0.0", "hi", &[]);
    let manifest: Value = serde_json::from_str(&good.manifest).unwrap();
    let signature = manifest["manifest_signature"].as_str().unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let changed = change(&good, "manifest_signature", json!(format!("{other}{}", &signature[1..])));
    refused(&house, &author, &changed, "signature_invalid").await;
}

async fn another_authors_key(house: House) {
    let (ada, bob) = (house.author("ada").await, house.author("bob").await);
    let forged = Author { key: bob.key.clone(), ..ada.clone() };
    refused(&house, &ada, &forged.note("hello", "1.0.0", "hi", &[]), "signature_invalid").await;
}

async fn another_tenants_author(house: House) {
    let (ada, bob) = (house.author("ada").await, house.author("bob").await);
    let (status, problem) = bob.person.submit("notes", &ada.note("hello", "1.0.0", "hi", &[])).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::FORBIDDEN, Some("author_not_yours")));
}

async fn a_permission_that_the_category_does_not_know(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "hi", &["launch:missiles"]);
    let problem = refused(&house, &author, &release, "permissions_refused").await;
    assert_eq!(rules(&problem), ["permission.unknown"]);
    assert_eq!(problem["findings"][0]["subject"], "launch:missiles");
}

async fn a_permission_that_the_contents_need_and_the_manifest_does_not_declare(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "the metrics are fine", &[]);
    let problem = refused(&house, &author, &release, "permissions_undeclared").await;
    assert_eq!(rules(&problem), ["permission.undeclared"]);
    assert_eq!(problem["findings"][0]["subject"], "data:read.metrics");
}

async fn a_package_that_is_not_of_the_category(house: House) {
    let author = house.author("ada").await;
    let release = author.note("hello", "1.0.0", "  ", &[]);
    let problem = refused(&house, &author, &release, "package_refused").await;
    assert_eq!(rules(&problem), ["note.empty"]);
}

async fn a_package_that_is_no_archive(house: House) {
    let author = house.author("ada").await;
    let mut release = author.note("hello", "1.0.0", "hi", &[]);
    release.package = b"not an archive".to_vec();
    refused(&house, &author, &release, "package_invalid").await;
}

async fn a_manifest_that_is_ambiguous(house: House) {
    let author = house.author("ada").await;
    for (manifest, rule) in [
        (
            r#"{"kind":"note","name":"a1","version":"1.0.0","version":"2.0.0","permissions":[]}"#,
            "manifest.duplicate-key",
        ),
        (
            r#"{"kind":"note","name":"a1","version":"1.0.0","permissions":[],"status":"approved"}"#,
            "manifest.unknown-field",
        ),
        (
            r#"{"kind":"note","name":"a1","version":"1.0.0","permissions":[],"x-n":9007199254740993}"#,
            "manifest.number-too-large",
        ),
    ] {
        let release = Release { manifest: manifest.into(), package: package(&[("note.txt", "hi")]) };
        let problem = refused(&house, &author, &release, "manifest_invalid").await;
        assert_eq!(rules(&problem), [rule]);
    }
}
