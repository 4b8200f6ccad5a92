//! Yanks, blocks and revoked keys, and what they do to what is listed and installed.

use marketplace_store::{
    BlockError, BlockTarget, CommitError, Installation, ItemQuery, Release, Revocation, Status, SubmitError,
    Taken, YankError,
};

use crate::contract;
use crate::support::*;

contract![
    a_yanked_release_is_not_offered_and_is_offered_again,
    a_yank_leaves_the_release_to_whoever_has_it,
    a_yank_is_of_an_approved_release_and_keeps_its_reason,
    a_block_takes_away_from_everybody_until_it_is_lifted,
    each_target_meets_what_it_names_and_nothing_else,
    a_block_holds_for_what_comes_after_it,
    a_thing_is_blocked_once_at_a_time,
    of_several_withdrawals_the_strongest_shows,
    what_a_revoked_key_signed_is_marked,
    block_against_install_ends_refused_or_disabled,
    yank_against_install_has_one_outcome,
    block_against_submit_has_one_outcome,
    the_feed_has_every_withdrawal_that_holds,
    every_withdrawal_raises_the_version_of_the_feed,
    blocks_are_listed_newest_first,
];

fn package(release: &Release) -> BlockTarget {
    BlockTarget::Package { sha256: release.package_sha256 }
}

fn item(release: &Release) -> BlockTarget {
    BlockTarget::Item { category: release.category.clone(), slug: release.slug.clone() }
}

fn signer(fingerprint: &str) -> BlockTarget {
    BlockTarget::Key { fingerprint: fingerprint.into() }
}

async fn block(db: &Db, target: &BlockTarget) -> String {
    db.block(target, "malware", "operator", event("block.added")).await.unwrap().block.id
}

async fn lift(db: &Db, block: &str) {
    db.lift_block(block, "a false alarm", "operator", event("block.lifted")).await.unwrap();
}

async fn install(db: &Db, release: &Release) -> Result<Installation, CommitError> {
    let mut new = installation(release, "acme");
    new.cap = None;
    db.commit_install(new, event("item.installed")).await
}

async fn installed(db: &Db, release: &Release) -> Installation {
    db.installation(&id("acme"), &release.category, &release.slug).await.unwrap().unwrap()
}

/// The latest version, as lists and the item's own page have it.
async fn latest(db: &Db) -> Option<String> {
    let listed = db.list_items(&ItemQuery { q: Some("cpu".into()), ..ItemQuery::default() }).await.unwrap();
    let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap();
    let card = listed.items.first().map(|card| card.version.to_string());
    assert_eq!(card, detail.map(|detail| detail.latest.version.to_string()), "lists and pages agree");
    card
}

async fn taken(db: &Db, version: Option<&str>) -> Option<Taken> {
    let version = version.map(id);
    let offered = db.offered(&id("widgets"), &id("cpu"), version.as_ref()).await.unwrap().unwrap();
    offered.withdrawn.map(|withdrawn| withdrawn.kind)
}

async fn a_yanked_release_is_not_offered_and_is_offered_again(db: &Db) {
    let ada = world(db).await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let new = publish(db, submission(&ada, "cpu", "2.0.0")).await;
    db.yank(&new.id, "it eats the battery", event("release.yanked")).await.unwrap();
    assert_eq!(latest(db).await.as_deref(), Some("1.0.0"));
    assert_eq!(taken(db, None).await, None);
    let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap();
    let yanked = detail.versions[0].withdrawn.as_ref().unwrap();
    assert_eq!((yanked.kind, yanked.reason.as_deref()), (Taken::Yanked, Some("it eats the battery")));
    let refused = install(db, &new).await;
    assert!(matches!(&refused, Err(CommitError::Yanked { reason }) if reason == "it eats the battery"));

    db.yank(&old.id, "this one too", event("release.yanked")).await.unwrap();
    assert_eq!(latest(db).await, None);
    let why = db.offered(&id("widgets"), &id("cpu"), None).await.unwrap().unwrap();
    assert_eq!(why.release.version, new.version, "of several that are gone, the highest says why");

    db.unyank(&new.id, event("release.unyanked")).await.unwrap();
    assert_eq!(latest(db).await.as_deref(), Some("2.0.0"));
    assert_eq!((taken(db, None).await, taken(db, Some("1.0.0")).await), (None, Some(Taken::Yanked)));
    install(db, &new).await.unwrap();
}

