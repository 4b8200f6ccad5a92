//! The header in front of each entry, and the descriptor behind it: the second description, held against the first.

use std::io::BufReader;

use super::central::{Central, DESCRIPTOR};
use super::extra::Extra;
use super::record::{self, Fields};
use crate::error::{ArchiveError, shown};
use crate::sealed::Sealed;

const SIGNATURE: u32 = 0x0403_4b50;
const SIZE: usize = 30;
pub(super) const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4b50;
/// Most headers are no longer than this: one read.
const BUFFER: usize = 512;

/// Checks the header at the entry's offset, and gives the offset of its data.
pub(super) fn check(sealed: &Sealed, entry: &Central) -> Result<u64, ArchiveError> {
    let path = shown(&entry.name);
    let mut source = BufReader::with_capacity(BUFFER, sealed.window(entry.offset, sealed.size()));
    let fixed = record::read(&mut source, SIZE, &path)?;
    let header = Fixed::parse(&fixed)
        .filter(|header| header.signature == SIGNATURE)
        .ok_or_else(|| ArchiveError::corrupt(&path, "there is no entry where the directory says"))?;
    let same = |field, first: u64, second: u64| {
        if first == second { Ok(()) } else { Err(ArchiveError::mismatch(&path, field, first, second)) }
    };
    // Compared by length before it is read: the directory's is within the limit.
    same("length of the name", entry.name.len() as u64, header.name_length.into())?;
    let name = record::read(&mut source, header.name_length.into(), &path)?;
    if name != entry.name {
        return Err(ArchiveError::mismatch(path, "name", shown(&entry.name), shown(&name)));
    }
    same("flags", entry.flags.into(), header.flags.into())?;
    same("method", entry.method_number().into(), header.method.into())?;

    let extra = record::read(&mut source, header.extra_length.into(), &path)?;
    let (mut packed, mut size) = (header.packed.into(), header.size.into());
    Extra::parse(&extra, &name)?.widen(&name, &mut [&mut size, &mut packed])?;
    // With a descriptor to follow, the header may leave out what was not known yet. libarchive and Info-ZIP know
    // the size, and not the CRC-32.
    let described = entry.flags & DESCRIPTOR != 0;
    let same_or_left_out = |field, first: u64, second: u64| {
        if described && second == 0 { Ok(()) } else { same(field, first, second) }
    };
    same_or_left_out("CRC-32", entry.crc.into(), header.crc.into())?;
    same_or_left_out("packed size", entry.packed, packed)?;
    same_or_left_out("size", entry.size, size)?;
    Ok(entry.offset + SIZE as u64 + u64::from(header.name_length) + u64::from(header.extra_length))
}

/// Checks the bytes from the end of an entry's data to the next entry: a descriptor if the flags announce one
/// (APPNOTE 4.3.9), otherwise nothing.
pub(super) fn check_descriptor(
    sealed: &Sealed,
    entry: &Central,
    start: u64,
    end: u64,
) -> Result<(), ArchiveError> {
    let length = end.saturating_sub(start);
    if entry.flags & DESCRIPTOR == 0 {
        return if length == 0 {
            Ok(())
        } else {
            Err(ArchiveError::UnclaimedBytes { place: "between two entries", offset: start, count: length })
        };
    }
    // With or without its signature, with sizes of 32 or 64 bits. Its place is known from both sides, so its length
    // says which of the four it is, where a program that reads forward would have to guess.
    let (signed, wide) = match length {
        12 => (false, false),
        16 => (true, false),
        20 => (false, true),
        24 => (true, true),
        _ => {
            let place = "where an entry's data descriptor should be";
            return Err(ArchiveError::UnclaimedBytes { place, offset: start, count: length });
        }
    };
    let path = shown(&entry.name);
    // The one CRC-32 that cannot go without: a program that reads forward takes it for the signature.
    if !signed && entry.crc == DESCRIPTOR_SIGNATURE {
        return Err(ArchiveError::corrupt(path, "its data descriptor can be read in two ways"));
    }
    let bytes = record::read(&mut sealed.window(start, end), length as usize, &path)?;
    let mut fields = Fields::new(&bytes);
    let signature = if signed { fields.u32() } else { Some(DESCRIPTOR_SIGNATURE) };
    let crc = fields.u32();
    let mut number = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
    let (packed, size) = (number(), number());
    let found = (signature, crc, packed, size);
    let stated = (Some(DESCRIPTOR_SIGNATURE), Some(entry.crc), Some(entry.packed), Some(entry.size));
    if found == stated {
        return Ok(());
    }
    let numbers = |crc: Option<u32>, packed: Option<u64>, size: Option<u64>| {
        format!("{:08x}/{}/{}", crc.unwrap_or_default(), packed.unwrap_or_default(), size.unwrap_or_default())
    };
    Err(ArchiveError::mismatch(
        path,
        "data descriptor",
        numbers(stated.1, stated.2, stated.3),
        numbers(crc, packed, size),
    ))
}

struct Fixed {
    signature: u32,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
    name_length: u16,
    extra_length: u16,
}

impl Fixed {
    fn parse(record: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(record);
        let signature = fields.u32()?;
        fields.bytes(2)?; // version needed
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.bytes(4)?; // time and date
        let (crc, packed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name_length, extra_length) = (fields.u16()?, fields.u16()?);
        Some(Self { signature, flags, method, crc, packed, size, name_length, extra_length })
    }
}
