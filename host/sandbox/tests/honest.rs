//! A correct adapter, from its bytes to an item that is ready to commit.

#![allow(clippy::unwrap_used)]

mod support;

use marketplace_sandbox::{
    Anatomy, Called, Capability, Digest, Direction, Failure, LoadError, ManifestView, Observer, Outcome,
    Quantity, Risk, Sandbox, Source, Used, Value, World,
};
use marketplace_test_guests::{GALLERY, HONEST};
use support::{files, load, manifest, words};

#[tokio::test]
async fn an_adapter_says_who_it_is() {
    let adapter = load(HONEST).await;
    assert_eq!(adapter.digest(), Digest::of(HONEST));
    assert_eq!(adapter.size(), HONEST.len() as u64);
    assert_eq!(adapter.world(), World::Whole);
    assert!(
        adapter.imports().iter().all(|import| import.starts_with("marketplace:category/")),
        "{:?}",
        adapter.imports()
    );
    let description = adapter.describe().await.answer().unwrap();
    assert_eq!((description.id.as_str(), description.singular.as_str()), ("notes", "note"));
    assert_eq!(description.free_install_cap, 2);
}

#[tokio::test]
async fn permissions_become_grants_in_the_order_asked() {
    let adapter = load(HONEST).await;
    let grants = adapter.validate(&words(&["data:read.b", "data:read.*"])).await.answer().unwrap();
    assert_eq!(grants[0].permission, "data:read.b");
    assert_eq!(grants[0].capability, Capability::ReadData { topic: "b".into() });
    assert_eq!(grants[1].risk, Risk::High);
    assert_eq!(adapter.validate(&[]).await, Outcome::Answer(vec![]));
}

#[tokio::test]
async fn an_unknown_permission_is_refused_with_its_rule() {
    let Outcome::Refusal(findings) = load(HONEST).await.validate(&words(&["root"])).await else {
        panic!("not refused")
    };
    assert_eq!((findings[0].rule.as_str(), findings[0].subject.as_str()), ("permission.unknown", "root"));
}

#[tokio::test]
async fn what_no_category_has_to_understand_is_refused_by_the_host() {
    let adapter = load(HONEST).await;
    for unfit in ["", " a", "a\u{202e}b", &"x".repeat(257)] {
        let Outcome::Refusal(findings) = adapter.validate(&words(&[unfit])).await else {
            panic!("{unfit:?} passed")
        };
        assert_eq!(findings[0].rule, "permission.malformed");
    }
    let Outcome::Refusal(findings) = adapter.validate(&vec!["a".to_owned(); 257]).await else {
        panic!("passed")
    };
    assert_eq!(findings[0].rule, "permission.too-many");
}

#[tokio::test]
async fn an_update_that_asks_for_more_says_so() {
    let adapter = load(HONEST).await;
    let changes = adapter.compare(&words(&["data:read.a"]), &words(&["data:read.*"])).await.answer().unwrap();
    assert_eq!((changes[0].permission.as_str(), changes[0].direction), ("data:read.*", Direction::Widened));
    assert!(changes[0].direction.asks_for_more());
}

#[tokio::test]
async fn inspection_says_what_the_contents_need() {
    let adapter = load(HONEST).await;
    let inspection =
        adapter.inspect(&manifest("a"), files(&[("note.txt", b"about metrics")])).await.answer().unwrap();
    assert_eq!(inspection.needed, ["data:read.metrics"]);
    let Outcome::Refusal(findings) = adapter.inspect(&manifest("a"), files(&[("note.txt", b" ")])).await
    else {
        panic!("an empty note passed")
    };
    assert_eq!(findings[0].rule, "note.empty");
    let Outcome::Refusal(findings) = adapter.inspect(&manifest("a"), files(&[])).await else {
        panic!("nothing passed")
    };
    assert_eq!(findings[0].rule, "package.missing");
}

#[tokio::test]
async fn what_people_see_of_a_category_is_data() {
    let shown = load(HONEST).await.present().await.answer().unwrap();
    let fields: Vec<_> =
        shown.fields.iter().map(|it| (it.key.as_str(), it.card, it.drawer, it.facet)).collect();
    assert_eq!(fields, [("mood", true, true, true), ("length", false, true, false)]);
    let offered: Vec<_> =
        shown.permissions.iter().map(|it| (it.permission.as_str(), it.summary.as_str())).collect();
    assert_eq!(offered, [("data:read.metrics", "Read metrics")]);
    assert_eq!(
        (shown.inputs.len(), shown.inputs[0].name.as_str(), shown.inputs[0].required),
        (1, "x-mood", false)
    );
    assert_eq!(shown.package, "A folder with a `note.txt`.");
}

