//! The commit point, and what is installed.

use std::collections::BTreeSet;

use marketplace_store::{CommitError, ItemQuery, Status};
use serde_json::json;

use crate::contract;
use crate::support::*;

contract![
    a_twin_is_what_anybody_has_of_the_release_by_the_same_component,
    an_installation_comes_back_as_it_went_in,
    two_hundred_installs_at_cap_three_make_three_each_time,
    n_equal_installs_make_one_commit,
    an_update_is_not_counted_anew,
    a_withdrawn_release_is_not_installed,
    what_was_not_verified_is_not_installed,
    a_revoked_key_stops_new_installs,
    revoke_against_install_has_one_outcome,
    a_registry_key_belongs_to_its_item,
    registry_entries_follow_their_item,
    an_uninstall_leaves_nothing_behind,
    installs_are_counted_by_tenant,
    a_tree_and_a_blob_are_named_while_a_row_names_them,
];

async fn an_installation_comes_back_as_it_went_in(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = installation(&release, "acme");
    let live = db.commit_install(new.clone(), event("item.installed")).await.unwrap();
    assert_eq!(live.version, id("1.0.0"));
    assert_eq!((&live.files, &live.grants, &live.permissions), (&new.files, &new.grants, &new.permissions));
    assert_eq!(db.installation(&new.tenant, &new.category, &new.slug).await.unwrap().as_ref(), Some(&live));
    assert_eq!(db.installations(&new.tenant).await.unwrap(), [live]);
    assert_eq!(db.live_trees().await.unwrap(), BTreeSet::from([new.tree_sha256]));
    let entries = db.registry(&new.tenant, &new.category).await.unwrap();
    assert_eq!((entries[0].key.as_str(), &entries[0].value), ("widget/cpu", &json!({"entry": "index.js"})));
    let unknown = db.commit_install(installation(&release, "nobody"), event("item.installed")).await;
    assert!(matches!(unknown, Err(CommitError::TenantUnknown(_))), "{unknown:?}");
}

async fn two_hundred_installs_at_cap_three_make_three_each_time(db: &Db) {
    let ada = world(db).await;
    let mut releases = Vec::new();
    for number in 0..200 {
        releases.push(publish(db, submission(&ada, &format!("item{number}"), "1.0.0")).await);
    }
    let (acme, widgets) = (id("acme"), id("widgets"));
    let other = db.again().await;
    for round in 0..5 {
        let mut tasks = tokio::task::JoinSet::new();
        for (number, release) in releases.iter().enumerate() {
            let store = if number % 2 == 0 { (**db).clone() } else { other.clone() };
            let new = installation(release, "acme");
            tasks.spawn(async move { store.commit_install(new, event("item.installed")).await });
        }
        let outcomes = tasks.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "round {round}");
        for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
            // Each is told of the cap: nobody waited in vain for the database.
            assert!(matches!(outcome, Err(CommitError::CapReached { cap: 3, installed: 3 })), "{outcome:?}");
        }
        assert_eq!(db.install_counts(&acme).await.unwrap()[&widgets], 3);
        for live in db.installations(&acme).await.unwrap() {
            db.remove_installation(&acme, &widgets, &live.slug, event("item.removed"))
                .await
                .unwrap()
                .unwrap();
        }
    }
    let events = db.actions().await;
    let count = |action: &str| events.iter().filter(|event| *event == action).count();
    assert_eq!((count("item.installed"), count("item.removed")), (15, 15));
    other.close().await;
}

async fn n_equal_installs_make_one_commit(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, new) = ((**db).clone(), installation(&release, "acme"));
        tasks.spawn(async move { store.commit_install(new, event("item.installed")).await.unwrap() });
    }
    let all = tasks.join_all().await;
    assert!(all.iter().all(|one| *one == all[0]), "one answer");
    assert_eq!(
        db.actions().await.iter().filter(|action| *action == "item.installed").count(),
        1,
        "one commit"
    );
    assert_eq!(db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap().item.card.installs, 1);
}

async fn an_update_is_not_counted_anew(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = publish(db, submission(&ada, "cpu", "2.0.0")).await;
    let other = publish(db, submission(&ada, "ram", "1.0.0")).await;
    let capped = |release| {
        let mut installation = installation(release, "acme");
        installation.cap = Some(1);
        installation
    };
    let first = db.commit_install(capped(&old), event("item.installed")).await.unwrap();
    let full = db.commit_install(capped(&other), event("item.installed")).await;
    assert!(matches!(full, Err(CommitError::CapReached { cap: 1, installed: 1 })), "{full:?}");
    let updated = db.commit_install(capped(&new), event("item.installed")).await.unwrap();
    assert_eq!((updated.version.clone(), updated.installed_at), (id("2.0.0"), first.installed_at));
    assert_eq!(db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap().item.card.installs, 1);
    let mut unlimited = capped(&other);
    unlimited.cap = None;
    db.commit_install(unlimited, event("item.installed")).await.unwrap();
    assert_eq!(db.install_counts(&id("acme")).await.unwrap()[&id("widgets")], 2);
}

