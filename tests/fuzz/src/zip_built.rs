//! `.zip` out of parts that nearly fit, where raw bytes would hardly get past the end record.

use std::io::Write as _;

use arbitrary::{Arbitrary, Unstructured};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::zip::zip;

/// Entries whose two descriptions agree, but for what the input says should differ.
pub fn zip_built(data: &[u8]) {
    if let Ok(archive) = Archive::arbitrary(&mut Unstructured::new(data)) {
        zip(&archive.bytes());
    }
}

#[derive(Arbitrary, Debug)]
struct Archive {
    entries: Vec<Entry>,
    gap: Vec<u8>,
    comment: Comment,
    wide: bool,
    suffix: Vec<u8>,
    /// Added to the count, the size and the offset of the end record.
    off_by: (i8, i8, i8),
}

#[derive(Arbitrary, Debug)]
enum Comment {
    None,
    Text(String),
    Nested(Vec<Entry>),
}

#[derive(Arbitrary, Debug)]
struct Entry {
    name: Name,
    data: Vec<u8>,
    repeated: u8,
    deflated: bool,
    descriptor: Descriptor,
    extra: Vec<Extra>,
    /// Of the central description only.
    central_extra: Vec<Extra>,
    attributes: Attributes,
    /// A byte of one of the headers, changed.
    poke: Option<(bool, u8, u8)>,
    trailing: Vec<u8>,
}

#[derive(Arbitrary, Debug)]
enum Name {
    A,
    B,
    UpperA,
    InA,
    Folder,
    Dotted,
    Top,
    Up,
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq)]
enum Descriptor {
    None,
    Signed,
    Bare,
    SignedWide,
    BareWide,
    /// Announced, and the local header knows the size all the same.
    Partial,
}

#[derive(Arbitrary, Debug)]
enum Extra {
    Times,
    UnicodePath { same: bool },
    Wide,
    Other { id: u16, bytes: Vec<u8> },
    Raw(Vec<u8>),
}

#[derive(Arbitrary, Debug)]
enum Attributes {
    Usual,
    None,
    Mode(u16),
    All(u32),
}

