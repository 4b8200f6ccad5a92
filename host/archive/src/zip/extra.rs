//! Extra fields (APPNOTE 4.5): the few that could change what an entry is.

use flate2::Crc;

use super::record::Fields;
use crate::error::{ArchiveError, shown};

const ZIP64: u16 = 0x0001;
const PKWARE_UNIX: u16 = 0x000d;
const STRONG_ENCRYPTION: u16 = 0x0017;
const UNICODE_PATH: u16 = 0x7075;
/// Times, owners, comments and paddings. Everything that is not known to be harmless is refused, as in a tar: libarchive has
/// a field (0x6c78) that makes a link of an entry for whoever reads forward, and others hold names.
const HARMLESS: &[u16] = &[
    0x000a, // NTFS times
    0x4453, // Windows' access lists
    0x5455, // times
    0x5855, // times and owner, of old
    0x6375, // the comment in UTF-8
    0x7855, // owner, of old
    0x7875, // owner
    0xa11e, // alignment (Apache Commons)
    0xa220, // room to grow (Open Packaging)
    0xcafe, // "this is a jar"
    0xd935, // alignment (Android)
];
const ASI_UNIX: u16 = 0x756e;
const AES_ENCRYPTION: u16 = 0x9901;

/// What an entry's extra fields say. Times, owners and paddings are passed over.
#[derive(Default)]
pub(super) struct Extra<'a> {
    zip64: Option<&'a [u8]>,
    /// Whether Info-ZIP's Unicode path confirms that the name's bytes are UTF-8.
    pub(super) confirms_utf8: bool,
}

impl<'a> Extra<'a> {
    pub(super) fn parse(bytes: &'a [u8], name: &[u8]) -> Result<Self, ArchiveError> {
        let malformed = || ArchiveError::corrupt(shown(name), "its extra fields are malformed");
        let mut fields = Fields::new(bytes);
        let mut extra = Self::default();
        while !fields.is_empty() {
            let id = fields.u16().ok_or_else(malformed)?;
            let size = fields.u16().ok_or_else(malformed)?;
            let data = fields.bytes(size.into()).ok_or_else(malformed)?;
            match id {
                ZIP64 if extra.zip64.is_some() => return Err(malformed()),
                ZIP64 => extra.zip64 = Some(data),
                UNICODE_PATH => {
                    check_unicode_path(data, name)?;
                    extra.confirms_utf8 = true;
                }
                STRONG_ENCRYPTION | AES_ENCRYPTION => {
                    return Err(ArchiveError::Encrypted { path: shown(name) });
                }
                // Both can make a link or a device of an entry that otherwise looks like a file.
                PKWARE_UNIX | ASI_UNIX => {
                    let feature = format!("the Unix extra field {id:#06x}, which can hold a link");
                    return Err(ArchiveError::Unsupported { path: shown(name), feature });
                }
                _ if HARMLESS.contains(&id) => {}
                _ => {
                    let feature = format!("the extra field {id:#06x}, which not every program knows");
                    return Err(ArchiveError::Unsupported { path: shown(name), feature });
                }
            }
        }
        Ok(extra)
    }

    /// Puts 64-bit values in the place of fields that are all ones, in the order of APPNOTE 4.5.3. A value
    /// for a field that has one of its own is refused: programs differ on which of the two counts.
    pub(super) fn widen(&self, name: &[u8], fields: &mut [&mut u64]) -> Result<(), ArchiveError> {
        let Some(data) = self.zip64 else { return Ok(()) };
        let mut values = Fields::new(data);
        for field in fields.iter_mut().filter(|field| ***field == u64::from(u32::MAX)) {
            **field = values
                .u64()
                .ok_or_else(|| ArchiveError::corrupt(shown(name), "its ZIP64 field is too short"))?;
        }
        if values.is_empty() {
            return Ok(());
        }
        Err(ArchiveError::corrupt(shown(name), "its ZIP64 field says what its header says too"))
    }
}

/// Info-ZIP's field: version 1, the CRC-32 of the name it stands for, the name in UTF-8. Some programs
/// show one name and some the other, so they have to be one.
fn check_unicode_path(data: &[u8], name: &[u8]) -> Result<(), ArchiveError> {
    let mut fields = Fields::new(data);
    let version = fields.bytes(1);
    let stated = fields.u32();
    let unicode = data.get(5..).unwrap_or_default();
    let mut crc = Crc::new();
    crc.update(name);
    if version == Some(&[1]) && stated == Some(crc.sum()) && unicode == name {
        return Ok(());
    }
    Err(ArchiveError::mismatch(shown(name), "Unicode path", shown(name), shown(unicode)))
}
