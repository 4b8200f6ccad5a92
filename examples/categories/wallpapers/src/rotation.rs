//! The one permission: how often the desktop may change the picture. `rotate:30m`.

use std::fmt;
use std::str::FromStr;

use marketplace_adapter_sdk::{Capability, Grant, Meaning, Named, Risk};

/// What stands before the interval.
pub(crate) const PREFIX: &str = "rotate:";
const CAPABILITY: &str = "rotate-every";

/// A week: what changes less often, people change themselves.
const LONGEST_MINUTES: u32 = 7 * 24 * 60;

/// A whole number of minutes, hours or days, from a minute to a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    number: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Days, Self::Hours, Self::Minutes];

    fn minutes(self) -> u32 {
        match self {
            Self::Minutes => 1,
            Self::Hours => 60,
            Self::Days => 24 * 60,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Minutes => ("m", "minute"),
            Self::Hours => ("h", "hour"),
            Self::Days => ("d", "day"),
        }
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unit = Unit::ALL.into_iter().find(|unit| text.ends_with(unit.words().0));
        let unit = unit.ok_or("an interval ends in `m`, `h` or `d`")?;
        let digits = &text[..text.len() - 1];
        let number: u32 = digits
            .parse()
            .ok()
            // `parse` reads `+5` and `05` too: an interval has one spelling, or the same
            // permission would look like another one to the next release.
            .filter(|number: &u32| number.to_string() == digits)
            .ok_or("before the unit stands a whole number")?;
        let minutes =
            number.checked_mul(unit.minutes()).filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes));
        let minutes = minutes.ok_or("the interval is from a minute to a week")?;
        let largest = Unit::ALL.into_iter().find(|unit| minutes % unit.minutes() == 0).unwrap_or(unit);
        if largest != unit {
            let shorter = Self { number: minutes / largest.minutes(), unit: largest };
            return Err(format!("`{text}` is `{shorter}`"));
        }
        Ok(Self { number, unit })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit.words().0)
    }
}

impl Interval {
    fn in_words(self) -> String {
        match (self.number, self.unit.words().1) {
            (1, unit) => unit.to_owned(),
            (number, unit) => format!("{number} {unit}s"),
        }
    }
}

/// What `rest`, after the prefix, means.
pub(crate) fn meaning(rest: &str) -> Result<Meaning, String> {
    let interval: Interval = rest.parse()?;
    let capability = Named { name: CAPABILITY.into(), scope: Some(interval.to_string()) };
    let summary = format!("Change the picture every {}", interval.in_words());
    Ok(Meaning::new(Capability::Other(capability), summary, Risk::Low))
}

/// The interval that a manifest asks for.
pub(crate) fn declared(permissions: &[String]) -> Option<Interval> {
    permissions.iter().find_map(|permission| permission.strip_prefix(PREFIX)?.parse().ok())
}

/// The interval that was consented to.
pub(crate) fn granted(grants: &[Grant]) -> Option<Interval> {
    grants.iter().find_map(|grant| match &grant.capability {
        Capability::Other(Named { name, scope: Some(interval) }) if name == CAPABILITY => {
            interval.parse().ok()
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use marketplace_adapter_sdk::Category as _;

    use super::*;
    use crate::Wallpapers;

    fn rules(permissions: &[&str]) -> Vec<String> {
        let permissions: Vec<String> = permissions.iter().map(|&p| p.into()).collect();
        match Wallpapers::grammar().validate(&permissions) {
            Ok(_) => Vec::new(),
            Err(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
        }
    }

    #[test]
    fn a_rotation_is_granted_as_the_interval_that_was_written() {
        let grants = Wallpapers::grammar().validate(&["rotate:30m".into()]).unwrap();
        assert_eq!(grants[0].summary, "Change the picture every 30 minutes");
        let scope = Some("30m".to_owned());
        assert_eq!(grants[0].capability, Capability::Other(Named { name: "rotate-every".into(), scope }));
        assert_eq!(granted(&grants).unwrap().to_string(), "30m");
    }

    #[test]
    fn intervals_are_from_a_minute_to_a_week() {
        for interval in ["1m", "90m", "1h", "36h", "7d"] {
            assert_eq!(interval.parse::<Interval>().unwrap().to_string(), interval);
        }
        for interval in ["0m", "8d", "169h", "4294967295d", "10081m"] {
            assert!(interval.parse::<Interval>().unwrap_err().contains("a minute to a week"), "{interval}");
        }
    }

    #[test]
    fn an_interval_has_one_spelling() {
        for interval in ["", "30", "m", "+5m", "05m", "1.5h", "-1h", "30 m", "30M", "1h30m", "٣m", "5é"] {
            assert!(interval.parse::<Interval>().is_err(), "{interval}");
        }
        assert_eq!("60m".parse::<Interval>().unwrap_err(), "`60m` is `1h`");
        assert_eq!("48h".parse::<Interval>().unwrap_err(), "`48h` is `2d`");
    }

    #[test]
    fn nothing_else_is_granted() {
        assert_eq!(rules(&["network"]), ["permission.unknown"]);
        assert_eq!(rules(&["rotate"]), ["permission.unknown"]);
        assert_eq!(rules(&["rotate:often"]), ["permission.malformed"]);
        assert_eq!(rules(&["rotate:1h", "rotate:1h"]), ["permission.duplicate"]);
    }
}
