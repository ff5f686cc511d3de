//! The signing key of the installation, and what is signed with it.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use nameit_proto::storage::v1::GetSigningKeyRequest;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tokio::sync::SetOnce;
use tokio_util::sync::CancellationToken;

use crate::clients::{Clients, call};
use crate::error::{Error, Result};
use crate::random;

/// Longest pause between two attempts to get the key.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// How long who asks for the key waits for it.
const A_MOMENT: Duration = Duration::from_millis(500);

/// What a signature is for; a signature for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Tokens of participants.
    Participant,
    /// Tokens against forged forms.
    Csrf,
}

/// The signing key, once storage has given it.
#[derive(Clone, Default)]
pub(crate) struct Signing(Arc<SetOnce<Hmac<Sha256>>>);

// === impl Signing ===

impl Signing {
    /// Whether the key is there, or comes within a moment, as it does when everything starts at once.
    pub(crate) async fn is_ready(&self) -> bool {
        tokio::time::timeout(A_MOMENT, self.0.wait()).await.is_ok()
    }

    /// Signs `parts` (each is delimited, so that no two lists of parts are signed alike).
    pub(crate) fn sign(&self, purpose: Purpose, parts: &[&[u8]]) -> Result<[u8; 32]> {
        let key =
            self.0.get().ok_or_else(|| Error::unavailable("the service is starting; try again shortly"))?;
        let mut mac = key.clone();
        mac.update(match purpose {
            Purpose::Participant => b"participant",
            Purpose::Csrf => b"csrf",
        });
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().into())
    }

    /// Whether `text` is the URL-safe text of the signature of `parts`, in constant time.
    pub(crate) fn verify(&self, purpose: Purpose, parts: &[&[u8]], text: &str) -> Result<bool> {
        let expected = random::encode(&self.sign(purpose, parts)?);
        Ok(expected.as_bytes().ct_eq(text.as_bytes()).into())
    }

    /// Sets the key.
    pub(crate) fn set(&self, key: &[u8]) {
        let mac = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        // A second key can only be the same one: storage keeps the first.
        let _ = self.0.set(mac);
    }

    /// Gets the key from storage; until it is there the gateway is not ready.
    pub(crate) async fn fetch(self, clients: Clients, stop: CancellationToken) {
        let mut pause = Duration::from_millis(50);
        let proposal = random::bytes32().to_vec();
        loop {
            let request = call(GetSigningKeyRequest { proposal: proposal.clone() });
            match clients.system.clone().get_signing_key(request).await {
                Ok(response) => return self.set(&response.into_inner().key),
                Err(status) => {
                    tracing::warn!(rpc.code = ?status.code(), "storage gives no signing key yet; asking again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_asks_for_the_key_waits_a_moment_for_it() {
        let signing = Signing::default();
        assert!(!signing.is_ready().await, "nobody gives it");
        let asking = tokio::spawn({
            let signing = signing.clone();
            async move { signing.is_ready().await }
        });
        tokio::task::yield_now().await;
        signing.set(&[7; 32]);
        assert!(asking.await.unwrap());
    }

    #[test]
    fn a_signature_counts_for_its_purpose_and_parts_only() {
        let signing = Signing::default();
        assert!(signing.sign(Purpose::Csrf, &[b"a"]).is_err(), "without a key nothing is signed");
        signing.set(&[7; 32]);
        let text = random::encode(&signing.sign(Purpose::Csrf, &[b"a", b"bc"]).unwrap());
        assert!(signing.verify(Purpose::Csrf, &[b"a", b"bc"], &text).unwrap());
        assert!(!signing.verify(Purpose::Csrf, &[b"ab", b"c"], &text).unwrap());
        assert!(!signing.verify(Purpose::Participant, &[b"a", b"bc"], &text).unwrap());
    }
}
