//! Stored images: content-addressed, in screen-sized versions.

use crate::Invalid;

/// SHA-256 of an image's stored bytes, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageHash(String);

/// One image as a stimulus shows it. The same picture may be kept in several widths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// Hash of the full-size version, after re-encoding.
    pub hash: ImageHash,
    /// Width of the full-size version in pixels.
    pub width: u32,
    /// Height of the full-size version in pixels.
    pub height: u32,
    /// Smaller versions, ascending by width; empty when the picture is small already.
    pub smaller: Vec<ImageVersion>,
}

/// A smaller version of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageVersion {
    /// Hash of this version's bytes.
    pub hash: ImageHash,
    /// Width in pixels.
    pub width: u32,
}

/// The bytes of one stored version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageBytes {
    /// Hash of `bytes`.
    pub hash: ImageHash,
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// The file as browsers get it.
    pub bytes: Vec<u8>,
}

// === impl ImageHash ===

impl ImageHash {
    /// Reads 64 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("hash", "is not a SHA-256 in hexadecimal"))
        }
    }

    /// The hash with these 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in bytes {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        }
        Self(text)
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ImageHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for ImageHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
