use super::*;

fn query(text: &str) -> Vec<String> {
    Words::of(text).each
}

fn card(title: &str) -> Card {
    Card {
        title: title.to_owned(),
        summary: String::new(),
        description: String::new(),
        keywords: Vec::new(),
        icon: None,
        details: serde_json::Value::Null,
    }
}

#[test]
fn words_are_folded_letters_and_digits() {
    assert_eq!(query("Ábaco, CPU-Load \"x\" OR * ﬁne\0"), ["abaco", "cpu", "load", "x", "or", "fine"]);
    assert!(Words::of("'; -- \" * ^ () :").is_empty());
}

#[test]
fn a_search_is_bounded() {
    assert_eq!(query(&"a ".repeat(1000)).len(), QUERY_WORDS);
    assert_eq!(query(&"a".repeat(5000))[0].len(), WORD_CHARS);
    assert_eq!(query(&"語".repeat(5000)).len(), QUERY_WORDS);
    assert_eq!(indexed(&"語".repeat(9000)).len(), FIELD_WORDS);
}

#[test]
fn a_name_is_found_joined_and_apart() {
    let fields = Fields::of("system-pulse", "ada", &card("SystemPulse HTTPServer"));
    assert_eq!(fields.name, "systempulsehttpserver systempulse");
    assert_eq!(fields.title, "systempulse httpserver system pulse http server systempulsehttpserver");
    assert_eq!(fields.labels, "ada");
    assert_eq!(Words::of("System Pulse").joined, "systempulse");
}

#[test]
fn a_word_is_indexed_where_it_counts_most() {
    let mut card = card("CPU load");
    card.keywords = vec!["load".into(), "linux".into()];
    card.summary = "The load of a CPU on Linux".into();
    card.description = "Load, load, and the rest".into();
    let fields = Fields::of("cpu", "ada", &card);
    assert_eq!([&fields.title, &fields.labels], ["cpu load cpuload", "linux ada"]);
    assert_eq!([&fields.summary, &fields.description], ["the of a on", "and rest"]);
}

#[test]
fn text_without_spaces_is_found_from_any_character_on() {
    assert_eq!(indexed("Win用ツール"), ["win", "用ツール", "ツール", "ール", "ル"]);
    assert_eq!(query("ツール"), ["ツール"]);
    assert_eq!(query("一二三四五六七八九十"), ["一二三四五六七八", "九十"]);
}

#[test]
fn only_what_people_spell_is_vocabulary() {
    let mut card = card("The 2024 überwachung of 日本語処理");
    card.description = "1e5 a1b2".into();
    let spelled = Fields::of("uw", "ada", &card).spelled();
    assert_eq!(spelled.iter().map(String::as_str).collect::<Vec<_>>(), ["a1b2", "uberwachung"]);
}

#[test]
fn a_filter_is_one_word_whatever_it_filters_for() {
    for value in ["", "\0", "a b", "語", "\"", &"x".repeat(10_000)] {
        let word = filter("tag", value);
        assert!(word.len() == 32 && word.chars().all(char::is_alphanumeric), "{value:.10}");
        assert_ne!(word, filter("author", value));
    }
}
