//! A program under test as a process of its own.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a program may take to say something that a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program whose log is read. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: Arc<Log>,
}

/// The lines that a program wrote to stderr so far.
#[derive(Debug, Default)]
struct Log {
    lines: Mutex<(Vec<String>, bool)>,
    more: Condvar,
}

// === impl Process ===

impl Process {
    /// Starts `program` with JSON logs at `level`. Its settings are not taken from this process's variables.
    pub fn start(program: &str, level: &str, arguments: &[&str]) -> Self {
        Self::start_with(program, level, arguments, &[])
    }

    /// Starts `program` with JSON logs at `level` and these variables.
    pub fn start_with(program: &str, level: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).args(["--log", level, "--log-format", "json"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        for (name, _) in std::env::vars() {
            if name.starts_with("NAMEIT_") || name.starts_with("OTEL_") {
                command.env_remove(name);
            }
        }
        command.envs(variables.iter().copied());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let stderr = child.stderr.take().expect("stderr is a pipe");
        let log = Arc::new(Log::default());
        let writer = Arc::clone(&log);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                writer.lock().0.push(line);
                writer.more.notify_all();
            }
            writer.lock().1 = true;
            writer.more.notify_all();
        });
        Self { child, log }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().0.clone()
    }

    /// Waits for the log line with this message and gives its field `address`.
    #[track_caller]
    pub fn wait_for_address(&self, message: &str) -> String {
        let record = self.wait_for(|record| record["message"] == message);
        record["address"].as_str().expect("the line has an address").to_owned()
    }

    /// Waits for a log line.
    #[track_caller]
    pub fn wait_for(&self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        let mut lines = self.log.lock();
        let mut read = 0;
        loop {
            for line in &lines.0[read..] {
                let record = serde_json::from_str(line).unwrap_or_default();
                if is_wanted(&record) {
                    return record;
                }
            }
            read = lines.0.len();
            let left = PATIENCE.saturating_sub(begin.elapsed());
            assert!(!left.is_zero() && !lines.1, "the program did not log it:\n{}", lines.0.join("\n"));
            lines = self.log.more.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// SIGKILL: it ends at once, whatever it was doing.
    pub fn kill(mut self) {
        self.child.kill().expect("the process runs");
        self.child.wait().expect("a killed process ends");
    }

    /// SIGTERM, and how long it took to end with which status.
    pub fn terminate(mut self) -> (ExitStatus, Duration) {
        let begin = Instant::now();
        let id = i32::try_from(self.child.id()).expect("process ids are small");
        let id = rustix::process::Pid::from_raw(id).expect("process ids are not zero");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("the process runs");
        let status = self.child.wait().expect("a process that is told to stop ends");
        (status, begin.elapsed())
    }

    /// Runs a program to its end, without waiting for anything it logs.
    pub fn run(program: &str, arguments: &[&str]) -> Finished {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let mut stderr = child.stderr.take().expect("stderr is a pipe");
        let reader = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("logs are UTF-8");
            text
        });
        let mut stdout = String::new();
        child.stdout.take().expect("stdout is a pipe").read_to_string(&mut stdout).expect("output is UTF-8");
        let status = child.wait().expect("the program ends");
        Finished { status, stdout, stderr: reader.join().expect("reading does not panic") }
    }

    /// The most memory that it has used so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("Linux has /proc");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("VmHWM stands there");
        let kib: u64 =
            line.split_ascii_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number");
        kib * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
        if thread::panicking() {
            let log = self.log();
            let mut shown = String::new();
            for line in log.iter().rev().take(30).rev() {
                writeln!(shown, "  {line}").expect("a string takes every text");
            }
            eprintln!("the last lines of its log:\n{shown}");
        }
    }
}

/// What a program left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it logged.
    pub stderr: String,
}

// === impl Log ===

impl Log {
    fn lock(&self) -> MutexGuard<'_, (Vec<String>, bool)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
