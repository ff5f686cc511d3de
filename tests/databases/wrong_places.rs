//! A database that is named wrongly: one line says what to do, and no secret is told to anybody.

use std::path::Path;
use std::time::Duration;

use nameit_domain::ExperimentId;
use nameit_storage::Config;
use nameit_storage::location::Location;
use nameit_testkit::{Client as Http, Finished, Process};
use tempfile::TempDir;
use tonic::Code;

use crate::storage::Client;
use crate::wait::until;
use crate::{GATEWAY, STORAGE, refusing_server};

/// The password that must not appear anywhere, also not in part.
const SECRET: &str = "Zx7-unutterable";

/// Seconds after which a program that should have ended by itself is ended.
const LIMIT: &str = "60";

/// Words of a URI with the secret, and what the one line must say.
const REFUSED: [(&str, &str); 9] = [
    ("postgres://ana:{}@127.0.0.1/nameit", "mongodb://USER@HOST/nameit"),
    ("127.0.0.1:27017/{}", "sqlite:nameit-data/nameit.sqlite"),
    ("mongodb:/{}", "mongodb://"),
    ("mongodb://ana:{}@127.0.0.1/nameit?w=1", "w=majority"),
    ("mongodb://ana:{}@127.0.0.1/nameit?journal=false", "journal=true"),
    ("mongodb://ana:{}@127.0.0.1/nameit?readPreference=secondary", "readPreference=primary"),
    ("mongodb://ana:{}@127.0.0.1/nameit?tls=perhaps", "tls"),
    ("mongodb://ana:{}/tail@127.0.0.1/nameit", "percent codes"),
    ("mongodb+srv://ana:{}@no-such-cluster.invalid/nameit", "looked up"),
];

/// What cannot be a database ends the program at once.
pub(crate) async fn a_wrong_uri_ends_with_one_line_that_tells_no_secret((): ()) {
    for (uri, says) in REFUSED {
        let uri = uri.replace("{}", SECRET);
        let ended = run(&["--storage-database", &uri]);
        assert_one_line(&ended, says);
    }
}

/// The same when the secret stands in a file.
pub(crate) async fn a_wrong_file_ends_with_one_line_that_tells_no_secret((): ()) {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let missing = folder.path().join("missing").to_str().unwrap().to_owned();
    let (empty, password) = (file("empty", "\n"), file("password", &format!("{SECRET}\n")));
    let uri = "mongodb://ana@127.0.0.1:9/nameit";
    for (arguments, says) in [
        (vec!["--storage-database", uri, "--storage-database-password-file", &missing], "cannot be read"),
        (vec!["--storage-database", uri, "--storage-database-password-file", &empty], "is empty"),
        (vec!["--storage-database-file", &missing], "cannot be read"),
        // What Docker puts where a secret's file is missing.
        (vec!["--storage-database-file", folder.path().to_str().unwrap()], "cannot be read"),
        (vec!["--storage-database-file", &empty], "is empty"),
        (vec!["--storage-database-file", &password], "this is not the URI of a database"),
        (
            vec![
                "--storage-database",
                "mongodb://127.0.0.1:9/x",
                "--storage-database-password-file",
                &password,
            ],
            "no user",
        ),
        (
            vec!["--storage-database", "sqlite:n.sqlite", "--storage-database-password-file", &password],
            "a SQLite file has no password",
        ),
    ] {
        let ended = run(&arguments);
        assert_one_line(&ended, says);
        let names_file = arguments.last().unwrap();
        let is_about_file = says.contains("read") || says.contains("empty");
        assert!(!is_about_file || ended.stderr.contains(*names_file), "it names the file: {}", ended.stderr);
    }
    let both =
        ["--storage-database", &format!("mongodb://ana:{SECRET}@h/x"), "--storage-database-file", &password];
    let ended = run(&both);
    assert_eq!(ended.status.code(), Some(2), "a wrong command line: {}", ended.stderr);
    assert!(ended.stderr.contains("--storage-database-file"), "{}", ended.stderr);
    assert_no_secret(&[&ended.stdout, &ended.stderr]);
}

/// A port that somebody else has, and a database in a place that cannot be one.
pub(crate) async fn what_is_taken_or_no_folder_ends_with_one_line((): ()) {
    let folder = TempDir::new().unwrap();
    let database = |path: &Path| format!("sqlite:{}", path.display());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let fresh = database(&folder.path().join("n.sqlite"));
    let arguments = [LIMIT, STORAGE, "--listen", &address, "--storage-database", &fresh];
    let ended = Process::run("timeout", &arguments);
    assert_one_line(&ended, &format!("cannot listen on {address}"));
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    assert_one_line(&run(&["--storage-database", &database(&file.join("n.sqlite"))]), "cannot be opened");
    assert_one_line(&run(&["--storage-database", &database(folder.path())]), "cannot be opened");
    assert_one_line(&run(&["--storage-database", &database(&file)]), "not a database");
}

