//! Which file of a package is the stylesheet.

use marketplace_adapter_checks::json;
use marketplace_adapter_sdk::{Files, Finding, findings::refuse};
use serde_json::Value;

use crate::theme::STYLESHEET;

/// A `package.json` larger than this, in bytes, is not asked.
const MAX_PACKAGE_JSON: u64 = 256 * 1024;

/// As many candidates as a message names.
const NAMED: usize = 5;

/// The path of the stylesheet: how it is found is in the documentation of this crate.
///
/// # Errors
/// `theme.no-stylesheet`, `theme.which-stylesheet`.
pub(crate) fn stylesheet(files: &dyn Files) -> Result<String, Vec<Finding>> {
    if files.has(STYLESHEET) {
        return Ok(STYLESHEET.into());
    }
    if let Some(said) = said(files)? {
        return Ok(said);
    }
    let paths = files.paths();
    let sheets: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| path.ends_with(".css"))
        .filter(|path| !path.strip_suffix(".min.css").is_some_and(|stem| files.has(&format!("{stem}.css"))))
        .collect();
    let at_root: Vec<&str> = sheets.iter().copied().filter(|path| !path.contains('/')).collect();
    let candidates = if at_root.is_empty() { sheets } else { at_root };
    match candidates.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(refuse(
            "theme.no-stylesheet",
            STYLESHEET,
            format!(
                "The package has no stylesheet. Put the theme's custom properties into `{STYLESHEET}` at its root."
            ),
        )),
        many => {
            let mut list =
                many.iter().take(NAMED).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
            if many.len() > NAMED {
                list.push_str(&format!(" and {} more", many.len() - NAMED));
            }
            Err(refuse(
                "theme.which-stylesheet",
                STYLESHEET,
                format!(
                    "The package has {} stylesheets, and which of them is the theme is not guessed: {list}. Call it `{STYLESHEET}` and put it at the root, or leave out the others.",
                    many.len()
                ),
            ))
        }
    }
}

/// What `package.json` says, in the fields that bundlers read: `style`, and `main` of packages that are a stylesheet.
fn said(files: &dyn Files) -> Result<Option<String>, Vec<Finding>> {
    const PACKAGE: &str = "package.json";
    if files.size(PACKAGE).is_none_or(|size| size > MAX_PACKAGE_JSON) {
        return Ok(None);
    }
    // One that cannot be read says nothing; it is not what is installed.
    let Ok(Ok(Value::Object(fields))) =
        String::from_utf8(files.read(PACKAGE)?).map(|text| json::parse(&text))
    else {
        return Ok(None);
    };
    let named = |field: &str| {
        let path = fields.get(field)?.as_str()?;
        let path = path.strip_prefix("./").unwrap_or(path);
        (path.ends_with(".css") && files.has(path)).then(|| path.to_owned())
    };
    Ok(named("style").or_else(|| named("main")))
}
