//! A ZIP, byte by byte: every field of both descriptions can be set apart.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// One of an entry's two descriptions.
#[derive(Clone)]
pub struct Header {
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u32,
    pub size: u32,
    pub name: Vec<u8>,
    pub extra: Vec<u8>,
}

#[derive(Clone)]
pub struct Entry {
    pub local: Header,
    pub central: Header,
    pub data: Vec<u8>,
    /// Behind the data.
    pub descriptor: Vec<u8>,
    pub attributes: u32,
    /// In the place of the real one.
    pub offset: Option<u32>,
    pub disk: u16,
}

impl Entry {
    pub fn stored(name: &str, data: &[u8]) -> Self {
        let size = data.len() as u32;
        let flags = if name.is_ascii() { 0 } else { 1 << 11 };
        let header = Header {
            flags,
            method: 0,
            crc: crc(data),
            packed: size,
            size,
            name: name.into(),
            extra: Vec::new(),
        };
        Self {
            local: header.clone(),
            central: header,
            data: data.to_vec(),
            descriptor: Vec::new(),
            attributes: 0o100_644 << 16,
            offset: None,
            disk: 0,
        }
    }

    pub fn deflated(name: &str, data: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(data).unwrap();
        let packed = encoder.finish().unwrap();
        let mut entry = Self::stored(name, data).both(|header| {
            header.method = 8;
            header.packed = packed.len() as u32;
        });
        entry.data = packed;
        entry
    }

    pub fn folder(name: &str) -> Self {
        let mut entry = Self::stored(name, b"");
        entry.attributes = 0o040_755 << 16 | 0x10;
        entry
    }

    pub fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub fn local(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        self
    }

    pub fn central(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.central);
        self
    }

    /// Moves sizes and CRC behind the data, as a program does that cannot seek.
    pub fn streamed(self, signed: bool, wide: bool) -> Self {
        let mut entry = self.both(|header| header.flags |= 8);
        let Header { crc, packed, size, .. } = entry.central;
        if signed {
            entry.descriptor.extend(0x0807_4b50_u32.to_le_bytes());
        }
        entry.descriptor.extend(crc.to_le_bytes());
        for number in [packed, size] {
            if wide {
                entry.descriptor.extend(u64::from(number).to_le_bytes());
            } else {
                entry.descriptor.extend(number.to_le_bytes());
            }
        }
        (entry.local.crc, entry.local.packed, entry.local.size) = (0, 0, 0);
        entry
    }
}

pub fn extra(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// The fields of the end record that a test may want to be wrong.
#[derive(Clone, Default)]
pub struct Zip {
    pub entries: Vec<Entry>,
    pub prefix: Vec<u8>,
    pub before_directory: Vec<u8>,
    pub after_directory: Vec<u8>,
    pub comment: Vec<u8>,
    pub suffix: Vec<u8>,
    pub count: Option<u16>,
    pub here: Option<u16>,
    pub disk: u16,
    pub size: Option<u32>,
    pub at: Option<u32>,
    /// Whether offsets count the prefix.
    pub shifted: bool,
}

pub fn zip(entries: &[Entry]) -> Zip {
    Zip { entries: entries.to_vec(), shifted: true, ..Zip::default() }
}

impl Zip {
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.shifted { 0 } else { self.prefix.len() };
        let mut directory = Vec::new();
        for entry in &self.entries {
            let offset = entry.offset.unwrap_or((out.len() - base) as u32);
            out.extend(0x0403_4b50_u32.to_le_bytes());
            out.extend(20_u16.to_le_bytes());
            fields(&mut out, &entry.local);
            out.extend(&entry.local.name);
            out.extend(&entry.local.extra);
            out.extend(&entry.data);
            out.extend(&entry.descriptor);

            directory.extend(0x0201_4b50_u32.to_le_bytes());
            directory.extend([20, 3, 20, 0]);
            fields(&mut directory, &entry.central);
            directory.extend([0, 0]);
            directory.extend(entry.disk.to_le_bytes());
            directory.extend([0, 0]);
            directory.extend(entry.attributes.to_le_bytes());
            directory.extend(offset.to_le_bytes());
            directory.extend(&entry.central.name);
            directory.extend(&entry.central.extra);
        }
        out.extend(&self.before_directory);
        let at = self.at.unwrap_or((out.len() - base) as u32);
        let size = self.size.unwrap_or(directory.len() as u32);
        out.extend(directory);
        out.extend(&self.after_directory);
        let count = self.count.unwrap_or(self.entries.len() as u16);
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        out.extend(self.here.unwrap_or(count).to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.suffix);
        out
    }
}

/// What both headers have in the same order, from the flags to the lengths.
fn fields(out: &mut Vec<u8>, header: &Header) {
    out.extend(header.flags.to_le_bytes());
    out.extend(header.method.to_le_bytes());
    out.extend([0, 0, 0x21, 0]);
    out.extend(header.crc.to_le_bytes());
    out.extend(header.packed.to_le_bytes());
    out.extend(header.size.to_le_bytes());
    out.extend((header.name.len() as u16).to_le_bytes());
    out.extend((header.extra.len() as u16).to_le_bytes());
}
