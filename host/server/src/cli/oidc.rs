//! The options of signing in with an account of an identity provider.

use clap::Args;
use marketplace_manifest::Tenant;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};

use crate::account::sign_on::{Config, Grant, SetUpError, SignOn, issuer};

/// Where the client's secret is: not on a command line, which others on the machine can read.
const SECRET: &str = "MARKETPLACE_OIDC_CLIENT_SECRET";

/// Which identity provider, and what its people may do. All of it or nothing.
#[derive(Debug, Args)]
pub(super) struct Oidc {
    /// Let people sign in with their account of this OpenID Connect provider, named as in its metadata. It sends them back
    /// to PUBLIC_URL/sign-in/provider/callback, which it wants to know.
    #[arg(
        long,
        value_name = "URL",
        env = "MARKETPLACE_OIDC_ISSUER",
        value_parser = issuer,
        requires_all = ["oidc_client_id", "oidc_tenant", "public_url"],
    )]
    oidc_issuer: Option<IssuerUrl>,
    /// What the provider calls this server. A secret, if the provider gave one, is read from the environment variable
    /// MARKETPLACE_OIDC_CLIENT_SECRET.
    #[arg(long, value_name = "ID", env = "MARKETPLACE_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// The tenant that its people belong to; made if it is new.
    #[arg(long, value_name = "NAME", env = "MARKETPLACE_OIDC_TENANT", requires = "oidc_issuer")]
    oidc_tenant: Option<Tenant>,
    /// The claim that holds a person's groups; dots go into objects, as in realm_access.roles.
    #[arg(
        long,
        value_name = "CLAIM",
        env = "MARKETPLACE_OIDC_GROUPS_CLAIM",
        default_value = "groups",
        requires = "oidc_issuer"
    )]
    oidc_groups_claim: String,
    /// What members of a group may do; `*` is everybody who signs in. May be given more than once, or with `;` between.
    #[arg(
        long = "oidc-grant",
        value_name = "GROUP=SCOPE[,SCOPE]",
        env = "MARKETPLACE_OIDC_GRANT",
        value_delimiter = ';',
        default_value = "*=browse,install",
        requires = "oidc_issuer"
    )]
    oidc_grants: Vec<Grant>,
}

impl Oidc {
    /// What signs people in, if that is wanted.
    pub(super) fn sign_on(&self, public_url: Option<&reqwest::Url>) -> Result<Option<SignOn>, SetUpError> {
        // None of these without the others: the parser has seen to that.
        let (Some(issuer), Some(client), Some(tenant), Some(public_url)) =
            (&self.oidc_issuer, &self.oidc_client_id, &self.oidc_tenant, public_url)
        else {
            return Ok(None);
        };
        let secret = std::env::var(SECRET).ok().map(|secret| secret.trim().to_owned());
        SignOn::new(Config {
            issuer: issuer.clone(),
            client: ClientId::new(client.clone()),
            secret: secret.filter(|secret| !secret.is_empty()).map(ClientSecret::new),
            public_url: public_url.clone(),
            tenant: tenant.clone(),
            groups_claim: self.oidc_groups_claim.clone(),
            grants: self.oidc_grants.iter().cloned().collect(),
        })
        .map(Some)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::Parser;
    use clap::error::ErrorKind;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[arg(long)]
        public_url: Option<reqwest::Url>,
        #[command(flatten)]
        oidc: Oidc,
    }

    const ALL: [&str; 8] = [
        "--oidc-issuer",
        "https://id.example.org",
        "--oidc-client-id",
        "market",
        "--oidc-tenant",
        "home",
        "--public-url",
        "https://market.example.org",
    ];

    fn parse(words: &[&str]) -> Result<Line, clap::Error> {
        Line::try_parse_from([&["marketplace"], words].concat())
    }

    #[test]
    fn all_of_it_or_nothing() {
        assert!(parse(&[]).unwrap().oidc.oidc_issuer.is_none());
        let line = parse(&ALL).unwrap();
        assert_eq!(line.oidc.oidc_groups_claim, "groups");
        assert_eq!(line.oidc.oidc_grants, ["*=browse,install".parse().unwrap()]);
        for missing in (0..ALL.len()).step_by(2) {
            let words = [&ALL[..missing], &ALL[missing + 2..]].concat();
            let error = parse(&words).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument, "{error}");
            assert!(error.to_string().contains(ALL[missing]), "{error}");
        }
        for alone in [["--oidc-grant", "*=browse"], ["--oidc-groups-claim", "roles"]] {
            assert!(parse(&alone).unwrap_err().to_string().contains("--oidc-issuer"));
        }
    }

    #[test]
    fn grants_that_are_said_take_the_place_of_the_default() {
        let more = ["--oidc-grant", "staff=install", "--oidc-grant", "editors=moderate;operators=operate"];
        let line = parse(&[&ALL[..], &more].concat()).unwrap();
        let groups: Vec<_> = line.oidc.oidc_grants.iter().map(|grant| grant.group.as_str()).collect();
        assert_eq!(groups, ["staff", "editors", "operators"]);
        let error = parse(&[&ALL[..], &["--oidc-grant", "staff=all"]].concat()).unwrap_err();
        assert!(error.to_string().contains("scopes are browse"), "{error}");
    }
}
