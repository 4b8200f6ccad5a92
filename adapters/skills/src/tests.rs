#![allow(clippy::unwrap_used)]

mod package;
mod skill_md;

use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::prelude::*;

/// A manifest of the slug.
fn manifest(name: &str) -> Manifest {
    Manifest {
        kind: "skill".into(),
        name: name.into(),
        version: "1.0.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: r#"{"title":"Meeting notes"}"#.into(),
    }
}

const MEETING_NOTES: &str = "\
---
name: meeting-notes
description: Turns a raw transcript into decisions, actions and open questions. Use when somebody pastes a transcript.
license: MIT
compatibility: Any assistant that can read files
metadata:
  author: ada
  version: \"1.10\"
allowed-tools: Read Bash(git add:*)
---

# Meeting notes

1. Read the transcript once without writing.
2. List decisions, each with who made it. See [the template](assets/template.md).
";

fn meeting_notes() -> Memory {
    [("SKILL.md", MEETING_NOTES), ("assets/template.md", "# Decisions\n\n- \n")].into_iter().collect()
}

/// The rules of some findings, in order.
fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.as_str()).collect()
}
