//! The archive table of the threat model, row by row, against archives made byte by byte.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod names;
mod packing;
mod rawtar;
mod rawzip;
mod sealing;
mod support;
mod tarballs;
mod zips;
