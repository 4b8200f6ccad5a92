//! A folder as an archive, the same bytes each time.

use std::io::{self, Read, Write};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use flate2::write::DeflateEncoder;
use flate2::{Compression, GzBuilder};
use marketplace_manifest::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::{ArchiveError, shown};
use crate::format::Format;
use crate::limits::Limits;
use crate::names::{Kind, Names};
use crate::path::{PackagePath, PathError};

/// Written down, because the library's default could change and the bytes with it.
const LEVEL: Compression = Compression::new(6);
const FILE_MODE: u32 = 0o644;
/// RFC 1952: "unknown", so that packing on another system gives the same bytes.
const GZIP_SYSTEM: u8 = 255;

/// What packing made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// Bytes of the archive.
    pub size: u64,
    /// The files in it, in the archive's order: sorted by path.
    pub files: Vec<PackagePath>,
}

/// Packs a folder's files, so that the same files make the same bytes, whenever and by whomever they are packed:
/// sorted, with no times, owners or modes of their own.
///
/// Nothing is left out but what `exclude` names (a folder, with all that is in it). Folders have no entries
/// of their own, so an empty one is not in the archive. What [`crate::Sealed::unpack`] would refuse is refused here.
/// One thing is known only when unpacking: a tar stream's ratio before its end.
///
/// # Errors
/// Any [`ArchiveError`]: links and special files, names that are not portable, limits; [`ArchiveError::Changed`] for
/// a file that changes meanwhile. What was written by then is no archive.
pub fn pack(
    folder: &Path,
    out: impl Write,
    format: Format,
    limits: &Limits,
    exclude: &dyn Fn(&PackagePath) -> bool,
) -> Result<Packed, ArchiveError> {
    let top = Dir::open_ambient_dir(folder, ambient_authority())
        .map_err(ArchiveError::io("open the folder to pack"))?;
    let mut walk = Walk { limits, exclude, names: Names::default(), files: Vec::new(), bytes: 0 };
    walk.folder(&top, "")?;
    let mut files = walk.files;
    if files.is_empty() {
        return Err(ArchiveError::Empty);
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let mut out = Out { inner: out, hash: Sha256::new(), size: 0, limit: limits.package_bytes };
    match format {
        Format::TarGz => write_tar_gz(&top, &files, &mut out, limits)?,
        Format::Zip => write_zip(&top, &files, &mut out, limits)?,
    }
    out.flush().map_err(unwrap)?;
    Ok(Packed {
        digest: Digest::new(out.hash.finalize().into()),
        size: out.size,
        files: files.into_iter().map(|file| file.path).collect(),
    })
}

struct Found {
    path: PackagePath,
    size: u64,
}

struct Walk<'a> {
    limits: &'a Limits,
    exclude: &'a dyn Fn(&PackagePath) -> bool,
    names: Names,
    files: Vec<Found>,
    bytes: u64,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Dir, prefix: &str) -> Result<(), ArchiveError> {
        let doing = "list the folder to pack";
        for entry in folder.entries().map_err(ArchiveError::io(doing))? {
            let entry = entry.map_err(ArchiveError::io(doing))?;
            let name = entry.file_name();
            let lossy = || shown(format!("{prefix}{}", name.to_string_lossy()).as_bytes());
            let refused = |cause| ArchiveError::Path { path: lossy(), cause };
            let name = name.to_str().ok_or_else(|| refused(PathError::NotUtf8))?;
            let path = PackagePath::parse(&format!("{prefix}{name}"), self.limits).map_err(refused)?;
            if (self.exclude)(&path) {
                continue;
            }
            // Not followed: this is the entry's own metadata.
            let metadata = entry.metadata().map_err(ArchiveError::io(doing))?;
            if metadata.is_dir() {
                self.names.claim(&path, Kind::Folder, self.limits, |_| Ok(()))?;
                let inner = entry.open_dir().map_err(ArchiveError::io(doing))?;
                self.folder(&inner, &format!("{path}/"))?;
            } else if metadata.is_file() {
                self.names.claim(&path, Kind::File, self.limits, |_| Ok(()))?;
                self.file(path, metadata.len())?;
            } else if metadata.is_symlink() {
                let target = folder.read_link_contents(name).unwrap_or_default();
                let target = shown(target.to_string_lossy().as_bytes());
                return Err(ArchiveError::Link { path: path.to_string(), target });
            } else {
                let kind = "device, pipe or socket".to_owned();
                return Err(ArchiveError::Special { path: path.to_string(), kind });
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PackagePath, size: u64) -> Result<(), ArchiveError> {
        if size > self.limits.file_bytes {
            return Err(ArchiveError::FileTooLarge { path: path.to_string(), limit: self.limits.file_bytes });
        }
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.unpacked_bytes {
            return Err(ArchiveError::UnpackedTooLarge { limit: self.limits.unpacked_bytes });
        }
        self.files.push(Found { path, size });
        Ok(())
    }
}

fn write_tar_gz<W: Write>(
    top: &Dir,
    files: &[Found],
    out: &mut Out<W>,
    limits: &Limits,
) -> Result<(), ArchiveError> {
    let gzip = GzBuilder::new().mtime(0).operating_system(GZIP_SYSTEM).write(&mut *out, LEVEL);
    let mut tar = tar::Builder::new(Counted { inner: gzip, count: 0 });
    for file in files {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(file.size);
        header.set_mode(FILE_MODE);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        if header.set_path(file.path.as_str()).is_err() {
            // Too long for ustar: a pax record has all of it, and the header as much as it can hold.
            tar.append_pax_extensions([("path", file.path.as_str().as_bytes())]).map_err(unwrap)?;
            let start = floor(file.path.as_str(), 100);
            header.set_path(start.trim_end_matches('/')).map_err(unwrap)?;
        }
        header.set_cksum();
        let mut contents = Exactly::open(top, file)?;
        tar.append(&header, &mut contents).map_err(unwrap)?;
        contents.finish()?;
    }
    let Counted { inner: gzip, count } = tar.into_inner().map_err(unwrap)?;
    gzip.finish().map_err(unwrap)?;
    if count > limits.unpacked_bytes {
        return Err(ArchiveError::UnpackedTooLarge { limit: limits.unpacked_bytes });
    }
    limits.check_ratio("the tar stream", out.size, count)
}

fn write_zip<W: Write>(
    top: &Dir,
    files: &[Found],
    out: &mut Out<W>,
    limits: &Limits,
) -> Result<(), ArchiveError> {
    let mut zip = rawzip::ZipArchiveWriter::new(out);
    for file in files {
        let (mut entry, config) = zip
            .new_file(file.path.as_str())
            .compression_method(rawzip::CompressionMethod::DEFLATE)
            .unix_permissions(0o100_000 | FILE_MODE)
            .last_modified(rawzip::time::UtcDateTime::from_unix(DOS_EPOCH))
            .start()
            .map_err(from_zip)?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, LEVEL));
        let mut contents = Exactly::open(top, file)?;
        io::copy(&mut contents, &mut writer).map_err(unwrap)?;
        contents.finish()?;
        let (encoder, descriptor) = writer.finish().map_err(from_zip)?;
        encoder.finish().map_err(unwrap)?;
        let packed = entry.compressed_bytes();
        entry.finish(descriptor).map_err(from_zip)?;
        limits.check_ratio(file.path.as_str(), packed, file.size)?;
    }
    zip.finish().map_err(from_zip)?;
    Ok(())
}

