//! How pages look: light or dark, and which of the installed themes. Kept in this browser, for whoever sits before it.

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::cookie::Cookie;
use marketplace_manifest::Slug;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::form::{self, Form};
use super::frame::{self, SCHEME, Scheme, add_cookie, gone};
use super::parts::{self, Icon};
use super::theme::{self, KEPT, TRIED, Theme};
use super::{View, item};
use crate::http::Problem;
use crate::market::Market;

/// How long a theme is tried: one in which nothing can be read goes away by itself.
const TRIAL: time::Duration = time::Duration::minutes(30);

/// What is chosen, and what there is to choose from.
pub(in crate::http) async fn page(State(market): State<Market>, view: View) -> Result<Response, Problem> {
    let themes = match view.caller() {
        Some(caller) => theme::installed(&market, &caller.tenant).await?,
        None => Vec::new(),
    };
    Ok(view.plain_page("Appearance", draw(&view, &themes)))
}

fn draw(view: &View, themes: &[Theme]) -> Markup {
    let in_use = view.theme().map(|theme| &theme.slug);
    html! {
        (parts::heading("Appearance", "How pages look in this browser. This one is always plain, so that a theme can always be left."))
        section.stack aria-labelledby="scheme" {
            h2 #scheme { "Light and dark" }
            form.row.segmented method="post" action="/appearance/scheme" {
                (form::key(view))
                input type="hidden" name="next" value="/appearance";
                @for scheme in Scheme::ALL {
                    button.button name="scheme" value=(scheme.as_str()) aria-pressed=(scheme == view.scheme()) {
                        @match scheme { Scheme::System => "As the system", Scheme::Light => "Light", Scheme::Dark => "Dark" }
                    }
                }
            }
        }
        section.stack aria-labelledby="themes" {
            h2 #themes { "Themes" }
            @if view.caller().is_none() {
                (parts::empty(Icon::Palette, "Themes are installed, then tried", html! { p { "Sign in to try those that are installed." } p { a.button.primary href="/sign-in?next=%2Fappearance" { "Sign in" } } }))
            } @else if themes.is_empty() {
                (parts::empty(Icon::Palette, "No theme is installed", html! { p { "Install one, and try it here before you keep it." } p { a.button.primary href="/marketplace/themes" { "Look at themes" } } }))
            } @else {
                ul.theme-list {
                    li { (plain(view, in_use.is_none())) }
                    @for theme in themes { li { (one(view, theme, in_use == Some(&theme.slug))) } }
                }
            }
        }
    }
}

fn plain(view: &View, in_use: bool) -> Markup {
    html! {
        article.theme-card {
            (swatches(&["#f6f6f8", "#ffffff", "#1c1d22", "#3a5ccc"]))
            h3 { "Plain" } p.muted.small { "What comes with the marketplace. Light and dark." }
            (choose(view, "", in_use))
        }
    }
}

fn one(view: &View, theme: &Theme, in_use: bool) -> Markup {
    let shown: Vec<&str> = ["light", "dark"].iter().flat_map(|scheme| colours(theme, scheme)).collect();
    let category = "themes".parse().ok();
    html! {
        article.theme-card {
            (swatches(&shown))
            h3 { @match category { Some(category) => a href=(item::address(&category, &theme.slug)) { (theme.title) }, None => (theme.title) } }
            p.muted.small { (theme.version) @for scheme in &theme.schemes { " · " (scheme) } }
            (choose(view, theme.slug.as_str(), in_use))
        }
    }
}

fn choose(view: &View, slug: &str, in_use: bool) -> Markup {
    html! {
        form.row method="post" action="/appearance/theme" {
            (form::key(view))
            input type="hidden" name="theme" value=(slug);
            input type="hidden" name="next" value="/appearance";
            @if in_use { span.badge.success { (parts::icon(Icon::Check)) "In use" } }
            @else if slug.is_empty() { button.button name="do" value="revert-all" { "Use it" } }
            @else { button.button.primary name="do" value="try" { "Try it" } button.button name="do" value="keep" { "Use it" } }
        }
    }
}

/// A theme's colours, as far as it says them plainly. What could be anything else (`url(…)`, say) is not drawn.
fn colours<'a>(theme: &'a Theme, scheme: &str) -> Vec<&'a str> {
    let wanted = ["--color-background", "--color-surface", "--color-text", "--color-accent"];
    let variables = theme.variables.get(scheme);
    let values = wanted.iter().filter_map(|name| variables?.get(name).and_then(Value::as_str));
    values.filter(|value| is_plain_colour(value)).collect()
}

fn is_plain_colour(value: &str) -> bool {
    value.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn swatches(colours: &[&str]) -> Markup {
    html! {
        svg.swatches viewBox={ "0 0 " (colours.len().max(1) * 20) " 20" } preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (number, colour) in colours.iter().enumerate() { rect x=(number * 20) width="20" height="20" fill=(colour) {} }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct WantedScheme {
    scheme: Scheme,
    next: Option<String>,
}

/// Light, dark, or as the system has it.
pub(in crate::http) async fn scheme(view: View, Form(wanted): Form<WantedScheme>) -> Response {
    let mut response = view.go(frame::local(wanted.next.as_deref()));
    let cookie = view.cookie(SCHEME, wanted.scheme.as_str().to_owned());
    add_cookie(response.headers_mut(), &kept(cookie));
    response
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct WantedTheme {
    #[serde(default)]
    theme: String,
    r#do: Choice,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Choice {
    /// Draw pages with it until one says whether to keep it.
    Try,
    /// Draw pages with it from now on.
    Keep,
    /// As it was before trying.
    Revert,
    /// As it comes.
    RevertAll,
}

/// Tries a theme, keeps it, or goes back.
pub(in crate::http) async fn theme(view: View, Form(wanted): Form<WantedTheme>) -> Result<Response, Problem> {
    let mut response = view.go(match wanted.r#do {
        // The page where themes are chosen is plain whatever is tried: it is seen on others.
        Choice::Try => "/marketplace",
        Choice::Keep | Choice::Revert | Choice::RevertAll => frame::local(wanted.next.as_deref()),
    });
    let headers = response.headers_mut();
    let slug = || {
        let slug = wanted.theme.parse::<Slug>();
        slug.map_err(|error| Problem::not_found(format!("there is no such theme: {error}")))
    };
    let tried = match wanted.r#do {
        Choice::Try => {
            let mut cookie = view.cookie(TRIED, slug()?.to_string());
            cookie.set_max_age(TRIAL);
            cookie
        }
        _ => gone(view.cookie(TRIED, String::new())),
    };
    add_cookie(headers, &tried);
    match wanted.r#do {
        Choice::Keep => add_cookie(headers, &kept(view.cookie(KEPT, slug()?.to_string()))),
        Choice::RevertAll => add_cookie(headers, &gone(view.cookie(KEPT, String::new()))),
        Choice::Try | Choice::Revert => {}
    }
    Ok(response)
}

/// A cookie that stays for a year.
fn kept(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_max_age(time::Duration::days(365));
    cookie
}
