//! Real apps, as they were published: `tests/content/cases/apps.toml`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use adapter_apps::Apps;
use adapter_apps::compose::read;
use marketplace_adapter_sdk::{Category as _, files::Memory};

#[test]
fn what_people_published_is_accepted_or_refused_as_its_case_says() {
    let cases = marketplace_real_content::cases("apps");
    assert!(!cases.is_empty());
    for case in cases {
        match (read(&Memory(case.package())), &case.permissions, &case.refused) {
            (Ok(understood), Some(permissions), _) => {
                assert_eq!(
                    &understood.needed.iter().cloned().collect::<BTreeSet<_>>(),
                    permissions,
                    "{}",
                    case.name
                );
                Apps::grammar().validate(&understood.needed).unwrap();
            }
            (Err(findings), _, Some(refused)) => {
                let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule.clone()).collect();
                assert_eq!(&rules, refused, "{}: {findings:#?}", case.name);
            }
            (answer, ..) => panic!("{}: {answer:#?}", case.name),
        }
    }
}
