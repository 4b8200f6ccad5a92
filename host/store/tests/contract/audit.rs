//! The audit log: asked, and read back as the story of everything that happened.

use std::path::Path;

use marketplace_store::{
    AuditQuery, BlockTarget, Event, NewAuthor, NewCategory, NewReview, NewSession, NewToken, PageError,
    ReviewDecision, Status,
};
use serde_json::json;

use crate::contract;
use crate::support::*;

contract![
    the_audit_log_is_paged_newest_first,
    a_filter_finds_what_goes_on_after_a_separator,
    filters_and_cursors_go_together,
    a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last,
    hostile_filters_are_questions,
    the_log_tells_everything_that_happened_in_order,
];

/// What a query finds, oldest first, as `actor action subject`.
async fn found(db: &Db, query: AuditQuery) -> Vec<String> {
    let mut events = db.audit_events(&AuditQuery { limit: Some(100), ..query }).await.unwrap().items;
    events.reverse();
    events.into_iter().map(|event| format!("{} {} {}", event.actor, event.action, event.subject)).collect()
}

/// Events that change nothing else worth looking at.
async fn tell(db: &Db, events: &[(&str, &str, &str)]) {
    for (number, (actor, action, subject)) in events.iter().enumerate() {
        let event = Event::new(*actor, *action, *subject);
        assert!(db.ensure_tenant(&id(&format!("tenant{number}")), event).await.unwrap());
    }
}

async fn the_audit_log_is_paged_newest_first(db: &Db) {
    for number in 0..5 {
        let event =
            event(&format!("event.{number}")).because("a reason").with(json!({"n": number, "nul": "\0"}));
        assert!(db.ensure_tenant(&id(&format!("tenant{number}")), event).await.unwrap());
    }
    let mut query = AuditQuery { limit: Some(2), ..AuditQuery::default() };
    let first = db.audit_events(&query).await.unwrap();
    assert_eq!(first.items[0].details, json!({"n": 4, "nul": "\0"}));
    assert_eq!(first.items[0].reason.as_deref(), Some("a reason"));
    let mut seen = 2;
    query.cursor = first.next_cursor;
    while query.cursor.is_some() {
        let page = db.audit_events(&query).await.unwrap();
        seen += page.items.len();
        query.cursor = page.next_cursor;
    }
    assert_eq!(seen, 5);
    for bad in ["", "!", "bnVsbA", "IicgT1IgMT0xIg", &"A".repeat(10_000)] {
        query.cursor = Some(bad.to_owned());
        assert!(matches!(db.audit_events(&query).await, Err(PageError::BadCursor)), "{bad:.40}");
    }
}

