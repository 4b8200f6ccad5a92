//! Long work.

use marketplace_store::{OperationRow, OperationState};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::http::Problem;
use crate::operation::{About, Progress};

/// Work that its caller need not wait for.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct Operation {
    #[schema(format = "uuid")]
    pub id: String,
    #[serde(flatten)]
    #[schema(value_type = About)]
    pub about: Value,
    /// `interrupted` is one whose server stopped: all of it was done, or nothing. Ask again for the same.
    #[schema(pattern = "^(running|succeeded|failed|cancelled|interrupted)$")]
    pub state: &'static str,
    /// How far it is; `null` when it has ended, and while another replica has it.
    pub progress: Option<Progress>,
    /// The status of its answer, once it has ended.
    #[schema(minimum = 200, maximum = 599)]
    pub status: Option<u16>,
    /// The answer, as it would have been to whoever waited; a problem document if it failed or was cancelled.
    #[schema(value_type = Option<Object>)]
    pub answer: Option<Value>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

impl Operation {
    pub(in crate::http) fn new(row: OperationRow, progress: Option<Progress>) -> Self {
        let problem = |problem: Problem| {
            let (status, document) = problem.into_document();
            Some((status.as_u16(), document))
        };
        let answer = row.answer.or_else(|| match row.state {
            OperationState::Cancelled => problem(Problem::cancelled()),
            OperationState::Interrupted => problem(Problem::interrupted()),
            OperationState::Failed => problem(Problem::crashed()),
            OperationState::Running | OperationState::Succeeded => None,
        });
        let (status, answer) = answer.unzip();
        Self {
            id: row.id,
            about: row.about,
            state: row.state.as_str(),
            progress: progress.filter(|_| row.state == OperationState::Running),
            status,
            answer,
            created_at: rfc3339(row.created_at),
            ended_at: row.ended_at.map(rfc3339),
        }
    }
}
