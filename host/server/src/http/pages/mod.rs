//! The web pages: the dock, and what stands in it. Rendered here, whole, on every request; the scripts in `assets/` make
//! them livelier, and everything works without them.
//!
//! A page calls the domain as the API does, and fails with the same [`Problem`](super::Problem), which [`frame`] shows as a
//! page. What a page shows of strangers' words is text, never markup; the one exception, descriptions in Markdown, goes
//! through [`markdown`].
//!
//! - [`frame`]: who asks and how their pages look ([`View`]); the guard, headers and cookies of every page.
//! - [`document`]: the page around a page: head, dock, messages.
//! - [`session`]: signing in and out, and the keys of forms.
//! - [`form`]: what a form says, once it is known to be ours.
//! - [`detail`]: what a category shows of its items.
//! - [`parts`]: what several pages draw alike.
//! - [`gallery`], [`item`]: the marketplace. [`dashboard`]. [`control`]: the control center.
//! - [`theme`], [`picture`], [`assets`]: what pages are drawn with.

pub(super) mod appearance;
pub(super) mod assets;
pub(super) mod control;
pub(super) mod dashboard;
mod detail;
mod document;
mod form;
pub(super) mod frame;
pub(super) mod gallery;
pub(super) mod item;
mod markdown;
pub(super) mod operation;
mod parts;
pub(super) mod picture;
pub(super) mod session;
pub(super) mod theme;

pub(super) use frame::View;
