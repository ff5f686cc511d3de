//! Short texts as numbers, which are compared and hashed in one step.

use std::ops::Range;

/// A text of at most [`MAX_BYTES`] bytes: its bytes from the lowest on, its length in the highest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short([u64; 2]);

pub(super) const MAX_BYTES: usize = 15;

impl Short {
    /// What no text is.
    pub(super) const NONE: Self = Self([u64::MAX; 2]);

    /// The part of a text that stands at `range`, if it is short enough.
    #[inline]
    pub(super) fn new(text: &[u8], range: Range<usize>) -> Option<Self> {
        let length = range.len();
        if length > MAX_BYTES {
            return None;
        }
        // Sixteen bytes at once are cheaper than a few, where there are so many.
        let bytes = text.get(range.start..range.start + 16).and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.unwrap_or_else(|| {
            let mut bytes = [0; 16];
            bytes[..length].copy_from_slice(&text[range]);
            bytes
        });
        let packed = u128::from_le_bytes(bytes);
        let [low, high] = KEPT[length];
        Some(Self([packed as u64 & low, (packed >> 64) as u64 & high | (length as u64) << 56]))
    }

    /// Whether this is [`Short::NONE`].
    #[inline]
    pub(super) fn is_none(self) -> bool {
        self.0[1] == u64::MAX
    }

    /// Both halves, to be hashed.
    #[inline]
    pub(super) fn bits(self) -> u128 {
        u128::from(self.0[0]) | u128::from(self.0[1]) << 64
    }
}

impl PartialEq for Short {
    /// Both halves at once.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        (self.0[0] ^ other.0[0]) | (self.0[1] ^ other.0[1]) == 0
    }
}

impl Eq for Short {}

/// What is kept of sixteen bytes, by the length of the text; looked up because there are so many texts.
static KEPT: [[u64; 2]; MAX_BYTES + 1] = {
    let mut kept = [[0; 2]; MAX_BYTES + 1];
    let mut length = 0;
    while length <= MAX_BYTES {
        let ones = (1_u128 << (8 * length)) - 1;
        kept[length] = [ones as u64, (ones >> 64) as u64];
        length += 1;
    }
    kept
};

/// Whether two texts are equal; for most keys of stimuli without a call.
#[inline]
pub(super) fn are_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            8..=16 => ends::<8>(one) == ends(other),
            17..=32 => ends::<16>(one) == ends(other),
            _ => one == other,
        }
}

/// The first and the last bytes of a text, which may overlap.
#[inline]
fn ends<const LENGTH: usize>(text: &[u8]) -> (Option<&[u8; LENGTH]>, Option<&[u8; LENGTH]>) {
    (text.first_chunk(), text.last_chunk())
}

#[cfg(test)]
mod tests {
    use super::{Short, are_same};

    #[test]
    fn texts_of_any_length_are_compared_to_the_last_byte() {
        let text: Vec<u8> = (0..80).collect();
        for length in 0..79 {
            let one = &text[..length];
            assert!(are_same(one, &text.clone()[..length]));
            assert!(!are_same(one, &text[..=length]));
            for different in 0..length {
                let mut other = one.to_vec();
                other[different] ^= 1;
                assert!(!are_same(one, &other), "byte {different} of {length}");
            }
        }
    }

    #[test]
    fn equal_texts_are_equal_wherever_they_stand() {
        let text = b"dog,dog\0,dog, and quite some words behind them: dog";
        let at = |from: usize, to: usize| Short::new(text, from..to).unwrap();
        assert_eq!(at(0, 3), at(4, 7));
        assert_eq!(at(0, 3), at(text.len() - 3, text.len()));
        assert_ne!(at(0, 3), at(4, 8), "a zero byte is a byte");
        assert_ne!(at(0, 3), at(0, 4));
        assert_eq!(at(0, 0), at(9, 9));
        assert_eq!(Short::new(text, 0..16), None);
        assert_eq!(Short::new(text, 0..15).unwrap().bits() >> 120, 15);
    }
}
