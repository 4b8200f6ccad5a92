//! Long work that can be watched, shared, and called off.
//!
//! ```text
//!   a request ──start──▶ Operation ◀──watch, cancel── whoever has its id
//!                            │
//!                          Work ◀── the pipeline says where it is, and asks whether to go on
//! ```
//!
//! Every install and every submission runs as an [`Operation`], whether its caller waits for the answer or not. Equal
//! requests at once share one. It lives in this process; an operation whose caller does not wait is noted in the
//! database too, so that its id means something on every replica, and after a restart.
//!
//! It can be cancelled until [`Work::commits`]: after that, it ends by itself, soon.

mod operations;
mod progress;
mod work;

pub use operations::{About, Cancelling, Operation, Operations, Outcome, TooMany, Wish};
pub use progress::{Progress, Stage};
pub use work::{Cancelled, Work};
