use axum::response::Response;
use maud::html;

use super::PLACES;
use crate::http::pages::View;
use crate::http::pages::parts::{self, Icon};

/// What there is to control, for whoever looks.
pub(in crate::http) async fn overview(view: View) -> Response {
    let mine: Vec<_> = PLACES.iter().filter(|place| view.may(place.needs)).collect();
    view.page("Control Center", html! {
        (parts::heading("Control Center", "Publish, moderate, and run the marketplace."))
        @if view.caller().is_none() {
            (parts::empty(Icon::Sliders, "Sign in to see what you may do", html! {
                p { "Authors submit and watch their releases here, moderators decide, operators run the categories." }
                p { a.button.primary href="/sign-in?next=%2Fcontrol-center" { "Sign in" } }
            }))
        } @else if mine.is_empty() {
            (parts::empty(Icon::Sliders, "There is nothing for you here", html! {
                p { "You are signed in to look around. Sign in with a token that has the scope " code { "install" } ", " code { "publish" } ", " code { "moderate" } " or " code { "operate" } "." }
                p { a.button.primary href="/sign-in?next=%2Fcontrol-center" { "Sign in with another token" } }
            }))
        } @else {
            ul.places { @for place in mine {
                li { a.place href=(place.href) { (parts::icon(place.icon)) strong { (place.name) } span.muted { (place.what) } } }
            } }
        }
    })
}
