//! Permissions, declared once.
//!
//! A [`Grammar`] lists the forms that a permission may take and what each means.
//! Parsing, grants, findings with suggestions, the comparison of two releases, and what the
//! submit form offers follow from it, so every category answers in the same way.

use crate::bindings::presenter::Offer;
use crate::{Capability, Change, Direction, Finding, Findings, Grant, Risk};

/// What one permission means to the person who consents, and to the host.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// What the host enforces.
    pub capability: Capability,
    /// One sentence in a user's words.
    pub summary: String,
    /// How much harm it could do.
    pub risk: Risk,
}

impl Meaning {
    /// A meaning.
    pub fn new(capability: Capability, summary: impl Into<String>, risk: Risk) -> Self {
        Self { capability, summary: summary.into(), risk }
    }
}

type Parse = Box<dyn Fn(&str) -> Result<Meaning, String>>;

enum Head {
    Word(&'static str),
    Prefix(&'static str),
}

struct Form {
    head: Head,
    example: &'static str,
    parse: Parse,
}

/// The permissions of one category.
pub struct Grammar {
    about: &'static str,
    forms: Vec<Form>,
}

impl Grammar {
    /// A grammar that accepts nothing yet. `about` says, in one sentence, what a
    /// permission of this category is for; it ends the message about an unknown one.
    #[must_use]
    pub fn new(about: &'static str) -> Self {
        Self { about, forms: Vec::new() }
    }

    /// A permission that is one word: `network`.
    #[must_use]
    pub fn word(mut self, word: &'static str, meaning: impl Fn() -> Meaning + 'static) -> Self {
        self.forms.push(Form {
            head: Head::Word(word),
            example: word,
            parse: Box::new(move |_| Ok(meaning())),
        });
        self
    }

    /// A permission that starts with `prefix`, whose rest `parse` reads. `example` is one of them: the submit
    /// form offers it, and it is shown to whoever gets it wrong; an error of `parse` says what is wrong with the rest.
    #[must_use]
    pub fn prefix(
        mut self,
        prefix: &'static str,
        example: &'static str,
        parse: impl Fn(&str) -> Result<Meaning, String> + 'static,
    ) -> Self {
        self.forms.push(Form { head: Head::Prefix(prefix), example, parse: Box::new(parse) });
        self
    }

    /// A grant for each permission, in the order asked, or every reason against them.
    ///
    /// # Errors
    /// `permission.unknown`, `permission.malformed`, `permission.duplicate`.
    pub fn validate(&self, permissions: &[String]) -> Result<Vec<Grant>, Vec<Finding>> {
        let mut findings = Findings::new();
        let mut grants: Vec<Grant> = Vec::with_capacity(permissions.len());
        for permission in permissions {
            match self.parse(permission) {
                Err((rule, message)) => findings.add(rule, permission.as_str(), message),
                Ok(_) if grants.iter().any(|known| known.permission == *permission) => {
                    findings.add(
                        "permission.duplicate",
                        permission.as_str(),
                        format!("`{permission}` is declared twice. Remove one."),
                    );
                }
                Ok(meaning) => grants.push(Grant {
                    permission: permission.clone(),
                    capability: meaning.capability,
                    summary: meaning.summary,
                    risk: meaning.risk,
                }),
            }
        }
        findings.or(grants)
    }

    /// What an update would change for a user who already consented. Permissions that
    /// this grammar does not understand are no change: `validate` refuses them.
    #[must_use]
    pub fn compare(&self, consented: &[String], requested: &[String]) -> Vec<Change> {
        let known = |permissions: &[String]| -> Vec<(String, Meaning)> {
            permissions.iter().filter_map(|p| Some((p.clone(), self.parse(p).ok()?))).collect()
        };
        let (before, after) = (known(consented), known(requested));
        let mut changes = Vec::new();
        for (permission, meaning) in &after {
            if before.iter().any(|(_, old)| covers(&old.capability, &meaning.capability)) {
                let narrowed = before
                    .iter()
                    .any(|(p, old)| same_subject(&old.capability, &meaning.capability) && p != permission)
                    && !before.iter().any(|(p, _)| p == permission);
                if narrowed {
                    changes.push(change(permission, Direction::Narrowed, meaning));
                }
                continue;
            }
            let widened = before.iter().any(|(_, old)| same_subject(&old.capability, &meaning.capability));
            changes.push(change(
                permission,
                if widened { Direction::Widened } else { Direction::Added },
                meaning,
            ));
        }
        for (permission, meaning) in &before {
            let kept = after.iter().any(|(_, new)| {
                covers(&new.capability, &meaning.capability)
                    || same_subject(&new.capability, &meaning.capability)
            });
            if !kept {
                changes.push(change(permission, Direction::Removed, meaning));
            }
        }
        changes
    }

    /// What an author can choose: an example of each form, with its meaning.
    #[must_use]
    pub fn offers(&self) -> Vec<Offer> {
        let offer = |form: &Form| {
            // An example that this grammar refuses is offered with the reason, and the host refuses the category for it.
            let (summary, risk) = match self.parse(form.example) {
                Ok(meaning) => (meaning.summary, meaning.risk),
                Err((_, why)) => (why, Risk::High),
            };
            Offer { permission: form.example.into(), summary, risk }
        };
        self.forms.iter().map(offer).collect()
    }

    fn parse(&self, permission: &str) -> Result<Meaning, (&'static str, String)> {
        for form in &self.forms {
            let rest = match form.head {
                Head::Word(word) if permission == word => "",
                Head::Prefix(prefix) if permission.starts_with(prefix) => &permission[prefix.len()..],
                _ => continue,
            };
            return (form.parse)(rest).map_err(|why| {
                ("permission.malformed", format!("`{permission}`: {why}. Write it like `{}`.", form.example))
            });
        }
        Err(("permission.unknown", self.unknown(permission)))
    }

    fn unknown(&self, permission: &str) -> String {
        if self.forms.is_empty() {
            return format!(
                "`{permission}` cannot be granted: this category has no permissions. {} Remove it.",
                self.about
            );
        }
        let nearest = self
            .forms
            .iter()
            .map(|form| (strsim::jaro_winkler(permission, form.example), form.example))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((likeness, example)) if likeness > 0.7 => {
                format!(
                    "`{permission}` is no permission of this category. Did you mean one like `{example}`? {}",
                    self.about
                )
            }
            _ => {
                let known: Vec<_> = self.forms.iter().map(|form| format!("`{}`", form.example)).collect();
                format!(
                    "`{permission}` is no permission of this category. It has: {}. {}",
                    known.join(", "),
                    self.about
                )
            }
        }
    }
}

fn change(permission: &str, direction: Direction, meaning: &Meaning) -> Change {
    Change { permission: permission.into(), direction, risk: meaning.risk, summary: meaning.summary.clone() }
}

/// Whether whoever consented to `wide` has already consented to `narrow`.
fn covers(wide: &Capability, narrow: &Capability) -> bool {
    match (wide, narrow) {
        (Capability::Network(None), Capability::Network(_)) => true,
        (Capability::ReadData(family), Capability::ReadData(topic)) => covers_topic(family, topic),
        // A longer interval asks for less.
        (Capability::RefreshEvery(often), Capability::RefreshEvery(seldom)) => often <= seldom,
        (Capability::Mount(a), Capability::Mount(b)) => a.source == b.source && (!a.read_only || b.read_only),
        _ => wide == narrow,
    }
}

fn covers_topic(family: &str, topic: &str) -> bool {
    match family.strip_suffix('*') {
        // `metrics.*` covers `metrics.cpu` and `metrics.cpu.*`.
        Some(stem) => topic.starts_with(stem),
        None => family == topic,
    }
}

/// Whether two capabilities are about the same thing, so that one widens or narrows the other.
fn same_subject(a: &Capability, b: &Capability) -> bool {
    match (a, b) {
        (Capability::Network(_), Capability::Network(_))
        | (Capability::RefreshEvery(_), Capability::RefreshEvery(_)) => true,
        (Capability::ReadData(x), Capability::ReadData(y)) => covers_topic(x, y) || covers_topic(y, x),
        (Capability::Mount(x), Capability::Mount(y)) => x.source == y.source,
        (Capability::Other(x), Capability::Other(y)) => x.name == y.name,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Port, Protocol};

    fn grammar() -> Grammar {
        Grammar::new("A thing reaches networks and listens.")
            .word("network", || Meaning::new(Capability::Network(None), "Connect to any server", Risk::High))
            .prefix("port:", "port:8080", |rest| {
                let number = rest.parse().map_err(|_| format!("`{rest}` is no port"))?;
                let port = Port { number, protocol: Protocol::Tcp };
                Ok(Meaning::new(Capability::PublishPort(port), format!("Listen on {number}"), Risk::Low))
            })
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn what_is_asked_is_granted_in_the_order_asked() {
        let grants = grammar().validate(&words(&["port:80", "network"])).unwrap();
        assert_eq!((grants[0].permission.as_str(), grants[0].summary.as_str()), ("port:80", "Listen on 80"));
        assert_eq!(grants[1].capability, Capability::Network(None));
    }

    #[test]
    fn every_reason_is_given_with_what_was_probably_meant() {
        let findings =
            grammar().validate(&words(&["netwrok", "port:x", "port:80", "port:80", "sing"])).unwrap_err();
        let rules: Vec<_> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(
            rules,
            ["permission.unknown", "permission.malformed", "permission.duplicate", "permission.unknown"]
        );
        assert!(findings[0].message.contains("Did you mean one like `network`?"), "{}", findings[0].message);
        assert_eq!(findings[1].message, "`port:x`: `x` is no port. Write it like `port:8080`.");
        assert!(findings[3].message.contains("It has: `network`, `port:8080`."), "{}", findings[3].message);
    }

    #[test]
    fn the_form_offers_an_example_of_each_with_its_meaning() {
        let offers = grammar().offers();
        let offered: Vec<_> =
            offers.iter().map(|o| (o.permission.as_str(), o.summary.as_str(), o.risk)).collect();
        assert_eq!(
            offered,
            [("network", "Connect to any server", Risk::High), ("port:8080", "Listen on 8080", Risk::Low)]
        );
        let examples: Vec<_> = offers.into_iter().map(|offer| offer.permission).collect();
        assert!(grammar().validate(&examples).is_ok(), "what is offered is granted");
        assert_eq!(Grammar::new("Nothing.").offers(), []);
    }

    #[test]
    fn an_example_that_is_refused_is_not_passed_off_as_granted() {
        let broken = Grammar::new("").prefix("port:", "port:many", |_| Err("it is no number".into()));
        assert!(broken.offers()[0].summary.contains("it is no number"));
    }
}