async fn a_yank_leaves_the_release_to_whoever_has_it(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    install(db, &release).await.unwrap();
    db.yank(&release.id, "broken", event("release.yanked")).await.unwrap();
    let has = installed(db, &release).await;
    assert_eq!(has.withdrawn.as_ref().unwrap().kind, Taken::Yanked);
    assert!(has.enabled());
    assert_eq!(db.registry(&id("acme"), &id("widgets")).await.unwrap().len(), 1);
    assert_eq!(install(db, &release).await.unwrap(), has, "also to mend it");
    let mut other = installation(&release, "other");
    other.cap = None;
    db.ensure_tenant(&id("other"), event("tenant.created")).await.unwrap();
    let refused = db.commit_install(other, event("item.installed")).await;
    assert!(matches!(refused, Err(CommitError::Yanked { .. })), "{refused:?}");
}

async fn a_yank_is_of_an_approved_release_and_keeps_its_reason(db: &Db) {
    let ada = world(db).await;
    let release = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let yank = async |id: &str, reason: &str| db.yank(id, reason, event("release.yanked")).await;
    let refused = yank(&release.id, "broken").await;
    assert!(matches!(refused, Err(YankError::NotApproved { status: Status::Pending })), "{refused:?}");
    let refused = db.unyank(&release.id, event("release.unyanked")).await;
    assert!(matches!(refused, Err(YankError::NotApproved { .. })), "{refused:?}");
    decide(db, &release, Status::Pending, Status::Approved).await;
    for nothing in ["", "x\0", "01890000-0000-7000-8000-000000000000"] {
        let refused = yank(nothing, "broken").await;
        assert!(matches!(refused, Err(YankError::NotFound(_))), "{refused:?}");
    }
    yank(&release.id, "broken").await.unwrap();
    let before = db.actions().await;
    yank(&release.id, "broken").await.expect("said twice is said once");
    let other = yank(&release.id, "ugly").await;
    assert!(matches!(&other, Err(YankError::Already { reason }) if reason == "broken"), "{other:?}");
    assert_eq!(db.actions().await, before);
    db.unyank(&release.id, event("release.unyanked")).await.unwrap();
    db.unyank(&release.id, event("release.unyanked")).await.expect("it is offered already");
    assert_eq!(db.actions().await.len(), before.len() + 1);
}

async fn a_block_takes_away_from_everybody_until_it_is_lifted(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    install(db, &release).await.unwrap();
    for target in [package(&release), item(&release), signer("key of ada")] {
        let made = db.block(&target, "malware", "operator", event("block.added")).await.unwrap();
        assert_eq!((made.releases, made.installations), (1, 1), "{target}");
        assert_eq!(latest(db).await, None, "{target}");
        assert_eq!(taken(db, Some("1.0.0")).await, Some(Taken::Blocked));
        let has = installed(db, &release).await;
        assert!(!has.enabled());
        assert_eq!(has.withdrawn.unwrap().reason.as_deref(), Some("malware"));
        assert_eq!(db.registry(&id("acme"), &id("widgets")).await.unwrap(), []);
        let refused = install(db, &release).await;
        assert!(
            matches!(&refused, Err(CommitError::Blocked { reason }) if reason == "malware"),
            "{refused:?}"
        );
        assert_eq!(db.installations(&id("acme")).await.unwrap().len(), 1, "it is there, and may be removed");

        lift(db, &made.block.id).await;
        assert_eq!(latest(db).await.as_deref(), Some("1.0.0"));
        assert!(installed(db, &release).await.enabled());
        assert_eq!(db.registry(&id("acme"), &id("widgets")).await.unwrap().len(), 1);
        install(db, &release).await.unwrap();
    }
}

