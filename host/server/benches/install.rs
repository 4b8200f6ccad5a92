//! How long an install takes, beside what a user would otherwise have: `sha256sum`, then `tar` or `unzip`, then `sync`
//! on the same file, in the same run, in turns.
//!
//! ```text
//! scripts/bench                          measures, prints, and draws target/bench/install.svg
//! scripts/bench --on /dev/shm --rounds 15
//! ```
//!
//! Ours is the whole pipeline: hash, signature, strict unpacking, the category's component, the commit of a row.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../tests/api/house.rs"]
#[allow(dead_code, unused_imports, unused_macros)]
mod house;

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use marketplace::account::Scope;
use marketplace::account::license::Tier;
use marketplace::account::token::Caller;
use marketplace::installation::{Order, install, uninstall};
use marketplace::operation::{Stage, Work};
use marketplace_archive::{Format, Limits, Sealed, pack};
use marketplace_manifest::Draft;
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde::Serialize;
use serde_json::{Value, json};

use crate::house::{Author, House};

#[derive(Parser)]
struct Options {
    /// The file system to measure on.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    on: PathBuf,
    /// How many times each is done, in turns; the median counts.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Bytes of the package whose install is watched for its memory; 0 for none.
    #[arg(long, default_value_t = 1 << 30)]
    memory: u64,
    /// Where the numbers go, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[arg(long, hide = true)]
    bench: bool,
}

/// One package, one row of the table.
#[derive(Clone, Copy)]
struct Subject {
    name: &'static str,
    files: usize,
    bytes: usize,
    format: Format,
}

const MB: usize = 1_000_000;

const SUBJECTS: [Subject; 4] = [
    Subject { name: "50 MB, 2,000 files, .tar.gz", files: 2_000, bytes: 50 * MB, format: Format::TarGz },
    Subject { name: "50 MB, 2,000 files, .zip", files: 2_000, bytes: 50 * MB, format: Format::Zip },
    Subject { name: "500 MB, 1 file, .tar.gz", files: 1, bytes: 500 * MB, format: Format::TarGz },
    Subject { name: "500 MB, 1 file, .zip", files: 1, bytes: 500 * MB, format: Format::Zip },
];

#[derive(Serialize)]
struct Row {
    name: String,
    against: String,
    ours_ms: f64,
    theirs_ms: f64,
    again_ms: f64,
    package_bytes: u64,
}

