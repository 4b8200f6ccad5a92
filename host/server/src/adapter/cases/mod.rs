//! Cases: a package and its manifest, and what the category must say of them.
//!
//! ```text
//! cases/
//!   too-small/
//!     manifest.yaml   without digest and signature; the author may be left out
//!     package/        its files
//!     case.yaml       optional: `consented`, the permissions of an earlier release, to compare with
//!     expected.json   written by `marketplace adapter test --update`
//! ```
//! What else lies in a case is refused: a name that is misspelt would be a check that is never made.

mod expected;
mod read;
mod run;

pub use expected::{Expected, Stage, difference, pretty};
pub use read::{Case, CaseError, Named, discover};
pub(super) use run::Specimens;
pub use run::{Found, Ran};
