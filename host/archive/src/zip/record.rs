//! Fixed-size records, field by field: little-endian (APPNOTE 4.4.1.1).

use std::io::Read;

use crate::error::ArchiveError;

/// Takes fields off the front of a record. A record's length is checked when it is read.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(record: &'a [u8]) -> Self {
        Self(record)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }
}

/// Reads so many bytes, or says that the archive ends too soon.
pub(super) fn read(source: &mut impl Read, count: usize, place: &str) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = vec![0; count];
    source.read_exact(&mut bytes).map_err(|error| ArchiveError::from_decoder(place, error))?;
    Ok(bytes)
}
