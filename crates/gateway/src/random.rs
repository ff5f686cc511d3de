//! Secrets from the operating system's randomness.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Letters and digits that nobody mixes up when reading them aloud or typing them from paper.
const UNAMBIGUOUS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// 32 random bytes.
pub(crate) fn bytes32() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// 256 random bits as URL-safe text.
pub(crate) fn secret() -> String {
    encode(&bytes32())
}

/// Bytes as URL-safe text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A code like `K7QW-2MNP`: 40 random bits.
pub(crate) fn completion_code() -> String {
    let mut code = letters(8);
    code.insert(4, '-');
    code
}

/// A slug that says nothing about its experiment: 12 letters and digits, 60 random bits.
pub(crate) fn slug() -> String {
    letters(12).to_lowercase()
}

fn letters(count: usize) -> String {
    bytes32().iter().take(count).map(|byte| char::from(UNAMBIGUOUS[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_form_and_differ() {
        let code = completion_code();
        assert_eq!((code.len(), code.as_bytes()[4]), (9, b'-'));
        assert!(code.bytes().all(|b| b == b'-' || UNAMBIGUOUS.contains(&b)));
        assert_ne!(code, completion_code());
        assert!(nameit_domain::text::Slug::parse(&slug()).is_ok());
    }
}
