//! Tenants, their authors, keys, tokens and licenses.

use std::collections::BTreeMap;

use marketplace_manifest::{AuthorId, Tenant};
use marketplace_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::account::license::{Deprecation, Status, Tier};
use crate::account::{Scope, author, tenant};
use crate::clock::rfc3339;

/// An author, as their tenant and an operator see them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Author {
    pub id: AuthorId,
    pub tenant: Tenant,
    /// `null` is not verified, and may not publish.
    #[schema(format = DateTime)]
    pub verified_at: Option<String>,
    /// Why the author is no longer verified.
    pub unverified_reason: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Oldest first.
    pub keys: Vec<AuthorKey>,
}

impl Author {
    pub(in crate::http) fn new(author: store::Author, keys: Vec<store::AuthorKey>) -> Self {
        Self {
            id: author.id,
            tenant: author.tenant,
            verified_at: author.verified_at.map(rfc3339),
            unverified_reason: author.unverified_reason,
            created_at: rfc3339(author.created_at),
            keys: keys.into_iter().map(Into::into).collect(),
        }
    }
}

/// A page of authors.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Authors {
    pub authors: Vec<Author>,
    pub next_cursor: Option<String>,
}

/// A key of an author.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct AuthorKey {
    #[schema(format = "uuid")]
    pub id: String,
    pub fingerprint: String,
    /// PEM (SPKI).
    pub public_key: Option<String>,
    /// Whether it signs what its author submits: at most one does.
    pub active: bool,
    /// Whether this server holds the secret half, encrypted, and signs for the author.
    pub held: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When another took its place. What it signed stays good.
    #[schema(format = DateTime)]
    pub retired_at: Option<String>,
    /// When it was revoked. What it signed is not installed any more.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
    pub revoked_reason: Option<String>,
}

impl From<store::AuthorKey> for AuthorKey {
    fn from(key: store::AuthorKey) -> Self {
        Self {
            public_key: author::public_key(&key).map(|key| key.to_pem()),
            active: key.is_active(),
            held: key.held_secret.is_some(),
            id: key.id,
            fingerprint: key.fingerprint,
            created_at: rfc3339(key.created_at),
            retired_at: key.retired_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
            revoked_reason: key.revoked_reason,
        }
    }
}

/// An author, as everybody sees them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Profile {
    pub id: AuthorId,
    pub verified: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Every key that may have signed a release, oldest first.
    pub keys: Vec<ProfileKey>,
}

/// A public key of an author, as everybody sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProfileKey {
    pub fingerprint: String,
    /// PEM (SPKI).
    pub public_key: Option<String>,
    /// Whether it signs what its author submits.
    pub active: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When another took its place. What it signed stays good.
    #[schema(format = DateTime)]
    pub retired_at: Option<String>,
    /// When it was revoked. What it signed is not installed any more.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

impl From<store::AuthorKey> for ProfileKey {
    fn from(key: store::AuthorKey) -> Self {
        Self {
            public_key: author::public_key(&key).map(|key| key.to_pem()),
            active: key.is_active(),
            fingerprint: key.fingerprint,
            created_at: rfc3339(key.created_at),
            retired_at: key.retired_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
        }
    }
}

/// A token without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Token {
    #[schema(format = "uuid")]
    pub id: String,
    pub tenant: Tenant,
    /// What a person calls it.
    pub label: String,
    /// How the secret begins.
    pub hint: String,
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Vec<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// `null` is never.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

impl From<store::Token> for Token {
    fn from(token: store::Token) -> Self {
        Self {
            id: token.id,
            tenant: token.tenant,
            label: token.label,
            hint: token.hint,
            scopes: token.scopes,
            created_at: rfc3339(token.created_at),
            expires_at: token.expires_at.map(rfc3339),
            revoked_at: token.revoked_at.map(rfc3339),
        }
    }
}

/// What a tenant may do, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct License {
    /// Of the license in force; without one, Free.
    pub tier: Tier,
    pub status: Status,
    /// When the license ends or ended; `null` for no end, and where there is none.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Why there is a license that does not count.
    pub reason: Option<String>,
    /// `true` and `false`, or how many; `null` is no limit.
    pub gates: BTreeMap<String, Value>,
    /// What the license uses that the next release no longer reads.
    pub deprecations: Vec<Deprecation>,
}

/// A tenant, as an operator sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantOverview)]
pub(in crate::http) struct Overview {
    pub id: Tenant,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub tier: Tier,
    pub license_status: Status,
    /// When its license ends or ended; `null` for no end, and where there is none.
    #[schema(format = DateTime)]
    pub license_expires_at: Option<String>,
    /// How many it has, verified or not.
    #[schema(minimum = 0)]
    pub authors: i64,
    /// How many items it has installed, over all categories.
    #[schema(minimum = 0)]
    pub installations: i64,
}

impl From<tenant::Overview> for Overview {
    fn from(overview: tenant::Overview) -> Self {
        Self {
            id: overview.id,
            created_at: rfc3339(overview.created_at),
            tier: overview.standing.gates.tier,
            license_status: overview.standing.status,
            license_expires_at: overview.standing.expires_at,
            authors: overview.authors,
            installations: overview.installations,
        }
    }
}
