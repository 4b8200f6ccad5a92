//! What no app may do, and what cannot be understood: each is refused by its name, with its place.

#![allow(clippy::unwrap_used)]

mod common;

use adapter_apps::compose::read;
use common::{compose, package, refused, service, web};

#[test]
fn a_key_that_no_app_may_use_is_refused_by_name() {
    for (lines, rule) in [
        ("privileged: true", "compose.privileged"),
        ("privileged: \"true\"", "compose.privileged"),
        ("privileged: ${P:-true}", "compose.privileged"),
        ("network_mode: host", "compose.host-network"),
        ("network_mode: ${MODE:-host}", "compose.host-network"),
        ("network_mode: container:other", "compose.external"),
        ("network_mode: bridge2", "compose.network-mode"),
        ("pid: host", "compose.host-namespace"),
        ("pid: container:other", "compose.external"),
        ("ipc: host", "compose.host-namespace"),
        ("uts: host", "compose.host-namespace"),
        ("userns_mode: host", "compose.host-namespace"),
        ("cgroup: host", "compose.host-namespace"),
        ("cgroup_parent: /", "compose.cgroup"),
        ("devices: [\"/dev/dri:/dev/dri\"]", "compose.devices"),
        ("device_cgroup_rules: [\"c 1:3 mr\"]", "compose.devices"),
        ("gpus: all", "compose.devices"),
        (
            "deploy:\n  resources:\n    reservations:\n      devices:\n        - capabilities: [gpu]",
            "compose.devices",
        ),
        ("deploy:\n  palcement: {}", "compose.unknown-key"),
        ("blkio_config:\n  weight: 300", "compose.devices"),
        ("cap_add: [ALL]", "compose.cap-all"),
        ("cap_add: [all]", "compose.cap-all"),
        ("cap_add: [NET_ADMN]", "compose.cap-unknown"),
        ("cap_add: [net_admin]", "compose.cap-unknown"),
        ("security_opt: [\"seccomp:unconfined\"]", "compose.security-opt"),
        ("security_opt: [\"apparmor=unconfined\"]", "compose.security-opt"),
        ("security_opt: [\"label:disable\"]", "compose.security-opt"),
        ("security_opt: [\"no-new-privileges:false\"]", "compose.security-opt"),
        ("security_opt: [systempaths=unconfined]", "compose.security-opt"),
        ("volumes_from: [container:other]", "compose.volumes-from"),
        ("external_links: [other]", "compose.external"),
        ("runtime: nvidia", "compose.runtime"),
        ("isolation: process", "compose.runtime"),
        ("oom_kill_disable: true", "compose.oom-kill"),
        ("oom_score_adj: -1000", "compose.malformed"),
        ("credential_spec:\n  file: a.json", "compose.credential-spec"),
        ("provider:\n  type: awesomecloud", "compose.provider"),
        ("use_api_socket: true", "compose.engine-socket"),
        ("models: [llm]", "compose.models"),
        ("annotations:\n  run.oci.keep_original_groups: 1", "compose.annotations"),
        ("storage_opt:\n  size: 1G", "compose.storage-opt"),
        ("label_file: labels", "compose.label-file"),
        ("cpu_rt_runtime: 95000", "compose.realtime"),
        ("labels:\n  com.docker.compose.project: other", "compose.reserved-label"),
        ("sysctls:\n  kernel.core_pattern: \"|/bin/sh\"", "compose.sysctl"),
        ("sysctls: [vm.max_map_count=262144]", "compose.sysctl"),
        ("logging:\n  driver: syslog", "compose.malformed"),
        ("post_start:\n  - command: id\n    privileged: true", "compose.privileged"),
        ("pre_stop:\n  - command: id\n    privileged: true", "compose.privileged"),
        ("pull_policy: build", "compose.malformed"),
        ("env_file: /etc/passwd", "compose.file-outside"),
        ("env_file: ../other.env", "compose.file-outside"),
        ("env_file: [{path: missing.env}]", "compose.file-outside"),
        ("depends_on: [db]", "compose.no-such-service"),
        ("network_mode: service:db", "compose.no-such-service"),
        ("links: [\"other-app:db\"]", "compose.no-such-service"),
        ("networks: [proxy]", "compose.no-such-network"),
        ("configs: [site]", "compose.no-such-config"),
        ("secrets: [password]", "compose.no-such-secret"),
        ("volumes: [\"other:/data\"]", "compose.no-such-volume"),
        ("volumes: [\"data:/data\", \"/data\"]", "compose.volume"),
        ("privilegd: true", "compose.unknown-key"),
        ("healthcheck:\n  tests: \"true\"", "compose.unknown-key"),
        ("networks:\n  default:\n    driver_opts: {parent: eth0}", "compose.network-driver"),
        ("pull_policy: every_day!", "compose.malformed"),
        ("env_file: [{path: ../x, format: raw}]", "compose.file-outside"),
        ("env_file: [{path: x, format: shell}]", "compose.malformed"),
        ("read_only: yes", "compose.malformed"),
        ("environment: [\"A=1\", \"A=2\"]", "compose.malformed"),
    ] {
        let finding = refused(service(lines), rule);
        assert!(finding.subject.starts_with("compose.yaml: services.web."), "{}", finding.subject);
        assert!(finding.message.ends_with('.'), "{}", finding.message);
    }
}

