//! Real content: React components as people published them, with a `widget.json` beside them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use adapter_widgets::widget;
use marketplace_adapter_sdk::files::Memory;
use marketplace_real_content::cases;

#[test]
fn published_components_are_widgets_or_are_refused_for_what_is_not_bundled() {
    let cases = cases("widgets");
    assert!(cases.len() >= 10);
    for case in cases {
        match (widget::read(&Memory(case.package()), &case.name, &[]), case.permissions, case.refused) {
            (Ok(widget), Some(needed), _) => {
                assert_eq!(widget.needed.into_iter().collect::<BTreeSet<_>>(), needed, "{}", case.name);
            }
            (Err(found), _, Some(refused)) => {
                let rules: BTreeSet<String> = found.into_iter().map(|finding| finding.rule).collect();
                assert_eq!(rules, refused, "{}", case.name);
            }
            (found, ..) => panic!("{}: {:?}", case.name, found.map(|widget| widget.needed)),
        }
    }
}
