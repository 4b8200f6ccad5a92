//! Where a text may send people or data.

/// The hosts of the `http` and `https` addresses in `text`, sorted, each once: a hint for a
/// moderator about where a package may send people or data, not a boundary.
#[must_use]
pub(crate) fn hosts(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut hosts: Vec<String> = ["https://", "http://"]
        .into_iter()
        .flat_map(|scheme| lower.match_indices(scheme).map(|(at, scheme)| &lower[at + scheme.len()..]))
        .filter_map(|rest| {
            let authority =
                rest.split(|c: char| c.is_whitespace() || "/?#\"'`<>()[]{}\\,;|".contains(c)).next()?;
            // What stands before an `@` is no host, however much it looks like one.
            let host = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches(['.', '*', '_']);
            (!host.is_empty() && !host.contains('$')).then(|| host.to_owned())
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_listed_once_and_user_names_are_not_hosts() {
        let text = "See https://example.org/a and <HTTP://Example.org:8080/b>, `https://good.example@evil.example/x`. ${https://}";
        assert_eq!(hosts(text), ["evil.example", "example.org"]);
    }
}
