//! The list of links that a package is.

use marketplace_adapter_sdk::findings::refuse;
use marketplace_adapter_sdk::{Files, Finding, Findings};

pub(crate) const FILE: &str = "links.txt";

/// Bytes. Everything is refused that would become more than a registry entry may be (64 KiB).
const LARGEST_FILE: u64 = 16 * 1024;
const MOST_LINKS: usize = 100;
/// With `open:` before it, a site is a permission, and those have at most 256 bytes.
const LONGEST_SITE: usize = 200;

pub(crate) struct List {
    pub(crate) title: String,
    pub(crate) links: Vec<Link>,
}

pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) site: String,
    pub(crate) line: usize,
}

impl List {
    /// The list that a package is, or every reason why it is none.
    pub(crate) fn read(package: &dyn Files) -> Result<Self, Vec<Finding>> {
        if package.size(FILE).is_some_and(|size| size > LARGEST_FILE) {
            let message =
                format!("`{FILE}` is larger than the {LARGEST_FILE} bytes that can be checked. Make it smaller.");
            return Err(refuse("package.too-large", FILE, message));
        }
        let text = package.read_text(FILE)?;
        let mut lines = (1..).zip(text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).trim_matches(' ')));
        let (_, first) = lines.next().unwrap_or_default();
        let written: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
        if written.len() > MOST_LINKS {
            let message = format!("`{FILE}` has more than {MOST_LINKS} links. Make several lists of it.");
            return Err(refuse("links.too-many", FILE, message));
        }

        let mut findings = Findings::new();
        let title = first.strip_prefix("# ").unwrap_or_default().trim_start_matches(' ').to_owned();
        if title.is_empty() {
            let message = format!("`{FILE}` begins without a title. Make its first line `# ` and a title.");
            findings.add("title.missing", FILE, message);
        }
        if written.is_empty() {
            findings.add("links.none", FILE, format!("`{FILE}` has no links. Add one."));
        }
        if has_control_character(first) {
            findings.extend([control_character(1)]);
        }
        let mut links = Vec::new();
        for (line, content) in written {
            match Link::read(line, content) {
                Ok(link) => links.push(link),
                Err(finding) => findings.extend([finding]),
            }
        }
        findings.or(Self { title, links })
    }

    /// Every site once, as they come.
    pub(crate) fn sites(&self) -> Vec<&str> {
        let mut sites: Vec<&str> = Vec::new();
        for link in &self.links {
            if !sites.contains(&link.site.as_str()) {
                sites.push(&link.site);
            }
        }
        sites
    }
}

impl Link {
    fn read(line: usize, content: &str) -> Result<Self, Finding> {
        if has_control_character(content) {
            return Err(control_character(line));
        }
        let (url, title) = content.split_once(' ').unwrap_or((content, ""));
        let title = title.trim_start_matches(' ');
        let Some(site) = site_of(url) else {
            let advice = "Write an address like `https://example.org/page`, and after a space what it is.";
            return Err(finding("link.malformed", format!("Line {line} is no link. {advice}")));
        };
        if title.is_empty() {
            let advice = "Write that after the address and a space.";
            let message = format!("Line {line} does not say what it links to. {advice}");
            return Err(finding("link.untitled", message));
        }
        Ok(Self { url: url.into(), title: title.into(), site: site.into(), line })
    }
}

fn finding(rule: &str, message: String) -> Finding {
    Finding { rule: rule.into(), subject: FILE.into(), message }
}

fn control_character(line: usize) -> Finding {
    let message = format!("Line {line} has a control character, such as a tab. Remove it.");
    finding("text.control-character", message)
}

fn has_control_character(line: &str) -> bool {
    line.chars().any(|c| c.is_ascii_control())
}

/// The site of an address, if it is one of the web, on its usual port.
fn site_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let site = rest.split(['/', '?', '#']).next()?;
    (rest.bytes().all(|byte| byte.is_ascii_graphic()) && is_site(site)).then_some(site)
}

/// A name with a dot in it, in lower case; the last part is no number, or it would be an address.
pub(crate) fn is_site(site: &str) -> bool {
    let is_part = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=63).contains(&part.len())
            && part.bytes().all(plain)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = site.rsplit_once('.').map(|(_, last)| last);
    site.len() <= LONGEST_SITE
        && site.split('.').all(is_part)
        && last.is_some_and(|last| last.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use marketplace_adapter_sdk::files::Memory;

    use super::*;

    fn rules(text: &str) -> Vec<String> {
        let package: Memory = [(FILE, text)].into_iter().collect();
        let refused = List::read(&package).err().unwrap_or_default();
        refused.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_list_has_a_title_and_links() {
        assert_eq!(rules("# Learning\n\nhttps://docs.rs/ Crates\r\n"), [""; 0]);
        assert_eq!(rules("https://docs.rs/ Crates"), ["title.missing", "links.none"]);
    }

    #[test]
    fn every_line_that_is_no_link_is_named() {
        assert_eq!(
            rules("# Learning\nhttps://docs.rs/\ndocs.rs Crates\nhttps://docs.rs/\tCrates"),
            ["link.untitled", "link.malformed", "text.control-character"]
        );
    }

    #[test]
    fn a_site_is_a_name_and_no_address() {
        assert!(["docs.rs", "a-b.c1.example"].into_iter().all(is_site));
        assert!(!["", "docs", "Docs.rs", "docs.rs.", ".rs", "-a.rs", "127.0.0.1", "a.rs:80"].into_iter().any(is_site));
    }
}
