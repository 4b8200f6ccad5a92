//! A second look before something is done that others feel. Opens without scripts.

use maud::{Markup, html};
use serde::Deserialize;

use super::refused::{Refused, read};
use crate::http::extract::Note;
use crate::http::pages::{View, form};

/// Whether whoever does it says why.
pub(super) enum Why {
    /// Nobody asks.
    Unasked,
    /// It may be left out; who reads it.
    Perhaps(&'static str),
    /// It must be said; who reads it.
    Must(&'static str),
}

/// A button, and the question behind it.
pub(super) struct Confirm<'a> {
    /// Where the form is sent. No other form on the page is sent there.
    pub(super) action: String,
    /// On the button that asks.
    pub(super) summary: &'a str,
    /// What will happen.
    pub(super) explain: Markup,
    pub(super) why: Why,
    /// On the button that does it.
    pub(super) button: &'a str,
    /// Whether somebody loses something by it.
    pub(super) danger: bool,
}

/// What such a form says.
#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Reason {
    #[serde(default)]
    reason: String,
}

impl Reason {
    /// Why, where it must be said.
    pub(super) fn must(&self) -> Result<Note, Refused> {
        read("why", self.reason.trim())
    }

    /// Why, where it may be left out.
    pub(super) fn perhaps(&self) -> Result<Option<Note>, Refused> {
        super::refused::perhaps("why", self.reason.trim())
    }
}

/// A form of this kind that was sent and not done: it is the one that is sent to the address of the page.
pub(super) struct Tried {
    pub(super) reason: Reason,
    pub(super) refused: Refused,
}

impl Tried {
    pub(super) fn new(reason: Reason, refused: impl Into<Refused>) -> Self {
        Self { reason, refused: refused.into() }
    }

    /// What is wrong, at the head of the page: the form may be far down, or on another page of its list.
    pub(super) fn draw(&self, view: &View) -> Markup {
        html! { div.stack { (self.refused.draw()) p.small { a href={ "#" (field_of(view.path())) } { "To the form" } } } }
    }
}

/// The id of the field of the form that is sent to this address.
fn field_of(action: &str) -> String {
    format!("why{}", action.replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
}

impl Confirm<'_> {
    pub(super) fn draw(self, view: &View, tried: Option<&Tried>) -> Markup {
        let tried = tried.filter(|_| view.path() == self.action);
        let id = field_of(&self.action);
        let (hint, must) = match self.why {
            Why::Unasked => (None, false),
            Why::Perhaps(hint) => (Some(hint), false),
            Why::Must(hint) => (Some(hint), true),
        };
        html! {
            details.confirm open[tried.is_some()] {
                summary.button.small.danger[self.danger] { (self.summary) "…" }
                form.panel.stack method="post" action=(self.action) {
                    (form::key(view))
                    div.stack { (self.explain) }
                    @if let Some(hint) = hint {
                        div.field {
                            label for=(id) { "Why" @if !must { span.muted { " (may be left out)" } } }
                            textarea id=(id) name="reason" rows="2" maxlength="4000" required[must] aria-describedby={ (id) "-hint" }
                                aria-invalid=[tried.map(|_| "true")] { (tried.map_or("", |tried| tried.reason.reason.as_str())) }
                            p.hint id={ (id) "-hint" } { (hint) }
                        }
                    }
                    p { button.button.danger[self.danger].primary[!self.danger] type="submit" { (self.button) } }
                }
            }
        }
    }
}
