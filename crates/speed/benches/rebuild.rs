//! How long datamining takes to know an experiment of up to ten million responses that it has never heard of, how much
//! memory that takes, and what it then costs to serve a report after each further response: storage over SQLite in this
//! process, datamining in a process of its own, gRPC over loopback between them. Run with
//! `cargo bench -p nameit-speed --bench rebuild`, with ` -- "all different"` behind it for one kind alone.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nameit_datamining::App;
use nameit_domain::{ExperimentId, NewParticipation, Response, SystemClock};
use nameit_proto::datamining::v1::GetReportRequest;
use nameit_proto::datamining::v1::report_service_client::ReportServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::{self as storage_wire, CommitRequest};
use nameit_runtime::client::{Channel, channel};
use nameit_runtime::{Connect, Listen, Shutdown};
use nameit_speed::{Answers, ProcessUsage};
use nameit_storage::App as Storage;
use nameit_store::Store;
use nameit_store::conformance::story::{at, new_participation, published, response, said};
use nameit_store::response::Write;
use nameit_store_sqlite::{Options, SqliteStore};

/// Says to this program that it is to be datamining, with the address of storage.
const STORAGE: &str = "NAMEIT_SPEED_STORAGE";

const NOT_TOLD: &str = "/proc does not tell what a process uses";

/// Rounds of which the median counts.
const ROUNDS: usize = 5;

/// Each participant answers to all, and so does one more after the last rebuild.
const STIMULI: u32 = 1_000;

/// What an experiment holds.
struct Shape {
    called: &'static str,
    responses: u32,
    names_per_stimulus: u32,
    new_text_every: u32,
}

const SHAPES: [Shape; 7] = [
    few_names(100),
    few_names(1_000),
    few_names(100_000),
    few_names(1_000_000),
    few_names(10_000_000),
    Shape { called: "many names", responses: 1_000_000, names_per_stimulus: 400, new_text_every: 20 },
    Shape { called: "all different", responses: 1_000_000, names_per_stimulus: 1, new_text_every: 1 },
];

/// A process that is ended when nobody needs it any more.
struct Process(Child);

/// Datamining in a process of its own.
struct Datamining {
    process: Process,
    reports: ReportServiceClient<Channel>,
}

/// What one rebuild took.
struct Rebuild {
    wall: Duration,
    cpu: Duration,
    storage_cpu: Duration,
    peak_bytes: u64,
    /// Of a process that has not rebuilt anything yet.
    idle_bytes: u64,
}

/// What was measured about one shape.
struct Measured {
    rebuilds: Vec<Rebuild>,
    /// Processor time of datamining per further response.
    live: Duration,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Ok(storage) = std::env::var(STORAGE) {
        return runtime.block_on(be_datamining(storage));
    }
    println!(
        "seconds of the clock and of the processors for a rebuild, and µs of datamining per further response"
    );
    println!(
        "{:<14} {:>10} {:>7} {:>7} {:>12} {:>8} {:>8} {:>8}",
        "", "responses", "clock", "CPU", "storage CPU", "peak MB", "idle MB", "live µs"
    );
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    for shape in SHAPES.iter().filter(|shape| shape.called.contains(&named)) {
        let folder = tempfile::tempdir()?;
        let Measured { mut rebuilds, live } = runtime.block_on(measure(shape, folder.path()))?;
        rebuilds.sort_unstable_by_key(|rebuild| rebuild.wall);
        let median = &rebuilds[ROUNDS / 2];
        println!(
            "{:<14} {:>10} {:>7.2} {:>7.2} {:>12.2} {:>8} {:>8} {:>8.0}",
            shape.called,
            shape.responses,
            median.wall.as_secs_f64(),
            median.cpu.as_secs_f64(),
            median.storage_cpu.as_secs_f64(),
            median.peak_bytes >> 20,
            median.idle_bytes >> 20,
            live.as_secs_f64() * 1e6,
        );
    }
    Ok(())
}

const fn few_names(responses: u32) -> Shape {
    Shape { called: "few names", responses, names_per_stimulus: 20, new_text_every: 0 }
}

/// Serves until the process is ended.
async fn be_datamining(storage: String) -> Result<(), Box<dyn std::error::Error>> {
    let storage = Connect::Uri(storage);
    let app = App::build(nameit_datamining::Config::default(), loopback(), &storage).await?;
    println!("{}", app.address());
    Ok(app.run(Shutdown::new()).await?)
}

