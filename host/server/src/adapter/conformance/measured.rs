//! How near the cases come to the limits.

use std::time::Duration;

use indicatif::BinaryBytes;

use super::rule::Tally;
use super::suite::Suite;

/// The share of a limit past which somebody should look.
const NEAR: f64 = 0.5;

/// The share of a time past which calls are slow: servers are busier than an author's machine.
const SLOW: f64 = 0.1;

fn share(used: usize, limit: usize) -> f64 {
    used as f64 / limit.max(1) as f64
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

pub(super) fn memory(suite: &Suite) -> Tally {
    let (mut tally, limit) = (Tally::default(), suite.limits.memory_bytes);
    for (call, usage) in &suite.usage {
        let (used, share) = (usage.memory_bytes, share(usage.memory_bytes, limit));
        let told = format!(
            "a call had {} of the {} that it may have ({})",
            BinaryBytes(used as u64),
            BinaryBytes(limit as u64),
            percent(share)
        );
        judge(&mut tally, &format!("`{call}`"), share, told);
    }
    tally
}

pub(super) fn staging(suite: &Suite) -> Tally {
    let mut tally = Tally::default();
    let Some((_, usage)) = suite.usage.iter().find(|(call, _)| *call == "install") else {
        return Tally::skipped("no case was installed");
    };
    let (staged, limits) = (&usage.staged, &suite.limits);
    for (what, used, limit) in [
        ("files and folders", staged.files, limits.staged_files),
        ("bytes of written files", staged.bytes, limits.staged_bytes),
        ("registry entries", staged.entries, limits.registry_entries),
        ("bytes of registry entries", staged.entry_bytes, limits.registry_bytes),
    ] {
        let share = share(used, limit);
        let told = format!("a case stages {used} of {limit} {what} ({})", percent(share));
        judge(&mut tally, "`install`", share, told);
    }
    tally
}

fn judge(tally: &mut Tally, about: &str, share: f64, told: String) {
    if share > 1.0 {
        tally.breach(about, told);
    } else if share >= NEAR {
        tally.warn(about, told);
    }
}

pub(super) fn quick(suite: &Suite) -> Tally {
    let mut tally = Tally::default();
    for (call, usage) in suite.meter.read() {
        let (Some(median), Some(slowest)) = (usage.median(), usage.slowest()) else { continue };
        pace(&mut tally, call, median, slowest, usage.limit);
    }
    tally
}

fn pace(tally: &mut Tally, call: &str, median: Duration, slowest: Duration, limit: Duration) {
    let of = |time: Duration| time.as_secs_f64() / limit.as_secs_f64();
    let told =
        format!("half of the calls take up to {median:.1?}, the slowest took {slowest:.1?}, of {limit:?}");
    if of(slowest) > 1.0 {
        tally.breach(format!("`{call}`"), told);
    } else if of(median) > SLOW || of(slowest) > NEAR {
        tally.warn(format!("`{call}`"), told);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule::Standing;
    use super::*;

    #[test]
    fn near_a_limit_is_a_warning_and_past_it_a_breach() {
        let standing = |share| {
            let mut tally = Tally::default();
            judge(&mut tally, "`install`", share, String::new());
            tally.standing()
        };
        assert_eq!(standing(0.49), Standing::Holds);
        assert!(matches!(standing(0.5), Standing::Warns { .. }));
        assert!(matches!(standing(1.01), Standing::Broken { .. }));
    }

    #[test]
    fn one_slow_call_on_a_busy_machine_is_forgiven_and_many_are_not() {
        let standing = |median, slowest| {
            let mut tally = Tally::default();
            let ms = Duration::from_millis;
            pace(&mut tally, "validate", ms(median), ms(slowest), ms(1_000));
            tally.standing()
        };
        assert_eq!(standing(3, 400), Standing::Holds);
        assert!(matches!(standing(150, 200), Standing::Warns { .. }));
        assert!(matches!(standing(3, 600), Standing::Warns { .. }));
        assert!(matches!(standing(3, 1_200), Standing::Broken { .. }));
    }
}
