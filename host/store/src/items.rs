//! Published items: the card that lists show, and the detail page.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::store::Backend;
use crate::{Release, Store, StoreError, Withdrawn, details, faces, releases, reviews, withdrawal};
use marketplace_manifest::{AuthorId, CategoryId, Digest, Slug, Version};

/// An item as lists show it: what its latest release says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemCard {
    /// The category.
    pub category: CategoryId,
    /// The item's name in it.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// One line.
    pub summary: String,
    /// Who publishes it.
    pub author: AuthorId,
    /// The latest version.
    pub version: Version,
    /// A path in the package.
    pub icon: Option<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// As declared.
    pub permissions: Vec<String>,
    /// What its category shows of it, as [`Card::details`](crate::Card::details); of each field at most
    /// [`MAX_CARD_VALUES`](crate::MAX_CARD_VALUES) values.
    #[serde(default)]
    pub details: Value,
    /// How many tenants have it installed.
    pub installs: i64,
    /// The mean of its reviews, 1 to 5, to two decimals; `None` without any.
    pub rating: Option<f64>,
    /// How many reviews it has.
    #[serde(default)]
    pub rating_count: i64,
    /// Unix milliseconds, of the item's first approval.
    pub published_at: i64,
    /// Unix milliseconds, of the approval of the latest release.
    pub updated_at: i64,
}

/// An item's own row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// UUIDv7.
    pub id: String,
    /// The card.
    #[serde(flatten)]
    pub card: ItemCard,
}

/// An item with its latest release and all approved versions.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDetail {
    /// The item.
    pub item: Item,
    /// The highest version that is offered and is no pre-release; if all are pre-releases, the highest of them.
    pub latest: Release,
    /// Every approved version that is not blocked, highest first: a pre-release, or one that was yanked, may stand
    /// before the latest.
    pub versions: Vec<VersionRow>,
}

/// One approved version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// The version.
    pub version: Version,
    /// Of its package.
    pub package_sha256: Digest,
    /// Bytes.
    pub package_size: u64,
    /// Unix milliseconds, of its first approval.
    pub published_at: i64,
    /// Whether it was taken back.
    pub withdrawn: Option<Withdrawn>,
}

