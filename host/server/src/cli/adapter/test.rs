use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::report;
use crate::adapter::conformance::RULES;
use crate::adapter::{Options, Tested, test};
use crate::cli::Outcome;
use crate::cli::output::{Output, refusal, say, table};
use crate::workbench::Workbench;

#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    /// The component; or the folder of its project, which has it and its `cases`.
    #[arg(value_name = "FILE.wasm|FOLDER", required_unless_present = "rules")]
    component: Option<PathBuf>,
    /// Where the cases are, if not in the project's folder.
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// Write down what came of each case that is new or differs, as what is expected from now on.
    #[arg(long)]
    update: bool,
    /// Only this case, or this rule or group of rules. Can be repeated.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Write the results as JUnit's XML, too.
    #[arg(long, value_name = "FILE.xml")]
    junit: Option<PathBuf>,
    /// Print the rules that every adapter must keep, and test nothing.
    #[arg(long, conflicts_with_all = ["cases", "update", "only", "junit"])]
    rules: bool,
    #[command(flatten)]
    output: Output,
}

/// It was tested, and does not hold.
#[derive(Debug, thiserror::Error)]
#[error("the component does not pass: of its cases, {0} do not hold; of the rules, {1}")]
struct DoesNotHold(usize, usize);

/// Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; what was written down by then stays, and nothing is half written")]
struct Interrupted;

impl Test {
    pub(super) async fn run(self) -> Outcome {
        let Some(component) = &self.component else {
            let rows: Vec<_> =
                RULES.iter().map(|rule| vec![rule.id.to_owned(), rule.sentence.to_owned()]).collect();
            self.output.print(&json!(RULES), table(&["RULE", "WHAT HOLDS"], &rows));
            return Ok(());
        };
        let mut tested = Tested::find(component)?;
        if let Some(cases) = &self.cases {
            tested.cases = Some(cases.clone());
        }
        let workbench = Workbench::open()?;
        let options = Options { update: self.update, only: self.only.clone() };
        // Shown on standard error, if that is a terminal.
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(100));
        let shown = bar.clone();
        let watch = Arc::new(move |what: &str| shown.set_message(what.to_owned()));
        let tested = tokio::select! {
            tested = test(&workbench, &tested, &options, watch) => tested,
            _ = tokio::signal::ctrl_c() => {
                bar.finish_and_clear();
                refusal(&Interrupted);
                // A compiler that is at work cannot be stopped, and nobody waits for it.
                std::process::exit(1);
            }
        };
        bar.finish_and_clear();
        let report = tested?;
        if let Some(file) = &self.junit {
            std::fs::write(file, report.to_junit()?)
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
        if self.output.json {
            say(&format!("{:#}", report.to_value()));
        } else {
            let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            say(&report::text(&report, colours));
        }
        if report.passed {
            return Ok(());
        }
        let (cases, rules) = report.failed();
        Err(DoesNotHold(cases, rules).into())
    }
}
