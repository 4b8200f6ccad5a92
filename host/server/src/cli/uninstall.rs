use clap::Args;
use reqwest::Method;

use super::Outcome;
use super::client::{Client, Server};
use super::install::Item;
use super::output::say;

#[derive(Debug, Args)]
pub(super) struct Uninstall {
    #[command(flatten)]
    server: Server,
    /// The item, as CATEGORY/ITEM.
    item: Item,
}

impl Uninstall {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        client.send(client.request(Method::DELETE, &self.item.install_path())).await?;
        say(&format!("uninstalled {}/{}", self.item.category, self.item.slug));
        Ok(())
    }
}
