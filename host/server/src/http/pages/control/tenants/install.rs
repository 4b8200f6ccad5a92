use axum::extract::{Request, State};
use axum::response::Response;

use super::{PLACE, show, unknown};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfTenant, Path};
use crate::http::pages::View;
use crate::http::pages::control::license::{MAX_FILE, install, issue};
use crate::http::pages::control::upload::Upload;
use crate::market::Market;

/// Puts a license in force that the vendor signed for a tenant.
pub(in crate::http) async fn install(
    State(market): State<Market>,
    view: View,
    Path(OfTenant { tenant }): Path<OfTenant>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let upload = Upload::receive(&view, request, "file", MAX_FILE).await?;
    if !market.store.has_tenant(&tenant).await? {
        return Err(unknown(&tenant));
    }
    match install::put(&market, &caller, &tenant, &upload).await {
        Ok(document) => Ok(view.done(&format!("{PLACE}/{tenant}"), &install::words(&document))),
        Err(refused) => {
            let document = upload.field("document");
            show::again(&market, &view, &tenant, &issue::Wish::default(), document, &refused).await
        }
    }
}
