//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Asks again and again until the answer is `Ok`, for at most `limit`; fails with the last answer.
#[track_caller]
pub(crate) fn until<T, F>(limit: Duration, mut ask: impl FnMut() -> F) -> impl Future<Output = T>
where
    F: Future<Output = Result<T, String>>,
{
    let place = std::panic::Location::caller();
    async move {
        let began = Instant::now();
        loop {
            let last = match ask().await {
                Ok(answer) => return answer,
                Err(last) => last,
            };
            assert!(began.elapsed() < limit, "{place}: not within {limit:?}: {last}");
            tokio::time::sleep(LOOK).await;
        }
    }
}
