//! Deciding on what was submitted: the queue, one release at a time, and the decision.

pub(in crate::http) mod decide;
pub(in crate::http) mod package;
pub(in crate::http) mod queue;
pub(in crate::http) mod show;

use marketplace_store::Status;

/// Where the queue is.
const QUEUE: &str = "/control-center/marketplace/moderation";

/// Where a submission is looked at.
fn address(id: &str) -> String {
    format!("{QUEUE}/{id}")
}

/// Where those of one status are.
fn queue_of(status: Status) -> String {
    if status == Status::Pending { QUEUE.to_owned() } else { format!("{QUEUE}?status={status}") }
}
