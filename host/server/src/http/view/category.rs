//! Categories, as operators see them.

use marketplace_manifest::{AuthorId, CategoryId, Digest};
use marketplace_sandbox::{Contract, Presentation};
use marketplace_store::{CategoryUse, Installer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::category::add::Candidate;
use crate::category::folder::{self, Seen};
use crate::category::health::{Calls, Record};
use crate::category::imports::grouped;
use crate::category::{self, Categories, Paused};
use crate::clock::rfc3339;

/// How a category stands on this server.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CategoryState)]
pub(in crate::http) enum State {
    /// It is asked, and answers.
    Serving,
    /// An operator disabled it.
    Disabled,
    /// Its component is new here and is being compiled: it serves in a few seconds.
    Compiling,
    /// Its component does not load.
    Broken,
    /// Its component failed again and again, and is tried again at `until`.
    Paused,
}

/// A category, with its component and how that does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatedCategory)]
pub(in crate::http) struct Category {
    pub id: CategoryId,
    /// Another `kind` that means the same.
    pub singular: String,
    pub name: String,
    pub description: String,
    /// An inline SVG without script; may be empty.
    pub icon: String,
    pub installer: Installer,
    /// How many a tenant without a license may install.
    pub free_install_cap: u32,
    pub enabled: bool,
    pub state: State,
    /// Why it does not serve, if that is no operator's decision.
    pub reason: Option<String>,
    /// When it is tried again, if it is paused.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// Authors whose packages alone are not looked at for a while.
    pub paused_authors: Vec<PausedAuthor>,
    pub component: Component,
    /// How its calls ended; `null` if it does not load.
    pub health: Option<Health>,
    /// How many items it has, of any state.
    #[schema(minimum = 0)]
    pub items: i64,
    /// How many installations, of all tenants.
    #[schema(minimum = 0)]
    pub installations: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// An author whose packages made the component fail again and again.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct PausedAuthor {
    pub author: AuthorId,
    pub reason: String,
    /// When they are looked at again.
    #[schema(format = DateTime)]
    pub until: String,
}

/// The component of a category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PresentComponent)]
pub(in crate::http) struct Component {
    pub sha256: Digest,
    /// In bytes.
    pub size: u64,
    /// The version of the contract that it is of; `null` if it does not load.
    #[schema(example = "1.1.0")]
    pub contract: Option<String>,
    /// `category`, or `gallery-category` for one that cannot install; `null` if it does not load.
    #[schema(example = "category")]
    pub world: Option<String>,
    /// What it imports, and what it is given of that.
    pub imports: Vec<Import>,
    pub source: Source,
    /// The file of this server's adapters folder that holds it, if one does.
    pub file: Option<String>,
}

/// Where a component came from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ComponentSource)]
pub(in crate::http) enum Source {
    /// It came with the program.
    Bundled,
    /// It lies in this server's adapters folder.
    Folder,
    /// An operator sent it.
    Operator,
}

/// Interfaces that a component imports.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComponentImport)]
pub(in crate::http) struct Import {
    /// For people.
    pub name: String,
    /// What the component is given, which is never the real thing.
    pub gets: String,
    /// By name, with their versions.
    pub interfaces: Vec<String>,
}

/// How the calls of a component ended: on this server, since it loaded the component.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryHealth)]
pub(in crate::http) struct Health {
    #[schema(format = DateTime)]
    pub since: String,
    pub calls: Vec<CallsOf>,
    /// How many asked during a pause, and were turned away.
    pub turned_away: u64,
    /// The last ones, newest first.
    pub failures: Vec<Failed>,
}

/// The calls of one function of the contract.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryCalls)]
pub(in crate::http) struct CallsOf {
    #[schema(example = "inspect")]
    pub call: &'static str,
    pub answered: u64,
    /// Refused with findings, which is an answer.
    pub refused: u64,
    /// Without an answer.
    pub failed: u64,
    pub slowest_ms: u64,
    #[schema(format = DateTime)]
    pub last: String,
}

/// A call that had no answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryFailure)]
pub(in crate::http) struct Failed {
    #[schema(format = DateTime)]
    pub at: String,
    pub call: &'static str,
    #[schema(example = "adapter_trapped")]
    pub code: &'static str,
    pub message: String,
}

/// What a component would be as a category, and whether anything would change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryCandidate)]
pub(in crate::http) struct Candidacy {
    pub id: CategoryId,
    pub singular: String,
    pub name: String,
    pub description: String,
    /// An inline SVG without script; may be empty.
    pub icon: String,
    pub installer: Installer,
    pub free_install_cap: u32,
    pub component_sha256: Digest,
    /// In bytes.
    pub component_size: u64,
    #[schema(example = "1.1.0")]
    pub contract: String,
    #[schema(example = "category")]
    pub world: String,
    /// What it imports, and what it would be given of that.
    pub imports: Vec<Import>,
    /// What it shows of itself and its items.
    pub presentation: Presentation,
    /// Whether the category is not there yet.
    pub is_new: bool,
}

/// The folder in which components are dropped.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AdaptersFolder {
    /// Where it is, on this server.
    pub folder: String,
    /// Why it cannot be looked at.
    pub problem: Option<String>,
    /// Its files that are no categories, by name.
    pub refused: Vec<RefusedFile>,
}

