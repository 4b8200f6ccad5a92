//! `/api/v1/marketplace/{category}/items/{slug}/reviews`.

pub(in crate::http) mod list;
pub(in crate::http) mod remove;
pub(in crate::http) mod reply;
pub(in crate::http) mod report;
pub(in crate::http) mod write;

use crate::http::extract::Text;
use crate::review::{MAX_BODY, MAX_TITLE};

/// The one line above a review.
pub(in crate::http) type Title = Text<1, MAX_TITLE>;
/// A review, or a reply to one.
pub(in crate::http) type Prose = Text<1, MAX_BODY>;
