use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::session::{self, Session};
use crate::account::token::Secret;
use crate::http::Problem;
use crate::http::extract::Query;
use crate::http::pages::form::{self, Form};
use crate::http::pages::frame::{self, SESSION, add_cookie};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, document};
use crate::market::Market;

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    /// Where to go on.
    next: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::http) struct Token {
    token: String,
    next: Option<String>,
}

/// Asks who one is.
pub(in crate::http) async fn page(view: View, Query(wish): Query<Wish>) -> Response {
    view.page("Sign in", body(&view, wish.next.as_deref(), None, None))
}

/// Begins a session for whoever has a token.
pub(in crate::http) async fn sign_in(
    State(market): State<Market>,
    view: View,
    Form(Token { token, next }): Form<Token>,
) -> Result<Response, Problem> {
    let session = match Secret::parse(token.trim()) {
        Some(secret) => session::begin(&market.store, &secret).await?,
        None => None,
    };
    let Some(session) = session else {
        let wrong = match Secret::parse(token.trim()) {
            Some(_) => "This token is unknown, expired or revoked. Ask whoever gave it to you for a new one.",
            None => {
                "This is no token: it begins with mkt_, and every letter counts. Copy it again, all of it."
            }
        };
        let page = document::page(&view, "Sign in", body(&view, next.as_deref(), None, Some(wrong)));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    Ok(signed_in(&view, view.go(frame::local(next.as_deref())), &session))
}

/// The answer, with the cookie of a session.
pub(super) fn signed_in(view: &View, mut response: Response, session: &Session) -> Response {
    let mut cookie = view.cookie(SESSION, session.secret.reveal());
    let left = session.expires_at - crate::clock::now();
    cookie.set_max_age(time::Duration::milliseconds(left.max(0)));
    add_cookie(response.headers_mut(), &cookie);
    response
}

/// Asks again, and says why nobody is signed in.
pub(super) fn refused(view: &View, status: StatusCode, next: Option<&str>, why: &str) -> Response {
    (status, document::page(view, "Sign in", body(view, next, Some(why), None))).into_response()
}

/// `why` is what became of signing in elsewhere; `wrong` is what is wrong with the token.
fn body(view: &View, next: Option<&str>, why: Option<&str>, wrong: Option<&str>) -> Markup {
    let described = if wrong.is_some() { "token-error token-hint" } else { "token-hint" };
    html! {
        section.narrow.stack {
            h1 { "Sign in" }
            @if let Some(why) = why { (parts::notice("danger", html! { p { (why) } })) }
            @if let Some(session) = view.session() {
                p.lead { "You are signed in for " strong { (session.caller.tenant) } ". Signing in again takes the place of that." }
            }
            @if view.has_single_sign_on() {
                p { a.button.primary.wide href={ "/sign-in/provider?next=" (parts::in_url(frame::local(next))) } { "Sign in with your account" } }
                p.or { "or with a token" }
            }
            form.panel.stack method="post" action="/sign-in" {
                (form::key(view))
                input type="hidden" name="next" value=(frame::local(next));
                @if let Some(wrong) = wrong { (parts::notice("danger", html! { p #token-error { (wrong) } })) }
                (parts::field("token", "Token", "Begins with mkt_. It is looked at once, and this browser keeps a session instead.", html! {
                    input #token name="token" type="password" required autocomplete="current-password" spellcheck="false"
                        maxlength="200" autofocus aria-describedby=(described) aria-invalid=[wrong.map(|_| "true")]
                        aria-errormessage=[wrong.map(|_| "token-error")];
                }))
                button.button.primary type="submit" { "Sign in" }
            }
            details {
                summary { "I have no token" }
                div.stack {
                    p { "Browsing needs none. To install or to publish, ask whoever runs this server, or make one where it runs:" }
                    pre { code { "marketplace token create --data ./data --tenant home --scope install" } }
                    p { (parts::icon(Icon::Info)) " A demo prints its tokens when it starts." }
                }
            }
        }
    }
}