/// A file of the adapters folder that is no category.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RefusedFile {
    pub file: String,
    /// Stable: the code that sending the component has; `category_removed` for one of a category that an operator
    /// removed, and `file_unfit` for what is no file.
    #[schema(example = "category_exists")]
    pub code: &'static str,
    /// What is wrong, and the fix.
    pub detail: String,
    pub component_sha256: Option<Digest>,
    pub category: Option<CategoryId>,
}

fn imports(names: &[String]) -> Vec<Import> {
    let owned = |text: &str| text.to_owned();
    grouped(names)
        .into_iter()
        .map(|(group, interfaces)| Import {
            name: owned(group.name),
            gets: owned(group.gets),
            interfaces: interfaces.into_iter().map(owned).collect(),
        })
        .collect()
}

fn version(contract: Contract) -> String {
    contract.version().to_owned()
}

impl Category {
    /// `is_bundled` says whether the component came with the program.
    pub(in crate::http) fn new(
        categories: &Categories,
        category: &category::Category,
        used: CategoryUse,
        seen: &Seen,
        is_bundled: bool,
    ) -> Self {
        let row = &category.row;
        let standing = categories.breaker().standing(&row.component_sha256);
        let error = category.error();
        let (state, reason) = match (&error, &standing.paused) {
            _ if !row.enabled => (State::Disabled, error),
            (Some(_), _) if category.is_compiling() => (State::Compiling, error),
            (Some(_), _) => (State::Broken, error),
            (None, Some(paused)) => (State::Paused, Some(paused.to_string())),
            (None, None) => (State::Serving, None),
        };
        let until = standing.paused.as_ref().map(|paused| rfc3339(paused.until));
        let record = categories.health().of(&row.component_sha256);
        Self {
            id: row.id.clone(),
            singular: row.singular.clone(),
            name: row.name.clone(),
            description: row.description.clone(),
            icon: row.icon.clone(),
            installer: row.installer,
            free_install_cap: row.free_install_cap,
            enabled: row.enabled,
            until: until.filter(|_| matches!(state, State::Paused)),
            state,
            reason,
            paused_authors: standing.authors.iter().filter_map(PausedAuthor::new).collect(),
            component: Component::new(category, seen, is_bundled),
            health: record.map(|record| Health::new(&record, standing.turned_away)),
            items: used.items,
            installations: used.installations,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

impl Component {
    fn new(category: &category::Category, seen: &Seen, is_bundled: bool) -> Self {
        let row = &category.row;
        let adapter = category.adapter().ok();
        let file = seen.components.iter().find(|(_, digest)| **digest == row.component_sha256);
        Self {
            sha256: row.component_sha256,
            size: row.component_size,
            contract: adapter.map(|adapter| version(adapter.contract())),
            world: adapter.map(|adapter| adapter.world().name().to_owned()),
            imports: adapter.map(|adapter| imports(adapter.imports())).unwrap_or_default(),
            source: match (&file, is_bundled) {
                (Some(_), _) => Source::Folder,
                (None, true) => Source::Bundled,
                (None, false) => Source::Operator,
            },
            file: file.map(|(name, _)| name.clone()),
        }
    }
}

impl PausedAuthor {
    fn new(paused: &Paused) -> Option<Self> {
        let author = paused.author.clone()?;
        Some(Self { author, reason: paused.to_string(), until: rfc3339(paused.until) })
    }
}

impl Health {
    fn new(record: &Record, turned_away: u64) -> Self {
        let calls = |(call, calls): (&&'static str, &Calls)| CallsOf {
            call,
            answered: calls.answered,
            refused: calls.refused,
            failed: calls.failed,
            slowest_ms: u64::try_from(calls.slowest.as_millis()).unwrap_or(u64::MAX),
            last: rfc3339(calls.last),
        };
        let failures = record.failures.iter().map(|failed| Failed {
            at: rfc3339(failed.at),
            call: failed.call,
            code: failed.code,
            message: failed.message.clone(),
        });
        Self {
            since: rfc3339(record.since),
            calls: record.calls.iter().map(calls).collect(),
            turned_away,
            failures: failures.collect(),
        }
    }
}

impl Candidacy {
    pub(in crate::http) fn new(candidate: Candidate, is_new: bool) -> Self {
        let Candidate { category, contract, world, imports: names, presentation } = candidate;
        Self {
            id: category.id,
            singular: category.singular,
            name: category.name,
            description: category.description,
            icon: category.icon,
            installer: category.installer,
            free_install_cap: category.free_install_cap,
            component_sha256: category.component_sha256,
            component_size: category.component_size,
            contract: version(contract),
            world: world.name().to_owned(),
            imports: imports(&names),
            presentation,
            is_new,
        }
    }
}

impl AdaptersFolder {
    /// Nothing, where no folder is watched.
    pub(in crate::http) fn new(seen: Seen) -> Option<Self> {
        let folder = seen.folder?.display().to_string();
        Some(Self {
            folder,
            problem: seen.problem,
            refused: seen.refused.into_iter().map(Into::into).collect(),
        })
    }
}

impl From<folder::Refused> for RefusedFile {
    fn from(refused: folder::Refused) -> Self {
        let folder::Refused { file, code, detail, component, category } = refused;
        Self { file, code, detail, component_sha256: component, category }
    }
}
