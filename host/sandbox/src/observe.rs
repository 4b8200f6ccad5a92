//! Who is told of every call, and of what came of it.

use std::time::Duration;

use crate::{Digest, Failure};

/// Is told of every call of every adapter of a [`Sandbox`](crate::Sandbox), whoever made it. It is told where the call
/// ends, so it must not take long.
pub trait Observer: Send + Sync {
    /// A call is over. One whose caller went away before is not told.
    fn called(&self, called: &Called<'_>);
}

/// One call, which is over.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// Of which component.
    pub component: Digest,
    /// Which function of the contract.
    pub call: &'static str,
    /// On whose behalf, as [`Adapter::on_behalf_of`](crate::Adapter::on_behalf_of) said.
    pub asker: Option<&'a str>,
    /// From when it was asked for, waiting for a turn included.
    pub took: Duration,
    /// What came of it.
    pub ended: Ended<'a>,
}

/// What came of a call.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// It was answered.
    Answered,
    /// It was refused, with findings: an answer, too.
    Refused,
    /// There is no verdict.
    Failed(&'a Failure),
}
