use clap::Args;
use marketplace_manifest::AuthorId;

use crate::account::author;
use crate::cli::output::say;
use crate::cli::{ACTOR, Data, Outcome, reason};

#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    #[command(flatten)]
    data: Data,
    /// Why, for the audit log.
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
    /// The author's name.
    author: AuthorId,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Unverify {
    #[command(flatten)]
    data: Data,
    /// Why: the author sees it.
    #[arg(long, value_parser = reason)]
    reason: String,
    /// The author's name.
    author: AuthorId,
}

impl Verify {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let author = author::verify(&market.store, ACTOR, &self.author, self.reason.as_deref()).await?;
        say(&format!("{} of tenant {} may publish", author.id, author.tenant));
        Ok(())
    }
}

impl Unverify {
    pub(super) async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let author = author::unverify(&market.store, ACTOR, &self.author, &self.reason).await?;
        say(&format!("{} of tenant {} no longer publishes", author.id, author.tenant));
        Ok(())
    }
}