#[test]
fn a_key_that_says_no_is_no_reason() {
    service("privileged: false\ndevices: []\nuse_api_socket: false\noom_kill_disable: false\nruntime:")
        .unwrap();
}

#[test]
fn a_finding_names_file_service_and_key() {
    let finding = refused(service("privileged: true"), "compose.privileged");
    assert_eq!(finding.subject, "compose.yaml: services.web.privileged");
}

#[test]
fn every_reason_is_given_at_once() {
    let findings = service("privileged: true\nnetwork_mode: host\npid: host").unwrap_err();
    assert_eq!(findings.len(), 3, "{findings:#?}");
}

#[test]
fn the_engines_socket_is_refused_however_it_is_spelled() {
    for source in [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "//var//run/./docker.sock",
        "/VAR/run/Docker.sock",
        "/run/podman/podman.sock",
        "/run/user/1000/podman/podman.sock",
        "./../../../var/run/docker.sock",
        "~/.docker/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/containerd",
        "/run",
        "/var/run",
        "/var",
        "/",
        "/var/lib/docker/volumes",
        "${SOCKET:-/var/run/docker.sock}",
    ] {
        refused(service(&format!("volumes: [\"{source}:/mnt:ro\"]")), "compose.engine-socket");
        refused(
            service(&format!(
                "volumes:\n  - type: bind\n    source: \"{source}\"\n    target: /mnt\n    read_only: true"
            )),
            "compose.engine-socket",
        );
    }
}

#[test]
fn a_path_of_the_host_is_refused() {
    for source in [
        "/etc",
        "/etc/localtime",
        "/home/user/media",
        "../outside",
        "./a/../../b",
        "~/media",
        "/proc",
        "./missing",
    ] {
        refused(service(&format!("volumes: [\"{source}:/mnt:ro\"]")), "compose.bind-mount");
    }
}

#[test]
fn a_mount_that_cannot_be_understood_is_refused() {
    for (entry, rule) in [
        ("data:relative", "compose.volume"),
        ("data:/a/../b", "compose.volume"),
        ("data:/", "compose.volume"),
        ("data:/data:rx", "compose.volume"),
        ("data:/data:ro,rw", "compose.volume"),
        ("data:/data:rshared", "compose.volume"),
        ("-data:/data", "compose.volume"),
        ("conf/app.ini:/etc/app.ini", "compose.volume"),
        ("conf\\\\app.ini:/etc/app.ini", "compose.bind-mount"),
        ("{type: npipe, source: x, target: /x}", "compose.mount-type"),
        ("{type: cluster, source: x, target: /x}", "compose.mount-type"),
        ("{type: image, source: x, target: /x}", "compose.mount-type"),
        ("{type: bind, source: ., target: /x, bind: {propagation: rshared}}", "compose.bind-mount"),
        ("{type: volume, source: data, target: /x, readonly: true}", "compose.volume"),
        ("{type: volume, source: data, target: /x, volume: {subpath: ../y}}", "compose.volume"),
        ("{type: volume, source: data, target: /x, bind: {}}", "compose.volume"),
    ] {
        let entry = if entry.starts_with('{') { entry.to_owned() } else { format!("\"{entry}\"") };
        refused(service(&format!("volumes:\n  - {entry}")), rule);
    }
}

