//! Every route, in one list, by who may call it. The paths stand with their handlers; all of them together are the
//! OpenAPI document, at `/api/v1/openapi.json`.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, Guard, guard};
use super::limit::Limiter;
use super::pages::frame::frame;
use super::{Options, Problem, api, conditional, cp, docs, health, legacy, limit, openapi, pages};
use crate::account::{Scope, sign_on};
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
        .routes(routes!(cp::category::list::list, cp::category::add::add))
        .routes(routes!(cp::category::show::show, cp::category::remove::remove))
        .routes(routes!(cp::category::switch::enable))
        .routes(routes!(cp::category::switch::disable))
        .routes(routes!(cp::category::upgrade::upgrade))
        .routes(routes!(cp::category::rollback::rollback))
        .routes(routes!(cp::category::components::components))
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

/// Every page, by who may see it.
fn pages() -> [(Access, Router<Market>); 9] {
    use pages::{appearance, assets, control, dashboard, gallery, item, operation, picture, session, theme};
    let routes = Router::new;
    let anyone = routes()
        .route("/", get(|| async { Redirect::to("/marketplace") }))
        .route("/sign-in", get(session::sign_in::page).post(session::sign_in::sign_in))
        .route(session::oidc::BEGIN, get(session::oidc::begin))
        .route(sign_on::CALLBACK, get(session::oidc::callback))
        .route("/sign-out", post(session::sign_out::sign_out))
        .route("/dashboard", get(dashboard::dashboard))
        .route("/appearance", get(appearance::page))
        .route("/appearance/scheme", post(appearance::scheme))
        .route("/appearance/theme", post(appearance::theme))
        .route("/control-center", get(control::overview::overview))
        .route("/assets/{name}/{file}", get(assets::file))
        .route("/worker.js", get(assets::worker))
        .route("/marketplace/categories.css", get(assets::category_icons));
    let browse = routes()
        .route("/marketplace", get(gallery::all))
        .route("/marketplace/{category}", get(gallery::of_category))
        .route("/marketplace/{category}/{slug}", get(item::show::show))
        .route("/pictures/{category}/{slug}/{version}/{*path}", get(picture::picture));
    let token = routes()
        .route("/operations/{id}/events", get(api::operation::events::events))
        .route("/operations/{id}/cancel", post(operation::cancel))
        .route("/pictures/submissions/{id}/{*path}", get(picture::submission_picture))
        .route("/themes/{slug}/{version}/{*path}", get(theme::file));
    let install = routes()
        .route(
            "/marketplace/{category}/{slug}/install",
            get(item::consent::consent).post(item::install::install),
        )
        .route("/marketplace/{category}/{slug}/uninstall", post(item::uninstall::uninstall))
        .route("/marketplace/{category}/{slug}/review", post(item::review::write))
        .route("/marketplace/{category}/{slug}/review/remove", post(item::review::remove))
        .route("/marketplace/{category}/{slug}/reviews/{id}/report", post(item::review::report))
        .route("/marketplace/{category}/{slug}/reviews/{id}/reply", post(item::review::reply));
    let publish = routes()
        .route(
            "/control-center/marketplace/submit",
            get(control::submit::page::page).post(control::submit::receive::receive),
        )
        .route(
            "/control-center/marketplace/submit/{id}",
            get(control::submit::survey::show)
                .post(control::submit::check::check)
                .layer(DefaultBodyLimit::max(control::submit::MAX_FORM)),
        )
        .route("/control-center/marketplace/submit/{id}/manifest.yaml", get(control::submit::sign::manifest))
        .route(
            "/control-center/marketplace/submit/{id}/canonical.json",
            get(control::submit::sign::canonical),
        )
        .route("/control-center/marketplace/submit/{id}/sign", post(control::submit::sign::sign))
        .route("/control-center/marketplace/submissions", get(control::submissions::list::list))
        .route("/control-center/marketplace/submissions/{id}", get(control::submissions::show::show))
        .route(
            "/control-center/marketplace/submissions/{id}/yank",
            post(control::submissions::withdraw::yank),
        )
        .route(
            "/control-center/marketplace/submissions/{id}/unyank",
            post(control::submissions::withdraw::unyank),
        );
    let moderate = routes()
        .route("/control-center/marketplace/moderation", get(control::moderation::queue::queue))
        .route("/control-center/marketplace/moderation/{id}", get(control::moderation::show::show))
        .route(
            "/control-center/marketplace/moderation/{id}/package",
            get(control::moderation::package::package),
        )
        .route(
            "/control-center/marketplace/moderation/{id}/decide",
            post(control::moderation::decide::decide),
        )
        .route("/control-center/marketplace/reviews", get(control::reviews::list::list))
        .route("/control-center/marketplace/reviews/{id}/decide", post(control::reviews::decide::decide));
    [
        (Access::Anyone, anyone),
        (Access::Browse, browse),
        (Access::Token, token),
        (Access::Scope(Scope::Install), install),
        (Access::Scope(Scope::Publish), publish),
        (Access::Scope(Scope::Moderate), moderate),
        (Access::Scope(Scope::Install), license_pages()),
        (Access::Scope(Scope::Publish), author_pages()),
        (Access::Scope(Scope::Operate), operator_pages()),
    ]
}

/// What a form leads back to that is sent to an address without a page: whoever loads that again finds the form.
fn form_of(page: &'static str) -> MethodRouter<Market> {
    get(move || async move { Redirect::to(page) })
}

