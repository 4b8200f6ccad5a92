//! An adapter's author on their own machine: what the test bench says is what a server says, and what it does not let
//! through are the adapters that attack one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace::adapter::conformance::{RULES, Standing};
use marketplace::adapter::report::CaseState;
use marketplace::adapter::{Options, Report, TestError, Tested, test};
use marketplace::category::bundled;
use marketplace::workbench::{Known, Workbench};
use marketplace_test_guests::guest;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{House, Release, copy, on_both_databases, pack_folder};

on_both_databases![the_verdict_on_the_bench_is_the_servers_to_the_byte];

/// A component and its cases, in a folder as `adapter new` makes it.
struct Project(TempDir);

impl Project {
    fn of(component: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("adapter.wasm"), component).unwrap();
        Self(folder)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// With a case whose package is one file.
    fn case(self, name: &str, manifest: &str, file: &str, text: &str) -> Self {
        self.write(&format!("cases/{name}/manifest.yaml"), manifest);
        self.write(&format!("cases/{name}/package/{file}"), text);
        self
    }

    fn note(self, name: &str, text: &str, permissions: &str) -> Self {
        let manifest = format!("kind: note\nname: {name}\nversion: 1.0.0\npermissions: {permissions}\n");
        self.case(name, &manifest, "note.txt", text)
    }

    async fn try_test(&self, update: bool, only: &[&str]) -> Result<Report, TestError> {
        let tested = Tested::find(self.0.path()).unwrap();
        let only = only.iter().map(|name| (*name).to_owned()).collect();
        test(&Workbench::open().unwrap(), &tested, &Options { update, only }, Arc::new(|_| {})).await
    }

    async fn test(&self, only: &[&str]) -> Report {
        self.try_test(false, only).await.unwrap()
    }

    async fn update(&self) -> Report {
        self.try_test(true, &[]).await.unwrap()
    }

    /// Writes down what comes of every case, and tries no rule.
    async fn write_down(&self) -> Report {
        let cases = std::fs::read_dir(self.path("cases")).unwrap();
        let names: Vec<String> = cases.map(|case| case.unwrap().file_name().into_string().unwrap()).collect();
        self.try_test(true, &names.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap()
    }
}

/// The rules that do not hold.
fn broken(report: &Report) -> Vec<&'static str> {
    let broken = report.conformance.iter().filter(|tried| matches!(tried.standing, Standing::Broken { .. }));
    broken.map(|tried| tried.rule.id).collect()
}

/// How a rule was broken, in words.
fn breaches(report: &Report, rule: &str) -> String {
    let tried = report.conformance.iter().find(|tried| tried.rule.id == rule).unwrap();
    let Standing::Broken { breaches, .. } = &tried.standing else { panic!("{rule}: {:?}", tried.standing) };
    breaches.iter().map(|breach| format!("{}: {}\n", breach.about, breach.what)).collect()
}

fn states(report: &Report) -> Vec<(&str, CaseState)> {
    report.cases.iter().map(|case| (case.name.as_str(), case.state)).collect()
}

/// The example packages of a category as cases, by an author of that name.
fn with_examples(known: &Known, component: &[u8], author: &str) -> Project {
    let project = Project::of(component);
    let packages = tempfile::tempdir().unwrap();
    marketplace::cli::extract_examples(packages.path()).unwrap();
    for item in std::fs::read_dir(packages.path().join(&known.description.id)).unwrap() {
        let item = item.unwrap();
        let case = format!("cases/{}", item.file_name().to_str().unwrap());
        let manifest = std::fs::read_to_string(item.path().join("manifest.yaml")).unwrap();
        project.write(&format!("{case}/manifest.yaml"), &format!("author_id: {author}\n{manifest}"));
        copy(&item.path().join("package"), &project.path(&format!("{case}/package")));
    }
    project
}

