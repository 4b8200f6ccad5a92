//! The contract's own types, as `wit-bindgen` writes them, and what makes a component of a type that implements
//! its interfaces. An adapter needs neither: [`Category`](crate::Category) and [`export!`](crate::export) stand before both.
//!
//! There are two parts, since a `gallery-category` has no installer: `shown` is what every category exports, and
//! `installed` what a whole one does beside it. Their descriptions are joined when a component is made.
#![allow(missing_docs, unsafe_code, unreachable_pub, clippy::all)]

#[doc(hidden)]
pub mod shown {
    wit_bindgen::generate!({
        path: "../../wit/1.1",
        world: "gallery-category",
        pub_export_macro: true,
        default_bindings_module: "marketplace_adapter_sdk::bindings::shown",
        additional_derives: [PartialEq],
    });
}

#[doc(hidden)]
pub mod installed {
    wit_bindgen::generate!({
        path: "../../wit/1.1",
        inline: "
            package marketplace:sdk;
            world installable {
                import marketplace:category/staging@1.1.0;
                export marketplace:category/installer@1.1.0;
            }
        ",
        world: "installable",
        with: { "marketplace:category/types@1.1.0": super::shown::marketplace::category::types },
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "marketplace_adapter_sdk::bindings::installed",
        additional_derives: [PartialEq],
    });
}

pub use installed::exports::marketplace::category::installer;
pub use installed::marketplace::category::staging;
pub use shown::exports::marketplace::category::{presenter, validator};
pub use shown::marketplace::category::{contents, log, types};

/// Makes a component of the world `gallery-category` of a type that implements `validator::Guest` and `presenter::Guest`.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_shown {
    ($component:ident) => {
        $crate::bindings::shown::export!($component with_types_in $crate::bindings::shown);
    };
}

/// Makes a component of the world `category` of a type that implements `installer::Guest` as well.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_whole {
    ($component:ident) => {
        $crate::bindings::shown::export!($component with_types_in $crate::bindings::shown);
        $crate::bindings::installed::export!($component with_types_in $crate::bindings::installed);
    };
}

pub use {__export_shown as export_gallery, __export_whole as export_category};
