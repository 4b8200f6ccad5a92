//! What a component imports, on a page.

use maud::{Markup, html};

use crate::category::imports::grouped;
pub(super) use crate::category::imports::sentence;

/// Each group that is imported, what it gets, and the interfaces by name.
pub(super) fn table(imports: &[String]) -> Markup {
    let groups = grouped(imports);
    html! {
        @if groups.is_empty() { p { "It imports nothing: all that it knows is what it is asked." } } @else {
            ul.imports {
                @for (group, names) in groups {
                    li {
                        p { strong { (group.name) } ". " (group.gets) }
                        p.small.muted.row { @for name in names { code { (name) } } }
                    }
                }
            }
        }
    }
}
