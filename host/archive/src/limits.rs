//! Every bound in one place.

use crate::error::ArchiveError;

/// What an archive may cost. `Default` is what a server uses.
///
/// Sizes are counted as bytes come; a size that an archive only states can get it
/// refused sooner, never accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the archive itself. Bounds a submission that fills the disk.
    pub package_bytes: u64,
    /// Bytes of all files together, and of the whole tar stream. Bounds bombs.
    pub unpacked_bytes: u64,
    /// Bytes of one file. Bounds what whoever reads a file must be ready for.
    pub file_bytes: u64,
    /// Files and folders together, folders that are only implied included. Bounds inode floods.
    pub entries: u64,
    /// Bytes of a whole path in UTF-8. Bounds names that some systems cannot open or delete.
    pub path_bytes: usize,
    /// Bytes of one component of a path. 255 is `NAME_MAX` on Linux.
    pub component_bytes: usize,
    /// Components of a path. Bounds recursion in whoever walks the tree.
    pub depth: usize,
    /// Unpacked bytes for each packed byte, per ZIP entry and per tar stream. Bounds
    /// bombs that stay under `unpacked_bytes`. DEFLATE itself ends at 1032.
    pub ratio: u64,
    /// Unpacked bytes under which the ratio is not asked: small repetitive files are common
    /// and harmless.
    pub ratio_floor: u64,
    /// Bytes of one header that describes another entry (a pax record, a GNU long name). Bounds memory.
    pub header_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const KIB: u64 = 1024;
        const MIB: u64 = 1024 * KIB;
        const GIB: u64 = 1024 * MIB;
        Self {
            package_bytes: 2 * GIB,
            unpacked_bytes: 4 * GIB,
            file_bytes: 2 * GIB,
            entries: 20_000,
            path_bytes: 512,
            component_bytes: 255,
            depth: 32,
            ratio: 200,
            ratio_floor: MIB,
            header_bytes: 64 * KIB,
        }
    }
}

impl Limits {
    /// Refuses a bomb: so many unpacked bytes from so many packed ones.
    pub(crate) fn check_ratio(&self, path: &str, packed: u64, unpacked: u64) -> Result<(), ArchiveError> {
        if unpacked <= self.ratio_floor || unpacked <= packed.saturating_mul(self.ratio) {
            return Ok(());
        }
        Err(ArchiveError::Ratio { path: path.to_owned(), packed, unpacked, limit: self.ratio })
    }
}
