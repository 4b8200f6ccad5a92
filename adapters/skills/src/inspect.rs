//! The package as a whole.

use marketplace_adapter_sdk::{Files, Finding, Findings, Inspection, Manifest, paths};

use crate::content::{self, Kind};
use crate::frontmatter::{self, Skill};
use crate::{COMPONENT, FILE, component, unseen};

/// Bytes that tell what a file is.
const MAGIC: u32 = 4;

/// Which permissions the package needs, and what deserves a moderator's look.
///
/// # Errors
/// Every reason why it is no skill, or one that hides something.
pub fn inspect(manifest: &Manifest, package: &dyn Files) -> Result<Inspection, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut remarks = Findings::new();
    match read_skill(manifest, package) {
        Ok((skill, found)) => {
            remarks.extend(found);
            unseen::look(FILE, &skill.body, skill.body_line, &mut remarks);
            content::instructions(&skill, &|path| exists(package, path), &mut remarks);
        }
        Err(found) => findings.extend(found),
    }
    let mut needed = Vec::new();
    if package.has(COMPONENT) {
        match package.read(COMPONENT).and_then(|bytes| component::needed(&bytes)) {
            Ok(permissions) => needed = permissions,
            Err(found) => findings.extend(found),
        }
    }
    for path in package.paths().into_iter().filter(|path| *path != COMPONENT) {
        findings.extend(look_at(path, package, &mut remarks).err().into_iter().flatten());
    }
    // A file that cannot be read is found by every check that wants it.
    findings.dedup();
    if findings.is_empty() { Ok(Inspection { needed, remarks: remarks.into_vec() }) } else { Err(findings) }
}

/// Reads `SKILL.md`, and compares its name with the item's.
///
/// # Errors
/// `skill.missing`, and as [`frontmatter::read`].
pub fn read_skill(manifest: &Manifest, package: &dyn Files) -> Result<(Skill, Vec<Finding>), Vec<Finding>> {
    if !package.has(FILE) {
        return Err(vec![missing(&package.paths())]);
    }
    let (skill, mut remarks) = frontmatter::read(&package.read_text(FILE)?)?;
    if skill.name != manifest.name {
        remarks.push(Finding {
            rule: "skill.name-differs".into(),
            subject: frontmatter::place("name"),
            message: format!(
                "The skill calls itself `{}` and is installed as `{}`, in a folder of that name. Make them the same.",
                skill.name, manifest.name
            ),
        });
    }
    Ok((skill, remarks))
}

/// No `SKILL.md` at the root: where it probably is instead.
fn missing(files: &[&str]) -> Finding {
    let elsewhere = files.iter().find(|path| paths::name(path).eq_ignore_ascii_case(FILE));
    let message = match elsewhere {
        Some(path) => format!(
            "The package has `{path}`, and needs `{FILE}` at its root, in that spelling. Pack the folder that it is in, and one skill only."
        ),
        None => format!(
            "The package has no `{FILE}`. Add it at the root: frontmatter with `name` and `description`, then instructions."
        ),
    };
    Finding { rule: "skill.missing".into(), subject: FILE.into(), message }
}

/// Whether a link leads to a file, or to a folder with files.
fn exists(package: &dyn Files, path: &str) -> bool {
    package.has(path) || package.has_folder(path)
}

fn look_at(path: &str, package: &dyn Files, remarks: &mut Findings) -> Result<(), Vec<Finding>> {
    let kind = Kind::of(path);
    let text = if kind == Kind::Other {
        let start = package.read_start(path, MAGIC)?;
        if content::binary(path, &start, remarks) {
            return Ok(());
        }
        // A template, a schema or a page is read by an assistant like any reference.
        let Some(text) = data(path, &start, package, remarks)? else { return Ok(()) };
        text
    } else {
        package.read_text(path)?
    };
    match kind {
        Kind::Script => content::script(path, &text, remarks),
        Kind::Markdown | Kind::Text => content::elsewhere(path, &text, remarks),
        Kind::Other => {}
    }
    if kind == Kind::Markdown && path != FILE {
        unseen::look(path, &text, 0, remarks);
    }
    let mut findings = Findings::new();
    content::hidden(path, &text, &mut findings);
    findings.or(())
}

/// The text of a file of no known kind, if it is text: UTF-8 without NUL.
fn data(
    path: &str,
    start: &[u8],
    package: &dyn Files,
    remarks: &mut Findings,
) -> Result<Option<String>, Vec<Finding>> {
    let is_text = |bytes: &[u8]| !bytes.contains(&0);
    if !is_text(start) {
        return Ok(None);
    }
    if package.size(path).is_some_and(|size| size > content::LARGEST_DATA) {
        // Text of that size is rare: a font, a picture or an archive begins with what no text does.
        if start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
            content::unread(path, remarks);
        }
        return Ok(None);
    }
    Ok(String::from_utf8(package.read(path)?).ok().filter(|text| is_text(text.as_bytes())))
}
