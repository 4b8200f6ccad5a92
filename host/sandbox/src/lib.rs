//! Runs a category's component: the only crate that names wasmtime.
//!
//! **Adapters decide, the host acts.** An adapter is a function of what it is shown. It
//! answers, and it fills a staging area that exists only in memory; it never touches the
//! disk, the network, the clock or the database. So a call can be repeated, previewed and
//! thrown away.
//!
//! ```no_run
//! # async fn example(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use marketplace_sandbox::{Limits, Outcome, Sandbox};
//!
//! let sandbox = Sandbox::new(Limits::default(), None)?;
//! let adapter = sandbox.load(bytes).await?;
//! match adapter.validate(&["data:read.metrics.cpu".to_owned()]).await {
//!     Outcome::Answer(grants) => println!("{}", grants[0].summary),
//!     Outcome::Refusal(findings) => println!("{}", findings[0].message),
//!     Outcome::Failure(failure) => println!("{failure}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Every call has **three answers**, [`Outcome`]: the adapter's answer, its refusal with
//! every reason, or a failure, which says nothing about the item. Only an answer lets an
//! item pass.
//!
//! What surrounds a call:
//! - a fresh store from a pool: nothing survives a call, nothing leaks into the next;
//! - [`Limits`] on memory, time, output and staging, all of them on by default;
//! - an allowlist of imports, checked when the component is loaded ([`LoadError::UnknownImports`]);
//! - WASI, for the sake of language runtimes, with nothing in it: no folders, no sockets, no
//!   environment, a fixed clock and a fixed seed;
//! - a check of every answer: a validator that grants what was not asked is [`Failure::Dishonest`].

mod adapter;
mod anatomy;
mod bindings;
mod cache;
mod compile;
mod contents;
mod contract;
mod convert;
mod engine;
mod failure;
mod host;
mod icon;
mod limits;
mod load;
mod log;
mod observe;
mod outcome;
mod presentation;
mod scrutiny;
mod staging;
mod text;
mod types;
mod wasi;

pub use adapter::{Adapter, World};
pub use anatomy::Anatomy;
pub use cache::CacheFolder;
pub use contents::{ContentEntry, Contents, ManifestView};
pub use contract::Contract;
pub use engine::{Sandbox, SandboxError};
pub use failure::Failure;
pub use limits::Limits;
pub use load::LoadError;
pub use marketplace_manifest::Digest;
pub use observe::{Called, Ended, Observer, Quantity, Used};
pub use outcome::{NoAnswer, Outcome};
pub use presentation::{Choice, Detail, Entry, Field, Input, Offer, Presentation, Value};
pub use staging::{Source, Staged};
pub use types::{Capability, Change, Description, Direction, Finding, Grant, Inspection, Protocol, Risk};