impl Archive {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        for entry in &self.entries {
            entry.write(&mut out, &mut directory);
        }
        out.extend(&self.gap);
        let at = out.len() as u32;
        let at = at.saturating_add_signed(self.off_by.2.into());
        let size = (directory.len() as u32).saturating_add_signed(self.off_by.1.into());
        let count = (self.entries.len() as u16).saturating_add_signed(self.off_by.0.into());
        out.extend(&directory);
        if self.wide {
            let end = out.len() as u64;
            out.extend(0x0606_4b50_u32.to_le_bytes());
            out.extend(44_u64.to_le_bytes());
            out.extend([45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [u64::from(count), u64::from(count), u64::from(size), u64::from(at)] {
                out.extend(number.to_le_bytes());
            }
            out.extend(0x0706_4b50_u32.to_le_bytes());
            out.extend([0; 4]);
            out.extend(end.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        let comment = match &self.comment {
            Comment::None => Vec::new(),
            Comment::Text(text) => text.clone().into_bytes(),
            Comment::Nested(entries) => {
                let mut nested = (Vec::new(), Vec::new());
                entries.iter().for_each(|entry| entry.write(&mut nested.0, &mut nested.1));
                let numbers = (entries.len() as u16, nested.1.len() as u32, nested.0.len() as u32);
                [nested.0, nested.1, end(numbers, b"")].concat()
            }
        };
        out.extend(end((count, size, at), &comment));
        out.extend(&self.suffix);
        out
    }
}

fn end((count, size, at): (u16, u32, u32), comment: &[u8]) -> Vec<u8> {
    let mut out = 0x0605_4b50_u32.to_le_bytes().to_vec();
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    let length = comment.len().min(usize::from(u16::MAX));
    out.extend((length as u16).to_le_bytes());
    out.extend(&comment[..length]);
    out
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>, directory: &mut Vec<u8>) {
        let name = match &self.name {
            Name::A => b"a".to_vec(),
            Name::B => b"b".to_vec(),
            Name::UpperA => b"A".to_vec(),
            Name::InA => b"a/b".to_vec(),
            Name::Folder => b"d/".to_vec(),
            Name::Dotted => b"./a".to_vec(),
            Name::Top => b"./".to_vec(),
            Name::Up => b"../a".to_vec(),
            Name::Text(text) => text.clone().into_bytes(),
            Name::Bytes(bytes) => bytes.clone(),
        };
        let mut data = self.data.clone();
        data.extend(self.data.iter().cycle().take(self.data.len() * usize::from(self.repeated)));
        let mut crc = Crc::new();
        crc.update(&data);
        let packed = if self.deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&data).and_then(|()| encoder.finish()).expect("in memory")
        } else {
            data.clone()
        };
        let described = self.descriptor != Descriptor::None;
        let ascii = name.is_ascii();
        let flags = u16::from(described) << 3 | u16::from(!ascii) << 11;
        let numbers = [crc.sum(), packed.len() as u32, data.len() as u32];
        let local_numbers = match self.descriptor {
            Descriptor::None => numbers,
            Descriptor::Partial => [0, 0, numbers[2]],
            _ => [0; 3],
        };
        let fields = |numbers: [u32; 3], extra: &[u8]| {
            let mut out = [20, 0].to_vec();
            out.extend(flags.to_le_bytes());
            out.extend([if self.deflated { 8 } else { 0 }, 0, 0, 0, 0x21, 0]);
            numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
            out.extend((name.len() as u16).to_le_bytes());
            out.extend((extra.len() as u16).to_le_bytes());
            out
        };
        let offset = out.len() as u32;
        let extra = extras(&self.extra, &name);
        let mut local = 0x0403_4b50_u32.to_le_bytes().to_vec();
        local.extend(fields(local_numbers, &extra));
        local.extend([name.as_slice(), &extra].concat());

        let extra = extras(&self.central_extra, &name);
        let mut central = 0x0201_4b50_u32.to_le_bytes().to_vec();
        central.extend([20, 3]);
        central.extend(fields(numbers, &extra));
        central.extend([0; 6]);
        let folder = name.ends_with(b"/");
        let attributes = match self.attributes {
            Attributes::Usual if folder => 0o040_755 << 16 | 0x10,
            Attributes::Usual => 0o100_644 << 16,
            Attributes::None => 0,
            Attributes::Mode(mode) => u32::from(mode) << 16,
            Attributes::All(all) => all,
        };
        central.extend(attributes.to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend([name.as_slice(), &extra].concat());

        if let Some((of_central, at, byte)) = self.poke {
            let header = if of_central { &mut central } else { &mut local };
            let at = usize::from(at) % header.len();
            header[at] = byte;
        }
        out.extend(local);
        out.extend(&packed);
        if described {
            if matches!(self.descriptor, Descriptor::Signed | Descriptor::SignedWide | Descriptor::Partial) {
                out.extend(0x0807_4b50_u32.to_le_bytes());
            }
            out.extend(numbers[0].to_le_bytes());
            for &number in &numbers[1..] {
                out.extend(number.to_le_bytes());
                if matches!(self.descriptor, Descriptor::SignedWide | Descriptor::BareWide) {
                    out.extend([0; 4]);
                }
            }
        }
        out.extend(&self.trailing);
        directory.extend(central);
    }
}

fn extras(extras: &[Extra], name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for extra in extras {
        let (id, bytes) = match extra {
            Extra::Times => (0x5455, vec![1, 0, 0, 0, 0]),
            Extra::UnicodePath { same } => {
                let mut crc = Crc::new();
                crc.update(name);
                let other: &[u8] = if *same { name } else { b"other" };
                (0x7075, [&[1], &crc.sum().to_le_bytes()[..], other].concat())
            }
            Extra::Wide => (1, vec![0; 16]),
            Extra::Other { id, bytes } => (*id, bytes.clone()),
            Extra::Raw(bytes) => {
                out.extend(bytes);
                continue;
            }
        };
        out.extend(id.to_le_bytes());
        out.extend((bytes.len() as u16).to_le_bytes());
        out.extend(bytes);
    }
    out
}
