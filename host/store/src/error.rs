//! What can go wrong with the database itself. Rules of the marketplace have their own errors, beside the call.

/// The database failed, or holds something that this program did not write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Busy, unreachable or gone, and still so after the retries. Nothing was changed, or it is not known whether
    /// it was; trying later is safe.
    #[error("the database is not available: try again later")]
    Unavailable(#[source] sqlx::Error),
    /// There is no room left for what was to be written. Nothing was changed.
    #[error("the database has no room left: make some, then try again")]
    Full(#[source] sqlx::Error),
    /// A statement failed in a way that trying again does not mend.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// A row holds what this program never writes: the file was edited, or is of another version.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// What it was meant to be.
        what: &'static str,
        /// Why it is not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The text holds a NUL character, which PostgreSQL cannot store.
    #[error("{field} holds a NUL character: remove it")]
    Nul {
        /// Which text.
        field: &'static str,
    },
    /// The URL names no database that this program speaks.
    #[error("`{scheme}` is no database: expected `sqlite:///path/to/file.db` or `postgres://…`")]
    UnknownScheme {
        /// The URL's scheme; not the URL, which may hold a password.
        scheme: String,
    },
    /// The URL, or the path, cannot be read as one.
    #[error("the database URL is not valid: {reason}")]
    BadUrl {
        /// Why; without the URL, which may hold a password.
        reason: String,
    },
    /// PostgreSQL does not have the extension that finds typing errors, or the role may not create it.
    #[error(
        "the PostgreSQL database needs the extension pg_trgm: install the server's contrib package if it is missing \
         there, and run `CREATE EXTENSION pg_trgm` in this database as a role that may"
    )]
    ExtensionMissing(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

impl StoreError {
    /// Whether the same transaction, from its start, may well succeed a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        // An exhausted pool is not: the caller has waited once already, and others wait behind it.
        matches!(self, Self::Unavailable(source)
            if !matches!(source, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(source: sqlx::Error) -> Self {
        let unavailable = match &source {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => match error.code().as_deref() {
                Some("22021") => return Self::Nul { field: "a text" },
                Some(code) if is_full(code) => return Self::Full(source),
                Some(code) => is_unavailable(code),
                None => false,
            },
            _ => false,
        };
        if unavailable { Self::Unavailable(source) } else { Self::Database(source) }
    }
}

/// Whether an error code says "not now". SQLite's codes are numbers, the primary one in the low byte
/// (<https://www.sqlite.org/rescode.html>); PostgreSQL's are five characters (its manual, appendix A).
fn is_unavailable(code: &str) -> bool {
    const SQLITE_BUSY: i32 = 5;
    const SQLITE_LOCKED: i32 = 6;
    if code.len() == 5 {
        return code.starts_with("08") // connection exceptions
            || matches!(
                code,
                "40001" // serialization_failure
                    | "40P01" // deadlock_detected
                    | "53300" // too_many_connections
                    | "55P03" // lock_not_available
                    | "57014" // query_canceled: the statement timeout
                    | "57P01" | "57P02" | "57P03" // shutting down, crashed, starting up
                    | "25P03" // idle_in_transaction_session_timeout
                    | "55000" // the database takes no connections at the moment
            );
    }
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, SQLITE_BUSY | SQLITE_LOCKED))
}

/// Whether an error code says that the disk is full.
fn is_full(code: &str) -> bool {
    const SQLITE_FULL: i32 = 13;
    /// The file that its processes share cannot grow.
    const SQLITE_IOERR_SHMSIZE: i32 = 4874;
    let is_sqlite = |code: i32| code & 0xff == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE;
    code == "53100" || (code.len() < 5 && code.parse().is_ok_and(is_sqlite))
}

/// An error that may carry a [`StoreError`]: what the retry looks for.
pub(crate) trait Failure: From<StoreError> {
    /// The database's own failure, if it is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// For errors whose variant `Store` carries it.
macro_rules! failure {
    ($($error:ty),* $(,)?) => {$(
        impl Failure for $error {
            fn store_error(&self) -> Option<&StoreError> {
                match self {
                    Self::Store(error) => Some(error),
                    _ => None,
                }
            }
        }
    )*};
}

failure!(
    crate::AuthorError,
    crate::BlockError,
    crate::CategoryError,
    crate::CommitError,
    crate::DecideError,
    crate::KeyError,
    crate::ModerateReviewError,
    crate::PutLicenseError,
    crate::RemoveReviewError,
    crate::ReplyError,
    crate::ReportError,
    crate::SubmitError,
    crate::TokenError,
    crate::WriteReviewError,
    crate::YankError,
);
