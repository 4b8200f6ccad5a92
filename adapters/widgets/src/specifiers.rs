//! What a module may import.

use marketplace_adapter_sdk::paths;

/// What the host gives a widget; its functions are in the documentation of this crate.
pub(crate) const HOST_API: &str = "@marketplace/widget";

/// Modules that the host provides, through an import map. All others are bundled.
pub(crate) const HOST_MODULES: &[&str] = &["react", "react/jsx-runtime", "react-dom", HOST_API];

/// What a specifier names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A module of the host.
    Host,
    /// A file of the package.
    File(String),
}

/// Where `specifier`, in the module at `from`, leads.
///
/// # Errors
/// The rule against it, and why, with the fix.
pub(crate) fn resolve(from: &str, specifier: &str) -> Result<Target, (&'static str, String)> {
    if HOST_MODULES.contains(&specifier) {
        return Ok(Target::Host);
    }
    let shown = crate::module::quote(specifier);
    if !specifier.starts_with("./") && !specifier.starts_with("../") {
        // A browser reads `\` as `/` here, and drops tabs and newlines (WHATWG URL, 4.4).
        let tight: String = specifier.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let scheme = tight.split_once(':').is_some_and(|(scheme, _)| {
            scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        });
        if scheme || tight.starts_with(['/', '\\']) {
            return Err((
                "widget.remote-import",
                format!("`{shown}` is outside the package, and can be another program tomorrow. Bundle it."),
            ));
        }
        let fix = match specifier {
            "react/jsx-dev-runtime" => "Build for production, which uses `react/jsx-runtime`".to_owned(),
            "react-dom/client" | "react-dom/server" => {
                "The dashboard renders what the widget exports. Remove it".to_owned()
            }
            _ => format!("Bundle it into the widget; the host provides only {}", HOST_MODULES.map_ticks()),
        };
        return Err(("widget.bare-import", format!("`{shown}` is not there when the widget runs. {fix}.")));
    }
    if !specifier.split('/').all(paths::is_plain) {
        return Err((
            "widget.import",
            format!(
                "`{shown}` is no plain path. Use letters, digits, `.`, `_`, `-`, `@` and `+`, like `./chart.js`."
            ),
        ));
    }
    let Some(path) = paths::beside(from, specifier) else {
        return Err(("widget.import", format!("`{shown}` leaves the package. Put the module into it.")));
    };
    match paths::extension(&path) {
        "js" | "mjs" => Ok(Target::File(path)),
        "css" => Err((
            "widget.import",
            format!(
                "`{shown}` is a stylesheet, and a browser imports JavaScript only. Set styles in the component."
            ),
        )),
        "jsx" | "ts" | "tsx" => Err((
            "widget.import",
            format!("`{shown}` is source that no browser runs. Compile it, and import the `.js`."),
        )),
        _ => Err((
            "widget.import",
            format!(
                "`{shown}` is no `.js` or `.mjs` file, and a browser does not guess. Write the whole name, like `{shown}.js`."
            ),
        )),
    }
}

trait Ticks {
    fn map_ticks(&self) -> String;
}

impl Ticks for [&str] {
    fn map_ticks(&self) -> String {
        self.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}
