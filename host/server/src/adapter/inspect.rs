//! What a component is: who it says it is, what it is given, and what it could ever do.

use std::path::Path;
use std::time::{Duration, Instant};

use marketplace_manifest::Digest;
use marketplace_sandbox::{Anatomy, Description, Outcome, Presentation, World};
use serde::Serialize;

use crate::category::imports::{Group, abilities, grouped};
use crate::workbench::{Workbench, WorkbenchError};

/// Everything that is known of a component without a package.
#[derive(Clone, Debug, Serialize)]
pub struct Portrait {
    /// Who it says it is.
    pub description: Description,
    /// Bytes of its icon.
    pub icon_bytes: usize,
    /// SHA-256 of its bytes: what a category's row pins.
    pub sha256: Digest,
    /// Its bytes.
    pub size: u64,
    /// The version of the contract that it is of.
    pub contract: String,
    /// The world of that contract.
    pub world: &'static str,
    /// The interfaces that it exports.
    pub exports: Vec<String>,
    /// What it imports, and what it gets.
    pub imports: Vec<Imported>,
    /// What it could ever do, in sentences.
    pub abilities: Vec<String>,
    /// What it shows of itself; of a contract without that, nothing.
    pub presentation: Presentation,
    /// What it is made of.
    pub anatomy: Anatomy,
    /// How long it took to be ready, in milliseconds.
    pub ready_ms: f64,
    /// Whether that was compiling; if not, it had been compiled before.
    pub compiled: bool,
    /// How long its first call took, in milliseconds.
    pub first_call_ms: f64,
}

/// A group of interfaces that it imports.
#[derive(Clone, Debug, Serialize)]
pub struct Imported {
    /// Which, and what stands behind it.
    #[serde(flatten)]
    pub group: Group,
    /// Their names.
    pub interfaces: Vec<String>,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It cannot be read, does not load, or does not say who it is.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// It does not say what it shows.
    #[error("the component does not say what it shows: {0}")]
    Present(String),
    /// Its types cannot be written as WIT.
    #[error("the component's world cannot be written as WIT: {0}")]
    Wit(String),
}

/// Looks at the component in a file.
///
/// # Errors
/// See [`InspectError`]. A component that a server refuses is refused here, in the same words.
pub async fn inspect(workbench: &Workbench, file: &Path) -> Result<Portrait, InspectError> {
    let bytes = read(file)?;
    let (adapter, loading) = workbench.load(&bytes).await.map_err(WorkbenchError::from)?;
    let anatomy = Anatomy::of(&bytes).map_err(WorkbenchError::from)?;
    let begun = Instant::now();
    let described = adapter.describe().await;
    let first_call = begun.elapsed();
    let description = match described {
        Outcome::Answer(description) => description,
        Outcome::Refusal(_) => return Err(WorkbenchError::Describe("it refuses to".into()).into()),
        Outcome::Failure(failure) => return Err(WorkbenchError::Describe(failure.to_string()).into()),
    };
    let presentation = match adapter.present().await {
        Outcome::Answer(presentation) => presentation,
        Outcome::Refusal(_) => return Err(InspectError::Present("it refuses to".into())),
        Outcome::Failure(failure) => return Err(InspectError::Present(failure.to_string())),
    };
    let imports = grouped(adapter.imports()).into_iter().map(|(group, names)| Imported {
        group: *group,
        interfaces: names.into_iter().map(str::to_owned).collect(),
    });
    Ok(Portrait {
        icon_bytes: description.icon.len(),
        description,
        sha256: adapter.digest(),
        size: adapter.size(),
        contract: adapter.contract().to_string(),
        world: world(adapter.world()),
        exports: adapter.exports().to_vec(),
        imports: imports.collect(),
        abilities: abilities(adapter.imports(), adapter.world(), workbench.limits()),
        presentation,
        anatomy,
        ready_ms: milliseconds(loading.took),
        compiled: loading.compiled,
        first_call_ms: milliseconds(first_call),
    })
}

/// The world of the component in a file, as WIT: with the types of all that it imports and exports.
///
/// # Errors
/// When it is no component.
pub fn wit(file: &Path) -> Result<String, InspectError> {
    let failed = |error: &dyn std::fmt::Display| InspectError::Wit(error.to_string());
    let bytes = read(file)?;
    let decoded = wit_component::decode(&bytes).map_err(|error| failed(&error))?;
    let (resolve, main) = (decoded.resolve(), decoded.package());
    let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != main).collect();
    let mut printer = wit_component::WitPrinter::default();
    printer.print(resolve, main, &others).map_err(|error| failed(&error))?;
    Ok(printer.output.to_string())
}

fn read(file: &Path) -> Result<Vec<u8>, WorkbenchError> {
    std::fs::read(file).map_err(|source| WorkbenchError::Read { path: file.to_owned(), source })
}

/// The name of a world in the contract.
pub(super) fn world(world: World) -> &'static str {
    match world {
        World::Whole => "category",
        World::Gallery => "gallery-category",
    }
}

/// With as many digits as mean something.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}
