//! The same program on PostgreSQL.

use marketplace::account::Scope;
use reqwest::StatusCode;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn an_item_is_published_installed_found_and_uninstalled_on_postgresql_too() {
    let Some(house) = House::on_postgres().await else { return };
    let author = house.author("ada").await;
    house.publish_note(&author, "hello", "1.0.0", "metrics, please", &["data:read.metrics"]).await;
    let (_, found) = house.visitor().get("/api/v1/marketplace/notes/items?q=hel").await;
    assert_eq!(found["items"][0]["slug"], "hello");

    let home = house.person("home", &[Scope::Install]).await;
    let (status, plan) = home.install("notes/hello", json!({ "dry_run": true })).await;
    assert_eq!(status, StatusCode::OK, "{plan:#}");
    let (status, installed) = home.install("notes/hello", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{installed:#}");
    assert_eq!(installed["files"], plan["files"]);
    let (_, registry) = home.get("/api/v1/marketplace/notes/registry").await;
    assert_eq!(registry["entries"][0]["key"], "hello");
    assert_eq!(home.delete("/api/v1/marketplace/notes/items/hello/install").await.0, StatusCode::NO_CONTENT);
    assert!(home.installed().await.is_empty());
}

#[tokio::test]
async fn the_cap_holds_on_postgresql_when_everybody_installs_at_once() {
    let Some(house) = House::on_postgres().await else { return };
    let author = house.author("ada").await;
    let names = ["n1", "n2", "n3", "n4", "n5"];
    for name in names {
        house.publish_note(&author, name, "1.0.0", name, &[]).await;
    }
    let home = house.person("home", &[Scope::Install]).await;
    let items = names.map(|name| format!("notes/{name}"));
    let answers =
        futures_util::future::join_all(items.iter().map(|item| home.install(item, json!({})))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count(), 2);
}