/// The pages on which a tenant looks after its license.
fn license_pages() -> Router<Market> {
    use pages::control::license;
    Router::new().route("/control-center/license", get(license::show::show).post(license::install::install))
}

/// The pages on which authors look after their names and keys.
fn author_pages() -> Router<Market> {
    use pages::control::authors;
    const MINE: &str = "/control-center/authors";
    Router::new()
        .route("/control-center/authors", get(authors::mine::list))
        .route("/control-center/authors/apply", get(authors::apply::page).post(authors::apply::apply))
        .route(
            "/control-center/authors/{author}/rotate-key",
            get(authors::rotate_key::page).post(authors::rotate_key::rotate),
        )
        .route(
            "/control-center/authors/{author}/keys/{id}/revoke",
            form_of(MINE).post(authors::revoke_key::own),
        )
}

/// The pages of whoever runs the server.
fn operator_pages() -> Router<Market> {
    use pages::control::{audit, authors, blocks, categories, tenants, tokens};
    const AUTHORS: &str = "/control-center/marketplace/authors";
    const BLOCKS: &str = "/control-center/marketplace/blocks";
    const CATEGORIES: &str = "/control-center/marketplace/categories";
    Router::new()
        .route("/control-center/audit", get(audit::audit))
        .route("/control-center/marketplace/authors", get(authors::all::list))
        .route(
            "/control-center/marketplace/authors/new",
            get(authors::create::page).post(authors::create::create),
        )
        .route(
            "/control-center/marketplace/authors/{author}/verify",
            form_of(AUTHORS).post(authors::decide::verify),
        )
        .route(
            "/control-center/marketplace/authors/{author}/unverify",
            form_of(AUTHORS).post(authors::decide::unverify),
        )
        .route(
            "/control-center/marketplace/authors/{author}/replace-key",
            get(authors::replace_key::page).post(authors::replace_key::replace),
        )
        .route(
            "/control-center/marketplace/authors/{author}/keys/{id}/revoke",
            form_of(AUTHORS).post(authors::revoke_key::anybodys),
        )
        .route("/control-center/marketplace/blocks", get(blocks::list::list))
        .route("/control-center/marketplace/blocks/new", get(blocks::add::page).post(blocks::add::add))
        .route("/control-center/marketplace/blocks/{id}/lift", form_of(BLOCKS).post(blocks::lift::lift))
        .route("/control-center/marketplace/categories", get(categories::list::list))
        .route(
            "/control-center/marketplace/categories/add",
            get(categories::add::page).post(categories::add::look),
        )
        .route(
            "/control-center/marketplace/categories/add/confirm",
            form_of(CATEGORIES).post(categories::add::add),
        )
        .route("/control-center/marketplace/categories/{category}/component", get(categories::show::show))
        .route(
            "/control-center/marketplace/categories/{category}/upgrade",
            form_of(CATEGORIES).post(categories::upgrade::upgrade),
        )
        .route(
            "/control-center/marketplace/categories/{category}/rollback/{component}",
            form_of(CATEGORIES).post(categories::rollback::rollback),
        )
        .route(
            "/control-center/marketplace/categories/{category}/enable",
            form_of(CATEGORIES).post(categories::switch::enable),
        )
        .route(
            "/control-center/marketplace/categories/{category}/disable",
            form_of(CATEGORIES).post(categories::switch::disable),
        )
        .route(
            "/control-center/marketplace/categories/{category}/remove",
            form_of(CATEGORIES).post(categories::remove::remove),
        )
        .route("/control-center/tenants", get(tenants::list::list))
        .route("/control-center/tenants/{tenant}", get(tenants::show::show))
        .route(
            "/control-center/tenants/{tenant}/license",
            form_of("/control-center/tenants").post(tenants::install::install),
        )
        .route(
            "/control-center/tenants/{tenant}/license/issue",
            form_of("/control-center/tenants").post(tenants::issue),
        )
        .route("/control-center/tokens", get(tokens::list::list))
        .route("/control-center/tokens/new", get(tokens::create::page).post(tokens::create::create))
        .route(
            "/control-center/tokens/{id}/revoke",
            form_of("/control-center/tokens").post(tokens::revoke::revoke),
        )
}

/// The whole API of a market, and its pages.
pub fn router(market: Market, options: &Options) -> Router {
    let limiter = Limiter::new(options.rate, options.behind_proxy);
    let guard_of = |access| Guard {
        market: market.clone(),
        access,
        closed: options.closed,
        limiter: limiter.clone(),
        secure: options.is_secure(),
        single_sign_on: options.sign_on.is_some(),
    };
    let mut all = OpenApiRouter::with_openapi(openapi::document());
    for (access, mut routes) in list() {
        openapi::state_access(routes.get_openapi_mut(), access);
        all = all.merge(routes.route_layer(from_fn_with_state(guard_of(access), guard)));
    }
    let (api, document) = all.split_for_parts();
    let nowhere = Router::new()
        .fallback(legacy::fallback)
        .layer(from_fn_with_state(guard_of(Access::Anyone), frame))
        .with_state(market.clone());

    let request_id = HeaderName::from_static("x-request-id");
    let mut site = Router::new();
    for (access, routes) in pages() {
        site = site.merge(routes.route_layer(from_fn_with_state(guard_of(access), frame)));
    }
    let site = site.layer(Extension(options.sign_on.clone()));
    api.merge(docs::routes(document))
        .merge(site.layer(CompressionLayer::new().gzip(true)))
        .fallback_service(nowhere)
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
