//! The category `{{name}}`.
//!
//! An item is a list of links: a file `links.txt` with a title and a line for each link,
//!
//! ```text
//! # Learning Rust
//! https://doc.rust-lang.org/book/ The book
//! ```
//!
//! and whoever installs it is asked whether it may open those sites. Change `list.rs` to what your items are,
//! `grammar` to what they may do, and `install` to what is left of them on the machine.
//!
//! Three rules, which the host checks: decide from what you are shown, and nothing else; give every reason
//! against a package, not only the first; and when something is wrong with this program, panic.

mod list;

use marketplace_adapter_sdk::prelude::*;
use serde_json::{Value, json};

use crate::list::{FILE, List};

const README: &str = "README.md";
const PREFIX: &str = "open:";

const LINKS: Field<Number> = Field::number("links", "Links").on_card();
const SITES: Field<Text> = Field::text("sites", "Sites").facet();

/// The category.
#[derive(Debug)]
pub struct Adapter;

impl Category for Adapter {
    /// Who this category is.
    fn about() -> About {
        About {
            id: "{{name}}",
            singular: "{{singular}}",
            name: "{{title}}",
            description: "Lists of links, to read and to open.",
            icon: include_str!("icon.svg"),
            free_install_cap: 5,
        }
    }

    /// Which permissions it understands, said once: grants, reasons, and what an update changes follow from it.
    fn grammar() -> Grammar {
        Grammar::new("It may only open the sites that it links to.").prefix(PREFIX, "open:example.org", |site| {
            if !list::is_site(site) {
                return Err("a site is a name in lower case, without scheme, port and path".into());
            }
            let capability = Capability::Other(Named { name: "open".into(), scope: Some(site.into()) });
            Ok(Meaning::new(capability, format!("Open pages of {site}"), Risk::Medium))
        })
    }

    /// What people see of it: nobody has to draw a page for this category.
    fn presentation() -> Presentation {
        // Fields of the manifest that only this category knows would be added with `input`: `x-…`.
        Presentation::new(
            "A folder with a `links.txt`: a line `# Title`, and after it a line for each link, \
             `https://example.org/page What it is`.",
        )
        .field(LINKS)
        .field(SITES)
    }

    fn details(_: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let list = List::read(package)?;
        Ok(Details::new().with(LINKS, list.links.len()).with_each(SITES, list.sites()))
    }

    /// What is in a package: what it needs, or every reason against it.
    fn inspect(_: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        let list = List::read(package)?;
        let mut remarks = Findings::new();
        for link in list.links.iter().filter(|link| link.url.starts_with("http://")) {
            let advice = "opens an address without encryption. Write `https://`, if the site has it.";
            remarks.add("link.unencrypted", FILE, format!("Line {} {advice}", link.line));
        }
        // The host refuses a package that needs what its manifest does not declare.
        let needed = list.sites().into_iter().map(|site| format!("{PREFIX}{site}")).collect();
        Ok(Inspection { needed, remarks: remarks.into_vec() })
    }

    /// What is left of it when it is installed.
    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let list = List::read(package)?;
        item.place(FILE, FILE)?;
        if package.has(README) {
            item.place(README, README)?;
        }
        let links: Vec<Value> =
            list.links.iter().map(|link| json!({ "title": link.title, "url": link.url })).collect();
        // What was consented to, and not what the package would like.
        let sites: Vec<&str> = grants.iter().filter_map(granted).collect();
        item.register(&manifest.name, &json!({ "title": list.title, "links": links, "sites": sites }))
    }
}

marketplace_adapter_sdk::export!(Adapter);

/// The site that a grant is for.
fn granted(grant: &Grant) -> Option<&str> {
    match &grant.capability {
        Capability::Other(Named { scope, .. }) => scope.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use marketplace_adapter_sdk::files::Memory;
    use marketplace_adapter_sdk::item::Staged;

    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            kind: "{{singular}}".into(),
            name: "learning".into(),
            version: "1.0.0".into(),
            author_id: "ada".into(),
            permissions: Vec::new(),
            canonical: "{}".into(),
        }
    }

    fn package(text: &str) -> Memory {
        [(FILE, text)].into_iter().collect()
    }

    #[test]
    fn a_package_needs_the_sites_that_it_links_to() {
        let package = package("# Learning\nhttps://docs.rs/ Crates\nhttp://docs.rs/std The library\n");
        let found = Adapter::inspect(&manifest(), &package).unwrap();
        assert_eq!(found.needed, ["open:docs.rs"]);
        assert_eq!(found.remarks[0].rule, "link.unencrypted");
    }

    #[test]
    fn what_is_installed_opens_what_was_consented_to() {
        let package = package("# Learning\nhttps://docs.rs/ Crates\n");
        let grants = Adapter::grammar().validate(&["open:docs.rs".into()]).unwrap();
        let mut item = Staged::of(&package);
        Adapter::install(&manifest(), &grants, &package, &mut item).unwrap();
        assert!(item.files.contains_key(FILE));
        assert_eq!(item.registry["learning"]["sites"], json!(["docs.rs"]));
    }
}
