//! Authors' keys: one is active; the others are retired, or revoked.

use marketplace_store::{CommitError, KeyError, SubmitError};

use crate::contract;
use crate::support::*;

contract![
    a_rotated_key_signs_nothing_new_and_what_it_signed_is_installed,
    a_rotation_is_guarded_by_the_key_it_retires,
    of_many_rotations_at_once_one_wins,
    rotate_against_revoke_leaves_no_revoked_key_in_force,
    a_key_is_added_where_none_is_in_force,
    a_key_is_revoked_once_with_its_reason,
    a_retired_key_can_be_revoked,
    a_key_never_comes_back,
    a_secret_that_signs_nothing_any_more_is_gone,
];

async fn a_rotated_key_signs_nothing_new_and_what_it_signed_is_installed(db: &Db) {
    let (ada, first) = world(db).await;
    let who = (ada.clone(), first.clone());
    let release = publish(db, submission(&who, "cpu", "1.0.0")).await;
    let second = db.rotate_key(&ada.id, &first.id, key("second"), event("key.rotated")).await.unwrap();
    assert_eq!(db.active_key(&ada.id).await.unwrap().as_ref(), Some(&second));

    db.commit_install(installation(&release, "acme"), event("item.installed")).await.unwrap();
    let refused = db.submit(submission(&who, "cpu", "2.0.0"), event("release.submitted")).await;
    assert!(matches!(refused, Err(SubmitError::KeyRevoked(_))), "{refused:?}");
    submit(db, submission(&(ada.clone(), second.clone()), "cpu", "2.0.0")).await;

    let keys = db.keys_of(&ada.id).await.unwrap();
    assert_eq!(keys.iter().map(|key| &key.id).collect::<Vec<_>>(), [&first.id, &second.id], "oldest first");
    assert_eq!(keys.iter().map(marketplace_store::AuthorKey::is_active).collect::<Vec<_>>(), [false, true]);
    assert!(keys[0].retired_at.is_some() && keys[0].revoked_at.is_none());
}

async fn a_rotation_is_guarded_by_the_key_it_retires(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let (eve, hers) = author(db, "evil", "eve").await;
    let second = db.rotate_key(&ada.id, &first.id, key("second"), event("key.rotated")).await.unwrap();
    for (author, old) in [(&ada.id, &first.id), (&ada.id, &hers.id), (&eve.id, &second.id)] {
        let refused = db.rotate_key(author, old, key("third"), event("key.rotated")).await;
        assert!(matches!(refused, Err(KeyError::Changed(_))), "{refused:?}");
    }
    let refused = db.rotate_key(&ada.id, "no\0uuid", key("third"), event("key.rotated")).await;
    assert!(matches!(refused, Err(KeyError::Changed(_))), "{refused:?}");
    let taken = db.rotate_key(&ada.id, &second.id, key("key of eve"), event("key.rotated")).await;
    assert!(matches!(taken, Err(KeyError::Taken { .. })), "{taken:?}");
    assert_eq!(db.active_key(&ada.id).await.unwrap(), Some(second), "a refused rotation retires nothing");
    let rotations = db.actions().await.iter().filter(|action| *action == "key.rotated").count();
    assert_eq!(rotations, 1);
}

