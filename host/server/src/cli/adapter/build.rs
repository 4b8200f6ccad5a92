use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::adapter;
use crate::cli::Outcome;
use crate::cli::output::Output;

#[derive(Debug, Args)]
pub(in crate::cli) struct Build {
    /// The project's folder, or a core module with the contract's types in it.
    #[arg(value_name = "FOLDER|FILE.wasm", default_value = ".")]
    from: PathBuf,
    /// Where the component goes. If not said, into the project's folder, called as the project.
    #[arg(short, long, value_name = "FILE.wasm")]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Build {
    pub(in crate::cli) fn run(self) -> Outcome {
        // On standard error: standard output is for what came of it.
        let mut progress = |step: adapter::Step| {
            let _ = writeln!(std::io::stderr().lock(), "{step}");
        };
        let built = adapter::build(&self.from, self.out.as_deref(), &mut progress)?;
        let value = json!({
            "component": built.component,
            "language": built.language.map(|language| language.to_string()),
            "size": built.size,
            "sha256": built.sha256,
        });
        let text = format!("{}: {} bytes\nsha256 {}", built.component.display(), built.size, built.sha256);
        self.output.print(&value, text);
        Ok(())
    }
}
