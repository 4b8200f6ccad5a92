//! Categories that come with the program: put once, and an operator's word against them is kept.

use sqlx::AnyConnection;

use crate::components::Activation;
use crate::sql::sql;
use crate::transact::{Outcome, now};
use crate::{Category, CategoryError, Event, NewCategory, Store, StoreError, categories};
use marketplace_manifest::Digest;

impl Store {
    /// Whether this component came with the program before, whatever became of its category since.
    pub async fn was_seeded(&self, component: &Digest) -> Result<bool, StoreError> {
        let row =
            sql("SELECT sha256 FROM seeded_components WHERE sha256 = $1").text(component).read(self.read());
        Ok(row.await?.is_some())
    }

    /// Puts a category that comes with the program, once for each component, unless an operator decided otherwise:
    /// a category that was removed stays removed, also when a newer program brings a newer component of it; one
    /// that was given another component keeps that; and a name that another category has stays with that one.
    /// `None` if nothing was put. The component counts as seeded either way.
    pub async fn seed_category(
        &self,
        category: NewCategory,
        event: Event,
    ) -> Result<Option<Category>, CategoryError> {
        let (category, activation) = (&category, &Activation::from(&event));
        self.transact(event, async |mut tx| {
            categories::bump(&mut tx).await?;
            // Before the new component counts as seeded.
            let decided = operator_decided(&mut tx, category).await?;
            let seeded =
                sql("INSERT INTO seeded_components (sha256, category, seeded_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (sha256) DO NOTHING")
                .text(&category.component_sha256)
                .text(&category.id)
                .bind(now())
                .run(&mut tx)
                .await?;
            if seeded == 0 {
                return Ok(Outcome::Unchanged(None));
            }
            if decided {
                return Ok(Outcome::Changed(tx, None));
            }
            match categories::put(&mut tx, category, activation).await {
                Ok(row) => Ok(Outcome::Changed(tx, Some(row))),
                // An operator's category must not keep the program from starting.
                Err(CategoryError::NameTaken { name, by }) => {
                    tracing::warn!(
                        category = %category.id, %name, %by,
                        "a category that comes with the program was left out: another one has its name"
                    );
                    Ok(Outcome::Changed(tx, None))
                }
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// Whether an operator gave the category another component, or removed it after the program had put it.
async fn operator_decided(
    connection: &mut AnyConnection,
    category: &NewCategory,
) -> Result<bool, StoreError> {
    let row = sql("SELECT 1 AS decided WHERE EXISTS (SELECT 1 FROM marketplace_categories WHERE id = $1 \
         AND component_sha256 NOT IN (SELECT sha256 FROM seeded_components)) \
         OR (EXISTS (SELECT 1 FROM seeded_components WHERE category = $1) \
         AND NOT EXISTS (SELECT 1 FROM marketplace_categories WHERE id = $1))")
    .text(&category.id)
    .row(connection)
    .await?;
    Ok(row.is_some())
}
