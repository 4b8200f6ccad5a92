//! What real compositions need, and how they are registered.

#![allow(clippy::unwrap_used)]

mod common;

use adapter_apps::compose::{Understood, read};
use adapter_apps::entry;
use common::{compose, package, service, web};
use marketplace_adapter_sdk::Manifest;
use serde_json::{Value, json};

fn registered(understood: &Understood) -> Value {
    let manifest = Manifest {
        kind: "app".into(),
        name: "web".into(),
        version: "1.2.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: r#"{"title":"The web"}"#.into(),
    };
    entry(&manifest, &understood.app)
}

#[test]
fn a_cloud_with_its_database_needs_a_port_and_its_volumes() {
    let understood = compose(
        r#"
services:
  db:
    image: mariadb:11.4
    restart: always
    command: --transaction-isolation=READ-COMMITTED --log-bin=binlog
    volumes:
      - db:/var/lib/mysql
    environment:
      MYSQL_ROOT_PASSWORD: ${DB_ROOT_PASSWORD}
      MYSQL_PASSWORD: ${DB_PASSWORD:?choose one}
      MYSQL_DATABASE: nextcloud
  redis:
    image: redis:7-alpine
    restart: always
  app:
    image: nextcloud:29-apache
    restart: unless-stopped
    ports:
      - 8080:80
    depends_on: [db, redis]
    volumes:
      - nextcloud:/var/www/html
    environment:
      - MYSQL_PASSWORD=${DB_PASSWORD}
      - MYSQL_HOST=db
      - REDIS_HOST=redis
  cron:
    image: nextcloud:29-apache
    volumes: ["nextcloud:/var/www/html:ro"]
    entrypoint: /cron.sh
volumes:
  db:
  nextcloud: {}
"#,
    )
    .unwrap();
    assert_eq!(understood.needed, ["port:8080/tcp", "mount:db:rw", "mount:nextcloud:rw"]);
    assert_eq!(understood.remarks.len(), 4);
    assert!(understood.remarks.iter().all(|remark| remark.rule == "compose.image-tag"));
    let entry = registered(&understood);
    assert_eq!(entry["settings"], json!(["DB_PASSWORD", "DB_ROOT_PASSWORD"]));
    assert_eq!(entry["title"], "The web");
    assert_eq!(entry["services"]["app"]["environment"]["MYSQL_PASSWORD"], "${DB_PASSWORD}");
    assert_eq!(
        entry["services"]["app"]["depends_on"]["db"],
        json!({"condition": "service_started", "required": true})
    );
    assert_eq!(
        entry["services"]["app"]["ports"],
        json!([{"published": 8080, "target": 80, "protocol": "tcp"}])
    );
    assert_eq!(
        entry["services"]["cron"]["volumes"],
        json!([{"type": "volume", "source": "nextcloud", "target": "/var/www/html", "read_only": true}])
    );
}

#[test]
fn a_forge_publishes_two_ports_and_waits_for_its_database() {
    let understood = compose(
        r#"
networks:
  gitea:
    driver: bridge
services:
  server:
    image: docker.gitea.com/gitea:1.24.6
    environment: {USER_UID: 1000, USER_GID: "1000", GITEA__database__DB_TYPE: postgres}
    networks: [gitea]
    volumes:
      - gitea:/data
    ports: ["3000:3000", "127.0.0.1:222:22"]
    depends_on:
      db: {condition: service_healthy}
  db:
    image: docker.io/library/postgres:16
    networks: {gitea: {aliases: [database]}}
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U $${POSTGRES_USER}"]
      interval: 5s
      retries: ${RETRIES:-5}
    volumes:
      - {type: volume, source: postgres, target: /var/lib/postgresql/data}
volumes: {gitea: , postgres: }
"#,
    )
    .unwrap();
    assert_eq!(understood.needed, ["port:222/tcp", "port:3000/tcp", "mount:gitea:rw", "mount:postgres:rw"]);
    let entry = registered(&understood);
    assert_eq!(entry["services"]["server"]["environment"]["USER_UID"], "1000");
    assert_eq!(entry["services"]["server"]["ports"][1]["host_ip"], "127.0.0.1");
    let check = &entry["services"]["db"]["healthcheck"];
    // Templates: `$$` is one dollar for the container's shell.
    assert_eq!(check["test"][1], "pg_isready -U $${POSTGRES_USER}");
    assert_eq!(check["retries"], "5");
    assert_eq!(entry["settings"], json!([]));
}

