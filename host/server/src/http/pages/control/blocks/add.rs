use axum::extract::State;
use axum::response::Response;
use marketplace_manifest::{CategoryId, Digest, Slug};
use marketplace_store::{BlockTarget, Blocked};
use maud::{Markup, html};
use serde::Deserialize;

use super::PLACE;
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::Note;
use crate::http::pages::control::refused::{Refused, read};
use crate::http::pages::form::{self, Asked, Form};
use crate::http::pages::parts::{self, Icon};
use crate::http::pages::{View, control};
use crate::market::Market;
use crate::withdrawal::{self, Fingerprint};

/// What can be blocked: the word in a form, what it means, and how it is named.
const KINDS: [(&str, &str, &str); 3] = [
    (
        "item",
        "An item",
        "All its versions, also those to come. Named CATEGORY/ITEM, as in its address: themes/harbour.",
    ),
    (
        "package",
        "A package",
        "Every release with these bytes, whatever it is called. Named by its SHA-256: 64 digits.",
    ),
    ("key", "A key", "Everything that it signed. Named by its fingerprint: SHA256: and 43 letters."),
];

/// As it was written, right or wrong; and as a link from elsewhere fills it in.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Wish {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    reason: String,
}

impl Wish {
    fn target(&self) -> Result<BlockTarget, Refused> {
        let target = self.target.trim();
        match self.kind.as_str() {
            "package" => Ok(BlockTarget::Package { sha256: read::<Digest>("the package", target)? }),
            "key" => {
                let fingerprint: Fingerprint =
                    target.parse().map_err(|error| Refused::field("the key", &error))?;
                Ok(BlockTarget::Key { fingerprint: fingerprint.into() })
            }
            _ => {
                let (category, slug) = target.split_once('/').ok_or_else(|| {
                    Refused::field("the item", &"write it as CATEGORY/ITEM, such as themes/harbour")
                })?;
                Ok(BlockTarget::Item {
                    category: read::<CategoryId>("the item's category", category)?,
                    slug: read::<Slug>("the item's name", slug)?,
                })
            }
        }
    }
}

/// Asks what, and why.
pub(in crate::http) async fn page(view: View, Asked(wish): Asked<Wish>) -> Response {
    view.page("Block something", draw(&view, &wish, None))
}

/// Blocks it.
pub(in crate::http) async fn add(
    State(market): State<Market>,
    view: View,
    caller: Caller,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    Ok(match added(&market, &caller, &wish).await {
        Ok(blocked) => view.done(PLACE, &words(&blocked)),
        Err(refused) => refused.page(&view, "Block something", draw(&view, &wish, Some(&refused))),
    })
}

async fn added(market: &Market, caller: &Caller, wish: &Wish) -> Result<Blocked, Refused> {
    let target = wish.target()?;
    let reason: Note = read("why", wish.reason.trim())?;
    Ok(withdrawal::block(&market.store, &caller.actor(), &target, reason.as_str()).await?)
}

fn words(blocked: &Blocked) -> String {
    let number = |count: i64| usize::try_from(count).unwrap_or(0);
    let target = &blocked.block.target;
    match (number(blocked.releases), number(blocked.installations)) {
        (0, 0) => {
            format!("{target} is blocked. Nothing of it is here now; look whether it is what you meant.")
        }
        (releases, installations) => format!(
            "{target} is blocked: {} taken back, {} disabled.",
            parts::count(releases, "release"),
            parts::count(installations, "installation")
        ),
    }
}

fn draw(view: &View, wish: &Wish, refused: Option<&Refused>) -> Markup {
    let chosen = |kind: &str| kind == wish.kind || (wish.kind.is_empty() && kind == "item");
    control::page(
        view,
        html! {
            p { a.way-back href=(PLACE) { (parts::icon(Icon::Back)) "Blocks" } }
            (parts::heading("Block something", "From the answer on nobody gets it any more, and it is disabled wherever it is installed. A block can be lifted."))
            @if let Some(refused) = refused { (refused.draw()) }
            form.panel.stack.form method="post" action={ (PLACE) "/new" } {
                (form::key(view))
                fieldset.field {
                    legend { "What" }
                    ul.choices { @for (word, name, what) in KINDS {
                        li { label { input type="radio" name="kind" value=(word) checked[chosen(word)]; span { strong { (name) } " " span.muted { (what) } } } }
                    } }
                }
                (parts::field("target", "Its name", "The item’s page shows all three, under “Manifest and signature”.", html! {
                    input.mono #target name="target" value=(wish.target) required maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="target-hint";
                }))
                (parts::field("reason", "Why", "Everybody reads it who has it installed: it is in the revocation feed.", html! {
                    textarea #reason name="reason" rows="3" maxlength="4000" required aria-describedby="reason-hint" { (wish.reason) }
                }))
                p { button.button.danger type="submit" { (parts::icon(Icon::Ban)) "Block it for everybody" } }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_blocked_is_named_by_its_kind() {
        let target = |kind: &str, target: &str| {
            Wish { kind: kind.into(), target: target.into(), reason: String::new() }.target().ok()
        };
        assert!(matches!(target("item", " themes/harbour "), Some(BlockTarget::Item { .. })));
        assert!(matches!(target("package", &"ab".repeat(32)), Some(BlockTarget::Package { .. })));
        assert!(matches!(
            target("key", &format!("SHA256:{}", "A".repeat(43))),
            Some(BlockTarget::Key { .. })
        ));
        for (kind, wrong) in [("item", "themes"), ("item", "themes/a/b"), ("package", "ab"), ("key", "MD5:x")]
        {
            assert!(target(kind, wrong).is_none(), "{kind} {wrong}");
        }
    }
}
