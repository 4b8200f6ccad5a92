//! The program itself: its commands, its exit codes, and what a `kill -9` leaves.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, Person, copy};
use marketplace::account::Scope;

const PROGRAM: &str = env!("CARGO_BIN_EXE_marketplace");

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).current_dir(folder).args(arguments).output().unwrap()
}

/// What the command prints, if it succeeds.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {out}{err}");
    out.trim().to_owned()
}

/// A server in a process of its own.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        Self::logging_to(data, "off", Stdio::null())
    }

    fn logging_to(data: &Path, filter: &str, log: Stdio) -> Self {
        let mut process = Command::new(PROGRAM)
            .env("RUST_LOG", filter)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("marketplace: ").expect("it says where it listens").to_owned();
        Self { process, address }
    }

    /// SIGKILL: no destructor, no flush.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn example(item: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/packages").join(item)
}

#[test]
fn an_author_a_moderator_and_a_home_need_nothing_but_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let server = Server::start(&here.join("data"));
    said(here, &["license", "issue", "--tenant", "acme", "--tier", "pro"]);
    said(here, &["keygen", "--out", "acme.pem"]);
    said(here, &["author", "create", "--tenant", "acme", "--public-key", "acme.pub.pem", "acme"]);
    let token = said(
        here,
        &[
            "token", "create", "--tenant", "acme", "--scope", "publish", "--scope", "moderate", "--scope",
            "install",
        ],
    );
    let with = ["--server", &server.address, "--token", &token];

    // Offline: pack, sign, verify; the same folder gives the same bytes.
    let theme = example("themes/harbour");
    let theme = theme.to_str().unwrap();
    let packed: Value =
        serde_json::from_str(&said(here, &["pack", theme, "--out", "dist", "--json"])).unwrap();
    let again: Value =
        serde_json::from_str(&said(here, &["pack", theme, "--out", "again", "--json"])).unwrap();
    assert_eq!(packed["package_sha256"], again["package_sha256"]);
    let (manifest, package) = (packed["manifest"].as_str().unwrap(), packed["package"].as_str().unwrap());
    said(here, &["sign", manifest, "--author", "acme", "--key", "acme.pem"]);
    said(here, &["verify", manifest, "--public-key", "acme.pub.pem", "--package", package]);

    let submitted = said(here, &[&["publish", manifest, "--package", package, "--json"], &with[..]].concat());
    let submitted: Value = serde_json::from_str(&submitted).unwrap();
    let id = submitted["id"].as_str().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let approve = reqwest::Client::new()
        .post(format!("{}/cp/api/v1/admin/marketplace/queue/{id}/approve", server.address))
        .bearer_auth(&token)
        .body(json!({ "note": "lovely" }).to_string());
    assert_eq!(runtime.block_on(approve.send()).unwrap().status(), StatusCode::NO_CONTENT);

    assert!(said(here, &[&["search", "themes", "harb"], &with[..]].concat()).contains("harbour"));
    assert!(
        said(here, &[&["install", "themes/harbour", "--dry-run"], &with[..]].concat())
            .starts_with("would install")
    );
    assert!(said(here, &[&["install", "themes/harbour"], &with[..]].concat()).starts_with("installed"));
    assert!(said(here, &[&["installed"], &with[..]].concat()).contains("themes/harbour"));
    said(here, &[&["yank", "themes/harbour@1.0.0", "--reason", "too blue"], &with[..]].concat());
    assert!(said(here, &[&["installed"], &with[..]].concat()).contains("yanked: too blue"));
    assert!(
        said(here, &[&["install", "themes/harbour@1.0.0", "--dry-run"], &with[..]].concat())
            .contains("taken back since you installed it, yanked: too blue")
    );
    let refused = run(here, &[&["yank", "themes/harbour", "--reason", "x"], &with[..]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("name the version"), "which one?");
    said(here, &[&["unyank", "themes/harbour@1.0.0"], &with[..]].concat());
    assert!(!said(here, &[&["installed"], &with[..]].concat()).contains("yanked"));
    said(here, &[&["uninstall", "themes/harbour"], &with[..]].concat());

    let refused = run(here, &[&["uninstall", "themes/harbour"], &with[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`themes/harbour` is not installed"));
    assert_eq!(run(here, &["install"]).status.code(), Some(2));
}

#[test]
fn an_author_applies_and_rotates_keys_with_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let server = Server::start(&here.join("data"));
    let token = said(here, &["token", "create", "--tenant", "acme", "--scope", "publish"]);
    let with = ["--server", &server.address, "--token", &token];
    let author = |arguments: &[&str]| said(here, &[&["author"], arguments, &with[..]].concat());
    for key in ["old.pem", "new.pem", "third.pem"] {
        said(here, &["keygen", "--out", key]);
    }
    assert!(author(&["apply", "--public-key", "old.pub.pem", "ada"]).contains("ada is yours"));
    assert!(said(here, &["author", "list", "--unverified"]).contains("waits"));
    said(here, &["author", "verify", "--reason", "they called", "ada"]);
    assert!(author(&["mine"]).contains("verified"));

    let new = ["--new-public-key", "new.pub.pem"];
    let statement = said(
        here,
        &[&["author", "rotate-statement", "--public-key", "old.pub.pem"], &new[..], &["ada"]].concat(),
    );
    let statement: Value = serde_json::from_str(&statement).unwrap();
    assert_eq!(
        (&statement["author_id"], &statement["purpose"]),
        (&json!("ada"), &json!("marketplace-key-rotation"))
    );
    let stolen = [&["author", "rotate", "--key", "new.pem"], &new[..], &["ada"], &with[..]].concat();
    let refused = run(here, &stolen);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not the old key's signature"));
    assert!(author(&[&["rotate", "--key", "old.pem"], &new[..], &["ada"]].concat()).contains("in force"));

    let mine: Value = serde_json::from_str(&author(&["mine", "--json"])).unwrap();
    let keys = mine["authors"][0]["keys"].as_array().unwrap().clone();
    assert_eq!(keys.iter().map(|key| &key["active"]).collect::<Vec<_>>(), [false, true]);
    assert_eq!(keys[1]["fingerprint"], statement["new_key"]);
    author(&["revoke-key", "--reason", "lost", "ada", keys[1]["id"].as_str().unwrap()]);
    said(here, &["author", "replace-key", "--reason", "a call back", "--public-key", "third.pub.pem", "ada"]);
    said(here, &["author", "unverify", "--reason", "moved away", "ada"]);
    assert!(author(&["mine"]).contains("stopped: moved away"));
    assert_eq!(run(here, &["author", "unverify", "--reason", " ", "ada"]).status.code(), Some(2));
}

#[test]
fn a_license_is_warned_of_shown_and_not_signed_with_a_key_that_nobody_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let issue = ["license", "issue", "--tenant", "home", "--tier", "pro"];
    let legacy = run(here, &[&issue[..], &["--gate", "marketplace_install_cap=9"]].concat());
    assert!(legacy.status.success());
    assert!(String::from_utf8_lossy(&legacy.stderr).contains("marketplace_install_skills_cap"));
    let shown: Value =
        serde_json::from_str(&said(here, &["license", "show", "--tenant", "home", "--json"])).unwrap();
    assert_eq!((&shown["status"], &shown["tier"]), (&json!("in_force"), &json!("pro")));
    assert_eq!(shown["deprecations"][0]["gate"], "marketplace_install_cap");
    let typo = run(here, &[&issue[..], &["--gate", "marketplace_pubish=true"]].concat());
    assert_eq!(typo.status.code(), Some(2));

    // Somebody else sells licenses: this folder's own key counts for nothing.
    said(here, &["keygen", "--out", "vendor.pem"]);
    std::fs::copy(here.join("vendor.pub.pem"), here.join("data/keys/vendor.pub.pem")).unwrap();
    let refused = run(here, &issue);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("ask the vendor"));
    let shown = said(here, &["license", "show", "--tenant", "home"]);
    assert!(shown.starts_with("Free: the license is not signed by the vendor"), "{shown}");
}

