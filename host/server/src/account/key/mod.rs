//! Authors' keys: which one signs, and how that changes.
//!
//! | the key in force is | the author's token | an operator |
//! |---|---|---|
//! | the author's own | another of their own, signed by the old one | any |
//! | held by the CP | another that the CP holds | any |
//! | none: revoked | nothing | any |
//!
//! A token can be stolen. So a token alone never moves a name to a key that its holder
//! chose: either the old key agrees, or an operator who knows the author does.

mod replace;
mod revoke;
mod rotate;

pub use replace::{ReplaceError, replace};
pub use revoke::{RevokeError, revoke, revoke_own};
pub use rotate::{RotateError, rotate};
