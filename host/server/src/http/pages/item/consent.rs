use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::Version;
use marketplace_sandbox::Change;
use marketplace_store::{Installation, Release};
use maud::{Markup, html};
use serde::Deserialize;

use super::drawer::{Drawer, granted};
use crate::http::Problem;
use crate::http::api::refuse_blocked;
use crate::http::extract::{OfItem, Path};
use crate::http::pages::form::Asked;
use crate::http::pages::gallery::{Gallery, Wish};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, form, markdown};
use crate::market::Market;
use crate::pipeline::changes;

/// Which release one wants.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Wanted {
    version: Version,
}

/// Asks whether a release may do what it wants to, before it is installed. For who has another release of the item: what
/// changes.
pub(in crate::http) async fn consent(
    State(market): State<Market>,
    view: View,
    Path(OfItem { category, slug }): Path<OfItem>,
    Asked(Wanted { version }): Asked<Wanted>,
) -> Result<Response, Problem> {
    let gallery = Gallery::find(&market, &view, Some(category.clone()), Wish::default()).await?;
    let drawer = Drawer::find(&market, &view, &category, &slug, None).await?;
    let offered = market.store.offered(&category, &slug, Some(&version)).await?;
    let offered = offered
        .ok_or_else(|| Problem::not_found(format!("there is no release {version} of `{category}/{slug}`")))?;
    refuse_blocked(offered.withdrawn.as_ref())?;
    let release = offered.release;
    let changes = match &drawer.installed {
        Some(installed) => {
            let (has, wants) = (&installed.permissions, &release.permissions);
            changes(&drawer.category, &release.author, has, wants).await?
        }
        None => Vec::new(),
    };
    let body = question(&drawer, &view, &release, &changes);
    let page = gallery.draw(&view, Some(Drawer::frame(&drawer.address(), body)));
    Ok(view.plain_page(&format!("Install {}", drawer.title()), page))
}

fn question(drawer: &Drawer, view: &View, release: &Release, changes: &[Change]) -> Markup {
    let (title, version) = (drawer.title(), &release.version);
    let (verb, button) = match &drawer.installed {
        None => (format!("Install {title} {version}?"), "Install".to_owned()),
        Some(Installation { version: has, .. }) if has < version => {
            (format!("Update {title} from {has} to {version}?"), format!("Update to {version}"))
        }
        Some(Installation { version: has, .. }) if has > version => {
            (format!("Go back from {title} {has} to {version}?"), format!("Go back to {version}"))
        }
        Some(_) => (format!("Install {title} {version} again?"), "Install again".to_owned()),
    };
    let asks_for_more = changes.iter().any(|change| change.direction.asks_for_more());
    let grants = granted(release);
    let changelog = drawer.changelogs.iter().find(|(of, _)| of == version).map(|(_, text)| text);
    html! {
        (drawer.head())
        section.consent.stack aria-labelledby="consent" {
            h3 #consent { (verb) }
            @if drawer.installed.is_some() {
                @if changes.is_empty() {
                    p { (parts::icon(Icon::Check)) " It asks for nothing that you have not agreed to." }
                } @else {
                    p { @if asks_for_more { strong { "It asks for more than you have agreed to." } } @else { "It asks for less than you have agreed to." } }
                    (parts::changes(changes))
                }
                @if !grants.is_empty() { details { summary { "All that it may do then" } (parts::grants(&grants)) } }
            } @else {
                @if !grants.is_empty() { p { "If you install it, it may:" } }
                (parts::grants(&grants))
            }
            form.row method="post" action={ (drawer.address()) "/install" } data-act {
                (form::key(view))
                input type="hidden" name="version" value=(version);
                // What was shown is what is agreed to: a release never changes.
                input type="hidden" name="agreed" value="yes";
                button.button.primary type="submit" { @if asks_for_more || drawer.installed.is_none() && !grants.is_empty() { "Agree, and " (lower(&button)) } @else { (button) } }
                a.button href=(drawer.address()) data-drawer { "Cancel" }
            }
        }
        p.muted.small { (parts::bytes(release.package_size)) " · published " (parts::date(release.approved_at.unwrap_or(release.submitted_at)))
            " · " (parts::count(release.files.as_array().map_or(0, Vec::len), "file")) }
        @if let Some(changelog) = changelog {
            section.prose aria-labelledby="changes" { h3 #changes { "What is new" } (markdown::render(changelog)) }
        }
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
