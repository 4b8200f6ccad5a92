//! What the tests of several crates share: a real PostgreSQL server of their own.
//!
//! The server starts with the first test of a process that asks, on a Unix socket in a temporary folder, so it
//! meets nothing that runs on the machine; it stops, and the folder goes, when that process ends, however it ends.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail loudly")]

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Set to `off`, the tests on PostgreSQL do not run. They say so; they do not pass in silence.
pub const SWITCH: &str = "MARKETPLACE_TEST_POSTGRES";

/// How long the server may take to start. It takes a second or two, on a machine that does nothing else.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The URL of a fresh, empty database; `None` if [`SWITCH`] is `off`.
///
/// # Panics
/// Where PostgreSQL's programs are not installed, or the server does not start.
pub fn postgres() -> Option<String> {
    // The default, template1, cannot be copied by two tests at once.
    Some(server()?.create("template0"))
}

/// Makes the database of a URL one that only [`postgres_copy`] reads: whoever is connected to what is being copied
/// keeps the copy from being made.
pub fn postgres_seal(url: &str) {
    let server = server().expect("a URL means a server");
    server.sql("postgres", &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", database(url)));
}

/// The URL of a fresh database with all that is in the sealed one of this URL.
pub fn postgres_copy(of: &str) -> String {
    server().expect("a URL means a server").create(database(of))
}

/// Runs statements as the superuser in the database of a URL that [`postgres`] gave: what an outage, or an
/// administrator, does to the program under test.
pub fn postgres_sql(url: &str, statements: &str) -> String {
    server().expect("a URL means a server").sql(database(url), statements)
}

/// Lets the database of a URL take connections, or takes the ones it has away and no new ones.
pub fn postgres_allow(url: &str, allowed: bool) {
    let (server, name) = (server().expect("a URL means a server"), database(url));
    server.sql("postgres", &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}"));
    if !allowed {
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        server.sql("postgres", &cut);
    }
}

/// NAME of `postgres://user@host/NAME?host=/a/socket/folder`.
fn database(url: &str) -> &str {
    url.split('/').find_map(|part| part.split_once('?')).expect("a URL from `postgres()`").0
}

struct Server {
    programs: PathBuf,
    folder: PathBuf,
    /// Lives as long as this process: its standard input is what tells it that we are gone.
    _watchdog: Child,
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref()
}

fn start() -> Option<Server> {
    if std::env::var(SWITCH).is_ok_and(|value| value == "off") {
        eprintln!("{SWITCH}=off: the tests on PostgreSQL were NOT run");
        return None;
    }
    let programs = programs().unwrap_or_else(|| {
        panic!(
            "PostgreSQL's server programs are not installed: run scripts/setup, \
             or set {SWITCH}=off to leave these tests out"
        )
    });
    let folder = tempfile::Builder::new().prefix("marketplace-postgres-").tempdir().unwrap().keep();
    let user = unprivileged_user();
    if let Some(user) = user {
        chown(&folder, Some(user), Some(user)).unwrap();
    }
    let data = folder.join("data");
    run(as_user(user, &programs.join("initdb"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(&data));

    // The shell ends the server when its standard input closes, which the kernel does when this process is
    // gone, killed or not. Its own process group: Ctrl-C is for us, and then it cleans up.
    let script = r#"
        "$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
            -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB >"$2/log" 2>&1 </dev/null &
        read -r _
        kill -INT $!
        wait $!
        rm -rf "$2"
    "#;
    let watchdog = as_user(user, Path::new("/bin/sh"))
        .args(["-c", script, "sh"])
        .arg(programs.join("postgres"))
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let server = Server { programs, folder, _watchdog: watchdog };
    server.wait_until_ready();
    Some(server)
}

impl Server {
    fn wait_until_ready(&self) {
        let started = Instant::now();
        let ready = || {
            let status =
                Command::new(self.programs.join("pg_isready")).arg("-q").arg("-h").arg(&self.folder).status();
            status.is_ok_and(|status| status.success())
        };
        while !ready() {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_TIMEOUT, "PostgreSQL did not start:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn create(&self, template: &str) -> String {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        format!("postgres://postgres@localhost/{name}?host={}", self.folder.display())
    }

    fn sql(&self, database: &str, statements: &str) -> String {
        run(Command::new(self.programs.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-d",
                database,
                "-c",
                statements,
            ])
            .arg("-h")
            .arg(&self.folder))
    }
}

/// The newest version's programs, where Debian and its kin put them.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let bin = entry.path().join("bin");
            Some((entry.file_name().to_str()?.parse().ok()?, bin))
                .filter(|(_, bin)| bin.join("postgres").exists())
        })
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin)
}

/// PostgreSQL refuses to run as root; `None` if we are not.
fn unprivileged_user() -> Option<u32> {
    let id = |user: &[&str]| {
        let output = Command::new("id").arg("-u").args(user).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    match id(&[]) {
        Some(0) => {
            Some(id(&["postgres"]).or_else(|| id(&["nobody"])).expect("root has `postgres` or `nobody`"))
        }
        _ => None,
    }
}

fn as_user(user: Option<u32>, program: &Path) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command
                .args([&format!("--reuid={user}"), &format!("--regid={user}"), "--clear-groups"])
                .arg(program);
            command
        }
        None => Command::new(program),
    };
    // Ours may be a folder that the other user cannot enter.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert!(output.status.success(), "{command:?} failed:\n{}", text(&output.stderr));
    text(&output.stdout)
}
