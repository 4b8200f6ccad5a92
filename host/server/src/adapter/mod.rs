//! What an adapter's author does, on their own machine and without a server.
//!
//! [`inspect`] shows what a component is and what it could ever do. [`test`] runs it: its [`cases`], with the code, the
//! engine and the limits of a server, and the [`conformance`] suite, which every adapter must pass.

mod built;
pub mod cases;
pub mod conformance;
pub mod inspect;
mod meter;
pub mod report;
mod test;

pub use built::{Built, BuiltError};
pub use meter::{Meter, Usage};
pub use report::Report;
pub use test::{Options, TestError, Watch, test};
