//! The adapters folder: a component that is dropped there becomes a category, while the server runs.
//!
//! **A file adds, and does nothing else.** The row that it becomes pins its bytes, which lie in the blob store from then
//! on: every replica serves them, and a file that goes away, or is damaged, changes nothing. A file that *changes* is not
//! a decision that anybody took: it is refused and said aloud, here and wherever categories are listed, until somebody
//! upgrades the category or puts the file back. The same holds for a file of a category that an operator removed: the
//! file was there first, and only says what was true then.
//!
//! What a file's bytes are was decided once is remembered, so that a broken one is neither compiled nor logged again and
//! again. Replicas may share the folder or have one each: whoever comes second finds the row.

mod decide;
mod look;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use marketplace_manifest::{CategoryId, Digest};
use marketplace_store::Category as Row;

use super::Categories;
use crate::pipeline::blocking;
use look::Stamp;

/// How often the folder is looked at.
///
/// It is looked at, and not watched: the system tells nobody of a file that another machine writes to a shared folder, nor
/// of what a container's host does. It is one listing of a folder with a handful of files.
const LOOK: Duration = Duration::from_millis(250);

/// Looks after which a file that is as it was is compared with the rows again.
const COMPARE: u32 = 4;

/// Components in the folder. More are none that a person dropped: nothing of them is read.
pub const MOST_FILES: usize = 64;

/// After how long something that may be better later is tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// Why a file of the folder is no category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its name in the folder.
    pub file: String,
    /// Stable, as the API has it for a component that is sent.
    pub code: &'static str,
    /// What is wrong, and the fix.
    pub detail: String,
    /// Its SHA-256, if it was read.
    pub component: Option<Digest>,
    /// Which category it is of, if it says so.
    pub category: Option<CategoryId>,
}

/// What is known of the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Where it is; `None` if this process watches none.
    pub folder: Option<PathBuf>,
    /// Why it cannot be looked at.
    pub problem: Option<String>,
    /// Its files that are no categories, by name.
    pub refused: Vec<Refused>,
    /// The components that its other files hold, by name.
    pub components: BTreeMap<String, Digest>,
}

/// The folder, as far as it was looked at. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Folder(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    folder: Option<PathBuf>,
    problem: Option<String>,
    files: BTreeMap<String, File>,
    /// What was refused by its bytes, whatever it was called: a file that was only renamed or touched is not compiled
    /// again. Few: it is forgotten when there are more than files may be.
    decided: BTreeMap<Digest, Refused>,
}

#[derive(Debug)]
struct File {
    stamp: Stamp,
    what: What,
    /// What the log was told of it.
    told: Option<&'static str>,
}

/// What is known of a file.
#[derive(Clone, Debug)]
enum What {
    /// It was not read yet: it may still be on its way.
    Waits,
    /// It is a component that says it is this category.
    Component { digest: Digest, category: CategoryId },
    /// It is no category, and will not be as long as it is as it is; or until it is tried again.
    Refused { refused: Refused, again: Option<Instant> },
}

