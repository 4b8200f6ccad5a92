//! Long work of a server, followed to its end: a progress bar where somebody looks, and Ctrl-C calls it off.

use std::time::Duration;

use eventsource_stream::Eventsource as _;
use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::client::{Client, Refused};
use super::output::text;

/// How often to look where events do not come through.
const POLL: Duration = Duration::from_secs(1);

/// Sends a request that may take long, shows how far it is, and returns the answer that it ends with.
pub(super) async fn follow(
    client: &Client,
    request: RequestBuilder,
) -> Result<Value, Box<dyn std::error::Error>> {
    let answer = client.send(request.header("prefer", "respond-async")).await?;
    // A server that does not know the preference has done it by now.
    if answer.get("state").is_none() {
        return Ok(answer);
    }
    let path = format!("/api/v1/marketplace/operations/{}", text(&answer, "id"));
    let bar = bar();
    let ended = tokio::select! {
        ended = end(client, &path, &bar) => ended?,
        _ = tokio::signal::ctrl_c() => {
            bar.set_message("cancelling");
            // Refused if it is too late: then the end is what it would have been.
            let _ = client.send(client.request(Method::POST, &format!("{path}/cancel"))).await;
            end(client, &path, &bar).await?
        }
    };
    bar.finish_and_clear();
    let answer = ended.get("answer").cloned().unwrap_or_default();
    match text(&ended, "state").as_str() {
        "succeeded" => Ok(answer),
        _ => Err(Refused(answer).into()),
    }
}

/// Waits for the end: by events, or by looking again and again where a proxy holds them back.
async fn end(client: &Client, path: &str, bar: &ProgressBar) -> Result<Value, Box<dyn std::error::Error>> {
    if let Ok(response) = client.request(Method::GET, &format!("{path}/events")).send().await
        && response.status().is_success()
    {
        let mut events = response.bytes_stream().eventsource();
        while let Some(Ok(event)) = events.next().await {
            let Ok(operation) = serde_json::from_str::<Value>(&event.data) else { continue };
            show(bar, &operation);
            if event.event == "end" {
                return Ok(operation);
            }
        }
    }
    loop {
        let operation = client.get(path).await?;
        show(bar, &operation);
        if text(&operation, "state") != "running" {
            return Ok(operation);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// A bar on standard error, if that is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn show(bar: &ProgressBar, operation: &Value) {
    let Some(progress) = operation.get("progress").filter(|progress| !progress.is_null()) else { return };
    let number = |name: &str| progress.get(name).and_then(Value::as_u64);
    let total = number("bytes_total");
    // Bytes where they are what there is to do; entries are for the eye.
    let template = match (total, number("bytes")) {
        (Some(_), _) => "{msg:10} {wide_bar} {bytes}/{total_bytes} {eta}",
        (None, Some(1..)) => "{spinner} {msg:10} {bytes}",
        _ => "{spinner} {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_length(total.unwrap_or(0));
    bar.set_position(number("bytes").unwrap_or(0));
    bar.set_message(text(progress, "stage"));
}
