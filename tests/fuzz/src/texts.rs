//! What holds of every text that an adapter or the host hands to people and programs.

use marketplace_adapter_sdk::{Finding, Inspection};

/// Whether a terminal that shows this shows just this.
pub(crate) fn assert_calm(text: &str) {
    let odd = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(odd, None, "a control character in a message: {text:?}");
}

/// The contract's `finding`: a rule that programs can compare, and a message.
pub(crate) fn assert_findings(findings: &[Finding]) {
    for Finding { rule, message, .. } in findings {
        assert!(is_rule(rule), "{rule:?} is no rule");
        assert!(!message.trim().is_empty(), "{rule} says nothing");
    }
}

/// `^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$`, at most 64 bytes.
fn is_rule(rule: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    rule.len() <= 64 && rule.contains('.') && rule.split('.').all(|part| part.split('-').all(word))
}

/// The contract's `inspection`, or the reasons against the package.
pub(crate) fn assert_answer(answer: &Result<Inspection, Vec<Finding>>) {
    match answer {
        Ok(inspection) => assert_findings(&inspection.remarks),
        Err(findings) => {
            assert!(!findings.is_empty(), "refused for no reason");
            assert_findings(findings);
        }
    }
}
