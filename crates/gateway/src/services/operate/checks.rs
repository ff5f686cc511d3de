//! What the facts mean, and what an operator can do. Pure.

use nameit_proto::storage::v1::{Disk, ExamineResponse, Probe, probe};
use nameit_runtime::client::{ReplicaState, ReplicaStatus};

use super::{Check, Facts, Service, Signal, State};

/// Milliseconds above which a small read or write of the database is slow.
const SLOW_MS: f64 = 500.0;
/// Milliseconds by which two clocks may differ; more shows in times of answers and in the order of logs.
const SKEW_MAX_MS: i64 = 2_000;
/// Share of a disk that should be free.
const FREE_MIN: f64 = 0.10;
/// Share of a disk below which it is as good as full.
const FULL: f64 = 0.02;

/// All checks, in the order in which an operator wants to read them.
pub(super) fn all(facts: &Facts) -> Vec<Check> {
    let mut checks: Vec<Check> = facts.readiness.checks.iter().map(readiness).collect();
    match &facts.database {
        Some(database) => checks.extend(of_database(database)),
        None => checks.push(Check::new(
            "database",
            "Database",
            State::Broken,
            "not known: storage did not answer",
            "Start storage, or see its log: it is the only one that talks to the database.",
        )),
    }
    checks.extend(facts.replicas.iter().map(|(name, replicas)| of_replicas(name, replicas)));
    checks.push(versions(&facts.services));
    checks.extend(facts.services.iter().filter(|service| service.name != "gateway").map(clock));
    checks.extend(facts.services.iter().map(telemetry));
    checks
}

