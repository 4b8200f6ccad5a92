//! The category `skills`: Agent Skills.

use adapter_skills::{Skills, inspect};
use marketplace_adapter_sdk::{Category as _, Files as _};

use crate::package::Shown;

/// A skill without a component needs nothing.
pub fn inspect_skills(data: &[u8]) {
    let shown = Shown::from_bytes(data);
    let Some(inspection) =
        shown.asked(&Skills::grammar(), |shown| inspect::inspect(&shown.manifest, &shown.files))
    else {
        return;
    };
    let (skill, _) = inspect::read_skill(&shown.manifest, &shown.files).expect("it was read before");
    assert!(!skill.description.trim().is_empty(), "an assistant chooses a skill by its description");
    assert!(inspection.needed.is_empty() || shown.files.has("skill.wasm"));
}
