//! Apps of several files: `.env`, an override file, `include`, `extends` into folders.

#![allow(clippy::unwrap_used)]

mod common;

use adapter_apps::compose::read;
use common::{package, refused, web};

#[test]
fn a_variable_has_the_value_of_the_packages_own_env_file() {
    let text = web(
        "ports: [\"${PORT:-80}:80\"]\nhostname: ${HOST}\nenvironment: [USER, \"URL=http://${USER}:${TOKEN}@db\", \"PRICE=${PRICE}\"]",
    );
    let understood = read(&package(&[
        ("compose.yaml", &text),
        (".env", "# ours\nPORT=8080\nUSER='ada'\nHOST=\"$USER-box\"\nPRICE='5$'\n"),
    ]))
    .unwrap();
    assert_eq!(understood.needed, ["port:8080/tcp"]);
    let web = &understood.app.services["web"];
    assert_eq!(web.options["hostname"], "ada-box");
    assert_eq!(web.environment["USER"], "ada");
    assert_eq!(web.environment["URL"], "http://ada:${TOKEN}@db");
    assert_eq!(web.environment["PRICE"], "5$$");
    assert!(understood.app.settings.iter().eq(["TOKEN"]));
}

#[test]
fn a_value_that_is_dangerous_is_judged_like_one_that_is_written() {
    for (lines, env, rule) in [
        ("network_mode: ${MODE:-none}", "MODE=host", "compose.host-network"),
        ("privileged: ${P:-false}", "P=true", "compose.privileged"),
        ("volumes: [\"${SOURCE:-data}:/x\"]", "SOURCE=/var/run/docker.sock", "compose.engine-socket"),
        ("volumes: [\"${A:-}${B:-}:/x\"]", "A=/etc\nB=/shadow", "compose.bind-mount"),
        ("cap_add: [\"${CAP:-CHOWN}\"]", "CAP=ALL", "compose.cap-all"),
    ] {
        let text = web(lines);
        refused(read(&package(&[("compose.yaml", &text), (".env", env)])), rule);
    }
}

#[test]
fn an_env_file_that_chooses_what_is_read_is_refused() {
    for env in ["COMPOSE_FILE=other.yaml", "DOCKER_HOST=tcp://192.0.2.1", "A=\"$NONE\"", "nothing"] {
        let finding = refused(read(&package(&[("compose.yaml", &web("")), (".env", env)])), "compose.dotenv");
        assert_eq!(finding.subject, ".env: line 1");
    }
}

#[test]
fn an_override_file_is_laid_over_the_compose_file() {
    let base = web(
        "command: [a]\nports: [\"80:80\"]\nvolumes: [\"data:/a\"]\nenvironment: {A: 1, B: 1}\ntmpfs: /run\nlogging: {driver: local, options: {max-size: 1m}}\nhealthcheck: {test: [CMD, a], retries: 1}",
    );
    let over = "services:\n  web:\n    command: [b]\n    ports: [\"81:81\"]\n    volumes: [\"data:/a:ro\"]\n    environment: [B=2]\n    tmpfs: [/tmp]\n    logging: {driver: json-file}\n    healthcheck: {test: [CMD, b]}\n  more: {image: more}\nvolumes: {extra: }\n";
    for name in ["compose.override.yaml", "docker-compose.override.yml"] {
        let understood = read(&package(&[("compose.yaml", &base), (name, over)])).unwrap();
        assert_eq!(understood.needed, ["port:80/tcp", "port:81/tcp", "mount:data:ro"]);
        let web = &understood.app.services["web"];
        assert_eq!(web.command, Some(serde_json::json!(["b"])));
        assert_eq!((web.environment["A"].as_str(), web.environment["B"].as_str()), ("1", "2"));
        assert_eq!(web.options["tmpfs"], serde_json::json!(["/run", "/tmp"]));
        assert!(web.logging.as_ref().unwrap().options.is_empty());
        assert_eq!(serde_json::to_value(&web.healthcheck).unwrap()["test"], serde_json::json!(["CMD", "b"]));
        assert!(understood.app.services.contains_key("more") && understood.app.volumes.contains("extra"));
    }
}