async fn a_withdrawn_release_is_not_installed(db: &Db) {
    let ada = world(db).await;
    let pending = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let refuse = async |status: Status| {
        let refused = db.commit_install(installation(&pending, "acme"), event("item.installed")).await;
        assert!(
            matches!(refused, Err(CommitError::ReleaseWithdrawn { status: s }) if s == status),
            "{refused:?}"
        );
    };
    refuse(Status::Pending).await;
    decide(db, &pending, Status::Pending, Status::Approved).await;
    decide(db, &pending, Status::Approved, Status::Flagged).await;
    refuse(Status::Flagged).await;
}

async fn what_was_not_verified_is_not_installed(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    publish(db, submission(&ada, "ram", "1.0.0")).await;
    let good = installation(&release, "acme");
    let mut wrong = vec![good.clone(), good.clone(), good.clone(), good.clone(), good];
    wrong[0].manifest_sha256 = digest("another manifest");
    wrong[1].package_sha256 = digest("another package");
    wrong[2].slug = id("ram");
    wrong[3].release_id = "01890000-0000-7000-8000-000000000000".into();
    wrong[4].release_id = "\0".into();
    for new in wrong {
        let refused = db.commit_install(new, event("item.installed")).await;
        assert!(matches!(refused, Err(CommitError::ReleaseChanged)), "{refused:?}");
    }
}

async fn a_revoked_key_stops_new_installs(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap();
    let refused = db.commit_install(installation(&release, "acme"), event("item.installed")).await;
    assert!(matches!(refused, Err(CommitError::KeyRevoked)), "{refused:?}");
    assert_eq!(db.installations(&id("acme")).await.unwrap(), []);
}

async fn revoke_against_install_has_one_outcome(db: &Db) {
    let ada = world(db).await;
    for round in 0..5 {
        let name = format!("author{round}");
        let who = author(db, "acme", &name).await;
        let release = publish(db, submission(&who, &format!("item{round}"), "1.0.0")).await;
        let mut new = installation(&release, "acme");
        new.cap = None;
        let (install, revoke) = tokio::join!(
            db.commit_install(new, event("item.installed")),
            db.revoke_key(&who.1.id, event("key.revoked"))
        );
        assert!(revoke.unwrap().unwrap().revoked_at.is_some());
        let installed = db.installation(&id("acme"), &release.category, &release.slug).await.unwrap();
        match install {
            Ok(_) => assert!(installed.is_some()),
            Err(error) => {
                assert!(matches!(error, CommitError::KeyRevoked), "{error:?}");
                assert_eq!(installed, None);
            }
        }
    }
    drop(ada);
}

async fn a_registry_key_belongs_to_its_item(db: &Db) {
    let ada = world(db).await;
    let (widgets, acme) = (id("widgets"), id("acme"));
    let register = async |slug: &str, registry: &[(&str, serde_json::Value)]| {
        let release = match db.approved_release(&id("widgets"), &id(slug), None).await.unwrap() {
            Some(release) => release,
            None => publish(db, submission(&ada, slug, "1.0.0")).await,
        };
        let mut new = installation(&release, "acme");
        new.registry = registry.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        db.commit_install(new, event("item.installed")).await
    };
    let entries = async || {
        let entries = db.registry(&id("acme"), &id("widgets")).await.unwrap().into_iter();
        entries.map(|entry| format!("{} {} {}", entry.key, entry.slug, entry.value)).collect::<Vec<_>>()
    };
    register("ram", &[("main", json!(1)), ("Z", json!(2))]).await.unwrap();
    register("cpu", &[("main", json!(3)), ("a", json!(4))]).await.unwrap();
    assert_eq!(entries().await, ["Z ram 2", "a cpu 4", "main cpu 3", "main ram 1"], "by key, then by name");

    register("cpu", &[("main", json!(5))]).await.unwrap();
    assert_eq!(entries().await, ["Z ram 2", "main cpu 5", "main ram 1"], "each replaces its own");
    let repeated = register("cpu", &[("twice", json!(1)), ("twice", json!(1))]).await;
    assert!(matches!(repeated, Err(CommitError::RegistryKeyRepeated { .. })), "{repeated:?}");
    db.remove_installation(&acme, &widgets, &id("ram"), event("item.removed")).await.unwrap().unwrap();
    assert_eq!(entries().await, ["main cpu 5"], "each takes only its own along");
}

