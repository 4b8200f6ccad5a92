//! What stands around every page: who asks, what they may, how their pages look, and the headers that keep strangers'
//! content from doing anything.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt as _;
use maud::Markup;
use serde_json::Value;

use super::session::FormKey;
use super::theme::{self, Theme};
use super::{document, form};
use crate::account::Scope;
use crate::account::session::{self, Session, SessionSecret};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::access::{Access, Guard, must_be_licensed};
use crate::http::problem::MEDIA_TYPE;

/// The cookie of a session.
pub(super) const SESSION: &str = "marketplace_session";
/// The cookie that the forms of a visitor without a session are signed with.
const VISITOR: &str = "marketplace_visitor";
/// What to say once, on the next page.
const MESSAGE: &str = "marketplace_message";
/// Whether pages are light or dark.
pub(super) const SCHEME: &str = "marketplace_scheme";

/// What is asked for by programs, which are not answered with pages.
const PROGRAMS: [&str; 2] = ["/api/", "/cp/"];

/// Nothing comes from elsewhere, nothing goes elsewhere, and nothing runs but our own files. Pictures may stand in a
/// stylesheet (`data:`): a picture cannot do anything.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Who looks at a page, and how.
#[derive(Clone, Debug)]
pub(in crate::http) struct View(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    session: Option<Session>,
    form_key: FormKey,
    /// The path and query of the page.
    here: Uri,
    scheme: Scheme,
    theme: Option<Theme>,
    message: Option<Message>,
    /// Whether cookies may only travel over HTTPS.
    secure: bool,
    /// Whether an identity provider signs people in.
    single_sign_on: bool,
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scheme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Scheme {
    pub(super) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What became of what a person did.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) is_error: bool,
}

impl View {
    /// Who is signed in.
    pub(super) fn caller(&self) -> Option<&Caller> {
        self.0.session.as_ref().map(|session| &session.caller)
    }

    pub(super) fn session(&self) -> Option<&Session> {
        self.0.session.as_ref()
    }

    /// Whether whoever is signed in may do this.
    pub(super) fn may(&self, scope: Scope) -> bool {
        self.caller().is_some_and(|caller| caller.scopes.contains(&scope))
    }

    /// The path and query of this page.
    pub(super) fn here(&self) -> &str {
        self.0.here.path_and_query().map_or("/", |here| here.as_str())
    }

    /// The path of this page.
    pub(super) fn path(&self) -> &str {
        self.0.here.path()
    }

    pub(super) fn scheme(&self) -> Scheme {
        self.0.scheme
    }

    pub(super) fn theme(&self) -> Option<&Theme> {
        self.0.theme.as_ref()
    }

    pub(super) fn message(&self) -> Option<&Message> {
        self.0.message.as_ref()
    }

    pub(super) fn has_single_sign_on(&self) -> bool {
        self.0.single_sign_on
    }

    /// A tag for a form of this visitor.
    pub(super) fn form_tag(&self) -> String {
        self.0.form_key.tag()
    }

    /// Refuses a form that no page of ours made for this visitor.
    ///
    /// # Errors
    /// `stale_form`.
    pub(super) fn must_have_made(&self, tag: &str) -> Result<(), Problem> {
        self.0.form_key.made(tag).then_some(()).ok_or_else(form::stale)
    }

    /// A page.
    pub(super) fn page(&self, title: &str, main: Markup) -> Response {
        document::page(self, title, main).into_response()
    }

    /// A page that no theme reaches.
    pub(super) fn plain_page(&self, title: &str, main: Markup) -> Response {
        document::plain(self, title, main).into_response()
    }

    /// A cookie of ours: no script reads it, and no other site sends it.
    pub(super) fn cookie(&self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.0.secure)
            .build()
    }

    /// On to another page.
    pub(super) fn go(&self, to: &str) -> Response {
        Redirect::to(to).into_response()
    }

    /// On to another page, which says what was done.
    pub(super) fn done(&self, to: &str, text: &str) -> Response {
        self.say(to, 's', text)
    }

    /// On to another page, which says what was not done.
    pub(super) fn not_done(&self, to: &str, text: &str) -> Response {
        self.say(to, 'e', text)
    }

    fn say(&self, to: &str, kind: char, text: &str) -> Response {
        let text: String = text.chars().take(600).collect();
        let mut cookie = self.cookie(MESSAGE, URL_SAFE_NO_PAD.encode(format!("{kind}{text}")));
        cookie.set_max_age(time::Duration::minutes(1));
        (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for View {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let view = parts.extensions.get::<Self>().cloned();
        view.ok_or_else(|| Problem::internal(&"a page outside its frame asks for its view"))
    }
}

/// Knows who asks, lets through who may, and shows what went wrong as a page.
pub(in crate::http) async fn frame(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    if PROGRAMS.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
        return next.run(request).await;
    }
    let (view, known) = match look(&guard, request.headers(), request.uri()).await {
        Ok((view, needs_visitor)) => (view, Ok(needs_visitor)),
        // Without the database nobody can be known: then the page is that of a stranger.
        Err(problem) => (View(Arc::new(Inner::stranger(&guard, request.uri()))), Err(problem)),
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let by_person = takes_pages(request.headers());
    let (needs_visitor, admitted) = match known {
        Ok(needs) => (needs, admit(&guard, &view, request.method(), request.headers()).await),
        Err(problem) => (false, Err(problem)),
    };
    let response = match admitted {
        Err(problem) => problem.into_response(),
        Ok(()) => {
            if let Some(caller) = view.caller() {
                request.extensions_mut().insert(caller.clone());
            }
            request.extensions_mut().insert(view.clone());
            next.run(request).await
        }
    };
    let mut response = if by_person { shown(&view, response, reads).await } else { response };
    let headers = response.headers_mut();
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"text/html"));
    if is_page {
        // Made for one visitor, and asked for again each time; or kept nowhere at all, if the page says so.
        if !headers.contains_key(header::CACHE_CONTROL) {
            set(headers, header::CACHE_CONTROL, "private, no-cache");
        }
        if needs_visitor {
            add_cookie(headers, &view.cookie(VISITOR, view.0.form_key.reveal()));
        }
        if view.0.message.is_some() {
            add_cookie(headers, &gone(view.cookie(MESSAGE, String::new())));
        }
    }
    protect(headers);
    response
}

