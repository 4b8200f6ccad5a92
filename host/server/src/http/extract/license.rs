//! A license, as it was signed.

use marketplace_manifest::Tenant;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::Overrides;
use crate::account::license::Tier;

/// A license document, whatever it holds: what it means, only its signature's bytes can say, so it is kept as it came.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct LicenseDocument(Map<String, Value>);

impl LicenseDocument {
    /// As it is stored and checked.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string_pretty(&self.0).expect("JSON stays JSON")
    }
}

/// A license that the vendor signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LicenseDocument)]
#[allow(dead_code, reason = "a schema: documents are checked and stored as they were signed")]
struct Shape {
    /// Names the document in the audit log.
    id: String,
    tenant: Tenant,
    tier: Tier,
    #[schema(format = DateTime)]
    issued_at: String,
    #[schema(format = DateTime, nullable = false)]
    expires_at: Option<String>,
    /// Gates that differ from the tier's.
    #[schema(nullable = false)]
    gates: Option<Overrides>,
    /// Base64 of Ed25519 over the RFC 8785 form of the rest.
    #[schema(pattern = "^[A-Za-z0-9+/]{85}[AQgw]==$")]
    signature: String,
}

impl PartialSchema for LicenseDocument {
    fn schema() -> RefOr<Schema> {
        Shape::schema()
    }
}

impl ToSchema for LicenseDocument {
    fn name() -> std::borrow::Cow<'static, str> {
        Shape::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Shape::schemas(schemas);
    }
}
