//! What an adapter's author does, on a machine of their own and without a server.
//!
//! [`scaffold`] begins a category, and [`build`] makes a component of it. [`inspect`] shows what a component is and what it
//! could ever do. [`test`] runs it: its [`cases`], with the code, the engine and the limits of a server, and the
//! [`conformance`] suite, which every adapter must pass.

pub mod build;
pub mod cases;
pub mod conformance;
pub mod inspect;
mod meter;
pub mod report;
pub mod scaffold;
mod test;
mod tested;

pub use build::{BuildError, Built, build};
pub use marketplace_componentize::{Language, Step};
pub use meter::{Meter, Usage};
pub use report::Report;
pub use scaffold::{Scaffold, ScaffoldError};
pub use test::{Options, TestError, Watch, test};
pub use tested::{Tested, TestedError};
