//! Uploaded images: checked before decoding, re-encoded without metadata, in screen-sized versions.

use std::io::Cursor;
use std::sync::Arc;

use fast_image_resize::images::Image as ResizeImage;
use fast_image_resize::{IntoImageView, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GenericImageView as _, ImageDecoder as _, ImageFormat, ImageReader};
use nameit_domain::image::{ImageBytes, ImageHash, ImageRef, ImageVersion};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::error::{Error, ErrorCode, Result};

/// Images decoded at once: each may take a few hundred MiB for a moment.
const AT_ONCE: usize = 2;
/// Images that may wait for their turn.
const WAITING_MAX: usize = 32;
/// Longest side that is decoded.
const SIDE_MAX: u32 = 12_000;
/// Most pixels that are decoded.
const PIXELS_MAX: u64 = 40_000_000;
/// Most memory that a decoder may ask for.
const ALLOC_MAX: u64 = 400 << 20;
/// Longest side that is kept.
const KEPT_SIDE_MAX: u32 = 2_560;
/// Widths of the smaller versions.
const WIDTHS: [u32; 2] = [480, 1_200];
const JPEG_QUALITY: u8 = 90;
/// What is said about a file that does not decode to its end.
const DAMAGED: &str = "the image is damaged or cut off; save it again and send that file";

/// Turns uploads into what is stored, a few at a time.
#[derive(Clone)]
pub(crate) struct ImageWorkers {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// An image ready to be stored.
pub(crate) struct Prepared {
    /// What the stimulus refers to.
    pub(crate) image: ImageRef,
    /// The bytes of all versions, the full-size one first.
    pub(crate) versions: Vec<ImageBytes>,
}

// === impl ImageWorkers ===

impl ImageWorkers {
    /// Workers that are idle.
    pub(crate) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }

    /// Checks and re-encodes an uploaded file.
    pub(crate) async fn prepare(&self, file: bytes::Bytes) -> Result<Prepared> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Error::unavailable("too many pictures at this moment; try again shortly"))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _held = (turn, place);
            prepare(&file)
        })
        .await
        .map_err(Error::internal)?
    }
}

fn prepare(file: &[u8]) -> Result<Prepared> {
    let format = sniff(file)?;
    if format == ImageFormat::Jpeg && !is_whole_jpeg(file) {
        return Err(Error::invalid("image", DAMAGED));
    }
    let (full, keep_png) = decode(file, format)?;
    let full = shrink(full, KEPT_SIDE_MAX)?;
    let (width, height) = full.dimensions();
    let mut versions = vec![encode(&full, keep_png)?];
    let mut smaller = Vec::new();
    for wanted in WIDTHS.into_iter().filter(|wanted| *wanted < width) {
        let scaled_height = (u64::from(height) * u64::from(wanted) / u64::from(width)).max(1) as u32;
        let version = encode(&resize(&full, wanted, scaled_height)?, keep_png)?;
        smaller.push(ImageVersion { hash: version.hash.clone(), width: wanted });
        versions.push(version);
    }
    Ok(Prepared { image: ImageRef { hash: versions[0].hash.clone(), width, height, smaller }, versions })
}

/// What kind of file it is, by its content; the name and the declared type do not count.
fn sniff(file: &[u8]) -> Result<ImageFormat> {
    if let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) = image::guess_format(file)
    {
        return Ok(format);
    }
    let start = String::from_utf8_lossy(&file[..file.len().min(512)]).to_ascii_lowercase();
    let what = if start.contains("<svg") {
        "this is an SVG file"
    } else if file.starts_with(b"GIF8") {
        "this is a GIF file"
    } else if file.is_empty() {
        "this file is empty"
    } else {
        "this is not an image that is taken, whatever its name says"
    };
    Err(Error::new(ErrorCode::UnsupportedMedia, format!("{what}; send a PNG, JPEG or WebP file")))
}

/// Whether a JPEG file reaches its end marker. The decoder fills what a cut file lacks with grey.
fn is_whole_jpeg(file: &[u8]) -> bool {
    const END: u8 = 0xd9;
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        // Between segments, and after the data of a scan, comes the next marker; 0 and restarts belong to a scan.
        let next =
            rest.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff));
        let Some(at) = next else { return false };
        if rest[at + 1] == END {
            return true;
        }
        let Some([high, low]) = rest.get(at + 2..at + 4) else { return false };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(at + 2 + length..).unwrap_or_default();
    }
}

/// Decodes within bounds, upright. Says also whether PNG fits the picture better than JPEG.
fn decode(file: &[u8], format: ImageFormat) -> Result<(DynamicImage, bool)> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(ALLOC_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width > SIDE_MAX || height > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Error::invalid(
            "image",
            format!(
                "the image has {width} × {height} pixels; at most 40 megapixels and {SIDE_MAX} per side are taken"
            ),
        ));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(broken)?;
    decoded.apply_orientation(orientation);
    let has_alpha = decoded.color().has_alpha();
    let keep_png = has_alpha || format == ImageFormat::Png;
    let decoded = if has_alpha { decoded.into_rgba8().into() } else { decoded.into_rgb8().into() };
    Ok((decoded, keep_png))
}

