//! The command `marketplace`: one subcommand, one file.
//!
//! Exit code 0: done. 1: refused, with the reason on standard error. 2: not understood.

mod adapter;
mod audit;
mod author;
mod block;
mod category;
mod client;
mod demo;
mod folder;
mod follow;
mod install;
mod installed;
mod keygen;
mod license;
mod oidc;
mod output;
mod pack;
mod publish;
mod reason;
mod review;
mod revocations;
mod search;
mod serve;
mod sign;
mod token;
mod uninstall;
mod verify;
mod yank;

pub use demo::extract_examples;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::market::{Market, OpenError, Place};

/// A self-hosted marketplace: publish, sign, verify, install in a sandbox.
#[derive(Debug, Parser)]
#[command(name = "marketplace", bin_name = "marketplace", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: the OS side and the control plane. What it needs, it makes.
    Serve(serve::Serve),
    /// Run a server with a catalogue of real packages, and print tokens to try it with.
    Demo(demo::Demo),
    /// Make, list and revoke tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Make, verify and stop authors; apply for a name, and rotate its keys.
    #[command(subcommand)]
    Author(author::Author),
    /// Issue, show, export and install licenses.
    #[command(subcommand)]
    License(license::License),
    /// List, add, upgrade, roll back, enable, disable and remove categories.
    #[command(subcommand)]
    Category(category::Category),
    /// Begin, build and test categories of one's own.
    #[command(subcommand)]
    Adapter(adapter::Adapter),
    /// Take packages, items and keys back from everybody.
    #[command(subcommand)]
    Block(block::Block),
    /// Export the signed feed of what was taken back, and check one.
    #[command(subcommand)]
    Revocations(revocations::Revocations),
    /// Ask the log of who did what.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Make a key pair to sign with.
    Keygen(keygen::Keygen),
    /// Make a package of a folder, find the fewest permissions that it needs, and write a manifest that is ready to be
    /// signed.
    Pack(pack::Pack),
    /// Sign a manifest.
    Sign(sign::Sign),
    /// Check a manifest's signature, and its package.
    Verify(verify::Verify),
    /// Submit a release for moderation.
    Publish(publish::Publish),
    /// Take a release back: it is not offered any more, and stays with whoever has it.
    Yank(yank::Yank),
    /// Offer a yanked release again.
    Unyank(yank::Unyank),
    /// Search the catalogue.
    Search(search::Search),
    /// Install an item, or show what an install would do.
    Install(install::Install),
    /// Uninstall an item.
    Uninstall(uninstall::Uninstall),
    /// List what is installed.
    Installed(installed::Installed),
    /// Write, list and remove reviews.
    #[command(subcommand)]
    Review(review::Review),
}

/// What every command may end with.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Who the audit log names for what is done on the command line.
const ACTOR: &str = "command line";

/// The longest reason, in characters: what the API takes.
const MAX_REASON: usize = 4_000;

/// Why somebody did something, for the audit log and for those whom it concerns.
fn reason(text: &str) -> Result<String, String> {
    match text.chars().count() {
        _ if text.trim().is_empty() => Err("say why; whoever it concerns reads it".into()),
        count if count > MAX_REASON => Err(format!("it has {count} characters; {MAX_REASON} are the most")),
        _ => Ok(text.to_owned()),
    }
}

/// Runs the command that the process was called with.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Token(token) => token.run().await,
        Command::Author(author) => author.run().await,
        Command::License(license) => license.run().await,
        Command::Category(category) => category.run().await,
        Command::Adapter(adapter) => adapter.run().await,
        Command::Block(block) => block.run().await,
        Command::Revocations(revocations) => revocations.run().await,
        Command::Audit(audit) => audit.run().await,
        Command::Keygen(keygen) => keygen.run(),
        Command::Pack(pack) => pack.run().await,
        Command::Sign(sign) => sign.run(),
        Command::Verify(verify) => verify.run(),
        Command::Publish(publish) => publish.run().await,
        Command::Yank(yank) => yank.run().await,
        Command::Unyank(unyank) => unyank.run().await,
        Command::Search(search) => search.run().await,
        Command::Install(install) => install.run().await,
        Command::Uninstall(uninstall) => uninstall.run().await,
        Command::Installed(installed) => installed.run().await,
        Command::Review(review) => review.run().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::refusal(error.as_ref());
            ExitCode::from(1)
        }
    }
}

/// Where the data is, for the commands that work on a data folder.
#[derive(Clone, Debug, Args)]
struct Data {
    /// The data folder: database, packages, keys, and what is installed.
    #[arg(long, value_name = "DIR", env = "MARKETPLACE_DATA", default_value = "./data")]
    data: PathBuf,
    /// The database, if not SQLite in the data folder: `postgres://…` or `sqlite:///path`.
    #[arg(long, value_name = "URL", env = "MARKETPLACE_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Where packages are kept, if not in the data folder: `file:///path`.
    #[arg(long, value_name = "URL", env = "MARKETPLACE_BLOBS")]
    blobs: Option<String>,
}

impl Data {
    fn place(&self) -> Place {
        Place { data: self.data.clone(), database: self.database.clone(), blobs: self.blobs.clone() }
    }

    async fn open(&self) -> Result<Market, OpenError> {
        Market::open(&self.place()).await
    }

    /// For commands that only look or take away: a mistyped folder is a mistake, not a new
    /// marketplace.
    async fn open_existing(&self) -> Result<Market, Box<dyn std::error::Error>> {
        if !self.data.join("keys").is_dir() {
            let data = self.data.display();
            return Err(format!(
                "{data} is no data folder of a marketplace; name the one of `marketplace serve` with --data"
            )
            .into());
        }
        Ok(self.open().await?)
    }
}
