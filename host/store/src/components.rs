//! The components that a category has had: what it can go back to.
//!
//! Every change of a category's component writes here, in the same transaction as the row. Each component is here once:
//! putting it again moves it to the front. The last [`KEPT_COMPONENTS`] of a category are kept, and with them their
//! bytes in the blob store; when each was put the times before is in the audit log.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Columns;
use crate::sql::sql;
use crate::transact::{Outcome, now};
use crate::{Category, CategoryError, Event, Installer, NewCategory, Store, StoreError, categories};
use marketplace_manifest::{CategoryId, Digest};

/// Components that are remembered of each category, the present one included. Older ones are forgotten, and a later
/// start removes their bytes.
pub const KEPT_COMPONENTS: i64 = 10;

/// A component that a category has, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Names its bytes in the blob store.
    pub component_sha256: Digest,
    /// Bytes.
    pub component_size: u64,
    /// The version of the contract that it is of: `1.1.0`.
    pub contract: String,
    /// Another `kind` that meant the category.
    pub singular: String,
    /// What people read.
    pub name: String,
    /// What people read.
    pub description: String,
    /// Inline SVG.
    pub icon: String,
    /// Whether items could be installed.
    pub installer: Installer,
    /// How many installations a tenant without a license may have.
    pub free_install_cap: u32,
    /// When it became the category's, the last time; Unix milliseconds.
    pub activated_at: i64,
    /// Who did that, as the audit log has them.
    pub activated_by: String,
    /// What they did, as the audit log has it: `category.upgraded`.
    pub action: String,
    /// Why, if they said so.
    pub reason: Option<String>,
}

/// Who gives a category a component, and why: what the history keeps of an event.
#[derive(Debug, Clone)]
pub(crate) struct Activation {
    actor: String,
    action: String,
    reason: Option<String>,
}

impl From<&Event> for Activation {
    fn from(event: &Event) -> Self {
        Self { actor: event.actor.clone(), action: event.action.clone(), reason: event.reason.clone() }
    }
}

impl Store {
    /// The components of a category, the present one first, then by when each was put last; nothing if there is no such
    /// category.
    pub async fn components(&self, category: &CategoryId) -> Result<Vec<Component>, StoreError> {
        let rows = sql("SELECT * FROM category_components WHERE category = $1 ORDER BY turn DESC")
            .text(category)
            .read_all(self.read())
            .await?;
        rows.iter().map(read).collect()
    }

    /// As [`Store::put_category`], if the category has the component `instead_of`, or with `None` if there is no such
    /// category: whoever looked at it before and decided, decides on what they saw or on nothing.
    pub async fn exchange_component(
        &self,
        category: NewCategory,
        instead_of: Option<Digest>,
        event: Event,
    ) -> Result<Category, CategoryError> {
        let (category, activation) = (&category, &Activation::from(&event));
        self.transact(event, async |mut tx| {
            // First, and a lock: nobody changes a category between the question and the answer.
            categories::bump(&mut tx).await?;
            let present = present(&mut tx, &category.id).await?;
            if present != instead_of {
                return Err(CategoryError::Changed(category.id.clone()));
            }
            let row = categories::put(&mut tx, category, activation).await?;
            Ok(Outcome::Changed(tx, row))
        })
        .await
    }
}

async fn present(connection: &mut AnyConnection, id: &CategoryId) -> Result<Option<Digest>, StoreError> {
    let row = sql("SELECT component_sha256 FROM marketplace_categories WHERE id = $1")
        .text(id)
        .row(connection)
        .await?;
    row.as_ref().map(|row| row.parsed("component_sha256")).transpose()
}

/// Notes that a category has this component from now on. The row of the category is there already.
pub(crate) async fn record(
    connection: &mut AnyConnection,
    category: &NewCategory,
    activation: &Activation,
) -> Result<(), StoreError> {
    let last = sql("SELECT component_sha256, turn FROM category_components WHERE category = $1 \
         ORDER BY turn DESC LIMIT 1")
    .text(&category.id)
    .row(connection)
    .await?;
    let turn = match last {
        // Put once more, it is what it was since then.
        Some(last) if last.parsed::<Digest>("component_sha256")? == category.component_sha256 => {
            return Ok(());
        }
        Some(last) => last.get_as::<i64>("turn")? + 1,
        None => 1,
    };
    let size = i64::try_from(category.component_size).unwrap_or(i64::MAX);
    sql("INSERT INTO category_components (category, component_sha256, component_size, contract, singular, name, \
         description, icon, installer, free_install_cap, turn, activated_at, activated_by, action, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (category, component_sha256) DO UPDATE SET contract = excluded.contract, \
         singular = excluded.singular, name = excluded.name, description = excluded.description, \
         icon = excluded.icon, installer = excluded.installer, free_install_cap = excluded.free_install_cap, \
         turn = excluded.turn, activated_at = excluded.activated_at, activated_by = excluded.activated_by, \
         action = excluded.action, reason = excluded.reason")
    .text(&category.id)
    .text(&category.component_sha256)
    .bind(size)
    .bind(category.contract.as_str())
    .bind(category.singular.as_str())
    .bind(category.name.as_str())
    .bind(category.description.as_str())
    .bind(category.icon.as_str())
    .text(&category.installer)
    .bind(i64::from(category.free_install_cap))
    .bind(turn)
    .bind(now())
    .bind(activation.actor.as_str())
    .bind(activation.action.as_str())
    .bind(activation.reason.as_deref())
    .run(connection)
    .await?;
    forget_old(connection, &category.id).await
}

async fn forget_old(connection: &mut AnyConnection, id: &CategoryId) -> Result<(), StoreError> {
    sql("DELETE FROM category_components WHERE category = $1 AND turn <= \
         (SELECT turn FROM category_components WHERE category = $1 ORDER BY turn DESC LIMIT 1 OFFSET $2)")
    .text(id)
    .bind(KEPT_COMPONENTS)
    .run(connection)
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Component, StoreError> {
    Ok(Component {
        component_sha256: row.parsed("component_sha256")?,
        component_size: row.size("component_size")?,
        contract: row.get_as("contract")?,
        singular: row.get_as("singular")?,
        name: row.get_as("name")?,
        description: row.get_as("description")?,
        icon: row.get_as("icon")?,
        installer: row.parsed("installer")?,
        free_install_cap: row.size("free_install_cap")?,
        activated_at: row.get_as("activated_at")?,
        activated_by: row.get_as("activated_by")?,
        action: row.get_as("action")?,
        reason: row.get_as("reason")?,
    })
}
