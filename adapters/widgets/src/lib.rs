//! The category `widgets`: small live views for a dashboard, each a React component.
//!
//! # The package
//!
//! ```text
//! widget.json    required, at the root
//! widget.js …    ES modules, as a browser runs them: compiled and bundled, no JSX, no TypeScript
//! logo.webp …    pictures and fonts, named by `new URL("./logo.webp", import.meta.url)`
//! ```
//!
//! `widget.json`; unknown keys are refused, those that begin with `x-` are an author's own:
//!
//! ```json
//! {
//!   "title": "Processor and memory",
//!   "description": "The last minutes at a glance.",
//!   "entry": "widget.js",
//!   "export": "default",
//!   "size": {"width": 4, "height": 2, "min": {"width": 2, "height": 2}, "max": {"width": 12, "height": 6}},
//!   "topics": ["metrics.cpu", "metrics.memory"],
//!   "refresh": "5s",
//!   "settings": {"unit": {"type": "string", "enum": ["percent", "load"], "default": "percent"}}
//! }
//! ```
//!
//! | field | is |
//! |---|---|
//! | `title` | required; up to 80 bytes |
//! | `entry` | required; a `.js` or `.mjs` file of the package |
//! | `size` | required; 1 to 12 cells of the dashboard's grid each way, and bounds for a user who resizes |
//! | `name` | the manifest's, if it is said again |
//! | `description` | up to 500 bytes |
//! | `export` | under which name the module exports the component; `default` if left out |
//! | `topics` | what it reads; a topic that ends in `.*` is a family |
//! | `refresh` | the shortest interval between two refreshes, `1s` to `24h` |
//! | `settings` | properties by name: `type` (`string`, `number`, `integer`, `boolean`), `title`, `description`, `default`, `enum`, `minimum`, `maximum`, as in JSON Schema |
//! | `$schema` | for editors |
//!
//! # Permissions
//!
//! | permission | is |
//! |---|---|
//! | `data:read.metrics.cpu`, `data:read.metrics.*` | a data topic, or a family of them |
//! | `refresh:30s` | how often it may refresh: `1s` to `24h` |
//!
//! # What is checked
//!
//! A widget needs each topic and the interval that its descriptor names, and its modules read no other.
//!
//! ## What a module may import
//!
//! Files of the package, by relative path with extension, and what the host provides: `react`,
//! `react/jsx-runtime`, `react-dom`, and `@marketplace/widget`:
//!
//! | function | does |
//! |---|---|
//! | `useTopic(topic)` | a hook: the latest value on a data topic, `undefined` before the first |
//! | `subscribe(topic, listener)` | calls `listener(value)` for every value; returns a function that ends it |
//! | `useSettings()` | a hook: the settings as the user has set them, defaults filled in |
//! | `useRefresh()` | a hook: how many refreshes there have been; draws again no more often than `refresh` |
//!
//! The topic is written where it is read, as text: `useTopic("metrics.cpu")`. So what a widget reads can be
//! compared with what it declares, before anything runs.
//!
//! ## What it may not do
//!
//! It runs in a sandboxed frame of an origin of its own, without network. Network, storage, navigation, the page
//! around it, devices, and code made at run time are refused by name, judged by scope: a local variable named
//! `fetch` is no network. A name is followed where a reader would follow it: constants (`const w = window`), choices
//! between objects (`typeof self === "object" ? self : window`), joined texts (`window["fe" + "tch"]`) and taking apart
//! (`const { fetch } = window`). Elements that hold other pages or run code, and addresses of elsewhere where an
//! element fetches or leads away, are refused as well.
//!
//! **What is only known at run time is left to the frame**: its content security policy has no network, no `eval`
//! and no frames, and its sandbox no navigation of other pages, forms or pop-ups. Where a whole object is handed on,
//! or HTML is made at run time, there is a remark. This check is for authors and moderators; what enforces is
//! the frame and the host.
//!
//! # What is installed
//!
//! The descriptor, the modules that the entry leads to, the pictures and fonts, and one registry entry, keyed by the
//! slug: `slug`, `modules`, and what the descriptor says: `title`, `description`, `entry`, `export`, `size`, `topics`,
//! `refresh`, `settings`.
//!
//! # What is shown
//!
//! Size and refresh interval, on the card; the topics, by which people filter.
#![forbid(unsafe_code)]

mod depth;
pub mod descriptor;
mod elements;
mod exports;
mod globals;
pub mod graph;
mod module;
pub mod permissions;
mod specifiers;
mod uses;
pub mod widget;

use marketplace_adapter_sdk::prelude::*;

const SIZE: Field<Text> = Field::text("size", "Size in cells").on_card();
const REFRESH: Field<Seconds> = Field::seconds("refresh", "Refreshes every").on_card();
const TOPICS: Field<Text> = Field::text("topics", "Reads").facet();

/// The category.
#[derive(Debug)]
pub struct Widgets;

impl Category for Widgets {
    fn about() -> About {
        About {
            id: "widgets",
            singular: "widget",
            name: "Widgets",
            description: "Small live views for your dashboard, which see only the data you let them see.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 10,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A widget reads data topics and refreshes; it has no network and no files.")
            .prefix("data:read.", "data:read.metrics.cpu", permissions::read)
            .prefix("refresh:", "refresh:30s", permissions::refresh)
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `widget.json` and the ES module that it names, bundled.")
            .field(SIZE)
            .field(REFRESH)
            .field(TOPICS)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        let widget = widget::read(package, &manifest.name, &manifest.permissions)?;
        let mut remarks = widget.remarks;
        remarks.retain(|remark| remark.rule != "widget.unused-file" || !manifest.shows(&remark.subject));
        Ok(Inspection { needed: widget.needed, remarks })
    }

    fn details(manifest: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let said = widget::read(package, &manifest.name, &manifest.permissions)?.descriptor;
        Ok(Details::new()
            .with(SIZE, format!("{} × {}", said.size["width"], said.size["height"]))
            .with(REFRESH, said.refresh.and_then(|interval| permissions::interval(&interval).ok()))
            .with_each(TOPICS, said.topics))
    }

    fn install(
        manifest: &Manifest,
        _: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let widget = widget::read(package, &manifest.name, &manifest.permissions)?;
        item.place(descriptor::DESCRIPTOR, descriptor::DESCRIPTOR)?;
        for path in widget.modules.iter().chain(&widget.assets) {
            item.place(path, path)?;
        }
        item.register(&manifest.name, &widget.entry(&manifest.name))
    }
}

marketplace_adapter_sdk::export!(Widgets);
