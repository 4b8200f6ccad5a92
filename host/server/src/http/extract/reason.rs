//! Why something is done, as the body of the call that does it.

use serde::Deserialize;
use utoipa::ToSchema;

use super::Note;

/// Why, where it must be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// For the audit log, and for those whom it concerns.
    pub reason: Note,
}

/// Why, where it may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PerhapsBecause {
    /// For the audit log.
    pub reason: Option<Note>,
}
