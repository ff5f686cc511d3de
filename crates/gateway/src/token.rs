//! Tokens of participants: a signature of the participation's id, so that no lookup is needed.

use nameit_domain::ParticipationId;

use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::signing::{Purpose, Signing};

/// What tokens of participants begin with.
const PREFIX: &str = "nip_";

/// The token of a participation.
pub(crate) fn issue(signing: &Signing, id: ParticipationId) -> Result<String> {
    let signature = signing.sign(Purpose::Participant, &[id.as_bytes()])?;
    Ok(format!("{PREFIX}{}", random::encode(&signature)))
}

/// Refuses a token that is not this participation's.
pub(crate) fn check(signing: &Signing, id: ParticipationId, token: &str) -> Result<()> {
    let right = match token.strip_prefix(PREFIX) {
        Some(signature) => signing.verify(Purpose::Participant, &[id.as_bytes()], signature)?,
        None => false,
    };
    if right {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::PermissionDenied,
        "this token does not belong to this participation; send the one that starting it gave",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_participation_only() {
        let signing = Signing::default();
        signing.set(&[1; 32]);
        let (mine, theirs) = (ParticipationId::generate(), ParticipationId::generate());
        let token = issue(&signing, mine).unwrap();
        assert!(check(&signing, mine, &token).is_ok());
        for wrong in [token.trim_start_matches(PREFIX), "", "nip_", &issue(&signing, theirs).unwrap()] {
            assert!(matches!(check(&signing, mine, wrong).unwrap_err().code, ErrorCode::PermissionDenied));
        }
    }
}