async fn each_target_meets_what_it_names_and_nothing_else(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let old = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    publish(db, submission(&ada, "cpu", "2.0.0")).await;
    publish(db, submission(&eve, "ram", "1.0.0")).await;
    let listed = async || {
        let page = db.list_items(&ItemQuery::default()).await.unwrap();
        page.items.iter().map(|card| format!("{} {}", card.slug, card.version)).collect::<Vec<_>>()
    };
    let one = block(db, &package(&old)).await;
    assert_eq!(listed().await, ["ram 1.0.0", "cpu 2.0.0"], "the other release stays");
    let detail = db.item(&id("widgets"), &id("cpu")).await.unwrap().unwrap();
    assert_eq!(versions(&detail.versions), [id("2.0.0")]);
    let two = block(db, &item(&old)).await;
    assert_eq!(listed().await, ["ram 1.0.0"]);
    let three = block(db, &signer("key of eve")).await;
    assert!(listed().await.is_empty());
    for block in [two, three, one] {
        lift(db, &block).await;
    }
    assert_eq!(listed().await, ["ram 1.0.0", "cpu 2.0.0"]);
}

async fn a_block_holds_for_what_comes_after_it(db: &Db) {
    let ada = world(db).await;
    let eve = author(db, "evil", "eve").await;
    let waiting = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    block(db, &signer("key of eve")).await;
    block(db, &BlockTarget::Package { sha256: digest("package ram 1.0.0") }).await;
    block(db, &item(&waiting)).await;
    for new in [
        submission(&eve, "disk", "1.0.0"),
        submission(&ada, "ram", "1.0.0"),
        submission(&ada, "cpu", "2.0.0"),
    ] {
        let refused = db.submit(new, event("release.submitted")).await;
        assert!(
            matches!(&refused, Err(SubmitError::Blocked { reason }) if reason == "malware"),
            "{refused:?}"
        );
    }
    let early = submission(&ada, "ram", "1.0.0");
    let (manifest, package) = (&early.manifest_sha256, &early.package_sha256);
    let early = db.may_submit(&early.category, &early.slug, &early.version, &early.author, manifest, package);
    assert!(matches!(early.await, Err(SubmitError::Blocked { .. })), "told before it is unpacked");

    let queued = db.submission(&waiting.id).await.unwrap().unwrap();
    assert_eq!(queued.withdrawn.unwrap().kind, Taken::Blocked, "a moderator sees it");
    decide(db, &waiting, Status::Pending, Status::Approved).await;
    assert_eq!(latest(db).await, None, "an approval does not lift a block");
}

async fn a_thing_is_blocked_once_at_a_time(db: &Db) {
    let ada = world(db).await;
    let release = submit(db, submission(&ada, "cpu", "1.0.0")).await;
    let one = block(db, &item(&release)).await;
    let again = db.block(&item(&release), "spam", "other", event("block.added")).await;
    assert!(
        matches!(&again, Err(BlockError::Already { id, reason, .. }) if *id == one && reason == "malware"),
        "{again:?}"
    );
    lift(db, &one).await;
    let again = db.lift_block(&one, "again", "other", event("block.lifted")).await;
    assert!(matches!(&again, Err(BlockError::Lifted { by }) if by == "operator"), "{again:?}");
    let two = block(db, &item(&release)).await;
    assert_ne!(one, two);
    for nothing in ["", "x\0", "01890000-0000-7000-8000-000000000000"] {
        let refused = db.lift_block(nothing, "x", "operator", event("block.lifted")).await;
        assert!(matches!(refused, Err(BlockError::NotFound(_))), "{refused:?}");
    }
    let mistyped = BlockTarget::Item { category: id("widgets"), slug: id("cqu") };
    let refused = db.block(&mistyped, "malware", "operator", event("block.added")).await;
    assert!(matches!(refused, Err(BlockError::ItemUnknown { .. })), "{refused:?}");
    let unheard = db.block(&signer("nobody's"), "malware", "operator", event("block.added")).await.unwrap();
    assert_eq!((unheard.releases, unheard.installations), (0, 0), "known to be bad before it comes");
    assert_eq!(db.actions().await.iter().filter(|action| action.starts_with("block.")).count(), 4);
}

