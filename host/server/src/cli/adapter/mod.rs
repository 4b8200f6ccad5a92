//! What an adapter's author does. All of it works offline, but for fetching what a language's tools need.

mod build;
mod new;

use clap::Subcommand;

use super::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum Adapter {
    /// Begin a category: a project that builds and passes its own tests at once.
    New(new::New),
    /// Make a component of a project, in whatever language it is written, or of a core module.
    Build(build::Build),
}

impl Adapter {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::New(new) => new.run(),
            Self::Build(build) => build.run(),
        }
    }
}