async fn of_many_rotations_at_once_one_wins(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (store, ada, old) = ((**db).clone(), ada.id.clone(), first.id.clone());
        let new = key(&format!("new {number}"));
        tasks.spawn(async move { store.rotate_key(&ada, &old, new, event("key.rotated")).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert!(matches!(outcome, Err(KeyError::Changed(_))), "{outcome:?}");
    }
    assert_eq!(db.keys_of(&ada.id).await.unwrap().len(), 2);
}

async fn rotate_against_revoke_leaves_no_revoked_key_in_force(db: &Db) {
    for round in 0..5 {
        let (ada, first) = author(db, "acme", &format!("author{round}")).await;
        let (rotated, revoked) = tokio::join!(
            db.rotate_key(&ada.id, &first.id, key(&format!("new {round}")), event("key.rotated")),
            db.revoke_key(&first.id, event("key.revoked").because("stolen"))
        );
        assert!(revoked.unwrap().unwrap().revoked_at.is_some(), "revoke wins");
        let active = db.active_key(&ada.id).await.unwrap();
        match rotated {
            Ok(second) => assert_eq!(active, Some(second)),
            Err(error) => {
                assert!(matches!(error, KeyError::Changed(_)), "{error:?}");
                assert_eq!(active, None);
            }
        }
    }
}

async fn a_key_is_added_where_none_is_in_force(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let refused = db.add_key(&ada.id, key("second"), event("key.added")).await;
    assert!(matches!(refused, Err(KeyError::Changed(_))), "a key in force is rotated: {refused:?}");
    db.revoke_key(&first.id, event("key.revoked").because("lost")).await.unwrap().unwrap();
    assert_eq!(db.active_key(&ada.id).await.unwrap(), None);
    let second = db.add_key(&ada.id, key("second"), event("key.added")).await.unwrap();
    assert_eq!(db.active_key(&ada.id).await.unwrap(), Some(second));
    let unknown = db.add_key(&id("nobody"), key("third"), event("key.added")).await;
    assert!(matches!(unknown, Err(KeyError::AuthorUnknown(_))), "{unknown:?}");
}

async fn a_key_is_revoked_once_with_its_reason(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let lost = event("key.revoked").because("the laptop was stolen");
    let revoked = db.revoke_key(&first.id, lost).await.unwrap().unwrap();
    assert!(revoked.revoked_at.is_some());
    assert_eq!(revoked.revoked_reason.as_deref(), Some("the laptop was stolen"));
    let again = db.revoke_key(&first.id, event("key.revoked").because("again")).await.unwrap();
    assert_eq!(again.as_ref(), Some(&revoked), "revoking twice keeps the first reason");
    assert_eq!(db.keys_of(&ada.id).await.unwrap(), [revoked]);
    assert_eq!(db.revoke_key("no\0uuid", event("key.revoked")).await.unwrap(), None);
    assert_eq!(db.actions().await.iter().filter(|action| *action == "key.revoked").count(), 1);
}

async fn a_retired_key_can_be_revoked(db: &Db) {
    let who = world(db).await;
    let release = publish(db, submission(&who, "cpu", "1.0.0")).await;
    let (ada, first) = who;
    let second = db.rotate_key(&ada.id, &first.id, key("second"), event("key.rotated")).await.unwrap();
    db.revoke_key(&first.id, event("key.revoked").because("found on a disk")).await.unwrap().unwrap();
    let refused = db.commit_install(installation(&release, "acme"), event("item.installed")).await;
    assert!(matches!(refused, Err(CommitError::KeyRevoked)), "{refused:?}");
    assert_eq!(db.active_key(&ada.id).await.unwrap(), Some(second), "the one in force is untouched");
}

async fn a_key_never_comes_back(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    let second = db.rotate_key(&ada.id, &first.id, key("second"), event("key.rotated")).await.unwrap();
    let back = db.rotate_key(&ada.id, &second.id, key("key of ada"), event("key.rotated")).await;
    assert!(matches!(back, Err(KeyError::Taken { .. })), "{back:?}");
    db.revoke_key(&second.id, event("key.revoked")).await.unwrap().unwrap();
    let back = db.add_key(&ada.id, key("second"), event("key.added")).await;
    assert!(matches!(back, Err(KeyError::Taken { .. })), "{back:?}");
    assert_eq!(db.active_key(&ada.id).await.unwrap(), None, "no earlier key takes over by itself");
}

async fn a_secret_that_signs_nothing_any_more_is_gone(db: &Db) {
    let (ada, first) = author(db, "acme", "ada").await;
    assert!(first.held_secret.is_some());
    assert!(!format!("{first:?}").contains("255"), "no secret in a log, not even encrypted");
    let second = db.rotate_key(&ada.id, &first.id, key("second"), event("key.rotated")).await.unwrap();
    assert!(second.held_secret.is_some());
    db.revoke_key(&second.id, event("key.revoked")).await.unwrap().unwrap();
    for key in db.keys_of(&ada.id).await.unwrap() {
        assert_eq!(key.held_secret, None);
    }
}