async fn registry_entries_follow_their_item(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = publish(db, submission(&ada, "cpu", "2.0.0")).await;
    db.commit_install(installation(&old, "acme"), event("item.installed")).await.unwrap();
    let mut update = installation(&new, "acme");
    update.registry = vec![("renamed".into(), json!(null))];
    db.commit_install(update, event("item.installed")).await.unwrap();
    let entries = db.registry(&id("acme"), &id("widgets")).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].key.as_str(), &entries[0].version), ("renamed", &id("2.0.0")));
    assert_eq!(db.live_trees().await.unwrap().len(), 1, "the old folder may be swept");
}

async fn an_uninstall_leaves_nothing_behind(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let (tenant, category, slug) = (id("acme"), id("widgets"), id("cpu"));
    let live = db.commit_install(installation(&release, "acme"), event("item.installed")).await.unwrap();
    let removed = db.remove_installation(&tenant, &category, &slug, event("item.removed")).await.unwrap();
    assert_eq!(removed, Some(live));
    let again = db.remove_installation(&tenant, &category, &slug, event("item.removed")).await.unwrap();
    assert_eq!(again, None);
    assert_eq!(db.registry(&tenant, &category).await.unwrap(), []);
    assert!(db.live_trees().await.unwrap().is_empty());
    assert!(db.install_counts(&tenant).await.unwrap().is_empty());
    assert_eq!(db.item(&category, &slug).await.unwrap().unwrap().item.card.installs, 0);
    assert_eq!(db.actions().await.iter().filter(|action| *action == "item.removed").count(), 1);
}

async fn installs_are_counted_by_tenant(db: &Db) {
    let ada = world(db).await;
    let cpu = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    publish(db, submission(&ada, "ram", "1.0.0")).await;
    for tenant in ["one", "two"] {
        db.ensure_tenant(&id(tenant), event("tenant.created")).await.unwrap();
        db.commit_install(installation(&cpu, tenant), event("item.installed")).await.unwrap();
    }
    let query = ItemQuery { sort: marketplace_store::Sort::Installs, ..ItemQuery::default() };
    let page = db.list_items(&query).await.unwrap();
    let counts: Vec<_> = page.items.iter().map(|card| (card.slug.to_string(), card.installs)).collect();
    assert_eq!(counts, [("cpu".to_owned(), 2), ("ram".to_owned(), 0)]);
}

async fn a_tree_and_a_blob_are_named_while_a_row_names_them(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = installation(&release, "acme");
    let (tree, package, component) = (new.tree_sha256, new.package_sha256, digest("widgets"));
    assert!(!db.names_tree(&tree).await.unwrap(), "not before the commit");
    assert!(db.names_blob(&package).await.unwrap(), "by the release");
    assert!(db.names_blob(&component).await.unwrap(), "by the category");

    db.commit_install(new.clone(), event("item.installed")).await.unwrap();
    assert!(db.names_tree(&tree).await.unwrap());
    assert!(!db.names_tree(&package).await.unwrap(), "a blob is no tree");
    assert!(!db.names_blob(&tree).await.unwrap(), "a tree is no blob");
    assert!(!db.names_blob(&digest("stray")).await.unwrap());

    db.remove_installation(&new.tenant, &new.category, &new.slug, event("item.removed")).await.unwrap();
    assert!(!db.names_tree(&tree).await.unwrap());
    assert!(db.names_blob(&package).await.unwrap(), "the release stays");
    let mut newer = category("widgets");
    newer.component_sha256 = digest("a newer component");
    db.put_category(newer, event("category.put")).await.unwrap();
    assert!(db.names_blob(&component).await.unwrap(), "the category can go back to it");
    assert!(db.live_blobs().await.unwrap().contains(&component));
}

async fn a_twin_is_what_anybody_has_of_the_release_by_the_same_component(db: &Db) {
    let who = world(db).await;
    let release = publish(db, submission(&who, "clock", "1.0.0")).await;
    let adapter = digest("widgets");
    assert_eq!(db.twin(&release, &adapter).await.unwrap(), None, "nobody has it");
    db.ensure_tenant(&id("home"), event("tenant.created")).await.unwrap();
    let new = installation(&release, "home");
    db.commit_install(new.clone(), event("item.installed")).await.unwrap();
    let twin = db.twin(&release, &adapter).await.unwrap().unwrap();
    assert_eq!((twin.tree_sha256, &twin.files, &twin.grants), (new.tree_sha256, &new.files, &new.grants));
    assert_eq!(twin.registry.into_iter().collect::<Vec<_>>(), new.registry);
    assert_eq!(
        db.twin(&release, &digest("another")).await.unwrap(),
        None,
        "another component may say otherwise"
    );
    let other = publish(db, submission(&who, "clock", "2.0.0")).await;
    assert_eq!(db.twin(&other, &adapter).await.unwrap(), None, "another release");
    db.remove_installation(&id("home"), &release.category, &release.slug, event("item.uninstalled"))
        .await
        .unwrap();
    assert_eq!(db.twin(&release, &adapter).await.unwrap(), None, "gone with its last owner");
}
