//! Real content: stylesheets as people published them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use adapter_themes::theme;
use marketplace_adapter_sdk::files::Memory;
use marketplace_real_content::cases;

#[test]
fn published_themes_are_themes_and_published_frameworks_are_refused_for_what_else_they_do() {
    let cases = cases("themes");
    assert!(cases.len() >= 10);
    for case in cases {
        match (theme::read(&Memory(case.package())), case.permissions, case.refused) {
            (Ok(theme), Some(needed), _) => {
                assert!(needed.is_empty(), "{}: a theme needs no permission", case.name);
                assert!(theme.light.is_some() || theme.dark.is_some(), "{}", case.name);
            }
            (Err(found), _, Some(refused)) => {
                let rules: BTreeSet<String> = found.into_iter().map(|finding| finding.rule).collect();
                assert_eq!(rules, refused, "{}", case.name);
            }
            (found, ..) => panic!("{}: {:?}", case.name, found.map(|theme| theme.remarks)),
        }
    }
}
