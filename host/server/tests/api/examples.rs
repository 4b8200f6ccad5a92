//! The packages of `examples/`, each from its folder to installed, unchanged.

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, Person, Release, pack_folder};

fn folders(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The examples as the build put them together, with the components that they build.
fn packages() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages")
}

async fn house_with_people() -> (House, Person) {
    let house = House::open().await;
    house.license("studio", Tier::Pro, json!({})).await;
    house.register("studio", None).await;
    let studio = house.person("studio", &[Scope::Publish, Scope::Moderate, Scope::Install]).await;
    (house, studio)
}

#[tokio::test]
async fn every_example_is_published_approved_and_installed() {
    let (house, studio) = house_with_people().await;
    marketplace::cli::extract_examples(&packages()).unwrap();
    let mut installed = 0;
    for category in folders(&packages()) {
        if house.market.categories.all().await.unwrap().find(&name(&category)).is_none() {
            continue;
        }
        for item in folders(&category) {
            let what = format!("{}/{}", name(&category), name(&item));
            let release = Release {
                manifest: std::fs::read_to_string(item.join("manifest.yaml")).unwrap(),
                package: pack_folder(&item.join("package")),
            };
            let (status, submitted) = studio.submit(&name(&category), &release).await;
            assert_eq!(status, StatusCode::CREATED, "{what}: {submitted:#}");
            let id = submitted["id"].as_str().unwrap();
            let path = format!("/cp/api/v1/admin/marketplace/queue/{id}/approve");
            assert_eq!(studio.post(&path, json!({ "note": "fine" })).await.0, StatusCode::NO_CONTENT);

            let (status, done) = studio.install(&what, json!({})).await;
            assert_eq!(status, StatusCode::CREATED, "{what}: {done:#}");
            assert!(!done["registry"].as_object().unwrap().is_empty(), "{what} registers something");
            let folder = house.data.path().join(done["folder"].as_str().unwrap());
            for file in done["files"].as_array().unwrap() {
                let path = folder.join(file["path"].as_str().unwrap());
                assert_eq!(std::fs::metadata(&path).unwrap().len(), file["size"].as_u64().unwrap(), "{what}");
            }
            installed += 1;
        }
        assert!(folders(&category).len() >= 2, "at least two of each category");
    }
    assert_eq!(installed, 10);
    assert_eq!(studio.installed().await.len(), 10);
}

/// What a permission taken away from an example's manifest leads to.
#[tokio::test]
async fn an_example_that_declares_less_than_it_needs_is_refused_with_what_is_missing() {
    let (_house, studio) = house_with_people().await;
    marketplace::cli::extract_examples(&packages()).unwrap();
    for what in ["apps/miniflux", "widgets/system-pulse", "plugins/weather"] {
        let item = packages().join(what);
        let text = std::fs::read_to_string(item.join("manifest.yaml")).unwrap();
        let at = text.find("permissions:").unwrap();
        let manifest = format!("{}permissions: []\n", &text[..at]);
        let release = Release { manifest, package: pack_folder(&item.join("package")) };
        let (status, problem) = studio.submit(what.split_once('/').unwrap().0, &release).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {problem:#}");
        assert_eq!(problem["code"], "permissions_undeclared", "{what}: {problem:#}");
        let missing: Vec<&Value> =
            problem["findings"].as_array().unwrap().iter().map(|f| &f["subject"]).collect();
        assert!(
            !missing.is_empty() && missing.iter().all(|one| text.contains(one.as_str().unwrap())),
            "{missing:?}"
        );
    }
}

#[tokio::test]
async fn a_theme_asks_for_nothing_whatever_it_is() {
    let (_house, studio) = house_with_people().await;
    marketplace::cli::extract_examples(&packages()).unwrap();
    let item = packages().join("themes/harbour");
    let text = std::fs::read_to_string(item.join("manifest.yaml")).unwrap();
    let mut manifest: String =
        text.lines().filter(|line| !line.starts_with("permissions")).collect::<Vec<_>>().join("\n");
    manifest.push_str("\npermissions: [network]\n");
    let (status, problem) =
        studio.submit("themes", &Release { manifest, package: pack_folder(&item.join("package")) }).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("permissions_refused"))
    );
}
