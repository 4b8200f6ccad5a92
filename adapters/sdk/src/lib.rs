//! What a Rust adapter needs, and nothing more.
//!
//! An adapter is a type that implements [`Category`]; [`export!`] makes a component of it:
//!
//! ```ignore
//! use marketplace_adapter_sdk::prelude::*;
//!
//! struct Themes;
//!
//! impl Category for Themes {
//!     fn about() -> Description { /* who this category is */ }
//!     fn grammar() -> Grammar { Grammar::new("A theme is only colours and pictures.") }
//!     fn inspect(manifest: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>> { /* … */ }
//!     fn install(manifest: &Manifest, grants: &[Grant], package: &Package, item: &Item) -> Result<(), Vec<Finding>> { /* … */ }
//! }
//!
//! marketplace_adapter_sdk::export!(Themes);
//! ```
//!
//! - [`grammar`]: declare the permissions once; parsing, grants, findings with
//!   suggestions, and comparison follow from it.
//! - [`package`]: what the host shows, read-only.
//! - [`files`]: the same from memory, so that an adapter is tested natively.
//! - [`item`]: the staging area that `install` fills.
//! - [`findings`]: collecting every reason against a package, not only the first.
//! - [`Manifest::title`]: what to call the item in front of a user.

pub mod files;
pub mod findings;
pub mod grammar;
pub mod item;
mod manifest;
pub mod package;

/// The contract's own types, as `wit-bindgen` writes them. Named by [`export!`], and by
/// an adapter of the world `gallery-category`, which generates its own two exports with
/// `with: { "marketplace:category/types@1.0.0": marketplace_adapter_sdk::bindings::marketplace::category::types }`
/// and answers them from a [`Grammar`].
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::all)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit/1.0",
        world: "category",
        pub_export_macro: true,
        export_macro_name: "export_category",
        default_bindings_module: "marketplace_adapter_sdk::bindings",
        additional_derives: [PartialEq],
    });
}

pub use bindings::exports::marketplace::category::installer::Inspection;
pub use bindings::exports::marketplace::category::validator::{Change, Description, Direction};
pub use bindings::marketplace::category::log::{Level, log};
pub use bindings::marketplace::category::types::{
    Capability, Finding, Grant, Manifest, Mount, Named, Port, Protocol, Risk,
};
pub use files::Files;
pub use findings::Findings;
pub use grammar::{Grammar, Meaning};
pub use item::Item;
pub use package::Package;

/// Everything that an adapter's one file wants in scope.
pub mod prelude {
    pub use crate::{
        Capability, Category, Description, Files, Finding, Findings, Grammar, Grant, Inspection, Item, Level,
        Manifest, Meaning, Mount, Named, Package, Port, Protocol, Risk, log,
    };
}

/// A whole category.
pub trait Category {
    /// Who this category is.
    fn about() -> Description;

    /// Which permissions it understands.
    fn grammar() -> Grammar;

    /// Reads the package, and says which permissions its contents need, or why it
    /// cannot be of this category. The host compares the answer with the manifest.
    ///
    /// # Errors
    /// Every reason against the package, each with the file and the fix.
    fn inspect(manifest: &Manifest, package: &Package) -> Result<Inspection, Vec<Finding>>;

    /// Fills the staging area. Nothing is live until the host commits it.
    ///
    /// # Errors
    /// Every reason why it cannot be installed.
    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &Package,
        item: &Item,
    ) -> Result<(), Vec<Finding>>;
}

/// Makes a component of a [`Category`]. Natively it makes nothing, so that an adapter's
/// tests run: its exports have names that only WebAssembly's linker takes.
#[macro_export]
macro_rules! export {
    ($category:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct __Component;

            impl $crate::bindings::exports::marketplace::category::validator::Guest for __Component {
                fn describe() -> $crate::Description {
                    <$category as $crate::Category>::about()
                }
                fn validate(
                    permissions: ::std::vec::Vec<::std::string::String>,
                ) -> ::std::result::Result<::std::vec::Vec<$crate::Grant>, ::std::vec::Vec<$crate::Finding>>
                {
                    <$category as $crate::Category>::grammar().validate(&permissions)
                }
                fn compare(
                    consented: ::std::vec::Vec<::std::string::String>,
                    requested: ::std::vec::Vec<::std::string::String>,
                ) -> ::std::vec::Vec<$crate::Change> {
                    <$category as $crate::Category>::grammar().compare(&consented, &requested)
                }
            }

            impl $crate::bindings::exports::marketplace::category::installer::Guest for __Component {
                fn inspect(
                    manifest: $crate::Manifest,
                ) -> ::std::result::Result<$crate::Inspection, ::std::vec::Vec<$crate::Finding>> {
                    <$category as $crate::Category>::inspect(&manifest, &$crate::Package::shown())
                }
                fn install(
                    manifest: $crate::Manifest,
                    grants: ::std::vec::Vec<$crate::Grant>,
                ) -> ::std::result::Result<(), ::std::vec::Vec<$crate::Finding>> {
                    <$category as $crate::Category>::install(
                        &manifest,
                        &grants,
                        &$crate::Package::shown(),
                        &$crate::Item::staged(),
                    )
                }
            }

    $crate::bindings::export_category!(__Component with_types_in $crate::bindings);
        };
    };
}