async fn the_verdict_on_the_bench_is_the_servers_to_the_byte(house: House) {
    house.license("studio", Tier::Pro, json!({})).await;
    house.register("studio", None).await;
    let studio = house.person("studio", &[Scope::Publish]).await;
    let workbench = Workbench::open().unwrap();
    let mut compared = 0;
    for component in bundled() {
        let known = workbench.know(component).await.unwrap();
        let project = with_examples(&known, component, "studio");
        let category = known.description.id.as_str();
        let row = house.market.store.category(&category.parse().unwrap()).await.unwrap().unwrap();
        let report = project.write_down().await;
        assert_eq!(report.component.sha256, row.component_sha256, "{category}: the same component");
        for case in &report.cases {
            let folder = project.path(&format!("cases/{}", case.name));
            let release = Release {
                manifest: std::fs::read_to_string(folder.join("manifest.yaml")).unwrap(),
                package: pack_folder(&folder.join("package")),
            };
            let (status, submitted) = studio.submit(category, &release).await;
            assert_eq!(status, StatusCode::CREATED, "{category}/{}: {submitted:#}", case.name);
            let path = format!("/api/v1/marketplace/submissions/{}", submitted["id"].as_str().unwrap());
            let (_, own) = studio.get(&path).await;
            let here = serde_json::to_value(case.verdict.as_ref().expect("it is taken")).unwrap();
            assert_eq!(own["verdict"].to_string(), here.to_string(), "{category}/{}", case.name);
            assert!(!here["plan"]["files"].as_array().unwrap().is_empty(), "there is something to compare");
            compared += 1;
        }
    }
    assert_eq!(compared, 10, "every example was compared");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_adapter_of_the_program_keeps_every_rule_on_real_packages() {
    let workbench = Workbench::open().unwrap();
    for component in bundled() {
        let known = workbench.know(component).await.unwrap();
        let project = with_examples(&known, component, "studio");
        let written = project.write_down().await;
        let category = &known.description.id;
        assert!(
            written.cases.len() >= 2 && written.cases.iter().all(|case| case.state == CaseState::Written)
        );
        let report = project.test(&[]).await;
        assert!(report.passed, "{category}: {:#}", report.to_value());
        assert!(
            report.cases.iter().all(|case| case.state == CaseState::Passed),
            "{category}: the same again"
        );
        let asked: usize = report.conformance.iter().map(|tried| tried.asked).sum();
        assert!(asked > 200, "{category}: {asked} questions");
        println!("{category}: {asked} questions in {:.1} s", report.took_ms / 1_000.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correct_adapter_keeps_every_rule_and_each_is_tried() {
    let project = Project::of(marketplace_test_guests::HONEST).note("plain", "hello", "[]").note(
        "metrics",
        "metrics, please",
        "[data:read.metrics, data:read.weather]",
    );
    project.update().await;
    let report = project.test(&[]).await;
    assert!(report.passed, "{:#}", report.to_value());
    assert_eq!(report.conformance.len(), RULES.len());
    for tried in &report.conformance {
        let applies =
            !tried.rule.id.starts_with("presentable.") || report.component.contract.ends_with("1.1.0");
        let skipped = matches!(tried.standing, Standing::Skipped { .. });
        assert_eq!(
            skipped,
            !applies && tried.rule.id != "presentable.id",
            "{}: {:?}",
            tried.rule.id,
            tried.standing
        );
    }
    let validate = report.calls.iter().find(|call| call.name == "validate").unwrap();
    assert!(
        validate.calls > 100 && validate.median_ms.is_some() && validate.memory_bytes > 0,
        "{validate:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gallery_is_tested_without_what_only_an_installer_has() {
    let manifest = "kind: poster\nname: sunset\nversion: 1.0.0\npermissions: []\n";
    let project =
        Project::of(marketplace_test_guests::GALLERY).case("sunset", manifest, "poster.txt", "a sunset");
    let report = project.update().await;
    assert!(report.passed, "{:#}", report.to_value());
    let expected: Value =
        serde_json::from_slice(&std::fs::read(project.path("cases/sunset/expected.json")).unwrap()).unwrap();
    assert_eq!(expected["verdict"], "pass");
    assert_eq!(expected.get("files"), None, "nothing is installed: {expected}");
    let places = report.conformance.iter().find(|tried| tried.rule.id == "places.entries").unwrap();
    assert!(matches!(places.standing, Standing::Skipped { .. }));
}

/// A case of a category that takes whatever it is given.
fn of_liars(component: &[u8], kind: &str, name: &str, permissions: &str) -> Project {
    let manifest = format!("kind: {kind}\nname: {name}\nversion: 1.0.0\npermissions: {permissions}\n");
    Project::of(component).case("anything", &manifest, "anything.txt", "anything")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_grants_what_was_not_asked_is_found_out() {
    let project = of_liars(guest::lying_validate::BYTES, "liar", "anything", "[more]");
    let report = project.test(&[]).await;
    assert!(!report.passed);
    assert_eq!(states(&report), [("anything", CaseState::Undecided)]);
    assert!(
        breaches(&report, "honest.answers").contains("never-asked"),
        "{}",
        breaches(&report, "honest.answers")
    );
    assert!(breaches(&report, "refuses.permissions").contains("is granted"));
    // An answer that is a lie can be written down by nobody.
    let updated = project.update().await;
    assert_eq!(states(&updated), [("anything", CaseState::Undecided)]);
    assert!(!project.path("cases/anything/expected.json").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_hides_what_is_new_is_found_out() {
    // It grants what it is asked, and its comparison says nothing of it.
    let project = of_liars(guest::lying_validate::BYTES, "liar", "anything", "[quiet]");
    let report = project.test(&["honest", "places"]).await;
    assert!(breaches(&report, "honest.answers").contains("does not report `quiet`"));
    assert!(breaches(&report, "honest.comparison").contains("`quiet` is removed, and it does not say so"));
    assert!(breaches(&report, "places.entries").contains("nothing is registered"));
    assert!(breaches(&report, "places.files").contains("consist of nothing"));

    let report = of_liars(guest::lying_compare::BYTES, "husher", "anything", "[]").test(&[]).await;
    assert!(broken(&report).contains(&"honest.answers"), "{:?}", broken(&report));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_needs_rubbish_is_found_out() {
    for name in ["nothing", "hidden", "no-rule", "many"] {
        let report = of_liars(guest::lying_inspect::BYTES, "raver", name, "[]").test(&[]).await;
        let broken = broken(&report);
        assert!(
            broken.contains(&"honest.answers") || broken.contains(&"total.packages"),
            "{name}: {broken:?}"
        );
        assert!(broken.contains(&"refuses.packages"), "{name}: it takes everything: {broken:?}");
        assert_eq!(report.cases[0].state, CaseState::Undecided, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_never_ends_is_found_out_without_waiting_for_all_of_it() {
    let begun = std::time::Instant::now();
    let report = of_liars(guest::spins_while_asked::BYTES, "guests", "anything", "[]").test(&[]).await;
    assert!(!report.passed);
    let totals = ["total.permissions", "total.manifests", "total.packages"];
    let found = totals.into_iter().find(|rule| broken(&report).contains(rule)).expect("it is found out");
    assert!(breaches(&report, found).contains("did not finish"), "{}", breaches(&report, found));
    assert!(begun.elapsed().as_secs() < 40, "it took {:?}", begun.elapsed());

    let error = of_liars(guest::spins_at_start::BYTES, "guests", "anything", "[]").try_test(false, &[]).await;
    assert!(matches!(error, Err(TestError::Workbench(_))), "it does not even say who it is: {error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_attacks_break_the_rules_that_they_are_about() {
    for (component, rule) in [
        (guest::stages_out_of_turn::BYTES, "honest.answers"),
        (guest::answers_a_case_that_is_none::BYTES, "total.permissions"),
        (guest::gives_memory_that_it_does_not_have::BYTES, "total.permissions"),
        (guest::claims_many_empty_findings::BYTES, "total.permissions"),
    ] {
        let report = of_liars(component, "guests", "anything", "[]").test(&[]).await;
        assert!(broken(&report).contains(&rule), "{rule}: {:#}", report.to_value());
    }
    // It takes everything, and registers as much as it may: nothing of that is past a limit, and all of it is near.
    let report =
        of_liars(guest::registers_until_it_is_full::BYTES, "guests", "anything", "[]").test(&[]).await;
    assert!(broken(&report).contains(&"refuses.packages"), "{:?}", broken(&report));
    let staging = report.conformance.iter().find(|tried| tried.rule.id == "limits.staging").unwrap();
    let Standing::Warns { warnings } = &staging.standing else { panic!("{:?}", staging.standing) };
    assert!(warnings.iter().any(|one| one.what.contains("1000 of 1000 registry entries")), "{warnings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_written_down_once_and_then_compared() {
    let project = Project::of(marketplace_test_guests::HONEST)
        .note("good", "metrics", "[data:read.metrics]")
        .note("empty", " ", "[]")
        .note("undeclared", "metrics", "[]")
        .note("unknown", "hello", "[network]")
        .case("other-kind", "kind: theme\nname: other\nversion: 1.0.0\npermissions: []\n", "note.txt", "hi")
        .case("no-version", "kind: note\nname: other\npermissions: []\n", "note.txt", "hi");
    let cases = ["empty", "good", "no-version", "other-kind", "undeclared", "unknown"];
    let new = project.test(&cases).await;
    assert!(!new.passed && new.cases.iter().all(|case| case.state == CaseState::New), "{:?}", states(&new));
    assert!(new.conformance.is_empty(), "only cases were asked for");

    let written = project.try_test(true, &cases).await.unwrap();
    assert!(written.passed && written.cases.iter().all(|case| case.state == CaseState::Written));
    let expected = |name: &str| -> Value {
        let path = project.path(&format!("cases/{name}/expected.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    for (name, stage) in [
        ("empty", "contents"),
        ("no-version", "manifest"),
        ("other-kind", "manifest"),
        ("undeclared", "undeclared"),
        ("unknown", "permissions"),
    ] {
        assert_eq!(
            (&expected(name)["verdict"], &expected(name)["stage"]),
            (&json!("refused"), &json!(stage)),
            "{name}"
        );
    }
    assert_eq!(expected("good")["needed"], json!(["data:read.metrics"]));
    let again = project.test(&cases).await;
    assert!(
        again.passed && again.cases.iter().all(|case| case.state == CaseState::Passed),
        "{:?}",
        states(&again)
    );

    // The package changes, and what is expected of it does not.
    project.write("cases/good/package/note.txt", "weather");
    let report = project.test(&["good"]).await;
    assert_eq!(states(&report), [("good", CaseState::Differs)]);
    let diff = report.cases[0].diff.clone().unwrap();
    assert!(diff.contains("-    \"data:read.metrics\"") && diff.contains("+  \"needed\": []"), "{diff}");
    assert!(project.try_test(true, &["good"]).await.unwrap().passed);
    assert!(project.test(&["good"]).await.passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_can_say_what_was_agreed_to_before() {
    let project =
        Project::of(marketplace_test_guests::HONEST).note("update", "metrics", "[data:read.metrics]");
    project.write("cases/update/case.yaml", "consented: [data:read.weather]\n");
    let report = project.try_test(true, &["update"]).await.unwrap();
    let changes = &report.cases[0].found.as_ref().unwrap()["changes"];
    let told: Vec<_> =
        changes.as_array().unwrap().iter().map(|one| (&one["permission"], &one["direction"])).collect();
    assert!(told.contains(&(&json!("data:read.metrics"), &json!("added"))), "{changes}");
    assert!(told.contains(&(&json!("data:read.weather"), &json!("removed"))), "{changes}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_part_of_a_case_is_refused_by_name() {
    let project = || Project::of(marketplace_test_guests::HONEST).note("good", "hello", "[]");
    let complaint = async |project: &Project| {
        let report = project.test(&["good"]).await;
        assert_eq!(states(&report), [("good", CaseState::Broken)]);
        report.cases[0].message.clone().unwrap()
    };
    for (path, text, words) in [
        ("cases/good/expected.jsn", "{}", "expected.jsn is no part of a case"),
        ("cases/good/expected.json", "{\"verdict\": \"pass\"}", "missing field"),
        (
            "cases/good/expected.json",
            "{\"verdict\": \"refused\", \"stage\": \"contents\", \"findings\": [], \"why\": 1}",
            "why",
        ),
        ("cases/good/case.yaml", "consent: []\n", "`consent` is unknown"),
        ("cases/good/manifest.json", "{}", "keep one"),
    ] {
        let project = project();
        project.write(path, text);
        let complaint = complaint(&project).await;
        assert!(complaint.contains(words), "{path}: {complaint}");
    }
    let signed = project();
    let digest = "0".repeat(64);
    signed.write(
        "cases/good/manifest.yaml",
        &format!("kind: note\nname: good\nversion: 1.0.0\npermissions: []\npackage_sha256: \"{digest}\"\n"),
    );
    assert!(complaint(&signed).await.contains("`package_sha256`; leave it out"));

    let stray = project();
    stray.write("cases/notes.txt", "to do");
    let error = stray.try_test(false, &[]).await.unwrap_err().to_string();
    assert!(error.contains("notes.txt is no folder of a case"), "{error}");
    let error = project().try_test(false, &["god"]).await.unwrap_err().to_string();
    assert!(error.contains("no case and no rule `god`; there are good,"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_collects_tests_can_read_the_report() {
    let project = of_liars(guest::lying_validate::BYTES, "liar", "anything", "[quiet]");
    let report = project.test(&[]).await;
    let document = quick_junit::Report::deserialize_from_str(&report.to_junit().unwrap()).unwrap();
    let [cases, rules] = document.test_suites.as_slice() else { panic!("two suites") };
    assert_eq!((cases.name.as_str(), cases.tests, cases.failures), ("cases", 1, 1));
    assert_eq!((rules.name.as_str(), rules.tests), ("conformance", RULES.len()));
    assert_eq!(rules.failures, broken(&report).len());
    assert!(rules.skipped > 0 && rules.test_cases.iter().all(|case| case.time.is_some()));
    assert!(rules.test_cases.iter().all(|case| case.classname.as_ref().unwrap().as_str() == "conformance"));
}

// -- The command --

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marketplace")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_tests_a_project_and_says_what_to_do_next() {
    let project = Project::of(marketplace_test_guests::HONEST).note("good", "metrics", "[data:read.metrics]");
    let here = project.0.path();
    let (code, out, err) = said(&run(here, &["adapter", "test", "."]));
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(
        out.contains("FAILED") && out.contains("--update") && err.contains("does not pass"),
        "{out}{err}"
    );

    let (code, out, err) = said(&run(here, &["adapter", "test", ".", "--update"]));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("written good"), "{out}");

    let (code, out, err) = said(&run(here, &["adapter", "test", ".", "--junit", "report.xml"]));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("passed: add it to a server: marketplace category add"), "{out}");
    for rule in &RULES {
        assert!(out.contains(rule.id), "{}: {out}", rule.id);
    }
    let xml = std::fs::read_to_string(project.path("report.xml")).unwrap();
    quick_junit::Report::deserialize_from_str(&xml).unwrap();

    let (code, out, _) = said(&run(here, &["adapter", "test", ".", "--json", "--only", "good"]));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &report["passed"], &report["cases"][0]["state"]),
        (Some(0), &json!(true), &json!("passed"))
    );
    assert_eq!(report["cases"][0]["verdict"]["needed"], json!(["data:read.metrics"]));

    let (code, out, _) = said(&run(here, &["adapter", "test", "--rules"]));
    assert!(code == Some(0) && RULES.iter().all(|rule| out.contains(rule.sentence)), "{out}");
    assert_eq!(said(&run(here, &["adapter", "test"])).0, Some(2));
    let (code, _, err) = said(&run(here, &["adapter", "test", "nowhere.wasm"]));
    assert!(code == Some(1) && err.contains("there is no nowhere.wasm"), "{err}");
}

#[test]
fn the_command_shows_what_a_component_is_and_could_ever_do() {
    let project = Project::of(marketplace_test_guests::HONEST);
    let here = project.0.path();
    let (code, out, err) = said(&run(here, &["adapter", "inspect", "adapter.wasm"]));
    assert_eq!(code, Some(0), "{err}");
    for words in [
        "Notes (notes, one is a note)",
        "marketplace:category/contents@",
        "cannot open files",
        "functions in",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let (_, out, _) = said(&run(here, &["adapter", "inspect", "adapter.wasm", "--json"]));
    let portrait: Value = serde_json::from_str(&out).unwrap();
    let digest = marketplace_manifest::Digest::of(marketplace_test_guests::HONEST).to_string();
    assert_eq!((&portrait["description"]["id"], &portrait["sha256"]), (&json!("notes"), &json!(digest)));
    assert!(portrait["anatomy"]["functions"].as_u64().unwrap() > 10, "{portrait:#}");
    let (_, wit, _) = said(&run(here, &["adapter", "inspect", "adapter.wasm", "--wit"]));
    assert!(
        wit.contains("export marketplace:category/validator@") && wit.contains("record manifest"),
        "{wit}"
    );

    project.write("broken.wasm", "not a component");
    let (code, _, err) = said(&run(here, &["adapter", "inspect", "broken.wasm"]));
    assert!(code == Some(1) && err.contains("not a WebAssembly component"), "{err}");
}
