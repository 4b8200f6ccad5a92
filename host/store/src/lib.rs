//! The marketplace's database, and the only crate that names sqlx.
//!
//! One set of statements runs on SQLite and on PostgreSQL, through sqlx's `Any` driver; the few places
//! where the two must differ (full text search, row locks) are in `dialect`. What every caller may rely on:
//!
//! * **Nothing returns before its commit.** SQLite runs with `synchronous = FULL`.
//! * **Every change writes its [`Event`]** into the append-only audit log, in the same transaction. A call
//!   that changes nothing (a second equal submission, a token already revoked) writes none; nor do notes of how
//!   long work went (`operations`), which are not the market's own state.
//! * **Nothing happens twice.** A busy database, a serialisation failure or a dropped connection is retried
//!   three times as a whole transaction; then the answer is [`StoreError::Unavailable`]. The event's id,
//!   chosen once per call, tells a retry whether the attempt before it was committed after all.
//! * **Timestamps** are Unix milliseconds; ids are UUIDv7, whose text sorts by time.
#![forbid(unsafe_code)]

mod approved;
mod audit;
mod authors;
mod blocks;
mod categories;
mod claim;
mod commit;
mod components;
mod decide;
mod details;
mod dialect;
mod error;
mod expression;
mod faces;
mod facets;
mod installations;
mod items;
mod keys;
mod labels;
mod licenses;
mod list;
mod live;
mod lookalikes;
mod operations;
mod order;
mod page;
mod queue;
mod reindex;
mod releases;
mod reviews;
mod revocations;
mod row;
mod seed;
mod selection;
mod sessions;
mod sql;
mod store;
mod submit;
mod tenants;
#[cfg(test)]
mod testing;
mod tokens;
mod transact;
mod twins;
mod vocabulary;
mod withdrawal;
mod words;
mod yank;

pub use approved::Approved;
pub use audit::{AuditEvent, AuditQuery, Event};
pub use authors::{Author, AuthorError, AuthorQuery, NewAuthor};
pub use blocks::{Block, BlockError, BlockTarget, Blocked, Lifted};
pub use categories::{Category, CategoryAdded, CategoryError, CategoryUse, Installer, NewCategory};
pub use commit::{CommitError, NewInstallation, check_withdrawn};
pub use components::{Component, KEPT_COMPONENTS};
pub use decide::DecideError;
pub use details::MAX_CARD_VALUES;
pub use error::StoreError;
pub use facets::{FacetValue, Facets, FieldFacet, MAX_FACET_ITEMS, MAX_FACET_VALUES};
pub use installations::{Installation, RegistryEntry};
pub use items::{Item, ItemCard, ItemDetail, VersionRow};
pub use keys::{AuthorKey, KeyError, NewKey};
pub use licenses::PutLicenseError;
pub use list::{FieldValue, ItemPage, ItemQuery, MAX_TOTAL};
pub use lookalikes::Lookalike;
pub use operations::{OperationRow, OperationState};
pub use order::Sort;
pub use page::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageError};
pub use queue::{Decision, MAX_QUEUE, Submission};
pub use releases::{Card, Release, Status};
pub use reviews::{
    DecidedReview, ModerateReviewError, NewReview, Rating, RatingError, RatingSummary, RemoveReviewError,
    Replied, Reply, ReplyError, Report, ReportError, Review, ReviewCase, ReviewDecision, ReviewFilter,
    ReviewQuery, ReviewSort, ReviewState, Reviews, WriteReviewError,
};
pub use revocations::{Revocation, Revocations};
pub use selection::{MAX_FIELDS, MAX_TAGS};
pub use sessions::{NewSession, Session};
pub use store::{Backend, Store};
pub use submit::{NewSubmission, SubmitError, Submitted};
pub use tenants::TenantRow;
pub use tokens::{NewToken, Token, TokenError};
pub use twins::Twin;
pub use withdrawal::{Offered, Taken, Withdrawn};
pub use yank::YankError;
