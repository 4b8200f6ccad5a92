//! `.env`: the values that Compose gives variables before their defaults.
//!
//! It comes with the package, so what it says is read like the Compose file itself. Readers disagree
//! about escapes and values of several lines: those are refused.

use marketplace_adapter_sdk::Findings;

use crate::variables::{Values, fill, is_variable};

/// Variables by which Compose and its engine choose what they read and where they run it.
const STEERS: [&str; 5] = [
    "COMPOSE_FILE",
    "COMPOSE_PATH_SEPARATOR",
    "COMPOSE_ENV_FILES",
    "COMPOSE_DISABLE_ENV_FILE",
    "COMPOSE_PROJECT_DIRECTORY",
];

/// The values of the file, in which those of `known` may stand.
pub(crate) fn read(file: &str, text: &str, known: &Values, findings: &mut Findings) -> Values {
    let mut own = Values::new();
    let mut seen = known.clone();
    for (number, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        match entry(line, &seen) {
            Ok(Some((name, value))) => {
                // As in Compose, the file around goes before this one, and here the last line.
                if !known.contains_key(&name) {
                    seen.insert(name.clone(), value.clone());
                }
                own.insert(name, value);
            }
            Ok(None) => {}
            Err(why) => refuse(file, number, &why, findings),
        }
    }
    own
}

fn refuse(file: &str, number: usize, why: &str, findings: &mut Findings) {
    findings.add(
        "compose.dotenv",
        format!("{file}: line {}", number + 1),
        format!("The line cannot be read in only one way: {why}. Write `NAME=value`, on one line."),
    );
}

fn entry(line: &str, known: &Values) -> Result<Option<(String, String)>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, value) = line.split_once('=').ok_or("it has no `=`")?;
    let name = name.trim_end();
    if !is_variable(name) {
        return Err(format!("`{name}` is no name of a variable"));
    }
    if STEERS.contains(&name) || name.starts_with("DOCKER_") {
        return Err(format!("`{name}` changes what is read or where it is run"));
    }
    Ok(Some((name.to_owned(), value_of(value.trim(), known)?)))
}

fn value_of(text: &str, known: &Values) -> Result<String, String> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let end = text.find(" #").or_else(|| text.find("\t#")).unwrap_or(text.len());
        return fill(text[..end].trim_end(), known);
    };
    let (value, after) = text[1..].split_once(quote).ok_or("its quote is not closed")?;
    if !after.trim().is_empty() && !after.trim_start().starts_with('#') {
        return Err("something stands after the closing quote".to_owned());
    }
    match quote {
        '\'' => Ok(value.to_owned()),
        _ if value.contains('\\') => Err("it has a `\\` in double quotes".to_owned()),
        _ => fill(value, known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> (Values, Vec<String>) {
        let mut findings = Findings::new();
        let values = read(".env", text, &Values::new(), &mut findings);
        (values, findings.into_vec().into_iter().map(|finding| finding.subject).collect())
    }

    #[test]
    fn the_usual_lines_are_read() {
        let (values, findings) = values(
            "# a comment\n\nTAG=1.1\nTAG=1.2 # why\nexport NAME = ada\nQUOTED=\"a b\"\nLITERAL='$TAG # x' # y\nEMPTY=\nURL=http://$NAME:${PORT:-80}/#top\nCOMPOSE_PROJECT_NAME=x\r\n",
        );
        assert_eq!(findings, [""; 0]);
        let expected = [
            ("COMPOSE_PROJECT_NAME", "x"),
            ("EMPTY", ""),
            ("LITERAL", "$TAG # x"),
            ("NAME", "ada"),
            ("QUOTED", "a b"),
            ("TAG", "1.2"),
            ("URL", "http://ada:80/#top"),
        ];
        assert!(
            values.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected),
            "{values:?}"
        );
    }

    #[test]
    fn a_line_that_readers_read_differently_is_refused_by_its_number() {
        for line in [
            "A",
            "A: b",
            "1A=b",
            "A-B=c",
            "A=\"b",
            "A=\"b\" c",
            "A=\"b\\n\"",
            "A=$B",
            "COMPOSE_FILE=other.yaml",
            "COMPOSE_ENV_FILES=other.env",
            "DOCKER_HOST=tcp://192.0.2.1:2375",
        ] {
            let (_, findings) = values(&format!("# first\n{line}"));
            assert!(findings.len() == 1 && findings[0].starts_with(".env: line "), "{line}: {findings:?}");
        }
    }
}
