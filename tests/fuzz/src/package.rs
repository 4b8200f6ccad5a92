//! A package and its manifest out of bytes, such as the host would show them to an adapter.

use std::collections::BTreeSet;

use marketplace_adapter_sdk::files::Memory;
use marketplace_adapter_sdk::{Finding, Grammar, Inspection, Manifest};
use marketplace_archive::PackagePath;
use marketplace_manifest::Slug;

use crate::texts::assert_answer;

/// What stands between files: a line of its own that begins with this, and goes on with the path.
const MARK: &[u8] = b"\n\x1e";

/// What the host shows of one submission.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Read and verified.
    pub manifest: Manifest,
    /// Unpacked.
    pub files: Memory,
}

impl Shown {
    /// The bytes are the item's name, a line for each permission, and then the files, each after a line that is U+001E and
    /// its path. Plain text, so that what one file becomes of another is a small mutation.
    ///
    /// The host's promises are kept: names are slugs, paths are safe and no two of them are one on any system.
    #[must_use]
    pub fn from_bytes(data: &[u8]) -> Self {
        let mut parts = split(data).into_iter();
        let head = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        let mut lines = head.lines();
        let name = lines
            .next()
            .and_then(|name| name.parse::<Slug>().ok())
            .map_or("item".into(), |slug| slug.to_string());
        let manifest = Manifest {
            kind: "item".into(),
            name,
            version: "1.0.0".into(),
            author_id: "ada".into(),
            permissions: lines.map(str::to_owned).collect(),
            canonical: "{}".into(),
        };
        let mut files = Memory::default();
        let mut taken = BTreeSet::new();
        for part in parts {
            let end = part.iter().position(|&byte| byte == b'\n').unwrap_or(part.len());
            let (path, rest) = part.split_at(end);
            let path = std::str::from_utf8(path).ok().and_then(|path| path.parse::<PackagePath>().ok());
            if let Some(path) = path.filter(|path| taken.insert(path.fold())) {
                files.0.insert(path.to_string(), rest.get(1..).unwrap_or_default().to_vec());
            }
        }
        Self { manifest, files }
    }

    /// The bytes that [`Shown::from_bytes`] makes this of: how seeds are made of real packages.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.manifest.name.clone().into_bytes();
        for permission in &self.manifest.permissions {
            out.push(b'\n');
            out.extend(permission.as_bytes());
        }
        for (path, bytes) in &self.files.0 {
            out.extend([MARK, path.as_bytes(), b"\n", bytes].concat());
        }
        out
    }

    /// Asks twice, and checks what has to hold of an answer whatever the category. Gives the inspection, if the
    /// package was not refused.
    pub(crate) fn asked(
        &self,
        grammar: &Grammar,
        inspect: impl Fn(&Self) -> Result<Inspection, Vec<Finding>>,
    ) -> Option<Inspection> {
        let answer = inspect(self);
        assert_answer(&answer);
        assert_eq!(answer, inspect(self), "the same question has another answer");
        let inspection = answer.ok()?;
        let needed = &inspection.needed;
        // What a package needs is what a manifest can declare, and declaring it is enough.
        let grants = grammar.validate(needed).expect("what is needed is a permission");
        assert_eq!(grants.len(), needed.len());
        assert_eq!(grammar.compare(needed, needed), []);
        Some(inspection)
    }
}

fn split(mut data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = data.windows(MARK.len()).position(|window| window == MARK) {
        parts.push(&data[..at]);
        data = &data[at + MARK.len()..];
    }
    parts.push(data);
    parts
}
