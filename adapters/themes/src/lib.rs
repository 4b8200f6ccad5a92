//! The category `themes`: colours, type and pictures for the desktop, as CSS custom properties.
//!
//! # The package
//!
//! ```text
//! theme.css      the stylesheet, at the root
//! bg.webp …      pictures (PNG, JPEG, WebP, AVIF, GIF, SVG) and fonts (WOFF2, WOFF, TTF, OTF) that it names
//! ```
//!
//! A stylesheet may have another name, since most that are published have: without `theme.css` at the root, it is
//! what `package.json` says in `style` (or `main`, if that is a `.css`); without that, the only `.css` file at the
//! root; without one there, the only one in the package. A `.min.css` beside the same name without `.min` does not
//! count. If that leaves two, the package is refused: which one is meant is not guessed. Nothing but the one
//! stylesheet is read, and it stays where it is, so that its URLs mean what they meant.
//!
//! It is plain CSS, of the kind that real themes are made of:
//!
//! ```css
//! :root { color-scheme: light; --color-background: #fbf7f0; --color-text: #2b2620; }
//! @media (prefers-color-scheme: dark) {
//!   :root { color-scheme: dark; --color-background: #1d1a17; --color-text: #f1e9df; }
//! }
//! ```
//!
//! ## Variables
//!
//! A page of the OS is drawn with these; a theme sets those that it wants to change:
//!
//! | variable | is |
//! |---|---|
//! | `--color-background`, `--color-surface` | the page, and what lies on it (cards, bars) |
//! | `--color-text`, `--color-text-muted` | text on both |
//! | `--color-accent`, `--color-on-accent` | buttons, links and focus; text on the accent |
//! | `--color-border` | lines between surfaces |
//! | `--color-success`, `--color-warning`, `--color-danger` | states |
//! | `--radius`, `--shadow` | corners and elevation of surfaces |
//! | `--font-body`, `--font-heading`, `--font-mono` | type |
//!
//! # Permissions
//!
//! None: every permission is refused.
//!
//! # What is checked
//!
//! - Rules name the page as a whole: `:root`, `html`, `body`, `:host`, `.dark`, `.my-theme-dark`, `[data-theme="…"]`,
//!   `:root:has(input.theme-controller[value=dark]:checked)`, and what selections look like (`::selection`). They set
//!   custom properties, and the few plain properties that give a page its colours, its background and its type
//!   ([`properties::PLAIN`]).
//! - Rules for other classes and `data-` attributes (`.palette-rose`, `[data-size="sm"]`) set custom properties
//!   and `color-scheme`, and none of the page's own colours (the table above): so none can make one part of a
//!   page, such as a question, unreadable. Rules for elements, identifiers and states are refused: a stylesheet
//!   that lays out buttons is a framework, and could cover or forge what a page asks.
//! - At-rules: `@media`, `@supports`, `@layer`, `@property`, and `@font-face` with fonts of the package.
//!   `@keyframes` and `@custom-media` are read and left out, with a remark: nothing in a theme could use them.
//! - A URL is a file of the package, or a `data:` URL whose content is a picture or a font and is checked like
//!   one. No scheme, no host, no way out of the package, no `@import`.
//!
//! What reaches the page is what this adapter's parser **wrote**, never what the author sent: escapes are
//! resolved, comments are gone, URLs are quoted, and the result has been read a second time and found equal.
//!
//! Where text and background are both plain colours, a contrast under WCAG 2.2's 4.5 (SC 1.4.3, AA) is a
//! remark for the moderator.
//!
//! # What is installed
//!
//! The stylesheet as the parser wrote it, the files that it uses, and one registry entry, keyed by the slug:
//! `{slug, title, stylesheet: "theme.css" (or where it is), schemes: ["light", "dark"], variables: {light: {…}, dark: {…}},
//! assets: […]}`. `variables` serves previews: at most [`theme::MAX_PREVIEW`] for each scheme.
//!
//! # What is shown
//!
//! A few colours and the schemes, on the card; people filter by scheme. Fonts and the number of pictures.
#![forbid(unsafe_code)]

pub mod assets;
pub mod contrast;
mod data;
mod declarations;
pub mod properties;
mod selectors;
mod source;
pub mod stylesheet;
pub mod svg;
pub mod theme;
mod urls;
mod values;

use marketplace_adapter_sdk::paths;
use marketplace_adapter_sdk::prelude::*;

const PALETTE: Field<Colour> = Field::colour("palette", "Palette").on_card();
const SCHEMES: Field<Text> = Field::text("schemes", "Schemes").on_card().facet();
const FONTS: Field<Text> = Field::text("fonts", "Fonts");
const PICTURES: Field<Number> = Field::number("pictures", "Pictures");

/// The category.
#[derive(Debug)]
pub struct Themes;

impl Category for Themes {
    fn about() -> About {
        About {
            id: "themes",
            singular: "theme",
            name: "Themes",
            description: "Colours, type and pictures for your desktop; a theme can do nothing but look good.",
            icon: include_str!("../icon.svg"),
            free_install_cap: 3,
        }
    }

    fn grammar() -> Grammar {
        Grammar::new("A theme is colours, type and pictures; it reads nothing and reaches nothing.")
    }

    fn presentation() -> Presentation {
        Presentation::new("A folder with a `theme.css` and the pictures and fonts that it names.")
            .field(PALETTE)
            .field(SCHEMES)
            .field(FONTS)
            .field(PICTURES)
    }

    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
        let mut remarks = theme::read(package)?.remarks;
        remarks.retain(|remark| remark.rule != "theme.unused-file" || !manifest.shows(&remark.subject));
        Ok(Inspection { needed: Vec::new(), remarks })
    }

    fn details(_: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        let theme = theme::read(package)?;
        Ok(Details::new()
            .with_each(PALETTE, theme.palette())
            .with(SCHEMES, theme.light.is_some().then_some("Light"))
            .with(SCHEMES, theme.dark.is_some().then_some("Dark"))
            .with_each(FONTS, theme.fonts.iter().map(|path| paths::name(path)))
            .with(PICTURES, theme.assets.len() - theme.fonts.len()))
    }

    fn install(
        manifest: &Manifest,
        _: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>> {
        let theme = theme::read(package)?;
        item.write(&theme.stylesheet, theme.css.as_bytes())?;
        for asset in &theme.assets {
            item.place(asset, asset)?;
        }
        item.register(&manifest.name, &theme.entry(&manifest.name, &manifest.title()))
    }
}

marketplace_adapter_sdk::export!(Themes);
