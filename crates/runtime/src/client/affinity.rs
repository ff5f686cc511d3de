//! Which replica has the calls about one thing.

/// Calls with the same key go to the same replica as long as it is there. Put it into the extensions of a
/// request.
///
/// By rendezvous hashing: each replica's score follows from key and address alone, so all clients agree
/// without talking, and a replica that comes or goes moves only the keys that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affinity(u64);

// === impl Affinity ===

impl Affinity {
    /// The key of what has these bytes as its name.
    pub fn of(name: &[u8]) -> Self {
        Self(hash(name))
    }

    /// The score of a replica whose address has this hash; the highest has the calls.
    pub(super) fn score(self, address: u64) -> u64 {
        mix(self.0 ^ address.rotate_left(32))
    }
}

/// FNV-1a, mixed. The same in every process and version: replicas of the gateway must agree.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(hash)
}

/// The finaliser of SplitMix64: each bit of the input changes half of the output's.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: u32 = 3000;

    fn owner(key: u32, replicas: &[&str]) -> String {
        let affinity = Affinity::of(&key.to_le_bytes());
        let best = replicas.iter().max_by_key(|address| affinity.score(hash(address.as_bytes())));
        (*best.expect("there are replicas")).to_owned()
    }

    #[test]
    fn keys_are_shared_out_evenly() {
        let replicas = ["10.0.0.1:50052", "10.0.0.2:50052", "10.0.0.3:50052"];
        for replica in replicas {
            let share = (0..KEYS).filter(|key| owner(*key, &replicas) == replica).count();
            assert!((900..1100).contains(&share), "{replica} has {share} of {KEYS}");
        }
    }

    #[test]
    fn a_replica_that_goes_moves_only_its_own_keys() {
        let before = ["10.0.0.1:50052", "10.0.0.2:50052", "10.0.0.3:50052"];
        let after = &before[..2];
        for key in 0..KEYS {
            let owner_before = owner(key, &before);
            if owner_before != before[2] {
                assert_eq!(owner(key, after), owner_before);
            }
        }
    }
}
