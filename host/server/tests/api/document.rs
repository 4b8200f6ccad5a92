//! The OpenAPI document, and the server held against it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;

use marketplace::account::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Person, on_both_databases};

on_both_databases![
    every_route_takes_the_scope_that_the_document_states_and_no_other,
    every_operation_is_described,
    a_fuzzer_that_reads_the_document_finds_nothing,
];

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    spec: Value,
}

async fn operations(house: &House) -> Vec<Operation> {
    let (status, document) = house.visitor().get("/api/v1/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, spec) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation { method, path: path.clone(), spec: spec.clone() });
        }
    }
    operations
}

impl Operation {
    /// The path, with names that could be something's.
    fn address(&self) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{category}" => "notes",
            "{version}" => "1.0.0",
            "{id}" => "01890000-0000-7000-8000-000000000000",
            name if name.starts_with('{') => "somebody",
            word => word,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What lets a caller in: nothing at all, or a token with these scopes.
    fn ways_in(&self) -> Vec<Option<Vec<String>>> {
        let ways = self.spec["security"].as_array().expect("every operation states who may call it").iter();
        ways.map(|way| {
            let scopes = way.get("token")?.as_array().unwrap();
            Some(scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect())
        })
        .collect()
    }
}

async fn every_route_takes_the_scope_that_the_document_states_and_no_other(house: House) {
    let nobody = house.visitor();
    let unscoped = house.person("somebody", &[]).await;
    let mut people = Vec::new();
    for scope in Scope::ALL {
        people.push((scope.to_string(), house.person("somebody", &[scope]).await));
    }
    for operation in operations(&house).await {
        let (path, method, ways) = (operation.address(), operation.method.clone(), operation.ways_in());
        if path.contains("openapi") || !path.contains("/api/") {
            continue;
        }
        let open = ways.contains(&None);
        let (status, problem) = nobody.call(method.clone(), &path, None).await;
        assert_eq!(
            problem["code"] == "token_required",
            !open,
            "{method} {path} without a token: {status} {problem:#}"
        );
        for (scopes, person) in std::iter::once((vec![], &unscoped))
            .chain(people.iter().map(|(scope, person)| (vec![scope.clone()], person)))
        {
            let may = open || ways.iter().flatten().any(|way| way.iter().all(|scope| scopes.contains(scope)));
            let (status, problem) = person.call(method.clone(), &path, None).await;
            assert_eq!(
                problem["code"] == "scope_missing",
                !may,
                "{method} {path} with {scopes:?}: {status} {problem:#}"
            );
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{method} {path} with {scopes:?}");
        }
    }
}

async fn every_operation_is_described(house: House) {
    let mut ids = BTreeSet::new();
    for Operation { method, path, spec } in operations(&house).await {
        let at = format!("{method} {path}");
        assert!(
            spec["summary"].as_str().is_some_and(|text| text.ends_with(['.', '?'])),
            "{at}: a sentence says what it does"
        );
        assert_eq!(spec["tags"].as_array().map(Vec::len), Some(1), "{at}: it has one tag");
        assert!(ids.insert(spec["operationId"].as_str().unwrap().to_owned()), "{at}: its id is its own");
        let responses = spec["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}: it can succeed");
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            if !status.starts_with('3') {
                assert!(
                    response["content"]["application/problem+json"].is_object(),
                    "{at}: {status} is a problem"
                );
            }
        }
    }
}

/// Schemathesis reads the document, makes calls that it allows and calls that it forbids, and holds every answer
/// against it.
async fn a_fuzzer_that_reads_the_document_finds_nothing(house: House) {
    let ada = house.author("ada").await;
    house.publish_note(&ada, "hello", "1.0.0", "hi", &[]).await;
    house.publish_note(&ada, "hello", "1.1.0", "hi", &[]).await;
    ada.person.submit("notes", &ada.note("other", "1.0.0", "hi", &[])).await;
    let person = house.person("ada", &Scope::ALL).await;
    person.install("notes/hello", json!({ "version": "1.0.0" })).await;
    let home = house.person("home", &[Scope::Install]).await;
    home.install("notes/hello", json!({})).await;
    let reviews = "/api/v1/marketplace/notes/items/hello/reviews";
    let (_, review) =
        home.post(reviews, json!({ "rating": 4, "title": "Fine", "body": "It says hi." })).await;
    let review = format!("{reviews}/{}", review["id"].as_str().unwrap());
    ada.person.call(Method::PUT, &format!("{review}/reply"), Some(json!({ "body": "hi" }))).await;
    person.post(&format!("{review}/report"), json!({ "reason": "spam" })).await;

    // First with names of its own making; then with such as are there, so that calls get past `404`.
    for config in ["schemathesis.toml", "schemathesis-known.toml"] {
        schemathesis(&house, &person, config).await;
    }
}

async fn schemathesis(house: &House, person: &Person, config: &str) {
    let config = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(config);
    let output = tokio::process::Command::new(crate::stranger::python().with_file_name("schemathesis"))
        .arg("--config-file")
        .arg(config)
        .args([
            "run",
            "--no-color",
            "--checks",
            "all",
            "--max-examples",
            "10",
            "--seed",
            "1",
            "--workers",
            "2",
        ])
        .arg("--header")
        .arg(format!("Authorization: Bearer {}", person.token.as_ref().unwrap()))
        .arg(format!("{}/api/v1/openapi.json", house.address))
        .current_dir(house.data.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
}
