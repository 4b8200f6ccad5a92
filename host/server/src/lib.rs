//! A self-hosted marketplace: publish, sign, verify, install in a sandbox.
//!
//! Adapters decide, the host acts. What is special to a category is one WebAssembly
//! component, loaded at run time from a row of `marketplace_categories`; nothing here
//! names a category.
//!
//! | module | what it does |
//! |---|---|
//! | [`pipeline`] | from bytes to an installed item, one type after another |
//! | [`release`] | submitting a release, and deciding on it |
//! | [`installation`] | installing, uninstalling, and recovering after a crash |
//! | [`operation`] | long work, watched, shared and called off |
//! | [`review`] | what tenants say of what they installed, and what authors and moderators do about it |
//! | [`category`] | the live categories |
//! | [`withdrawal`] | taking back what was published, and telling everybody |
//! | [`account`] | tenants, tokens, authors, licenses |
//! | [`blobs`], [`trees`], [`pictures`], [`secrets`] | the data folder |
//! | [`faults`] | where the tests of faults take hold |
//! | [`adapter`] | what an adapter's author does: make one, look at one, test one |
//! | [`workbench`] | an author's own machine, without a server |
//! | [`adapter`] | the same for the author of a category |
//! | [`market`] | all of that, opened together |
//! | [`http`], [`cli`] | how it is called: they call the domain, never the reverse |
#![forbid(unsafe_code)]

pub mod account;
pub mod adapter;
pub mod blobs;
pub mod category;
pub mod cli;
mod clock;
pub mod faults;
pub mod http;
pub mod installation;
pub mod market;
pub mod operation;
pub mod pictures;
pub mod pipeline;
pub mod release;
pub mod review;
pub mod secrets;
pub mod trees;
pub mod withdrawal;
pub mod workbench;
