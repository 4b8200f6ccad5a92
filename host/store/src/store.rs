//! Opening and closing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use url::Url;

use crate::StoreError;
use crate::transact::delays;

/// The schema, twice. The numbers are the same in both; a test compares them.
pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a caller waits for a free connection before it is told that the database is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to a PostgreSQL server from one process: its default limit is 100 for all.
const POSTGRES_CONNECTIONS: u32 = 16;
/// SQLite's readers: pages come from the shared cache of the operating system, so the cores are the limit.
const SQLITE_READERS: u32 = 8;

/// The database. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) backend: Backend,
    /// SQLite has one writer at a time whatever we do: with one connection the wait is a fair queue here,
    /// and not a race of sleeping busy handlers.
    pub(crate) write: AnyPool,
    pub(crate) read: AnyPool,
}

/// Which database is behind a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, one machine.
    Sqlite,
    /// A server, many replicas.
    Postgres,
}

impl Store {
    /// Opens `sqlite:///path/to/file.db` (made if there is none) or `postgres://…` (the database must exist), and
    /// brings the schema up to date. Any number of processes may do so at once.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" => Self::open_sqlite(sqlite_path(url)?).await,
            "postgres" | "postgresql" => {
                let options = url.parse().map_err(|_| bad_url("it is not a PostgreSQL URL"))?;
                Self::open_postgres(options).await
            }
            _ => Err(StoreError::UnknownScheme { scheme: scheme.chars().take(32).collect() }),
        }
    }

    /// Opens a SQLite file, made if there is none; its folder must exist.
    pub async fn open_sqlite(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = std::path::absolute(path).map_err(|error| bad_url(&error.to_string()))?;
        let file = Url::from_file_path(&path).map_err(|()| bad_url("the path cannot be made absolute"))?;
        let options = format!("sqlite://{}?mode=rwc", file.path())
            .parse::<AnyConnectOptions>()
            .map_err(|_| bad_url("the path is not UTF-8"))?;

        let backend = Backend::Sqlite;
        migrate(backend, &options).await?;
        let sqlite = || {
            // A file's connection does not die by itself: no ping before each use, no renewal.
            AnyPoolOptions::new()
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        // A full disk makes SQLite roll back by itself. The driver still counts the transaction then, and would begin no
        // other one on this connection, ever: such a one is closed, and the next write opens another.
        let fresh = sqlite().max_connections(1).after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let write = with_settings(fresh, backend.writer_settings());
        let read = with_settings(sqlite().max_connections(SQLITE_READERS), backend.reader_settings());
        let (write, read) = (write.connect_with(options.clone()).await?, read.connect_with(options).await?);
        Self { inner: Arc::new(Inner { backend, write, read }) }.indexed().await
    }

    async fn open_postgres(options: AnyConnectOptions) -> Result<Self, StoreError> {
        let backend = Backend::Postgres;
        migrate(backend, &options).await?;
        let pool =
            AnyPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).max_connections(POSTGRES_CONNECTIONS);
        let pool = with_settings(pool, backend.writer_settings()).connect_with(options).await?;
        Self { inner: Arc::new(Inner { backend, write: pool.clone(), read: pool }) }.indexed().await
    }

    async fn indexed(self) -> Result<Self, StoreError> {
        self.reindex().await?;
        Ok(self)
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// Whether the database answers, for readiness checks.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.inner.read.acquire().await?.ping().await?;
        Ok(())
    }

    /// Waits for running transactions and closes the connections. Every call after that fails.
    pub async fn close(&self) {
        self.inner.read.close().await;
        self.inner.write.close().await;
    }

    pub(crate) fn read(&self) -> &AnyPool {
        &self.inner.read
    }
}

fn with_settings(pool: AnyPoolOptions, settings: &'static str) -> AnyPoolOptions {
    pool.after_connect(move |connection, _| {
        Box::pin(async move { connection.execute(settings).await.map(|_| ()) })
    })
}

/// Brings the schema up to date, on a connection of its own. Several processes may arrive here at once.
async fn migrate(backend: Backend, options: &AnyConnectOptions) -> Result<(), StoreError> {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);

    let mut delays = delays();
    loop {
        let outcome = migrate_once(backend, options).await;
        match (outcome, delays.next()) {
            (Err(error), Some(delay)) if error.is_transient() => tokio::time::sleep(delay).await,
            (outcome, _) => return outcome,
        }
    }
}

async fn migrate_once(backend: Backend, options: &AnyConnectOptions) -> Result<(), StoreError> {
    let mut connection = AnyConnection::connect_with(options).await?;
    match backend {
        Backend::Sqlite => {
            connection.execute(backend.writer_settings()).await?;
            // Stays with the file. The switch needs the file alone and does not wait for it: hence the retry.
            connection.execute("PRAGMA journal_mode = WAL").await?;
            // sqlx takes no lock while it migrates SQLite. One transaction around it all does: the process that
            // comes second waits, and then finds everything done.
            let mut tx = connection.begin_with(backend.begin()).await?;
            SQLITE.run_direct(None, &mut *tx, false).await?;
            tx.commit().await?;
        }
        // Here sqlx takes an advisory lock, which ends with the connection at the latest.
        Backend::Postgres => POSTGRES.run_direct(None, &mut connection, false).await?,
    }
    connection.close().await?;
    Ok(())
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::ExecuteMigration(source, _) if lacks_extension(&source) => {
                Self::ExtensionMissing(source)
            }
            sqlx::migrate::MigrateError::Execute(source) => match Self::from(source) {
                unavailable @ Self::Unavailable(_) => unavailable,
                Self::Database(source) => Self::Migrate(sqlx::migrate::MigrateError::Execute(source)),
                other => other,
            },
            other => Self::Migrate(other),
        }
    }
}

/// Whether PostgreSQL does not have pg_trgm, or does not let this role create it.
fn lacks_extension(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.message().contains("pg_trgm"))
}

/// The file of `sqlite:///path/to/file.db`, `sqlite://relative.db` or `sqlite:relative.db`.
fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.contains('?') {
        return Err(bad_url("a SQLite URL takes no parameters"));
    }
    // In memory every connection would be a database of its own, and nothing would be durable.
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(bad_url("a SQLite URL names a file, such as sqlite:///var/lib/marketplace/store.db"));
    }
    let path = percent_decode_str(path).decode_utf8().map_err(|_| bad_url("the path is not UTF-8"))?;
    Ok(PathBuf::from(path.as_ref()))
}

fn bad_url(reason: &str) -> StoreError {
    StoreError::BadUrl { reason: reason.to_owned() }
}

#[cfg(test)]
mod upgrade;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_migrations_of_the_same_numbers_and_names() {
        let names = |migrator: &Migrator| {
            migrator.iter().map(|m| (m.version, m.description.to_string())).collect::<Vec<_>>()
        };
        assert!(!names(&SQLITE).is_empty());
        assert_eq!(names(&SQLITE), names(&POSTGRES));
    }

    #[test]
    fn a_sqlite_url_names_a_file() {
        let path = |url| sqlite_path(url).map(|p| p.display().to_string()).ok();
        assert_eq!(path("sqlite:///a/b.db").as_deref(), Some("/a/b.db"));
        assert_eq!(path("sqlite://a.db").as_deref(), Some("a.db"));
        assert_eq!(path("sqlite:a%20b.db").as_deref(), Some("a b.db"));
        for url in ["sqlite:", "sqlite::memory:", "sqlite:///a.db?mode=memory", "sqlite://%ff"] {
            assert_eq!(path(url), None, "{url}");
        }
    }
}
