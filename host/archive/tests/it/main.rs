//! The archive table of the threat model, row by row, against archives made byte by byte.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod mutations;
mod names;
mod packing;
mod rawtar;
mod rawzip;
mod sealing;
mod strangers;
mod support;
mod tar_tricks;
mod tarballs;
mod zip_tricks;
mod zips;
