//! A server with something in it. Every package comes in through the front door: packed,
//! submitted by an author, and approved by a moderator, over HTTP.

use std::path::Path;

use clap::Args;
use include_dir::{Dir, include_dir};
use marketplace_manifest::{AuthorId, Tenant};
use reqwest::Method;
use serde_json::{Value, json};

use super::Outcome;
use super::client::{Client, Refused, Server};
use super::output::say;
use super::publish::{Signer, publish_folder};
use super::serve::{Ready, Serve, interrupted};
use crate::account::license::{self, Tier};
use crate::account::{Scope, author, token};
use crate::market::Market;

/// The example packages, as the build put them together: `CATEGORY/ITEM`.
static PACKAGES: Dir<'_> = include_dir!("$OUT_DIR/packages");

/// Writes the example packages to a folder: `CATEGORY/ITEM/{manifest.yaml, package/}`.
///
/// # Errors
/// When the folder cannot be written to.
pub fn extract_examples(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    PACKAGES.extract(folder)
}

/// Who the audit log names.
const ACTOR: &str = "demo";

/// What the demo's tokens are called.
const LABEL: &str = "demo";

#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    serve: Serve,
}

impl Demo {
    pub(super) async fn run(self) -> Outcome {
        let Ready { market, serving, watching: _watching, reserved: _reserved } =
            self.serve.prepare().await?;
        let address = format!("http://{}", serving.address()?);
        let people = People::make(&market).await?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(serving.until(async move {
            tokio::select! {
                () = interrupted() => {}
                _ = stopped => {}
            }
        }));
        match stock(&address, &people).await {
            Ok(example) => say(&people.welcome(&address, &example)),
            Err(error) => {
                let _ = stop.send(());
                server.await??;
                return Err(error);
            }
        }
        server.await??;
        drop(stop);
        market.store.close().await;
        Ok(())
    }
}

/// Who takes part in the demo, each with a token.
struct People {
    author: AuthorId,
    publish: String,
    moderate: String,
    install: String,
    operate: String,
}

impl People {
    async fn make(market: &Market) -> Result<Self, Box<dyn std::error::Error>> {
        let (publisher, home): (Tenant, Tenant) = ("demo-studio".parse()?, "home".parse()?);
        let author: AuthorId = "demo-studio".parse()?;
        if market.standing(Some(&publisher)).await?.gates.tier == Tier::Free {
            let order = license::Order {
                tenant: publisher.clone(),
                tier: Tier::Pro,
                days: None,
                gates: Default::default(),
            };
            license::issue(market, ACTOR, order).await?;
        }
        if market.store.author(&author).await?.is_none() {
            author::create(&market.store, &market.secrets, ACTOR, &publisher, &author, None).await?;
        }
        // Those of the last start were printed somewhere, and nobody needs them any more.
        for old in market.store.tokens(None).await? {
            if old.label == LABEL && old.revoked_at.is_none() {
                let reason = Some("the demo was started again");
                token::revoke(&market.store, ACTOR, &old.id, reason).await?;
            }
        }
        let token = async |tenant: &Tenant, scopes: &[Scope]| {
            let scopes = scopes.iter().copied().collect();
            let made = token::create(&market.store, ACTOR, tenant, LABEL, &scopes, None).await?;
            Ok::<_, Box<dyn std::error::Error>>(made.0.reveal().to_owned())
        };
        Ok(Self {
            author,
            publish: token(&publisher, &[Scope::Publish]).await?,
            moderate: token(&publisher, &[Scope::Moderate]).await?,
            install: token(&home, &[Scope::Browse, Scope::Install]).await?,
            operate: token(&publisher, &[Scope::Operate]).await?,
        })
    }

    fn welcome(&self, address: &str, (category, item): &(String, String)) -> String {
        format!(
            r#"
The marketplace is open at {address}

  sign in with one of these tokens, at {address}/sign-in; they hold until the demo is started again
    install   {install}
    publish   {publish}
    moderate  {moderate}
    operate   {operate}

  every call, to read and to try
    {address}/api/docs

  three calls to try
    curl -s {address}/api/v1/marketplace/{category}/items
    curl -s -X POST {address}/api/v1/marketplace/{category}/items/{item}/install \
      -H 'Authorization: Bearer {install}' -d '{{"dry_run": true}}'
    curl -s -X POST {address}/api/v1/marketplace/{category}/items/{item}/install \
      -H 'Authorization: Bearer {install}' -d '{{}}'

Ctrl-C stops it."#,
            install = self.install,
            publish = self.publish,
            moderate = self.moderate,
            operate = self.operate,
        )
    }
}

/// Publishes and approves every example whose category is there. What a demo on the same
/// folder has published before is there already, and stays. Returns one to try.
async fn stock(address: &str, people: &People) -> Result<(String, String), Box<dyn std::error::Error>> {
    let as_whom =
        |token: &str| Client::new(Server { server: address.to_owned(), token: Some(token.to_owned()) });
    let (author, moderator) = (as_whom(&people.publish), as_whom(&people.moderate));
    let folder = tempfile::tempdir()?;
    extract_examples(folder.path())?;
    let mut example = None;
    for category in PACKAGES.dirs() {
        let id = name(category.path());
        if author.get(&format!("/api/v1/marketplace/{id}/items?limit=1")).await.is_err() {
            // An example of a category that is not there yet.
            continue;
        }
        for item in category.dirs() {
            let slug = name(item.path());
            // The server holds the key.
            let signer = Signer { author: Some(&people.author), key: None };
            example.get_or_insert_with(|| (id.clone(), slug.clone()));
            let submitted = match publish_folder(&author, &folder.path().join(item.path()), signer).await {
                Ok(submitted) => submitted,
                Err(error) if is_there_already(error.as_ref()) => continue,
                Err(error) => {
                    return Err(format!("{id}/{slug}: {error}{}", findings(error.as_ref())).into());
                }
            };
            let id_of = submitted.get("id").and_then(Value::as_str).unwrap_or_default();
            let approve = format!("/cp/api/v1/admin/marketplace/queue/{id_of}/approve");
            let note = json!({ "note": "an example that comes with the marketplace" });
            moderator.send(moderator.request(Method::POST, &approve).json(&note)).await?;
            say(&format!(
                "published {id}/{slug} {}",
                submitted.get("version").and_then(Value::as_str).unwrap_or_default()
            ));
        }
    }
    example.ok_or_else(|| "there is no example of any category that is served".into())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_there_already(error: &(dyn std::error::Error + 'static)) -> bool {
    let code = error.downcast_ref::<Refused>().and_then(|refused| refused.0.get("code"));
    code.and_then(Value::as_str) == Some("version_taken")
}

fn findings(error: &(dyn std::error::Error + 'static)) -> String {
    error.downcast_ref::<Refused>().map(Refused::findings).unwrap_or_default()
}