#[test]
fn a_port_that_the_engine_would_choose_is_refused() {
    for entry in [
        "\"80\"",
        "80",
        "\"127.0.0.1::80\"",
        "\"8000-8010:80\"",
        "\"0:80\"",
        "{target: 80}",
        "{target: 80, published: \"\"}",
    ] {
        refused(service(&format!("ports:\n  - {entry}")), "compose.port-random");
    }
}

#[test]
fn a_port_that_cannot_be_understood_is_refused() {
    for (entry, rule) in [
        ("\"99999:80\"", "compose.port"),
        ("\"080:80\"", "compose.port"),
        ("\"web:80\"", "compose.port"),
        ("\"9-8:9-8\"", "compose.port"),
        ("\"1.2.3:80:80\"", "compose.port"),
        ("\"80:80/sctp\"", "compose.port-protocol"),
        ("\"1-65535:1-65535\"", "compose.port-range"),
        ("{target: 80, published: 80, mode: global}", "compose.port"),
        ("{target: 80, published: 80, hostip: 127.0.0.1}", "compose.port"),
        ("80.5", "compose.port"),
        ("\"${PORT}:80\"", "compose.variable"),
        ("\"${PORT:?set it}:80\"", "compose.variable"),
        ("\"$PORT:80\"", "compose.variable"),
    ] {
        refused(service(&format!("ports:\n  - {entry}")), rule);
    }
}

#[test]
fn one_host_port_is_published_once() {
    let two = |profiles: &str| {
        compose(&format!(
            "services:\n  a: {{image: a, ports: [\"80:80\"]{profiles}}}\n  b: {{image: b, ports: [\"80:8080\"]{profiles}}}\n"
        ))
    };
    refused(two(""), "compose.port-conflict");
    two(", profiles: [x]").unwrap();
}

#[test]
fn a_top_level_part_beyond_the_app_is_refused() {
    for (lines, rule) in [
        ("volumes:\n  data:\n    external: true", "compose.volume-external"),
        ("volumes:\n  data:\n    name: other_data\n    external: true", "compose.volume-external"),
        ("volumes:\n  data:\n    external: {name: other_data}", "compose.volume-external"),
        ("volumes:\n  data:\n    driver: rclone", "compose.volume-driver"),
        ("volumes:\n  data:\n    driver_opts: {type: none, o: bind, device: /}", "compose.volume-driver"),
        ("volumes:\n  data:\n    drivr: x", "compose.unknown-key"),
        ("networks:\n  proxy:\n    external: true", "compose.network-external"),
        ("networks:\n  default:\n    name: proxy\n    external: true", "compose.network-external"),
        ("networks:\n  lan:\n    driver: macvlan", "compose.network-driver"),
        ("networks:\n  lan:\n    driver: host", "compose.host-network"),
        ("networks:\n  lan:\n    driver_opts: {parent: eth0}", "compose.network-driver"),
        ("networks:\n  lan:\n    scope: swarm", "compose.unknown-key"),
        ("networks:\n  lan:\n    ipam: {driver: dhcp}", "compose.malformed"),
        ("networks:\n  lan:\n    ipam: {options: {parent: eth0}}", "compose.malformed"),
        ("secrets:\n  key:\n    external: true", "compose.external"),
        ("secrets:\n  key:\n    environment: HOME OTHER", "compose.external"),
        ("secrets:\n  key:\n    file: x\n    environment: HOME", "compose.external"),
        ("secrets:\n  key:\n    file: /etc/shadow", "compose.file-outside"),
        ("configs:\n  site:\n    file: ../site.conf", "compose.file-outside"),
        ("include: [other.yaml]", "compose.include"),
        ("models:\n  llm:\n    model: ai/smollm2", "compose.models"),
        ("service:\n  web: {}", "compose.unknown-key"),
    ] {
        refused(compose(&format!("services:\n  web:\n    image: web:1\n{lines}\n")), rule);
    }
}

