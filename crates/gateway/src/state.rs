//! What all requests share. Cloning a [`Gateway`] is cheap.

use std::ops::Deref;
use std::sync::Arc;

use nameit_domain::Clock;
use nameit_runtime::{Health, Shutdown};

use crate::cache::Caches;
use crate::clients::Clients;
use crate::config::Config;
use crate::counts::Counts;
use crate::images::ImageWorkers;
use crate::ingest::Ingest;
use crate::operator::Operators;
use crate::password::Passwords;
use crate::services::visits::VisitCounts;
use crate::signing::Signing;
use crate::streams::Streams;
use crate::throttle::Throttle;

/// A handle to what all requests share.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Shared>);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) clients: Clients,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: Config,
    /// The address that browsers use, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) signing: Signing,
    pub(crate) operators: Operators,
    pub(crate) passwords: Passwords,
    pub(crate) throttles: Throttles,
    pub(crate) ingest: Ingest,
    pub(crate) counts: Counts,
    pub(crate) visits: VisitCounts,
    pub(crate) caches: Caches,
    pub(crate) images: ImageWorkers,
    pub(crate) streams: Streams,
    pub(crate) health: Health,
    pub(crate) shutdown: Shutdown,
}

/// How often things may be tried.
pub(crate) struct Throttles {
    /// Signing in, by handle.
    pub(crate) sign_in: Throttle,
    /// Making an account; one key for all.
    pub(crate) accounts: Throttle,
    /// Wrong access codes, by slug.
    pub(crate) wrong_codes: Throttle,
}

// === impl Gateway ===

impl Gateway {
    /// Shares `shared`.
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Whether browsers come by https.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The link that participants open.
    pub(crate) fn link(&self, experiment: &nameit_domain::Experiment) -> String {
        format!("{}/run/{}", self.public_url, experiment.slug)
    }
}

impl Deref for Gateway {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

// === impl Throttles ===

impl Throttles {
    /// Throttles with the bounds of `limits`.
    pub(crate) fn new(limits: &crate::config::Limits) -> Self {
        Self {
            sign_in: Throttle::new(
                limits.sign_ins_per_minute,
                "too many attempts to sign in with this handle; wait a minute",
            ),
            accounts: Throttle::new(limits.accounts_per_minute, "too many new accounts; wait a minute"),
            wrong_codes: Throttle::new(
                limits.wrong_codes_per_minute,
                "too many wrong access codes for this experiment; wait a minute",
            ),
        }
    }
}
