use axum::extract::State;
use axum::response::Response;

use super::{ALL, MINE, all, mine};
use crate::account::key;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfKey, Path};
use crate::http::pages::View;
use crate::http::pages::control::confirm::{Reason, Tried};
use crate::http::pages::control::refused::Refused;
use crate::http::pages::form::Form;
use crate::market::Market;

const DONE: &str = "The key is revoked. Nothing that it signed is installed from now on.";

/// Revokes a key of one's own author.
pub(in crate::http) async fn own(
    State(market): State<Market>,
    view: View,
    Path(OfKey { author, id }): Path<OfKey>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let revoked = async {
        let why = reason.must()?;
        Ok::<_, Refused>(key::revoke_own(&market, &caller, &author, &id, why.as_str()).await?)
    };
    match revoked.await {
        Ok(_) => Ok(view.done(MINE, DONE)),
        Err(refused) => mine::again(&market, &view, &caller, &Tried::new(reason, refused)).await,
    }
}

/// Revokes a key of anybody.
pub(in crate::http) async fn anybodys(
    State(market): State<Market>,
    view: View,
    Path(OfKey { author, id }): Path<OfKey>,
    caller: Caller,
    Form(reason): Form<Reason>,
) -> Result<Response, Problem> {
    let revoked = async {
        let why = reason.must()?;
        Ok::<_, Refused>(key::revoke(&market, &caller.actor(), &author, &id, why.as_str()).await?)
    };
    match revoked.await {
        Ok(_) => Ok(view.done(ALL, DONE)),
        Err(refused) => all::again(&market, &view, &Tried::new(reason, refused)).await,
    }
}
