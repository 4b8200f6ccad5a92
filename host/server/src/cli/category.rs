//! `marketplace category`: what an operator does with categories, on the data folder.

mod add;
mod history;
mod list;
mod remove;
mod report;
mod rollback;
mod switch;
mod upgrade;

use clap::{Args, Subcommand};
use marketplace_manifest::CategoryId;

use super::{Data, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum Category {
    /// List categories, also disabled and broken ones.
    List(list::List),
    /// Add a category that is not there yet. It serves from the next request on.
    Add(add::Add),
    Upgrade(upgrade::Upgrade),
    Rollback(rollback::Rollback),
    History(history::History),
    /// Serve a category again.
    Enable(One),
    /// Stop serving a category. What is installed stays installed.
    Disable(One),
    /// Remove a category that has no items.
    Remove(One),
}

/// A category, by its id.
#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    data: Data,
    /// Which.
    id: CategoryId,
}

impl Category {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.run().await,
            Self::Add(add) => add.run().await,
            Self::Upgrade(upgrade) => upgrade.run().await,
            Self::Rollback(rollback) => rollback.run().await,
            Self::History(history) => history.run().await,
            Self::Enable(one) => switch::enable(one).await,
            Self::Disable(one) => switch::disable(one).await,
            Self::Remove(one) => remove::remove(one).await,
        }
    }
}
