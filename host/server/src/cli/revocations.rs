use std::path::PathBuf;

use clap::{Args, Subcommand};
use marketplace_revocations::{Feed, OffsetDateTime};
use serde_json::json;

use super::keygen::read_public;
use super::output::{Output, say, table};
use super::{Data, Outcome};
use crate::clock;
use crate::withdrawal;

#[derive(Debug, Subcommand)]
pub(super) enum Revocations {
    /// Print the signed feed of everything that was taken back.
    Export(Export),
    /// Check a feed, offline: its signature, its age, and that it is not an old one.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    data: Data,
    /// Print the public key that the feed is checked with (PEM, SPKI) instead.
    #[arg(long)]
    public_key: bool,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The feed.
    file: PathBuf,
    /// The public key of the control plane (PEM, SPKI).
    #[arg(long, value_name = "FILE.pem")]
    key: PathBuf,
    /// As of this time (RFC 3339), instead of now.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
    /// Refuse a feed whose version is not above this one: what is known already.
    #[arg(long, value_name = "VERSION")]
    newer_than: Option<u64>,
    #[command(flatten)]
    output: Output,
}

/// A time as a person writes it, in Unix milliseconds.
pub(super) fn time(text: &str) -> Result<i64, String> {
    clock::parse_rfc3339(text).ok_or_else(|| "write it like 2026-03-01T12:00:00Z".into())
}

impl Revocations {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Export(export) => export.run().await,
            Self::Verify(verify) => verify.run(),
        }
    }
}

impl Export {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        if self.public_key {
            say(market.secrets.feed_key()?.public_key().to_pem().trim_end());
            return Ok(());
        }
        say(&withdrawal::feed(&market).await?);
        Ok(())
    }
}

impl Verify {
    fn run(self) -> Outcome {
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| format!("{}: {error}", self.file.display()))?;
        let key = read_public(&self.key)?;
        let at = self.at.unwrap_or_else(clock::now);
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)?;
        let feed = Feed::verify(&text, &key, at, self.newer_than)?;
        let rows: Vec<_> = feed
            .entries
            .iter()
            .map(|entry| {
                let reason = entry.reason.clone().unwrap_or_default();
                vec![entry.kind.to_string(), entry.to_string(), entry.since.clone(), reason]
            })
            .collect();
        let text = format!(
            "version {}, signed with {}\n{}",
            feed.version,
            feed.key,
            table(&["HOW", "WHAT", "SINCE", "REASON"], &rows)
        );
        self.output.print(&json!(feed), text);
        Ok(())
    }
}