/// The headers of every page and of everything that belongs to one, unless it has stricter ones.
fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        if !headers.contains_key(&name) {
            set(headers, name, value);
        }
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// Who asks, and whether they have no key for their forms yet.
async fn look(guard: &Guard, headers: &HeaderMap, here: &Uri) -> Result<(View, bool), Problem> {
    let jar = CookieJar::from_headers(headers);
    let value = |name: &str| jar.get(name).map(Cookie::value);
    let session = match value(SESSION).and_then(SessionSecret::parse) {
        Some(secret) => session::find(&guard.market.store, secret).await?,
        None => None,
    };
    let visitor = value(VISITOR).and_then(FormKey::parse);
    let needs_visitor = session.is_none() && visitor.is_none();
    let form_key = match &session {
        Some(session) => FormKey::of(&session.secret),
        None => visitor.unwrap_or_else(FormKey::generate),
    };
    let theme = match &session {
        Some(session) => theme::chosen(&guard.market, &session.caller.tenant, &jar).await?,
        None => None,
    };
    let view = Inner {
        session,
        form_key,
        scheme: match value(SCHEME) {
            Some("light") => Scheme::Light,
            Some("dark") => Scheme::Dark,
            _ => Scheme::System,
        },
        theme,
        message: value(MESSAGE).and_then(message),
        ..Inner::stranger(guard, here)
    };
    Ok((View(Arc::new(view)), needs_visitor))
}

impl Inner {
    /// Of whom nothing is known.
    fn stranger(guard: &Guard, here: &Uri) -> Self {
        Self {
            session: None,
            form_key: FormKey::generate(),
            here: here.clone(),
            scheme: Scheme::System,
            theme: None,
            message: None,
            secure: guard.secure,
            single_sign_on: guard.single_sign_on,
        }
    }
}

fn message(value: &str) -> Option<Message> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let is_error = text.starts_with('e');
    Some(Message { text: text.get(1..)?.to_owned(), is_error })
}

/// Whether this request may have this page.
async fn admit(guard: &Guard, view: &View, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        must_be_ours(headers)?;
    }
    let needed = match guard.access {
        Access::Scope(scope) => Some(scope),
        Access::Browse if guard.closed => Some(Scope::Browse),
        Access::Anyone | Access::Browse | Access::Token => None,
    };
    match view.caller() {
        Some(caller) => {
            guard.limiter.charge_token(&caller.token_id)?;
            if let Some(scope) = needed.filter(|scope| !caller.scopes.contains(scope)) {
                return Err(lacks(scope));
            }
            match guard.access {
                Access::Browse => must_be_licensed(&guard.market, caller).await,
                _ => Ok(()),
            }
        }
        None if needed.is_some() || guard.access == Access::Token => {
            let detail = "sign in to see this page";
            Err(Problem::new(StatusCode::UNAUTHORIZED, "sign_in_required", detail))
        }
        None => Ok(()),
    }
}

fn lacks(scope: Scope) -> Problem {
    let detail = format!(
        "you are signed in with a token that does not have the scope `{scope}`, which this page needs; sign in with one \
         that has"
    );
    Problem::new(StatusCode::FORBIDDEN, "scope_missing", detail).with("scope", scope.as_str())
}

/// Refuses what another site's page sends. Browsers say where a request comes from (Fetch Metadata, or `Origin`); the
/// form's key, which is looked at later, is for those that do not.
fn must_be_ours(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
        (None, None) => true,
    };
    ours.then_some(()).ok_or_else(form::stale)
}

/// Whether whoever asks looks at pages; programs are told of problems in their own language.
fn takes_pages(headers: &HeaderMap) -> bool {
    let takes = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    takes.is_some_and(|takes| takes.contains("text/html"))
}

/// Problems as people see them. Whoever is not signed in is asked to, and comes back.
async fn shown(view: &View, response: Response, reads: bool) -> Response {
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|of| of == MEDIA_TYPE);
    if !is_problem {
        return response;
    }
    let status = response.status();
    if status == StatusCode::UNAUTHORIZED {
        let back = if reads { view.here() } else { "/" };
        let query = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    let (mut parts, body) = response.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    for about_the_body in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(about_the_body);
    }
    let page = document::problem(view, status, &problem).into_response();
    parts.headers.extend(page.headers().clone());
    Response::from_parts(
        parts,
        Body::from(
            page.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default(),
        ),
    )
}

/// A cookie that ends at once.
pub(super) fn gone(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.make_removal();
    cookie
}

pub(super) fn add_cookie(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// A path of this site, to go back to; what could lead elsewhere leads home, and so does signing in, which is done by then.
pub(super) fn local(path: Option<&str>) -> &str {
    // `//host` and `/\host` are other hosts to a browser.
    let is_local = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.starts_with("/sign-in")
            && !path.contains(['\\', '\n', '\r', '\t'])
            && path.parse::<Uri>().is_ok_and(|uri| uri.authority().is_none())
    };
    path.filter(is_local).unwrap_or("/marketplace")
}