#[tokio::test]
async fn what_people_see_of_an_item_is_read_from_its_package_and_its_manifest() {
    let adapter = load(HONEST).await;
    let calm = ManifestView { canonical: r#"{"x-mood":"calm"}"#.into(), ..manifest("a") };
    let details = adapter.details(&calm, files(&[("note.txt", b"some text")])).await.answer().unwrap();
    let shown: Vec<_> = details.iter().map(|it| (it.field.as_str(), it.values.as_slice())).collect();
    assert_eq!(shown, [("mood", &[Value::Text("calm".into())][..]), ("length", &[Value::Bytes(9)][..])]);
    let none = adapter.details(&manifest("a"), files(&[("note.txt", b"")])).await.answer().unwrap();
    assert_eq!((none.len(), none[0].field.as_str()), (1, "length"), "without a value, a field is left out");
    let sad = ManifestView { canonical: r#"{"x-mood":"sad"}"#.into(), ..manifest("a") };
    let Outcome::Refusal(findings) = adapter.inspect(&sad, files(&[("note.txt", b"some text")])).await else {
        panic!("a mood that is none passed")
    };
    assert_eq!((findings[0].rule.as_str(), findings[0].subject.as_str()), ("field.malformed", "x-mood"));
}

#[tokio::test]
async fn installing_stages_files_and_registry_entries_and_nothing_else() {
    let adapter = load(HONEST).await;
    let package = files(&[("note.txt", b"text"), ("img/a.png", b"png")]);
    let staged = adapter.install(&manifest("my-note"), &[], package).await.answer().unwrap();
    let expected = [
        ("img/a.png", Source::Package("img/a.png".into())),
        ("index.txt", Source::Bytes(b"my-note".to_vec())),
        ("note.txt", Source::Package("note.txt".into())),
    ];
    assert_eq!(
        staged.files.into_iter().collect::<Vec<_>>(),
        expected.map(|(path, from)| (path.to_owned(), from))
    );
    assert_eq!(staged.registry["my-note"]["file"], "note.txt");
}

#[tokio::test]
async fn a_gallery_answers_and_installs_nothing() {
    let adapter = load(GALLERY).await;
    assert_eq!(adapter.world(), World::Gallery);
    assert_eq!(adapter.describe().await.answer().unwrap().id, "posters");
    assert_eq!(adapter.validate(&[]).await, Outcome::Answer(vec![]));
    assert_eq!(adapter.inspect(&manifest("a"), files(&[])).await, Outcome::Failure(Failure::NotInstallable));
    assert_eq!(
        adapter.install(&manifest("a"), &[], files(&[])).await,
        Outcome::Failure(Failure::NotInstallable)
    );
}

#[test]
fn the_json_of_a_grant_is_what_the_api_documents() {
    let grant = marketplace_sandbox::Grant {
        permission: "port:8080/tcp".into(),
        capability: Capability::PublishPort { number: 8080, protocol: marketplace_sandbox::Protocol::Tcp },
        summary: "Listen on port 8080".into(),
        risk: Risk::Medium,
    };
    let json = serde_json::json!({
        "permission": "port:8080/tcp",
        "capability": { "type": "publish-port", "number": 8080, "protocol": "tcp" },
        "summary": "Listen on port 8080",
        "risk": "medium",
    });
    assert_eq!(serde_json::to_value(&grant).unwrap(), json);
    assert_eq!(serde_json::from_value::<marketplace_sandbox::Grant>(json).unwrap(), grant);
    assert_eq!(
        serde_json::to_value(Capability::Network { pattern: None }).unwrap(),
        serde_json::json!({ "type": "network" })
    );
}

/// Remembers what calls used.
#[derive(Clone, Default)]
struct Counter(std::sync::Arc<std::sync::Mutex<Vec<Used>>>);

impl Observer for Counter {
    fn called(&self, _: &Called<'_>) {}

    fn used(&self, used: &Used) {
        self.0.lock().unwrap().push(*used);
    }
}

#[tokio::test]
async fn what_a_call_used_is_told_to_whoever_observes() {
    let (sandbox, counter) = (Sandbox::new(support::small(), None).unwrap(), Counter::default());
    assert!(sandbox.observe(counter.clone()));
    let adapter = sandbox.load(HONEST).await.unwrap();
    let grants = adapter.validate(&words(&["data:read.a"])).await.answer().unwrap();
    let package = files(&[("note.txt", b"hello"), ("img/dot.txt", b".")]);
    let staged = adapter.install(&manifest("hello"), &grants, package).await.answer().unwrap();
    let used = counter.0.lock().unwrap().clone();
    let [validate, install] = used.as_slice() else { panic!("two calls: {used:?}") };
    assert_eq!((validate.call, install.call), ("validate", "install"));
    assert_eq!(validate.component, Digest::of(HONEST));
    assert_eq!(validate.staged, Quantity::default());
    let begins_with = usize::try_from(Anatomy::of(HONEST).unwrap().memory_bytes).unwrap();
    for used in [validate, install] {
        assert!(
            used.memory_bytes >= begins_with && used.memory_bytes <= support::small().memory_bytes,
            "{used:?}"
        );
        assert!(!used.took.is_zero() && used.took < used.limit, "{used:?}");
    }
    // The folder counts, too.
    assert_eq!(
        (install.staged.files, install.staged.entries),
        (staged.files.len() + 1, staged.registry.len())
    );
    assert_eq!(install.staged.bytes, "hello".len(), "the index that it writes has the item's name");
    assert!(install.staged.entry_bytes > 0);
}

#[test]
fn what_a_component_is_made_of_is_counted_without_running_it() {
    let anatomy = Anatomy::of(HONEST).unwrap();
    assert!(anatomy.functions > 10 && anatomy.modules >= 1 && anatomy.memories >= 1, "{anatomy:?}");
    assert!(
        anatomy.largest_function <= anatomy.code_bytes && anatomy.code_bytes < HONEST.len(),
        "{anatomy:?}"
    );
    assert!(matches!(Anatomy::of(b"\0asm\x01\0\0\0"), Err(LoadError::NotAComponent { module: true })));
    assert!(matches!(Anatomy::of(&HONEST[..HONEST.len() / 2]), Err(LoadError::Malformed { .. })));
}
