//! A QR code as a PNG picture, as `CreateVirtualMFADevice` gives it.

use qrcode::{Color, QrCode};

/// Pixels of a module.
const SCALE: usize = 4;
/// Light modules around the code, as readers need them.
const QUIET: usize = 4;

/// The picture of a text, black on white; empty where the text is too long for a code.
pub fn png(text: &str) -> Vec<u8> {
    let Ok(code) = QrCode::new(text.as_bytes()) else { return Vec::new() };
    let side = (code.width() + 2 * QUIET) * SCALE;
    let dark = |x: usize, y: usize| {
        let module = |at: usize| at.checked_sub(QUIET).filter(|at| *at < code.width());
        module(x / SCALE).zip(module(y)).is_some_and(|at| code[at] == Color::Dark)
    };
    let mut rows = Vec::new();
    for y in 0..side / SCALE {
        let mut row = vec![0]; // this row is not filtered
        for x in (0..side).step_by(8) {
            let bits = (0..8).map(|bit| u8::from(!dark(x + bit, y)) << (7 - bit));
            row.push(bits.fold(0, |byte, bit| byte | bit));
        }
        rows.extend(row.repeat(SCALE));
    }
    let size = u32::try_from(side).unwrap_or_default().to_be_bytes();
    // One bit per pixel, grey; compression, filter and interlace are the only ones there are, or none.
    let head = [size.as_slice(), size.as_slice(), &[1, 0, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &head);
    chunk(&mut out, *b"IDAT", &zlib(&rows));
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let body = [kind.as_slice(), data].concat();
    out.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    out.extend(&body);
    out.extend(crc(&body).to_be_bytes());
}

/// The data as a zlib stream (RFC 1950) of stored blocks: a picture of a few kilobytes needs no compression.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = data.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// The checksum of a chunk (PNG specification, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ crc >> 1 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert!(zlib(b"Wikipedia").ends_with(&0x11e6_0398_u32.to_be_bytes()));
    }

    #[test]
    fn the_picture_is_a_square_png() {
        let picture = png("otpauth://totp/Amazon%20Web%20Services:ada@123456789012?secret=GEZDGNBVGY3TQOJQ");
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        assert!(side(16) == side(20) && side(16) > 100);
        assert!(png(&"x".repeat(5_000)).is_empty());
    }
}
