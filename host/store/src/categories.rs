//! The table `marketplace_categories`: a row, and the component that it names by digest, are a category.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::components::{self, Activation};
use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, now};
use crate::{Event, Store, StoreError, faces, labels};
use marketplace_manifest::{CategoryId, Digest};

/// Whether a category's items can be installed, or only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Installer {
    /// The component exports an installer.
    Live,
    /// It exports only a validator.
    Stub,
}

/// A category to insert, or the new component of one that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCategory {
    /// The path segment and the manifest's `kind`.
    pub id: CategoryId,
    /// The component, which lies in the blob store.
    pub component_sha256: Digest,
    /// Bytes.
    pub component_size: u64,
    /// The version of the contract that it is of: `1.1.0`.
    pub contract: String,
    /// Another `kind` that means the same. May equal the id.
    pub singular: String,
    /// What people read.
    pub name: String,
    /// What people read.
    pub description: String,
    /// Inline SVG.
    pub icon: String,
    /// Whether its items can be installed.
    pub installer: Installer,
    /// How many installations a tenant without a license may have.
    pub free_install_cap: u32,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The path segment and the manifest's `kind`.
    pub id: CategoryId,
    /// The component, which lies in the blob store.
    pub component_sha256: Digest,
    /// Bytes.
    pub component_size: u64,
    /// Another `kind` that means the same.
    pub singular: String,
    /// What people read.
    pub name: String,
    /// What people read.
    pub description: String,
    /// Inline SVG.
    pub icon: String,
    /// Whether its items can be installed.
    pub installer: Installer,
    /// How many installations a tenant without a license may have.
    pub free_install_cap: u32,
    /// Whether it is served.
    pub enabled: bool,
    /// Order in lists, from 0.
    pub position: i64,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
}

/// What there is in a category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CategoryUse {
    /// Items, of any state.
    pub items: i64,
    /// Installations, of all tenants.
    pub installations: i64,
}

