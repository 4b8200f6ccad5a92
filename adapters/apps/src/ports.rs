//! `ports`: the short and the long form, one host port at a time.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::forms::{Scalar, typed};

/// The most host ports that one entry may publish: a range is no way to ask for the whole machine.
pub const MAX_RANGE: usize = 128;

/// One host port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Publish {
    /// On the host.
    pub published: u16,
    /// In the container.
    pub target: u16,
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// The host's address to listen on; none is every address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<IpAddr>,
}

/// Why an entry is refused: a rule and a message with the fix.
pub type Refusal = (&'static str, String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    target: Scalar,
    published: Option<Scalar>,
    host_ip: Option<String>,
    protocol: Option<String>,
    mode: Option<String>,
    // What it is called and speaks: for people.
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "app_protocol")]
    _app_protocol: Option<String>,
}

/// The host ports of one entry.
pub fn read(entry: &Value) -> Result<Vec<Publish>, Refusal> {
    match entry {
        Value::Object(_) => long(entry),
        Value::String(text) => short(text),
        Value::Number(number) => short(&number.to_string()),
        _ => Err(malformed("a port is `\"8080:80\"`, or a mapping with `target` and `published`")),
    }
}

fn short(text: &str) -> Result<Vec<Publish>, Refusal> {
    // `[HOST_IP:][HOST:]CONTAINER[/PROTOCOL]`
    let (address, protocol) =
        text.split_once('/').map_or((text, None), |(rest, protocol)| (rest, Some(protocol)));
    let (rest, target) =
        address.rsplit_once(':').map_or((None, address), |(rest, target)| (Some(rest), target));
    let (host_ip, published) = match rest {
        None => (None, None),
        Some(rest) => match rest.rsplit_once(':') {
            None => (None, Some(rest)),
            Some((ip, published)) => (Some(ip), Some(published)),
        },
    };
    expand(text, host_ip, published.filter(|p| !p.is_empty()), target, protocol)
}

fn long(entry: &Value) -> Result<Vec<Publish>, Refusal> {
    let long: Long = typed(entry).map_err(|why| malformed(&why))?;
    if let Some(mode) = &long.mode
        && mode != "host"
        && mode != "ingress"
    {
        return Err(malformed(&format!("`mode: {mode}` is neither `host` nor `ingress`")));
    }
    let published = long.published.as_ref().map(|p| p.0.as_str()).filter(|p| !p.is_empty());
    let shown = format!("{}:{}", published.unwrap_or_default(), long.target.0);
    expand(&shown, long.host_ip.as_deref(), published, &long.target.0, long.protocol.as_deref())
}

fn expand(
    shown: &str,
    host_ip: Option<&str>,
    published: Option<&str>,
    target: &str,
    protocol: Option<&str>,
) -> Result<Vec<Publish>, Refusal> {
    let protocol = match protocol.unwrap_or("tcp") {
        "tcp" => "tcp",
        "udp" => "udp",
        other => {
            return Err((
                "compose.port-protocol",
                format!("`{other}` cannot be published. Use `tcp` or `udp`."),
            ));
        }
    };
    let host_ip = host_ip
        .map(|ip| ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip).parse::<IpAddr>())
        .transpose()
        .map_err(|_| malformed(&format!("`{}` is no IP address", host_ip.unwrap_or_default())))?;
    let targets = range(target)?;
    let Some(published) = published else {
        // The engine would choose a port that nobody consented to.
        return Err((
            "compose.port-random",
            format!(
                "`{shown}` is published on a random port of the host. Write `\"{target}:{target}\"` and declare it, or use `expose`."
            ),
        ));
    };
    if published == "0" {
        return Err((
            "compose.port-random",
            format!("`{shown}` asks for any free port of the host. Name one, and declare it."),
        ));
    }
    let hosts = range(published)?;
    if hosts.len() != targets.len() {
        return Err((
            "compose.port-random",
            format!(
                "`{shown}` maps {} host ports to {} of the container, so the engine would choose. Make the ranges equally long.",
                hosts.len(),
                targets.len()
            ),
        ));
    }
    if hosts.len() > MAX_RANGE {
        return Err((
            "compose.port-range",
            format!("`{shown}` publishes {} ports; at most {MAX_RANGE} at once. Publish fewer.", hosts.len()),
        ));
    }
    Ok(hosts
        .zip(targets)
        .map(|(published, target)| Publish { published, target, protocol, host_ip })
        .collect())
}

fn range(text: &str) -> Result<RangeInclusive<u16>, Refusal> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let range = number(start)?..=number(end)?;
    if range.is_empty() {
        Err(malformed(&format!("the range `{text}` ends before it starts")))
    } else {
        Ok(range)
    }
}

fn number(text: &str) -> Result<u16, Refusal> {
    text.parse::<u16>()
        .ok()
        // A leading zero is octal to some readers.
        .filter(|number| *number != 0 && number.to_string() == text)
        .ok_or_else(|| malformed(&format!("`{text}` is no port from 1 to 65535")))
}

fn malformed(why: &str) -> Refusal {
    ("compose.port", format!("This port cannot be read: {why}. Write it like `\"8080:80\"`."))
}
