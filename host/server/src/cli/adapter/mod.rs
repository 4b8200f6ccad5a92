//! An author's tools for adapters. They work offline.

mod inspect;
mod report;
mod test;

use clap::Subcommand;

use super::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum Adapter {
    /// Show who a component is, what it imports, and what it could ever do.
    Inspect(inspect::Inspect),
    /// Run a component's cases, and try the rules that every adapter must keep.
    Test(test::Test),
}

impl Adapter {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Inspect(inspect) => inspect.run().await,
            Self::Test(test) => test.run().await,
        }
    }
}
