//! The contract as `wasmtime` reads it.
//!
//! One world is enough: a `gallery-category` exports a part of what a `category` does, one of an older version
//! another part, and each export is looked up by itself.

#![allow(missing_docs, unreachable_pub, clippy::all)]

wasmtime::component::bindgen!({
    path: "../../wit/1.1",
    world: "category",
    imports: {
        // These read the package: files may be slow.
        "marketplace:category/contents.read": async | trappable,
        "marketplace:category/contents.read-range": async | trappable,
        default: trappable,
    },
    exports: { default: async },
});

pub(crate) use exports::marketplace::category::{installer, presenter, validator};
pub(crate) use marketplace::category::{contents, log, staging, types};