/// A host that may come into being later is waited for.
pub(crate) async fn a_host_that_is_not_there_is_waited_for_and_told_no_secret((): ()) {
    let folder = TempDir::new().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, SECRET).unwrap();
    for (host, with_file) in [("no-such-host.invalid", false), ("127.0.0.1:9", true)] {
        let inside = if with_file { String::new() } else { format!(":{SECRET}") };
        let uri = format!("mongodb://ana{inside}@{host}/nameit");
        let mut arguments = vec!["--listen", "127.0.0.1:0", "--storage-database", uri.as_str()];
        if with_file {
            arguments.extend(["--storage-database-password-file", password.to_str().unwrap()]);
        }
        // Everything that can be logged.
        let storage = Process::start(STORAGE, "trace", &arguments);
        let storage_uri = format!("http://{}", storage.wait_for_address("storage is listening"));
        let addresses = ["--listen", "127.0.0.1:0", "--storage", &storage_uri];
        let gateway = Process::start(GATEWAY, "debug", &addresses);
        let http = Http::new(&gateway.wait_for_address("ready"));
        let ready = until(Duration::from_secs(15), || async {
            let ready = http.get("/readyz").await.text;
            if ready.contains("the database") { Ok(ready) } else { Err(ready) }
        })
        .await;
        let page = http.get("/").await.text;
        assert_no_secret(&[&ready, &page, &storage.log().join("\n"), &gateway.log().join("\n")]);
    }
}

/// A password may be set right at the server: until then it is as if the database were away.
pub(crate) async fn a_wrong_password_is_named_in_the_log_and_told_to_nobody((): ()) {
    let folder = TempDir::new().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, format!("{SECRET}: with / and @\n")).unwrap();
    let server = refusing_server::start().await.unwrap();
    let uri = format!("mongodb://ana@{server}/nameit");
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--storage-database",
        &uri,
        "--storage-database-password-file",
        password.to_str().unwrap(),
    ];
    let storage = Process::start(STORAGE, "trace", &arguments);
    let client = Client::of(&format!("http://{}", storage.wait_for_address("storage is listening")));
    let problem = storage.wait_for(|record| record["dependency"] == "database");
    let problem = problem["problem"].as_str().unwrap();
    assert!(problem.contains("refuses the user or the password"), "{problem}");
    let refused = client.head(ExperimentId::generate()).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::Unavailable, "the database is unavailable"));
    assert_no_secret(&[&storage.log().join("\n")]);
}

/// What a developer prints while looking for a fault.
pub(crate) async fn debug_output_of_the_settings_tells_no_secret((): ()) {
    let folder = TempDir::new().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, SECRET).unwrap();
    let uri = format!("mongodb://ana:{SECRET}@host/nameit");
    let location = |path: &Path| Location::new(uri.as_str()).with_password_file(path).unwrap();
    let config = Config { database: Some(location(&password)), ..Config::default() };
    let shown = [format!("{config:?}"), format!("{config:#?}"), format!("{:?}", config.location().unwrap())];
    assert!(shown[0].contains("mongodb"), "it says what kind of database it is: {}", shown[0]);
    assert_no_secret(&shown.each_ref().map(String::as_str));
}

/// Runs storage to its end, with everything logged that can be.
fn run(arguments: &[&str]) -> Finished {
    let all = [&[LIMIT, STORAGE, "--listen", "127.0.0.1:0", "--log", "trace"], arguments].concat();
    let ended = Process::run("timeout", &all);
    assert_ne!(ended.status.code(), Some(124), "{arguments:?} did not end: {}", ended.stderr);
    ended
}

/// The program has failed, its last words are one line that says this, and the secret is not in them.
#[track_caller]
fn assert_one_line(ended: &Finished, says: &str) {
    let last = ended.stderr.trim_end().lines().last().unwrap_or_default();
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    assert!(
        last.to_lowercase().starts_with("error: ") && last.contains(says),
        "{says:?} in {}",
        ended.stderr
    );
    assert_no_secret(&[&ended.stdout, &ended.stderr]);
}

#[track_caller]
fn assert_no_secret(texts: &[&str]) {
    for text in texts {
        let lines = text.lines().filter(|line| line.contains(SECRET) || line.contains("unutterable"));
        assert_eq!(lines.collect::<Vec<_>>(), [] as [&str; 0], "this tells the secret");
    }
}
