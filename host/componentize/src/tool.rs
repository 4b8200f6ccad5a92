//! Other people's programs: finding them, calling them, and what they say.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::BuildError;

/// How much of what a tool says is shown, in bytes: half from its beginning, where compilers say what is
/// wrong, half from its end, where the others do.
const SHOWN: usize = 16 * 1024;

/// A tool is not on this machine, or is too old.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tool} is missing: {needed}.\n{get}")]
pub struct MissingTool {
    /// The tool.
    pub tool: &'static str,
    /// What needs it.
    pub needed: &'static str,
    /// How to get it.
    pub get: String,
}

/// The program of this name in the folders of `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    folders().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The program whose name is `prefix` and a number, with the largest number: compared as a number,
/// because 9 comes before 22.
pub(crate) fn newest(prefix: &str) -> Option<PathBuf> {
    folders().filter_map(|folder| newest_in(&folder, prefix)).max().map(|(_, path)| path)
}

pub(crate) fn newest_in(folder: &Path, prefix: &str) -> Option<(u32, PathBuf)> {
    let numbered = |entry: std::fs::DirEntry| {
        let number: u32 = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
        Some((number, entry.path()))
    };
    std::fs::read_dir(folder).ok()?.filter_map(Result::ok).filter_map(numbered).max()
}

fn folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// What a program answers, without the line's end; `None` if it refuses or is not there.
pub(crate) fn ask(program: &Path, arguments: &[&str]) -> Option<String> {
    let answer =
        Command::new(program).args(arguments).output().ok().filter(|answer| answer.status.success())?;
    Some(String::from_utf8(answer.stdout).ok()?.trim().to_owned())
}

/// Runs a tool, which is `tool` to people, to do `what`. What it says without failing is the answer.
pub(crate) fn run(tool: &'static str, what: &str, command: &mut Command) -> Result<String, BuildError> {
    let output = command.env("NO_COLOR", "1").env_remove("FORCE_COLOR").env_remove("CLICOLOR_FORCE").output();
    let output = output.map_err(BuildError::io(format!("run {tool}")))?;
    if output.status.success() {
        return Ok(said(&output));
    }
    let said = match said(&output) {
        said if said.is_empty() => format!("it said nothing ({})", output.status),
        said => said,
    };
    Err(BuildError::Tool { tool, what: what.into(), output: said })
}

/// What a tool said, on either output.
fn said(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let both = [stdout.trim_end(), stderr.trim_end()];
    shown(&both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// As much of a text as people read, without what would command their terminal.
pub(crate) fn shown(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim_end();
    if text.len() <= SHOWN {
        return text.to_owned();
    }
    let start = text.floor_char_boundary(SHOWN / 2);
    let end = text.ceil_char_boundary(text.len() - SHOWN / 2);
    format!("{}\n… {} bytes are left out …\n{}", &text[..start], end - start, &text[end..])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_newest_tool_is_taken_by_number() {
        let bin = tempfile::tempdir().unwrap();
        for name in ["wasm-ld", "wasm-ld-9", "wasm-ld-22", "wasm-ld-next", "ld.lld-30"] {
            std::fs::write(bin.path().join(name), "").unwrap();
        }
        assert_eq!(newest_in(bin.path(), "wasm-ld-"), Some((22, bin.path().join("wasm-ld-22"))));
        assert_eq!(newest_in(bin.path(), "clang-"), None);
    }

    #[test]
    fn of_many_words_the_first_and_the_last_are_shown() {
        assert_eq!(shown("two\nlines\n"), "two\nlines");
        let long = format!("first{}last", "ä".repeat(20_000));
        let shown = shown(&long);
        assert!(shown.starts_with("firstä") && shown.ends_with("älast") && shown.len() < SHOWN + 100);
        assert!(shown.contains(" bytes are left out "));
    }

    #[test]
    fn what_a_tool_says_does_not_command_the_terminal() {
        assert_eq!(shown("\u{1b}[31mred\u{1b}[0m"), "[31mred[0m");
    }

    #[test]
    fn a_tool_that_fails_is_named_with_what_it_said() {
        let error = run("sh", "do it", Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]));
        assert_eq!(error.unwrap_err().to_string(), "sh could not do it:\nout\nerr");
        let error = run("sh", "do it", Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().contains("it said nothing (exit status: 3)"), "{error}");
    }
}