#[test]
fn a_media_server_reads_a_volume_and_finds_its_devices() {
    let understood = compose(
        r#"
services:
  jellyfin:
    image: jellyfin/jellyfin@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    user: 1000:1000
    ports:
      - target: 8096
        published: "8096"
      - 7359:7359/udp
    volumes:
      - config:/config
      - type: volume
        source: media
        target: /media
        read_only: true
      - /cache
    tmpfs: /transcode
    extra_hosts: ["host.docker.internal:host-gateway"]
volumes: {config: , media: }
"#,
    )
    .unwrap();
    assert_eq!(understood.needed, ["port:7359/udp", "port:8096/tcp", "mount:config:rw", "mount:media:ro"]);
    let rules: Vec<_> = understood.remarks.iter().map(|remark| remark.rule.as_str()).collect();
    assert_eq!(rules, ["compose.host-gateway"]);
}

#[test]
fn a_name_server_needs_a_capability_and_low_ports() {
    let understood = compose(
        r#"
version: "3"
services:
  pihole:
    container_name: pihole
    image: pihole/pihole:2025.08.0
    ports: ["53:53/tcp", "53:53/udp", "${WEB_PORT:-8053}:80/tcp"]
    environment:
      TZ: 'Europe/London'
      FTLCONF_webserver_api_password: ${PASSWORD:-}
    volumes: ["etc-pihole:/etc/pihole"]
    cap_add: [CAP_NET_ADMIN, SYS_TIME, SYS_NICE]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges=true"]
    sysctls: {net.ipv4.ip_unprivileged_port_start: 0}
    restart: unless-stopped
volumes:
  etc-pihole:
    driver: local
"#,
    )
    .unwrap();
    assert_eq!(
        understood.needed,
        [
            "port:53/tcp",
            "port:53/udp",
            "port:8053/tcp",
            "mount:etc-pihole:rw",
            "cap:NET_ADMIN",
            "cap:SYS_NICE",
            "cap:SYS_TIME"
        ]
    );
    let entry = registered(&understood);
    assert_eq!(entry["services"]["pihole"]["environment"]["FTLCONF_webserver_api_password"], "");
    assert_eq!(entry["services"]["pihole"]["no_new_privileges"], true);
    assert_eq!(entry["services"]["pihole"]["restart"], "unless-stopped");
}

#[test]
fn a_photo_library_continues_services_of_another_file() {
    let text = r#"
name: photos
x-common: &common
  restart: always
  logging: {driver: local, options: {max-size: 10m}}
services:
  server:
    <<: *common
    image: ghcr.io/immich-app/immich-server:${VERSION:-release}
    extends: {file: hwaccel.yml, service: cpu}
    volumes: [upload:/data]
    env_file: [app.env, {path: local.env, required: false}]
    ports: ['2283:2283']
    depends_on: [database]
  machine-learning:
    <<: *common
    image: ghcr.io/immich-app/immich-machine-learning:${VERSION:-release}
    profiles: [ml]
    volumes: [model-cache:/cache]
    deploy: {resources: {limits: {cpus: '2', memory: 4G}}}
  database:
    <<: *common
    image: ghcr.io/immich-app/postgres:14
    shm_size: 128mb
    secrets: [password]
    volumes: [pgdata:/var/lib/postgresql/data, "./init:/docker-entrypoint-initdb.d:ro"]
secrets:
  password: {file: ./password.txt}
volumes: {upload: , model-cache: , pgdata: }
"#;
    let base = r#"
services:
  parent: {environment: [A=parent, B=parent], cap_add: [SYS_NICE], volumes: ["scratch:/data"], command: [parent]}
  cpu: {extends: parent, environment: {A: cpu, C: $$x}, command: [cpu]}
"#;
    let understood = read(&package(&[
        ("compose.yaml", text),
        ("hwaccel.yml", base),
        ("app.env", "X=1"),
        ("password.txt", "x"),
        ("init/1.sql", ""),
    ]))
    .unwrap();
    assert_eq!(
        understood.needed,
        ["port:2283/tcp", "mount:model-cache:rw", "mount:pgdata:rw", "mount:upload:rw", "cap:SYS_NICE"]
    );
    let entry = registered(&understood);
    let server = &entry["services"]["server"];
    assert_eq!(server["image"], "ghcr.io/immich-app/immich-server:release");
    assert_eq!(server["environment"], json!({"A": "cpu", "B": "parent", "C": "$$x"}));
    assert_eq!(server["command"], json!(["cpu"]));
    assert_eq!(server["env_files"], json!(["app.env"]));
    assert_eq!(server["logging"], json!({"driver": "local", "options": {"max-size": "10m"}}));
    assert_eq!(entry["services"]["machine-learning"]["profiles"], json!(["ml"]));
    assert_eq!(
        entry["services"]["database"]["volumes"][1],
        json!({"type": "package", "source": "init", "target": "/docker-entrypoint-initdb.d"})
    );
    assert_eq!(entry["secrets"]["password"], json!({"file": "password.txt"}));
    assert!(entry.get("x-common").is_none());
}