/// Looks at a folder until it is dropped.
#[derive(Debug)]
pub struct Watching(tokio::task::JoinHandle<()>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Categories {
    /// Begins to look at the folder, which is there.
    #[must_use]
    pub fn watch(&self, folder: &Path) -> Watching {
        self.folder.lock().folder = Some(folder.to_owned());
        let (categories, folder) = (self.clone(), folder.to_owned());
        Watching(tokio::spawn(async move {
            for turn in 0_u32.. {
                categories.look(&folder, turn % COMPARE == 0).await;
                tokio::time::sleep(LOOK).await;
            }
        }))
    }

    /// Looks at the folder once, and reads what held still since the last time.
    async fn look(&self, folder: &Path, compare: bool) {
        let path = folder.to_owned();
        let listed = match blocking(move || look::list(&path)).await {
            Ok(listed) => listed,
            Err(error) => return self.folder.lock().has_problem(Some(error.to_string())),
        };
        let ready = {
            let mut state = self.folder.lock();
            state.has_problem(None);
            state.update(listed)
        };
        let compare = compare || !ready.is_empty();
        // In the order of their names: of two that say they are one category, the first has it.
        for (name, stamp) in ready {
            let what = self.decide(folder, &name, stamp).await;
            self.folder.lock().decided(&name, stamp, what);
        }
        if compare && self.folder.lock().has_components() {
            match self.all().await {
                Ok(snapshot) => {
                    let rows: Vec<Row> = snapshot.iter().map(|category| category.row.clone()).collect();
                    self.folder.lock().compare(&rows);
                }
                Err(error) => tracing::debug!(%error, "the adapters folder waits for the database"),
            }
        }
    }
}

impl Folder {
    /// What is known of it, held against these rows.
    #[must_use]
    pub fn seen<'a>(&self, rows: impl IntoIterator<Item = &'a Row>) -> Seen {
        let state = self.lock();
        let rows: Vec<&Row> = rows.into_iter().collect();
        let components = state.files.iter().filter_map(|(name, file)| match &file.what {
            What::Component { digest, .. } => Some((name.clone(), *digest)),
            What::Waits | What::Refused { .. } => None,
        });
        Seen {
            folder: state.folder.clone(),
            problem: state.problem.clone(),
            refused: state.files.keys().filter_map(|name| state.refused(name, &rows)).collect(),
            components: components.collect(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_problem(&mut self, problem: Option<String>) {
        if self.problem != problem {
            match &problem {
                Some(problem) => tracing::warn!(problem, "the adapters folder is not looked at"),
                None => tracing::info!("the adapters folder is looked at again"),
            }
            self.problem = problem;
        }
    }

    /// Takes note of what is there, and says what is to be read: it is as it was the last time.
    fn update(&mut self, listed: BTreeMap<String, Result<Stamp, String>>) -> Vec<(String, Stamp)> {
        self.files.retain(|name, _| listed.contains_key(name));
        let mut ready = Vec::new();
        for (name, stamp) in listed {
            let (stamp, unfit) = match stamp {
                Ok(stamp) => (stamp, None),
                Err(detail) => (Stamp::default(), Some(detail)),
            };
            match self.files.get(&name).filter(|file| file.stamp == stamp) {
                Some(file) if file.what.is_due() => ready.push((name, stamp)),
                Some(_) => {}
                None => {
                    let what = match unfit {
                        None => What::Waits,
                        Some(detail) => What::Refused {
                            refused: Refused {
                                file: name.clone(),
                                code: "file_unfit",
                                detail,
                                component: None,
                                category: None,
                            },
                            again: None,
                        },
                    };
                    self.files.insert(name.clone(), File { stamp, what, told: None });
                    self.tell(&name, None);
                }
            }
        }
        ready
    }

    fn decided(&mut self, name: &str, stamp: Stamp, what: What) {
        if let What::Refused { refused: refused @ Refused { component: Some(digest), .. }, again: None } =
            &what
        {
            if self.decided.len() >= MOST_FILES {
                self.decided.clear();
            }
            self.decided.insert(*digest, refused.clone());
        }
        // It may have changed, or gone, meanwhile.
        if let Some(file) = self.files.get_mut(name).filter(|file| file.stamp == stamp) {
            file.what = what;
            self.tell(name, None);
        }
    }

    fn has_components(&self) -> bool {
        self.files.values().any(|file| matches!(file.what, What::Component { .. }))
    }

    fn compare(&mut self, rows: &[Row]) {
        let names: Vec<String> = self.files.keys().cloned().collect();
        names.iter().for_each(|name| self.tell(name, Some(rows)));
    }

    /// Tells the log why a file is no category: once, until that changes. Without rows, only what needs none.
    fn tell(&mut self, name: &str, rows: Option<&[Row]>) {
        let is_component =
            |file: &File| matches!(file.what, What::Component { .. } | What::Waits) && rows.is_none();
        if self.files.get(name).is_none_or(is_component) {
            return;
        }
        let refused = self.refused(name, &rows.unwrap_or_default().iter().collect::<Vec<_>>());
        let Some(file) = self.files.get_mut(name) else { return };
        let code = refused.as_ref().map(|refused| refused.code);
        if file.told != code {
            file.told = code;
            if let Some(Refused { code, detail, .. }) = refused {
                tracing::warn!(file = ?name, code, detail, "a file of the adapters folder is refused");
            }
        }
    }

    /// Why a file is no category, if so.
    fn refused(&self, name: &str, rows: &[&Row]) -> Option<Refused> {
        let (digest, category) = match &self.files.get(name)?.what {
            What::Waits => return None,
            What::Refused { refused, .. } => return Some(refused.clone()),
            What::Component { digest, category } => (digest, category),
        };
        let path = self.folder.clone().unwrap_or_default().join(name);
        let path = path.display();
        let (code, detail) = match rows.iter().find(|row| row.id == *category) {
            Some(row) if row.component_sha256 == *digest => return None,
            Some(row) => {
                let present = row.component_sha256;
                let other = self.files.iter().find(
                    |(_, file)| matches!(&file.what, What::Component { digest, .. } if *digest == present),
                );
                let of = other.map(|(other, _)| format!(", that of `{other}`")).unwrap_or_default();
                let detail = format!(
                    "the category `{category}` has the component {present}{of}, and this file holds {digest}; a file \
                     never replaces one: `marketplace category upgrade {path} --preview` shows what it would change, or \
                     put the file back as it was"
                );
                ("category_exists", detail)
            }
            None => {
                let detail = format!(
                    "the category `{category}` was removed by an operator, and a file that was there before does not \
                     bring it back; `marketplace category add {path}` does, or take the file away"
                );
                ("category_removed", detail)
            }
        };
        let (component, category) = (Some(*digest), Some(category.clone()));
        Some(Refused { file: name.to_owned(), code, detail, component, category })
    }
}

impl What {
    /// Whether it is to be read now.
    fn is_due(&self) -> bool {
        match self {
            Self::Waits => true,
            Self::Component { .. } => false,
            Self::Refused { again, .. } => again.is_some_and(|at| at <= Instant::now()),
        }
    }
}
