//! Where fields end in a text without enclosing quotes and carriage returns: at each delimiter and each line feed.

use wide::u8x16;

/// Finds one end after the other. Fields are so short that looking for each of them anew would cost more than
/// comparing all bytes, so the ends in some pieces are found at once and kept.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Ends one after the other; behind `held` of them stands anything.
    found: Vec<u32>,
    held: usize,
    /// How many of those that are held were told.
    told: usize,
    /// Where the next piece begins.
    next: usize,
}

const PIECE: usize = u64::BITS as usize;

/// So many ends are found at once, about; they fit into the nearest cache with the text around them.
const AT_ONCE: usize = 1024;

/// Ends are kept so many at a time, whether there are as many or not: to ask would cost more.
const STEP: usize = 8;

impl Ends {
    /// Begins with another text.
    pub(super) fn begin(&mut self) {
        (self.held, self.told, self.next) = (0, 0, 0);
    }

    /// Where the next field ends; the end of the text behind the last one.
    #[inline]
    pub(super) fn next(&mut self, text: &[u8], delimiter: u8) -> usize {
        let Some(&end) = self.ahead(1, text, delimiter).first() else {
            return text.len();
        };
        self.told += 1;
        end as usize
    }

    /// The next ends, at least as many as are wanted if there are so many; they will be told again.
    #[inline]
    pub(super) fn ahead(&mut self, wanted: usize, text: &[u8], delimiter: u8) -> &[u32] {
        if self.held - self.told < wanted {
            self.find(wanted, text, delimiter);
        }
        &self.found[self.told..self.held]
    }

    /// Takes the next ends, which were seen ahead, for told.
    #[inline]
    pub(super) fn pass(&mut self, count: usize) {
        self.told += count;
    }

    #[inline(never)]
    fn find(&mut self, wanted: usize, text: &[u8], delimiter: u8) {
        self.found.copy_within(self.told..self.held, 0);
        (self.held, self.told) = (self.held - self.told, 0);
        while self.held < wanted.max(AT_ONCE) {
            let Some(rest) = text.get(self.next..).filter(|rest| !rest.is_empty()) else {
                return;
            };
            let found = match rest.first_chunk() {
                Some(piece) => ends(piece, delimiter),
                None => last_ends(rest, delimiter),
            };
            self.keep(found);
            self.next += PIECE;
        }
    }

    /// Keeps the ends in the piece at `next`, the first one in the lowest bit.
    #[inline]
    fn keep(&mut self, mut found: u64) {
        if self.found.len() < self.held + PIECE + STEP {
            self.found.resize(self.held + PIECE + STEP, 0);
        }
        let all = self.held + found.count_ones() as usize;
        while found != 0 {
            for end in &mut self.found[self.held..self.held + STEP] {
                *end = (self.next + found.trailing_zeros() as usize) as u32;
                found &= found.wrapping_sub(1);
            }
            self.held += STEP;
        }
        self.held = all;
    }
}

#[inline]
fn ends(piece: &[u8; PIECE], delimiter: u8) -> u64 {
    let (delimiters, feeds) = (u8x16::splat(delimiter), u8x16::splat(b'\n'));
    let (parts, _) = piece.as_chunks::<16>();
    parts.iter().rev().fold(0, |found, part| {
        let bytes = u8x16::from(*part);
        let are_ends = bytes.simd_eq(delimiters) | bytes.simd_eq(feeds);
        found << 16 | u64::from(are_ends.to_bitmask())
    })
}

#[cold]
fn last_ends(rest: &[u8], delimiter: u8) -> u64 {
    let bits = rest.iter().rev().map(|byte| u64::from(*byte == delimiter || *byte == b'\n'));
    bits.fold(0, |found, bit| found << 1 | bit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Ends;

    proptest! {
        #[test]
        fn every_end_is_found_once_and_in_order(text in "[a,\né]{0,300}") {
            let text = text.as_bytes();
            let mut ends = Ends::default();
            for (place, _) in text.iter().enumerate().filter(|(_, byte)| matches!(byte, b',' | b'\n')) {
                prop_assert_eq!(ends.next(text, b','), place);
            }
            prop_assert_eq!(ends.next(text, b','), text.len());
            prop_assert_eq!(ends.next(text, b','), text.len());
        }

        #[test]
        fn what_is_seen_ahead_is_told_again(
            text in "[a,\n]{0,300}",
            wanted in prop::collection::vec(0..80usize, 1..9),
        ) {
            let text = text.as_bytes();
            let is_end = |place: &u32| matches!(text[*place as usize], b',' | b'\n');
            let places: Vec<u32> = (0..text.len() as u32).filter(is_end).collect();
            let mut ends = Ends::default();
            let mut told = 0;
            for wanted in wanted {
                let ahead = ends.ahead(wanted, text, b',');
                prop_assert!(ahead.len() >= wanted.min(places.len() - told));
                prop_assert_eq!(ahead, &places[told..told + ahead.len()]);
                let passed = ahead.len().min(wanted) / 2;
                ends.pass(passed);
                told += passed;
                if told < places.len() {
                    prop_assert_eq!(ends.next(text, b','), places[told] as usize);
                    told += 1;
                }
            }
            ends.begin();
            let first = places.first().map_or(text.len(), |place| *place as usize);
            prop_assert_eq!(ends.next(text, b','), first);
        }
    }
}
