//! The HTTP API: what callers see of the domain. It calls the domain, never the reverse.
//!
//! - [`routes`]: every route, in one list, by who may call it.
//! - [`api`]: the OS side; [`cp`]: the control plane. One verb, one function, which describes itself for the
//!   [`openapi`] document.
//! - [`access`], [`limit`]: who may call, and how often; the router enforces what the document states.
//! - [`extract`], [`view`]: what a request says, and the JSON of an answer.
//! - [`pages`]: the web pages, for people.
//! - [`upload`]: forms with a package in them, as they arrive.
//! - [`legacy`]: where the paths of the earlier release went.
//! - [`later`]: long work, answered when it ends or at once. [`conditional`]: entity tags. [`problem`]: every error as `application/problem+json` (RFC 9457).

mod access;
pub mod api;
mod conditional;
pub mod cp;
mod docs;
mod extract;
mod health;
mod later;
mod legacy;
mod limit;
mod openapi;
mod options;
mod pages;
mod problem;
mod routes;
mod serve;
mod upload;
mod view;

pub use limit::Rate;
pub use options::Options;
pub use problem::Problem;
pub use routes::router;
pub use serve::{Serving, listen};

/// Does the work also when the caller goes away in the middle of it: what was begun is
/// finished or undone, not dropped between two of its steps.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let work = tracing::Instrument::in_current_span(work);
    tokio::spawn(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