fn readiness((name, answer): &(&'static str, Result<(), String>)) -> Check {
    let (what, broken, advice) = match *name {
        "datamining" => (
            "Datamining",
            State::Attention,
            "Answers are still taken; results and live reports come back with it. See its log.",
        ),
        "signing_key" => (
            "Key that signs participants' tokens",
            State::Broken,
            "The gateway gets it from storage when both are up; see whether storage is ready.",
        ),
        "storage" => (
            "Storage",
            State::Broken,
            "No answer can be stored; browsers keep what was typed and send it later. See its log.",
        ),
        other => (other, State::Attention, "See the log of the gateway."),
    };
    let id = format!("ready.{name}");
    match answer {
        Ok(()) => Check::new(id, what, State::Ok, "ready", ""),
        Err(problem) => Check::new(id, what, broken, problem.clone(), advice),
    }
}

fn of_database(database: &ExamineResponse) -> Vec<Check> {
    let version = database.backend_version.as_deref().unwrap_or_default();
    let name = match database.backend.as_str() {
        "sqlite" => format!("SQLite {version}"),
        "mongodb" => format!("MongoDB {version}"),
        other => format!("{other} {version}"),
    };
    vec![
        probe_of(
            "database.read",
            "Database answers",
            database.read.as_ref(),
            &format!("{}: a small read", name.trim_end()),
            "Nothing can be stored or shown; browsers keep what was typed. See whether the database runs, and \
             storage's log.",
        ),
        probe_of(
            "database.write",
            "Database keeps",
            database.write.as_ref(),
            "a small durable write",
            "No answer can be stored; browsers keep what was typed. Is the disk full, or read only?",
        ),
        disk(database.disk.as_ref()),
    ]
}

fn probe_of(id: &str, what: &str, probe: Option<&Probe>, tried: &str, advice: &str) -> Check {
    match probe.and_then(|probe| probe.outcome.as_ref()) {
        Some(probe::Outcome::Milliseconds(ms)) if *ms > SLOW_MS => Check::new(
            id,
            what,
            State::Attention,
            format!("{tried} took {ms:.0} ms"),
            "Slow: each answer waits for this. Look at the load of the database and at its disk.",
        ),
        Some(probe::Outcome::Milliseconds(ms)) => {
            Check::new(id, what, State::Ok, format!("{tried} took {ms:.1} ms"), "")
        }
        Some(probe::Outcome::Problem(problem)) => {
            Check::new(id, what, State::Broken, format!("{tried} failed: {problem}"), advice)
        }
        None => Check::new(id, what, State::Attention, "storage said nothing about it", "Upgrade storage."),
    }
}

fn disk(disk: Option<&Disk>) -> Check {
    let (id, what) = ("disk", "Disk of the database");
    let Some(disk) = disk.filter(|disk| disk.total_bytes > 0) else {
        return Check::new(
            id,
            what,
            State::Ok,
            "not seen from here: the database is a server of its own",
            "Watch the disk of the database server where it runs.",
        );
    };
    let share = disk.free_bytes as f64 / disk.total_bytes as f64;
    let found = format!(
        "{} of {} free ({:.0} %); the database takes {}",
        bytes(disk.free_bytes),
        bytes(disk.total_bytes),
        share * 100.0,
        bytes(disk.database_bytes)
    );
    let (state, advice) = if share < FULL {
        (State::Broken, "Free some space at once: on a full disk answers are refused until there is room.")
    } else if share < FREE_MIN {
        (State::Attention, "Less than 10 % is free: make room, or give the database a larger disk.")
    } else {
        (State::Ok, "")
    };
    Check::new(id, what, state, found, advice)
}

fn of_replicas(name: &str, replicas: &[ReplicaStatus]) -> Check {
    let (id, what) = (format!("replicas.{name}"), format!("Replicas of {name}"));
    let away: Vec<String> = replicas.iter().filter_map(trouble).collect();
    let serving = replicas.len() - away.len();
    let found = match replicas {
        [] => "no address is known".to_owned(),
        [one] if away.is_empty() && one.address == "memory" => "one, in this process".to_owned(),
        _ => {
            let listed: Vec<&str> = replicas.iter().map(|replica| replica.address.as_str()).collect();
            let trouble = if away.is_empty() { String::new() } else { format!("; {}", away.join(", ")) };
            format!("{serving} of {} can be called ({}){trouble}", replicas.len(), listed.join(", "))
        }
    };
    if replicas.is_empty() || !away.is_empty() {
        let advice = "Calls go to the others. See the log of the one that is away; one that was stopped for good is \
                      forgotten within seconds.";
        Check::new(id, what, State::Attention, found, advice)
    } else {
        Check::new(id, what, State::Ok, found, "")
    }
}

/// Why a replica cannot be called at the moment.
fn trouble(replica: &ReplicaStatus) -> Option<String> {
    let address = &replica.address;
    match &replica.state {
        ReplicaState::Ready => None,
        ReplicaState::NotServing => Some(format!("{address} says that it is not ready")),
        ReplicaState::Connecting => Some(format!("{address} is being connected")),
        ReplicaState::Unreachable(why) => Some(format!("{address} cannot be reached: {why}")),
    }
}

fn versions(services: &[Service]) -> Check {
    let known: Vec<(&str, &str)> =
        services.iter().filter_map(|service| Some((service.name, service.version.as_deref()?))).collect();
    let listed: Vec<String> = known.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let is_one = known.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let (state, advice) = match (is_one, known.len() == services.len()) {
        (true, true) => (State::Ok, ""),
        (true, false) => (State::Attention, "Not all services answered; see the rows above."),
        (false, _) => (
            State::Attention,
            "Services of different versions work together only while an upgrade is under way: finish it.",
        ),
    };
    Check::new("versions", "Versions", state, listed.join(", "), advice)
}

fn clock(service: &Service) -> Check {
    let (id, what) = (format!("clock.{}", service.name), format!("Clock of {}", service.name));
    let (Some(skew), Some(uncertainty)) = (service.clock_skew_ms, service.clock_uncertainty_ms) else {
        let found = service.problem.as_deref().unwrap_or("did not say what time it is");
        return Check::new(
            id,
            what,
            State::Attention,
            found,
            "The clock can be compared when the service answers.",
        );
    };
    let direction = if skew < 0 { "behind" } else { "ahead of" };
    let found = format!("{} ms {direction} the gateway's, give or take {uncertainty} ms", skew.abs());
    if skew.abs() - uncertainty > SKEW_MAX_MS {
        let advice = "Times of answers and the order of logs are off: synchronise the clocks (chrony, systemd-timesyncd).";
        Check::new(id, what, State::Attention, found, advice)
    } else {
        Check::new(id, what, State::Ok, found, "")
    }
}

fn telemetry(service: &Service) -> Check {
    let (id, what) = (format!("telemetry.{}", service.name), format!("Telemetry of {}", service.name));
    if let Some(problem) = &service.problem {
        return Check::new(
            id,
            what,
            State::Attention,
            problem.clone(),
            "It is known when the service answers.",
        );
    }
    let exported: Vec<&Signal> =
        service.telemetry.iter().filter(|signal| signal.endpoint.is_some()).collect();
    if exported.is_empty() {
        return Check::new(
            id,
            what,
            State::Ok,
            "not exported",
            "Fine without a collector. To see it in one place, set OTEL_EXPORTER_OTLP_ENDPOINT and start the service again.",
        );
    }
    let named = |signals: Vec<&Signal>| {
        let names: Vec<&str> = signals.iter().map(|signal| signal.name.as_str()).collect();
        names.join(", ")
    };
    let failing: Vec<&Signal> = exported.iter().copied().filter(|signal| signal.is_failing).collect();
    if let Some(first) = failing.first() {
        let why = first.last_error.as_deref().unwrap_or("no reason was given");
        return Check::new(
            id,
            what,
            State::Attention,
            format!("{} do not arrive: {why}", named(failing.clone())),
            "The service works on and drops what its buffers do not hold. See whether the collector runs and can be reached.",
        );
    }
    let dropped: u64 = exported.iter().map(|signal| signal.dropped).sum();
    let lost =
        if dropped == 0 { String::new() } else { format!("; {dropped} items were dropped since the start") };
    Check::new(id, what, State::Ok, format!("{} arrive{lost}", named(exported)), "")
}

/// `41.2 GB`: powers of 1000, as disks are sold.
fn bytes(count: u64) -> String {
    let mut value = count as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 999.5 {
            return if unit == "B" { format!("{value:.0} B") } else { format!("{value:.1} {unit}") };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

// === impl Check ===

impl Check {
    fn new(
        id: impl Into<String>,
        what: impl Into<String>,
        state: State,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), what: what.into(), state, found: found.into(), advice: advice.into() }
    }
}

#[cfg(test)]
mod tests {
    use nameit_runtime::health::Readiness;

    use super::*;

    fn took(ms: f64) -> Probe {
        Probe { outcome: Some(probe::Outcome::Milliseconds(ms)) }
    }

    fn service(name: &'static str) -> Service {
        Service {
            name,
            version: Some("0.1.0".to_owned()),
            clock_skew_ms: Some(12),
            clock_uncertainty_ms: Some(1),
            problem: None,
            telemetry: Vec::new(),
        }
    }

    fn facts() -> Facts {
        let database = ExamineResponse {
            backend: "sqlite".to_owned(),
            backend_version: Some("3.50.4".to_owned()),
            read: Some(took(0.21)),
            write: Some(took(4.2)),
            disk: Some(Disk {
                free_bytes: 41_200_000_000,
                total_bytes: 100_000_000_000,
                database_bytes: 5_300,
            }),
            ..ExamineResponse::default()
        };
        Facts {
            readiness: Readiness { ready: true, checks: vec![("storage", Ok(())), ("datamining", Ok(()))] },
            database: Some(database),
            services: vec![service("gateway"), service("storage"), service("datamining")],
            replicas: vec![("storage", vec![replica("10.0.0.5:50051", ReplicaState::Ready)])],
        }
    }

    fn replica(address: &str, state: ReplicaState) -> ReplicaStatus {
        ReplicaStatus { address: address.to_owned(), state }
    }

    #[test]
    fn replicas_are_counted_and_those_that_are_away_named() {
        let mut facts = facts();
        assert_eq!(check(&facts, "replicas.storage").found, "1 of 1 can be called (10.0.0.5:50051)");
        facts.replicas[0].1.push(replica("10.0.0.6:50051", ReplicaState::NotServing));
        let seen = check(&facts, "replicas.storage");
        assert_eq!(seen.state, State::Attention);
        assert!(
            seen.found.starts_with("1 of 2 can be called") && seen.found.contains("10.0.0.6:50051 says"),
            "{seen:?}"
        );
        facts.replicas[0].1 = vec![replica("memory", ReplicaState::Ready)];
        assert_eq!(check(&facts, "replicas.storage").found, "one, in this process");
        facts.replicas[0].1.clear();
        assert_eq!(check(&facts, "replicas.storage").state, State::Attention);
    }

    fn check(facts: &Facts, id: &str) -> Check {
        let checks = all(facts);
        checks
            .iter()
            .find(|check| check.id == id)
            .unwrap_or_else(|| panic!("{id} is not in {checks:?}"))
            .clone()
    }

    #[test]
    fn where_all_is_well_nothing_asks_for_attention() {
        let checks = all(&facts());
        assert!(checks.iter().all(|check| check.state == State::Ok), "{checks:?}");
        assert_eq!(check(&facts(), "database.read").found, "SQLite 3.50.4: a small read took 0.2 ms");
        assert_eq!(
            check(&facts(), "disk").found,
            "41.2 GB of 100.0 GB free (41 %); the database takes 5.3 kB"
        );
        assert_eq!(check(&facts(), "clock.storage").found, "12 ms ahead of the gateway's, give or take 1 ms");
    }

    #[test]
    fn what_is_wrong_says_what_to_do() {
        let mut facts = facts();
        let database = facts.database.as_mut().unwrap();
        database.read = Some(took(812.0));
        database.write =
            Some(Probe { outcome: Some(probe::Outcome::Problem("database or disk is full".to_owned())) });
        database.disk = Some(Disk { free_bytes: 9, total_bytes: 100, database_bytes: 1 });
        facts.readiness.checks =
            vec![("storage", Err("is away".to_owned())), ("datamining", Err("x".to_owned()))];
        facts.services[1].version = Some("0.2.0".to_owned());
        facts.services[1].clock_skew_ms = Some(-2_500);
        facts.services[2] = Service {
            version: None,
            clock_skew_ms: None,
            problem: Some("is away".to_owned()),
            ..service("datamining")
        };
        for (id, state) in [
            ("ready.storage", State::Broken),
            ("ready.datamining", State::Attention),
            ("database.read", State::Attention),
            ("database.write", State::Broken),
            ("disk", State::Attention),
            ("versions", State::Attention),
            ("clock.storage", State::Attention),
            ("clock.datamining", State::Attention),
            ("telemetry.datamining", State::Attention),
        ] {
            let check = check(&facts, id);
            assert_eq!(check.state, state, "{check:?}");
            assert!(!check.advice.is_empty(), "{check:?}");
        }
        facts.database = None;
        assert_eq!(check(&facts, "database").state, State::Broken);
    }

    #[test]
    fn a_disk_is_judged_by_what_is_free() {
        for (free, state) in
            [(1, State::Broken), (2, State::Attention), (9, State::Attention), (10, State::Ok)]
        {
            let seen = disk(Some(&Disk { free_bytes: free, total_bytes: 100, database_bytes: 0 }));
            assert_eq!(seen.state, state, "{free} % free");
        }
        assert_eq!(disk(None).state, State::Ok, "MongoDB's disk is not storage's");
    }

    #[test]
    fn a_clock_is_wrong_only_beyond_what_the_way_may_explain() {
        let skewed = |skew, uncertainty| {
            clock(&Service {
                clock_skew_ms: Some(skew),
                clock_uncertainty_ms: Some(uncertainty),
                ..service("storage")
            })
            .state
        };
        assert_eq!(skewed(2_000, 0), State::Ok);
        assert_eq!(skewed(-2_001, 0), State::Attention);
        assert_eq!(skewed(2_900, 1_000), State::Ok);
    }

    #[test]
    fn telemetry_that_does_not_arrive_is_named_with_its_reason() {
        let signal = |name: &str, is_failing| Signal {
            name: name.to_owned(),
            endpoint: Some("http://collector:4317".to_owned()),
            exported: 7,
            dropped: 3,
            is_failing,
            last_error: Some("connection refused".to_owned()),
            last_error_ago_ms: Some(1),
            last_success_ago_ms: None,
        };
        let of = |telemetry| telemetry_of(telemetry);
        let well = of(vec![signal("traces", false), signal("logs", false)]);
        assert_eq!(
            (well.state, well.found.as_str()),
            (State::Ok, "traces, logs arrive; 6 items were dropped since the start")
        );
        let failing = of(vec![signal("traces", false), signal("logs", true)]);
        assert_eq!(failing.state, State::Attention);
        assert_eq!(failing.found, "logs do not arrive: connection refused");
        assert_eq!(of(Vec::new()).found, "not exported");
    }

    fn telemetry_of(telemetry: Vec<Signal>) -> Check {
        super::telemetry(&Service { telemetry, ..service("storage") })
    }

    #[test]
    fn bytes_are_written_one_way() {
        for (count, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (999_960, "1.0 MB"),
            (3_000_000_000_000, "3.0 TB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }
}
