#![allow(clippy::unwrap_used)]

use super::*;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(name);
        bytes.extend(data);
        bytes.extend([0; 4]);
    };
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat());
    chunk(b"IDAT", b"IEND is a word like any other here");
    chunk(b"IEND", &[]);
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0".to_vec();
    bytes.extend(b"\xFF\xC0\x00\x0B\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\x00");
    // A scan with a stuffed byte and a restart marker, fill bytes, and the end.
    bytes.extend(b"\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00data\xFF\x00more\xFF\xD0data\xFF\xFF\xD9");
    bytes
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | (height - 1) << 14;
    let chunk = [b"WEBPVP8L\x06\0\0\0\x2f", &bits.to_le_bytes()[..], b"\0"].concat();
    [b"RIFF", &u32::try_from(chunk.len()).unwrap().to_le_bytes()[..], &chunk].concat()
}

fn avif(width: u32, height: u32) -> Vec<u8> {
    let b = |name: &[u8], data: &[u8]| {
        [&u32::try_from(8 + data.len()).unwrap().to_be_bytes()[..], name, data].concat()
    };
    let ispe = b(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
    let meta = b(b"meta", &[&[0; 4][..], &b(b"iprp", &b(b"ipco", &ispe))].concat());
    [b(b"ftyp", b"avif\0\0\0\0mif1avif"), meta, b(b"mdat", b"pixels")].concat()
}

fn rule(path: &str, bytes: &[u8]) -> String {
    Picture::check(path, bytes).unwrap_err().rule
}

/// A picture of each format, 1920 × 1080.
fn one_of_each() -> [(&'static str, Format, Vec<u8>); 4] {
    [
        ("a.avif", Format::Avif, avif(1920, 1080)),
        ("a.jpg", Format::Jpeg, jpeg(1920, 1080)),
        ("a.png", Format::Png, png(1920, 1080)),
        ("a.webp", Format::Webp, webp(1920, 1080)),
    ]
}

#[test]
fn a_picture_of_each_format_is_read() {
    for (path, format, bytes) in one_of_each() {
        let expected = Picture { path: path.into(), width: 1920, height: 1080, format };
        assert_eq!(Picture::check(path, &bytes), Ok(expected), "{path}");
    }
}

#[test]
fn the_example_package_is_read() {
    let bytes = include_bytes!("../../../../packages/wallpapers/dawn/package/dawn.png");
    let picture = Picture::check("dawn.png", bytes).unwrap();
    assert_eq!((picture.width, picture.height), (1920, 1080));
}

#[test]
fn a_name_that_says_another_format_is_refused() {
    assert_eq!(rule("a.jpg", &png(1920, 1080)), "picture.format");
    assert_eq!(rule("a.avif", &webp(1920, 1080)), "picture.format");
    assert!(Picture::check("a.jpeg", &jpeg(1920, 1080)).is_ok());
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_eq!(rule("a.png", b"<html><script>"), "picture.unreadable");
    assert_eq!(rule("a.png", b""), "picture.unreadable");
    assert_eq!(rule("a.png", b"\x89PNG\r\n\x1a\n"), "picture.unreadable");
    // HEIC: the same container, another codec.
    let mut heic = avif(1920, 1080);
    heic[8..12].copy_from_slice(b"heic");
    assert_eq!(rule("a.avif", &heic), "picture.unreadable");
}

#[test]
fn a_picture_that_is_cut_off_is_refused_wherever_the_cut_is() {
    for (path, _, bytes) in one_of_each() {
        assert_eq!(rule(path, &bytes[..bytes.len() - 1]), "picture.truncated", "{path}");
        for end in 0..bytes.len() {
            // No cut may pass, nor panic: in a component a panic is a failure of the category.
            assert!(Picture::check(path, &bytes[..end]).is_err(), "{path} cut at {end}");
        }
    }
}

#[test]
fn bytes_behind_the_picture_are_refused() {
    for (path, format, mut bytes) in one_of_each() {
        bytes.extend(b"<script>alert(1)</script>");
        // The tail of an AVIF would have to be a box, and is none.
        let expected = if format == Format::Avif { "picture.truncated" } else { "picture.trailing" };
        assert_eq!(rule(path, &bytes), expected, "{path}");
    }
}

#[test]
fn a_second_picture_behind_the_first_is_refused() {
    assert_eq!(rule("a.jpg", &[jpeg(1920, 1080), jpeg(1920, 1080)].concat()), "picture.trailing");
    assert_eq!(rule("a.png", &[png(1920, 1080), png(1920, 1080)].concat()), "picture.trailing");
}

#[test]
fn sizes_have_a_least_and_a_most() {
    assert!(Picture::check("a.png", &png(1280, 720)).is_ok());
    assert!(Picture::check("a.png", &png(720, 1280)).is_ok());
    assert!(Picture::check("a.png", &png(8192, 8192)).is_ok());
    for (width, height) in [(1279, 720), (1280, 719), (8193, 720), (720, 8193), (0, 0), (u32::MAX, u32::MAX)]
    {
        assert_eq!(rule("a.png", &png(width, height)), "picture.size", "{width} × {height}");
    }
}
