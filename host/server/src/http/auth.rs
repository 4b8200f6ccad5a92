//! Who calls, and whether they may.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Problem;
use crate::account::Scope;
use crate::account::token::{self, Caller, Secret};
use crate::market::Market;

/// Lets a request through whose token has the scope.
pub(super) async fn require(
    State((market, scope)): State<(Market, Scope)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = authenticate(&market, request.headers().get(header::AUTHORIZATION).cloned())
        .await?
        .ok_or_else(|| {
            let detail = format!(
                "this call needs a token with the scope `{scope}`: send `Authorization: Bearer mkt_…`"
            );
            Problem::new(StatusCode::UNAUTHORIZED, "token_required", detail)
        })?;
    if !caller.scopes.contains(&scope) {
        let detail =
            format!("the token does not have the scope `{scope}`; make one with `marketplace token create`");
        return Err(
            Problem::new(StatusCode::FORBIDDEN, "scope_missing", detail).with("scope", scope.as_str())
        );
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Lets every request through, and knows its caller if it has a token.
pub(super) async fn welcome(
    State(market): State<Market>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if let Some(caller) = authenticate(&market, request.headers().get(header::AUTHORIZATION).cloned()).await?
    {
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}

/// A token that is presented must be good, also where none is needed: whoever sends a
/// revoked one should hear of it.
async fn authenticate(market: &Market, value: Option<HeaderValue>) -> Result<Option<Caller>, Problem> {
    let refused = |detail: &str| Problem::new(StatusCode::UNAUTHORIZED, "token_invalid", detail);
    let Some(value) = value else { return Ok(None) };
    let secret = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| Secret::parse(token.trim()))
        .ok_or_else(|| refused("this is no token of a marketplace: send `Authorization: Bearer mkt_…`"))?;
    let caller = token::caller(&market.store, &secret).await?;
    caller.map(Some).ok_or_else(|| refused("the token is unknown, expired or revoked; make a new one"))
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::internal(&"a route without a scope asks for its caller"))
    }
}

/// The caller of a route that needs none.
#[derive(Debug)]
pub(super) struct Visitor(pub Option<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Caller>().cloned()))
    }
}
