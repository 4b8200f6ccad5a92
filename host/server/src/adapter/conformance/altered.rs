//! A package of a case, with something changed in it; nothing of it is copied but what changes.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use marketplace_sandbox::{ContentEntry, Contents};

/// Where the bytes of a file come from.
#[derive(Clone, Debug)]
enum Bytes {
    /// The first so many of a file of the package.
    Of(String, u64),
    /// Others.
    These(Arc<[u8]>),
}

/// See above.
#[derive(Clone)]
pub(super) struct Altered {
    base: Option<Arc<dyn Contents>>,
    files: BTreeMap<String, Bytes>,
}

impl Altered {
    /// Without a file.
    pub(super) fn nothing() -> Self {
        Self { base: None, files: BTreeMap::new() }
    }

    /// As the package is.
    pub(super) fn of(base: Arc<dyn Contents>) -> Self {
        let files =
            base.entries().into_iter().map(|entry| (entry.path.clone(), Bytes::Of(entry.path, entry.size)));
        let files = files.collect();
        Self { base: Some(base), files }
    }

    /// With another file, or with other bytes in one.
    pub(super) fn with(mut self, path: impl Into<String>, bytes: Vec<u8>) -> Self {
        self.files.insert(path.into(), Bytes::These(bytes.into()));
        self
    }

    /// Without one of its files.
    pub(super) fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// With only the first bytes of a file.
    pub(super) fn cut(mut self, path: &str, length: u64) -> Self {
        if let Some(Bytes::Of(_, size)) = self.files.get_mut(path) {
            *size = length.min(*size);
        }
        self
    }

    /// With a file elsewhere.
    pub(super) fn moved(mut self, path: &str, to: impl Into<String>) -> Self {
        if let Some(bytes) = self.files.remove(path) {
            self.files.insert(to.into(), bytes);
        }
        self
    }

    /// With every file empty.
    pub(super) fn hollow(mut self) -> Self {
        self.files.values_mut().for_each(|bytes| *bytes = Bytes::These([].into()));
        self
    }

    /// With one of its files alone.
    pub(super) fn only(mut self, path: &str) -> Self {
        self.files.retain(|file, _| file == path);
        self
    }
}

impl Contents for Altered {
    fn entries(&self) -> Vec<ContentEntry> {
        let size = |bytes: &Bytes| match bytes {
            Bytes::Of(_, size) => *size,
            Bytes::These(bytes) => bytes.len() as u64,
        };
        self.files
            .iter()
            .map(|(path, bytes)| ContentEntry { path: path.clone(), size: size(bytes) })
            .collect()
    }

    fn read_range(&self, path: &str, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        match (self.files.get(path), &self.base) {
            (Some(Bytes::These(bytes)), _) => {
                let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Some(bytes[at(offset)..at(offset.saturating_add(length))].to_vec()))
            }
            (Some(Bytes::Of(path, size)), Some(base)) => {
                base.read_range(path, offset, length.min(size.saturating_sub(offset)))
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn package() -> Altered {
        let base = Altered::nothing().with("a.txt", b"first".to_vec()).with("b.txt", b"second".to_vec());
        Altered::of(Arc::new(base))
    }

    fn files(altered: &Altered) -> Vec<(String, String)> {
        let read = |entry: ContentEntry| {
            let bytes = altered.read_range(&entry.path, 0, u64::MAX).unwrap().unwrap();
            assert_eq!(bytes.len() as u64, entry.size, "{} is as long as it is listed", entry.path);
            (entry.path, String::from_utf8(bytes).unwrap())
        };
        altered.entries().into_iter().map(read).collect()
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_changed_is_changed_and_the_rest_stays() {
        assert_eq!(files(&package()), named(&[("a.txt", "first"), ("b.txt", "second")]));
        assert_eq!(files(&package().without("a.txt")), named(&[("b.txt", "second")]));
        assert_eq!(files(&package().only("a.txt")), named(&[("a.txt", "first")]));
        assert_eq!(files(&package().cut("b.txt", 3)), named(&[("a.txt", "first"), ("b.txt", "sec")]));
        assert_eq!(
            files(&package().moved("a.txt", "c/d.txt")),
            named(&[("b.txt", "second"), ("c/d.txt", "first")])
        );
        assert_eq!(files(&package().hollow()), named(&[("a.txt", ""), ("b.txt", "")]));
        assert_eq!(package().read_range("a.txt", 1, 2).unwrap(), Some(b"ir".to_vec()));
        assert_eq!(package().cut("b.txt", 3).read_range("b.txt", 2, 9).unwrap(), Some(b"c".to_vec()));
        assert_eq!(package().without("a.txt").read_range("a.txt", 0, 9).unwrap(), None);
    }
}
