//! Signing in and out: one verb, one file.

mod key;
pub(in crate::http) mod oidc;
pub(in crate::http) mod sign_in;
pub(in crate::http) mod sign_out;

pub(super) use key::FormKey;
