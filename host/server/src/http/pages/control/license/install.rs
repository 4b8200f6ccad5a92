use axum::extract::{Request, State};
use axum::response::Response;
use marketplace_manifest::Tenant;
use maud::{Markup, html};

use super::{MAX_FILE, MINE, show};
use crate::account::license::{self, Document};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::pages::control::refused::Refused;
use crate::http::pages::control::upload::{Sent, Upload};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, form};
use crate::market::Market;

/// Puts a license in force that the vendor signed for the tenant of whoever sends it.
pub(in crate::http) async fn install(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let upload = Upload::receive(&view, request, "file", MAX_FILE).await?;
    match put(&market, &caller, &caller.tenant, &upload).await {
        Ok(document) => Ok(view.done(MINE, &words(&document))),
        Err(refused) => {
            let main = show::draw(&market, &view, &caller, upload.field("document"), Some(&refused)).await?;
            Ok(refused.page(&view, "License", main))
        }
    }
}

/// What is said of a license that is in force now.
pub(in crate::http::pages::control) fn words(document: &Document) -> String {
    let until = document.expires_at.as_deref().map_or_else(String::new, |at| format!(", until {at}"));
    format!("The license for {} is in force: {}{until}.", document.tenant, document.tier)
}

/// Puts the file in force or, where none was chosen, what was pasted.
pub(in crate::http::pages::control) async fn put(
    market: &Market,
    caller: &Caller,
    tenant: &Tenant,
    upload: &Upload,
) -> Result<Document, Refused> {
    let not_text = "it is not text; choose the license document itself, a JSON file";
    let text = match &upload.file {
        Sent::Nothing => upload.field("document"),
        Sent::Bytes(bytes) => {
            std::str::from_utf8(bytes).map_err(|_| Refused::field("the file", &not_text))?
        }
        Sent::TooLarge { size } => {
            let error = format!(
                "it has {size} bytes, and no license has so many; choose the license document itself"
            );
            return Err(Refused::field("the file", &error));
        }
    };
    if text.trim().is_empty() {
        let error = "there is neither a file nor a text; choose the license document, or paste it";
        return Err(Refused::field("the license", &error));
    }
    let (store, vendor) = (&market.store, &market.vendor);
    Ok(license::install(store, vendor, &caller.actor(), tenant, text).await?)
}

/// The form that is sent to `action`.
pub(in crate::http::pages::control) fn form(view: &View, action: &str, document: &str) -> Markup {
    html! {
        section.stack aria-labelledby="put" {
            h2 #put { "Put a license in force" }
            form.panel.stack.form method="post" action=(action) enctype="multipart/form-data" {
                (form::key(view))
                div.drop data-drop {
                    (parts::icon(Icon::Card))
                    label for="file" { "Drop the license here, or choose its file" }
                    input #file type="file" name="file" accept=".json,application/json" data-max=(MAX_FILE) aria-describedby="file-hint";
                    p.hint #file-hint { "The JSON document that your vendor signed." }
                    p.small data-drop-said role="status" {}
                }
                (parts::field("document", "Or paste it", "All of it, from the first brace to the last. A chosen file goes first.", html! {
                    textarea.mono #document name="document" rows="5" maxlength="32000" autocomplete="off" spellcheck="false" aria-describedby="document-hint" { (document) }
                }))
                p { button.button.primary type="submit" { "Put it in force" } }
            }
        }
    }
}
