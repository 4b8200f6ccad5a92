//! Work that is held in the middle: called off before it commits, and shared by who asks for the same.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::server::Server;
use crate::world::{Database, World};
use crate::{Options, Tally, invariants};

const INSTALL: &str = "/api/v1/marketplace/notes/items/anna/install";

pub fn until_the_commit(_: &Options, runtime: &Runtime) -> Tally {
    let world = runtime.block_on(World::new(Database::Sqlite)).unwrap();
    let before = ["fetch.open", "unpack.begin", "unpack.entry", "unpack.end"];
    let after = ["tree.build", "tree.sync", "tree.rename", "install.commit"];
    for step in before {
        runtime.block_on(cancelled(&world, step));
    }
    for step in after {
        runtime.block_on(too_late(&world.again(), step));
    }
    runtime.block_on(shared(&world.again()));
    vec![
        ("steps at which it is cancelled, and nothing is left".into(), before.len() as u64),
        ("steps at which it is too late".into(), after.len() as u64),
    ]
}

/// A server that pauses at a step instead of being held there for ever.
fn pausing(world: &World, step: &str, milliseconds: u32) -> Server {
    world.server().failing(step, &format!("sleep({milliseconds})")).start().unwrap()
}

async fn begin(world: &World, address: &str) -> Value {
    let request = crate::house::http_client().post(format!("{address}{INSTALL}"));
    let request = request.bearer_auth(world.home()).header("prefer", "respond-async").body("{}");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    response.json().await.unwrap()
}

async fn at_stage(world: &World, address: &str, id: &str, stages: &[&str]) {
    for _ in 0..500 {
        let operation = world.get(address, &format!("/api/v1/marketplace/operations/{id}")).await;
        if stages.iter().any(|stage| operation["progress"]["stage"] == *stage) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("it never came to {stages:?}");
}

async fn cancelled(world: &World, step: &str) {
    let server = pausing(world, step, 400);
    let id = begin(world, &server.address).await["id"].as_str().unwrap().to_owned();
    at_stage(world, &server.address, &id, &["fetch", "unpack"]).await;
    // Somebody else waits for the same.
    let waits = world.call(&server.address, Method::POST, INSTALL, Some(json!({})));
    let cancels = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let path = format!("/api/v1/marketplace/operations/{id}/cancel");
        world.call(&server.address, Method::POST, &path, None).await.unwrap()
    };
    let (waited, (status, operation)) = tokio::join!(waits, cancels);
    assert_eq!((status, &operation["state"]), (StatusCode::OK, &json!("cancelled")), "{step}: {operation:#}");
    let (status, problem) = waited.unwrap();
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("cancelled")),
        "{step}: {problem:#}"
    );
    // The thread that was in the middle of it notices, and takes its files with it.
    invariants::staging_is_empty(world).await;
    invariants::hold(world, &server).await;
    assert!(world.state(&server.address).await.0.iter().all(|(slug, _)| slug != "anna"), "{step}");
}

async fn too_late(world: &World, step: &str) {
    let server = pausing(world, step, 400);
    let id = begin(world, &server.address).await["id"].as_str().unwrap().to_owned();
    at_stage(world, &server.address, &id, &["commit"]).await;
    let path = format!("/api/v1/marketplace/operations/{id}/cancel");
    let (status, problem) = world.call(&server.address, Method::POST, &path, None).await.unwrap();
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("operation_committed")), "{step}");
    let (status, _) = world.call(&server.address, Method::POST, INSTALL, Some(json!({}))).await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{step}");
    invariants::hold(world, &server).await;
}

async fn shared(world: &World) {
    let server = pausing(world, "unpack.begin", 300);
    let (first, second) = tokio::join!(begin(world, &server.address), begin(world, &server.address));
    assert_eq!(first["id"], second["id"], "equal requests at once are one operation");
    let other = crate::house::http_client().post(format!("{}{INSTALL}", server.address));
    let other =
        other.bearer_auth(world.home()).header("prefer", "respond-async").body(r#"{"dry_run": true}"#);
    let other: Value = other.send().await.unwrap().json().await.unwrap();
    assert_ne!(other["id"], first["id"], "a dry run is another wish");
    // A kill in the middle of it: who looks afterwards is told.
    server.kill();
    let server = world.server().start().unwrap();
    let path = format!("/api/v1/marketplace/operations/{}", first["id"].as_str().unwrap());
    let operation = world.get(&server.address, &path).await;
    assert_eq!(operation["state"], "interrupted");
    assert_eq!(operation["answer"]["code"], "interrupted");
}
