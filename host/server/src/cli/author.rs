//! `marketplace author`: what an operator does on the data folder, and what an author does
//! through the API.

mod apply;
mod create;
mod decide;
mod list;
mod mine;
mod replace_key;
mod revoke_key;
mod rotate;

use clap::Subcommand;

use super::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum Author {
    /// Make a verified author of a tenant (operator).
    Create(create::Create),
    /// List authors and whether they are verified (operator).
    List(list::List),
    /// Let an author publish (operator).
    Verify(decide::Verify),
    /// Stop an author from publishing; what is published stays (operator).
    Unverify(decide::Unverify),
    /// Put another key in force for an author who lost theirs (operator).
    ReplaceKey(replace_key::ReplaceKey),
    /// Ask for an author's name; an operator verifies it.
    Apply(apply::Apply),
    /// List your authors and their keys.
    Mine(mine::Mine),
    /// Print what the old key must sign for a new one to take its place.
    RotateStatement(rotate::Statement),
    /// Put a new key in force, signed by the old one.
    Rotate(rotate::Rotate),
    /// Revoke a key: nothing that it signed is installed from now on.
    RevokeKey(revoke_key::RevokeKey),
}

impl Author {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Verify(verify) => verify.run().await,
            Self::Unverify(unverify) => unverify.run().await,
            Self::ReplaceKey(replace) => replace.run().await,
            Self::Apply(apply) => apply.run().await,
            Self::Mine(mine) => mine.run().await,
            Self::RotateStatement(statement) => statement.run(),
            Self::Rotate(rotate) => rotate.run().await,
            Self::RevokeKey(revoke) => revoke.run().await,
        }
    }
}
