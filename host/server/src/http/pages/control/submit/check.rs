use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
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
    /// What a form sent: the fields that every manifest has, and those of the category, which are called `x-…`. Of one that
    /// is given twice, the last counts: a box that is not ticked sends what stands before it.
    fn read(sent: Vec<(String, String)>) -> Result<(Self, BTreeMap<String, String>), Problem> {
        let (own, usual): (Vec<_>, Vec<_>) = sent.into_iter().partition(|(name, _)| name.starts_with("x-"));
        let read = serde_urlencoded::to_string(&usual).map_err(|error| error.to_string());
        let read = read.and_then(|text| serde_html_form::from_str(&text).map_err(|error| error.to_string()));
        let typed = read.map_err(|error| {
            let detail = format!("the form does not say what it should: {error}");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_form", detail)
        })?;
        Ok((typed, own.into_iter().collect()))
    }

    /// What it says; what no form shows stays as it was.
    fn words(self, own: &BTreeMap<String, String>, draft: &Draft) -> Words {
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
        let before = draft.said().words;
        let own = own.iter().map(|(name, text)| (name.clone(), prose(text.clone()))).collect();
        let mut words = Words {
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
            extra: before.extra,
            inputs: before.inputs,
        };
        words.fill(&own);
        words
    }
}

/// Looks at a draft again, with other words; and submits it, if that is asked for and nothing stands in the way.
pub(in crate::http) async fn check(
    State(market): State<Market>,
    view: View,
    Path(OfId { id }): Path<OfId>,
    caller: Caller,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let Some(draft) = market.drafts.find(&caller, &id) else { return Ok(gone(&view)) };
    let (typed, own) = Typed::read(sent)?;
    let wanted = typed.r#do;
    let permissions = if wanted == Do::Fewest { Permissions::Fewest } else { Permissions::Said };
    let address = address(&draft);
    let said = typed.words(&own, &draft);
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
