use axum::extract::State;
use axum::http::header;
use axum::response::Response;

use crate::account::session;
use crate::http::Problem;
use crate::http::pages::View;
use crate::http::pages::form::{Form, Nothing};
use crate::http::pages::frame::{SESSION, add_cookie, gone};
use crate::market::Market;

/// Ends the session, here and in the database.
pub(in crate::http) async fn sign_out(
    State(market): State<Market>,
    view: View,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    if let Some(session) = view.session() {
        session::end(&market.store, session).await?;
    }
    let mut response = view.done("/marketplace", "You are signed out.");
    add_cookie(response.headers_mut(), &gone(view.cookie(SESSION, String::new())));
    // What the browser kept of this site for whoever was signed in.
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\""),
    );
    Ok(response)
}
