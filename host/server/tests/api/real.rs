//! Real content: what people published, without this marketplace in mind. The fewest permissions are worked out, and
//! what is accepted is published and installed; what is refused is refused by name. See `tests/content`.

use std::collections::{BTreeMap, BTreeSet};

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace::pipeline::{PipelineError, survey};
use marketplace::workbench::{Known, Workbench};
use marketplace_archive::{Limits, Sealed};
use marketplace_manifest::{Digest, Draft};
use marketplace_real_content::{Case, cases};
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use crate::house::{Author, House, Release, pack_folder, rules};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_published_is_installed_unchanged_or_refused_by_name() {
    let house = House::open().await;
    let workbench = Workbench::open().unwrap();
    let author = house.author("ada").await;
    let (mut installed, mut refused) = (0, 0);
    for known in workbench.bundled().await.unwrap() {
        for case in cases(&known.description.id) {
            let folder = folder(&case.package());
            let package = pack_folder(folder.path());
            if case.refused.is_some() {
                refusal(&author, &known, &case, package).await;
                refused += 1;
            } else {
                journey(&house, &author, &known, &case, package).await;
                installed += 1;
            }
        }
    }
    println!("{installed} packages of real content were published and installed, {refused} refused");
    assert!(installed >= 30 && refused >= 5, "{installed} and {refused}");
}

fn folder(files: &BTreeMap<String, Vec<u8>>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn draft(known: &Known, case: &Case) -> Draft {
    Draft::new(&known.description.singular, case.name.parse().unwrap(), "1.0.0".parse().unwrap()).unwrap()
}

fn sealed(package: &[u8]) -> Sealed {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, package).unwrap();
    Sealed::open(file, &Limits::default()).unwrap()
}

/// The fewest permissions are found; with them it is taken, approved and installed.
async fn journey(house: &House, author: &Author, known: &Known, case: &Case, package: Vec<u8>) {
    let name = format!("{}/{}", known.description.id, case.name);
    let draft = draft(known, case);
    let found = survey(&known.adapter, &draft, &sealed(&package), &Limits::default()).await;
    let found = found.unwrap_or_else(|error| panic!("{name}: {error}: {error:#?}"));
    let needed: BTreeSet<String> = found.inspection.needed.iter().cloned().collect();
    assert_eq!(Some(&needed), case.permissions.as_ref(), "{name}: the fewest permissions");

    let draft = draft.with_permissions(needed.into_iter().collect()).unwrap();
    let manifest = draft.fill(&author.id, &Digest::of(&package)).unwrap().sign(&author.key);
    let release = Release { manifest: manifest.to_json().to_string(), package };
    let (status, submitted) = author.person.submit(&known.description.id, &release).await;
    assert_eq!(status, StatusCode::CREATED, "{name}: {submitted:#}");
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let path = format!("/cp/api/v1/admin/marketplace/queue/{}/approve", submitted["id"].as_str().unwrap());
    assert_eq!(moderator.post(&path, json!({ "note": "real" })).await.0, StatusCode::NO_CONTENT, "{name}");

    house.license("home", Tier::Pro, json!({})).await;
    let home = house.person("home", &[Scope::Install]).await;
    let (status, installed) = home.install(&name, json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{name}: {installed:#}");
    assert_eq!(submitted["plan"]["files"], installed["files"], "{name}: as the author was told");
    let folder = house.data.path().join(installed["folder"].as_str().unwrap());
    for file in installed["files"].as_array().unwrap() {
        let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(Digest::of(&bytes).to_string(), file["sha256"], "{name}: {}", file["path"]);
    }
    assert!(!installed["registry"].as_object().unwrap().is_empty(), "{name} is in the registry");
}

/// The author's own machine and the server refuse it by the same rules, with the fix.
async fn refusal(author: &Author, known: &Known, case: &Case, package: Vec<u8>) {
    let name = format!("{}/{}", known.description.id, case.name);
    let draft = draft(known, case);
    let found = survey(&known.adapter, &draft, &sealed(&package), &Limits::default()).await;
    let Err(PipelineError::Contents(findings)) = found else { panic!("{name}: {found:?}") };
    let found: BTreeSet<String> = findings.iter().map(|finding| finding.rule.clone()).collect();
    assert_eq!(Some(&found), case.refused.as_ref(), "{name}: {findings:#?}");

    let manifest = draft.fill(&author.id, &Digest::of(&package)).unwrap().sign(&author.key);
    let release = Release { manifest: manifest.to_json().to_string(), package };
    let (status, problem) = author.person.submit(&known.description.id, &release).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {problem:#}");
    let said: BTreeSet<String> = rules(&problem).into_iter().map(str::to_owned).collect();
    assert_eq!(said, found, "{name}: the server says the same");
}
