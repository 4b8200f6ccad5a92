use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::report;
use crate::category::{self, Consent, Report, UpgradeError, Who};
use crate::cli::output::{Output, say};
use crate::cli::{ACTOR, Data, Outcome, reason};
use crate::operation::{Stage, Work};

/// Give a category another component, once it is known what changes by it.
///
/// Every approved release is asked about once more, and the answer compared with that of the component that the
/// category has. If a release would be refused, if nobody could tell, or if something else would be granted or
/// installed, the list of that is printed, nothing is done, and the exit code is 1. What is installed stays as it is.
#[derive(Debug, Args)]
pub(in crate::cli) struct Upgrade {
    #[command(flatten)]
    data: Data,
    /// The component. It says itself of which category it is.
    file: PathBuf,
    /// Only say what would change.
    #[arg(long)]
    preview: bool,
    /// Agree to what changes.
    #[arg(long, conflicts_with = "preview")]
    accept_changes: bool,
    /// Why, for the audit log and the history.
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Upgrade {
    pub(super) async fn run(self) -> Outcome {
        let bytes = std::fs::read(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let market = self.data.open_existing().await?;
        let work = Work::unwatched();
        let asked = async {
            if self.preview {
                return category::preview(&market, None, &bytes, &work).await.map(|preview| preview.report);
            }
            let consent = if self.accept_changes { Consent::Everything } else { Consent::None };
            let who = Who { actor: ACTOR, reason: self.reason.as_deref() };
            let upgraded = category::upgrade(&market, None, &bytes, consent, who, &work).await;
            upgraded.map(|upgraded| upgraded.report)
        };
        let answer = tokio::select! {
            answer = watched(&work, asked) => answer,
            _ = tokio::signal::ctrl_c() => return Err("it was called off; nothing was changed".into()),
        };
        match answer {
            Ok(report) => self.print(&report, !self.preview),
            Err(UpgradeError::Consent(report)) => {
                self.print(&report, false);
                let summary = report.summary();
                return Err(format!(
                    "{summary}: nothing was changed; look at it, and if it is meant run it again with --accept-changes"
                )
                .into());
            }
            Err(UpgradeError::Unanswered(report)) => {
                self.print(&report, false);
                return Err(UpgradeError::Unanswered(report).into());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn print(&self, report: &Report, activated: bool) {
        if self.output.json {
            say(&format!("{:#}", json!({ "activated": activated, "report": report })));
            return;
        }
        say(&report::text(report));
        if activated {
            let id = &report.category;
            say(&format!(
                "\n{id} has the component {} now. What is installed stays as it is.\n\
                 `marketplace category rollback {id}` goes back to {}",
                report.component_sha256, report.instead_of
            ));
        } else if self.preview {
            say("\nNothing was changed.");
        }
    }
}

/// Shows on a terminal how many releases were asked about.
async fn watched<T>(work: &Work, asked: impl Future<Output = T>) -> T {
    const BEAT: Duration = Duration::from_millis(100);
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(BEAT);
    bar.set_message("looking at the component");
    let progress = work.watch();
    let mut asked = std::pin::pin!(asked);
    let mut has_style = false;
    let answer = loop {
        if let Ok(answer) = tokio::time::timeout(BEAT, &mut asked).await {
            break answer;
        }
        let now = *progress.borrow();
        if now.stage != Stage::Replay {
            continue;
        }
        if !has_style && let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
            bar.set_message("asking about releases");
            has_style = true;
        }
        bar.set_length(now.entries_total.unwrap_or(0));
        bar.set_position(now.entries);
    };
    bar.finish_and_clear();
    answer
}
