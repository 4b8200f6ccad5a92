//! Taking back what was published: one verb, one file.
//!
//! | who | what | means |
//! |---|---|---|
//! | its author | yanks a release | it is not offered any more; whoever has it keeps it, and is told |
//! | an operator | blocks a package, an item or a key | nothing of it is listed, served or installed, and it is disabled where it is |
//! | either | revokes a key | nothing that it signed is installed anew; whoever has some is told |
//!
//! What is installed needs no message: it is read together with what was taken back. Who is not connected reads the
//! signed [`feed`].

mod block;
mod feed;
mod lift;
mod target;
mod unyank;
mod yank;

pub use block::block;
pub use feed::{FeedError, Latest, feed};
pub use lift::lift;
pub use target::{Fingerprint, FingerprintError};
pub use unyank::unyank;
pub use yank::{ReleaseName, YankError, yank};
