//! Core modules become components, and components are checked.

use wit_component::{ComponentEncoder, DecodedWasm};

use crate::BuildError;

/// The interface that every adapter exports, of whatever version.
const VALIDATOR: &str = "marketplace:category/validator@";

/// How a core module begins: magic number, version 1, layer 0.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Turns a core module that `wit-bindgen` made into a component.
///
/// # Errors
/// [`BuildError::Encode`], with the encoder's reasons.
pub fn encode(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| BuildError::Encode { package: "the module".into(), reason: format!("{error:#}") })
}

/// The adapter that a core module is, if it carries the contract's types as `wit-bindgen` embeds them.
///
/// # Errors
/// [`BuildError::Encode`]; [`BuildError::AlreadyAComponent`]; [`BuildError::NotAnAdapter`], also for
/// a module without such types.
pub fn adapter_of(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let is_wasm = module.starts_with(&MODULE[..4]);
    if is_wasm && !module.starts_with(MODULE) {
        return Err(BuildError::AlreadyAComponent);
    }
    let component = encode(module)?;
    check(&component)?;
    Ok(component)
}

/// Whether the validator finds nothing wrong with a component, and whether it is an adapter.
pub(crate) fn check(component: &[u8]) -> Result<(), BuildError> {
    let invalid =
        |reason: String| BuildError::Encode { package: "the project".into(), reason: reason.to_string() };
    let decoded = wit_component::decode(component).map_err(|error| invalid(format!("{error:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err(invalid("it holds types only, and no code".into()));
    };
    let exports: Vec<_> =
        resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key)).collect();
    if exports.iter().any(|name| name.starts_with(VALIDATOR)) {
        return Ok(());
    }
    let exports = if exports.is_empty() { "nothing".into() } else { exports.join(", ") };
    Err(BuildError::NotAnAdapter { exports })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn bytes_that_are_no_module_do_not_become_a_component() {
        assert!(matches!(encode(b"<html>"), Err(BuildError::Encode { .. })));
        assert!(matches!(adapter_of(b""), Err(BuildError::Encode { .. })));
    }

    #[test]
    fn a_module_without_the_contracts_types_is_no_adapter() {
        let error = adapter_of(MODULE).unwrap_err();
        assert!(matches!(&error, BuildError::NotAnAdapter { exports } if exports == "nothing"), "{error}");
    }

    #[test]
    fn a_component_is_not_made_a_component_again() {
        let component = encode(MODULE).unwrap();
        assert!(matches!(adapter_of(&component), Err(BuildError::AlreadyAComponent)));
    }
}
