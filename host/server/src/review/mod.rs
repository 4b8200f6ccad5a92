//! Reviews of what tenants installed: one verb, one file.
//!
//! A review is public under its tenant's name. A tenant is an OS instance of this community, its name is the only
//! identity there is here, and a reader judges a review by who else wrote what under it; whoever does not want to be
//! named does not write. Titles, bodies and replies are kept as they came: what they look like is the business of who
//! shows them.
//!
//! The audit log names a review by item and writer, `review:CATEGORY/ITEM/TENANT`, so that one subject tells the whole
//! story, also of a review that was taken back and written anew. It holds stars and reasons, and no words of a review:
//! nothing ever leaves the log, and who takes their words back should have them back.

mod moderate;
mod remove;
mod reply;
mod report;
mod write;

pub use moderate::moderate;
pub use remove::remove;
pub use reply::{remove_reply, reply};
pub use report::report;
pub use write::{Draft, Written, write};

use marketplace_manifest::{CategoryId, Slug, Tenant};
use marketplace_store::{Review, StoreError};

use crate::market::Market;

/// The longest title, in characters.
pub const MAX_TITLE: usize = 100;
/// The longest body, and the longest reply, in characters.
pub const MAX_BODY: usize = 4_000;

/// A review as the audit log names it.
fn subject(category: &CategoryId, slug: &Slug, tenant: &Tenant) -> String {
    format!("review:{category}/{slug}/{tenant}")
}

fn subject_of(review: &Review) -> String {
    subject(&review.category, &review.slug, &review.tenant)
}

/// A review by its id, if it is one of that item: an address that names another is wrong.
async fn find(
    market: &Market,
    category: &CategoryId,
    slug: &Slug,
    id: &str,
) -> Result<Option<Review>, StoreError> {
    let review = market.store.review(id).await?;
    Ok(review.filter(|review| review.category == *category && review.slug == *slug))
}
