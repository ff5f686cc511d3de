//! The database server itself crashes while answers come in: acknowledged means that they are on its disk.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio_util::sync::CancellationToken;

use crate::crowd::{End, Ledger, PATIENCE, Participant, TRIALS, answers_of};
use crate::reader::{Reader, assert_same, tally_of};
use crate::storage::Storage;

/// How often the server crashes.
const CRASHES: usize = 10;

/// Participants at the same time.
const PARTICIPANTS: usize = 6;

/// Answers that are taken before each crash.
const ANSWERS: usize = 300;

/// A server with a folder of its own.
struct Server {
    process: Child,
    uri: String,
}

/// The story.
pub(crate) async fn a_server_that_crashes_loses_nothing(program: PathBuf) {
    let folder = TempDir::new().unwrap();
    let mut server = start(&program, &folder, "127.0.0.1:0").await;
    let uri = server.uri.clone();
    let address = uri.trim_start_matches("mongodb://").trim_end_matches('/').to_owned();
    let storage = Storage::start(&format!("mongodb://{address}/nameit"));
    let client = storage.client();
    let experiment_id = client.publish("crashes", TRIALS).await;
    let (_processes, process) = watch::channel(storage.client());
    let (ledger, stop) = (Ledger::new(), CancellationToken::new());
    let mut participants = JoinSet::new();
    for _ in 0..PARTICIPANTS {
        let (process, ledger) = (process.clone(), ledger.clone());
        let participant = Participant { process, experiment_id, ledger, end: End::Complete };
        participants.spawn(participant.take_part(stop.clone()));
    }
    let mut reader = Reader::default();
    for _ in 0..CRASHES {
        ledger.reaches(ledger.count() + ANSWERS).await;
        reader.read_to_end(&client, experiment_id).await;
        server.crash();
        server = start(&program, &folder, &address).await;
        assert_eq!(server.uri, uri);
    }
    ledger.reaches(ledger.count() + ANSWERS).await;
    stop.cancel();
    tokio::time::timeout(PATIENCE, participants.join_all()).await.expect("everybody can finish");
    let rows = client.export(experiment_id).await;
    assert!(answers_of(&rows) == ledger.entries().answers, "the export holds exactly what was acknowledged");
    assert!(rows.iter().all(|row| row.completed), "everybody came to the end");
    assert!(ledger.outages() > 0, "somebody was told that the database is unavailable");
    let right = tally_of(&rows);
    assert_same(&Reader::whole(&client, experiment_id).await.tally, &right, "a new reader");
    reader.read_to_end(&client, experiment_id).await;
    assert_same(&reader.tally, &right, "a reader who went on after each crash");
    println!("{CRASHES} crashes, {} acknowledged answers, {} outages", rows.len(), ledger.outages());
}

/// Starts the server and waits until it answers.
async fn start(program: &Path, folder: &TempDir, listen: &str) -> Server {
    let mut command = Command::new(program);
    command.args(["--end-with-stdin", "--listen", listen, "--data"]).arg(folder.path().join("data"));
    // What a crash leaves behind goes with the folder.
    let words = folder.path().join("last-words");
    let errors = std::fs::File::create(&words).unwrap();
    command.env("TMPDIR", folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
    let starting = spawn_blocking(move || {
        let mut process = command.spawn().unwrap();
        let mut uri = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut uri).unwrap();
        let said = || std::fs::read_to_string(&words).unwrap();
        assert!(!uri.is_empty(), "the server ended ({:?}): {}", process.wait(), said());
        Server { process, uri: uri.trim().to_owned() }
    });
    starting.await.unwrap()
}

// === impl Server ===

impl Server {
    /// As if the machine lost its power: the front is stopped before it can say anything, then what is behind it
    /// is killed with everything that it was about to write.
    fn crash(mut self) {
        let front = Pid::from_child(&self.process);
        let keeper = child_of(self.process.id()).expect("the database runs as a child of the program");
        kill_process(front, Signal::STOP).unwrap();
        // Only when all its threads stand still can none tell of the end of the database as of an error of its own.
        let stopped = waitpid(Some(front), WaitOptions::UNTRACED).unwrap();
        assert!(stopped.is_some_and(|(_, status)| status.stopped()), "it ran until now");
        for process in [keeper, front] {
            kill_process(process, Signal::KILL).unwrap();
        }
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing the pipe ends it in order; it has ended already after a crash.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// The process that another one has started.
fn child_of(parent: u32) -> Option<Pid> {
    let parent = parent.to_string();
    let mut processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes.find_map(|process| {
        let number: i32 = process.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(process.path().join("stat")).ok()?;
        // Number, name in brackets, state, number of the parent.
        let (_, after_name) = status.rsplit_once(')')?;
        (after_name.split_ascii_whitespace().nth(1)? == parent).then(|| Pid::from_raw(number)).flatten()
    })
}
