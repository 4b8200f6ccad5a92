use clap::Args;
use marketplace_manifest::CategoryId;
use reqwest::Method;

use super::Outcome;
use super::client::{Client, Server};
use super::output::{Output, list, say, table, text};

#[derive(Debug, Args)]
pub(super) struct Search {
    #[command(flatten)]
    server: Server,
    /// Where to look.
    category: CategoryId,
    /// What for; everything without.
    words: Vec<String>,
    #[command(flatten)]
    output: Output,
}

impl Search {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let request = client
            .request(Method::GET, &format!("/api/v1/marketplace/{}/items", self.category))
            .query(&[("q", self.words.join(" "))]);
        let answer = client.send(request).await?;
        let rows: Vec<_> = list(&answer, "items")
            .iter()
            .map(|item| {
                vec![
                    text(item, "slug"),
                    text(item, "version"),
                    text(item, "author_id"),
                    text(item, "summary"),
                ]
            })
            .collect();
        let corrected = text(&answer, "corrected");
        if !corrected.is_empty() && !self.output.json {
            say(&format!("nothing is spelled like that; this is what `{corrected}` finds:"));
        }
        self.output.print(&answer, table(&["ITEM", "VERSION", "AUTHOR", "SUMMARY"], &rows));
        Ok(())
    }
}
