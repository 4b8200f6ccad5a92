//! A tar, byte by byte.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

#[derive(Clone)]
pub struct Entry {
    pub header: [u8; 512],
    pub data: Vec<u8>,
}

impl Entry {
    pub fn new(kind: u8, name: &[u8], data: &[u8]) -> Self {
        let mut header = [0; 512];
        header[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..116].copy_from_slice(b"0000000\0");
        header[116..124].copy_from_slice(b"0000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", data.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[156] = kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        Self { header, data: data.to_vec() }
    }

    pub fn file(name: &str, data: &[u8]) -> Self {
        Self::new(b'0', name.as_bytes(), data)
    }

    pub fn folder(name: &str) -> Self {
        Self::new(b'5', name.as_bytes(), b"")
    }

    pub fn pax(records: &[(&str, &[u8])]) -> Self {
        Self::new(b'x', b"pax", &pax_records(records))
    }

    /// Sets a field, whatever it was.
    pub fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.header[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub fn gnu(self) -> Self {
        self.with(257, b"ustar  \0")
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut header = self.header;
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let mut out = header.to_vec();
        out.extend(&self.data);
        out.resize(out.len().next_multiple_of(512), 0);
        out
    }
}

pub fn pax_records(records: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let mut length = rest + 1;
        while rest + length.to_string().len() != length {
            length = rest + length.to_string().len();
        }
        write!(out, "{length} {key}=").unwrap();
        out.extend(*value);
        out.push(b'\n');
    }
    out
}

/// The entries, and the two blank blocks.
pub fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut out: Vec<u8> = entries.iter().flat_map(Entry::bytes).collect();
    out.resize(out.len() + 1024, 0);
    out
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn tgz(entries: &[Entry]) -> Vec<u8> {
    gz(&tar(entries))
}
