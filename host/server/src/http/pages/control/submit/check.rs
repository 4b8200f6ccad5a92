use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{address, gone, send, words};
use crate::account::token::Caller;
use crate::http::Problem;
use crate::http::extract::{OfId, Path};
use crate::http::pages::View;
use crate::http::pages::form::Form;
use crate::http::pages::parts;
use crate::market::Market;
use crate::release::{Draft, Permissions, Words};

/// What an author typed. A form sends fields that nobody filled in: they say nothing.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Typed {
    name: String,
    version: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    changelog: String,
    #[serde(default)]
    license: String,
    #[serde(default)]
    homepage: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    keywords: String,
    #[serde(default)]
    permission: Vec<String>,
    #[serde(default)]
    more: String,
    #[serde(default)]
    icon: String,
    #[serde(default)]
    screenshot: Vec<String>,
    r#do: Do,
}

/// Which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    /// Look at it again.
    Check,
    /// The same, with the fewest permissions.
    Fewest,
    /// Sign it with the key that the server holds, and submit it.
    Send,
}

impl Typed {
    /// What it says; what no form shows stays as it was.
    fn words(self, draft: &Draft) -> Words {
        let line = |text: String| text.trim().to_owned();
        // Browsers send the line breaks of another system than the one that most manifests are written on.
        let prose = |text: String| text.replace("\r\n", "\n");
        let keywords = self.keywords.split(',').map(str::trim).filter(|word| !word.is_empty());
        let more = self.more.lines().map(str::trim).filter(|one| !one.is_empty());
        let mut permissions: Vec<String> = Vec::new();
        for one in self.permission.iter().map(String::as_str).chain(more) {
            if !permissions.iter().any(|known| known == one) {
                permissions.push(one.to_owned());
            }
        }
        Words {
            keywords: keywords.map(str::to_owned).collect(),
            permissions,
            name: line(self.name),
            version: line(self.version),
            title: line(self.title),
            summary: line(self.summary),
            description: prose(self.description),
            license: line(self.license),
            homepage: line(self.homepage),
            source: line(self.source),
            icon: self.icon,
            screenshots: self.screenshot,
            changelog: prose(self.changelog),
            extra: draft.said().words.extra,
        }
    }
}

/// Looks at a draft again, with other words; and submits it, if that is asked for and nothing stands in the way.
pub(in crate::http) async fn check(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Some(draft) = market.drafts.find(&caller, &id) else { return Ok(gone(&view)) };
    let wanted = typed.r#do;
    let permissions = if wanted == Do::Fewest { Permissions::Fewest } else { Permissions::Said };
    let address = address(&draft);
    let said = typed.words(&draft);
    let checked = match draft.check(&market, &caller, said, permissions).await {
        Ok(checked) => checked,
        // What was typed is kept with the draft.
        Err(error) => return Ok(view.not_done(&address, &words(&error.into()))),
    };
    let in_the_way = checked.refused.len();
    if in_the_way > 0 {
        let text = format!(
            "{} to mend before it can be submitted. What you typed is kept.",
            parts::count(in_the_way, "thing")
        );
        return Ok(view.not_done(&address, &text));
    }
    match wanted {
        Do::Send => send::send(&market, &view, caller, &draft, None).await,
        Do::Check | Do::Fewest => Ok(view.done(&address, "Nothing stands in the way of submitting it.")),
    }
}
