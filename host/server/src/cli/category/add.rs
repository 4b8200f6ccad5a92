use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use marketplace_sandbox::LoadError;
use marketplace_store::Installer;
use serde_json::{Value, json};

use crate::category::add::Candidate;
use crate::cli::output::{Output, harmless};
use crate::cli::{ACTOR, Data, Outcome};

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    #[command(flatten)]
    data: Data,
    /// The component.
    file: PathBuf,
    /// Only look: show what the component is, and what adding it would do.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

impl Add {
    pub(super) async fn run(self) -> Outcome {
        // A dry run makes no data folder either.
        let market = match self.dry_run {
            true => self.data.open_existing().await?,
            false => self.data.open().await?,
        };
        let categories = &market.categories;
        let bytes = self.read(categories.sandbox().limits().component_bytes)?;
        let candidate = categories.examine(&bytes).await?;
        let is_new = if self.dry_run {
            categories.would_add(&candidate).await?
        } else {
            categories.add(&bytes, ACTOR).await?.is_new
        };
        let id = &candidate.category.id;
        let done = match (is_new, self.dry_run) {
            (true, false) => format!("added {id}: it serves from the next request on"),
            (true, true) => format!("would add {id}; nothing was changed"),
            (false, _) => format!("{id} has this very component already; nothing was changed"),
        };
        let text = format!("{}\n\n{done}", shown(&candidate));
        self.output.print(&value(&candidate, is_new), text);
        Ok(())
    }

    /// The file, and never more of it than a component may have.
    fn read(&self, most: usize) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let named = |error: std::io::Error| format!("{}: {error}", self.file.display());
        let file = std::fs::File::open(&self.file).map_err(named)?;
        let size = file.metadata().map_err(named)?.len();
        let mut bytes = Vec::new();
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(named)?;
        if bytes.len() > most {
            let size = usize::try_from(size).unwrap_or(usize::MAX).max(bytes.len());
            return Err(LoadError::TooLarge { size, limit: most }.into());
        }
        Ok(bytes)
    }
}

/// What it says of itself, and what was found out.
fn shown(candidate: &Candidate) -> String {
    let new = &candidate.category;
    let installs = match new.installer {
        Installer::Live => "its items are installed",
        Installer::Stub => "its items are shown, and not installed",
    };
    let imports = match candidate.imports.as_slice() {
        [] => "nothing".to_owned(),
        some => some.join("\n             "),
    };
    format!(
        "{name} ({id}, one is a {singular}): {description}\n\
         component    {digest}, {size} bytes\n\
         contract     {contract}, world {world}: {installs}\n\
         free         {cap} for each tenant without a license\n\
         imports      {imports}",
        name = harmless(&new.name),
        id = new.id,
        singular = harmless(&new.singular),
        description = harmless(&new.description),
        digest = new.component_sha256,
        size = new.component_size,
        contract = candidate.contract,
        world = candidate.world.name(),
        cap = new.free_install_cap,
    )
}

fn value(candidate: &Candidate, is_new: bool) -> Value {
    let new = &candidate.category;
    json!({
        "id": new.id,
        "singular": new.singular,
        "name": new.name,
        "description": new.description,
        "installer": new.installer,
        "free_install_cap": new.free_install_cap,
        "component_sha256": new.component_sha256,
        "component_size": new.component_size,
        "contract": candidate.contract.version(),
        "world": candidate.world.name(),
        "imports": candidate.imports,
        "is_new": is_new,
    })
}
