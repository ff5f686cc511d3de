//! Random words, for accounts that a command makes.

use anyhow::Context as _;

/// Characters that are not mistaken for others; 32 of them, so that five bits choose one.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 20 characters: 100 random bits.
pub(crate) fn password() -> anyhow::Result<String> {
    word::<20>()
}

/// Four characters that make a name different.
pub(crate) fn suffix() -> anyhow::Result<String> {
    word::<4>()
}

fn word<const N: usize>() -> anyhow::Result<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_different() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_eq!(one.len(), 20);
        assert_ne!(one, other);
    }
}
