//! What an identity provider says of somebody, besides what the standard has a name for.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every claim that the standard has no name for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AdditionalClaims for Claims {}

impl Claims {
    /// The groups in a claim: a list of names, or one. `None` if there is no such claim. Keycloak nests its roles, so a
    /// name with dots may be a path: `realm_access.roles`.
    pub(super) fn groups(&self, claim: &str) -> Option<Vec<String>> {
        let nested = || {
            let mut steps = claim.split('.');
            let first = self.rest.get(steps.next()?)?;
            steps.try_fold(first, |value, step| value.get(step))
        };
        // An address is a usual name of a claim, and full of dots: so as it is written, first.
        match self.rest.get(claim).or_else(nested)? {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(many) => Some(many.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            _ => Some(Vec::new()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_are_a_list_or_one_and_may_be_nested() {
        let claims: Claims = serde_json::from_value(json!({
            "groups": ["staff", 7, "editors"],
            "role": "staff",
            "realm_access": { "roles": ["operators"] },
            "https://id.example.org/groups": ["far"],
            "odd": { "a": 1 },
        }))
        .unwrap();
        assert_eq!(claims.groups("groups").unwrap(), ["staff", "editors"]);
        assert_eq!(claims.groups("role").unwrap(), ["staff"]);
        assert_eq!(claims.groups("realm_access.roles").unwrap(), ["operators"]);
        assert_eq!(claims.groups("https://id.example.org/groups").unwrap(), ["far"]);
        assert!(claims.groups("odd").unwrap().is_empty());
        for missing in ["", ".", "group", "realm_access.groups", "role.x"] {
            assert!(claims.groups(missing).is_none(), "{missing}");
        }
    }
}
