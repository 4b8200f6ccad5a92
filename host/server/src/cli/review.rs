use clap::{Args, Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::client::{Client, Server};
use super::install::Item;
use super::output::{Output, harmless, list, say, text};

#[derive(Debug, Subcommand)]
pub(super) enum Review {
    /// Review an item that you installed, or replace what you wrote.
    Write(Write),
    /// Show what others say of an item.
    List(List),
    /// Take your review of an item back.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct Write {
    #[command(flatten)]
    server: Server,
    /// The item, as CATEGORY/ITEM.
    item: Item,
    /// One to five stars.
    #[arg(long, value_name = "STARS", value_parser = clap::value_parser!(u8).range(1..=5))]
    rating: u8,
    /// One line, at most 100 characters.
    #[arg(long)]
    title: Option<String>,
    /// More, in plain text or Markdown; at most 4000 characters.
    #[arg(long)]
    body: Option<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    server: Server,
    /// The item, as CATEGORY/ITEM.
    item: Item,
    /// What comes first.
    #[arg(long, value_enum, default_value = "newest")]
    sort: Sort,
    /// Go on where a list ended: what it gave as `next_cursor`.
    #[arg(long)]
    cursor: Option<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    server: Server,
    /// The item, as CATEGORY/ITEM.
    item: Item,
}

/// As the API names them.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sort {
    /// The newest.
    Newest,
    /// Those with the most stars.
    Rating,
    /// Those with the fewest stars.
    Lowest,
}

impl Review {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Write(write) => write.run().await,
            Self::List(list) => list.run().await,
            Self::Remove(remove) => remove.run().await,
        }
    }
}

impl Write {
    async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let mut review = json!({ "rating": self.rating });
        for (name, words) in [("title", self.title), ("body", self.body)] {
            if let Some(words) = words {
                review[name] = json!(words);
            }
        }
        let request = client.request(Method::POST, &path(&self.item)).json(&review);
        let answer = client.send(request).await?;
        let what = if answer.get("edited_at").is_some_and(Value::is_string) { "edited" } else { "written" };
        let Item { category, slug, .. } = &self.item;
        let line = format!("{what}: {} for {category}/{slug} {}", stars(&answer), text(&answer, "version"));
        self.output.print(&answer, line);
        Ok(())
    }
}

impl List {
    async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let sort = self.sort.to_possible_value().expect("no order is hidden");
        let mut query = vec![("sort", sort.get_name().to_owned())];
        query.extend(self.cursor.map(|cursor| ("cursor", cursor)));
        let answer = client.send(client.request(Method::GET, &path(&self.item)).query(&query)).await?;
        self.output.print(&answer, describe(&answer));
        Ok(())
    }
}

impl Remove {
    async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        client.send(client.request(Method::DELETE, &format!("{}/mine", path(&self.item)))).await?;
        say(&format!("removed your review of {}/{}", self.item.category, self.item.slug));
        Ok(())
    }
}

fn path(item: &Item) -> String {
    format!("/api/v1/marketplace/{}/items/{}/reviews", item.category, item.slug)
}

fn describe(answer: &Value) -> String {
    let empty = Value::Object(Map::new());
    let summary = answer.get("summary").unwrap_or(&empty);
    let count = summary.get("count").and_then(Value::as_i64).unwrap_or(0);
    let Some(average) = summary.get("average").and_then(Value::as_f64) else {
        return "nobody has reviewed it yet".into();
    };
    let reviews = if count == 1 { "review" } else { "reviews" };
    let mut blocks = vec![format!("{average:.2} of 5 in {count} {reviews}")];
    blocks.extend(list(answer, "reviews").iter().map(describe_one));
    if let Some(cursor) = answer.get("next_cursor").and_then(Value::as_str) {
        blocks.push(format!("more with --cursor {cursor}"));
    }
    blocks.join("\n\n")
}

/// A review as lines. What strangers wrote goes to a terminal, so it must not command it.
fn describe_one(review: &Value) -> String {
    let mut lines = vec![format!(
        "{}  {}, version {}, {}",
        stars(review),
        text(review, "tenant"),
        text(review, "version"),
        text(review, "created_at")
    )];
    for name in ["title", "body"] {
        let words = harmless(&text(review, name));
        lines.extend(words.lines().map(|line| format!("  {line}")));
    }
    if let Some(reply) = review.get("reply").filter(|reply| reply.is_object()) {
        lines.push(format!("  {} replies:", text(reply, "author_id")));
        lines.extend(harmless(&text(reply, "body")).lines().map(|line| format!("    {line}")));
    }
    lines.join("\n")
}

fn stars(review: &Value) -> String {
    let rating = review.get("rating").and_then(Value::as_u64).unwrap_or(0).min(5);
    (1..=5).map(|star| if star <= rating { '★' } else { '☆' }).collect()
}
