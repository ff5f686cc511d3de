//! Passwords: hashed with Argon2id off the async threads, a few at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::config::PasswordCost;
use crate::error::{Error, Result};

/// Hashes computed at once: each takes one core and the memory that the parameters say.
const AT_ONCE: usize = 2;
/// Callers that may wait for a turn.
const WAITING_MAX: usize = 64;

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// Verified against when there is no such handle, so that the answer takes the same time.
    nobody: Arc<str>,
}

// === impl Passwords ===

impl Passwords {
    /// Hashes at this cost.
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, argon2::Error> {
        let params = Params::new(cost.password_memory_kib, cost.password_passes, 1, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, &crate::random::secret()).map_err(|_| argon2::Error::MemoryTooMuch)?;
        Ok(Self {
            argon2,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            nobody: nobody.into(),
        })
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        let argon2 = self.argon2.clone();
        self.in_turn(move || hash(&argon2, &password))
            .await?
            .map_err(|error| Error::internal(error.to_string()))
    }

    /// Whether `password` belongs to `stored`. Without `stored` it takes as long and is false.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let argon2 = self.argon2.clone();
        let nobody = Arc::clone(&self.nobody);
        self.in_turn(move || {
            let against = stored.as_deref().unwrap_or(&nobody);
            argon2.verify_password(password.as_bytes(), against).is_ok() && stored.is_some()
        })
        .await
    }

    /// Whether a stored hash was made at another cost than the present one and should be made again.
    pub(crate) fn is_outdated(&self, stored: &str) -> bool {
        let params = self.argon2.params();
        let present =
            format!("$argon2id$v=19$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost());
        !stored.starts_with(&present)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Error::unavailable("too many people sign in at this moment; try again shortly"))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        })
        .await
        .map_err(Error::internal)
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(argon2.hash_password(password.as_bytes())?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new(PasswordCost { password_memory_kib: 64, password_passes: 1 }).unwrap();
        let stored = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        assert!(passwords.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
        assert!(!passwords.is_outdated(&stored));
        assert!(passwords.is_outdated("$argon2id$v=19$m=19456,t=2,p=1$abc$def"));
    }
}