/// What came of adding a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryAdded {
    /// The row, as it is now.
    pub row: Category,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// Why a category was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CategoryError {
    /// Its id or singular means another category: a manifest's `kind` would be ambiguous.
    #[error("the name `{name}` belongs to the category `{by}`: choose another id or singular")]
    NameTaken {
        /// The id or singular that clashes.
        name: String,
        /// The category that has it.
        by: CategoryId,
    },
    /// It is there, with another component.
    #[error("the category `{category}` is there already, with the component {present}")]
    Exists {
        /// The category.
        category: CategoryId,
        /// The component that it has.
        present: Digest,
    },
    /// There are items in it, and their names are never given away.
    #[error("the category `{category}` has {items} item(s): disable it instead")]
    InUse {
        /// The category.
        category: CategoryId,
        /// How many items it has, of any state.
        items: i64,
    },
    /// Somebody gave it another component, added or removed it, since the caller looked.
    #[error("the category `{0}` was changed since the component was looked at; look at it again")]
    Changed(CategoryId),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// All categories, disabled ones included, in order.
    pub async fn categories(&self) -> Result<Vec<Category>, StoreError> {
        let rows =
            sql("SELECT * FROM marketplace_categories ORDER BY position, id").read_all(self.read()).await?;
        rows.iter().map(read).collect()
    }

    /// One category.
    pub async fn category(&self, id: &CategoryId) -> Result<Option<Category>, StoreError> {
        let row =
            sql("SELECT * FROM marketplace_categories WHERE id = $1").text(id).read(self.read()).await?;
        row.as_ref().map(read).transpose()
    }

    /// What there is in each category; those in which there is nothing are left out.
    pub async fn category_use(&self) -> Result<BTreeMap<CategoryId, CategoryUse>, StoreError> {
        let items = sql("SELECT category, COUNT(*) AS number FROM items GROUP BY category");
        let installed = sql("SELECT category, COUNT(*) AS number FROM installations GROUP BY category");
        let mut all: BTreeMap<CategoryId, CategoryUse> = BTreeMap::new();
        for row in items.read_all(self.read()).await? {
            all.entry(row.parsed("category")?).or_default().items = row.get_as("number")?;
        }
        for row in installed.read_all(self.read()).await? {
            all.entry(row.parsed("category")?).or_default().installations = row.get_as("number")?;
        }
        Ok(all)
    }

    /// Inserts a category at the end, enabled; or gives one that exists a new component and description,
    /// leaving its place and whether it is enabled. Either way the component is in its
    /// [history](Store::components).
    pub async fn put_category(&self, category: NewCategory, event: Event) -> Result<Category, CategoryError> {
        let (category, activation) = (&category, &Activation::from(&event));
        self.transact(event, async |mut tx| {
            // First, and a lock: two changes of categories at once take turns, so that names and places are sure.
            bump(&mut tx).await?;
            let row = put(&mut tx, category, activation).await?;
            Ok(Outcome::Changed(tx, row))
        })
        .await
    }

    /// Inserts a category that is not there yet at the end, enabled. One that is there with this very component is left
    /// as it is.
    pub async fn add_category(
        &self,
        category: NewCategory,
        event: Event,
    ) -> Result<CategoryAdded, CategoryError> {
        let (category, activation) = (&category, &Activation::from(&event));
        self.transact(event, async |mut tx| {
            // First, and a lock: of two that add the same id at once, the second sees the first.
            bump(&mut tx).await?;
            let there = sql("SELECT * FROM marketplace_categories WHERE id = $1").text(&category.id);
            let there = there.row(&mut tx).await?;
            match there.as_ref().map(read).transpose()? {
                None => {
                    let row = put(&mut tx, category, activation).await?;
                    Ok(Outcome::Changed(tx, CategoryAdded { row, is_new: true }))
                }
                Some(row) if row.component_sha256 == category.component_sha256 => {
                    Ok(Outcome::Unchanged(CategoryAdded { row, is_new: false }))
                }
                Some(row) => Err(CategoryError::Exists { category: row.id, present: row.component_sha256 }),
            }
        })
        .await
    }

    /// Enables or disables a category and returns it; `None` if there is none.
    pub async fn set_category_enabled(
        &self,
        id: &CategoryId,
        enabled: bool,
        event: Event,
    ) -> Result<Option<Category>, StoreError> {
        self.transact(event, async |mut tx| {
            bump(&mut tx).await?;
            let row = sql("UPDATE marketplace_categories SET enabled = $2, updated_at = $3 \
                 WHERE id = $1 AND enabled <> $2 RETURNING *")
            .text(id)
            .bind(i64::from(enabled))
            .bind(now())
            .row(&mut tx)
            .await?;
            if let Some(row) = row {
                faces::advance(&mut tx).await?;
                labels::set_enabled(&mut tx, id, enabled).await?;
                return Ok(Outcome::Changed(tx, Some(read(&row)?)));
            }
            let row = sql("SELECT * FROM marketplace_categories WHERE id = $1").text(id).row(&mut tx).await?;
            Ok(Outcome::Unchanged(row.as_ref().map(read).transpose()?))
        })
        .await
    }

    /// Removes a category without items; `false` if there is none.
    pub async fn remove_category(&self, id: &CategoryId, event: Event) -> Result<bool, CategoryError> {
        self.transact(event, async |mut tx| {
            bump(&mut tx).await?;
            // The row is held against a first submission at the same moment, which shares it.
            let found = sql("UPDATE marketplace_categories SET updated_at = $2 WHERE id = $1")
                .text(id)
                .bind(now())
                .run(&mut tx)
                .await?;
            if found == 0 {
                return Ok(Outcome::Unchanged(false));
            }
            let row = sql("SELECT COUNT(*) AS items FROM items WHERE category = $1")
                .text(id)
                .returning(&mut tx)
                .await?;
            let items: i64 = row.get_as("items")?;
            if items > 0 {
                return Err(CategoryError::InUse { category: id.clone(), items });
            }
            sql("DELETE FROM marketplace_categories WHERE id = $1").text(id).run(&mut tx).await?;
            Ok(Outcome::Changed(tx, true))
        })
        .await
    }

    /// A number that grows with every change of any category: every replica compares it to know when to reload.
    pub async fn categories_revision(&self) -> Result<i64, StoreError> {
        let row = sql("SELECT value FROM revisions WHERE name = 'categories'").read(self.read()).await?;
        row.map_or(Ok(0), |row| row.get_as("value"))
    }
}