#[test]
fn a_range_is_its_ports() {
    let understood = service("ports: [\"9000-9002:8000-8002/udp\", {target: 80, published: \"8080\", host_ip: \"::1\", mode: host}]").unwrap();
    assert_eq!(understood.needed, ["port:8080/tcp", "port:9000/udp", "port:9001/udp", "port:9002/udp"]);
    assert_eq!(understood.app.services["web"].ports[2].target, 8002);
}

#[test]
fn an_ipv6_address_is_no_port() {
    let understood = service("ports: [\"[::1]:8080:80\"]").unwrap();
    assert_eq!(understood.needed, ["port:8080/tcp"]);
    assert_eq!(understood.app.services["web"].ports[0].host_ip, Some("::1".parse().unwrap()));
}

#[test]
fn a_volume_written_by_one_service_is_written_by_the_app() {
    let understood = compose(
        "services:\n  a: {image: a, volumes: [\"data:/a:ro\"]}\n  b: {image: b, volumes: [\"data:/b\"]}\nvolumes: {data: }\n",
    )
    .unwrap();
    assert_eq!(understood.needed, ["mount:data:rw"]);
}

#[test]
fn services_of_one_app_may_share_a_network() {
    let understood = compose(
        "services:\n  vpn: {image: vpn, cap_add: [NET_ADMIN], ports: [\"8080:8080\"]}\n  web: {image: web, network_mode: \"service:vpn\"}\n",
    )
    .unwrap();
    assert_eq!(understood.needed, ["port:8080/tcp", "cap:NET_ADMIN"]);
}

#[test]
fn a_variable_without_a_value_is_a_setting() {
    let understood =
        service("environment:\n  PASSWORD:\n  URL: http://${HOST}/${PATH:-x}\ncommand: run $TOKEN").unwrap();
    let settings: Vec<_> = understood.app.settings.iter().map(String::as_str).collect();
    assert_eq!(settings, ["HOST", "PASSWORD", "TOKEN"]);
    let web = &understood.app.services["web"];
    assert_eq!(web.environment["URL"], "http://${HOST}/${PATH:-x}");
    assert_eq!(web.environment["PASSWORD"], "${PASSWORD}");
}

#[test]
fn a_setting_is_the_users_wherever_it_is_named() {
    let understood =
        service("environment:\n  A: ${TOKEN}\n  B: ${TOKEN:-none}\n  C: ${OTHER:-none}").unwrap();
    let web = &understood.app.services["web"];
    assert_eq!(web.environment["B"], "${TOKEN:-none}");
    assert_eq!(web.environment["C"], "none");
}

#[test]
fn a_dollar_that_begins_no_variable_stays_one() {
    let understood =
        service("hostname: a$\ncommand: \"awk '{print $1}'\"\nenvironment: {MATCH: ^x$, KEY: $A$}").unwrap();
    let web = &understood.app.services["web"];
    assert_eq!(web.options["hostname"], "a$");
    // Templates.
    assert_eq!(web.command, Some(json!("awk '{print $$1}'")));
    assert_eq!((web.environment["MATCH"].as_str(), web.environment["KEY"].as_str()), ("^x$$", "$A$$"));
}

#[test]
fn a_package_file_that_is_mounted_writable_is_a_copy() {
    let text = web("volumes: [\"./conf/app.ini:/etc/app.ini\", \"./conf:/etc/conf:ro,z\"]");
    let understood = read(&package(&[("compose.yaml", &text), ("conf/app.ini", "")])).unwrap();
    assert!(understood.needed.is_empty());
    let entry = registered(&understood);
    assert_eq!(
        entry["services"]["web"]["volumes"],
        json!([
            {"type": "package", "source": "conf/app.ini", "target": "/etc/app.ini", "copy": true},
            {"type": "package", "source": "conf", "target": "/etc/conf"}
        ])
    );
    let rules: Vec<_> = understood.remarks.iter().map(|remark| remark.rule.as_str()).collect();
    assert_eq!(rules, ["compose.image-tag", "compose.package-copy"]);
}

