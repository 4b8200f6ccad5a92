//! The control center: what authors, moderators and operators do. A page for each, and beside it a file for what its
//! forms do.

pub(in crate::http) mod moderation;
pub(in crate::http) mod overview;
mod release;
pub(in crate::http) mod reviews;
pub(in crate::http) mod submissions;
pub(in crate::http) mod submit;

use axum::http::StatusCode;
use maud::{Markup, html};

use super::View;
use super::parts::{self, Icon};
use crate::account::Scope;
use crate::http::Problem;
use crate::http::extract::Note;

/// A page of the control center.
struct Place {
    href: &'static str,
    name: &'static str,
    what: &'static str,
    icon: Icon,
    /// Who may see it.
    needs: Scope,
}

/// Every page of the control center, in the order of its navigation.
const PLACES: [Place; 10] = [
    Place {
        href: "/control-center/marketplace/submit",
        name: "Submit",
        what: "Drop a package, see what it needs, sign it, send it.",
        icon: Icon::Upload,
        needs: Scope::Publish,
    },
    Place {
        href: "/control-center/marketplace/submissions",
        name: "My submissions",
        what: "How each stands, and why.",
        icon: Icon::List,
        needs: Scope::Publish,
    },
    Place {
        href: "/control-center/authors",
        name: "Authors and keys",
        what: "Your names, the keys that sign for them, and who may take over.",
        icon: Icon::Key,
        needs: Scope::Publish,
    },
    Place {
        href: "/control-center/license",
        name: "License",
        what: "What this system may do, and until when.",
        icon: Icon::Card,
        needs: Scope::Install,
    },
    Place {
        href: "/control-center/marketplace/moderation",
        name: "Moderation",
        what: "What waits for a decision.",
        icon: Icon::Inbox,
        needs: Scope::Moderate,
    },
    Place {
        href: "/control-center/marketplace/reviews",
        name: "Reported reviews",
        what: "What readers complain about.",
        icon: Icon::Star,
        needs: Scope::Moderate,
    },
    Place {
        href: "/control-center/marketplace/categories",
        name: "Categories",
        what: "Each component: digest, imports, health. Add one by dropping a file.",
        icon: Icon::Puzzle,
        needs: Scope::Operate,
    },
    Place {
        href: "/control-center/tokens",
        name: "Tokens",
        what: "Who may call, and what they may.",
        icon: Icon::Shield,
        needs: Scope::Operate,
    },
    Place {
        href: "/control-center/marketplace/blocks",
        name: "Blocks",
        what: "What nobody may have any more.",
        icon: Icon::Ban,
        needs: Scope::Operate,
    },
    Place {
        href: "/control-center/audit",
        name: "Audit log",
        what: "Who did what, when and why.",
        icon: Icon::List,
        needs: Scope::Operate,
    },
];

/// A page of the control center, beside its navigation.
fn page(view: &View, main: Markup) -> Markup {
    let here = view.path();
    let is_here =
        |href: &str| here.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    html! {
        div.control {
            nav.side aria-label="Control center" {
                ul {
                    @for place in PLACES.iter().filter(|place| view.may(place.needs)) {
                        li { a href=(place.href) aria-current=[is_here(place.href).then_some("page")] { (parts::icon(place.icon)) span { (place.name) } } }
                    }
                }
            }
            div.control-main { (main) }
        }
    }
}

/// What somebody wrote, by the rules of the API; nothing, if it is blank.
fn noted(text: &str) -> Result<Option<Note>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let note = serde_json::from_value(serde_json::Value::String(text.to_owned()));
    note.map(Some)
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_form", error.to_string()))
}

/// Nothing was written where something must be.
fn needs_reason(detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "note_required", detail)
}
