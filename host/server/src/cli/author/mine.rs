use clap::Args;
use serde_json::{Value, json};

use crate::cli::Outcome;
use crate::cli::client::{Client, Server};
use crate::cli::output::{Output, list, table, text};

#[derive(Debug, Args)]
pub(in crate::cli) struct Mine {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    output: Output,
}

impl Mine {
    pub(super) async fn run(self) -> Outcome {
        let client = Client::new(self.server);
        let first = "/api/v1/marketplace/authors?limit=100";
        let mut page = client.get(first).await?;
        let mut authors = list(&page, "authors");
        while let Some(cursor) = page.get("next_cursor").and_then(Value::as_str) {
            page = client.get(&format!("{first}&cursor={cursor}")).await?;
            authors.extend(list(&page, "authors"));
        }
        let rows: Vec<_> = authors
            .iter()
            .flat_map(|author| list(author, "keys").into_iter().map(move |key| row(author, &key)))
            .collect();
        let heading = ["AUTHOR", "STATE", "KEY", "ID", "STATE OF THE KEY"];
        self.output.print(&json!({ "authors": authors }), table(&heading, &rows));
        Ok(())
    }
}

fn row(author: &Value, key: &Value) -> Vec<String> {
    let is = |value: &Value, name: &str| value.get(name).is_some_and(|value| !value.is_null());
    let flag = |name: &str| key.get(name).and_then(Value::as_bool).unwrap_or(false);
    let author_state = if is(author, "verified_at") {
        "verified".to_owned()
    } else if is(author, "unverified_reason") {
        format!("stopped: {}", text(author, "unverified_reason"))
    } else {
        "waits".to_owned()
    };
    let key_state = match (flag("active"), flag("held"), is(key, "revoked_at")) {
        (true, true, _) => "in force, held by the server",
        (true, false, _) => "in force",
        (false, _, true) => "revoked",
        (false, _, false) => "retired",
    };
    vec![text(author, "id"), author_state, text(key, "fingerprint"), text(key, "id"), key_state.to_owned()]
}
