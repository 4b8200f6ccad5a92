//! Who may call a route. The router enforces it and the OpenAPI document states it, from the same word.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Problem;
use super::limit::Limiter;
use crate::account::Scope;
use crate::account::license;
use crate::account::token::{self, Caller, Secret};
use crate::market::Market;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Everybody.
    Anyone,
    /// Everybody, unless the operator closed the catalogue: then whoever has the scope `browse`.
    Browse,
    /// Whoever has a token that is in force.
    Token,
    /// Whoever has a token with this scope.
    Scope(Scope),
}

/// What a route's guard works with.
#[derive(Clone)]
pub(super) struct Guard {
    pub market: Market,
    pub access: Access,
    /// Whether the catalogue is closed to those without a token.
    pub closed: bool,
    pub limiter: Limiter,
    /// Whether cookies may only travel over HTTPS.
    pub secure: bool,
    /// Whether an identity provider signs people in.
    pub single_sign_on: bool,
}

/// Lets those through who may call, and knows them if they have a token. A token that is presented must be good, also
/// where none is needed: whoever sends a revoked one should hear of it.
pub(super) async fn guard(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let value = request.headers().get(header::AUTHORIZATION).cloned();
    let caller = authenticate(&guard.market, value).await?;
    let needed = match guard.access {
        Access::Scope(scope) => Some(scope),
        Access::Browse if guard.closed => Some(Scope::Browse),
        Access::Anyone | Access::Browse | Access::Token => None,
    };
    let left = match caller {
        Some(caller) => {
            let left = guard.limiter.charge_token(&caller.token_id)?;
            if let Some(scope) = needed {
                must_have(&caller, scope)?;
            }
            if guard.access == Access::Browse {
                must_be_licensed(&guard.market, &caller).await?;
            }
            request.extensions_mut().insert(caller);
            left
        }
        None if needed.is_some() || guard.access == Access::Token => return Err(token_required(needed)),
        None => None,
    };
    let mut response = next.run(request).await;
    if let Some(left) = left {
        left.state(response.headers_mut());
    }
    Ok(response)
}

fn token_required(needed: Option<Scope>) -> Problem {
    let scope = needed.map(|scope| format!(" with the scope `{scope}`")).unwrap_or_default();
    let detail = format!("this call needs a token{scope}: send `Authorization: Bearer mkt_…`");
    Problem::new(StatusCode::UNAUTHORIZED, "token_required", detail)
}

fn must_have(caller: &Caller, scope: Scope) -> Result<(), Problem> {
    if caller.scopes.contains(&scope) {
        return Ok(());
    }
    let detail =
        format!("the token does not have the scope `{scope}`; make one with `marketplace token create`");
    Err(Problem::new(StatusCode::FORBIDDEN, "scope_missing", detail).with("scope", scope.as_str()))
}

/// Browsing is open on every tier, but a license may close it.
pub(super) async fn must_be_licensed(market: &Market, caller: &Caller) -> Result<(), Problem> {
    let gates = market.gates(Some(caller)).await?;
    if gates.open(license::BROWSE) {
        return Ok(());
    }
    let detail = format!("the license of tenant `{}` closes the gate `{}`", caller.tenant, license::BROWSE);
    Err(Problem::new(StatusCode::FORBIDDEN, "browse_not_licensed", detail).with("gate", license::BROWSE))
}

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
        caller.ok_or_else(|| Problem::internal(&"a route that needs no token asks for its caller"))
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