fn broken(error: image::ImageError) -> Error {
    let message = match &error {
        image::ImageError::Limits(_) => "the image needs too much memory to decode; make it smaller",
        _ => DAMAGED,
    };
    Error::invalid("image", message).with_source(error)
}

fn shrink(image: DynamicImage, longest: u32) -> Result<DynamicImage> {
    let (width, height) = image.dimensions();
    let side = width.max(height);
    if side <= longest {
        return Ok(image);
    }
    let scale = |length: u32| (u64::from(length) * u64::from(longest) / u64::from(side)).max(1) as u32;
    resize(&image, scale(width), scale(height))
}

fn resize(image: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage> {
    let pixel_type = image.pixel_type().ok_or_else(|| Error::internal("the pixels cannot be resized"))?;
    let mut target = ResizeImage::new(width, height, pixel_type);
    Resizer::new().resize(image, &mut target, None).map_err(Error::internal)?;
    let bytes = target.into_vec();
    let resized = if image.color().has_alpha() {
        image::RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from)
    } else {
        image::RgbImage::from_raw(width, height, bytes).map(DynamicImage::from)
    };
    resized.ok_or_else(|| Error::internal("the resized image has the wrong size"))
}

fn encode(image: &DynamicImage, as_png: bool) -> Result<ImageBytes> {
    let mut bytes = Vec::new();
    let media_type = if as_png {
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(Error::internal)?;
        "image/png"
    } else {
        image
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
            .map_err(Error::internal)?;
        "image/jpeg"
    };
    let hash = ImageHash::from_bytes(Sha256::digest(&bytes).into());
    Ok(ImageBytes { hash, media_type: media_type.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = DynamicImage::from(image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
        }));
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_large_picture_is_kept_in_screen_sizes() {
        let prepared = prepare(&png(3_000, 1_500)).unwrap();
        assert_eq!((prepared.image.width, prepared.image.height), (2_560, 1_280));
        assert_eq!(prepared.image.smaller.iter().map(|v| v.width).collect::<Vec<_>>(), [480, 1_200]);
        assert_eq!(prepared.versions.len(), 3);
        assert_eq!(prepared.versions[0].media_type, "image/png");
        let again = prepare(&png(3_000, 1_500)).unwrap();
        assert_eq!(again.image.hash, prepared.image.hash, "the same picture has the same hash");
    }

    #[test]
    fn a_small_picture_stays_as_it_is() {
        let prepared = prepare(&png(100, 60)).unwrap();
        assert_eq!((prepared.image.width, prepared.image.height, prepared.versions.len()), (100, 60, 1));
    }

    #[test]
    fn what_is_not_an_image_is_refused_by_its_content() {
        for (file, word) in [
            (&b"hello, I am no image"[..], "not an image"),
            (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
            (b"GIF89a....", "GIF"),
            (b"", "empty"),
        ] {
            let error = prepare(file).err().unwrap();
            assert!(matches!(error.code, ErrorCode::UnsupportedMedia));
            assert!(error.message.contains(word), "{}", error.message);
        }
    }

    #[test]
    fn a_bomb_is_refused_from_its_header() {
        // A valid PNG header that announces 20,000 × 20,000 pixels, and nothing behind it.
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        file.extend_from_slice(&20_000_u32.to_be_bytes());
        file.extend_from_slice(&20_000_u32.to_be_bytes());
        file.extend_from_slice(&[8, 2, 0, 0, 0]);
        let crc = crc32(&file[12..]);
        file.extend_from_slice(&crc.to_be_bytes());
        file.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        let error = prepare(&file).err().unwrap();
        assert!(error.message.contains("20000 × 20000"), "{}", error.message);
    }

    #[test]
    fn a_cut_file_is_refused() {
        let file = png(300, 300);
        assert!(prepare(&file[..file.len() / 2]).is_err());
        let mut jpeg = Vec::new();
        let noise = image::RgbImage::from_fn(300, 300, |x, y| image::Rgb([(x * y % 251) as u8, 9, 200]));
        DynamicImage::from(noise).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        assert!(prepare(&jpeg).is_ok());
        for length in [jpeg.len() - 2, jpeg.len() / 2, 700] {
            let error = prepare(&jpeg[..length]).err().expect("a cut file");
            assert!(error.message.contains("cut off"), "{}", error.message);
        }
        // Cameras add things after the end.
        jpeg.extend_from_slice(b"more");
        assert!(prepare(&jpeg).is_ok());
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }
}
