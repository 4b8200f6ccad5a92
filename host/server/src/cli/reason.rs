//! Why somebody did what they did: the same rule as the API's.

/// The longest reason, in characters.
const MAX: usize = 4_000;

/// A reason that says something.
pub(super) fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("say why".into());
    }
    if text.chars().count() > MAX {
        return Err(format!("make it shorter: {MAX} characters are the most"));
    }
    Ok(text.to_owned())
}
