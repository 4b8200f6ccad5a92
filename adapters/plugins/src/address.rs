//! Addresses that a plugin makes the OS connect to.
//!
//! The host that connects resolves names, pins public addresses and follows no redirects;
//! what is refused here is what can be told from the text: an address inside the user's own
//! network would turn a plugin into a way around the firewall (CWE-918).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::model::Input;

/// Combinations of variables that are tried in one address.
const COMBINATIONS: usize = 64;

/// A rule, and why it is broken.
pub type Refusal = (&'static str, String);

/// Checks an address elsewhere, with every value that its variables may have by the author's word.
///
/// # Errors
/// `plugin.bad-address`, `plugin.not-https`, `plugin.credentials-in-address`, `plugin.private-address`.
pub fn remote(template: &str, variables: &BTreeMap<String, Input>) -> Result<(), Refusal> {
    expand(template, variables)?.iter().try_for_each(|address| public(address))
}

/// Checks the address at which a program beside the OS listens: on this machine over HTTP, or as [`remote`].
///
/// # Errors
/// As [`remote`].
pub fn local(template: &str, variables: &BTreeMap<String, Input>) -> Result<(), Refusal> {
    expand(template, variables)?.iter().try_for_each(|address| match Url::parse(address) {
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => Ok(()),
        _ => public(address),
    })
}

/// Whether the end of the host's name, and so whose server it is, is for a variable to say.
#[must_use]
pub fn host_is_open(template: &str) -> bool {
    let authority = template.split_once("://").map_or(template, |(_, rest)| rest);
    // A variable may hold anything, so look for the end of the host outside braces.
    let mut depth = 0_u32;
    let end = authority.char_indices().find(|(_, character)| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(character, '/' | '?' | '#' | ':')
    });
    end.map_or(authority, |(at, _)| &authority[..at]).ends_with('}')
}

/// Every address that a template can become by what the author gives: values, defaults and choices. What only the user
/// can give is a stand-in.
fn expand(template: &str, variables: &BTreeMap<String, Input>) -> Result<Vec<String>, Refusal> {
    let bad = |why: &str| ("plugin.bad-address", format!("`{}` {why}", template.escape_debug()));
    let mut addresses = vec![String::new()];
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, remaining) =
            after.split_once('}').ok_or_else(|| bad("has a `{` without `}`. Close it."))?;
        // Up to here the host is not complete: `https://{x}.example.org` with `evil.example/?` is another server.
        let in_authority = template[..template.len() - after.len() - 1]
            .split_once("://")
            .is_some_and(|(_, authority)| !authority.contains(['/', '?', '#']));
        rest = remaining;
        let mut values: Vec<&str> = Vec::new();
        if let Some(input) = variables.get(name) {
            values.extend(input.value.as_deref());
            values.extend(input.default.as_deref());
            values.extend(input.choices.iter().map(String::as_str));
        }
        if in_authority && values.iter().any(|value| value.contains(['/', '?', '#', '@', '\\', ':'])) {
            let why = format!(
                "may have a value for `{name}` that ends the host early. Give one without `/`, `?`, `#`, `@`, `\\` and `:`."
            );
            return Err(bad(&why));
        }
        if values.is_empty() {
            // A port is digits; anywhere else, the stand-in is a public name.
            values.push(if before.ends_with(':') { "443" } else { "x.example" });
        }
        if addresses.len() * values.len() > COMBINATIONS {
            return Err(bad("has too many combinations of choices to check. Offer fewer."));
        }
        addresses = addresses
            .iter()
            .flat_map(|start| values.iter().map(move |value| format!("{start}{before}{value}")))
            .collect();
    }
    if rest.contains('}') {
        return Err(bad("has a `}` without `{`. Remove it."));
    }
    Ok(addresses.into_iter().map(|start| start + rest).collect())
}

fn public(address: &str) -> Result<(), Refusal> {
    let shown = address.escape_debug();
    // Readers of addresses drop tabs and line ends and turn `\` around: what is shown is not what is called.
    if address.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err((
            "plugin.bad-address",
            format!("`{shown}` has a space, a control character or a backslash. Remove it."),
        ));
    }
    if !address.starts_with("https://") {
        return Err((
            "plugin.not-https",
            format!(
                "`{shown}` does not start with `https://`: others could read and change what is sent. Serve it over HTTPS."
            ),
        ));
    }
    let url = Url::parse(address)
        .map_err(|why| ("plugin.bad-address", format!("`{shown}` is no address: {why}. Correct it.")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err((
            "plugin.credentials-in-address",
            "The address has a user name or password before `@`. Remove it, and ask for it as a secret header.".into(),
        ));
    }
    if let Some((key, _)) = url
        .query_pairs()
        .find(|(key, value)| names_a_secret(key) && !value.is_empty() && value != "x.example")
    {
        return Err((
            "plugin.secret-in-package",
            format!(
                "The address has a value for `{}`. Everyone can read a package: ask for it as a variable with `isSecret`.",
                key.escape_debug()
            ),
        ));
    }
    let private = match url.host() {
        None => true,
        Some(Host::Domain(name)) => is_private_name(name),
        Some(Host::Ipv4(address)) => is_private_v4(address),
        Some(Host::Ipv6(address)) => is_private_v6(address),
    };
    if private {
        return Err((
            "plugin.private-address",
            format!(
                "`{shown}` is not on the public internet: it would reach into the network of whoever installs it. Use a public address."
            ),
        ));
    }
    Ok(())
}

/// Whether a header, a variable or a query key by its name holds a credential.
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    matches!(
        name.as_str(),
        "authorization" | "proxyauthorization" | "cookie" | "key" | "token" | "secret" | "password"
    ) || ["apikey", "accesstoken", "authtoken", "clientsecret", "privatekey"]
        .iter()
        .any(|part| name.ends_with(part))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => false,
    }
}

/// Names that the public DNS does not have: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and single words.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or(name);
    !name.contains('.')
        || matches!(
            last,
            "localhost"
                | "local"
                | "internal"
                | "intranet"
                | "lan"
                | "home"
                | "corp"
                | "onion"
                | "test"
                | "invalid"
        )
        || name.ends_with(".home.arpa")
}

/// Not globally reachable, by the IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast included.
fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && b & 0xfe == 18)
}

/// Anything but global unicast (2000::/3), and what in it carries an IPv4 address or is for documentation.
fn is_private_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Mapped, translated (64:ff9b::/96) and all local forms are outside 2000::/3.
    a & 0xe000 != 0x2000
        || a == 0x2002
        || (a == 0x2001 && (b < 0x200 || b == 0x0db8))
        || (a == 0x3fff && b < 0x1000)
}