async fn a_filter_finds_what_goes_on_after_a_separator(db: &Db) {
    tell(
        db,
        &[
            ("acme/token:1", "key.added", "author:ada"),
            ("acme", "key.revoked", "author:adam"),
            ("acme2/token:2", "keys.counted", "release:themes/harbour@1.0.0"),
            ("command line", "key", "release:themes/harbours@1.0.0"),
            ("acme/token:1", "Key.odd", "author:Ada"),
        ],
    )
    .await;
    let actions = async |text: &str| {
        let query = AuditQuery { action: Some(text.into()), ..AuditQuery::default() };
        found(db, query)
            .await
            .iter()
            .map(|line| line.rsplit(' ').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(actions("key").await, ["key.added", "key.revoked", "key"]);
    assert_eq!(actions("key.").await, ["key.added", "key.revoked"]);
    assert_eq!(actions("key.added").await, ["key.added"]);
    assert!(actions("ke").await.is_empty() && actions("key.add").await.is_empty());

    let count = async |query| found(db, query).await.len();
    let all = AuditQuery::default();
    for (subject, expected) in [
        ("author:ada", 1),
        ("author", 3),
        ("author:", 3),
        ("release:themes/harbour", 1),
        ("release:themes/harbour@1.0.0", 1),
        ("release:themes", 2),
        ("release:themes/", 2),
        ("release:themes/harbour@", 1),
        ("themes", 0),
    ] {
        let query = AuditQuery { subject: Some(subject.into()), ..all.clone() };
        assert_eq!(count(query).await, expected, "{subject}");
    }
    for (actor, expected) in [("acme", 3), ("acme/token:1", 2), ("acme2", 1), ("command line", 1)] {
        let query = AuditQuery { actor: Some(actor.into()), ..all.clone() };
        assert_eq!(count(query).await, expected, "{actor}");
    }
    let both = AuditQuery { actor: Some("acme".into()), subject: Some("author:ada".into()), ..all };
    assert_eq!(found(db, both).await, ["acme/token:1 key.added author:ada"]);
}

async fn filters_and_cursors_go_together(db: &Db) {
    let events: Vec<_> =
        (0..9).map(|n| ("acme", if n % 2 == 0 { "even.one" } else { "odd.one" }, "x")).collect();
    tell(db, &events).await;
    let mut query = AuditQuery { action: Some("even".into()), limit: Some(2), ..AuditQuery::default() };
    let mut pages = Vec::new();
    loop {
        let page = db.audit_events(&query).await.unwrap();
        assert!(page.items.iter().all(|event| event.action == "even.one"));
        pages.push(page.items.len());
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, [2, 2, 1]);
}

async fn a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(db: &Db) {
    tell(db, &[("a", "b.c", "one")]).await;
    let at = db.events().await[0].at;
    let within =
        async |since, until| found(db, AuditQuery { since, until, ..AuditQuery::default() }).await.len();
    assert_eq!(within(Some(at), None).await, 1);
    assert_eq!(within(Some(at + 1), None).await, 0);
    assert_eq!(within(None, Some(at)).await, 0);
    assert_eq!(within(None, Some(at + 1)).await, 1);
    assert_eq!(within(Some(i64::MIN), Some(i64::MAX)).await, 1);
}

async fn hostile_filters_are_questions(db: &Db) {
    tell(db, &[("acme", "key.added", "author:ada")]).await;
    let long = "x".repeat(100_000);
    for text in
        ["", "%", "key%", "key_added", "' OR 1=1 --", "\0", "a\0", "\\", ".", "🦀", "\u{10ffff}", &long]
    {
        for query in [
            AuditQuery { actor: Some(text.into()), ..AuditQuery::default() },
            AuditQuery { action: Some(text.into()), ..AuditQuery::default() },
            AuditQuery { subject: Some(text.into()), ..AuditQuery::default() },
        ] {
            assert!(found(db, query).await.is_empty(), "{text:.40}");
        }
    }
}

/// One of everything that can be done, each with an event of its own; and the log as it is then.
async fn the_log_tells_everything_that_happened_in_order(db: &Db) {
    let mut told = Vec::new();
    let mut note = |action: &str, subject: &str| {
        told.push(format!("teller {action} {subject}"));
        Event::new("teller", action, subject).because("so it was").with(json!({ "step": told.len() }))
    };
    let (acme, ada, widgets, cpu) = (id("acme"), id("ada"), id("widgets"), id("cpu"));

    // An operator sets things up.
    db.seed_category(category("widgets"), note("category.seeded", "category:widgets")).await.unwrap();
    db.add_category(category("themes"), note("category.added", "category:themes")).await.unwrap();
    db.put_category(category("themes"), note("category.put", "category:themes")).await.unwrap();
    let newer = NewCategory { component_sha256: digest("newer"), ..category("themes") };
    let before = Some(digest("themes"));
    db.exchange_component(newer, before, note("category.upgraded", "category:themes")).await.unwrap();
    db.set_category_enabled(&id("themes"), false, note("category.disabled", "category:themes"))
        .await
        .unwrap();
    db.remove_category(&id("themes"), note("category.removed", "category:themes")).await.unwrap();
    db.ensure_tenant(&acme, note("tenant.created", "tenant:acme")).await.unwrap();
    db.put_license(&acme, None, "{}", note("license.installed", "tenant:acme")).await.unwrap();
    let token = NewToken {
        id: uuid::Uuid::now_v7().to_string(),
        tenant: id("acme"),
        label: "laptop".into(),
        hash: "aa".into(),
        hint: "mkt_ab".into(),
        scopes: vec!["publish".into()],
        expires_at: None,
    };
    let token = db.insert_token(token, note("token.created", "tenant:acme")).await.unwrap();
    let session = NewSession { hash: "cc".into(), token: token.id.clone(), expires_at: i64::MAX };
    assert!(db.begin_session(&session, note("session.began", "token:1")).await.unwrap());
    assert!(db.end_session("cc", note("session.ended", "token:1")).await.unwrap());
    db.revoke_token(&token.id, note("token.revoked", "token:1")).await.unwrap();

    // An author comes, with a key, and another.
    let new = NewAuthor { id: id("ada"), tenant: id("acme"), verified_at: Some(1), key: Some(key("first")) };
    let author = db.create_author(new, note("author.created", "author:ada")).await.unwrap();
    let first = db.active_key(&ada).await.unwrap().unwrap();
    let key = db.rotate_key(&ada, &first.id, key("second"), note("key.rotated", "author:ada")).await.unwrap();

    // Another applies, is verified and stopped, and gets a key.
    let bob = &id("bob");
    let applied = NewAuthor { id: id("bob"), tenant: id("acme"), verified_at: None, key: None };
    db.apply_author(applied, 5, note("author.applied", "author:bob")).await.unwrap();
    db.verify_author(bob, note("author.verified", "author:bob")).await.unwrap();
    db.unverify_author(bob, note("author.unverified", "author:bob")).await.unwrap();
    db.add_key(bob, crate::support::key("third"), note("key.added", "author:bob")).await.unwrap();

    // A release is flagged, approved, installed, taken back and offered again.
    let new = submission(&(author, key.clone()), "cpu", "1.0.0");
    let submitted = db.submit(new, note("release.submitted", "release:widgets/cpu@1.0.0")).await.unwrap();
    let release = submitted.submission;
    for (from, to) in [(Status::Pending, Status::Flagged), (Status::Flagged, Status::Approved)] {
        let event = note(&format!("release.{to}"), "release:widgets/cpu@1.0.0");
        db.decide(&release.id, &[from], to, None, "mod", Some("hm"), event).await.unwrap();
    }
    let details = vec![(release.id.clone(), json!([{ "field": "shape", "values": [] }]))];
    db.present_again(&widgets, details, note("category.presented", "category:widgets")).await.unwrap();
    db.commit_install(installation(&release, "acme"), note("item.installed", "item:widgets/cpu"))
        .await
        .unwrap();
    db.yank(&release.id, "broken", note("release.yanked", "release:widgets/cpu@1.0.0")).await.unwrap();
    db.unyank(&release.id, note("release.unyanked", "release:widgets/cpu@1.0.0")).await.unwrap();

    // Somebody else installs it, says what they think of it, and takes that back.
    let (home, review) = (id("home"), "review:widgets/cpu/home");
    db.ensure_tenant(&home, note("tenant.created", "tenant:home")).await.unwrap();
    db.commit_install(installation(&release, "home"), note("item.installed", "item:widgets/cpu"))
        .await
        .unwrap();
    let words = |stars: i64| NewReview {
        tenant: id("home"),
        category: id("widgets"),
        slug: id("cpu"),
        rating: stars.try_into().unwrap(),
        title: None,
        body: None,
    };
    let written = db.write_review(words(1), note("review.written", review)).await.unwrap();
    db.edit_review(words(2), note("review.edited", review)).await.unwrap();
    db.report_review(&written.id, &acme, "rude", note("review.reported", review)).await.unwrap();
    db.reply_to_review(&written.id, &acme, "sorry", note("review.replied", review)).await.unwrap();
    db.remove_reply(&written.id, &acme, note("review.reply_removed", review)).await.unwrap();
    let (dismiss, event) = (ReviewDecision::Dismiss, note("review.dismissed", review));
    db.moderate_review(&written.id, dismiss, None, "mod", "it is not", event).await.unwrap();
    db.remove_review(&home, &widgets, &cpu, note("review.removed", review)).await.unwrap();

    // An operator blocks it, and lifts that; the key is given up, and the item removed.
    let target = BlockTarget::Package { sha256: release.package_sha256 };
    let block = db.block(&target, "malware", "op", note("block.added", "package:1")).await.unwrap().block;
    db.lift_block(&block.id, "it was none", "op", note("block.lifted", "package:1")).await.unwrap();
    db.revoke_key(&key.id, note("key.revoked", "author:ada")).await.unwrap();
    db.remove_installation(&acme, &widgets, &cpu, note("item.uninstalled", "item:widgets/cpu"))
        .await
        .unwrap();

    assert_eq!(found(db, AuditQuery::default()).await, told);
    for (step, event) in db.events().await.iter().rev().enumerate() {
        assert_eq!(event.reason.as_deref(), Some("so it was"));
        assert_eq!(event.details, json!({ "step": step + 1 }));
    }
}

/// Every file of a folder and of those below it, but for tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if !["tests.rs", "upgrade.rs"].contains(&name.as_str()) {
            found.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    found
}

/// A method that changes something takes an event, and one that takes an event is in the story above: whoever adds
/// one adds to the story.
#[test]
fn nothing_is_changed_without_an_event_and_every_change_is_in_the_story() {
    let story = include_str!("audit.rs");
    let mut methods = Vec::new();
    for (file, text) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let functions: Vec<_> = text.split("pub async fn ").skip(1).collect();
        let changing: Vec<&str> = functions
            .iter()
            .filter_map(|function| function.split_once('{'))
            .filter(|(signature, _)| signature.contains("event: Event"))
            .map(|(signature, _)| signature.split('(').next().unwrap())
            .collect();
        let transactions = text.matches("self.transact(").count();
        assert_eq!(changing.len(), transactions, "{file}: a transaction for each event, and none besides");
        // The index follows from what the rows say already: filling it anew changes nothing that anybody decided.
        let by_itself = ["store.rs", "transact.rs", "reindex.rs"].contains(&file.as_str());
        assert!(by_itself || !text.contains("inner.write"), "{file} writes by itself");
        methods.extend(changing.into_iter().map(str::to_owned));
    }
    assert!(methods.len() >= 18, "{methods:?}");
    for method in methods {
        assert!(story.contains(&format!("db.{method}(")), "`{method}` is not in the story");
    }
}
