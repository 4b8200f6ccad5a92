//! Where a picture ends, by its container. Nothing is decoded.

use super::Format;

/// The offset just behind the picture; past the end of `bytes` or `None` if it is cut off.
pub(super) fn of(format: Format, bytes: &[u8]) -> Option<usize> {
    match format {
        Format::Avif => avif(bytes),
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
    }
}

/// Chunks: length, type, data, CRC; `IEND` is the last (ISO/IEC 15948, 5.3).
fn png(bytes: &[u8]) -> Option<usize> {
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(array(bytes, at)?)).ok()?;
        let name: [u8; 4] = array(bytes, at + 4)?;
        at = at.checked_add(length)?.checked_add(12)?;
        if &name == b"IEND" {
            return Some(at);
        }
    }
}

/// Segments with a length, and after a start of scan, entropy-coded data up to the next
/// marker (ISO/IEC 10918-1, B.1.1).
fn jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [0xFF, marker] = array(bytes, at)? else { return None };
        at += 2;
        match marker {
            0xD9 => return Some(at),
            // Fill bytes before a marker.
            0xFF => at -= 1,
            // Markers that stand alone.
            0x01 | 0xD0..=0xD8 => {}
            _ => {
                at += usize::from(u16::from_be_bytes(array(bytes, at)?));
                if marker == 0xDA {
                    at += scan(bytes.get(at..)?)?;
                }
            }
        }
    }
}

/// The length of entropy-coded data: `FF 00` is a data byte, `FF D0` to `FF D7` restart it.
fn scan(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7))
}

/// One RIFF chunk (RFC 9649, 2.3 and 2.4).
fn webp(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(array(bytes, 4)?)).ok()?.checked_add(8)
}

/// Boxes one after another (ISO/IEC 14496-12, 4.2): they fill the file, and one has the pixels.
fn avif(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut pixels) = (0, false);
    while at < bytes.len() {
        pixels |= &array::<4>(bytes, at + 4)? == b"mdat";
        let size = match u32::from_be_bytes(array(bytes, at)?) {
            // Up to the end of the file.
            0 => return pixels.then_some(bytes.len()),
            1 => u64::from_be_bytes(array(bytes, at.checked_add(8)?)?),
            size => u64::from(size),
        };
        if size < 8 {
            return None;
        }
        at = at.checked_add(usize::try_from(size).ok()?)?;
    }
    pixels.then_some(at)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
