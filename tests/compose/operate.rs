//! What the installation says of itself to whoever holds the operator code that `deploy/secrets/make` made.

use std::time::Duration;

use serde_json::Value;

use crate::stack::{OURS, Stack};
use crate::wait::until;

/// Every service has sent something of each kind within this time.
const SENT_WITHIN: Duration = Duration::from_secs(30);

pub(crate) async fn the_self_test_finds_nothing_broken_and_everything_connected(stack: &Stack) {
    let client = stack.client();
    client.get("/api/v1/operate").await.expect_problem(401, "");
    client.with_token("not-the-code-0123456789").get("/api/v1/operate").await.expect_problem(401, "");
    let secrets = stack.secrets().await;
    let code = secrets.iter().find_map(|(name, code)| (name == "operator_code").then_some(code));
    let operator = client.with_token(code.expect("compose.yaml mounts an operator code"));
    let test = until(SENT_WITHIN, async || {
        let test = operator.get("/api/v1/operate").await.expect_ok().json();
        is_connected(&test).map(|()| test)
    })
    .await;
    for check in test["checks"].as_array().unwrap() {
        println!("{:<22} {:<10} {}", text(check, "id"), text(check, "state"), text(check, "found"));
        assert_ne!(check["state"], "broken", "{check}");
    }
}

/// Whether every service answered and sends all that it tells to the collector.
fn is_connected(test: &Value) -> Result<(), String> {
    let services = test["services"].as_array().unwrap();
    for name in OURS {
        let service = services.iter().find(|service| service["name"] == name);
        let service = service.ok_or_else(|| format!("{name} is not among {test}"))?;
        for signal in service["telemetry"].as_array().unwrap() {
            let arrives = signal["is_failing"] == false && signal["exported"].as_u64() > Some(0);
            if !arrives || !text(signal, "endpoint").contains("collector:4317") {
                return Err(format!("{name}: {signal}"));
            }
        }
        if service["telemetry"].as_array().map(Vec::len) != Some(3) || !service["problem"].is_null() {
            return Err(format!("{name}: {service}"));
        }
    }
    Ok(())
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}