impl Store {
    /// One item; `None` unless it has a release that is offered: approved, and neither yanked nor blocked.
    pub async fn item(&self, category: &CategoryId, slug: &Slug) -> Result<Option<ItemDetail>, StoreError> {
        let row = sql("SELECT id, card, installs, rating_count, rating_sum FROM items \
             WHERE category = $1 AND slug = $2 AND latest_release_id IS NOT NULL")
        .text(category)
        .text(slug)
        .read(self.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let item = Item { id: row.get_as("id")?, card: read_card(&row)? };

        let mut versions =
            withdrawal::select("r.version, r.package_sha256, r.package_size, r.approved_at, ", "releases r");
        versions
            .push(" WHERE r.status = 'approved' AND b.id IS NULL AND r.item_id = ")
            .value(item.id.as_str());
        let rows = versions.read_all(self.read()).await?;
        let mut versions = rows.iter().map(read_version).collect::<Result<Vec<_>, _>>()?;
        versions.sort_by(|a, b| b.version.cmp(&a.version));

        // Withdrawn between the statements: then it is as if it had been before.
        let latest = self.approved_release(category, slug, None).await?;
        Ok(latest.map(|latest| ItemDetail { item, latest, versions }))
    }
}

/// A card, with what changes without a new release.
pub(crate) fn read_card(row: &AnyRow) -> Result<ItemCard, StoreError> {
    let (rating_count, rating_sum) = (row.get_as("rating_count")?, row.get_as("rating_sum")?);
    Ok(ItemCard {
        installs: row.get_as("installs")?,
        rating: reviews::mean(rating_count, rating_sum),
        rating_count,
        ..row.json("card")?
    })
}

fn read_version(row: &AnyRow) -> Result<VersionRow, StoreError> {
    Ok(VersionRow {
        version: row.parsed("version")?,
        package_sha256: row.parsed("package_sha256")?,
        package_size: row.size("package_size")?,
        published_at: row.get_as("approved_at")?,
        withdrawn: withdrawal::read(row)?,
    })
}

/// Locks the item of a release until the commit and returns its id: everything that changes what is approved, and
/// everything that relies on it, takes turns here.
pub(crate) async fn lock_of_release(
    connection: &mut AnyConnection,
    release: &str,
) -> Result<Option<String>, StoreError> {
    let row = sql("UPDATE items SET revision = revision + 1 \
         WHERE id = (SELECT item_id FROM releases WHERE id = $1) RETURNING id")
    .bind(release)
    .row(connection)
    .await?;
    row.map(|row| row.get_as("id")).transpose()
}

/// Brings an item's public face, its card, its place in lists and its words, in line with the releases that it offers.
/// The item is locked; whoever refreshes several has locked them all before the first.
pub(crate) async fn refresh(
    connection: &mut AnyConnection,
    backend: Backend,
    item: &str,
) -> Result<(), StoreError> {
    match latest(connection, item).await? {
        Some(latest) => {
            let card = publish(connection, item, &latest).await?;
            faces::replace(connection, backend, item, Some((&card, &latest))).await
        }
        None => {
            unpublish(connection, item).await?;
            faces::replace(connection, backend, item, None).await
        }
    }
}

/// Counts an installation of the item, which is locked.
pub(crate) async fn count_install(
    connection: &mut AnyConnection,
    backend: Backend,
    item: &str,
) -> Result<(), StoreError> {
    let row = sql("UPDATE items SET installs = installs + 1 WHERE id = $1 RETURNING installs")
        .bind(item)
        .returning(connection)
        .await?;
    match faces::is_milestone(row.get_as("installs")?) {
        true => refresh(connection, backend, item).await,
        false => Ok(()),
    }
}

/// The release that stands for the item, light. Versions first, alone: this runs inside the decision's transaction,
/// and an item may have any number of releases.
async fn latest(connection: &mut AnyConnection, item: &str) -> Result<Option<Release>, StoreError> {
    let mut offered = withdrawal::select("r.id, r.version, ", "releases r");
    offered
        .push(" WHERE r.status = 'approved' AND r.yanked_at IS NULL AND b.id IS NULL AND r.item_id = ")
        .value(item);
    let rows = offered.rows(connection).await?;
    let mut latest: Option<(Version, &AnyRow)> = None;
    for row in &rows {
        let version: Version = row.parsed("version")?;
        if latest.as_ref().is_none_or(|(highest, _)| precedence(&version) > precedence(highest)) {
            latest = Some((version, row));
        }
    }
    let Some((_, row)) = latest else { return Ok(None) };
    let row = releases::light(" WHERE id = $1").bind(row.get_as::<&str>("id")?).row(connection).await?;
    row.as_ref().map(releases::read).transpose()
}

/// What makes a version the latest. Any stable one stands above any pre-release: whoever asks for an item without a
/// version did not ask to test `2.0.0-rc.1` while `1.9.0` is there.
fn precedence(version: &Version) -> (bool, &Version) {
    (!version.is_prerelease(), version)
}

async fn publish(
    connection: &mut AnyConnection,
    item: &str,
    latest: &Release,
) -> Result<ItemCard, StoreError> {
    let row = sql("SELECT MIN(approved_at) AS first FROM releases WHERE item_id = $1")
        .bind(item)
        .returning(connection)
        .await?;
    let updated_at = latest.approved_at.unwrap_or(latest.submitted_at);
    let published_at = row.get_as::<Option<i64>>("first")?.unwrap_or(updated_at);
    let card = ItemCard {
        category: latest.category.clone(),
        slug: latest.slug.clone(),
        title: latest.card.title.clone(),
        summary: latest.card.summary.clone(),
        author: latest.author.clone(),
        version: latest.version.clone(),
        icon: latest.card.icon.clone(),
        keywords: latest.card.keywords.clone(),
        permissions: latest.permissions.clone(),
        details: details::on_card(&latest.card.details),
        installs: 0,
        rating: None,
        rating_count: 0,
        published_at,
        updated_at,
    };
    sql("UPDATE items SET latest_release_id = $2, card = $3 WHERE id = $1")
        .bind(item)
        .bind(latest.id.as_str())
        .json(&card)
        .run(connection)
        .await?;
    Ok(card)
}

async fn unpublish(connection: &mut AnyConnection, item: &str) -> Result<(), StoreError> {
    sql("UPDATE items SET latest_release_id = NULL, card = NULL WHERE id = $1")
        .bind(item)
        .run(connection)
        .await?;
    Ok(())
}
