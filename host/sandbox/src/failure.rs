//! Why there is no verdict.

use std::time::Duration;

/// Why a call has no verdict. Messages are public: they name what an operator or the
/// adapter's author can do, and nothing of the host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The adapter crashed.
    #[error("the category's adapter crashed in `{call}`: {reason}; its author has to fix it")]
    Trap {
        /// The function that was called.
        call: &'static str,
        /// What the engine says, with the adapter's own function names.
        reason: String,
    },
    /// The call took too long.
    #[error("the category's adapter did not finish `{call}` within {limit:?}")]
    Timeout {
        /// The function that was called.
        call: &'static str,
        /// How long it may take.
        limit: Duration,
    },
    /// The adapter wanted more than it may use.
    #[error("the category's adapter went past a limit in `{call}`: {what}")]
    Limit {
        /// The function that was called.
        call: &'static str,
        /// What it wanted too much of.
        what: String,
    },
    /// As many calls are running as may. The one failure that is worth a retry as it is.
    #[error("this category is busy; try again in a moment")]
    Busy,
    /// The answer is about something that was not asked, or hides something that was.
    #[error("the category's adapter answered `{call}` dishonestly: {what}")]
    Dishonest {
        /// The function that was called.
        call: &'static str,
        /// How the answer differs from the question.
        what: String,
    },
    /// The adapter broke the contract in another way.
    #[error("the category's adapter broke the contract in `{call}`: {what}")]
    Misbehaved {
        /// The function that was called.
        call: &'static str,
        /// What the contract says, and what it did.
        what: String,
    },
    /// The component is a `gallery-category`: its items can be shown, not installed.
    #[error("items of this category can be published and shown, but not yet installed")]
    NotInstallable,
    /// Our own fault: the package could not be read, or the engine had no memory.
    #[error("this server could not run the category's adapter; its operator finds the reason in the log")]
    Host {
        /// For the log, not for strangers.
        reason: String,
    },
}

impl Failure {
    /// A stable identifier, for APIs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trap { .. } => "adapter_trapped",
            Self::Timeout { .. } => "adapter_timeout",
            Self::Limit { .. } => "adapter_limit",
            Self::Busy => "adapter_busy",
            Self::Dishonest { .. } => "adapter_dishonest",
            Self::Misbehaved { .. } => "adapter_misbehaved",
            Self::NotInstallable => "category_not_installable",
            Self::Host { .. } => "adapter_host_fault",
        }
    }

    /// Whether the same call may succeed later, with nothing changed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Host { .. })
    }
}
