use clap::{ArgGroup, Args, Subcommand};
use marketplace_manifest::Digest;
use marketplace_store::{Block as Row, BlockTarget, MAX_LIMIT};
use serde_json::{Value, json};

use super::install::Item;
use super::output::{Output, say, table};
use super::reason::reason;
use super::{ACTOR, Data, Outcome};
use crate::clock::rfc3339;
use crate::withdrawal::{self, Fingerprint};

#[derive(Debug, Subcommand)]
pub(super) enum Block {
    /// Take a package, an item or a key back from everybody: nothing of it is listed, served or installed, and it
    /// is disabled where it is installed.
    Add(Add),
    /// List blocks, newest first.
    List(List),
    /// Lift a block.
    Lift(Lift),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("target").required(true))]
pub(super) struct Add {
    #[command(flatten)]
    data: Data,
    /// Every release with this package, by its SHA-256.
    #[arg(long, value_name = "SHA256", group = "target")]
    package: Option<Digest>,
    /// Every release of an item, as CATEGORY/ITEM.
    #[arg(long, value_name = "CATEGORY/ITEM", group = "target")]
    item: Option<Item>,
    /// Everything that a key signed, by the key's fingerprint.
    #[arg(long, value_name = "FINGERPRINT", group = "target")]
    key: Option<Fingerprint>,
    /// Why. Everybody reads it: it is in the revocation feed.
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
    /// Also those that were lifted.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Lift {
    #[command(flatten)]
    data: Data,
    /// The block's id, as `list` shows it.
    id: String,
    /// Why, for the audit log.
    #[arg(long, value_parser = reason)]
    reason: String,
}

impl Block {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Lift(lift) => lift.run().await,
        }
    }
}

fn value(block: &Row) -> Value {
    json!({
        "id": block.id,
        "target": block.target,
        "reason": block.reason,
        "created_at": rfc3339(block.created_at),
        "created_by": block.created_by,
        "lifted": block.lifted.as_ref().map(|lifted| json!({
            "at": rfc3339(lifted.at),
            "by": lifted.by,
            "reason": lifted.reason,
        })),
    })
}

impl Add {
    fn target(&self) -> Result<BlockTarget, String> {
        if let Some(sha256) = self.package {
            return Ok(BlockTarget::Package { sha256 });
        }
        if let Some(key) = &self.key {
            return Ok(BlockTarget::Key { fingerprint: key.to_string() });
        }
        let item = self.item.as_ref().ok_or("name what to block with --package, --item or --key")?;
        if item.version.is_some() {
            return Err("an item is blocked with all its versions; block one release with --package".into());
        }
        Ok(BlockTarget::Item { category: item.category.clone(), slug: item.slug.clone() })
    }

    async fn run(self) -> Outcome {
        let target = self.target()?;
        let market = self.data.open_existing().await?;
        let blocked = withdrawal::block(&market.store, ACTOR, &target, &self.reason).await?;
        let mut value = value(&blocked.block);
        value["releases"] = json!(blocked.releases);
        value["installations"] = json!(blocked.installations);
        let text = format!(
            "blocked {target}\nreleases {}, installations disabled {}\nblock {}",
            blocked.releases, blocked.installations, blocked.block.id
        );
        self.output.print(&value, text);
        Ok(())
    }
}

impl List {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let active = if self.all { None } else { Some(true) };
        let (mut blocks, mut cursor) = (Vec::new(), None);
        loop {
            let page = market.store.blocks(active, MAX_LIMIT, cursor.as_deref()).await?;
            blocks.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let rows: Vec<_> = blocks
            .iter()
            .map(|block| {
                let state = match &block.lifted {
                    Some(lifted) => format!("lifted {}", rfc3339(lifted.at)),
                    None => format!("since {}", rfc3339(block.created_at)),
                };
                vec![block.id.clone(), block.target.to_string(), state, block.reason.clone()]
            })
            .collect();
        let values: Vec<_> = blocks.iter().map(value).collect();
        self.output.print(&json!(values), table(&["ID", "WHAT", "STATE", "REASON"], &rows));
        Ok(())
    }
}

impl Lift {
    async fn run(self) -> Outcome {
        let market = self.data.open_existing().await?;
        let block = withdrawal::lift(&market.store, ACTOR, &self.id, &self.reason).await?;
        say(&format!("lifted the block of {}", block.target));
        Ok(())
    }
}
