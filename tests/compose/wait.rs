//! Waiting for something to become true, never longer than it may take.

use std::panic::Location;
use std::time::{Duration, Instant};

/// How often it is looked at. What is asked often starts a process, and these cost more than the pause.
const LOOK: Duration = Duration::from_millis(150);

/// Asks again and again until the answer is `Ok`, for at most `limit`; fails with the last answer.
#[track_caller]
pub(crate) fn until<T>(
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<T, String>,
) -> impl Future<Output = T> {
    let place = Location::caller();
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
