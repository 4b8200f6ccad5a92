//! An author's tools for adapters. They work offline, but for fetching what a language's tools need.

mod build;
mod inspect;
mod new;
mod report;
mod test;

use clap::Subcommand;

use super::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum Adapter {
    /// Begin a category: a project that builds and passes its own tests at once.
    New(new::New),
    /// Make a component of a project, in whatever language it is written, or of a core module.
    Build(build::Build),
    /// Show who a component is, what it imports, and what it could ever do.
    Inspect(inspect::Inspect),
    /// Run a component's cases, and try the rules that every adapter must keep.
    Test(test::Test),
}

impl Adapter {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::New(new) => new.run(),
            Self::Build(build) => build.run(),
            Self::Inspect(inspect) => inspect.run().await,
            Self::Test(test) => test.run().await,
        }
    }
}