fn main() {
    let options = Options::parse();
    // Temporary files go where the environment says, and a process's own environment is not to be changed.
    if std::env::var_os("TMPDIR").as_deref() != Some(options.on.as_os_str()) {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(std::env::args_os().skip(1))
            .env("TMPDIR", &options.on)
            .status()
            .unwrap();
        std::process::exit(status.code().unwrap_or(1));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let rows: Vec<Row> =
        SUBJECTS.iter().map(|subject| runtime.block_on(measure(subject, &options))).collect();
    let memory = (options.memory > 0).then(|| runtime.block_on(memory(options.memory)));
    println!("\n{:32} {:>10} {:>10} {:>7} {:>12}", "package", "ours", "theirs", "ratio", "there already");
    for row in &rows {
        println!(
            "{:32} {:>7.0} ms {:>7.0} ms {:>6.1}x {:>9.1} ms",
            row.name,
            row.ours_ms,
            row.theirs_ms,
            row.theirs_ms / row.ours_ms,
            row.again_ms
        );
    }
    println!(
        "\nmedians of {} rounds in turns, on {}; theirs is, for example:\n  {}",
        options.rounds,
        options.on.display(),
        rows[0].against
    );
    if let Some((idle, peak)) = memory {
        println!(
            "memory: a package of {} MiB was received, checked and installed with at most {} MiB above the {} MiB of an idle server",
            options.memory >> 20,
            (peak - idle) >> 10,
            idle >> 10
        );
    }
    if let Some(path) = &options.json {
        let memory = memory.map(
            |(idle, peak)| json!({ "package_bytes": options.memory, "idle_kib": idle, "peak_kib": peak }),
        );
        let on = options.on.display().to_string();
        std::fs::write(path, json!({ "rows": rows, "memory": memory, "on": on }).to_string()).unwrap();
    }
}

async fn measure(subject: &Subject, options: &Options) -> Row {
    let house = House::open().await;
    let author = house.author("ada").await;
    let package = tempfile::NamedTempFile::new().unwrap();
    let source = contents(subject.files, subject.bytes);
    pack(
        source.path(),
        std::io::BufWriter::new(package.reopen().unwrap()),
        subject.format,
        &Limits::default(),
        &|_| false,
    )
    .unwrap();
    drop(source);
    publish(&house.address, &author, package.path()).await;
    approve(&house).await;
    house.license("home", Tier::Pro, json!({})).await;
    house.license("work", Tier::Pro, json!({})).await;
    let (home, work) = (caller(&house, "home").await, caller(&house, "work").await);

    let (mut ours, mut theirs, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let command = against(package.path(), subject.format);
    // The first of each warms the caches, and is not counted.
    for round in 0..=options.rounds {
        let took = timed(put(&house, &home, round == options.rounds)).await;
        let took_again = timed(put(&house, &work, false)).await;
        remove(&house, &[home.clone(), work.clone()]).await;
        let target = tempfile::tempdir().unwrap();
        let began = Instant::now();
        let status = Command::new("sh")
            .args(["-ec", &command])
            .arg("sh")
            .arg(target.path())
            .stdout(Stdio::null())
            .status();
        let took_theirs = began.elapsed();
        assert!(status.unwrap().success(), "{command}");
        drop(target);
        rest();
        if round > 0 {
            ours.push(took);
            again.push(took_again);
            theirs.push(took_theirs);
        }
        eprint!(".");
    }
    eprintln!(" {}", subject.name);
    Row {
        name: subject.name.into(),
        against: command.replace(&package.path().display().to_string(), "PACKAGE"),
        ours_ms: median(ours),
        theirs_ms: median(theirs),
        again_ms: median(again),
        package_bytes: package.as_file().metadata().unwrap().len(),
    }
}

/// What somebody would do by hand.
fn against(package: &Path, format: Format) -> String {
    let package = package.display();
    let unpack = match format {
        Format::TarGz => format!("tar -xzf {package} -C \"$1\""),
        Format::Zip => format!("unzip -q {package} -d \"$1\""),
    };
    format!("sha256sum {package} && {unpack} && sync -f \"$1\"")
}

/// Files as packages have them, and the note that the category wants: three in five are text, of words as frequent as
/// words are, and compress well; the others are pictures and archives, and do not.
fn contents(files: usize, bytes: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("note.txt"), "large").unwrap();
    let mut random = Random(7);
    let words: Vec<String> = (0..4_000).map(|_| random.word()).collect();
    for file in 0..files {
        let path = folder.path().join(format!("part-{}/file-{file}.dat", file % 40));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
        let size = bytes / files;
        let mut left = size;
        while left > 0 {
            // In stretches, so that a single file is mixed too.
            let is_text = if files > 1 { file % 5 < 3 } else { (size - left) / (1 << 20) % 5 < 3 };
            let piece = if is_text {
                // Zipf's law: the nth word comes one nth as often.
                let rank = (words.len() as f64).powf(random.share()) as usize - 1;
                words[rank.min(words.len() - 1)].clone().into_bytes()
            } else {
                random.next().to_le_bytes().to_vec()
            };
            let length = piece.len().min(left);
            out.write_all(&piece[..length]).unwrap();
            left -= length;
        }
        out.flush().unwrap();
    }
    folder
}

/// splitmix64: the same packages every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn word(&mut self) -> String {
        let length = 2 + self.next() % 9;
        let letters = (0..length).map(|_| char::from(b'a' + u8::try_from(self.next() % 26).unwrap()));
        letters.chain([' ']).collect()
    }
}

