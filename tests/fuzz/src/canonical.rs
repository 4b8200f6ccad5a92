//! Strict parsing of JSON and YAML, and the canonical form of what was read.

use marketplace_manifest::canonical::to_jcs;
use marketplace_manifest::strict::{parse_json, parse_yaml};

use crate::texts::assert_calm;

const MOST: usize = 64 * 1024;

/// A canonical form is its own canonical form, in JSON and in YAML; and a text that is both means one thing.
pub fn canonical(data: &[u8]) {
    let read = [parse_json(data, MOST), parse_yaml(data, MOST)];
    let forms = read.each_ref().map(|value| value.as_ref().ok().map(to_jcs));
    for error in read.iter().filter_map(|value| value.as_ref().err()) {
        assert_calm(&error.to_string());
    }
    if let [Some(json), Some(yaml)] = &forms {
        assert_eq!(json, yaml);
    }
    for form in forms.iter().flatten() {
        // Escapes and shorter numbers never make it longer than ten times.
        let again = parse_json(form.as_bytes(), MOST * 10).expect("a canonical form is JSON");
        assert_eq!(to_jcs(&again), *form);
        if let Ok(yaml) = parse_yaml(form.as_bytes(), MOST * 10) {
            assert_eq!(to_jcs(&yaml), *form);
        }
    }
}
