//! The command `marketplace`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    marketplace::cli::run().await
}
