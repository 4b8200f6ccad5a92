//! Signing in with an account of an identity provider: there, and back.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{DOCTYPE, Markup, html};
use serde::{Deserialize, Serialize};

use super::sign_in;
use crate::account::sign_on::{Flow, SignOn, SignOnError};
use crate::http::Problem;
use crate::http::pages::View;
use crate::http::pages::assets::asset;
use crate::http::pages::document::sentence;
use crate::http::pages::form::Asked;
use crate::http::pages::frame::{self, add_cookie, gone};
use crate::market::Market;

/// Where signing in begins.
pub(in crate::http) const BEGIN: &str = "/sign-in/provider";

/// What a browser keeps while its person is at the provider.
const COOKIE: &str = "marketplace_sign_in";

/// How long they may be there.
const PATIENCE: time::Duration = time::Duration::minutes(10);

/// The longest way back, in bytes: a browser keeps no larger cookie than 4 KiB.
const MAX_NEXT: usize = 2_000;

/// The longest part of what a provider says that is shown, in characters.
const MAX_SAID: usize = 300;

/// What is in the cookie.
#[derive(Debug, Serialize, Deserialize)]
struct Away {
    flow: Flow,
    /// Where to go on, after.
    next: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    next: Option<String>,
}

/// What the provider sends along. No `Debug`: the code is worth a session, and is in no log.
#[derive(Deserialize)]
pub(in crate::http) struct Said {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

/// Sends somebody to the provider.
pub(in crate::http) async fn begin(
    Extension(sign_on): Extension<Option<SignOn>>,
    view: View,
    Asked(Wish { next }): Asked<Wish>,
) -> Result<Response, Problem> {
    let sign_on = sign_on.ok_or_else(nowhere)?;
    let next = Some(frame::local(next.as_deref())).filter(|next| next.len() <= MAX_NEXT);
    let (address, flow) = match sign_on.begin().await {
        Ok(begun) => begun,
        Err(error) => return refused(&view, next, error),
    };
    let away = Away { flow, next: frame::local(next).to_owned() };
    let value = serde_json::to_vec(&away).map_err(|error| Problem::internal(&error))?;
    let mut cookie = cookie(&view, URL_SAFE_NO_PAD.encode(value));
    cookie.set_max_age(PATIENCE);
    let mut response = Redirect::to(address.as_str()).into_response();
    add_cookie(response.headers_mut(), &cookie);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Begins a session for whoever comes back from the provider.
pub(in crate::http) async fn callback(
    State(market): State<Market>,
    Extension(sign_on): Extension<Option<SignOn>>,
    jar: CookieJar,
    view: View,
    Asked(said): Asked<Said>,
) -> Result<Response, Problem> {
    let sign_on = sign_on.ok_or_else(nowhere)?;
    let kept = jar.get(COOKIE).and_then(|cookie| URL_SAFE_NO_PAD.decode(cookie.value()).ok());
    let away = kept.and_then(|kept| serde_json::from_slice::<Away>(&kept).ok());
    // Who was not sent from here, by this browser, might be signed in as somebody else without knowing.
    let fits = |away: &Away| said.state.as_deref().is_some_and(|state| away.flow.began_with(state));
    let Some(away) = away.filter(fits) else {
        let why = "This sign-in was not begun in this browser, or it took more than ten minutes. Nobody is signed in by it: \
                   begin again from here.";
        return Ok(guarded(sign_in::refused(&view, StatusCode::BAD_REQUEST, None, why)));
    };
    let next = Some(away.next.as_str());
    let answer = match said {
        Said { error: Some(error), error_description, .. } => {
            let why = not_let_in(&error, error_description.as_deref());
            Ok(sign_in::refused(&view, StatusCode::FORBIDDEN, next, &why))
        }
        Said { code: Some(code), iss, .. } if iss.as_deref().is_none_or(|iss| sign_on.is_of(iss)) => {
            match sign_on.finish(&market.store, away.flow, code).await {
                Ok(session) => Ok(sign_in::signed_in(&view, on(&away.next).into_response(), &session)),
                Err(error) => refused(&view, next, error),
            }
        }
        Said { .. } => refused(&view, next, SignOnError::NotConfirmed),
    };
    // What was kept for this is of no use for anything else.
    let mut response = guarded(answer?);
    add_cookie(response.headers_mut(), &gone(cookie(&view, String::new())));
    Ok(response)
}

/// The address of this page has the code in it, which is used up, and still nobody's business.
fn guarded(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Goes on from a page, not by a redirect: whoever comes back was sent by another site, and on all of that way a browser
/// sends no cookie that is `SameSite=Strict`, as a session's is. From a page of ours, it does.
fn on(next: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="refresh" content={ "0;url=" (next) };
                title { "Signed in · Marketplace" }
                link rel="stylesheet" href=(asset("style.css"));
                link rel="icon" type="image/svg+xml" href=(asset("icon.svg"));
            }
            body { main { section.narrow.stack {
                h1 { "You are signed in" }
                p { a.button.primary href=(next) { "Go on" } }
            } } }
        }
    }
}

/// Its own cookie, which a visitor brings along who comes from the provider's site: `Lax`, not `Strict`. It opens nothing.
fn cookie(view: &View, value: String) -> Cookie<'static> {
    let mut cookie = view.cookie(COOKIE, value);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path(BEGIN);
    cookie
}

fn nowhere() -> Problem {
    Problem::not_found("this server knows no identity provider: sign in with a token")
}

/// The page to sign in with, and why it did not go with the provider.
fn refused(view: &View, next: Option<&str>, error: SignOnError) -> Result<Response, Problem> {
    let status = match error {
        SignOnError::NoAnswer => StatusCode::SERVICE_UNAVAILABLE,
        SignOnError::NotConfirmed => StatusCode::BAD_REQUEST,
        SignOnError::NotGranted(_) => StatusCode::FORBIDDEN,
        SignOnError::Token(error) => return Err(error.into()),
        SignOnError::Store(error) => return Err(error.into()),
    };
    Ok(sign_in::refused(view, status, next, &sentence(&error.to_string())))
}

/// What the provider says instead of who somebody is, in its words.
fn not_let_in(error: &str, description: Option<&str>) -> String {
    let shown = |text: &str| text.chars().take(MAX_SAID).collect::<String>();
    let words = match description.filter(|words| !words.trim().is_empty()) {
        Some(words) => format!("“{}” ({})", shown(words.trim()), shown(error)),
        None => format!("“{}”", shown(error)),
    };
    format!("The identity provider did not sign you in. It says {words}. Try again, or sign in with a token.")
}
