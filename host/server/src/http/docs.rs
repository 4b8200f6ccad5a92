//! The OpenAPI document, and a page to browse it with that needs nothing from elsewhere.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::market::Market;

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";
/// Where the page is.
const PAGE: &str = "/api/docs";

/// The page styles itself from script, and nothing else of it is inline.
const POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

pub(super) fn routes(document: OpenApi) -> Router<Market> {
    // Serialised once: it changes only with the program.
    let json = Bytes::from(document.to_json().expect("a document of plain structs is always JSON"));
    let document = Router::new().route(DOCUMENT, get(send)).with_state(json);
    let page: Router = SwaggerUi::new(PAGE).config(Config::from(DOCUMENT).try_it_out_enabled(true)).into();
    let policy = map_response(|mut response: Response| async {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
    });
    Router::new().merge(document).merge(page.layer(policy).with_state(()))
}

async fn send(State(json): State<Bytes>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}
