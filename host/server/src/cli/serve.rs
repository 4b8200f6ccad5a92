use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::Args;

use super::oidc::Oidc;
use super::output::say;
use super::{Data, Outcome};
use crate::category::folder::Watching;
use crate::category::seed;
use crate::http::{self, Options, Rate, Serving};
use crate::installation::recover;
use crate::market::{Market, Reserved, reserve};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", env = "MARKETPLACE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub data: Data,
    /// How many calls a minute one token may make, or `unlimited`; an address may make four times as many.
    #[arg(long, value_name = "CALLS", env = "MARKETPLACE_RATE_LIMIT", default_value_t)]
    pub rate_limit: Rate,
    /// Show the catalogue only to those who have a token with the scope `browse`.
    #[arg(long)]
    pub closed: bool,
    /// The folder in which components are dropped: each becomes a category. Without it, `adapters` in the data folder.
    #[arg(long, value_name = "DIR", env = "MARKETPLACE_ADAPTERS")]
    pub adapters: Option<PathBuf>,
    /// Believe the last address in `X-Forwarded-For`: only behind a proxy that writes it.
    #[arg(long)]
    pub behind_proxy: bool,
    /// Let web pages of this origin call the API; may be given more than once.
    #[arg(long = "cors-origin", value_name = "ORIGIN", value_parser = origin)]
    pub cors_origins: Vec<HeaderValue>,
    /// Where people find the pages, if not where the server listens: `https://market.example.org`. With `https`, cookies
    /// travel over nothing else.
    #[arg(long, value_name = "URL", env = "MARKETPLACE_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<reqwest::Url>,
    #[command(flatten)]
    pub oidc: Oidc,
    /// Log as JSON, one object a line.
    #[arg(long)]
    pub log_json: bool,
}

/// How long operations may go on after the last connection is closed.
const GRACE: Duration = Duration::from_secs(10);

/// A server that is ready, and the reservation of its data folder.
pub(super) struct Ready {
    pub market: Market,
    pub serving: Serving,
    /// Looks at the adapters folder as long as it is held.
    pub watching: Watching,
    /// Held until the server has stopped.
    pub reserved: Reserved,
}

impl Serve {
    pub(super) async fn run(self) -> Outcome {
        let Ready { market, serving, watching, reserved: _reserved } = self.prepare().await?;
        say(&format!("marketplace: http://{}", serving.address()?));
        serving.until(interrupted()).await?;
        drop(watching);
        // What was begun without a caller to wait for it is finished, or stops as a crash would.
        let _ = tokio::time::timeout(GRACE, market.operations.idle()).await;
        market.store.close().await;
        Ok(())
    }

    /// Everything up to the first request: recovered, seeded, listening.
    pub(super) async fn prepare(&self) -> Result<Ready, Box<dyn std::error::Error>> {
        log(self.log_json);
        let reserved = reserve(&self.data.data)?;
        let adapters = self.adapters()?;
        let market = self.data.open().await?;
        recover(&market).await?;
        let seeded = seed(&market.categories).await?;
        // Compile what is not in the cache now, not for the first caller.
        market.categories.all().await?;
        tokio::spawn(seeded.present(market.clone()));
        let sign_on = self.oidc.sign_on(self.public_url.as_ref())?;
        let options = Options {
            rate: self.rate_limit,
            closed: self.closed,
            behind_proxy: self.behind_proxy,
            cors_origins: self.cors_origins.clone(),
            public_url: self.public_url.clone(),
            sign_on: sign_on.clone(),
        };
        let serving =
            http::listen(self.listen, http::router(market.clone(), &options)).await.map_err(|error| {
                format!("cannot listen on {}: {error}; name another address with --listen", self.listen)
            })?;
        if let Some(sign_on) = sign_on {
            // A provider that is down is no reason not to serve.
            tokio::spawn(async move { sign_on.introduce().await });
        }
        let watching = market.categories.watch(&adapters);
        Ok(Ready { market, serving, watching, reserved })
    }

    /// The adapters folder, which is there. One that was named and is not there is a mistake; our own, we make.
    fn adapters(&self) -> Result<PathBuf, String> {
        let folder = self.adapters.clone().unwrap_or_else(|| self.data.data.join("adapters"));
        let no_folder = |error: &dyn std::fmt::Display| {
            format!("the adapters folder {}: {error}; name a folder with --adapters", folder.display())
        };
        match &self.adapters {
            Some(named) if !named.is_dir() => return Err(no_folder(&"it is no folder")),
            Some(_) => {}
            None => std::fs::create_dir_all(&folder).map_err(|error| no_folder(&error))?,
        }
        // Messages name files of it, for people who may be elsewhere.
        std::path::absolute(&folder).map_err(|error| no_folder(&error))
    }
}

/// An address without anything after the host.
fn public_url(text: &str) -> Result<reqwest::Url, String> {
    origin(text.trim_end_matches('/'))?;
    text.parse().map_err(|_| format!("`{text}` is no address"))
}

/// An origin as browsers send it (RFC 6454, section 7): never with a path, or it would match nothing.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let wrong = || format!("`{text}` is no origin; write it like https://os.example.org, without a path");
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    match url.origin().ascii_serialization() {
        origin if origin == text => HeaderValue::from_str(text).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// Structured logs on standard error; `RUST_LOG` says how much.
fn log(json: bool) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // Whoever runs two servers in one process keeps the first one's choice.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}

/// Until Ctrl-C, or whoever manages the process says stop.
pub(super) async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
