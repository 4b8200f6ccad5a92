//! Deterministic packing and strict unpacking of packages.
//!
//! A package is a `.tar.gz` (RFC 1952 around POSIX.1-2001 pax) or a `.zip`
//! (PKWARE APPNOTE 6.3) that a stranger made. The types make the safe order the
//! only one: bytes become a [`Sealed`] by being hashed, and only a `Sealed` can be
//! unpacked, through the very file handle that was hashed.
//!
//! What is ambiguous is refused, never repaired: an archive that two programs could read
//! differently is one that a moderator and a user could read differently. The one
//! spelling that is understood in more than one way is a tar entry's single leading `./`, which
//! is what `tar -C folder .` writes and which every program reads alike.
//!
//! What an archive says about modes, owners, times and extended attributes is ignored.
#![forbid(unsafe_code)]

mod error;
mod format;
mod limits;
mod names;
mod pack;
mod path;
mod sealed;
mod tarball;
mod tree;
mod unpack;
mod writer;
mod zip;

pub use error::ArchiveError;
pub use format::Format;
pub use limits::Limits;
pub use pack::{Packed, pack};
pub use path::{PackagePath, PathError};
pub use sealed::{Sealed, SealedReader, Sealing};
pub use tree::{Tree, TreeFile};
pub use unpack::Progress;
