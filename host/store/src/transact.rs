//! Writing: one transaction, its event, and a bounded retry of the whole.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use serde_json::Value;
use sqlx::{Any, Transaction};
use uuid::Uuid;

use crate::dialect::violates;
use crate::error::Failure;
use crate::sql::{Sql, sql};
use crate::{Event, Store, StoreError};

/// How often a transaction is tried again after a transient failure.
pub(crate) const RETRIES: usize = 3;

/// A transaction that owns its connection. Dropping it rolls it back.
pub(crate) type Tx = Transaction<'static, Any>;

/// How an attempt ended, short of an error (which rolls back).
pub(crate) enum Outcome<T> {
    /// Something changed: commit it with its event.
    Changed(Tx, T),
    /// Nothing was to be changed: roll back, event and all.
    Unchanged(T),
}

impl Store {
    /// Runs `attempt` in a transaction that records `event`, and returns after the commit.
    ///
    /// A transient failure anywhere, the commit included, begins again from the start. The connection can break
    /// while the commit is on its way, so that nobody here knows whether it took place. Then the retry finds
    /// out: the event is the transaction's first row, under an id chosen once, and if the database refuses it as
    /// a duplicate (having waited for the other transaction, if that still runs) the first attempt did commit.
    pub(crate) async fn transact<T, E, Fut>(
        &self,
        event: Event,
        mut attempt: impl FnMut(Tx) -> Fut,
    ) -> Result<T, E>
    where
        E: Failure,
        Fut: Future<Output = Result<Outcome<T>, E>>,
    {
        refuse_nul("the event's actor", &event.actor)?;
        refuse_nul("the event's subject", &event.subject)?;
        refuse_nul("the event's reason", event.reason.as_deref().unwrap_or_default())?;

        let id = new_id();
        let mut unconfirmed = None;
        let mut delays = delays();
        loop {
            let outcome = self.attempt(&id, &event, &mut attempt, &mut unconfirmed).await;
            let transient =
                matches!(&outcome, Err(error) if error.store_error().is_some_and(StoreError::is_transient));
            match (transient, delays.next()) {
                (true, Some(delay)) => {
                    tracing::debug!(action = %event.action, ?delay, "transaction failed for now, trying again");
                    tokio::time::sleep(delay).await;
                }
                _ => return outcome,
            }
        }
    }

    async fn attempt<T, E, Fut>(
        &self,
        id: &str,
        event: &Event,
        attempt: &mut impl FnMut(Tx) -> Fut,
        unconfirmed: &mut Option<T>,
    ) -> Result<T, E>
    where
        E: Failure,
        Fut: Future<Output = Result<Outcome<T>, E>>,
    {
        let mut tx = self.begin().await?;
        match (record(&mut tx, id, event).await, unconfirmed.take()) {
            (Ok(()), _) => {}
            (Err(error), Some(value)) => {
                if violates(&error, "audit_events_pkey", "audit_events.id") {
                    return Ok(value);
                }
                // Still not known: keep the answer for the next attempt.
                *unconfirmed = Some(value);
                return Err(error.into());
            }
            (Err(error), None) => return Err(error.into()),
        }
        match attempt(tx).await? {
            Outcome::Unchanged(value) => Ok(value),
            Outcome::Changed(tx, value) => match tx.commit().await.map_err(StoreError::from) {
                Ok(()) => Ok(value),
                Err(error) => {
                    *unconfirmed = Some(value);
                    Err(error.into())
                }
            },
        }
    }

    /// Writes a note, which is no change of the market and has no event: one statement, tried again after a transient
    /// failure.
    pub(crate) async fn jot(&self, statement: impl Fn() -> Sql) -> Result<u64, StoreError> {
        let mut delays = delays();
        loop {
            let written = async { statement().run(&mut *self.inner.write.acquire().await?).await };
            match (written.await, delays.next()) {
                (Err(error), Some(delay)) if error.is_transient() => tokio::time::sleep(delay).await,
                (outcome, _) => return outcome,
            }
        }
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.inner.write.begin_with(self.inner.backend.begin()).await?)
    }
}

async fn record(tx: &mut Tx, id: &str, event: &Event) -> Result<(), StoreError> {
    let details = match &event.details {
        Value::Null => &Value::Object(serde_json::Map::new()),
        details => details,
    };
    sql("INSERT INTO audit_events (id, at, actor, action, subject, reason, details) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(now())
    .bind(event.actor.as_str())
    .bind(event.action.as_str())
    .bind(event.subject.as_str())
    .bind(event.reason.as_deref())
    .json(details)
    .run(tx)
    .await?;
    Ok(())
}

/// Pauses between attempts, with jitter so that those who collided do not collide again in step.
pub(crate) fn delays() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(20))
        .with_max_delay(Duration::from_millis(500))
        .with_factor(3.0)
        .with_max_times(RETRIES)
        .with_jitter()
        .build()
}

/// A fresh UUIDv7: within a process, later ids sort after earlier ones.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// Whether this can be one of our ids at all. Ids come from URLs: what is no UUID is not worth a query, and a NUL
/// in it would be an error on PostgreSQL.
pub(crate) fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

/// Unix milliseconds.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// PostgreSQL cannot store NUL in text: both databases refuse it alike.
pub(crate) fn refuse_nul(field: &'static str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') { Err(StoreError::Nul { field }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