async fn of_several_withdrawals_the_strongest_shows(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    install(db, &release).await.unwrap();
    let shows = async || installed(db, &release).await.withdrawn.map(|withdrawn| withdrawn.kind);
    db.yank(&release.id, "broken", event("release.yanked")).await.unwrap();
    assert_eq!(shows().await, Some(Taken::Yanked));
    db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap();
    assert_eq!(shows().await, Some(Taken::KeyRevoked));
    let first = block(db, &package(&release)).await;
    let second = db.block(&item(&release), "spam", "operator", event("block.added")).await.unwrap().block.id;
    assert_eq!(
        installed(db, &release).await.withdrawn.unwrap().reason.as_deref(),
        Some("malware"),
        "the older"
    );
    lift(db, &first).await;
    assert_eq!(installed(db, &release).await.withdrawn.unwrap().reason.as_deref(), Some("spam"));
    lift(db, &second).await;
    assert_eq!(shows().await, Some(Taken::KeyRevoked));
}

async fn what_a_revoked_key_signed_is_marked(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    install(db, &release).await.unwrap();
    let revoked = db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap().unwrap();
    let has = installed(db, &release).await;
    assert!(has.enabled(), "only marked");
    assert_eq!(has.withdrawn.as_ref().map(|withdrawn| withdrawn.since), revoked.revoked_at);
    assert_eq!(db.registry(&id("acme"), &id("widgets")).await.unwrap().len(), 1);
}

async fn block_against_install_ends_refused_or_disabled(db: &Db) {
    let ada = world(db).await;
    for round in 0..30 {
        let release = publish(db, submission(&ada, &format!("item{round}"), "1.0.0")).await;
        let target = match round % 3 {
            0 => package(&release),
            1 => item(&release),
            _ => signer("key of ada"),
        };
        let (store, new) = ((**db).clone(), installation(&release, "acme"));
        let other = tokio::spawn(async move {
            store
                .commit_install(
                    marketplace_store::NewInstallation { cap: None, ..new },
                    event("item.installed"),
                )
                .await
        });
        let blocked = block(db, &target).await;
        match other.await.unwrap() {
            Ok(_) => assert!(!installed(db, &release).await.enabled()),
            Err(error) => {
                assert!(matches!(error, CommitError::Blocked { .. }), "{error:?}");
                let none = db.installation(&id("acme"), &release.category, &release.slug).await.unwrap();
                assert_eq!(none, None);
            }
        }
        let entries = db.registry(&id("acme"), &id("widgets")).await.unwrap();
        assert!(entries.iter().all(|entry| entry.slug != release.slug), "the block wins");
        lift(db, &blocked).await;
    }
}

async fn yank_against_install_has_one_outcome(db: &Db) {
    let ada = world(db).await;
    for round in 0..25 {
        let release = publish(db, submission(&ada, &format!("item{round}"), "1.0.0")).await;
        let (install, yank) =
            tokio::join!(install(db, &release), db.yank(&release.id, "broken", event("release.yanked")));
        yank.unwrap();
        match install {
            Ok(_) => assert_eq!(installed(db, &release).await.withdrawn.unwrap().kind, Taken::Yanked),
            Err(error) => assert!(matches!(error, CommitError::Yanked { .. }), "{error:?}"),
        }
    }
}

async fn block_against_submit_has_one_outcome(db: &Db) {
    let ada = world(db).await;
    for round in 0..25 {
        let new = submission(&ada, &format!("item{round}"), "1.0.0");
        let target = BlockTarget::Package { sha256: new.package_sha256 };
        let (submit, block) = tokio::join!(
            db.submit(new, event("release.submitted")),
            db.block(&target, "malware", "operator", event("block.added"))
        );
        let met = block.unwrap().releases;
        match submit {
            Ok(_) => assert_eq!(met, 1, "it came before, and the block met it"),
            Err(error) => {
                assert!(matches!(error, SubmitError::Blocked { .. }), "{error:?}");
                assert_eq!(met, 0);
            }
        }
    }
}

