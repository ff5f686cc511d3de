//! Public gRPC (`nameit.api.v1`) with health and reflection.

use axum::Router;
use tonic_health::pb::health_server::{Health, HealthServer};

use crate::state::Gateway;

/// The gRPC services as routes.
pub(crate) fn router(_gateway: &Gateway, health: HealthServer<impl Health>) -> anyhow::Result<Router> {
    Ok(Router::new().route_service("/grpc.health.v1.Health/{*method}", health))
}
