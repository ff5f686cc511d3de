//! What operators see, for programs.

use axum::Json;
use axum::extract::State;

use crate::access::Operator;
use crate::error::problem::Problem;
use crate::services::operate::{self, SelfTest};
use crate::state::Gateway;

/// The self-test of the installation: everything is asked when this is called. It always answers 200; `state`
/// says how the installation is. Without an operator code there is no such address.
#[utoipa::path(
    get, path = "/api/v1/operate", tag = "system", operation_id = "self_test", security(("operator" = [])),
    responses(
        (status = 200, body = SelfTest),
        (status = 401, body = Problem),
        (status = 404, description = "no operator code is set", body = Problem),
        (status = 429, description = "too many wrong codes", body = Problem),
    )
)]
pub(crate) async fn get(State(gateway): State<Gateway>, operator: Operator) -> Json<SelfTest> {
    Json(operate::self_test(&gateway, operator).await)
}
