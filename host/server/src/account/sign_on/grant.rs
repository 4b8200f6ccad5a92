//! What the groups of an identity provider may do here.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::super::scope::{Scope, Scopes, UnknownScope};

/// The group that everybody is in who signs in.
pub const EVERYBODY: &str = "*";

/// `GROUP=SCOPE[,SCOPE]`, as an operator writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// As the provider calls it, letter for letter.
    pub group: String,
    /// What its members may do.
    pub scopes: Scopes,
}

/// What is no grant.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GrantError {
    /// There is no `=`, or nothing on one side of it.
    #[error("write it like staff=browse,install, or *=browse for everybody who signs in")]
    Form,
    /// A scope that there is not.
    #[error(transparent)]
    Scope(#[from] UnknownScope),
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        // The last one: a group may be called `cn=staff,ou=people`, and no scope has one.
        let (group, scopes) = text.rsplit_once('=').ok_or(GrantError::Form)?;
        let (group, scopes) = (group.trim(), scopes.trim());
        if group.is_empty() || scopes.is_empty() {
            return Err(GrantError::Form);
        }
        let scopes = scopes.split(',').map(|word| word.trim().parse::<Scope>()).collect::<Result<_, _>>()?;
        Ok(Self { group: group.to_owned(), scopes })
    }
}

/// Every grant, by group.
#[derive(Clone, Debug, Default)]
pub struct Grants(BTreeMap<String, Scopes>);

impl Grants {
    /// What somebody in these groups may do: all that any of them may, and everybody. Nothing is no admittance.
    #[must_use]
    pub fn scopes(&self, groups: &[String]) -> Scopes {
        // A provider's group of that name is not everybody.
        let theirs = groups.iter().map(String::as_str).filter(|group| *group != EVERYBODY);
        let granted = theirs.chain([EVERYBODY]).filter_map(|group| self.0.get(group));
        granted.flatten().copied().collect()
    }
}

impl FromIterator<Grant> for Grants {
    /// What is said of one group more than once adds up.
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        let mut all: BTreeMap<String, Scopes> = BTreeMap::new();
        for grant in grants {
            all.entry(grant.group).or_default().extend(grant.scopes);
        }
        Self(all)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Grants {
        texts.iter().map(|text| text.parse::<Grant>().unwrap()).collect()
    }

    fn scopes(grants: &Grants, groups: &[&str]) -> Vec<&'static str> {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        grants.scopes(&groups).into_iter().map(Scope::as_str).collect()
    }

    #[test]
    fn a_grant_is_a_group_and_scopes() {
        let grant: Grant = "staff = browse, install".parse().unwrap();
        assert_eq!(grant.group, "staff");
        assert_eq!(grant.scopes, [Scope::Browse, Scope::Install].into());
        let named: Grant = "cn=staff,ou=people=operate".parse().unwrap();
        assert_eq!(named.group, "cn=staff,ou=people");
        for wrong in ["", "staff", "=browse", "staff=", "staff=browse,", "staff=all", "staff=Browse"] {
            assert!(wrong.parse::<Grant>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn groups_add_up_and_everybody_is_in_one() {
        let some = grants(&["staff=install", "staff=publish", "editors=moderate"]);
        assert_eq!(scopes(&some, &["staff"]), ["install", "publish"]);
        assert_eq!(scopes(&some, &["editors", "staff"]), ["install", "publish", "moderate"]);
        let all = grants(&["*=browse", "staff=install"]);
        assert_eq!(scopes(&all, &[]), ["browse"]);
        assert_eq!(scopes(&all, &["staff"]), ["browse", "install"]);
    }

    #[test]
    fn who_is_in_no_granted_group_may_do_nothing() {
        let some = grants(&["staff=install"]);
        assert!(scopes(&some, &[]).is_empty());
        assert!(scopes(&some, &["Staff", "staff ", "*"]).is_empty());
    }
}