async fn publish(address: &str, author: &Author, package: &Path) -> Value {
    let digest = Sealed::open(std::fs::File::open(package).unwrap(), &Limits::default()).unwrap().digest();
    let draft = Draft::new("note", "large".parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
    let manifest = draft.fill(&author.id, &digest).unwrap().sign(&author.key).to_json().to_string();
    let form = Form::new().text("manifest", manifest).part("package", Part::file(package).await.unwrap());
    let request = house::http_client().post(format!("{address}/api/v1/marketplace/notes/items"));
    let request = request.bearer_auth(author.person.token.as_ref().unwrap()).multipart(form);
    let response = request.send().await.unwrap();
    let status = response.status();
    let answer = response.json().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{answer:#}");
    answer
}

async fn approve(house: &House) {
    let moderator = house.person("moderators", &[Scope::Moderate]).await;
    let (_, queue) = moderator.get("/cp/api/v1/admin/marketplace/queue").await;
    for one in queue["submissions"].as_array().unwrap() {
        let path = format!("/cp/api/v1/admin/marketplace/queue/{}/approve", one["id"].as_str().unwrap());
        moderator.post(&path, json!({})).await;
    }
}

async fn caller(house: &House, tenant: &str) -> Caller {
    let person = house.person(tenant, &[Scope::Install]).await;
    let (_, me) = person.get("/api/v1/marketplace/me").await;
    assert_eq!(me["tenant"], tenant, "{me:#}");
    Caller { tenant: tenant.parse().unwrap(), scopes: [Scope::Install].into(), token_id: "bench".into() }
}

/// Installs it; tells how long each stage took, if asked to.
async fn put(house: &House, caller: &Caller, tell: bool) {
    let order = Order {
        category: "notes".parse().unwrap(),
        slug: "large".parse().unwrap(),
        version: None,
        accept_permissions: false,
        dry_run: false,
    };
    let work = Work::unwatched();
    let mut progress = work.watch();
    let began = Instant::now();
    let stages = tokio::spawn(async move {
        let mut seen = vec![(Stage::Wait, began)];
        while progress.changed().await.is_ok() {
            let stage = progress.borrow_and_update().stage;
            if seen.last().is_none_or(|(last, _)| *last != stage) {
                seen.push((stage, Instant::now()));
            }
        }
        seen
    });
    install(&house.market, caller, &order, &work).await.unwrap();
    let ended = Instant::now();
    drop(work);
    if !tell {
        return;
    }
    let mut seen = stages.await.unwrap();
    seen.push((Stage::Commit, ended));
    for pair in seen.windows(2) {
        eprint!(" {:?} {:.1} ms;", pair[0].0, (pair[1].1 - pair[0].1).as_secs_f64() * 1000.0);
    }
}

async fn remove(house: &House, callers: &[Caller]) {
    for caller in callers {
        uninstall(&house.market, caller, &"notes".parse().unwrap(), &"large".parse().unwrap()).await.unwrap();
    }
    // What is removed in the background is no part of the next round.
    let staging = house.data.path().join("staging/work");
    while std::fs::read_dir(&staging).unwrap().count() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    rest();
}

/// Everything that was written before is on the disk, so that nobody pays for somebody else.
fn rest() {
    assert!(Command::new("sync").status().unwrap().success());
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Sends and installs one big package on a server of its own; its memory when idle, and at most, in KiB.
async fn memory(bytes: u64) -> (u64, u64) {
    let house = House::open().await;
    let author = house.author("ada").await;
    house.license("home", Tier::Pro, json!({})).await;
    let home = house.person("home", &[Scope::Install]).await;
    house.market.store.close().await;

    let source = contents(1, usize::try_from(bytes).unwrap());
    let package = tempfile::NamedTempFile::new().unwrap();
    pack(
        source.path(),
        std::io::BufWriter::new(package.reopen().unwrap()),
        Format::TarGz,
        &Limits::default(),
        &|_| false,
    )
    .unwrap();
    drop(source);

    let mut server = Command::new(env!("CARGO_BIN_EXE_marketplace"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(house.data.path())
        .env("RUST_LOG", "error")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("marketplace: ").unwrap().to_owned();
    let at = House { address: address.clone(), ..house.clone() };
    house::http_client().get(format!("{address}/api/v1/marketplace/categories")).send().await.unwrap();
    let idle = status(server.id(), "VmRSS");
    publish(&address, &author, package.path()).await;
    let reopened = house.reopen().await;
    approve(&reopened).await;
    let home = house::Person { house: at, ..home };
    let (status_code, answer) = home.install("notes/large", json!({})).await;
    assert_eq!(status_code, StatusCode::CREATED, "{answer:#}");
    let peak = status(server.id(), "VmHWM");
    server.kill().unwrap();
    server.wait().unwrap();
    (idle, peak)
}

/// A line of `/proc/PID/status`, in KiB.
fn status(process: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
