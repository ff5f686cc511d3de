//! Pictures for tests.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{ImageFormat, Rgb, RgbImage};

/// A PNG with stripes that differ by `seed`.
pub fn png(width: u32, height: u32, seed: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let stripe = if (x / 8 + y / 8) % 2 == 0 { 200 } else { 90 };
        Rgb([stripe, seed.wrapping_mul(37), 255 - stripe])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("memory takes every picture");
    bytes.into_inner()
}

/// A small file that is a PNG of this many pixels: one bit each, all black. To refuse it one must look at
/// its size before decoding it.
pub fn flat_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    let mut header = Vec::new();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    // One bit per pixel, grey, and the only ways of compressing, filtering and interlacing.
    header.extend_from_slice(&[1, 0, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &header);
    let row = vec![0; 1 + (width as usize).div_ceil(8)];
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..height {
        pixels.write_all(&row).expect("memory takes every byte");
    }
    chunk(&mut file, *b"IDAT", &pixels.finish().expect("memory takes every byte"));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend_from_slice(&u32::try_from(data.len()).expect("chunks of tests are small").to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&name);
    crc.update(data);
    file.extend_from_slice(&name);
    file.extend_from_slice(data);
    file.extend_from_slice(&crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_pictures_are_pictures() {
        let picture = image::load_from_memory(&flat_png(33, 5)).unwrap();
        assert_eq!((picture.width(), picture.height()), (33, 5));
    }
}
