//! How many responses a second a store makes durable, by the size of the batch, for several stores side by side.
//!
//! `cargo run --release -p nameit-storage --example commit_rate -- SECONDS [URI]...`, each URI of an empty
//! database; without any, SQLite in a temporary folder. Figures depend on how fast the disk confirms, so each
//! line carries a probe of it: 4 KiB written and synchronised, per second.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use nameit_domain::ParticipationId;
use nameit_storage::backend;
use nameit_storage::location::Location;
use nameit_store::Store;
use nameit_store::conformance::story::{at, new_participation, published, record};
use nameit_store::response::Write;

const TRIALS: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(3), |seconds| seconds.parse())?;
    let folder = tempfile::TempDir::new()?;
    let mut uris: Vec<String> = arguments.collect();
    if uris.is_empty() {
        uris.push(format!("sqlite:{}", folder.path().join("nameit.sqlite").display()));
    }
    let mut stores = Vec::new();
    for uri in uris {
        let scheme = uri.split(':').next().unwrap_or_default().to_owned();
        stores.push((scheme, backend::open(&Location::new(uri)).await?));
    }
    println!("store    batch   responses/s   commits/s   p50 ms   p99 ms   disk probe/s");
    for batch in [1, 16, 64, 256, 512] {
        for (name, store) in &stores {
            let probe = probe(&folder.path().join("probe"))?;
            let mut commits = run(&**store, batch, Duration::from_secs(seconds)).await?;
            let total: Duration = commits.iter().sum();
            let count = commits.len();
            commits.sort_unstable();
            let quantile = |q: f64| commits[((count - 1) as f64 * q) as usize].as_secs_f64() * 1e3;
            let rate = count as f64 / total.as_secs_f64();
            println!(
                "{name:8} {batch:5} {:13.0} {rate:11.0} {:8.2} {:8.2} {probe:14.0}",
                rate * batch as f64,
                quantile(0.5),
                quantile(0.99),
            );
        }
    }
    Ok(())
}

/// Commits batches of responses from as many participations as the batch is large, and times each.
async fn run(
    store: &dyn Store,
    batch: usize,
    duration: Duration,
) -> Result<Vec<Duration>, Box<dyn std::error::Error>> {
    let experiment = published(store, &format!("rate-{batch}"), TRIALS).await;
    let began = Instant::now();
    let mut times = Vec::new();
    loop {
        let crowd: Vec<Write> =
            (0..batch).map(|_| Write::Start(new_participation(experiment, TRIALS))).collect();
        store.commit(&crowd, at(10)).await?;
        let ids: Vec<ParticipationId> = crowd
            .iter()
            .filter_map(|write| if let Write::Start(new) = write { Some(new.id) } else { None })
            .collect();
        for trial in 0..TRIALS {
            let writes: Vec<Write> = ids.iter().map(|id| record(*id, trial, "a light blue")).collect();
            let start = Instant::now();
            store.commit(&writes, at(11)).await?;
            times.push(start.elapsed());
            if began.elapsed() >= duration {
                return Ok(times);
            }
        }
    }
}

fn probe(path: &Path) -> std::io::Result<f64> {
    let mut file = File::create(path)?;
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < Duration::from_millis(500) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
