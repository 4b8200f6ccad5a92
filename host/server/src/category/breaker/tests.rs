use super::*;

/// A component that is watched, and a clock that does not wait.
struct Trial {
    inner: Inner,
    component: Digest,
    now: Instant,
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

impl Trial {
    fn new() -> Self {
        let component = Digest::of(b"a component");
        let of = Component {
            category: "notes".parse().expect("a name"),
            all: Circuit::default(),
            authors: BTreeMap::new(),
            turned_away: 0,
        };
        let inner = Inner { policy: Policy::default(), components: HashMap::from([(component, of)]) };
        Self { inner, component, now: Instant::now() }
    }

    fn call(&mut self, asker: Option<&str>, call: &'static str, ended: Ended<'_>) {
        let called = Called { component: self.component, call, asker, took: seconds(0), ended };
        self.inner.called(&called, self.now);
    }

    fn fails(&mut self, asker: &str, times: usize) {
        let failure = Failure::Trap { call: "inspect", reason: "unreachable".into() };
        for _ in 0..times {
            self.call(Some(asker), "inspect", Ended::Failed(&failure));
        }
    }

    fn answers(&mut self, asker: &str) {
        self.call(Some(asker), "inspect", Ended::Answered);
    }

    /// How long an author is not let through, and whether that is so for all.
    fn asks(&mut self, author: &str) -> Option<(Duration, bool)> {
        let refused = self.inner.admit(&self.component, author, self.now).err()?;
        Some((refused.retry_after, refused.author.is_none()))
    }

    fn passes(&mut self, time: Duration) {
        self.now += time;
    }
}

#[test]
fn one_authors_packages_pause_that_author_and_nobody_else() {
    let mut trial = Trial::new();
    trial.fails("mallory", 4);
    assert_eq!(trial.asks("mallory"), None, "four are not five");
    trial.fails("mallory", 100);
    assert_eq!(trial.asks("mallory"), Some((seconds(10), false)));
    assert_eq!(trial.asks("ada"), None, "however many they are");
    trial.fails("ada", 1);
    assert_eq!(trial.asks("bob"), None, "one accident of another's is no proof");
}

#[test]
fn what_fails_with_two_authors_pauses_the_category_for_all() {
    let mut trial = Trial::new();
    trial.fails("ada", 3);
    trial.fails("bob", 2);
    for author in ["ada", "bob", "eve"] {
        assert_eq!(trial.asks(author), Some((seconds(10), true)), "{author}");
    }
}

#[test]
fn an_answer_in_between_is_no_row_and_neither_are_failures_that_are_far_apart() {
    let mut trial = Trial::new();
    for author in ["ada", "bob", "ada", "bob"] {
        trial.fails(author, 2);
        trial.answers("eve");
    }
    assert_eq!(trial.asks("eve"), None);

    let mut trial = Trial::new();
    for author in ["ada", "bob", "eve", "ada", "bob", "eve"] {
        trial.fails(author, 1);
        trial.passes(seconds(20));
    }
    assert_eq!(trial.asks("eve"), None);
}

#[test]
fn answers_to_other_questions_do_not_hide_that_one_is_never_answered() {
    let mut trial = Trial::new();
    for author in ["ada", "bob", "ada", "bob", "ada"] {
        trial.call(Some(author), "validate", Ended::Answered);
        trial.fails(author, 1);
    }
    assert_eq!(trial.asks("eve"), Some((seconds(10), true)));
}

#[test]
fn what_is_the_hosts_fault_or_nobodys_does_not_count() {
    let mut trial = Trial::new();
    let host = Failure::Host { reason: "the disk".into() };
    let crash = Failure::Trap { call: "present", reason: "unreachable".into() };
    for author in ["ada", "bob", "eve"].into_iter().cycle().take(30) {
        for failure in [&Failure::Busy, &host, &Failure::NotInstallable] {
            trial.call(Some(author), "inspect", Ended::Failed(failure));
        }
        trial.call(None, "present", Ended::Failed(&crash));
    }
    assert_eq!(trial.asks("ada"), None);
}

#[test]
fn after_a_pause_one_is_on_trial_and_an_answer_opens_for_all() {
    let mut trial = Trial::new();
    trial.fails("ada", 3);
    trial.fails("bob", 3);
    trial.passes(seconds(10));
    assert_eq!(trial.asks("eve"), None, "the one on trial");
    assert_eq!(trial.asks("dan"), Some((seconds(10), true)), "until it is decided");
    trial.call(Some("eve"), "validate", Ended::Answered);
    assert_eq!(trial.asks("dan"), Some((seconds(10), true)), "an answer to another question does not decide");
    trial.answers("eve");
    assert_eq!(trial.asks("dan"), None);
    assert_eq!(trial.asks("ada"), None);
}

#[test]
fn one_on_trial_who_never_asks_is_not_waited_for() {
    let mut trial = Trial::new();
    trial.fails("ada", 3);
    trial.fails("bob", 2);
    trial.passes(seconds(10));
    assert_eq!(trial.asks("eve"), None);
    trial.passes(seconds(10));
    assert_eq!(trial.asks("dan"), None, "the next one");
}

#[test]
fn each_pause_is_twice_as_long_up_to_the_longest() {
    let mut trial = Trial::new();
    trial.fails("ada", 3);
    trial.fails("bob", 2);
    let mut pauses = Vec::new();
    for author in ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"] {
        let (left, _) = trial.asks(author).expect("it is paused");
        pauses.push(left.as_secs());
        trial.passes(left);
        assert_eq!(trial.asks(author), None);
        trial.fails(author, 1);
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600]);

    // One that served for long begins with the first again; one that did not goes on.
    for (well, next) in [(seconds(30), 600), (seconds(700), 10)] {
        let (left, _) = trial.asks("eve").expect("it is paused");
        trial.passes(left);
        assert_eq!(trial.asks("eve"), None);
        trial.answers("eve");
        trial.passes(well);
        trial.fails("ada", 3);
        trial.fails("bob", 2);
        assert_eq!(trial.asks("eve"), Some((seconds(next), true)));
    }
}

#[test]
fn calls_from_before_the_pause_neither_end_nor_lengthen_it() {
    let mut trial = Trial::new();
    trial.fails("ada", 3);
    trial.fails("bob", 2);
    trial.passes(seconds(4));
    trial.fails("eve", 3);
    trial.answers("dan");
    assert_eq!(trial.asks("eve"), Some((seconds(6), true)));
}

#[test]
fn an_author_who_is_paused_is_not_on_trial_for_all() {
    let mut trial = Trial::new();
    trial.fails("mallory", 5);
    trial.passes(seconds(5));
    trial.fails("bob", 2);
    assert_eq!(trial.asks("eve"), Some((seconds(10), true)), "three of mallory's and two of bob's");
    // Their own pause ends first; it is the longer one after a trial of their own.
    trial.passes(seconds(10));
    assert_eq!(trial.asks("mallory"), None);
    trial.fails("mallory", 1);
    assert_eq!(trial.asks("mallory"), Some((seconds(20), false)));
    trial.passes(seconds(20));
    assert_eq!(trial.asks("eve"), None, "on trial for all");
    trial.answers("eve");
    assert_eq!(trial.asks("bob"), None);
}

#[test]
fn authors_whose_failures_are_long_ago_are_forgotten() {
    let mut trial = Trial::new();
    for number in 0..100 {
        trial.fails(&format!("author-{number}"), 1);
        trial.passes(seconds(61));
    }
    assert_eq!(trial.inner.components[&trial.component].authors.len(), 1);
}
