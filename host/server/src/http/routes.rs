//! Every route, in one list, by who may call it. The paths stand with their handlers; all of them together are the
//! OpenAPI document, at `/api/v1/openapi.json`.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, Guard, guard};
use super::limit::Limiter;
use super::{Options, Problem, api, conditional, cp, docs, health, legacy, limit, openapi};
use crate::account::Scope;
use crate::market::Market;

/// The largest JSON body, in bytes. Packages are streamed, and have limits of their own.
const MAX_BODY: usize = 64 * 1024;

/// How long a request may take. An upload of a large package is the slowest.
const MAX_TIME: Duration = Duration::from_secs(600);

/// Every route of the API, by who may call it.
fn list() -> [(Access, OpenApiRouter<Market>); 7] {
    let routes = OpenApiRouter::default;
    let anyone = routes()
        .routes(routes!(api::license::license))
        .routes(routes!(api::revocations::revocations))
        .routes(routes!(api::revocations::revocations_key))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics));
    let browse = routes()
        .routes(routes!(api::categories::categories))
        .routes(routes!(api::list::list))
        .routes(routes!(api::list::list_all))
        .routes(routes!(api::facets::facets))
        .routes(routes!(api::facets::facets_of_all))
        .routes(routes!(api::item::item))
        .routes(routes!(api::package::package))
        .routes(routes!(api::review::list::list))
        .routes(routes!(api::authors::author));
    let token = routes()
        .routes(routes!(api::me::me))
        .routes(routes!(api::operation::list::list))
        .routes(routes!(api::operation::find::find))
        .routes(routes!(api::operation::events::events))
        .routes(routes!(api::operation::cancel::cancel));
    let install = routes()
        .routes(routes!(api::install::install, api::uninstall::uninstall))
        .routes(routes!(api::registry::registry))
        .routes(routes!(api::installed::installed))
        .routes(routes!(api::review::write::write))
        .routes(routes!(api::review::remove::remove))
        .routes(routes!(api::review::report::report))
        .routes(routes!(api::license::put_license));
    let publish = routes()
        .routes(routes!(api::submit::submit))
        .routes(routes!(api::submissions::submissions))
        .routes(routes!(api::submission::submission))
        .routes(routes!(api::yank::yank))
        .routes(routes!(api::unyank::unyank))
        .routes(routes!(api::review::reply::reply, api::review::reply::remove))
        .routes(routes!(api::authors::authors, api::apply::apply))
        .routes(routes!(api::rotate_key::rotate_key))
        .routes(routes!(api::revoke_key::revoke_key));
    let moderate = routes()
        .routes(routes!(cp::queue::queue))
        .routes(routes!(cp::queue::submission))
        .routes(routes!(cp::package::package))
        .routes(routes!(cp::decide::approve))
        .routes(routes!(cp::decide::reject))
        .routes(routes!(cp::decide::flag))
        .routes(routes!(cp::reviews::reviews))
        .routes(routes!(cp::reviews::remove))
        .routes(routes!(cp::reviews::dismiss))
        .routes(routes!(cp::reviews::restore));
    let operate = routes()
        .routes(routes!(cp::blocks::blocks, cp::blocks::block))
        .routes(routes!(cp::blocks::lift))
        .routes(routes!(cp::audit::audit))
        .routes(routes!(cp::authors::authors, cp::authors::create_author))
        .routes(routes!(cp::verify::verify))
        .routes(routes!(cp::verify::unverify))
        .routes(routes!(cp::keys::replace_key))
        .routes(routes!(cp::keys::revoke_key))
        .routes(routes!(cp::tokens::tokens, cp::tokens::create_token))
        .routes(routes!(cp::tokens::revoke_token))
        .routes(routes!(cp::tenants::tenants))
        .routes(routes!(cp::licenses::license, cp::licenses::put_license))
        .routes(routes!(cp::licenses::issue_license));
    [
        (Access::Anyone, anyone),
        (Access::Browse, browse),
        (Access::Token, token),
        (Access::Scope(Scope::Install), install),
        (Access::Scope(Scope::Publish), publish),
        (Access::Scope(Scope::Moderate), moderate),
        (Access::Scope(Scope::Operate), operate),
    ]
}

/// The whole API of a market.
pub fn router(market: Market, options: &Options) -> Router {
    let limiter = Limiter::new(options.rate, options.behind_proxy);
    let mut all = OpenApiRouter::with_openapi(openapi::document());
    for (access, mut routes) in list() {
        openapi::state_access(routes.get_openapi_mut(), access);
        let guard_of =
            Guard { market: market.clone(), access, closed: options.closed, limiter: limiter.clone() };
        all = all.merge(routes.route_layer(from_fn_with_state(guard_of, guard)));
    }
    let (api, document) = all.split_for_parts();

    let request_id = HeaderName::from_static("x-request-id");
    api.merge(docs::routes(document))
        .fallback(legacy::fallback)
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not take that method; the header `Allow` names those that it takes",
            )
        })
        .with_state(market)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(conditional::conditional))
        .layer(from_fn_with_state(limiter, limit::limit))
        .layer(CatchPanicLayer::custom(|_| Problem::internal(&"a handler panicked").into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
        .layer(from_fn(health::measure))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn(health::deadline_is_a_problem))
        .layer(tower::util::option_layer(options.cors()))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(health::span).on_failure(()))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}
