//! How often the links of experiments are opened: one number per experiment and hour, and nothing of who came.
//!
//! What counts is a page of an open experiment that was given to a browser: not a preview of its researcher, not
//! a `HEAD`, not what a browser fetches ahead, not a program that says in its user agent that it is one (link
//! previews of messengers, crawlers). A reload counts again: who opens the link twice has opened it twice.
//!
//! Counts are gathered in memory and handed to storage every few seconds and at the end. A gateway that is
//! killed loses those few seconds, and when storage does not answer in time they may be counted twice: this is
//! for a funnel, not for an account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, header};
use nameit_domain::{ExperimentId, Hour, Timestamp, Visits};
use nameit_proto::storage::v1::AddVisitsRequest;
use nameit_proto::storage::v1::visit_service_client::VisitServiceClient;
use nameit_runtime::Shutdown;
use nameit_runtime::client::Channel;

use crate::clients::call;

/// How often counts are handed over.
const FLUSH_EVERY: Duration = Duration::from_secs(5);

/// Experiments and hours that are gathered at once; what comes beyond is not counted. Storage takes as many in
/// one call.
const GATHERED_MAX: usize = 10_000;

/// Opened links of one experiment and hour in one call at most.
const COUNT_MAX: u64 = u32::MAX as u64;

/// What programs that fetch links say of themselves, in lower case.
const PROGRAMS: [&str; 6] = ["bot", "crawl", "spider", "preview", "externalhit", "whatsapp"];

/// Counts of opened links. Cloning it is cheap.
#[derive(Clone)]
pub(crate) struct VisitCounts {
    client: VisitServiceClient<Channel>,
    gathered: Arc<Mutex<HashMap<(ExperimentId, Hour), u64>>>,
}

/// Whether a browser asked for a page in order to show it, as far as it says.
pub(crate) fn is_a_visit(method: &http::Method, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let ahead =
        text(header::HeaderName::from_static("sec-purpose")).is_some_and(|it| it.starts_with("prefetch"));
    // A telephone's maker has a name that ends like a program's.
    let agent = text(header::USER_AGENT).unwrap_or_default().to_ascii_lowercase().replace("cubot", "");
    method == http::Method::GET && !ahead && !PROGRAMS.iter().any(|program| agent.contains(program))
}

// === impl VisitCounts ===

impl VisitCounts {
    pub(crate) fn new(client: VisitServiceClient<Channel>) -> Self {
        Self { client, gathered: Arc::default() }
    }

    /// The link of an experiment was opened.
    pub(crate) fn opened(&self, experiment_id: ExperimentId, at: Timestamp) {
        self.gather((experiment_id, Hour::of(at)), 1);
    }

    /// Hands the counts over now and then, until the shutdown begins; the last ones are handed over by who waits
    /// for the requests that are under way then.
    pub(crate) async fn flush_until(self, shutdown: Shutdown) {
        let soft = shutdown.soft();
        loop {
            tokio::select! {
                () = soft.cancelled() => return,
                () = tokio::time::sleep(FLUSH_EVERY) => self.flush().await,
            }
        }
    }

    /// Hands over what was gathered. What storage does not take is kept for the next time.
    pub(crate) async fn flush(&self) {
        let gathered = std::mem::take(&mut *self.lock());
        if gathered.is_empty() {
            return;
        }
        let visits = gathered.iter().map(|(&(experiment_id, hour), &count)| {
            Visits { experiment_id, hour, count: count.min(COUNT_MAX) }.into()
        });
        let request = AddVisitsRequest { visits: visits.collect() };
        if let Err(status) = self.client.clone().add_visits(call(request)).await {
            tracing::warn!(code = ?status.code(), "counts of opened links wait for storage");
            for (key, count) in gathered {
                self.gather(key, count);
            }
        }
    }

    fn gather(&self, key: (ExperimentId, Hour), count: u64) {
        let mut gathered = self.lock();
        let full = gathered.len() >= GATHERED_MAX;
        match gathered.get_mut(&key) {
            Some(sum) => *sum = sum.saturating_add(count),
            None if full => {}
            None => drop(gathered.insert(key, count)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ExperimentId, Hour), u64>> {
        // Nothing that is done under the lock can panic half-way.
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(method: &http::Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))
        });
        is_a_visit(method, &headers.collect())
    }

    #[test]
    fn a_browser_is_counted_and_a_program_is_not() {
        use http::Method;
        const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        const CUBOT: &str =
            "Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Chrome/120.0 Mobile";
        assert!(visit(&Method::GET, &[]));
        assert!(visit(&Method::GET, &[("user-agent", FIREFOX)]));
        assert!(visit(&Method::GET, &[("user-agent", CUBOT)]));
        assert!(!visit(&Method::HEAD, &[("user-agent", FIREFOX)]));
        assert!(!visit(&Method::GET, &[("user-agent", FIREFOX), ("sec-purpose", "prefetch;prerender")]));
        for program in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "facebookexternalhit/1.1",
            "WhatsApp/2.23.20.0",
            "Mozilla/5.0 (compatible; YandexSpider)",
        ] {
            assert!(!visit(&Method::GET, &[("user-agent", program)]), "{program}");
        }
    }
}
