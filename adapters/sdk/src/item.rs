//! Where `install` assembles the item.

use crate::Finding;
use crate::bindings::marketplace::category::staging::{self, StagingError};
use crate::findings::refuse;

/// The staging area. If the call fails, nothing of it ever existed.
#[derive(Debug)]
pub struct Item(());

impl Item {
    /// The one that the host holds ready for this call.
    #[doc(hidden)]
    #[must_use]
    pub fn staged() -> Self {
        Self(())
    }

    /// Puts a package file into the item. No byte enters the sandbox.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    pub fn place(&self, source: &str, target: &str) -> Result<(), Vec<Finding>> {
        staging::place(source, target).map_err(|error| explain(error, target))
    }

    /// Writes a file of the adapter's own making.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    pub fn write(&self, target: &str, bytes: &[u8]) -> Result<(), Vec<Finding>> {
        staging::write(target, bytes).map_err(|error| explain(error, target))
    }

    /// Adds an entry to the registry that this category's install target reads.
    ///
    /// # Errors
    /// `staging.…`, as the host refuses it.
    pub fn register(&self, key: &str, value: &serde_json::Value) -> Result<(), Vec<Finding>> {
        staging::register(key, &value.to_string()).map_err(|error| explain(error, key))
    }
}

fn explain(error: StagingError, subject: &str) -> Vec<Finding> {
    let (rule, message) = match error {
        StagingError::BadPath(path) => {
            ("staging.bad-path", format!("`{path}` is no name that an installed item may have."))
        }
        StagingError::NotFound(path) => ("staging.not-found", format!("The package has no file `{path}`.")),
        StagingError::AlreadyExists(path) => {
            ("staging.already-exists", format!("`{path}` would be installed twice."))
        }
        StagingError::QuotaExceeded => (
            "staging.quota-exceeded",
            "The item is larger than an installed item may be. Make it smaller.".to_owned(),
        ),
    };
    refuse(rule, subject, message)
}
