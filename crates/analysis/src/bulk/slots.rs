//! A hash table of small entries that lie side by side, for counting: one look at the memory finds one.

/// What lies in a table.
pub(super) trait Slot: Copy {
    /// Marks a place where nothing lies.
    const FREE: Self;

    fn is_free(&self) -> bool;
}

/// Entries at the places that their hashes give, or as soon behind them as was free. Nothing is ever removed.
#[derive(Debug)]
pub(super) struct Slots<S> {
    slots: Vec<S>,
    used: usize,
}

const SMALLEST: usize = 16;

impl<S: Slot> Slots<S> {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new(), used: 0 }
    }

    /// The entry that `is_same`, if it is there.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_same: impl Fn(&S) -> bool) -> Option<&S> {
        let mut place = self.place(hash);
        loop {
            // Only a table without any place has none here.
            let slot = self.slots.get(place)?;
            if is_same(slot) {
                return Some(slot);
            }
            if slot.is_free() {
                return None;
            }
            place = if place + 1 == self.slots.len() { 0 } else { place + 1 };
        }
    }

    /// The entry that `is_same`, or a free place for it, which the caller fills; `hash_of` tells the hashes of
    /// the others, should they have to move.
    #[inline]
    pub(super) fn entry(
        &mut self,
        hash: u64,
        is_same: impl Fn(&S) -> bool,
        hash_of: impl Fn(&S) -> u64,
    ) -> &mut S {
        if self.used * 5 >= self.slots.len() * 4 {
            self.grow(hash_of);
        }
        let mut place = self.place(hash);
        loop {
            let slot = &self.slots[place];
            if slot.is_free() {
                self.used += 1;
                break;
            }
            if is_same(slot) {
                break;
            }
            place = if place + 1 == self.slots.len() { 0 } else { place + 1 };
        }
        &mut self.slots[place]
    }

    /// Looks at the places of some hashes, without looking closely: nothing depends on what is seen there, so the
    /// memory is asked for many at once, and whoever comes by soon finds them in the cache. `part_of` tells any part of
    /// an entry.
    pub(super) fn approach(&self, hashes: impl Iterator<Item = u64>, part_of: impl Fn(&S) -> u32) {
        let seen = hashes.fold(0, |seen, hash| seen ^ self.slots.get(self.place(hash)).map_or(0, &part_of));
        std::hint::black_box(seen);
    }

    /// All entries, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        self.slots.iter().filter(|slot| !slot.is_free())
    }

    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// Scales the hash down to a place, so that there may be any number of places.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    /// By as much again: each entry moves once in the mean.
    #[cold]
    fn grow(&mut self, hash_of: impl Fn(&S) -> u64) {
        let size = SMALLEST.max(self.slots.len() * 2);
        let old = std::mem::replace(&mut self.slots, vec![S::FREE; size]);
        for slot in old.into_iter().filter(|slot| !slot.is_free()) {
            let mut place = self.place(hash_of(&slot));
            while !self.slots[place].is_free() {
                place = if place + 1 == size { 0 } else { place + 1 };
            }
            self.slots[place] = slot;
        }
    }
}

impl<S: Slot> Default for Slots<S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Slot, Slots};

    #[derive(Debug, Clone, Copy)]
    struct Number(u64);

    impl Slot for Number {
        const FREE: Self = Self(0);

        fn is_free(&self) -> bool {
            self.0 == 0
        }
    }

    #[test]
    fn everything_is_found_again_even_when_hashes_collide() {
        for hash in
            [|number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15), |_| u64::MAX, |number| number % 3]
        {
            let mut slots = Slots::new();
            assert!(slots.find(hash(1), |slot: &Number| slot.0 == 1).is_none());
            for number in (1..500).chain(1..500) {
                *slots.entry(hash(number), |slot| slot.0 == number, |slot| hash(slot.0)) = Number(number);
            }
            assert_eq!(slots.len(), 499);
            assert_eq!(slots.iter().map(|slot| slot.0).sum::<u64>(), 499 * 250);
            for number in 1..500 {
                assert_eq!(
                    slots.find(hash(number), |slot| slot.0 == number).map(|slot| slot.0),
                    Some(number)
                );
            }
            assert!(slots.find(hash(500), |slot| slot.0 == 500).is_none());
        }
    }
}
