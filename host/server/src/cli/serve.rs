use std::io::IsTerminal;
use std::net::SocketAddr;

use clap::Args;

use super::output::say;
use super::{Data, Outcome};
use crate::category::seed;
use crate::http::{self, Serving};
use crate::installation::recover;
use crate::market::{Market, Reserved, reserve};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", env = "MARKETPLACE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub data: Data,
    /// Log as JSON, one object a line.
    #[arg(long)]
    pub log_json: bool,
}

/// A server that is ready, and the reservation of its data folder.
pub(super) struct Ready {
    pub market: Market,
    pub serving: Serving,
    /// Held until the server has stopped.
    pub reserved: Reserved,
}

impl Serve {
    pub(super) async fn run(self) -> Outcome {
        let Ready { market, serving, reserved: _reserved } = self.prepare().await?;
        say(&format!("marketplace: http://{}", serving.address()?));
        serving.until(interrupted()).await?;
        market.store.close().await;
        Ok(())
    }

    /// Everything up to the first request: recovered, seeded, listening.
    pub(super) async fn prepare(&self) -> Result<Ready, Box<dyn std::error::Error>> {
        log(self.log_json);
        let reserved = reserve(&self.data.data)?;
        let market = self.data.open().await?;
        recover(&market).await?;
        seed(&market.categories).await?;
        // Compile what is not in the cache now, not for the first caller.
        market.categories.all().await?;
        let serving = http::listen(self.listen, http::router(market.clone())).await.map_err(|error| {
            format!("cannot listen on {}: {error}; name another address with --listen", self.listen)
        })?;
        Ok(Ready { market, serving, reserved })
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
