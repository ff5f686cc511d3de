//! `nameit bench`: simulated participants over real HTTP, and proof that nothing was lost.
//!
//! Each participant has one keep-alive connection and loops start, answers, complete. In turns the same
//! connections call a route of the gateway that does nothing: the ceiling on this machine at this moment.
//! At the end the export is compared with every acknowledgement. One thread drives everything, because the
//! generator usually shares its processors with the server.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::time::Instant;

use crate::random::{password, suffix};
use crate::rest::Server;

mod acknowledged;
mod connection;
mod figures;
mod fsync;
mod own_server;
mod participant;
mod setup;

use acknowledged::Acknowledged;
use figures::{Figures, Phase};
use own_server::OwnServer;
use participant::Participant;

/// How often the no-op route and the ingest path take turns.
const TURNS: u32 = 3;

/// Load generator: simulated participants over real HTTP, compared with the export.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Participants at the same time.
    #[arg(long, env = "NAMEIT_BENCH_PARTICIPANTS", default_value_t = 64, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=4096))]
    participants: u32,
    /// How long to measure: two thirds for answers, one third for the no-op route.
    #[arg(long, env = "NAMEIT_BENCH_SECONDS", default_value_t = 15, value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// Stimuli of the experiment that is made for this run.
    #[arg(long, env = "NAMEIT_BENCH_STIMULI", default_value_t = 50, value_name = "COUNT",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    stimuli: u32,
    /// A running server; without it `nameit up` is started on an empty folder and a free port.
    #[arg(long, env = "NAMEIT_BENCH_URL", value_name = "URL")]
    url: Option<String>,
    /// How the figures are printed.
    #[arg(long, env = "NAMEIT_BENCH_FORMAT", default_value = "text")]
    format: Format,
}

/// How the figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// Measures, compares and prints; an error when anything acknowledged is missing, doubled or altered.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let own = if args.url.is_none() { Some(OwnServer::start()?) } else { None };
    let url = args.url.clone().or_else(|| own.as_ref().map(|server| server.url().to_owned()));
    let server = Server::at(&url.context("there is a server, given or started")?)?;
    let fsyncs = fsync::per_second(own.as_ref().map(OwnServer::folder))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let process = own.as_ref().map(OwnServer::process);
    let mut figures = runtime.block_on(measure(args, &server, process))?;
    figures.fsyncs_per_second = fsyncs;
    if let Some(own) = own {
        own.stop()?;
    }
    match args.format {
        Format::Text => print!("{figures}"),
        Format::Json => println!("{}", serde_json::to_string_pretty(&figures)?),
    }
    if !figures.is_sound() {
        bail!("the export does not hold exactly what was acknowledged");
    }
    Ok(())
}

async fn measure(args: &Args, server: &Server, process: Option<u32>) -> anyhow::Result<Figures> {
    let handle = format!("bench-{}{}", suffix()?, suffix()?);
    let researcher = server.sign_up(&handle, &password()?, "Load generator").await?;
    let experiment = setup::publish(&researcher, args.stimuli).await?;
    let mut participants: Vec<Participant> = (0..args.participants)
        .map(|number| Participant::new(server.url(), &experiment.slug, number))
        .collect::<anyhow::Result<_>>()?;

    let mut noop = Phase::new(process);
    let mut ingest = Phase::new(process);
    let turn = Duration::from_secs(u64::from(args.seconds)) / (3 * TURNS);
    for _ in 0..TURNS {
        let until = Instant::now() + turn;
        noop.begin();
        participants = together(participants, |participant| participant.call_noop(until)).await?;
        noop.end();
        let until = Instant::now() + 2 * turn;
        ingest.begin();
        participants = together(participants, |participant| participant.answer(until)).await?;
        ingest.end();
    }

    let mut acknowledged = Acknowledged::default();
    let mut errors = Vec::new();
    let mut retried = 0;
    for participant in participants {
        noop.add(&participant.noop_us)?;
        ingest.add(&participant.answer_us)?;
        retried += participant.retried;
        errors.extend(participant.errors);
        acknowledged.extend(participant.acknowledged);
    }
    let comparison = acknowledged.compare(&researcher, &experiment.id).await?;
    Ok(Figures::new(args, &noop, &ingest, errors, retried, comparison))
}

/// Lets all participants work at the same time and gives them back.
async fn together<F>(
    participants: Vec<Participant>,
    work: impl Fn(Participant) -> F,
) -> anyhow::Result<Vec<Participant>>
where
    F: Future<Output = Participant> + 'static,
{
    let local = tokio::task::LocalSet::new();
    let tasks: Vec<_> =
        participants.into_iter().map(|participant| local.spawn_local(work(participant))).collect();
    local.await;
    let mut back = Vec::with_capacity(tasks.len());
    for task in tasks {
        back.push(task.await.context("a simulated participant panicked")?);
    }
    Ok(back)
}