#[test]
fn what_only_a_swarm_or_an_author_reads_is_told_and_has_no_effect() {
    let understood = service(
        "develop: {watch: [{action: sync, path: ., target: /app}]}\ndeploy:\n  mode: replicated\n  endpoint_mode: vip\n  placement: {constraints: [node.role==manager]}\n  update_config: {parallelism: 1}\n  rollback_config: {parallelism: 1}\n  labels: [a=b]\n  replicas: 2\n  resources: {limits: {memory: 64M, x-why: small}, x-all: 1}",
    )
    .unwrap();
    let ignored = understood.remarks.iter().filter(|remark| remark.rule == "compose.ignored").count();
    assert_eq!(ignored, 7);
    let entry = registered(&understood);
    assert_eq!(
        entry["services"]["web"]["deploy"],
        json!({"replicas": "2", "resources": {"limits": {"memory": "64M"}}})
    );
    assert!(entry["services"]["web"].get("develop").is_none());
}

#[test]
fn every_form_of_the_specification_is_read() {
    let text = r#"
name: forms
services:
  web:
    image: web:1
    attach: false
    pull_policy: every_12h
    expose: [80, "8080-8085"]
    ulimits: {nofile: {soft: 1024, hard: "2048"}, nproc: "${N:-65535}", memlock: -1}
    networks:
      front: {aliases: [w], interface_name: eth0, link_local_ips: [169.254.8.8], priority: 10, driver_opts: {}}
    volumes:
      - data:/a:z
      - data:/b:ro,nocopy
      - {type: volume, source: data, target: /c, volume: {nocopy: true, subpath: x, labels: {a: b}}}
      - {type: bind, source: ./site, target: /d, read_only: true, bind: {create_host_path: false, recursive: disabled, selinux: z}}
      - {type: tmpfs, target: /e, tmpfs: {size: 1048576, mode: 0o1777}}
    env_file: [{path: raw.env, format: raw}, {path: ./app.env}]
    logging: {driver: json-file, options: {max-size: 10m, x-odd: null}}
    secrets: [{source: token, target: /t, uid: "103", gid: "103", mode: 0440}, password]
    configs: [{source: site, mode: 288}, greeting]
    extra_hosts: {here: [192.0.2.1, "2001:db8::1"]}
networks:
  front:
    ipam: {driver: default, config: [{subnet: 172.28.0.0/16, gateway: 172.28.0.1, aux_addresses: {h: 172.28.0.9}}, {}], options: {}}
volumes: {data: {driver: local, labels: [a=b], x-why: data}}
configs: {site: {file: ./site/a.html}, greeting: {content: "Hello ${NAME}, 5$"}}
secrets: {token: {environment: TOKEN}, password: {file: app.env}}
"#;
    let understood =
        read(&package(&[("compose.yml", text), ("site/a.html", ""), ("raw.env", "A=$B"), ("app.env", "")]))
            .unwrap();
    assert_eq!(understood.needed, ["mount:data:rw"]);
    let entry = registered(&understood);
    let web = &entry["services"]["web"];
    assert_eq!(web["env_files"], json!([{"path": "raw.env", "format": "raw"}, "app.env"]));
    assert_eq!(web["secrets"][0]["mode"], "0440");
    assert_eq!(web["configs"][0]["mode"], "0440");
    assert_eq!(
        web["volumes"][4],
        json!({"type": "tmpfs", "target": "/e", "size": "1048576", "mode": "1777"})
    );
    assert_eq!(web["ulimits"]["nofile"], json!({"soft": "1024", "hard": "2048"}));
    assert_eq!(entry["configs"]["greeting"], json!({"content": "Hello ${NAME}, 5$$"}));
    assert_eq!(entry["secrets"]["token"], json!({"setting": "TOKEN"}));
    assert_eq!(entry["settings"], json!(["NAME", "TOKEN"]));
}

#[test]
fn a_name_of_the_engines_gives_no_part_in_what_others_own() {
    let understood = compose(
        "services:\n  web: {image: web, volumes: [\"data:/data\"], networks: [front]}\nvolumes: {data: {name: other_data}}\nnetworks: {front: {name: proxy}, default: {name: proxy}}\n",
    )
    .unwrap();
    assert_eq!(understood.needed, ["mount:data:rw"]);
    let ignored: Vec<_> = understood
        .remarks
        .iter()
        .filter(|remark| remark.rule == "compose.ignored")
        .map(|remark| remark.subject.as_str())
        .collect();
    assert_eq!(
        ignored,
        [
            "compose.yaml: networks.default.name",
            "compose.yaml: networks.front.name",
            "compose.yaml: volumes.data.name"
        ]
    );
    let text = registered(&understood).to_string();
    assert!(!text.contains("other_data") && !text.contains("proxy"), "{text}");
}
