//! The stack as it stands after `docker compose up`: healthy, closed, and no container allowed more than it needs.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::docker::{Container, docker};
use crate::stack::{HEALTHY_WITHIN, OURS, Stack};

/// Whoever runs in our containers.
const USER: &str = "65532:65532";

pub(crate) async fn it_is_healthy_within_a_minute(stack: &Stack) {
    stack.healthy().await;
    println!("up and healthy after {:.1} s", stack.up_took.as_secs_f64());
    assert!(stack.up_took < HEALTHY_WITHIN, "it took {:?}", stack.up_took);
    stack.client().get("/readyz").await.expect_ok();
    for service in OURS {
        let container = stack.container(service).await;
        assert_eq!(
            container.at("/State/Health/Status"),
            "healthy",
            "{service} has a health check of its own"
        );
    }
}

pub(crate) async fn only_the_gateway_is_reached_from_outside(stack: &Stack) {
    for container in stack.containers().await {
        let published: Vec<(&String, &Value)> = published(&container);
        if container.service() == "gateway" {
            let [(port, at)] = published[..] else { panic!("the gateway publishes {published:?}") };
            assert_eq!((port.as_str(), &at[0]["HostIp"]), ("8080/tcp", &json!("127.0.0.1")));
            assert_eq!(at.as_array().unwrap().len(), 1, "{at}");
            let address: SocketAddr = stack.url.trim_start_matches("http://").parse().unwrap();
            TcpStream::connect_timeout(&address, Duration::from_secs(5)).expect("this is where it is");
        } else {
            assert!(published.is_empty(), "{} publishes {published:?}", container.name());
        }
        assert_ne!(container.at("/HostConfig/NetworkMode"), "host", "{}", container.name());
    }
    // What works on the data has no way out of the machine.
    for service in ["mongo", "storage", "datamining"] {
        let container = stack.container(service).await;
        for (name, network) in container.at("/NetworkSettings/Networks").as_object().unwrap() {
            let id = network["NetworkID"].as_str().unwrap();
            let internal = docker(&["network", "inspect", "--format", "{{.Internal}}", id]).await;
            assert_eq!(internal, "true", "{service} is in {name}");
        }
    }
}

fn published(container: &Container) -> Vec<(&String, &Value)> {
    let ports = container.at("/NetworkSettings/Ports").as_object();
    ports.into_iter().flatten().filter(|(_, at)| !at.is_null()).collect()
}

pub(crate) async fn every_container_may_do_no_more_than_it_must(stack: &Stack) {
    for container in stack.containers().await {
        let name = container.name();
        let of = |pointer: &str| container.at(&format!("/HostConfig/{pointer}"));
        assert_eq!(of("Privileged"), false, "{name}");
        assert_eq!(of("CapDrop"), &json!(["ALL"]), "{name}");
        assert!(of("SecurityOpt").to_string().contains("no-new-privileges"), "{name}: {}", of("SecurityOpt"));
        assert!(of("Memory").as_u64().unwrap() > 0, "{name} has a limit of memory");
        assert!(of("NanoCpus").as_u64().unwrap() > 0, "{name} has a limit of processor time");
        assert!(of("PidsLimit").as_i64().is_some_and(|limit| limit > 0), "{name} has a limit of processes");
        assert!(of("LogConfig/Config/max-size").is_string(), "the log of {name} does not grow for ever");
        if !OURS.contains(&container.service()) && container.service() != "collector" {
            continue;
        }
        assert_eq!(container.at("/Config/User"), USER, "{name}");
        assert_eq!(of("ReadonlyRootfs"), true, "{name}");
        assert!(of("CapAdd").is_null() || of("CapAdd") == &json!([]), "{name}: {}", of("CapAdd"));
        assert_eq!(of("RestartPolicy/Name"), "unless-stopped", "{name}");
    }
}

pub(crate) async fn no_secret_stands_where_the_engine_tells_it(stack: &Stack) {
    let secrets = stack.secrets().await;
    assert!(!secrets.is_empty(), "the stack has secrets");
    for container in stack.containers().await {
        let told = container.inspected.to_string();
        for (name, secret) in &secrets {
            assert!(!told.contains(secret.as_str()), "docker inspect {} tells {name}", container.name());
        }
        for (name, value) in container.environment() {
            let is_secret = ["PASSWORD", "SECRET", "KEY", "TOKEN"].iter().any(|word| name.contains(word));
            assert!(
                !is_secret || name.ends_with("_FILE"),
                "{}: {name} is {} letters",
                container.name(),
                value.len()
            );
        }
    }
}
