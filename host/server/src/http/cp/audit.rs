use axum::Json;
use axum::extract::State;
use marketplace_store::{AuditEvent, AuditQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::clock::rfc3339;
use crate::http::Problem;
use crate::http::extract::{Limit, Moment, Query};
use crate::market::Market;

/// Each text finds what is equal to it, and what goes on after it with `.`, `:`, `/` or `@`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// By whom: `acme` finds what every token of that tenant did.
    #[param(nullable = false)]
    actor: Option<String>,
    /// What: `key` finds `key.revoked` and its like.
    #[param(nullable = false)]
    action: Option<String>,
    /// On what: `author:ada`, or `release:themes/harbour` for all its versions.
    #[param(nullable = false)]
    subject: Option<String>,
    /// Not before this moment.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    since: Option<Moment>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime, nullable = false)]
    until: Option<Moment>,
    /// How many, at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 24)]
    limit: Limit,
    /// `next_cursor` of the page before; good only with the same query.
    #[param(nullable = false)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLog)]
pub(crate) struct Log {
    events: Vec<Event>,
    next_cursor: Option<String>,
}

/// Who did what, on what, when and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
struct Event {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// A token, as `tenant/token:id`; or `command line`, or the marketplace itself.
    actor: String,
    /// Stable: `release.approved`, `key.revoked`.
    action: String,
    /// `author:ada`, `release:themes/harbour@1.0.0`.
    subject: String,
    reason: Option<String>,
    /// Whatever else explains it; what is in it depends on the action.
    #[schema(value_type = Object)]
    details: Value,
}

impl From<AuditEvent> for Event {
    fn from(event: AuditEvent) -> Self {
        Self {
            id: event.id,
            at: rfc3339(event.at),
            actor: event.actor,
            action: event.action,
            subject: event.subject,
            reason: event.reason,
            details: event.details,
        }
    }
}

/// The audit log: every change, and nothing is ever taken out of it.
#[utoipa::path(
    get,
    path = "/cp/api/v1/admin/marketplace/audit",
    operation_id = "list_audit_events",
    tag = "administration",
    params(Parameters),
    responses((status = OK, body = Log, description = "Newest first.")),
)]
pub(crate) async fn audit(
    State(market): State<Market>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Log>, Problem> {
    let query = AuditQuery {
        actor: parameters.actor,
        action: parameters.action,
        subject: parameters.subject,
        since: parameters.since.map(|moment| moment.0),
        until: parameters.until.map(|moment| moment.0),
        limit: Some(parameters.limit.0),
        cursor: parameters.cursor,
    };
    let page = market.store.audit_events(&query).await?;
    Ok(Json(Log { events: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}