#[test]
fn what_is_not_one_clear_yaml_document_is_refused() {
    for text in [
        "services:\n  web: {image: a}\n  web: {image: b}\n",
        "services: {web: {image: a, privileged: false, privileged: true}}\n",
        "services: {web: {image: a}}\n---\nservices: {}\n",
        "services: {web: {image: a, ports: !reset []}}\n",
        "services: {web: {image: a, ports: !override []}}\n",
        "services: {web: {image: !!python/object/apply:os.system [id]}}\n",
        "services: {web: {image: a, privileged: false, \"privileged\": true}}\n",
        "services: {web: {image: a, privileged: false, !!str privileged: true}}\n",
        "services: {web: {image: a, privileged: false, ? privileged : true}}\n",
        "x-key: &key privileged\nservices: {web: {image: a, privileged: false, *key : true}}\n",
        "services: {web: {image: a}}\n...\nservices: {web: {image: a, privileged: true}}\n",
        "services: &all {web: {image: a, x-all: *all}}\n",
        // A second `<<`: some readers take the first, others the last.
        "x-a: &a {privileged: false}\nx-b: &b {privileged: true}\nservices: {web: {<<: *a, <<: *b, image: a}}\n",
        // YAML 1.1 ends the comment there, YAML 1.2 does not.
        "services:\n  web:\n    image: a # \u{85}    privileged: true\n",
        "services:\n  web:\n    image: a # \u{2028}    privileged: true\n",
        "services: {web: {image: a, hostname: \"a\\0b\"}}\n",
        "services: [\n",
        "a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\nx-e: [*d, *d, *d, *d, *d, *d, *d, *d]\n",
    ] {
        refused(compose(text), "compose.yaml");
    }
}

#[test]
fn a_package_has_exactly_one_compose_file() {
    refused(read(&package(&[("readme.md", "")])), "compose.missing");
    refused(read(&package(&[("sub/compose.yaml", "services: {}")])), "compose.missing");
    refused(
        read(&package(&[("compose.yaml", &web("")), ("docker-compose.yml", &web(""))])),
        "compose.ambiguous",
    );
    read(&package(&[("docker-compose.yml", &web(""))])).unwrap();
    refused(
        read(&package(&[
            ("compose.yaml", &web("")),
            ("compose.override.yaml", "{}"),
            ("docker-compose.override.yml", "{}"),
        ])),
        "compose.ambiguous",
    );
    // Without a file to lay it over, Compose does not look for it.
    refused(read(&package(&[("compose.override.yaml", &web(""))])), "compose.missing");
}

#[test]
fn an_app_has_services_with_images() {
    refused(compose("services: {}\n"), "compose.services");
    refused(compose("volumes: {}\n"), "compose.services");
    let first = refused(compose("web: {image: web}\ndb: {build: .}\n"), "compose.services");
    assert!(first.message.contains("first version"), "{}", first.message);
    refused(compose("[]\n"), "compose.malformed");
    refused(compose("services: {web: {command: id}}\n"), "compose.image-missing");
    refused(compose("services: {web: {image: , build: }}\n"), "compose.image-missing");
    refused(compose("services: {web: {build: .}}\n"), "compose.build");
    for image in ["\"\"", "UPPER/Case:1", "a b", "web@sha256:12", "${IMAGE}", "-web"] {
        compose(&format!("services: {{web: {{image: {image}}}}}\n")).unwrap_err();
    }
}

