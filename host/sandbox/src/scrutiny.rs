//! What an adapter answers, checked before anyone believes it.
//!
//! Texts for people are cleaned and cut. Texts that machines compare or enforce are never
//! repaired: one that breaks a rule is the adapter's mistake.

mod presentation;

use std::collections::HashSet;
use std::str::FromStr;

use marketplace_manifest::CategoryId;

use crate::{
    Capability, Change, Description, Direction, Failure, Finding, Grant, Inspection, Limits, icon, text,
};

/// The bytes of a category's name for people.
const NAME_BYTES: usize = 64;

/// The bytes of a finding's rule.
const RULE_BYTES: usize = 64;

/// Checks the answers of one call.
#[derive(Clone, Copy)]
pub(crate) struct Scrutiny<'a> {
    pub(crate) call: &'static str,
    pub(crate) limits: &'a Limits,
}

impl Scrutiny<'_> {
    fn misbehaved(&self, what: impl Into<String>) -> Failure {
        Failure::Misbehaved { call: self.call, what: what.into() }
    }

    fn dishonest(&self, what: impl Into<String>) -> Failure {
        Failure::Dishonest { call: self.call, what: what.into() }
    }

    fn shown(&self, word: &str) -> String {
        text::line(word, self.limits.word_bytes)
    }

    fn word(&self, role: &str, word: &str) -> Result<(), Failure> {
        if text::is_word(word, self.limits.word_bytes) {
            return Ok(());
        }
        let limit = self.limits.word_bytes;
        Err(self.misbehaved(format!(
            "`{}` is no {role}: 1 to {limit} bytes, nothing invisible",
            self.shown(word)
        )))
    }

    /// Who a category is, fit for a path, a page and a license.
    pub(crate) fn description(&self, mut it: Description) -> Result<Description, Failure> {
        for (role, name) in [("id", &it.id), ("singular", &it.singular)] {
            // The rule of every name, and its words about what is wrong.
            CategoryId::from_str(name).map_err(|error| {
                self.misbehaved(format!("the {role} is no name: {}", self.shown(&error.to_string())))
            })?;
        }
        icon::check(&it.icon, self.limits.icon_bytes).map_err(|why| {
            self.misbehaved(format!("the icon is not a plain SVG picture: {}", self.shown(&why)))
        })?;
        it.name = text::line(it.name.trim(), NAME_BYTES);
        it.description = text::line(it.description.trim(), self.limits.text_bytes);
        if it.name.is_empty() || it.description.is_empty() {
            return Err(self.misbehaved("a category has a name and a description"));
        }
        Ok(it)
    }

    /// Exactly one grant for each permission asked, in the order asked, whatever the
    /// adapter's own order.
    pub(crate) fn grants(&self, asked: &[String], answered: Vec<Grant>) -> Result<Vec<Grant>, Failure> {
        if answered.len() > asked.len() {
            let asked: HashSet<_> = asked.iter().map(String::as_str).collect();
            let extra = answered.iter().find(|grant| !asked.contains(grant.permission.as_str()));
            return Err(self.dishonest(match extra {
                Some(grant) => format!("it granted `{}`, which was not asked", self.shown(&grant.permission)),
                None => "it granted a permission twice".into(),
            }));
        }
        let mut rest: Vec<Option<Grant>> = answered.into_iter().map(Some).collect();
        let mut grants = Vec::with_capacity(asked.len());
        for (at, permission) in asked.iter().enumerate() {
            let same =
                |grant: &Option<Grant>| grant.as_ref().is_some_and(|grant| grant.permission == *permission);
            // The usual order first: then this is linear.
            let found = if rest.get(at).is_some_and(same) { Some(at) } else { rest.iter().position(same) };
            let Some(grant) = found.and_then(|at| rest[at].take()) else {
                let permission = self.shown(permission);
                return Err(self.dishonest(format!("it neither granted nor refused `{permission}`")));
            };
            grants.push(self.grant(grant)?);
        }
        Ok(grants)
    }

    fn grant(&self, mut grant: Grant) -> Result<Grant, Failure> {
        match &grant.capability {
            Capability::ScratchSpace | Capability::InjectChat | Capability::Network { pattern: None } => {}
            Capability::Network { pattern: Some(pattern) } => self.word("host pattern", pattern)?,
            Capability::ReadData { topic } => self.word("data topic", topic)?,
            Capability::RefreshEvery { seconds: 0 } => {
                return Err(self.misbehaved("a refresh interval of no seconds"));
            }
            Capability::RefreshEvery { .. } => {}
            Capability::LinuxCapability { name } => self.word("Linux capability", name)?,
            Capability::PublishPort { number: 0, .. } => return Err(self.misbehaved("there is no port 0")),
            Capability::PublishPort { .. } => {}
            Capability::Mount { source, .. } => self.word("mount", source)?,
            Capability::CallTool { tool } => self.word("tool", tool)?,
            Capability::Other { name, scope } => {
                self.word("capability", name)?;
                scope.iter().try_for_each(|scope| self.word("scope", scope))?;
            }
        }
        grant.summary = text::line(grant.summary.trim(), self.limits.text_bytes);
        if grant.summary.is_empty() {
            let permission = self.shown(&grant.permission);
            return Err(self.misbehaved(format!("`{permission}` has no summary for the person who consents")));
        }
        Ok(grant)
    }

    /// Nothing in the changes that was in neither list, and nothing new left out.
    pub(crate) fn changes(
        &self,
        consented: &[String],
        requested: &[String],
        mut changes: Vec<Change>,
    ) -> Result<Vec<Change>, Failure> {
        if changes.len() > self.limits.changes {
            let what = format!("{} changes, over {}", changes.len(), self.limits.changes);
            return Err(Failure::Limit { call: self.call, what });
        }
        let before: HashSet<_> = consented.iter().map(String::as_str).collect();
        let after: HashSet<_> = requested.iter().map(String::as_str).collect();
        let mut told = HashSet::new();
        for change in &mut changes {
            let known = if change.direction == Direction::Removed { &before } else { &after };
            if !known.contains(change.permission.as_str()) {
                let permission = self.shown(&change.permission);
                return Err(
                    self.dishonest(format!("it reports a change of `{permission}`, which was not asked"))
                );
            }
            change.summary = text::line(change.summary.trim(), self.limits.text_bytes);
        }
        told.extend(changes.iter().map(|change| change.permission.as_str()));
        // What a user has not consented to, word for word, must come up: an update must
        // not ask for more in silence.
        if let Some(hidden) =
            requested.iter().find(|p| !before.contains(p.as_str()) && !told.contains(p.as_str()))
        {
            return Err(self.dishonest(format!("it does not report `{}`, which is new", self.shown(hidden))));
        }
        Ok(changes)
    }

    /// What a package needs, as permissions, and remarks as findings.
    pub(crate) fn inspection(&self, mut it: Inspection) -> Result<Inspection, Failure> {
        if it.needed.len() > self.limits.grants {
            let what = format!("{} needed permissions, over {}", it.needed.len(), self.limits.grants);
            return Err(Failure::Limit { call: self.call, what });
        }
        it.needed.iter().try_for_each(|permission| self.word("permission", permission))?;
        it.remarks = self.findings(it.remarks)?;
        Ok(it)
    }

    /// The reasons of a refusal, of which there is at least one.
    pub(crate) fn refusal(&self, findings: Vec<Finding>) -> Result<Vec<Finding>, Failure> {
        if findings.is_empty() {
            return Err(self.misbehaved("a refusal gives at least one reason"));
        }
        self.findings(findings)
    }

    fn findings(&self, mut findings: Vec<Finding>) -> Result<Vec<Finding>, Failure> {
        // The first ones suffice to refuse, and to begin fixing.
        findings.truncate(self.limits.findings);
        for finding in &mut findings {
            if !is_rule(&finding.rule) {
                let rule = self.shown(&finding.rule);
                return Err(
                    self.misbehaved(format!("`{rule}` is no rule: write `noun.adjective` in lower case"))
                );
            }
            finding.subject = self.shown(&finding.subject);
            finding.message = text::prose(finding.message.trim(), self.limits.text_bytes);
            if finding.message.is_empty() {
                return Err(self.misbehaved(format!("the finding `{}` has no message", finding.rule)));
            }
        }
        Ok(findings)
    }
}

/// Words in lower case with single hyphens, two or more of them separated by dots.
fn is_rule(rule: &str) -> bool {
    rule.len() <= RULE_BYTES && rule.contains('.') && rule.split('.').all(is_hyphenated)
}

fn is_hyphenated(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}
