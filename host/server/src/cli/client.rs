//! The commands that call a server.

use std::time::Duration;

use clap::Args;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// Which server, and as whom.
#[derive(Clone, Args)]
pub(super) struct Server {
    /// The server's address.
    #[arg(
        long,
        value_name = "URL",
        env = "MARKETPLACE_SERVER",
        default_value = "http://127.0.0.1:8080",
        value_parser = address
    )]
    pub server: String,
    /// A token; better in the environment than on a command line that others can see.
    #[arg(long, value_name = "TOKEN", env = "MARKETPLACE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

fn address(text: &str) -> Result<String, String> {
    match reqwest::Url::parse(text) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) => Ok(text.to_owned()),
        _ => Err("write it like http://127.0.0.1:8080".into()),
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("server", &self.server).finish_non_exhaustive()
    }
}

/// The server said no.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.get("detail").and_then(Value::as_str).unwrap_or("the server refused, and gave no reason"))]
pub(super) struct Refused(pub Value);

impl Refused {
    /// Each finding and each change on a line of its own.
    pub(super) fn findings(&self) -> String {
        let list = |name: &str| self.0.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let findings = list("findings").into_iter().map(|finding| {
            format!(
                "\n  {} [{}] {}",
                text(&finding, "subject"),
                text(&finding, "rule"),
                text(&finding, "message")
            )
        });
        let changes = list("changes").into_iter().map(|change| {
            format!(
                "\n  {} {}: {}",
                text(&change, "direction"),
                text(&change, "permission"),
                text(&change, "summary")
            )
        });
        findings.chain(changes).collect()
    }
}

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// No connection, or it broke.
    #[error("cannot reach {server}; is `marketplace serve` running there?")]
    Unreachable {
        server: String,
        #[source]
        source: reqwest::Error,
    },
    /// What answers there is no marketplace.
    #[error("{server} does not answer like a marketplace (status {status})")]
    Stranger { server: String, status: u16 },
}

/// The API of one server.
#[derive(Clone, Debug)]
pub(super) struct Client {
    server: Server,
    http: reqwest::Client,
}

impl Client {
    pub(super) fn new(server: Server) -> Self {
        // Chosen here because the process may have only one; a second choice is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder().connect_timeout(Duration::from_secs(10));
        let host = reqwest::Url::parse(&server.server).ok().and_then(|url| url.host_str().map(str::to_owned));
        if host.is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host.as_str())) {
            // Nobody's proxy knows this machine's own addresses.
            builder = builder.no_proxy();
        }
        Self { server, http: builder.build().expect("a client with these settings can be made") }
    }

    /// A request to a path below `/api/v1/marketplace` or `/cp/api/v1`.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request =
            self.http.request(method, format!("{}{path}", self.server.server.trim_end_matches('/')));
        match &self.server.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends it, and reads the JSON of the answer; `null` if it has no body.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Value, Box<dyn std::error::Error>> {
        let unreachable = |source| CallError::Unreachable { server: self.server.server.clone(), source };
        let response: Response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        let value: Option<Value> =
            if body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&body).ok() };
        match value {
            Some(value) if status.is_success() => Ok(value),
            Some(problem @ Value::Object(_)) => Err(Refused(problem).into()),
            _ => {
                Err(CallError::Stranger { server: self.server.server.clone(), status: status.as_u16() }
                    .into())
            }
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Box<dyn std::error::Error>> {
        self.send(self.request(Method::GET, path)).await
    }
}
