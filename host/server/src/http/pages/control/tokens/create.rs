use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use marketplace_manifest::Tenant;
use marketplace_store::Token;
use maud::{Markup, html};
use serde::Deserialize;

use super::{PLACE, known_tenants, meaning};
use crate::account::token::{self, Caller, Secret};
use crate::account::{Scope, Scopes};
use crate::http::Problem;
use crate::http::extract::Text;
use crate::http::pages::assets::asset;
use crate::http::pages::control::refused::{Refused, days, read};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control, document};
use crate::market::Market;

/// How long a token is good for unless somebody says otherwise: long enough not to be in the way, short enough that one
/// which leaked and was forgotten ends by itself.
const DEFAULT_DAYS: &str = "90";

/// As it was written, right or wrong.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    days: String,
    #[serde(default)]
    for_ever: Option<String>,
}

/// What it comes to.
struct Order {
    tenant: Tenant,
    label: String,
    scopes: Scopes,
    lifetime: Option<Duration>,
}

impl Wish {
    fn order(&self) -> Result<Order, Refused> {
        let scopes = self.scope.iter().map(|word| read::<Scope>("what it allows", word));
        let scopes: Scopes = scopes.collect::<Result<_, _>>()?;
        if scopes.is_empty() {
            return Err(Refused::field(
                "what it allows",
                &"a token that allows nothing is of no use; tick a box",
            ));
        }
        let lifetime = days(&self.days, self.for_ever.is_some())?;
        Ok(Order {
            tenant: read("the tenant", self.tenant.trim())?,
            label: read::<Text<0, { token::MAX_LABEL }>>("the label", self.label.trim())?.into_string(),
            scopes,
            lifetime: lifetime.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        })
    }
}

/// Asks what the new token is for.
pub(in crate::http) async fn page(
    State(market): State<Market>,
    view: View,
    caller: Caller,
) -> Result<Response, Problem> {
    let wish = Wish {
        tenant: caller.tenant.to_string(),
        label: String::new(),
        scope: Vec::new(),
        days: DEFAULT_DAYS.to_owned(),
        for_ever: None,
    };
    Ok(view.page("New token", draw(&market, &view, &wish, None).await?))
}

/// Makes a token, and shows it this once.
pub(in crate::http) async fn create(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    match make(&market, &caller, &wish).await {
        Ok((secret, token)) => Ok(shown(&view, &secret, &token)),
        Err(refused) => {
            let main = draw(&market, &view, &wish, Some(&refused)).await?;
            Ok(refused.page(&view, "New token", main))
        }
    }
}

async fn make(market: &Market, caller: &Caller, wish: &Wish) -> Result<(Secret, Token), Refused> {
    let Order { tenant, label, scopes, lifetime } = wish.order()?;
    Ok(token::create(&market.store, &caller.actor(), &tenant, &label, &scopes, lifetime).await?)
}

/// The one page on which the secret is. Neither the browser nor anything between keeps it.
fn shown(view: &View, secret: &Secret, token: &Token) -> Response {
    let main = control::page(
        view,
        html! {
            (parts::heading("Copy the token now", "It is shown this once. Only its fingerprint is kept, so nobody can show it again."))
            section.panel.stack aria-labelledby="made" {
                h2 #made { @if token.label.is_empty() { "A token for " (token.tenant) } @else { (token.label) } }
                div.field {
                    label for="token" { "Token" }
                    div.copy-field {
                        input #token.mono type="text" readonly value=(secret.reveal()) autocomplete="off" spellcheck="false" aria-describedby="token-hint";
                        button.button type="button" data-copy="token" { "Copy" }
                    }
                    p.hint #token-hint { "Hand it over where nobody else reads along, and not by mail. Whoever has it may do what it allows." }
                }
                dl.facts {
                    dt { "Tenant" } dd { (token.tenant) }
                    dt { "Allows" } dd.row { @for scope in &token.scopes { span.chip { (scope) } } }
                    dt { "Ends" } dd { @match token.expires_at { Some(at) => (parts::moment(at)), None => "Never, unless it is revoked" } }
                }
            }
            (parts::notice("info", html! { p { "Do not load this page again: the browser would ask the server for another token." } }))
            p.row { a.button.primary href=(PLACE) { "I have it. To the tokens" } a.button href={ (PLACE) "/new" } { "Make another" } }
            script type="module" src=(asset("copy.js")) {}
        },
    );
    let mut response =
        (StatusCode::CREATED, document::page(view, "Copy the token now", main)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn draw(
    market: &Market,
    view: &View,
    wish: &Wish,
    refused: Option<&Refused>,
) -> Result<Markup, Problem> {
    let has = |scope: Scope| wish.scope.iter().any(|word| word == scope.as_str());
    Ok(control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Tokens" } }
            (parts::heading("New token", "For a person, a system, or a program that calls the API."))
            @if let Some(refused) = refused { (refused.draw()) }
            form.panel.stack.form method="post" action={ (PLACE) "/new" } {
                (form::key(view))
                (parts::field("tenant", "Tenant", "For whom. A name that is not there yet makes a new tenant.", html! {
                    input #tenant name="tenant" value=(wish.tenant) list="tenants" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="tenant-hint";
                }))
                (known_tenants(market).await?)
                (parts::field("label", "Label", "What you will recognise it by: whose it is, and where it is used.", html! {
                    input #label name="label" value=(wish.label) maxlength=(token::MAX_LABEL) autocomplete="off" aria-describedby="label-hint";
                }))
                fieldset.field {
                    legend { "What it allows" }
                    ul.choices {
                        @for scope in Scope::ALL {
                            li { label { input type="checkbox" name="scope" value=(scope.as_str()) checked[has(scope)];
                                span { strong { (scope.as_str()) } " " span.muted { (meaning(scope)) } } } }
                        }
                    }
                }
                (lifetime("It is refused from then on, and its sessions are over.", &wish.days, wish.for_ever.is_some()))
                p { button.button.primary type="submit" { (parts::icon(Icon::Key)) "Make the token" } }
            }
        },
    ))
}

/// How many days something is good for, or for ever.
pub(in crate::http::pages::control) fn lifetime(hint: &str, days: &str, for_ever: bool) -> Markup {
    html! {
        fieldset.field {
            legend { "How long" }
            div.row.lifetime {
                label for="days" { "Days" }
                input #days type="number" name="days" value=(days) min="1" max="36500" step="1" inputmode="numeric" aria-describedby="days-hint";
                label.tick { input type="checkbox" name="for_ever" value="yes" checked[for_ever]; span { "No end" } }
            }
            p.hint #days-hint { (hint) " With “no end” the number of days does not count." }
        }
    }
}
