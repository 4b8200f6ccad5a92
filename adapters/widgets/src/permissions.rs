//! `data:read.TOPIC` and `refresh:INTERVAL`: what each means.

use marketplace_adapter_sdk::{Capability, Meaning, Risk};

/// The longest topic, in bytes.
pub const MAX_TOPIC: usize = 128;

/// The longest interval, in seconds: a day.
pub const MAX_INTERVAL: u32 = 24 * 60 * 60;

/// Below this, in seconds, a widget keeps a machine awake.
const OFTEN: u32 = 5;

/// A topic, after `data:read.`.
pub(crate) fn read(rest: &str) -> Result<Meaning, String> {
    let topic = topic(rest)?;
    let (summary, risk) = match topic.strip_suffix(".*") {
        Some(family) => (format!("Read all of your system's data under “{family}”"), Risk::Medium),
        None => (format!("Read your system's “{topic}”"), Risk::Low),
    };
    Ok(Meaning::new(Capability::ReadData(topic.to_owned()), summary, risk))
}

/// An interval, after `refresh:`.
pub(crate) fn refresh(rest: &str) -> Result<Meaning, String> {
    let seconds = interval(rest)?;
    let risk = if seconds < OFTEN { Risk::Medium } else { Risk::Low };
    let summary = format!("Refresh as often as every {}", spoken(seconds));
    Ok(Meaning::new(Capability::RefreshEvery(seconds), summary, risk))
}

/// A topic: words of `a-z 0-9 _ -`, joined by `.`; the last may be `*`, which stands for everything below.
///
/// # Errors
/// What is wrong with it.
pub fn topic(text: &str) -> Result<&str, String> {
    if text.len() > MAX_TOPIC {
        return Err(format!("a topic has at most {MAX_TOPIC} characters"));
    }
    if text == "*" || text == ".*" {
        return Err("every topic at once cannot be granted; name a family, such as `metrics.*`".into());
    }
    let words = text.strip_suffix(".*").unwrap_or(text);
    let fine = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
    };
    if words.split('.').all(fine) {
        Ok(text)
    } else {
        Err("a topic is lower-case words of letters, digits, `_` and `-`, joined by `.`, and may end in `.*`"
            .into())
    }
}

/// An interval in seconds: a whole number without leading zeros, then `s`, `m` or `h`; one second to a day.
///
/// # Errors
/// What is wrong with it.
pub fn interval(text: &str) -> Result<u32, String> {
    let wrong = || "an interval is a whole number and `s`, `m` or `h`".to_owned();
    let unit = match text.bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        _ => return Err(wrong()),
    };
    let number = &text[..text.len() - 1];
    // One spelling for one number: `+5`, `05` and `5.0` are refused.
    if number.is_empty()
        || number.len() > 5
        || number.starts_with('0')
        || !number.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(wrong());
    }
    let seconds = number.parse::<u32>().map_err(|_| wrong())? * unit;
    if seconds <= MAX_INTERVAL { Ok(seconds) } else { Err("an interval is at most 24 hours".into()) }
}

/// Whether consent to `wide` is consent to `topic`.
#[must_use]
pub fn covers(wide: &str, topic: &str) -> bool {
    // With the dot: `metrics.*` is not `metricsecret`.
    wide == topic || wide.strip_suffix('*').is_some_and(|stem| topic.starts_with(stem))
}

fn spoken(seconds: u32) -> String {
    let (number, unit) = match seconds {
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if number == 1 { unit.to_owned() } else { format!("{number} {unit}s") }
}