async fn the_feed_has_every_withdrawal_that_holds(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    assert_eq!(db.revocations().await.unwrap().entries, []);
    db.yank(&release.id, "broken", event("release.yanked")).await.unwrap();
    block(db, &package(&release)).await;
    block(db, &item(&release)).await;
    let lifted = block(db, &signer("key of ada")).await;
    lift(db, &lifted).await;
    let revoked = db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap().unwrap();

    let feed = db.revocations().await.unwrap();
    assert_eq!(feed.version, db.revocations_version().await.unwrap());
    let by = |wanted: fn(&Revocation) -> bool| {
        let mut found = feed.entries.iter().filter(|entry| wanted(entry));
        let one = found.next().unwrap().clone();
        assert_eq!(found.next(), None);
        one
    };
    let yanked = by(|entry| entry.kind == Taken::Yanked);
    assert_eq!((yanked.slug, yanked.version), (Some(release.slug.clone()), Some(release.version.clone())));
    assert_eq!(
        (yanked.package_sha256, yanked.manifest_sha256, yanked.reason.as_deref()),
        (Some(release.package_sha256), Some(release.manifest_sha256), Some("broken"))
    );
    let package = by(|entry| entry.kind == Taken::Blocked && entry.package_sha256.is_some());
    assert_eq!((package.slug, package.reason.as_deref()), (None, Some("malware")));
    let item = by(|entry| entry.kind == Taken::Blocked && entry.slug.is_some());
    assert_eq!((item.version, item.package_sha256), (None, None), "of whatever version");
    let key = by(|entry| entry.key.is_some());
    assert_eq!((key.kind, key.key.as_deref()), (Taken::KeyRevoked, Some("key of ada")));
    assert_eq!(Some(key.since), revoked.revoked_at);
    assert_eq!(feed.entries.len(), 4, "what was lifted is not in it");
}

async fn every_withdrawal_raises_the_version_of_the_feed(db: &Db) {
    let ada = world(db).await;
    let release = publish(db, submission(&ada, "cpu", "1.0.0")).await;
    let mut before = db.revocations_version().await.unwrap();
    assert_eq!(before, 1, "what is not withdrawn is no news");
    let mut rises = async |what: &str, by: i64| {
        let now = db.revocations_version().await.unwrap();
        assert_eq!(now, before + by, "{what}");
        before = now;
    };
    db.yank(&release.id, "broken", event("release.yanked")).await.unwrap();
    rises("yank", 1).await;
    db.yank(&release.id, "broken", event("release.yanked")).await.unwrap();
    rises("yank again", 0).await;
    db.unyank(&release.id, event("release.unyanked")).await.unwrap();
    rises("unyank", 1).await;
    let blocked = block(db, &item(&release)).await;
    rises("block", 1).await;
    lift(db, &blocked).await;
    rises("lift", 1).await;
    db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap();
    rises("revoke a key", 1).await;
    db.revoke_key(&ada.1.id, event("key.revoked")).await.unwrap();
    rises("revoke it again", 0).await;
}

async fn blocks_are_listed_newest_first(db: &Db) {
    world(db).await;
    let mut made = Vec::new();
    for name in ["one", "two", "three"] {
        made.push(block(db, &signer(name)).await);
    }
    lift(db, &made[1]).await;
    let ids = async |active, limit| {
        let (mut ids, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = db.blocks(active, limit, cursor.as_deref()).await.unwrap();
            ids.extend(page.items.into_iter().map(|block| block.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return ids;
            }
        }
    };
    assert_eq!(ids(None, 2).await, [made[2].as_str(), &made[1], &made[0]]);
    assert_eq!(ids(Some(true), 1).await, [made[2].as_str(), &made[0]]);
    assert_eq!(ids(Some(false), 24).await, [made[1].as_str()]);
    let lifted = db.find_block(&made[1]).await.unwrap().unwrap();
    assert_eq!(lifted.target, signer("two"));
    assert_eq!((lifted.reason.as_str(), lifted.created_by.as_str()), ("malware", "operator"));
    let end = lifted.lifted.unwrap();
    assert_eq!((end.by.as_str(), end.reason.as_str()), ("operator", "a false alarm"));
    assert_eq!(db.find_block("x\0").await.unwrap(), None);
}
