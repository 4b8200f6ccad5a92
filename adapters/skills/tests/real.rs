//! Real content: Agent Skills as people published them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use adapter_skills::inspect::inspect;
use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::prelude::*;
use marketplace_real_content::cases;

fn manifest(name: &str) -> Manifest {
    Manifest {
        kind: "skill".into(),
        name: name.into(),
        version: "1.0.0".into(),
        author_id: "ada".into(),
        permissions: Vec::new(),
        canonical: "{}".into(),
    }
}

#[test]
fn published_skills_need_the_fewest_permissions_or_are_refused_for_what_is_wrong_with_them() {
    let cases = cases("skills");
    assert!(cases.len() >= 10);
    for case in cases {
        let found = inspect(&manifest(&case.name), &Memory(case.package()));
        let rules =
            |found: Vec<Finding>| found.into_iter().map(|finding| finding.rule).collect::<BTreeSet<_>>();
        match (found, case.permissions, case.refused) {
            (Ok(found), Some(needed), _) => {
                assert_eq!(found.needed.into_iter().collect::<BTreeSet<_>>(), needed, "{}", case.name);
            }
            (Err(found), _, Some(refused)) => assert_eq!(rules(found), refused, "{}", case.name),
            (found, _, _) => panic!("{}: {:?}", case.name, found.map(|found| found.needed)),
        }
    }
}
