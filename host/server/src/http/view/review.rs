//! What tenants say of items, as everybody, its writer and moderators see it.

use marketplace_manifest::{AuthorId, CategoryId, Slug, Tenant, Version};
use marketplace_store as store;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// An item's reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Reviews {
    pub summary: RatingSummary,
    /// What the caller's tenant wrote; `null` if nothing, and without a token.
    pub mine: Option<OwnReview>,
    pub reviews: Vec<Review>,
    /// For the next page; `null` on the last.
    pub next_cursor: Option<String>,
}

/// What an item's reviews come to.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RatingSummary {
    /// The mean, to two decimals; `null` without reviews.
    #[schema(minimum = 1, maximum = 5)]
    pub average: Option<f64>,
    #[schema(minimum = 0)]
    pub count: i64,
    pub distribution: Distribution,
}

/// How many reviews give so many stars.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingDistribution)]
pub(in crate::http) struct Distribution {
    #[serde(rename = "1")]
    #[schema(minimum = 0)]
    one: i64,
    #[serde(rename = "2")]
    #[schema(minimum = 0)]
    two: i64,
    #[serde(rename = "3")]
    #[schema(minimum = 0)]
    three: i64,
    #[serde(rename = "4")]
    #[schema(minimum = 0)]
    four: i64,
    #[serde(rename = "5")]
    #[schema(minimum = 0)]
    five: i64,
}

impl From<store::RatingSummary> for RatingSummary {
    fn from(summary: store::RatingSummary) -> Self {
        let [one, two, three, four, five] = summary.distribution;
        let distribution = Distribution { one, two, three, four, five };
        Self { average: summary.average(), count: summary.count(), distribution }
    }
}

/// What a tenant says of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Review {
    #[schema(format = "uuid")]
    pub id: String,
    /// Who wrote it.
    pub tenant: Tenant,
    /// What it was written for: the version that the tenant had last.
    pub version: Version,
    pub rating: store::Rating,
    /// As it was sent: escape it before you show it.
    pub title: Option<String>,
    /// Plain text or Markdown, as it was sent: sanitise it before you show it.
    pub body: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub edited_at: Option<String>,
    pub reply: Option<Reply>,
}

/// What the item's author answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewReply)]
pub(in crate::http) struct Reply {
    pub author_id: AuthorId,
    /// Plain text or Markdown, as it was sent: sanitise it before you show it.
    pub body: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub edited_at: Option<String>,
}

impl From<store::Review> for Review {
    fn from(review: store::Review) -> Self {
        let reply = |reply: store::Reply| Reply {
            author_id: reply.author,
            body: reply.body,
            created_at: rfc3339(reply.created_at),
            edited_at: reply.edited_at.map(rfc3339),
        };
        Self {
            id: review.id,
            tenant: review.tenant,
            version: review.version,
            rating: review.rating,
            title: review.title,
            body: review.body,
            created_at: rfc3339(review.created_at),
            edited_at: review.edited_at.map(rfc3339),
            reply: review.reply.map(reply),
        }
    }
}

/// A review as its writer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OwnReview {
    #[serde(flatten)]
    pub review: Review,
    /// A moderator took it down: nobody else sees it.
    pub removed: Option<Removal>,
}

/// Why a moderator took a review down. Who that was is between the moderators.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewRemoval)]
pub(in crate::http) struct Removal {
    pub reason: String,
    #[schema(format = DateTime)]
    pub removed_at: String,
}

impl From<store::Review> for OwnReview {
    fn from(mut review: store::Review) -> Self {
        let decided = review.decided.take().filter(|_| review.state == store::ReviewState::Removed);
        let removed =
            decided.map(|decided| Removal { reason: decided.reason, removed_at: rfc3339(decided.at) });
        Self { review: review.into(), removed }
    }
}

/// A review as moderators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ReviewCase {
    #[serde(flatten)]
    pub review: Review,
    pub category: CategoryId,
    pub slug: Slug,
    pub state: store::ReviewState,
    /// Name it with a decision, and it is taken only if nothing happened since.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// At most 20: those that wait for a decision first, each kind oldest first.
    pub reports: Vec<Report>,
    #[schema(minimum = 0)]
    pub report_count: i64,
    /// What a moderator decided last.
    pub decision: Option<ReviewDecision>,
}

/// What a tenant finds wrong with a review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewReport)]
pub(in crate::http) struct Report {
    pub tenant: Tenant,
    pub reason: String,
    #[schema(format = DateTime)]
    pub reported_at: String,
    /// When a moderator decided on it.
    #[schema(format = DateTime)]
    pub resolved_at: Option<String>,
}

/// A moderator's decision on a review.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ReviewDecision {
    pub reason: String,
    #[schema(format = DateTime)]
    pub decided_at: String,
    pub decided_by: String,
}

impl From<store::ReviewCase> for ReviewCase {
    fn from(case: store::ReviewCase) -> Self {
        let report = |report: store::Report| Report {
            tenant: report.tenant,
            reason: report.reason,
            reported_at: rfc3339(report.reported_at),
            resolved_at: report.resolved_at.map(rfc3339),
        };
        let mut review = case.review;
        let decision = review.decided.take().map(|decided| ReviewDecision {
            reason: decided.reason,
            decided_at: rfc3339(decided.at),
            decided_by: decided.by,
        });
        Self {
            category: review.category.clone(),
            slug: review.slug.clone(),
            state: review.state,
            revision: review.revision,
            reports: case.reports.into_iter().map(report).collect(),
            report_count: case.report_count,
            decision,
            review: review.into(),
        }
    }
}
