//! Three answers, not two.

use crate::{Failure, Finding};

/// What came of a call. Only [`Outcome::Answer`] lets an item pass: a validator that
/// crashes must never mean that there was nothing to object to.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a call that failed or refused must not pass for one that answered"]
pub enum Outcome<T> {
    /// The adapter answered, and the answer was checked.
    Answer(T),
    /// The adapter refuses, with its reasons: at least one.
    Refusal(Vec<Finding>),
    /// There is no verdict. It says nothing about the item.
    Failure(Failure),
}

/// What an [`Outcome`] is when it is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoAnswer {
    /// The adapter refuses, with its reasons: at least one.
    #[error("the category refuses: {}", first(.0))]
    Refused(Vec<Finding>),
    /// There is no verdict.
    #[error(transparent)]
    Failed(#[from] Failure),
}

fn first(findings: &[Finding]) -> String {
    match findings {
        [] => "it gives no reason".into(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

impl<T> Outcome<T> {
    /// The answer, or what there is instead; for `?`.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub fn into_result(self) -> Result<T, NoAnswer> {
        match self {
            Self::Answer(answer) => Ok(answer),
            Self::Refusal(findings) => Err(NoAnswer::Refused(findings)),
            Self::Failure(failure) => Err(NoAnswer::Failed(failure)),
        }
    }

    /// The answer, changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Answer(answer) => Outcome::Answer(change(answer)),
            Self::Refusal(findings) => Outcome::Refusal(findings),
            Self::Failure(failure) => Outcome::Failure(failure),
        }
    }

    /// The answer, if there is one.
    pub fn answer(self) -> Option<T> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Refusal(_) | Self::Failure(_) => None,
        }
    }

    /// The failure, if there is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failure(failure) => Some(failure),
            Self::Answer(_) | Self::Refusal(_) => None,
        }
    }
}

impl<T> From<Result<T, NoAnswer>> for Outcome<T> {
    fn from(result: Result<T, NoAnswer>) -> Self {
        match result {
            Ok(answer) => Self::Answer(answer),
            Err(NoAnswer::Refused(findings)) => Self::Refusal(findings),
            Err(NoAnswer::Failed(failure)) => Self::Failure(failure),
        }
    }
}
