//! The install target of the category `themes`: what is installed can be tried and applied, and our pages are drawn with
//! the variables that it sets.
//!
//! The stylesheet that reaches a page is what the category's parser wrote when the theme was installed, and it is read
//! from the installed tree. Everything is looked up for each request: what was uninstalled or blocked colours nothing.

use std::path::Path as FsPath;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use marketplace_manifest::{CategoryId, Slug, Tenant, Version};
use marketplace_store::StoreError;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{View, form, picture};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::Path;
use crate::market::Market;
use crate::pipeline::blocking;

/// The theme that a person keeps.
pub(super) const KEPT: &str = "marketplace_theme";
/// The theme that a person tries, until they say whether to keep it.
pub(super) const TRIED: &str = "marketplace_theme_trial";
/// The category whose registry this reads.
const CATEGORY: &str = "themes";

/// An installed theme that pages are drawn with.
#[derive(Clone, Debug)]
pub(super) struct Theme {
    pub(super) slug: Slug,
    pub(super) title: String,
    pub(super) version: Version,
    stylesheet: String,
    /// Light, dark, or both.
    pub(super) schemes: Vec<String>,
    /// A few of its variables, by scheme.
    pub(super) variables: Value,
    pub(super) is_trial: bool,
}

/// What an entry of the registry says.
#[derive(Deserialize)]
struct Entry {
    title: String,
    stylesheet: String,
    #[serde(default)]
    schemes: Vec<String>,
    #[serde(default)]
    variables: Value,
}

impl Theme {
    /// The address of its stylesheet. It changes with the version, and its URLs are relative to it.
    pub(super) fn stylesheet(&self) -> String {
        format!("/themes/{}/{}/{}", self.slug, self.version, picture::segments(&self.stylesheet))
    }
}

/// Whether the items of a category are themes.
pub(super) fn are(category: &CategoryId) -> bool {
    category.as_str() == CATEGORY
}

/// The themes that a tenant has.
pub(super) async fn installed(market: &Market, tenant: &Tenant) -> Result<Vec<Theme>, StoreError> {
    let Ok(category) = CATEGORY.parse::<CategoryId>() else { return Ok(Vec::new()) };
    let entries = market.store.registry(tenant, &category).await?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| {
            // What another component wrote under that name is not a theme of ours.
            let Entry { title, stylesheet, schemes, variables } = serde_json::from_value(entry.value).ok()?;
            let (slug, version) = (entry.slug, entry.version);
            Some(Theme { slug, title, version, stylesheet, schemes, variables, is_trial: false })
        })
        .collect())
}

/// The theme that this browser tries or keeps, if the tenant has it.
pub(super) async fn chosen(
    market: &Market,
    tenant: &Tenant,
    jar: &CookieJar,
) -> Result<Option<Theme>, StoreError> {
    let wish = |name: &str| jar.get(name).and_then(|cookie| cookie.value().parse::<Slug>().ok());
    let (tried, kept) = (wish(TRIED), wish(KEPT));
    if tried.is_none() && kept.is_none() {
        return Ok(None);
    }
    let installed = installed(market, tenant).await?;
    let find =
        |slug: Option<Slug>| installed.iter().find(|theme| Some(&theme.slug) == slug.as_ref()).cloned();
    let trial = find(tried).map(|theme| Theme { is_trial: true, ..theme });
    Ok(trial.or_else(|| find(kept)))
}

/// The question whether to keep what is tried. Drawn in our own colours, as far as that goes: the page that no theme
/// reaches is that of the appearance, and a trial ends by itself.
pub(super) fn trial(view: &View, theme: &Theme) -> Markup {
    html! {
        form.notice.info.trial.unthemed method="post" action="/appearance/theme" {
            (form::key(view))
            input type="hidden" name="theme" value=(theme.slug);
            input type="hidden" name="next" value=(view.here());
            p { "You are trying the theme " strong { (theme.title) } "." }
            div.row {
                button.button.primary name="do" value="keep" { "Keep it" }
                button.button name="do" value="revert" { "Go back" }
            }
        }
    }
}

/// `/themes/{slug}/{version}/{path}`
#[derive(Debug, Deserialize)]
pub(in crate::http) struct OfFile {
    slug: Slug,
    version: Version,
    path: String,
}

/// A file of an installed theme.
pub(in crate::http) async fn file(
    State(market): State<Market>,
    Path(OfFile { slug, version, path }): Path<OfFile>,
    caller: Caller,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("the theme `{slug}` has no file of that name"));
    let category: CategoryId = CATEGORY.parse().map_err(|_| missing())?;
    let installed = market.store.installation(&caller.tenant, &category, &slug).await?;
    let installed =
        installed.filter(|found| found.version == version && found.enabled()).ok_or_else(missing)?;
    // Only what the row lists, by its very name: nothing is looked for on the disk.
    let listed = installed.files.as_array().into_iter().flatten();
    let names = listed.filter_map(|file| file.get("path").and_then(Value::as_str));
    let path = names.into_iter().find(|name| **name == *path).map(str::to_owned).ok_or_else(missing)?;
    let file = market.trees.path(&installed.tree_sha256).join(FsPath::new(&path));
    let bytes = blocking(move || std::fs::read(file)).await.map_err(|error| Problem::internal(&error))?;
    let media_type =
        match path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("css") => "text/css; charset=utf-8",
            Some("woff2") => "font/woff2",
            Some("woff") => "font/woff",
            Some("ttf") => "font/ttf",
            Some("otf") => "font/otf",
            _ => picture::media_type(&bytes).ok_or_else(missing)?,
        };
    let mut response = ([(header::CONTENT_TYPE, media_type)], bytes).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(picture::POLICY));
    // The tenant's own, and another after an update.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