#[test]
fn extends_that_leads_nowhere_or_in_a_circle_is_refused() {
    refused(compose("services:\n  a: {image: a, extends: b}\n"), "compose.extends");
    let circle =
        compose("services:\n  a: {image: a, extends: b}\n  b: {extends: {service: a}}\n").unwrap_err();
    assert!(circle.iter().all(|finding| finding.rule == "compose.extends"));
    refused(
        compose("services:\n  a: {image: a, extends: {file: ../b.yaml, service: b}}\n"),
        "compose.file-outside",
    );
}

#[test]
fn what_is_inherited_is_judged_like_what_is_written() {
    let other = "services: {base: {image: base:1, privileged: true, cap_add: [SYS_ADMIN]}}";
    let answer = read(&package(&[
        ("compose.yaml", "services: {a: {extends: {file: base.yaml, service: base}}}"),
        ("base.yaml", other),
    ]));
    refused(answer, "compose.privileged");
    refused(
        compose("x-base: &base {privileged: true}\nservices: {a: {<<: *base, image: a}}\n"),
        "compose.privileged",
    );
}

#[test]
fn a_mapping_that_is_merged_in_hides_nothing() {
    for lines in [
        "x-a: &a {privileged: true}\nservices: {web: {<<: *a, image: a}}\n",
        "x-a: &a {privileged: true}\nx-b: &b {<<: *a}\nservices: {web: {image: a, <<: [*b]}}\n",
        // The first of a list goes first.
        "x-a: &a {privileged: true}\nx-b: &b {privileged: false}\nservices: {web: {image: a, <<: [*a, *b]}}\n",
    ] {
        refused(compose(lines), "compose.privileged");
    }
    // What stands in the mapping itself goes before what is merged into it, in every reader.
    compose("x-a: &a {privileged: true}\nservices: {web: {privileged: false, <<: *a, image: a}}\n").unwrap();
    refused(
        compose(
            "x-o: &o {driver_opts: {type: none, o: bind, device: /}}\nservices: {web: {image: a, volumes: [\"v:/h\"]}}\nvolumes: {v: {<<: *o}}\n",
        ),
        "compose.volume-driver",
    );
}

#[test]
fn a_word_that_some_readers_take_for_true_is_not_taken_for_no() {
    for word in [
        "yes",
        "on",
        "y",
        "1",
        "True",
        "TRUE",
        "!!str true",
        "\"yes\"",
        "\"no\"",
        "0",
        "off",
        "!!bool \"true\"",
    ] {
        refused(service(&format!("privileged: {word}")), "compose.privileged");
    }
    // A key in another case, or in letters that look like it, is another key.
    for key in ["Privileged", "PRIVILEGED", "рrivileged", "privileged\u{a0}"] {
        refused(service(&format!("{key}: true")), "compose.unknown-key");
    }
}

#[test]
fn a_number_is_one_port_however_it_is_written() {
    for (entry, port) in
        [("{target: 80, published: 0x50}", 80), ("{target: 80, published: 0o120}", 80), ("22:22", 22)]
    {
        assert_eq!(
            service(&format!("ports: [{entry}]")).unwrap().needed,
            [format!("port:{port}/tcp")],
            "{entry}"
        );
    }
    for entry in [
        "{target: 80, published: 0120}",
        "{target: 80, published: 8e1}",
        "{target: 80, published: 80.0}",
        "{target: 80, published: 8_0}",
        "1:30:20",
        "80:80/TCP",
        "80:80/Udp",
    ] {
        service(&format!("ports: [\"{entry}\"]").replace("\"{", "{").replace("}\"", "}")).unwrap_err();
    }
}

#[test]
fn an_alias_bomb_is_told_by_its_kind() {
    let mut bomb = "x-0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..9 {
        let before = at - 1;
        bomb.push_str(&format!(
            "x-{at}: &a{at} [*a{before}, *a{before}, *a{before}, *a{before}, *a{before}, *a{before}]\n"
        ));
    }
    let finding = refused(compose(&format!("{bomb}services: {{web: {{image: a}}}}\n")), "compose.yaml");
    assert!(finding.message.contains("aliases"), "{}", finding.message);
}