#[test]
fn what_an_override_file_brings_is_judged() {
    let over = "services: {web: {privileged: true}}";
    refused(
        read(&package(&[("docker-compose.yml", &web("")), ("docker-compose.override.yml", over)])),
        "compose.privileged",
    );
    let list = "services: {web: {deploy: []}}";
    refused(
        read(&package(&[("compose.yaml", &web("deploy: {replicas: 1}")), ("compose.override.yaml", list)])),
        "compose.malformed",
    );
}

#[test]
fn an_included_app_lives_in_its_own_folder() {
    let top = "include: [db/compose.yaml, {path: [sub/a.yaml, sub/b.yaml], project_directory: other, env_file: [x.env]}]\nservices: {web: {image: web, depends_on: [db, more]}}\n";
    let db = "services:\n  db: {image: \"db:${TAG}\", volumes: [\"./init:/init:ro\", \"../shared:/shared:ro\", \"data:/data\"], env_file: db.env}\nvolumes: {data: }\n";
    let files = [
        ("compose.yaml", top),
        ("db/compose.yaml", db),
        ("db/.env", "TAG=1\nOTHER=2"),
        ("db/init/1.sql", ""),
        ("db/db.env", ""),
        ("shared/x", ""),
        ("sub/a.yaml", "services: {more: {image: \"more:${TAG}\", volumes: [\"./c:/c:ro\"]}}"),
        ("sub/b.yaml", "services: {more: {ports: [\"80:80\"]}}"),
        ("x.env", "TAG=3"),
        ("other/c", ""),
    ];
    let understood = read(&package(&files)).unwrap();
    assert_eq!(understood.needed, ["port:80/tcp", "mount:data:rw"]);
    assert_eq!(understood.app.services["db"].image, "db:1");
    assert_eq!(understood.app.services["more"].image, "more:3");
    let mounts = serde_json::to_value(&understood.app.services["db"].volumes).unwrap();
    assert_eq!((&mounts[0]["source"], &mounts[1]["source"]), (&"db/init".into(), &"shared".into()));
    let more = serde_json::to_value(&understood.app.services["more"].volumes).unwrap();
    assert_eq!(more[0]["source"], "other/c");
    // The app's own `.env` goes first.
    let mut first = files.to_vec();
    first.push((".env", "TAG=0"));
    assert_eq!(read(&package(&first)).unwrap().app.services["db"].image, "db:0");
}

#[test]
fn a_finding_names_the_file_that_was_included() {
    let files = [
        ("compose.yaml", "include: [db.yaml]\nservices: {web: {image: w}}"),
        ("db.yaml", "services: {db: {image: d, privileged: true}}"),
    ];
    let finding = refused(read(&package(&files)), "compose.privileged");
    assert_eq!(finding.subject, "db.yaml: services.db.privileged");
}

#[test]
fn an_include_that_leads_out_in_a_circle_or_to_another_meaning_is_refused() {
    for (include, other) in [
        ("../x.yaml", ""),
        ("https://example.org/compose.yaml", ""),
        ("oci://docker.io/x/y", ""),
        ("/etc/compose.yaml", ""),
        ("missing.yaml", ""),
        ("compose.yaml", ""),
        ("{path: other.yaml, project_directory: ../x}", "services: {}"),
        ("{path: other.yaml, project: x}", "services: {}"),
        ("other.yaml", "include: [compose.yaml]"),
        ("other.yaml", "services: {web: {image: another}}"),
    ] {
        let top = format!("include: [{include}]\nservices: {{web: {{image: web}}}}\n");
        refused(read(&package(&[("compose.yaml", &top), ("other.yaml", other)])), "compose.include");
    }
}

#[test]
fn a_service_that_is_continued_in_another_folder_keeps_its_paths() {
    let files = [
        ("compose.yaml", "services: {a: {extends: {file: sub/b.yaml, service: b}}}"),
        (
            "sub/b.yaml",
            "services: {b: {image: b, volumes: [\"./x:/x:ro\"], extends: {file: ../c.yaml, service: c}}}",
        ),
        ("c.yaml", "services: {c: {env_file: [c.env], dns: 192.0.2.1}}"),
        ("c.env", ""),
        ("sub/x", ""),
    ];
    let understood = read(&package(&files)).unwrap();
    let a = serde_json::to_value(&understood.app.services["a"]).unwrap();
    assert_eq!(a["volumes"][0]["source"], "sub/x");
    assert_eq!(a["env_files"], serde_json::json!(["c.env"]));
}
