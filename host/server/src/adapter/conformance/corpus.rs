//! What is tried: some of it written down here, some drawn with a seed that never changes.

use std::sync::Arc;

use fastrand::Rng;
use marketplace_manifest::{Draft, limits};
use marketplace_sandbox::{Contents, Entry, Presentation};
use serde_json::{Value, json};

use super::altered::Altered;

/// What is drawn is the same for everybody, always.
const SEED: u64 = 0x6d61_726b_6574;

/// Lists of permissions that are drawn.
const LISTS: usize = 80;

/// The bytes of a permission that the host lets through.
const LONGEST: usize = limits::PERMISSION_BYTES;

/// Permissions that lie in wait for whoever takes words apart: by their form, their numbers, their letters.
const WORDS: [&str; 40] = [
    "x",
    "*",
    ":",
    "::",
    ".",
    "..",
    "/",
    "network",
    "NETWORK",
    "network:",
    "network:*",
    "network:*.example.org",
    "data:read",
    "data:read.",
    "data:read.*",
    "data:read.*.*",
    "data:read.a..b",
    "port:0/tcp",
    "port:65536/tcp",
    "port:-1/udp",
    "port:99999999999999999999999/tcp",
    "port:8080",
    "port:8080/",
    "mount:",
    "mount::rw",
    "mount:../../etc:rw",
    "mount:/:rw",
    "cap:",
    "cap:net_admin",
    "refresh:0s",
    "refresh:18446744073709551616s",
    "refresh:1e9s",
    "refresh:٣s",
    "mcp:",
    "fs:tmp/../..",
    "ä:ö",
    "名前:読む",
    "e\u{301}",
    "{\"a\": 1}",
    "null",
];

