//! The server under test, in a process of its own: this same program, told so by its environment.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use marketplace::category::seed;
use marketplace::http::{self, Options, Rate};
use marketplace::installation::recover;
use marketplace::market::{Market, Place, reserve};
use serde::{Deserialize, Serialize};

/// The variable that makes this program a server.
const VARIABLE: &str = "MARKETPLACE_FAULTS_CHILD";

/// What the server is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Child {
    pub data: PathBuf,
    pub database: Option<String>,
    /// Where a step that is reached and held says so.
    pub reached: PathBuf,
    /// The step that is held until the process is killed, and at which time it is reached.
    pub hold: Option<(String, u32)>,
    /// The steps that fail: as `fail` writes it, such as `1*return(EIO)`.
    pub fail: BTreeMap<String, String>,
}

impl Child {
    /// A server that nothing is done to.
    pub fn new(data: &Path, database: Option<&str>) -> Self {
        Self {
            data: data.to_owned(),
            database: database.map(str::to_owned),
            reached: data.join("reached"),
            hold: None,
            fail: BTreeMap::new(),
        }
    }

    pub fn holding(mut self, step: &str, time: u32) -> Self {
        self.hold = Some((step.to_owned(), time));
        self
    }

    pub fn failing(mut self, step: &str, how: &str) -> Self {
        self.fail.insert(step.to_owned(), how.to_owned());
        self
    }

    pub fn from_environment() -> Option<Self> {
        serde_json::from_str(&std::env::var(VARIABLE).ok()?).ok()
    }

    /// Serves, until it is killed or its parent is gone.
    pub async fn run(self) -> ExitCode {
        // Silent, unless RUST_LOG says otherwise.
        let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
        for (step, how) in &self.fail {
            fail::cfg(step.as_str(), how).unwrap();
        }
        if let Some((step, time)) = self.hold.clone() {
            let (reached, left) = (self.reached.clone(), std::sync::atomic::AtomicU32::new(time));
            fail::cfg_callback(step, move || {
                if left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) == 1 {
                    std::fs::write(&reached, "").unwrap();
                    // Until the kill.
                    loop {
                        std::thread::park();
                    }
                }
            })
            .unwrap();
        }
        let _reserved = reserve(&self.data).unwrap();
        let place = Place { data: self.data.clone(), database: self.database, blobs: None };
        let market = Market::open(&place).await.unwrap();
        let recovered = recover(&market).await;
        match &recovered {
            Ok(recovered) => println!(
                "recovered {}",
                serde_json::json!({
                    "trees_removed": recovered.trees_removed,
                    "trees_missing": recovered.trees_missing.len(),
                    "blobs_removed": recovered.blobs_removed,
                })
            ),
            Err(error) => {
                println!("error {error}");
                return ExitCode::FAILURE;
            }
        }
        seed(&market.categories).await.unwrap();
        let options = Options { rate: Rate::Unlimited, ..Options::default() };
        let router = http::router(market.clone(), &options);
        let serving = http::listen("127.0.0.1:0".parse().unwrap(), router).await.unwrap();
        println!("listening http://{}", serving.address().unwrap());
        // A parent that is gone kills nobody any more.
        let parent_gone = tokio::task::spawn_blocking(|| {
            let _ = std::io::stdin().lines().next();
        });
        serving.until(async { parent_gone.await.unwrap() }).await.unwrap();
        ExitCode::SUCCESS
    }

    /// Starts it. `Err` with what it said, if it does not come as far as to listen.
    pub fn start(self) -> Result<Server, String> {
        let _ = std::fs::remove_file(&self.reached);
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env(VARIABLE, serde_json::to_string(&self).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (told, hears) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| told.send(line)));
        let mut server = Server {
            process,
            address: String::new(),
            reached: self.reached,
            recovered: serde_json::Value::Null,
        };
        let began = Instant::now();
        loop {
            match hears.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => match line.split_once(' ') {
                    Some(("listening", address)) => {
                        server.address = address.to_owned();
                        return Ok(server);
                    }
                    Some(("recovered", found)) => server.recovered = serde_json::from_str(found).unwrap(),
                    Some(("error", why)) => return Err(why.to_owned()),
                    _ => {}
                },
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Err("it ended".into()),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) if server.reached() => {
                    return Err("held".into());
                }
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    assert!(began.elapsed() < Duration::from_secs(120), "it does not start");
                }
            }
        }
    }
}

/// A running server; killed when dropped.
pub struct Server {
    process: std::process::Child,
    pub address: String,
    reached: PathBuf,
    /// What the start found and did.
    pub recovered: serde_json::Value,
}

impl Server {
    /// Whether the step that is held was reached.
    pub fn reached(&self) -> bool {
        self.reached.exists()
    }

    /// SIGKILL.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