impl fmt::Display for Installer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Stub => "stub",
        })
    }
}

impl FromStr for Installer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "live" => Ok(Self::Live),
            "stub" => Ok(Self::Stub),
            other => Err(format!("`{other}` is no installer: expected `live` or `stub`")),
        }
    }
}

/// The names by which manifests may call a category.
fn names(category: &NewCategory) -> Vec<String> {
    let id = category.id.to_string();
    if category.singular == id { vec![id] } else { vec![id, category.singular.clone()] }
}

/// Refuses a name that another category has, saying which.
async fn claim_names(connection: &mut AnyConnection, category: &NewCategory) -> Result<(), CategoryError> {
    for name in names(category) {
        let taken = sql("SELECT category FROM category_names WHERE name = $1 AND category <> $2")
            .bind(name.as_str())
            .text(&category.id)
            .row(connection)
            .await?;
        if let Some(row) = taken {
            return Err(CategoryError::NameTaken { name, by: row.parsed("category")? });
        }
    }
    Ok(())
}

/// Writes the row, its names, and the history of its components. A clash of names is found before anything is written.
pub(crate) async fn put(
    connection: &mut AnyConnection,
    category: &NewCategory,
    activation: &Activation,
) -> Result<Category, CategoryError> {
    claim_names(connection, category).await?;
    let row = upsert(connection, category).await?;
    sql("DELETE FROM category_names WHERE category = $1").text(&category.id).run(connection).await?;
    for name in names(category) {
        sql("INSERT INTO category_names (name, category) VALUES ($1, $2)")
            .bind(name)
            .text(&category.id)
            .run(connection)
            .await?;
    }
    components::record(connection, category, activation).await?;
    Ok(read(&row)?)
}

async fn upsert(connection: &mut AnyConnection, category: &NewCategory) -> Result<AnyRow, StoreError> {
    let size = i64::try_from(category.component_size).unwrap_or(i64::MAX);
    sql("INSERT INTO marketplace_categories (id, component_sha256, component_size, singular, name, description, \
         icon, installer, free_install_cap, enabled, position, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, \
         (SELECT COALESCE(MAX(position) + 1, 0) FROM marketplace_categories), $10, $10) \
         ON CONFLICT (id) DO UPDATE SET component_sha256 = excluded.component_sha256, \
         component_size = excluded.component_size, singular = excluded.singular, name = excluded.name, \
         description = excluded.description, icon = excluded.icon, installer = excluded.installer, \
         free_install_cap = excluded.free_install_cap, updated_at = excluded.updated_at RETURNING *")
    .text(&category.id)
    .text(&category.component_sha256)
    .bind(size)
    .bind(category.singular.as_str())
    .bind(category.name.as_str())
    .bind(category.description.as_str())
    .bind(category.icon.as_str())
    .text(&category.installer)
    .bind(i64::from(category.free_install_cap))
    .bind(now())
    .returning(connection)
    .await
}

/// Raises the revision, and makes all changes of categories take turns until the commit.
pub(crate) async fn bump(connection: &mut AnyConnection) -> Result<(), StoreError> {
    sql("UPDATE revisions SET value = value + 1 WHERE name = 'categories'").run(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Category, StoreError> {
    Ok(Category {
        id: row.parsed("id")?,
        component_sha256: row.parsed("component_sha256")?,
        component_size: row.size("component_size")?,
        singular: row.get_as("singular")?,
        name: row.get_as("name")?,
        description: row.get_as("description")?,
        icon: row.get_as("icon")?,
        installer: row.parsed("installer")?,
        free_install_cap: row.size("free_install_cap")?,
        enabled: row.get_as::<i64>("enabled")? != 0,
        position: row.get_as("position")?,
        created_at: row.get_as("created_at")?,
        updated_at: row.get_as("updated_at")?,
    })
}
