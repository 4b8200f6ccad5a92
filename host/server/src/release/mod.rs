//! Releases: submitted by authors, decided on by moderators.

mod compare;
mod decide;
mod submit;

pub use compare::{Compared, compare};
pub use decide::{Decision, decide};
pub use submit::{Submission, SubmissionError, may_submit, may_submit_as, submit};
