//! Who is told of every call, and of what came of it.

use std::time::Duration;

use crate::{Digest, Failure};

/// Is told of every call of every adapter of a [`Sandbox`](crate::Sandbox), whoever made it. It is told where the call
/// ends, so it must not take long.
pub trait Observer: Send + Sync {
    /// A call is over. One whose caller went away before is not told.
    fn called(&self, called: &Called<'_>);

    /// A question was put to a component, and this is what it took. One call may put several: `present` asks `validate`
    /// about each permission that is offered. Most observers do not care.
    fn used(&self, _used: &Used) {}
}

/// What one question took of what a component may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Of which component.
    pub component: Digest,
    /// Which function of the contract was asked.
    pub call: &'static str,
    /// From the fresh instance to the answer; waiting for a turn is not included.
    pub took: Duration,
    /// How long it may take.
    pub limit: Duration,
    /// Bytes of linear memory, those that it began with included.
    pub memory_bytes: usize,
    /// What it staged; nothing for other functions than `install`.
    pub staged: Quantity,
}

/// How much is in a staging area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantity {
    /// Files, and the folders that they are in.
    pub files: usize,
    /// Bytes that were written.
    pub bytes: usize,
    /// Registry entries.
    pub entries: usize,
    /// Bytes of the keys and values of those, as they were written.
    pub entry_bytes: usize,
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
