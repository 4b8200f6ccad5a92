//! What an adapter's author writes, and how the contract's calls are answered from it.

use std::marker::PhantomData;

use crate::bindings::presenter::{self, Detail};
use crate::bindings::validator::{self, Change, Description};
use crate::bindings::{installer, installer::Inspection};
use crate::item::Host;
use crate::package::Package;
use crate::{About, Details, Files, Finding, Grammar, Grant, Item, Manifest, Presentation};

/// A whole category. [`export!`](crate::export) makes a component of it.
pub trait Category {
    /// Who this category is.
    fn about() -> About;

    /// Which permissions it understands.
    fn grammar() -> Grammar;

    /// What people see of it. Without, they see what every item has.
    fn presentation() -> Presentation {
        Presentation::default()
    }

    /// Reads the package, and says which permissions its contents need, or why it
    /// cannot be of this category. The host compares the answer with the manifest.
    ///
    /// # Errors
    /// Every reason against the package, each with the file and the fix.
    fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>>;

    /// What the item has of the fields of [`Category::presentation`]. `inspect` has accepted it.
    ///
    /// # Errors
    /// Whatever kept it from being read, so that `?` can be written. Then nothing is shown, and the operator finds the
    /// reason in the log.
    fn details(_manifest: &Manifest, _package: &dyn Files) -> Result<Details, Vec<Finding>> {
        Ok(Details::new())
    }

    /// Fills the staging area. Nothing is live until the host commits it.
    ///
    /// # Errors
    /// Every reason why it cannot be installed.
    fn install(
        manifest: &Manifest,
        grants: &[Grant],
        package: &dyn Files,
        item: &mut dyn Item,
    ) -> Result<(), Vec<Finding>>;
}

/// A category whose items are published, moderated and shown, but not installed yet.
/// [`export_gallery!`](crate::export_gallery) makes a component of it.
pub trait Gallery {
    /// As [`Category::about`].
    fn about() -> About;

    /// As [`Category::grammar`].
    fn grammar() -> Grammar;

    /// As [`Category::presentation`].
    fn presentation() -> Presentation {
        Presentation::default()
    }

    /// As [`Category::details`], but that nothing has inspected the package.
    ///
    /// # Errors
    /// As there.
    fn details(_manifest: &Manifest, _package: &dyn Files) -> Result<Details, Vec<Finding>> {
        Ok(Details::new())
    }
}

/// What of a whole category a gallery has as well.
#[doc(hidden)]
#[derive(Debug)]
pub struct Whole<C>(PhantomData<C>);

impl<C: Category> Gallery for Whole<C> {
    fn about() -> About {
        C::about()
    }

    fn grammar() -> Grammar {
        C::grammar()
    }

    fn presentation() -> Presentation {
        C::presentation()
    }

    fn details(manifest: &Manifest, package: &dyn Files) -> Result<Details, Vec<Finding>> {
        C::details(manifest, package)
    }
}

/// The answers to the contract's calls.
#[doc(hidden)]
#[derive(Debug)]
pub struct Component<G>(PhantomData<G>);

impl<G: Gallery> validator::Guest for Component<G> {
    fn describe() -> Description {
        G::about().into()
    }

    fn validate(permissions: Vec<String>) -> Result<Vec<Grant>, Vec<Finding>> {
        G::grammar().validate(&permissions)
    }

    fn compare(consented: Vec<String>, requested: Vec<String>) -> Vec<Change> {
        G::grammar().compare(&consented, &requested)
    }
}

impl<G: Gallery> presenter::Guest for Component<G> {
    fn present() -> presenter::Presentation {
        G::presentation().shown(&G::grammar())
    }

    fn details(manifest: Manifest) -> Vec<Detail> {
        G::presentation().details(G::details(&manifest, &Package::shown()))
    }
}

impl<C: Category> installer::Guest for Component<Whole<C>> {
    fn inspect(manifest: Manifest) -> Result<Inspection, Vec<Finding>> {
        C::inspect(&manifest, &Package::shown())
    }

    fn install(manifest: Manifest, grants: Vec<Grant>) -> Result<(), Vec<Finding>> {
        C::install(&manifest, &grants, &Package::shown(), &mut Host)
    }
}

/// Makes a component of a [`Category`]. Natively it makes nothing, so that an adapter's
/// tests run: its exports have names that only WebAssembly's linker takes.
#[macro_export]
macro_rules! export {
    ($category:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::category::Component<$crate::category::Whole<$category>>;
            $crate::bindings::export_category!(Component);
        };
    };
}

/// Makes a component of a [`Gallery`]. Natively it makes nothing, as [`export!`].
#[macro_export]
macro_rules! export_gallery {
    ($gallery:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::category::Component<$gallery>;
            $crate::bindings::export_gallery!(Component);
        };
    };
}