/// A generator for one purpose, whatever the others draw.
fn rng(purpose: u64) -> Rng {
    Rng::with_seed(SEED ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Lists of permissions: rubbish, and near misses of the `own` words of the category.
pub(super) fn permissions(own: &[String]) -> Vec<Vec<String>> {
    let words: Vec<String> = WORDS.into_iter().map(str::to_owned).chain(own.iter().cloned()).collect();
    let mut lists: Vec<Vec<String>> = vec![Vec::new()];
    lists.extend(WORDS.into_iter().map(|word| vec![word.to_owned()]));
    lists.push(vec!["a".repeat(LONGEST)]);
    lists.push(vec![":".repeat(LONGEST)]);
    lists.push(vec!["🦀".repeat(LONGEST / 4)]);
    lists.push(WORDS.into_iter().map(str::to_owned).collect());
    lists.push((0..limits::PERMISSIONS).map(|at| format!("conformance-suite:{at}")).collect());
    if let Some(first) = own.first() {
        lists.push(own.to_vec());
        lists.push(vec![first.clone(), first.clone()]);
        lists.push(vec![first.clone(), first.to_uppercase()]);
    }
    let mut rng = rng(1);
    for _ in 0..LISTS {
        let count = 1 + rng.usize(0..4);
        lists.push((0..count).map(|_| near(&mut rng, &words, own)).collect());
    }
    for list in &mut lists {
        // What is longer or has an edge of spaces, the host refuses before anybody is asked.
        list.truncate(limits::PERMISSIONS);
    }
    lists
}

/// A word that is nearly one of these; every other one nearly one of the category's `own`, if it has any.
fn near(rng: &mut Rng, words: &[String], own: &[String]) -> String {
    const MARKS: [char; 14] = [':', '.', '*', '/', '-', '_', '0', '9', 'a', 'Z', 'é', '%', '"', '\\'];
    let pool = if !own.is_empty() && rng.bool() { own } else { words };
    let at = rng.usize(0..pool.len());
    let mut letters: Vec<char> = pool[at].chars().collect();
    for _ in 0..=rng.usize(0..2) {
        let at = rng.usize(0..letters.len().max(1)).min(letters.len().saturating_sub(1));
        match rng.u8(0..7) {
            0 if letters.len() > 1 => drop(letters.remove(at)),
            1 => letters.insert(at, MARKS[rng.usize(0..MARKS.len())]),
            2 if !letters.is_empty() => letters[at] = MARKS[rng.usize(0..MARKS.len())],
            3 => letters = letters.iter().flat_map(|letter| letter.to_uppercase()).collect(),
            4 => letters.extend("99999999999".chars()),
            5 if letters.len() > 2 => letters.truncate(at + 1),
            _ => {
                let other = &words[rng.usize(0..words.len())];
                letters.push(':');
                letters.extend(other.chars());
            }
        }
    }
    let mut word: String = letters.into_iter().collect();
    word.truncate(word.floor_char_boundary(LONGEST));
    word
}

/// A manifest, and what is out of the ordinary in it.
pub(super) type Odd = (String, Draft);

/// The manifests of a case that are well-formed and odd: all that the host lets through.
pub(super) fn manifests(draft: &Draft, presentation: &Presentation) -> Vec<Odd> {
    let mut odd: Vec<(String, Value)> = Vec::new();
    let base = draft.to_json();
    let mut say = |what: &str, changes: Vec<(&str, Value)>| {
        let mut manifest = base.clone();
        if let Value::Object(fields) = &mut manifest {
            fields.extend(changes.into_iter().map(|(field, value)| (field.to_owned(), value)));
        }
        odd.push((what.to_owned(), manifest));
    };
    say("the longest name", vec![("name", json!("a".repeat(limits::NAME_MAX_CHARS)))]);
    say("a name of two letters", vec![("name", json!("00"))]);
    say("a version of great length", vec![("version", json!(format!("0.0.0-{}", "a".repeat(58))))]);
    say("a title in many scripts", vec![("title", json!("“Ž” 名前 🦀 עברית"))]);
    say(
        "a description of great length",
        vec![("description", json!("words ".repeat(limits::DESCRIPTION_BYTES / 7)))],
    );
    say("no permissions", vec![("permissions", json!([]))]);
    let many: Vec<String> = (0..limits::PERMISSIONS).map(|at| format!("conformance-suite:{at}")).collect();
    say("many permissions", vec![("permissions", json!(many))]);
    say(
        "fields of a stranger",
        vec![("x-conformance-suite", json!({ "list": [1, null, { "deep": [[[[]]]] }] }))],
    );
    for input in &presentation.inputs {
        let name = input.name.as_str();
        for (what, value) in [
            ("null", Value::Null),
            ("no text", json!("")),
            ("a long text", json!("ä".repeat(4_000))),
            ("a number", json!(-1)),
            ("a fraction", json!(1.5)),
            ("a flag", json!(true)),
            ("a list", json!(["a", 1, null])),
            ("an object", json!({ "value": {} })),
        ] {
            say(&format!("{what} as `{name}`"), vec![(name, value)]);
        }
        if let Entry::Choice { choices } = &input.entry {
            for choice in choices {
                say(&format!("`{}` as `{name}`", choice.value), vec![(name, json!(choice.value))]);
            }
        }
    }
    let parse =
        |(what, manifest): (String, Value)| Some((what, Draft::parse(manifest.to_string().as_bytes()).ok()?));
    let without = presentation.inputs.iter().map(|input| {
        let mut manifest = base.clone();
        if let Value::Object(fields) = &mut manifest {
            fields.remove(&input.name);
        }
        (format!("no `{}`", input.name), manifest)
    });
    let without: Vec<_> = without.collect();
    odd.into_iter().chain(without).filter_map(parse).collect()
}

/// The largest file whose bytes are changed; of larger ones, the beginning is kept, or nothing.
const CHANGED_BYTES: u64 = 1 << 20;

/// A package with something wrong in it, and what that is.
pub(super) type Damaged = (String, Altered);

/// So many packages, each damaged in one way; `purpose` tells the generators of several cases apart.
pub(super) fn packages(base: &Arc<dyn Contents>, count: usize, purpose: u64) -> Vec<Damaged> {
    let whole = || Altered::of(base.clone());
    let mut files = base.entries();
    files.sort();
    let mut rng = rng(100 + purpose);
    let mut damaged: Vec<Damaged> = vec![
        ("every file emptied".into(), whole().hollow()),
        ("a foreign file more".into(), whole().with("conformance-suite.bin", noise(&mut rng, 512))),
        ("a file in 31 folders more".into(), whole().with(format!("{}x", "d/".repeat(31)), b"x".to_vec())),
        ("a file with an odd name more".into(), whole().with("名前 (1) 🦀 %41;$(x).txt", b"x".to_vec())),
        (
            "300 files more".into(),
            (0..300).fold(whole(), |all, at| all.with(format!("many/{at}.txt"), b"x".to_vec())),
        ),
    ];
    let mut rest = Vec::new();
    for file in &files {
        let (path, size) = (file.path.as_str(), file.size);
        let bytes = || read(base, path, size.min(CHANGED_BYTES));
        rest.push((format!("without `{path}`"), whole().without(path)));
        rest.push((format!("`{path}` alone"), whole().only(path)));
        rest.push((format!("`{path}` emptied"), whole().with(path, Vec::new())));
        rest.push((format!("`{path}` in a folder"), whole().moved(path, format!("elsewhere/{path}"))));
        if path.to_uppercase() != path && path.len() < 200 {
            rest.push((format!("`{path}` in capitals"), whole().moved(path, path.to_uppercase())));
        }
        let noise = noise(&mut rng, 256);
        rest.push((format!("`{path}` made of noise"), whole().with(path, noise)));
        rest.push((format!("`{path}` made of brackets"), whole().with(path, b"[".repeat(20_000))));
        rest.push((
            format!("`{path}` made of objects in objects"),
            whole().with(path, b"{\"a\":".repeat(20_000)),
        ));
        rest.push((format!("`{path}` made of an empty object"), whole().with(path, b"{}".to_vec())));
        if size == 0 {
            continue;
        }
        for cut in [size / 2, size - 1, rng.u64(0..size)] {
            rest.push((format!("`{path}` cut to {cut} bytes"), whole().cut(path, cut)));
        }
        if size > CHANGED_BYTES {
            continue;
        }
        for _ in 0..3 {
            let mut bytes = bytes();
            let at = rng.usize(0..bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= rng.u8(1..=255);
                rest.push((format!("byte {at} of `{path}` changed"), whole().with(path, bytes)));
            }
        }
        let twice = bytes().repeat(2);
        rest.push((format!("`{path}` twice in a row"), whole().with(path, twice)));
    }
    // A package of many files has more ways to be wrong than anybody waits for: some of each.
    rng.shuffle(&mut rest);
    damaged.extend(rest);
    damaged.truncate(count);
    damaged
}

fn noise(rng: &mut Rng, length: usize) -> Vec<u8> {
    (0..length).map(|_| rng.u8(..)).collect()
}

fn read(base: &Arc<dyn Contents>, path: &str, length: u64) -> Vec<u8> {
    base.read_range(path, 0, length).ok().flatten().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_is_the_same_every_time() {
        let own = vec!["port:8070/tcp".to_owned(), "mount:feeds:rw".to_owned()];
        assert_eq!(permissions(&own), permissions(&own));
        let base: Arc<dyn Contents> = Arc::new(Altered::nothing().with("a.txt", b"hello".to_vec()));
        let names = || packages(&base, 40, 1).into_iter().map(|(what, _)| what).collect::<Vec<_>>();
        assert_eq!(names(), names());
    }

    #[test]
    fn what_the_host_would_refuse_by_itself_is_mostly_not_tried() {
        let own = vec!["port:8070/tcp".to_owned()];
        let lists = permissions(&own);
        let (all, fit): (usize, usize) = lists.iter().flatten().fold((0, 0), |(all, fit), word| {
            let is_fit = !word.is_empty() && word.len() <= LONGEST && word.trim() == word;
            (all + 1, fit + usize::from(is_fit))
        });
        assert!(fit * 10 > all * 9, "{fit} of {all}");
        assert!(lists.len() > 100 && lists.iter().all(|list| list.len() <= limits::PERMISSIONS));
        assert!(lists.iter().flatten().any(|word| word != "port:8070/tcp" && word.starts_with("port:8070")));
    }

    #[test]
    fn a_package_is_damaged_in_every_way() {
        let files = Altered::nothing().with("theme.css", b"body {}".to_vec()).with("img/a.png", vec![7; 64]);
        let base: Arc<dyn Contents> = Arc::new(files);
        let ways: Vec<String> = packages(&base, 200, 1).into_iter().map(|(what, _)| what).collect();
        for way in [
            "without `theme.css`",
            "`theme.css` emptied",
            "in capitals",
            "cut to 63 bytes",
            "twice in a row",
            "31 folders",
            "noise",
        ] {
            assert!(ways.iter().any(|what| what.contains(way)), "{way}: {ways:#?}");
        }
        assert_eq!(packages(&base, 7, 1).len(), 7, "no more than asked for");
    }

    #[test]
    fn odd_manifests_are_ones_that_the_host_lets_through() {
        let draft = Draft::new("note", "hello".parse().unwrap(), "1.0.0".parse().unwrap()).unwrap();
        let odd = manifests(&draft, &Presentation::default());
        assert!(odd.len() >= 5, "{:?}", odd.iter().map(|(what, _)| what).collect::<Vec<_>>());
        assert!(odd.iter().any(|(_, draft)| draft.permissions().len() == limits::PERMISSIONS));
    }
}
