//! Adding a category by dropping its component: first it is shown what the component says of itself, and nothing is
//! changed; then somebody says yes to that very component.

use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use marketplace_manifest::Digest;
use marketplace_sandbox::LoadError;
use marketplace_store::{Category as Row, Installer, NewCategory};
use maud::{Markup, html};
use serde::Deserialize;

use super::{PLACE, address, imports, presented, upgrade};
use crate::account::token::Caller;
use crate::category::Offer;
use crate::category::add::Candidate;
use crate::http::Problem;
use crate::http::pages::assets::asset;
use crate::http::pages::control::refused::{Refused, read};
use crate::http::pages::control::upload::{Sent, Upload};
use crate::http::pages::form::{self, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;

/// The field with the file.
const FILE: &str = "component";

/// Where a component is dropped: the first form, for a file of at most `most` bytes.
pub(super) fn form(view: &View, most: usize) -> Markup {
    html! {
        section.stack aria-labelledby="add" {
            h2 #add { "Add a category" }
            form.panel.stack method="post" action={ (PLACE) "/add" } enctype="multipart/form-data" {
                // First: nothing of what another site sends is read.
                (form::key(view))
                div.drop data-drop="send" {
                    (parts::icon(Icon::Puzzle))
                    label for=(FILE) { "Drop a component here, or choose its file" }
                    input id=(FILE) type="file" name=(FILE) required accept=".wasm,application/wasm" data-max=(most) aria-describedby="component-hint";
                    p.hint #component-hint { "A WebAssembly component of the world " code { "category" } " or " code { "gallery-category" } ", at most " (parts::bytes(most as u64)) ". You see what it says of itself before anything is changed." }
                    p.small data-drop-said role="status" {}
                    button.button.primary type="submit" { "See what it says" }
                }
            }
        }
    }
}

/// The first form alone.
pub(in crate::http) async fn page(State(market): State<Market>, view: View) -> Response {
    view.page("Add a category", alone(&market, &view, None))
}

fn alone(market: &Market, view: &View, refused: Option<&Refused>) -> Markup {
    control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Categories" } }
            (parts::heading("Categories", "A component that does not load, or does not say who it is, changes nothing."))
            @if let Some(refused) = refused {
                (refused.draw())
                p { "What a component must be is in the contract, " code { "wit/1.1/category.wit" } "; " code { "marketplace adapter new" } " makes one to begin with, and " code { "marketplace adapter test" } " tries it with this server’s own engine and limits." }
            }
            (form(view, market.categories.sandbox().limits().component_bytes))
            script type="module" src=(asset("drop.js")) {}
        },
    )
}

/// Looks at a component, and shows what it says.
pub(in crate::http) async fn look(
    State(market): State<Market>,
    view: View,
    request: Request,
) -> Result<Response, Problem> {
    let most = market.categories.sandbox().limits().component_bytes;
    let upload = Upload::receive(&view, request, FILE, most).await?;
    match looked_at(&market, upload, most).await {
        Ok(Offer { candidate, replaces: Some(row) })
            if row.component_sha256 != candidate.category.component_sha256 =>
        {
            upgrade::page(&market, &view, &candidate).await
        }
        Ok(offer) => {
            let main = offered(&view, &offer);
            Ok(view.page(&format!("Add {}", offer.candidate.category.name), main))
        }
        Err(refused) => Ok(refused.page(&view, "Add a category", alone(&market, &view, Some(&refused)))),
    }
}

async fn looked_at(market: &Market, upload: Upload, most: usize) -> Result<Offer, Refused> {
    let bytes = match upload.file {
        Sent::Bytes(bytes) => bytes,
        Sent::TooLarge { size } => return Err(LoadError::TooLarge { size, limit: most }.into()),
        Sent::Nothing => {
            return Err(Refused::field("the component", &"no file was chosen; choose the component’s file"));
        }
    };
    Ok(market.categories.offer(&bytes).await?)
}

/// What was shown, and is said yes to.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Yes {
    component: String,
}

/// Adds the component that was shown.
pub(in crate::http) async fn add(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Form(yes): Form<Yes>,
) -> Result<Response, Problem> {
    match added(&market, &caller, &yes).await {
        Ok(row) => {
            Ok(view.done(&address(&row.id), &format!("{} is added, and serves from now on.", row.name)))
        }
        Err(refused) => Ok(refused.page(&view, "Add a category", alone(&market, &view, Some(&refused)))),
    }
}

async fn added(market: &Market, caller: &Caller, yes: &Yes) -> Result<Row, Refused> {
    let component: Digest = read("the component’s digest", &yes.component)?;
    // One of a category that is there goes another way: it is tried on everything that the category has.
    Ok(market.categories.accept(component, &caller.actor()).await?)
}

/// The second form: what the component says of itself.
fn offered(view: &View, offer: &Offer) -> Markup {
    let Offer { candidate, replaces } = offer;
    let new = &candidate.category;
    control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Categories" } }
            (parts::heading(&format!("What {} says of itself", new.name), "Nothing is changed yet."))
            @if replaces.is_some() {
                (parts::notice("info", html! { p { "This is the component that " strong { (new.name) } " has already. There is nothing to change." } }))
            }
            (description(candidate))
            @if replaces.is_some() { p { a.button href=(PLACE) { "Back to the categories" } } } @else {
                form.row method="post" action={ (PLACE) "/add/confirm" } {
                    (form::key(view))
                    input type="hidden" name="component" value=(new.component_sha256);
                    button.button.primary type="submit" { "Add it" }
                    a.button href=(PLACE) { "Leave it" }
                }
                p.muted.small { "Exactly the component with this SHA-256 is added, or none. Say yes within a few minutes: what nobody says yes to is not kept for long." }
            }
        },
    )
}

/// What a component says of itself.
pub(super) fn description(candidate: &Candidate) -> Markup {
    let new = &candidate.category;
    html! {
        article.panel.stack {
            div.row-head {
                (icon(new, "icon")) h2 { (new.name) }
                @match new.installer { Installer::Live => span.badge { "Installs" }, Installer::Stub => span.badge { "Shows only" } }
            }
            p { (new.description) }
            (facts(candidate))
            h3 { "Imports" }
            (imports::table(&candidate.imports))
            (presented::draw(&candidate.presentation))
        }
    }
}

/// The icon that it brings along, which is in no style sheet yet: drawn as a mask, as all icons of categories are, so it
/// is a picture and nothing else. `id` names the mask on its page.
fn icon(new: &NewCategory, id: &str) -> Markup {
    let source = format!("data:image/svg+xml;base64,{}", STANDARD.encode(&new.icon));
    html! {
        @if !new.icon.is_empty() {
            svg.offered-icon viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" {
                mask id=(id) mask-type="alpha" { image href=(source) width="24" height="24" {} }
                rect width="24" height="24" fill="currentColor" mask={ "url(#" (id) ")" } {}
            }
        }
    }
}

fn facts(candidate: &Candidate) -> Markup {
    let new = &candidate.category;
    html! {
        dl.facts {
            dt { "Id" } dd { code { (new.id) } ", one is a " code { (new.singular) } }
            dt { "SHA-256" } dd { code.break { (new.component_sha256) } }
            dt { "Size" } dd { (parts::bytes(new.component_size)) }
            dt { "World" } dd { code { (candidate.world.name()) } " of " code { (candidate.contract) } }
            dt { "Free installs" } dd { (new.free_install_cap) " for each tenant without a license" }
        }
    }
}