/// 1980-01-01T00:00:00Z, the first time that a ZIP can hold.
const DOS_EPOCH: i64 = 315_532_800;

/// As much of the text as fits, in whole characters.
fn floor(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// A file's bytes: as many as its entry's header says.
struct Exactly<'a> {
    file: io::Take<std::fs::File>,
    found: &'a Found,
}

impl<'a> Exactly<'a> {
    fn open(top: &Dir, found: &'a Found) -> Result<Self, ArchiveError> {
        let file = top.open(found.path.as_str()).map_err(ArchiveError::io("read a file to pack"))?.into_std();
        Ok(Self { file: file.take(found.size), found })
    }

    fn finish(mut self) -> Result<(), ArchiveError> {
        let changed = || ArchiveError::Changed { path: self.found.path.to_string() };
        if self.file.limit() > 0 {
            return Err(changed());
        }
        self.file.set_limit(1);
        let more = self.file.read(&mut [0]).map_err(ArchiveError::io("read a file to pack"))?;
        if more == 0 { Ok(()) } else { Err(changed()) }
    }
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

struct Counted<W> {
    inner: W,
    count: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.count += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The archive's bytes on their way out: hashed and counted.
struct Out<W> {
    inner: W,
    hash: Sha256,
    size: u64,
    limit: u64,
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.size += count as u64;
        if self.size > self.limit {
            return Err(ArchiveError::PackageTooLarge { limit: self.limit }.smuggle());
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Ours, if one of ours came through the encoder; otherwise the system's.
fn unwrap(error: io::Error) -> ArchiveError {
    error.downcast().unwrap_or_else(ArchiveError::io("write the archive"))
}

fn from_zip(error: rawzip::Error) -> ArchiveError {
    unwrap(match error.into_kind() {
        rawzip::ErrorKind::IO(error) => error,
        other => io::Error::other(other.to_string()),
    })
}
