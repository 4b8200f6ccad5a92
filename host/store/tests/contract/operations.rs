//! Long work: what is noted of it, and for whom.

use marketplace_store::{OperationRow, OperationState};
use serde_json::json;

use crate::contract;
use crate::support::{Db, event, id};

contract![
    an_operation_is_noted_and_then_how_it_ended,
    what_has_ended_stays_as_it_ended,
    an_operation_is_its_tenants_alone,
    a_stop_interrupts_what_ran_on_that_node_and_nothing_else,
    operations_are_listed_newest_first,
    what_ended_long_ago_is_forgotten,
];

fn running(number: u8) -> OperationRow {
    OperationRow {
        id: format!("01890000-0000-7000-8000-0000000000{number:02}"),
        tenant: id("acme"),
        about: json!({ "kind": "install", "slug": "hello" }),
        node: "here".into(),
        state: OperationState::Running,
        answer: None,
        created_at: 1_000,
        ended_at: None,
    }
}

/// Ended just now: at the start of this hour, so that it is the same whenever a test asks.
fn succeeded(number: u8) -> OperationRow {
    let hours = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() / 3600;
    OperationRow {
        state: OperationState::Succeeded,
        answer: Some((201, json!({ "slug": "hello" }))),
        ended_at: Some(i64::try_from(hours * 3_600_000).unwrap()),
        ..running(number)
    }
}

async fn acme(db: &Db) {
    db.ensure_tenant(&id("acme"), event("tenant.created")).await.unwrap();
}

async fn an_operation_is_noted_and_then_how_it_ended(db: &Db) {
    acme(db).await;
    db.note_operation(&running(1)).await.unwrap();
    assert_eq!(db.operation(&id("acme"), &running(1).id).await.unwrap(), Some(running(1)));
    let ended = succeeded(1);
    db.note_operation(&ended).await.unwrap();
    assert_eq!(db.operation(&id("acme"), &ended.id).await.unwrap(), Some(ended));
    // Notes are no changes: the log has only the tenant.
    assert_eq!(db.actions().await, ["tenant.created"]);
}

async fn what_has_ended_stays_as_it_ended(db: &Db) {
    acme(db).await;
    let ended = succeeded(1);
    db.note_operation(&ended).await.unwrap();
    db.note_operation(&running(1)).await.unwrap();
    db.interrupt_operations("here").await.unwrap();
    assert_eq!(db.operation(&id("acme"), &ended.id).await.unwrap(), Some(ended));
}

async fn an_operation_is_its_tenants_alone(db: &Db) {
    acme(db).await;
    db.note_operation(&running(1)).await.unwrap();
    assert_eq!(db.operation(&id("other"), &running(1).id).await.unwrap(), None);
    assert_eq!(db.operations(&id("other"), 10, None).await.unwrap().items, []);
    assert_eq!(db.operation(&id("acme"), "no\0id").await.unwrap(), None);
}

async fn a_stop_interrupts_what_ran_on_that_node_and_nothing_else(db: &Db) {
    acme(db).await;
    let elsewhere = OperationRow { node: "elsewhere".into(), ..running(2) };
    for row in [&running(1), &elsewhere, &succeeded(3)] {
        db.note_operation(row).await.unwrap();
    }
    assert_eq!(db.interrupt_operations("here").await.unwrap(), 1);
    assert_eq!(db.interrupt_operations("here").await.unwrap(), 0);
    let states = db.operations(&id("acme"), 10, None).await.unwrap().items.into_iter().map(|row| row.state);
    use OperationState::{Interrupted, Running, Succeeded};
    assert_eq!(states.collect::<Vec<_>>(), [Succeeded, Running, Interrupted]);
}

async fn operations_are_listed_newest_first(db: &Db) {
    acme(db).await;
    for number in 1..=3 {
        db.note_operation(&running(number)).await.unwrap();
    }
    let first = db.operations(&id("acme"), 2, None).await.unwrap();
    assert_eq!(first.items, [running(3), running(2)]);
    let second = db.operations(&id("acme"), 2, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!((second.items, second.next_cursor), (vec![running(1)], None));
}

async fn what_ended_long_ago_is_forgotten(db: &Db) {
    acme(db).await;
    let long_ago = OperationRow { ended_at: Some(2_000), ..succeeded(1) };
    for row in [&long_ago, &succeeded(2), &running(3)] {
        db.note_operation(row).await.unwrap();
    }
    db.interrupt_operations("elsewhere").await.unwrap();
    assert_eq!(db.operations(&id("acme"), 10, None).await.unwrap().items, [running(3), succeeded(2)]);
}
