//! What a theme may set, apart from custom properties.

/// Plain properties that a rule may set: colours, backgrounds and type. None of them moves, hides or
/// covers what a page shows, so none can forge a consent.
pub const PLAIN: &[&str] = &[
    "-moz-osx-font-smoothing",
    "-webkit-font-smoothing",
    "-webkit-tap-highlight-color",
    "-webkit-text-size-adjust",
    "accent-color",
    "background",
    "background-attachment",
    "background-blend-mode",
    "background-clip",
    "background-color",
    "background-image",
    "background-origin",
    "background-position",
    "background-position-x",
    "background-position-y",
    "background-repeat",
    "background-size",
    "border-color",
    "caret-color",
    "color",
    "color-scheme",
    "font",
    "font-family",
    "font-feature-settings",
    "font-kerning",
    "font-optical-sizing",
    "font-size",
    "font-stretch",
    "font-style",
    "font-synthesis",
    "font-variant",
    "font-variant-ligatures",
    "font-variant-numeric",
    "font-variation-settings",
    "font-weight",
    "forced-color-adjust",
    "letter-spacing",
    "line-height",
    "outline-color",
    "print-color-adjust",
    "scrollbar-color",
    "text-decoration-color",
    "text-rendering",
    "text-size-adjust",
    "word-spacing",
];

/// The colours that pages of the OS are drawn with: what they ask and warn of is read in them.
pub const PAGE_COLORS: &[&str] = &[
    "--color-accent",
    "--color-background",
    "--color-border",
    "--color-danger",
    "--color-on-accent",
    "--color-success",
    "--color-surface",
    "--color-text",
    "--color-text-muted",
    "--color-warning",
];

/// Descriptors of `@font-face` (CSS Fonts 4, section 4).
pub const FONT_FACE: &[&str] = &[
    "ascent-override",
    "descent-override",
    "font-display",
    "font-family",
    "font-feature-settings",
    "font-stretch",
    "font-style",
    "font-variation-settings",
    "font-weight",
    "line-gap-override",
    "size-adjust",
    "src",
    "unicode-range",
];

/// Descriptors of `@property` (CSS Properties and Values 1, section 3).
pub const PROPERTY: &[&str] = &["inherits", "initial-value", "syntax"];

/// Functions that a value may call. A list of what is allowed, because what can fetch, read or run
/// (`src()`, `image()`, `element()`, `paint()`, `attr()`, `expression()`, and what browsers invent next)
/// has no end.
pub const FUNCTIONS: &[&str] = &[
    // CSS Values 4: arithmetic
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "calc",
    "clamp",
    "cos",
    "exp",
    "hypot",
    "log",
    "max",
    "min",
    "mod",
    "pow",
    "rem",
    "round",
    "sign",
    "sin",
    "sqrt",
    "tan",
    // CSS Color 4 and 5
    "color",
    "color-mix",
    "contrast-color",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "light-dark",
    "oklab",
    "oklch",
    "rgb",
    "rgba",
    // CSS Images 3 and 4
    "conic-gradient",
    "linear-gradient",
    "radial-gradient",
    "repeating-conic-gradient",
    "repeating-linear-gradient",
    "repeating-radial-gradient",
    // CSS Variables 1, CSS Environment Variables 1
    "env",
    "var",
    // CSS Easing 2, CSS Transforms 2, Filter Effects 1, CSS Shapes 1: for custom properties that a page uses
    "blur",
    "brightness",
    "circle",
    "contrast",
    "cubic-bezier",
    "drop-shadow",
    "ellipse",
    "grayscale",
    "hue-rotate",
    "inset",
    "invert",
    "linear",
    "opacity",
    "perspective",
    "polygon",
    "rotate",
    "rotatex",
    "rotatey",
    "rotatez",
    "saturate",
    "scale",
    "scalex",
    "scaley",
    "sepia",
    "skew",
    "skewx",
    "skewy",
    "steps",
    "translate",
    "translatex",
    "translatey",
    "translatez",
    // CSS Grid 2
    "fit-content",
    "minmax",
    "repeat",
];

/// Whether a name is one that a custom property of a theme may have: `--`, then up to 64 of
/// `A-Z a-z 0-9 _ - .`, so that what a preview shows is what a page reads.
#[must_use]
pub fn is_custom(name: &str) -> bool {
    name.strip_prefix("--").is_some_and(|rest| {
        (1..=64).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    })
}
