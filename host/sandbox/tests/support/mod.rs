//! What these tests share: one sandbox for each test program, and packages in memory.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod kept;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use marketplace_sandbox::{Adapter, ContentEntry, Contents, Limits, ManifestView, Sandbox};

/// Limits that a bomb reaches soon, so that the suite stays quick.
pub fn small() -> Limits {
    Limits {
        call_time: Duration::from_millis(500),
        package_call_time: Duration::from_secs(3),
        host_call_time: Duration::from_millis(200),
        concurrency: 4,
        warm_slots: 4,
        ..Limits::default()
    }
}

pub async fn load(bytes: &[u8]) -> Adapter {
    load_with(small(), bytes).await
}

pub async fn load_with(limits: Limits, bytes: &[u8]) -> Adapter {
    Sandbox::new(limits, None).unwrap().load(bytes).await.unwrap()
}

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn manifest(name: &str) -> ManifestView {
    ManifestView {
        kind: "rogue".into(),
        name: name.into(),
        version: "1.0.0".into(),
        ..ManifestView::default()
    }
}

/// A package in memory.
#[derive(Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

pub fn files(files: &[(&str, &[u8])]) -> Arc<dyn Contents> {
    Arc::new(Files(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()))
}

impl Contents for Files {
    fn entries(&self) -> Vec<ContentEntry> {
        // Not in order: the sandbox sorts.
        let entries = self.0.iter().rev();
        entries.map(|(path, bytes)| ContentEntry { path: path.clone(), size: bytes.len() as u64 }).collect()
    }

    fn read_range(&self, path: &str, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(bytes) = self.0.get(path) else { return Ok(None) };
        let start = usize::try_from(offset).unwrap().min(bytes.len());
        let end = start.saturating_add(usize::try_from(length).unwrap()).min(bytes.len());
        Ok(Some(bytes[start..end].to_vec()))
    }
}

/// A package on a disk that is slow, broken, or shrinks.
pub enum Bad {
    Slow(Duration),
    Broken,
    Shrunk,
}

impl Contents for Bad {
    fn entries(&self) -> Vec<ContentEntry> {
        vec![ContentEntry { path: "note.txt".into(), size: 10 }]
    }

    fn read_range(&self, _: &str, _: u64, _: u64) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Slow(time) => {
                std::thread::sleep(*time);
                Ok(Some(vec![0; 10]))
            }
            Self::Broken => Err(io::Error::other("secret path /srv/packages")),
            Self::Shrunk => Ok(Some(vec![0; 3])),
        }
    }
}