/// What reads requests and writes rows logs all that it can; the engine, which sees neither, would only take its time.
const TALKATIVE: &str = "info,marketplace=trace,marketplace_store=trace,sqlx=trace,hyper=trace,hyper_util=trace,\
    tower_http=trace,axum=trace";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_logs_and_stores_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (here, data) = (folder.path(), folder.path().join("data"));
    let log = std::fs::File::create(here.join("log")).unwrap();
    let server = Server::logging_to(&data, TALKATIVE, log.into());
    let mut secrets = vec![said(here, &["token", "create", "--tenant", "acme", "--scope", "operate"])];
    let call = async |token: &str, path: &str, body: Value| {
        let request = reqwest::Client::new().post(format!("{}{path}", server.address)).bearer_auth(token);
        request.body(body.to_string()).send().await.unwrap().json::<Value>().await.unwrap_or_default()
    };
    let order = json!({ "tenant": "acme", "scopes": ["publish"] });
    let made = call(&secrets[0], "/cp/api/v1/admin/marketplace/tokens", order).await;
    let publish = made["token"].as_str().unwrap().to_owned();
    assert!(call(&publish, "/api/v1/marketplace/authors", json!({ "id": "ada" })).await["id"].is_string());
    let rotated = call(&publish, "/api/v1/marketplace/authors/ada/keys", json!({})).await;
    assert_eq!(rotated["held"], true);
    // One that was mistyped is nearly one that is not.
    let mistyped = format!("{publish}x");
    assert_eq!(call(&mistyped, "/api/v1/marketplace/authors", json!({})).await["code"], "token_invalid");
    secrets.push(publish);
    let keys: Vec<Vec<u8>> = ["master.key", "vendor.pem", "cache.key"]
        .iter()
        .map(|name| std::fs::read(data.join("keys").join(name)).unwrap())
        .collect();
    server.kill();

    let files = ["log", "data/marketplace.db", "data/marketplace.db-wal"];
    for file in files.map(|file| here.join(file)).iter().filter(|file| file.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
        for secret in &secrets {
            // Less than the whole: a list shows how a token begins.
            assert!(!holds(&secret.as_bytes()[10..]), "{} holds a token", file.display());
        }
        for key in &keys {
            assert!(!holds(key), "{} holds a key", file.display());
        }
    }
    let log = std::fs::read_to_string(here.join("log")).unwrap();
    assert!(log.contains("/api/v1/marketplace/authors"), "there is a log");
}