async fn measure(shape: &Shape, folder: &Path) -> Result<Measured, Box<dyn std::error::Error>> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.join("n.sqlite"), Options::default())?);
    let experiment_id = published(&*store, "large", STIMULI).await;
    let mut answers = Answers::new(STIMULI, shape.names_per_stimulus, shape.new_text_every);
    fill(&*store, experiment_id, shape.responses, &mut answers).await?;
    let config = nameit_storage::Config::default();
    let app = Storage::with_store(Arc::clone(&store), config, loopback(), Arc::new(SystemClock)).await?;
    let storage = format!("http://{}", app.address());
    let shutdown = Shutdown::new();
    let serving = tokio::spawn(app.run(shutdown.clone()));
    let responses = u64::from(shape.responses);
    let mut rebuilds = Vec::new();
    for _ in 1..ROUNDS {
        rebuilds.push(Datamining::start(&storage).await?.rebuild(experiment_id, responses).await?);
    }
    let mut datamining = Datamining::start(&storage).await?;
    rebuilds.push(datamining.rebuild(experiment_id, responses).await?);
    let latecomer = new_participation(experiment_id, STIMULI);
    store.commit(&[Write::Start(latecomer.clone())], at(10)).await?;
    let before = datamining.process.usage()?;
    datamining.follow(&storage, &latecomer, responses, &mut answers).await?;
    let live = datamining.process.usage()?.cpu.saturating_sub(before.cpu) / STIMULI;
    shutdown.begin();
    serving.await??;
    Ok(Measured { rebuilds, live })
}

/// Each participant answers to all stimuli; the last one goes when there are enough responses.
async fn fill(
    store: &dyn Store,
    experiment_id: ExperimentId,
    mut missing: u32,
    answers: &mut Answers,
) -> Result<(), Box<dyn std::error::Error>> {
    while missing > 0 {
        let some = missing.min(STIMULI);
        let new = new_participation(experiment_id, STIMULI);
        let mut writes = vec![Write::Start(new.clone())];
        writes.extend(
            responses(&new, answers).take(some as usize).map(|(_, response)| Write::Record(response)),
        );
        store.commit(&writes, at(10)).await?;
        missing -= some;
    }
    Ok(())
}

/// What a participant answers, with the ordinals of the stimuli.
fn responses<'of>(
    participation: &'of NewParticipation,
    answers: &'of mut Answers,
) -> impl Iterator<Item = (u32, Response)> + 'of {
    (0..).zip(&participation.trial_order).map(|(trial, &stimulus)| {
        let answer = answers.answer_to(stimulus);
        let mut response = response(participation.id, trial, said(&answer.text));
        response.timing.first_key_ms = Some(answer.first_key_ms);
        (stimulus, response)
    })
}

fn loopback() -> Listen {
    Listen::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

// === impl Datamining ===

impl Datamining {
    /// Connected with storage, and we with it.
    async fn start(storage: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let mut process = Process::start(storage)?;
        let address = process.first_line()?;
        let reports = ReportServiceClient::new(channel(&Connect::Uri(format!("http://{address}")))?);
        let mut datamining = Self { process, reports };
        let unknown = datamining.report(ExperimentId::generate(), 0).await;
        assert!(unknown.is_err_and(|status| status.code() == tonic::Code::NotFound));
        Ok(datamining)
    }

    /// Asks for the report of one stimulus, which it can give when it has read all responses.
    async fn rebuild(
        &mut self,
        experiment_id: ExperimentId,
        responses: u64,
    ) -> Result<Rebuild, Box<dyn std::error::Error>> {
        let storage = || ProcessUsage::of(std::process::id()).ok_or(NOT_TOLD);
        let (idle, storage_idle) = (self.process.usage()?, storage()?);
        let begin = Instant::now();
        let seen = self.report(experiment_id, 0).await?;
        let wall = begin.elapsed();
        assert_eq!(seen, responses);
        let used = self.process.usage()?;
        Ok(Rebuild {
            wall,
            cpu: used.cpu.saturating_sub(idle.cpu),
            storage_cpu: storage()?.cpu.saturating_sub(storage_idle.cpu),
            peak_bytes: used.peak_bytes,
            idle_bytes: idle.peak_bytes,
        })
    }

    /// Somebody answers to all stimuli, and after each response we look at the report of its stimulus. `seen`
    /// responses are there already.
    async fn follow(
        &mut self,
        storage: &str,
        participation: &NewParticipation,
        mut seen: u64,
        answers: &mut Answers,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let mut commits = ParticipationServiceClient::new(channel(&Connect::Uri(storage.to_owned()))?);
        for (stimulus, response) in responses(participation, answers) {
            let record = Some(storage_wire::write::Write::Record(response.into()));
            let write = storage_wire::Write { write: record, ..Default::default() };
            commits.commit(CommitRequest { writes: vec![write] }).await?;
            seen += 1;
            assert_eq!(self.report(participation.experiment_id, stimulus).await?, seen);
        }
        Ok(())
    }

    /// The report of one stimulus; gives how many responses all have.
    async fn report(&mut self, experiment_id: ExperimentId, ordinal: u32) -> Result<u64, tonic::Status> {
        let request = GetReportRequest {
            experiment_id: experiment_id.to_string(),
            ordinals: vec![ordinal],
            names_limit: 6,
            all_modal_names: false,
        };
        let first = self.reports.get_report(request).await?.into_inner().message().await?;
        Ok(first.and_then(|message| message.header).unwrap_or_default().responses)
    }
}

// === impl Process ===

impl Process {
    fn start(storage: &str) -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        Ok(Self(Command::new(program).env(STORAGE, storage).stdout(Stdio::piped()).spawn()?))
    }

    fn first_line(&mut self) -> std::io::Result<String> {
        let output = self.0.stdout.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    fn usage(&self) -> Result<ProcessUsage, &'static str> {
        ProcessUsage::of(self.0.id()).ok_or(NOT_TOLD)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
