//! Collecting every reason against a package, not only the first.

use crate::Finding;

/// Reasons against a package, in the order they were found.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// No reasons yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reason: a stable rule, what it is about, and a message that ends with the fix.
    pub fn add(&mut self, rule: &str, subject: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { rule: rule.into(), subject: subject.into(), message: message.into() });
    }

    /// Whether there is no reason.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reasons themselves.
    #[must_use]
    pub fn into_vec(self) -> Vec<Finding> {
        self.0
    }

    /// `value`, if there is no reason against it.
    ///
    /// # Errors
    /// The reasons.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Finding>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

impl Extend<Finding> for Findings {
    /// Adds the reasons that another check found, in their order.
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, found: I) {
        self.0.extend(found);
    }
}

/// One reason, for a check that stops at it.
#[must_use]
pub fn refuse(rule: &str, subject: impl Into<String>, message: impl Into<String>) -> Vec<Finding> {
    vec![Finding { rule: rule.into(), subject: subject.into(), message: message.into() }]
}