#[test]
fn a_key_file_is_never_overwritten_and_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["keygen"]);
    let mode = std::fs::metadata(folder.path().join("author.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(run(folder.path(), &["keygen"]).status.code(), Some(1));
}

#[test]
fn two_servers_do_not_share_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _server = Server::start(&folder.path().join("data"));
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use"));
}

#[test]
fn a_category_that_an_operator_removed_or_replaced_stays_so_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    drop(Server::start(&here.join("data")));
    said(here, &["category", "remove", "themes"]);
    said(here, &["category", "disable", "apps"]);
    drop(Server::start(&here.join("data")));
    let list: Value = serde_json::from_str(&said(here, &["category", "list", "--json"])).unwrap();
    let state = |id: &str| {
        list.as_array().unwrap().iter().find(|category| category["id"] == id).map(|c| c["enabled"].clone())
    };
    assert_eq!(state("themes"), None);
    assert_eq!(state("apps"), Some(json!(false)));
    assert_eq!(state("skills"), Some(json!(true)));
}

#[test]
fn a_component_that_is_dropped_beside_a_running_server_becomes_a_category() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let server = Server::start(&here.join("data"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let serves = |id: &str| {
        let url = format!("{}/api/v1/marketplace/{id}/items", server.address);
        runtime.block_on(async {
            crate::house::http_client().get(url).send().await.unwrap().status().is_success()
        })
    };
    assert!(!serves("posters"));
    std::fs::write(here.join("data/adapters/posters.wasm"), marketplace_test_guests::GALLERY).unwrap();
    let begun = std::time::Instant::now();
    while !serves("posters") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not serve");
        std::thread::sleep(Duration::from_millis(50));
    }

    // And by the command: looked at first, then added; again, nothing; another, refused.
    std::fs::write(here.join("notes.wasm"), marketplace_test_guests::HONEST).unwrap();
    let looked = said(here, &["category", "add", "notes.wasm", "--dry-run"]);
    assert!(looked.contains("would add notes") && looked.contains("marketplace:category/"), "{looked}");
    assert!(!serves("notes"));
    said(here, &["category", "add", "notes.wasm"]);
    assert!(serves("notes"));
    let again: Value =
        serde_json::from_str(&said(here, &["category", "add", "notes.wasm", "--json"])).unwrap();
    assert_eq!((&again["id"], &again["is_new"]), (&json!("notes"), &json!(false)));
    let other = crate::categories::reworded(marketplace_test_guests::HONEST, b"Short texts", b"Brief texts");
    std::fs::write(here.join("notes.wasm"), &other).unwrap();
    let refused = run(here, &["category", "add", "notes.wasm"]);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    for digest in [marketplace_test_guests::HONEST, &other[..]].map(marketplace_manifest::Digest::of) {
        assert!(words.contains(&digest.to_string()), "{words}");
    }
    assert!(words.contains("marketplace category upgrade"), "{words}");
    let list = said(here, &["category", "list"]);
    assert!(list.contains("CONTRACT") && list.contains("serving"), "{list}");
    let nowhere =
        run(here, &["serve", "--listen", "127.0.0.1:0", "--data", "other", "--adapters", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("--adapters"));
}

#[test]
fn a_block_and_the_feed_of_it_need_nothing_but_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    drop(Server::start(&here.join("data")));
    let json = |arguments: &[&str]| -> Value { serde_json::from_str(&said(here, arguments)).unwrap() };
    let refused = |arguments: &[&str]| {
        let output = run(here, arguments);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let key = json(&["keygen", "--out", "thief.pem", "--json"])["fingerprint"].as_str().unwrap().to_owned();
    let add = ["block", "add", "--key", &key, "--reason", "stolen", "--json"];
    let block = json(&add);
    assert_eq!((&block["releases"], &block["target"]["fingerprint"]), (&json!(0), &json!(key)));
    assert!(refused(&add).1.contains("is blocked already"));
    assert_eq!(refused(&["block", "add", "--reason", "what?"]).0, Some(2));
    assert_eq!(refused(&["block", "add", "--key", &key, "--reason", " "]).0, Some(2));
    assert_eq!(refused(&["block", "add", "--item", "themes/nothing", "--reason", "x"]).0, Some(1));

    std::fs::write(here.join("feed.json"), said(here, &["revocations", "export"])).unwrap();
    std::fs::write(here.join("feed.pem"), said(here, &["revocations", "export", "--public-key"])).unwrap();
    let verify = ["revocations", "verify", "feed.json", "--key", "feed.pem"];
    let feed = json(&[&verify[..], &["--newer-than", "1", "--json"]].concat());
    assert_eq!((&feed["version"], &feed["entries"][0]["key"]), (&json!(2), &json!(key)));
    for (more, why) in [
        (["--newer-than", "2"], "not above 2"),
        (["--at", "2999-01-01T00:00:00Z"], "expired"),
        (["--key", "thief.pub.pem"], "not signed by"),
    ] {
        let arguments = match more[0] {
            "--key" => [&verify[..3], &more].concat(),
            _ => [&verify[..], &more].concat(),
        };
        let (code, said) = refused(&arguments);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(why), "{said}");
    }

    said(here, &["block", "lift", block["id"].as_str().unwrap(), "--reason", "it was found"]);
    assert_eq!(json(&["block", "list", "--json"]), json!([]));
    assert_eq!(json(&["block", "list", "--all", "--json"])[0]["lifted"]["by"], "command line");
    let log = json(&["audit", "list", "--action", "block", "--json"]);
    assert_eq!((&log[0]["action"], &log[1]["reason"]), (&json!("block.lifted"), &json!("stolen")));
    assert_eq!(
        json(&["audit", "list", "--subject", &format!("key:{key}"), "--limit", "1", "--json"])[0],
        log[0]
    );
}

