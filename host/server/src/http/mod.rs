//! The HTTP API: what callers see of the domain. It calls the domain, never the reverse.
//!
//! - [`routes`]: every route, in one list, with the scope it needs.
//! - [`problem`]: every error as `application/problem+json` (RFC 9457).
//! - [`api`]: the OS side; [`cp`]: the control plane. One verb, one function.

pub mod api;
mod auth;
pub mod cp;
mod extract;
mod health;
mod problem;
mod routes;
mod serve;
mod view;

pub use problem::Problem;
pub use routes::router;
pub use serve::{Serving, listen};

/// Does the work also when the caller goes away in the middle of it: what was begun is
/// finished or undone, not dropped between two of its steps.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let work = tracing::Instrument::in_current_span(work);
    tokio::spawn(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
