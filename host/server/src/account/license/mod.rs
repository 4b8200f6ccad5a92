//! Licenses: a document that the vendor signed, and the gates that follow from it.
//!
//! A license that is missing, expired, not yet valid, of another tenant or not signed by
//! the vendor counts as tier Free. What is installed stays installed.

mod document;
mod gates;
mod install;
mod issue;
mod standing;

pub use document::{Document, LicenseError, Tier};
pub use gates::{BROWSE, Deprecation, GateError, Gates, PUBLISH, check_gate, read_gate};
pub use install::{InstallError, install};
pub use issue::{IssueError, Order, issue};
pub use standing::{Standing, Status};
