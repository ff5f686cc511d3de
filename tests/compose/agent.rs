//! The privileged part: the machine, every container, and the logs of those that are not ours.

use std::collections::BTreeSet;

use crate::cleanup;
use crate::docker::docker;
use crate::stack::{OURS, SERVICES, Stack};

/// What is measured of the machine.
const MACHINE: [&str; 5] = [
    "system.cpu.utilization",
    "system.memory.utilization",
    "system.filesystem.utilization",
    "system.disk.io",
    "system.network.io",
];

/// What is measured of each container.
const CONTAINER: [&str; 4] = [
    "container.cpu.utilization",
    "container.memory.usage.total",
    "container.memory.percent",
    "container.uptime",
];

pub(crate) async fn the_machine_and_each_container_are_measured(stack: &Stack) {
    stack.compose(&["--profile", "agent", "up", "--detach", "--no-recreate", "--wait", "agent"]).await;
    let mut reader = stack.telemetry.read_from_now();
    reader
        .until(|received| {
            let told: BTreeSet<&str> = received.points.iter().map(|point| point.metric.as_str()).collect();
            let missing: Vec<&&str> = MACHINE.iter().filter(|name| !told.contains(**name)).collect();
            if missing.is_empty() {
                Ok(())
            } else {
                Err(format!("nothing of the machine's {missing:?} has come"))
            }
        })
        .await;
    reader
        .until(|received| {
            let told: BTreeSet<(&str, &str)> = received
                .points
                .iter()
                .filter(|point| point.resource_attribute("compose.project") == stack.project())
                .map(|point| (point.resource_attribute("compose.service"), point.metric.as_str()))
                .collect();
            for service in SERVICES {
                for metric in CONTAINER {
                    if !told.contains(&(service, metric)) {
                        return Err(format!("{metric} of {service} has not come"));
                    }
                }
            }
            Ok(())
        })
        .await;
    println!(
        "{} metrics of the machine, {} of each of {} containers",
        MACHINE.len(),
        CONTAINER.len(),
        SERVICES.len()
    );
}

pub(crate) async fn logs_of_a_container_that_came_later_are_found_and_redacted(stack: &Stack) {
    stack.compose(&["--profile", "agent", "up", "--detach", "--no-recreate", "--wait", "agent"]).await;
    let mut reader = stack.telemetry.read_from_now();
    let name = format!("{}-later", stack.project());
    // Its image is at hand, and has a shell.
    let mongo = stack.container("mongo").await;
    let image = mongo.at("/Image").as_str().expect("a container has an image");
    let label = cleanup::label(stack.project());
    let says = "echo 'somebody came later: ana.later@example.org from 192.0.2.9'";
    let is = ["--detach", "--name", &name, "--label", &label, "--network", "none", "--entrypoint", "sh"];
    docker(&[&["run"], &is[..], &[image, "-c", says]].concat()).await;
    let line = reader
        .until(|received| {
            let found = received.records.iter().find(|record| record.body.contains("somebody came later"));
            found.cloned().ok_or_else(|| "its line has not come".to_owned())
        })
        .await;
    docker(&["rm", "--force", &name]).await;
    println!("{name} said: {}", line.body);
    assert!(!line.body.contains("@example.org") && !line.body.contains("192.0.2"), "{}", line.body);
    assert_eq!(line.resource_attribute("container.name"), name, "{:?}", line.resource);
    // Who sends his log by OTLP is not read a second time.
    let twice = reader.received.records.iter().find(|record| {
        OURS.contains(&record.resource_attribute("compose.service"))
            && !record.resource_attribute("container.id").is_empty()
    });
    assert!(twice.is_none(), "{twice:?}");
    stack.compose(&["--profile", "agent", "rm", "--force", "--stop", "agent"]).await;
}
