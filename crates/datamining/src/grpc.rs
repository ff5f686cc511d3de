//! The gRPC services of datamining, one file per service.

pub mod agreement;
pub mod colours;
pub mod comparison;
pub mod decision;
pub mod descriptions;
pub mod norms;
pub mod participants;
pub mod report;
pub mod system;
pub mod usage;
pub mod variants;

use tonic::Status;

/// Computes away from the threads that serve.
pub(crate) async fn computed<T: Send + 'static>(
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Status> {
    tokio::task::spawn_blocking(compute)
        .await
        .map_err(|_| Status::unavailable("the service is stopping; try again in a moment"))
}
