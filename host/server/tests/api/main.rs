//! The marketplace from outside: the real router over real HTTP, a real database, the
//! real components.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod browser;
mod house;

mod adapters;
mod audit;
mod authors;
mod browsing;
mod categories;
mod document;
mod examples;
mod installing;
mod keys;
mod legacy;
mod licenses;
mod moderation;
mod operating;
mod operations;
mod operators;
mod pages;
mod presenting;
mod program;
mod publishing;
mod quality;
mod real;
mod reviews;
mod rolling_back;
mod stranger;
mod tampering;
mod tokens;
mod upgrading;
mod withdrawal;
