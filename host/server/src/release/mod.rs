//! Releases: submitted by authors, decided on by moderators.

mod check;
mod compare;
mod decide;
mod drafts;
mod inputs;
mod submit;
mod words;

pub use check::{Checked, Permissions};
pub use compare::{Compared, compare};
pub use decide::{Decision, Seen, decide};
pub use drafts::{Draft, Drafts, NewDraft, NoRoom, Said};
pub use inputs::Filled;
pub(crate) use submit::LOOKALIKE;
pub use submit::{Submission, SubmissionError, may_submit, may_submit_as, submit};
pub use words::{Spelled, Words};
