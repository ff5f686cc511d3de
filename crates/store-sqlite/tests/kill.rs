//! What was acknowledged survives SIGKILL: this binary starts itself as a writer, kills it while it
//! commits, and looks for every acknowledged response. Then again, on the same file.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Trial};
use nameit_domain::ExperimentId;
use nameit_domain::response::Recorded;
use nameit_store::ResponseStore as _;
use nameit_store::conformance::story::{at, exported, new_participation, published, read, record};
use nameit_store::response::{Write, Written};
use nameit_store_sqlite::{Options, SqliteStore};

/// Set for the writing process: the file and the experiment, with a tab between them.
const WRITER: &str = "NAMEIT_TEST_KILL_WRITER";

const KILLS: usize = 20;
const TRIALS: u32 = 10;

fn main() -> ExitCode {
    if let Ok(job) = std::env::var(WRITER) {
        let (path, experiment) = job.split_once('\t').unwrap();
        runtime().block_on(write_for_ever(Path::new(path), ExperimentId::parse(experiment).unwrap()));
    }
    let test = Trial::test("an_acknowledged_response_survives_sigkill", || {
        runtime().block_on(kill_and_look());
        Ok(())
    });
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit_code()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Commits batches of beginnings with their responses and says which texts are durable, until it is killed.
async fn write_for_ever(path: &Path, experiment: ExperimentId) {
    let store = SqliteStore::open(path, Options::default()).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let new = new_participation(experiment, TRIALS);
        let id = new.id;
        let texts: Vec<String> = (0..TRIALS).map(|trial| format!("{id} {trial}")).collect();
        let (early, late) = texts.split_at(TRIALS as usize / 2);
        let mut batch = vec![Write::Start(new)];
        for (first, part) in [(0, early), (TRIALS / 2, late)] {
            batch.extend((first..).zip(part).map(|(trial, text)| record(id, trial, text)));
            let committed = store.commit(&batch, at(20)).await.unwrap();
            let stored = committed.written.iter().filter(|one| **one == Written::Record(Recorded::Stored));
            assert_eq!(stored.count(), part.len());
            for text in part {
                writeln!(out, "{text}").unwrap();
            }
            out.flush().unwrap();
            batch.clear();
        }
    }
}

async fn kill_and_look() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("nameit.sqlite");
    let store = SqliteStore::open(&path, Options::default()).unwrap();
    let experiment = published(&store, "killing", TRIALS).await;
    let mut reading = read(&store, experiment).await;
    drop(store);
    let mut acknowledged = BTreeSet::new();
    for kill in 0..KILLS {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .env(WRITER, format!("{}\t{experiment}", path.display()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        // Not always at the same point of its work.
        for line in lines.by_ref().take(1 + kill * 7 % 40) {
            acknowledged.insert(line.unwrap());
        }
        writer.kill().unwrap();
        acknowledged.extend(lines.map(Result::unwrap));
        writer.wait().unwrap();

        let store = SqliteStore::open(&path, Options::default()).unwrap();
        let rows = exported(&store, experiment).await;
        let texts: BTreeSet<&str> = rows.iter().filter_map(|row| row.answer.text()).collect();
        assert_eq!(texts.len(), rows.len(), "nothing is doubled");
        let lost: Vec<_> = acknowledged.iter().filter(|text| !texts.contains(text.as_str())).collect();
        assert!(lost.is_empty(), "after kill {kill}: {lost:?}");
        // A batch that was under way is there as a whole or not at all.
        assert_eq!(rows.len() % (TRIALS as usize / 2), 0, "after kill {kill}");
        reading = nameit_store::conformance::story::read_on(&store, experiment, reading).await;
        assert_eq!(reading, read(&store, experiment).await, "a reader goes on exactly after kill {kill}");
    }
    assert!(acknowledged.len() >= KILLS, "the writers came to work");
}
