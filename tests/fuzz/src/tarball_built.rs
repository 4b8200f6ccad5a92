//! `.tar.gz` out of parts that nearly fit, where raw bytes would hardly get past the first checksum.

use arbitrary::{Arbitrary, Unstructured};

use crate::tarball::tarball;

/// Entries with a header that adds up, whose fields are right or nearly so.
pub fn tarball_built(data: &[u8]) {
    if let Ok(archive) = Archive::arbitrary(&mut Unstructured::new(data)) {
        tarball(&archive.bytes());
    }
}

#[derive(Arbitrary, Debug)]
struct Archive {
    entries: Vec<Entry>,
    tail: Tail,
}

#[derive(Arbitrary, Debug)]
enum Tail {
    Usual,
    OneBlock,
    None,
    Then(Vec<Entry>),
    Padded(u8),
}

#[derive(Arbitrary, Debug)]
struct Entry {
    before: Vec<Extension>,
    kind: Kind,
    magic: Magic,
    name: Name,
    prefix: Option<Name>,
    link: Option<Name>,
    data: Vec<u8>,
    /// In the place of the data's length.
    size: Option<Number>,
    /// Anything, anywhere in the header, before the checksum is taken.
    poke: Option<(u16, u8)>,
}

#[derive(Arbitrary, Debug)]
enum Extension {
    Pax(Vec<Record>),
    Global(Vec<Record>),
    GnuName(Name),
    GnuLink(Name),
    Raw { kind: u8, bytes: Vec<u8> },
}

#[derive(Arbitrary, Debug)]
struct Record {
    key: Key,
    value: Value,
    /// Added to the length that the record states.
    off_by: i8,
}

#[derive(Arbitrary, Debug)]
enum Key {
    Path,
    Size,
    Link,
    Time,
    Comment,
    Sparse,
    Charset,
    Attribute,
    Other(String),
}

#[derive(Arbitrary, Debug)]
enum Value {
    Name(Name),
    Number(u16),
    Length,
    Bytes(Vec<u8>),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Kind {
    File,
    Old,
    Folder,
    Link,
    Symlink,
    Sparse,
    Other(u8),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Magic {
    Ustar,
    Gnu,
    Blank,
    Other([u8; 8]),
}

#[derive(Arbitrary, Debug)]
enum Number {
    Octal(u32),
    Spaced(u16),
    Binary(u32),
    Bytes([u8; 12]),
}

#[derive(Arbitrary, Debug)]
enum Name {
    A,
    B,
    UpperA,
    InA,
    Folder,
    Dotted,
    Up,
    Absolute,
    Long(u8),
    Text(String),
    Bytes(Vec<u8>),
}

impl Name {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::A => b"a".to_vec(),
            Self::B => b"b".to_vec(),
            Self::UpperA => b"A".to_vec(),
            Self::InA => b"a/b".to_vec(),
            Self::Folder => b"d/".to_vec(),
            Self::Dotted => b"./a".to_vec(),
            Self::Up => b"../a".to_vec(),
            Self::Absolute => b"/a".to_vec(),
            Self::Long(length) => [vec![b'd'; usize::from(*length)], b"/f".to_vec()].concat(),
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Archive {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.entries.iter().for_each(|entry| entry.write(&mut out));
        match &self.tail {
            Tail::Usual => out.resize(out.len() + 1024, 0),
            Tail::OneBlock => out.resize(out.len() + 512, 0),
            Tail::None => {}
            Tail::Then(entries) => {
                out.resize(out.len() + 1024, 0);
                entries.iter().for_each(|entry| entry.write(&mut out));
            }
            Tail::Padded(blocks) => out.resize(out.len() + 1024 + usize::from(*blocks) * 512, 0),
        }
        out
    }
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        for extension in &self.before {
            let (kind, bytes) = match extension {
                Extension::Pax(records) => (b'x', self.records(records)),
                Extension::Global(records) => (b'g', self.records(records)),
                Extension::GnuName(name) => (b'L', [name.bytes(), vec![0]].concat()),
                Extension::GnuLink(name) => (b'K', [name.bytes(), vec![0]].concat()),
                Extension::Raw { kind, bytes } => (*kind, bytes.clone()),
            };
            let mut header = plain(kind, b"././@Extension", bytes.len());
            finish(&mut header);
            block(out, &header, &bytes);
        }
        let kind = match self.kind {
            Kind::File => b'0',
            Kind::Old => 0,
            Kind::Folder => b'5',
            Kind::Link => b'1',
            Kind::Symlink => b'2',
            Kind::Sparse => b'S',
            Kind::Other(kind) => kind,
        };
        let mut header = plain(kind, &self.name.bytes(), self.data.len());
        match self.magic {
            Magic::Ustar => {}
            Magic::Gnu => header[257..265].copy_from_slice(b"ustar  \0"),
            Magic::Blank => header[257..265].fill(0),
            Magic::Other(magic) => header[257..265].copy_from_slice(&magic),
        }
        put(&mut header[345..500], &self.prefix.as_ref().map(Name::bytes).unwrap_or_default());
        put(&mut header[157..257], &self.link.as_ref().map(Name::bytes).unwrap_or_default());
        if let Some(size) = &self.size {
            match size {
                Number::Octal(size) => put(&mut header[124..136], format!("{size:011o}\0").as_bytes()),
                Number::Spaced(size) => put(&mut header[124..136], format!("{size:10o} \0").as_bytes()),
                Number::Binary(size) => {
                    header[124..136].fill(0);
                    header[124] = 0x80;
                    header[132..136].copy_from_slice(&size.to_be_bytes());
                }
                Number::Bytes(bytes) => header[124..136].copy_from_slice(bytes),
            }
        }
        if let Some((at, byte)) = self.poke {
            header[usize::from(at) % 512] = byte;
        }
        finish(&mut header);
        block(out, &header, &self.data);
    }

    fn records(&self, records: &[Record]) -> Vec<u8> {
        let mut out = Vec::new();
        for record in records {
            let key = match &record.key {
                Key::Path => "path",
                Key::Size => "size",
                Key::Link => "linkpath",
                Key::Time => "mtime",
                Key::Comment => "comment",
                Key::Sparse => "GNU.sparse.major",
                Key::Charset => "hdrcharset",
                Key::Attribute => "SCHILY.xattr.user.a",
                Key::Other(key) => key,
            };
            let value = match &record.value {
                Value::Name(name) => name.bytes(),
                Value::Number(number) => number.to_string().into_bytes(),
                Value::Length => self.data.len().to_string().into_bytes(),
                Value::Bytes(bytes) => bytes.clone(),
            };
            let rest = key.len() + value.len() + 3;
            let mut length = rest + 1;
            while rest + length.to_string().len() != length {
                length = rest + length.to_string().len();
            }
            let stated = length.saturating_add_signed(record.off_by.into());
            out.extend([stated.to_string().as_bytes(), b" ", key.as_bytes(), b"=", &value, b"\n"].concat());
        }
        out
    }
}

fn plain(kind: u8, name: &[u8], size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    put(&mut header[..100], name);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header
}

fn put(field: &mut [u8], bytes: &[u8]) {
    let length = bytes.len().min(field.len());
    field[..length].copy_from_slice(&bytes[..length]);
}

fn finish(header: &mut [u8; 512]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn block(out: &mut Vec<u8>, header: &[u8; 512], data: &[u8]) {
    out.extend(header);
    out.extend(data);
    out.resize(out.len().next_multiple_of(512), 0);
}
