use axum::extract::State;
use axum::response::Response;

use super::{PLACE, list};
use crate::account::token::{self, Caller};
use crate::http::Problem;
use crate::http::extract::{Note, OfId, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Reason, Tried};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::market::Market;

/// Revokes a token, and with it every session that was begun with it.
pub(in crate::http) async fn revoke(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let revoked = async {
        let why = reason.perhaps()?;
        let why = why.as_ref().map(Note::as_str);
        Ok::<_, Refused>(token::revoke(&market.store, &caller.actor(), &id, why).await?)
    };
    match revoked.await {
        Ok(_) if id == caller.token_id => {
            Ok(view.done("/sign-in", "The token is revoked, and with it this session."))
        }
        Ok(token) => {
            let name = if token.label.is_empty() { &token.hint } else { &token.label };
            Ok(view
                .done(PLACE, &format!("“{name}” of {} is revoked, and its sessions are over.", token.tenant)))
        }
        Err(refused) => list::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}