/// What an author's folder holds, without a manifest, and what `pack` makes of it.
#[test]
fn an_author_packs_a_folder_and_the_fewest_permissions_are_worked_out() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path();
    let folder = home.join("weather-tools");
    copy(&example("plugins/weather").join("package"), &folder);
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();

    // The category is the only one that takes it, the name is the folder's, the permissions are the tools'.
    let packed = json(&said(home, &["pack", "weather-tools", "--out", "out", "--json"]));
    let tools: Value = json(&std::fs::read_to_string(folder.join("tools.json")).unwrap());
    let mut needed: Vec<String> = tools["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| format!("mcp:{}", tool["name"].as_str().unwrap()))
        .collect();
    needed.sort();
    let mut permissions: Vec<String> = serde_json::from_value(packed["permissions"].clone()).unwrap();
    permissions.sort();
    assert_eq!((&packed["kind"], &permissions), (&json!("plugin"), &needed), "{packed:#}");
    assert_eq!(packed["grants"].as_array().unwrap().len(), needed.len());
    let manifest = std::fs::read_to_string(home.join("out/weather-tools-0.1.0.yaml")).unwrap();
    assert!(manifest.contains("name: weather-tools") && manifest.contains("package_sha256:"), "{manifest}");

    // A manifest that leaves `permissions` out gets them; one that says too few is refused, with the fewest.
    let begin = "kind: plugin\nname: weather-tools\nversion: 1.0.0\n";
    std::fs::write(folder.join("manifest.yaml"), begin).unwrap();
    let packed = json(&said(home, &["pack", "weather-tools", "--out", "out", "--json"]));
    assert_eq!(packed["permissions"].as_array().unwrap().len(), needed.len());
    std::fs::write(folder.join("manifest.yaml"), format!("{begin}permissions: [{}]\n", needed[0])).unwrap();
    let refused = run(home, &["pack", "weather-tools", "--out", "never"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{why}");
    assert!(why.contains(&needed[1]) && why.contains("permission.undeclared"), "{why}");
    assert_eq!(std::fs::read_dir(home.join("never")).map_or(0, Iterator::count), 0, "nothing is half done");

    // One too many is said.
    let list = format!("{begin}permissions: [{}, mcp:never_there]\n", needed.join(", "));
    std::fs::write(folder.join("manifest.yaml"), list).unwrap();
    let packed = json(&said(home, &["pack", "weather-tools", "--out", "out", "--json"]));
    assert_eq!(packed["unneeded"], json!(["mcp:never_there"]));

    // What no category takes is refused with each one's first reason.
    std::fs::create_dir(home.join("nothing")).unwrap();
    std::fs::write(home.join("nothing/letter.txt"), "Dear all").unwrap();
    let refused = run(home, &["pack", "nothing"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("--kind") && why.contains("themes:") && why.contains("SKILL.md"), "{why}");
}

/// Killed at moments that are spread over the whole of an install, again and again:
/// either all of it is there, or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_an_install_leaves_all_of_it_or_nothing() {
    let house = House::open().await;
    let author = house.author("ada").await;
    // Large enough that an install takes a while.
    let files: Vec<(String, String)> =
        (0..400).map(|at| (format!("folder-{}/{at}.txt", at % 7), format!("{at}\n").repeat(2_000))).collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("note.txt", "large"));
    let release = author.release("note", "large", "1.0.0", &files, &[]);
    let (status, submitted) = author.person.submit("notes", &release).await;
    assert_eq!(status, StatusCode::CREATED, "{submitted:#}");
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let id = submitted["id"].as_str().unwrap();
    moderator.post(&format!("/cp/api/v1/admin/marketplace/queue/{id}/approve"), json!({})).await;
    let home = house.person("home", &[Scope::Install]).await;
    let data = house.data.path().to_owned();

    let (mut before, mut after) = (0, 0);
    for round in 0..12 {
        let server = Server::start(&data);
        let caller = at(&home, &server);
        let install = tokio::spawn(async move {
            let path = format!("{}/api/v1/marketplace/notes/items/large/install", caller.house.address);
            let _ =
                reqwest::Client::new().post(path).bearer_auth(caller.token.unwrap()).body("{}").send().await;
        });
        tokio::time::sleep(Duration::from_millis(4 + round * 14)).await;
        server.kill();
        install.await.unwrap();

        let server = Server::start(&data);
        let caller = at(&home, &server);
        let trees: Vec<_> = std::fs::read_dir(data.join("trees")).unwrap().collect();
        assert_eq!(std::fs::read_dir(data.join("staging/work")).unwrap().count(), 0, "the start has swept");
        match caller.installed().await.as_slice() {
            [] => {
                before += 1;
                assert_eq!(trees.len(), 0, "nothing of it");
            }
            [installed] => {
                after += 1;
                assert_eq!(trees.len(), 1);
                let folder = data.join(installed["folder"].as_str().unwrap());
                for file in installed["files"].as_array().unwrap() {
                    let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
                    assert_eq!(
                        marketplace_manifest::Digest::of(&bytes).to_string(),
                        file["sha256"],
                        "all of it"
                    );
                }
                caller.delete("/api/v1/marketplace/notes/items/large/install").await;
            }
            more => panic!("{more:#?}"),
        }
        drop(server);
    }
    println!("killed before the commit {before} times, after it {after} times");
    // After all that, it installs.
    let server = Server::start(&data);
    let (status, answer) = at(&home, &server).install("notes/large", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{answer:#}");
}

/// The same person, at another address.
fn at(person: &Person, server: &Server) -> Person {
    let house = House { address: server.address.clone(), ..person.house.clone() };
    Person { house, token: person.token.clone() }
}
