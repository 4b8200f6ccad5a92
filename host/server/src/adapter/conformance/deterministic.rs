//! The same question has the same answer.

use std::sync::Arc;

use marketplace_sandbox::{Grant, Outcome};
use serde::Serialize;

use super::honest::granted;
use super::rule::Tally;
use super::suite::{Item, Stop, Suite, listed};

/// Cases that are asked about; more would say the same.
const CASES: usize = 8;

/// Lists of permissions that are asked about.
const LISTS: usize = 16;

/// Something to ask, more than once.
#[derive(Clone, Debug)]
enum Question {
    Describe,
    Present,
    Validate(Vec<String>),
    Compare(Vec<String>, Vec<String>),
    Inspect(Item),
    Details(Item),
    Install(Item, Vec<Grant>),
}

impl Question {
    fn about(&self) -> String {
        match self {
            Self::Describe => "`describe`".into(),
            Self::Present => "`present`".into(),
            Self::Validate(list) => format!("`validate` of {}", listed(list)),
            Self::Compare(one, other) => format!("`compare` of {} with {}", listed(one), listed(other)),
            Self::Inspect(item) => format!("`inspect` of {}", item.about),
            Self::Details(item) => format!("`details` of {}", item.about),
            Self::Install(item, _) => format!("`install` of {}", item.about),
        }
    }
}

/// The answer, as bytes.
async fn ask(suite: &Suite, question: &Question) -> Result<String, Stop> {
    Ok(match question {
        Question::Describe => text(&suite.adapter().describe().await),
        Question::Present => text(&suite.present().await?),
        Question::Validate(list) => text(&suite.validate(list).await?),
        Question::Compare(one, other) => text(&suite.compare(one, other).await?),
        Question::Inspect(item) => text(&suite.inspect(item).await?),
        Question::Details(item) => text(&suite.details(item).await?),
        Question::Install(item, grants) => text(&suite.install(item, grants).await?),
    })
}

fn text<T: Serialize>(outcome: &Outcome<T>) -> String {
    let said = match outcome {
        Outcome::Answer(answer) => serde_json::to_string(&("answer", answer)),
        Outcome::Refusal(findings) => serde_json::to_string(&("refusal", findings)),
        Outcome::Failure(failure) => serde_json::to_string(&("failure", failure.to_string())),
    };
    said.unwrap_or_default()
}

fn questions(suite: &Suite) -> Vec<Question> {
    let mut questions = vec![Question::Describe, Question::Present, Question::Validate(Vec::new())];
    let unknown = vec!["conformance-suite:once-more".to_owned()];
    questions.push(Question::Validate(unknown));
    for list in granted(suite).into_iter().take(LISTS) {
        questions.push(Question::Compare(Vec::new(), list.clone()));
        questions.push(Question::Compare(list.clone(), Vec::new()));
        questions.push(Question::Validate(list));
    }
    for subject in suite.subjects.iter().take(CASES) {
        let item = subject.item();
        questions.push(Question::Validate(subject.draft().permissions().to_vec()));
        if suite.installs() {
            questions.push(Question::Inspect(item.clone()));
        }
        if let Some(verdict) = subject.taken() {
            questions.push(Question::Details(item.clone()));
            if suite.installs() {
                questions.push(Question::Install(item, verdict.grants.clone()));
            }
        }
    }
    questions
}

/// What each question is answered, one after the other; asked once, however many rules compare with it.
async fn first<'a>(suite: &'a Suite, questions: &[Question]) -> Result<&'a [String], Stop> {
    let ask_all = async || {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            answers.push(ask(suite, question).await?);
        }
        Ok(answers)
    };
    suite.first.get_or_try_init(ask_all).await.map(Vec::as_slice)
}

pub(super) async fn repeated(suite: &Suite) -> Result<Tally, Stop> {
    let (mut tally, questions) = (Tally::default(), questions(suite));
    for (question, first) in questions.iter().zip(first(suite, &questions).await?) {
        differ(&mut tally, question, first, &ask(suite, question).await?, "the second time");
    }
    Ok(tally)
}

pub(super) async fn reordered(suite: &Suite) -> Result<Tally, Stop> {
    let (mut tally, questions) = (Tally::default(), questions(suite));
    let first = first(suite, &questions).await?;
    for (question, first) in questions.iter().zip(first).rev() {
        differ(&mut tally, question, first, &ask(suite, question).await?, "in another order");
    }
    Ok(tally)
}

pub(super) async fn concurrent(suite: &Arc<Suite>) -> Result<Tally, Stop> {
    let (mut tally, questions) = (Tally::default(), questions(suite));
    let first = first(suite, &questions).await?;
    let ask_it = |suite: Arc<Suite>, question: Question| async move { ask(&suite, &question).await };
    let together = suite.at_once(questions.clone(), ask_it).await?;
    for ((question, first), second) in questions.iter().zip(first).zip(&together) {
        differ(&mut tally, question, first, second, "beside others");
    }
    Ok(tally)
}

fn differ(tally: &mut Tally, question: &Question, first: &str, second: &str, when: &str) {
    if first == second {
        return;
    }
    let at = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(at.saturating_sub(20));
        let to = text.floor_char_boundary((at + 40).min(text.len()));
        text[from..to].to_owned()
    };
    tally.breach(
        question.about(),
        format!("it answers something else {when}: `{}` was `{}`", around(second), around(first)),
    );
}

#[cfg(test)]
mod tests {
    use super::super::rule::Standing;
    use super::*;

    #[test]
    fn one_byte_that_differs_breaks_the_rule_and_is_shown() {
        let mut tally = Tally::default();
        differ(&mut tally, &Question::Describe, "[\"answer\",1]", "[\"answer\",1]", "the second time");
        assert_eq!(tally.clone().standing(), Standing::Holds);
        differ(
            &mut tally,
            &Question::Describe,
            "[\"answer\",\"ä1\"]",
            "[\"answer\",\"ä2\"]",
            "the second time",
        );
        let Standing::Broken { breaches, .. } = tally.standing() else { panic!("they differ") };
        assert!(breaches[0].what.contains("ä2") && breaches[0].what.contains("ä1"), "{breaches:?}");
    }
}
