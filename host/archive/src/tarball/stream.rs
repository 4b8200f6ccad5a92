//! The unpacked tar stream: counted, and accounted for to its last byte.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::sealed::Window;

pub(super) const BLOCK: usize = 512;

const PACKED_BUFFER: usize = 128 * 1024;
const UNPACKED_BUFFER: usize = 64 * 1024;

pub(super) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// One gzip member, as bytes.
pub(super) struct Stream<'a> {
    inner: BufReader<Inflate<'a>>,
    /// Bytes that were handed out.
    position: u64,
}

impl<'a> Stream<'a> {
    pub(super) fn new(package: Window<'a>, limits: &Limits) -> Self {
        let packed = Counted { inner: BufReader::with_capacity(PACKED_BUFFER, package), count: 0 };
        let inflate = Inflate { inner: GzDecoder::new(packed), count: 0, limits: limits.clone() };
        Self { inner: BufReader::with_capacity(UNPACKED_BUFFER, inflate), position: 0 }
    }

    pub(super) fn read_block(&mut self, block: &mut [u8; BLOCK]) -> Result<(), ArchiveError> {
        self.read_exact(block).map_err(|error| ArchiveError::from_decoder("the tar stream", error))
    }

    /// All of a header's own bytes, which are few.
    pub(super) fn read_small(&mut self, size: u64, place: &str) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        self.take(size).read_to_end(&mut bytes).map_err(|error| ArchiveError::from_decoder(place, error))?;
        if bytes.len() as u64 != size {
            return Err(ArchiveError::corrupt(place, "it ends too soon"));
        }
        self.skip_padding(size)?;
        Ok(bytes)
    }

    /// Goes to the next block. What lies between is blank, or it is somewhere to hide something.
    pub(super) fn skip_padding(&mut self, size: u64) -> Result<(), ArchiveError> {
        let used = (size % BLOCK as u64) as usize;
        if used == 0 {
            return Ok(());
        }
        let mut padding = [0; BLOCK];
        let offset = self.position;
        self.read_exact(&mut padding[used..])
            .map_err(|error| ArchiveError::from_decoder("the tar stream", error))?;
        if is_zero(&padding[used..]) {
            return Ok(());
        }
        Err(ArchiveError::UnclaimedBytes {
            place: "in the padding between two tar entries",
            offset,
            count: (BLOCK - used) as u64,
        })
    }

    /// Reads what follows the end of the tar, which must be blank, and the end of the gzip member, which
    /// must be the end of the package.
    pub(super) fn finish(mut self) -> Result<(), ArchiveError> {
        let mut rest = vec![0; UNPACKED_BUFFER];
        loop {
            let offset = self.position;
            let count =
                self.read(&mut rest).map_err(|error| ArchiveError::from_decoder("the tar stream", error))?;
            if count == 0 {
                break;
            }
            if !is_zero(&rest[..count]) {
                return Err(ArchiveError::UnclaimedBytes {
                    place: "after the end of the tar",
                    offset,
                    count: count as u64,
                });
            }
        }
        // RFC 1952 allows more members, and programs differ on whether they read them.
        let mut packed = self.inner.into_inner().inner.into_inner();
        let offset = packed.count;
        let left =
            packed.fill_buf().map_err(|error| ArchiveError::from_decoder("the gzip stream", error))?.len();
        if left == 0 {
            return Ok(());
        }
        Err(ArchiveError::UnclaimedBytes { place: "after the gzip stream", offset, count: left as u64 })
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Decompresses, and stops at a bomb before anything more is made of it.
struct Inflate<'a> {
    inner: GzDecoder<Counted<BufReader<Window<'a>>>>,
    count: u64,
    limits: Limits,
}

impl Read for Inflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        if self.count > self.limits.unpacked_bytes {
            return Err(ArchiveError::UnpackedTooLarge { limit: self.limits.unpacked_bytes }.smuggle());
        }
        self.limits
            .check_ratio("the tar stream", self.inner.get_ref().count, self.count)
            .map_err(ArchiveError::smuggle)?;
        Ok(count)
    }
}

/// Counts what is consumed, not what is read ahead.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.count += count as u64;
    }
}
