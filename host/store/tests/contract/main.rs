//! One suite for both databases: every test here runs on a SQLite file and on a PostgreSQL server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod audit;
mod authors;
mod catalogue;
mod components;
mod facets;
mod installing;
mod keys;
mod moderation;
mod operations;
mod paging;
mod presenting;
mod review_moderation;
mod reviews;
mod search;
mod seeding;
mod support;
mod withdrawal;

/// Runs each named test on both databases. A test that nobody names is dead code, and does not compile in CI.
macro_rules! contract {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(&$crate::support::Db::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(db) = $crate::support::Db::postgres().await {
                    super::$test(&db).await;
                }
            })*
        }
    };
}
pub(crate) use contract;
