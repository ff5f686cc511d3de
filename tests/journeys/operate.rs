//! The self-test of operators, with the real services.

use nameit_testkit::Sandbox;
use serde_json::Value;

fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id} is not in {report}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_installation_tests_itself() {
    let mut sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let report = client.get("/api/v1/operate").await.expect_ok().json();
    for id in [
        "ready.storage",
        "ready.signing_key",
        "ready.datamining",
        "database.read",
        "database.write",
        "versions",
        "clock.storage",
        "clock.datamining",
        "telemetry.gateway",
    ] {
        assert_eq!(check(&report, id)["state"], "ok", "{id} in {report}");
    }
    let found = check(&report, "database.read")["found"].as_str().unwrap();
    assert!(found.starts_with("SQLite 3."), "{found}");
    let disk = check(&report, "disk")["found"].as_str().unwrap();
    assert!(disk.contains(" free (") && disk.contains("the database takes"), "{disk}");
    client.get("/operate").await.expect_page(200, "id=\"check-database.write\"");

    sandbox.stop_datamining().await;
    let report = client.get("/api/v1/operate").await.expect_ok().json();
    // The machine may have troubles of its own, such as a full disk: the whole is as its worst part.
    let parts = report["checks"].as_array().unwrap();
    let broken = parts.iter().any(|part| part["state"] == "broken");
    assert_eq!(report["state"], if broken { "broken" } else { "attention" }, "{report}");
    assert_eq!(check(&report, "clock.datamining")["state"], "attention");
    assert_eq!(check(&report, "database.write")["state"], "ok");
}
