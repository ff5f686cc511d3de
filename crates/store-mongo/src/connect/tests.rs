use std::io::Write as _;

use mongodb::options::ServerAddress;

use super::*;

/// A password that would be noticed anywhere.
const SECRET: &str = "0p3n/s?s@me";

fn with_secret() -> Options {
    Options { password: Some(SECRET.to_owned()), ..Options::default() }
}

async fn read(uri: &str) -> ClientOptions {
    settings(uri, Options::default()).await.unwrap_or_else(|error| panic!("{uri}: {error}"))
}

async fn refused(uri: &str) -> OpenError {
    match settings(uri, Options::default()).await {
        Ok(_) => panic!("{uri} is wrong"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn the_uri_says_where_and_as_whom() {
    let settings = read(
        "mongodb://ana:se%40cret@one.example,two.example:27018/answers?replicaSet=rs0&authSource=admin&tls=true",
    )
    .await;
    let credential = settings.credential.expect("there is a user");
    assert_eq!(credential.username.as_deref(), Some("ana"));
    assert_eq!(credential.password.as_deref(), Some("se@cret"));
    assert_eq!(credential.source.as_deref(), Some("admin"));
    assert_eq!(settings.repl_set_name.as_deref(), Some("rs0"));
    assert_eq!(settings.default_database.as_deref(), Some("answers"));
    assert!(matches!(settings.tls, Some(Tls::Enabled(_))));
    let host = |host: &str, port| ServerAddress::Tcp { host: host.to_owned(), port };
    assert_eq!(settings.hosts, [host("one.example", None), host("two.example", Some(27_018))]);
}

#[tokio::test]
async fn a_uri_without_database_means_ours() {
    for (uri, name) in [
        ("mongodb://localhost", "nameit"),
        ("mongodb://localhost/", "nameit"),
        ("mongodb://localhost/?directConnection=true", "nameit"),
        ("mongodb://localhost/answers", "answers"),
    ] {
        let database = client(uri, Options::default()).await.unwrap();
        assert_eq!(database.name(), name, "{uri}");
    }
}

#[tokio::test]
async fn every_write_waits_for_a_majority_and_its_journals() {
    for uri in ["mongodb://localhost", "mongodb://localhost/?w=majority&journal=true&wtimeoutMS=1"] {
        let settings = read(uri).await;
        let concern = settings.write_concern.expect("it is set");
        assert_eq!(concern.w, Some(Acknowledgment::Majority));
        assert_eq!(concern.journal, Some(true));
        assert_eq!(concern.w_timeout, Some(MAJORITY_TIMEOUT));
        assert_eq!(settings.read_concern, Some(ReadConcern::majority()));
        let primary = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        assert_eq!(settings.selection_criteria, primary);
        assert_eq!((settings.retry_reads, settings.retry_writes), (Some(true), Some(true)));
    }
}

#[tokio::test]
async fn less_safety_is_refused_and_named() {
    for (option, right) in [
        ("w=1", "w=majority"),
        ("w=0", "w=majority"),
        ("w=two_regions", "w=majority"),
        ("journal=false", "journal=true"),
        ("readConcernLevel=local", "readConcernLevel=majority"),
        ("readPreference=secondary", "readPreference=primary"),
        ("readPreference=nearest", "readPreference=primary"),
    ] {
        let error = refused(&format!("mongodb://localhost/?{option}")).await;
        assert!(matches!(error, OpenError::Unsafe { .. }), "{option}: {error:?}");
        assert!(error.to_string().ends_with(&format!("write {right}")), "{option}: {error}");
    }
    read("mongodb://localhost/?readPreference=primary&readConcernLevel=majority").await;
}

#[tokio::test]
async fn timeouts_and_pool_have_values_of_ours_unless_the_uri_has_others() {
    let ours = read("mongodb://localhost").await;
    assert_eq!(ours.app_name.as_deref(), Some(APP_NAME));
    assert_eq!(ours.connect_timeout, Some(CONNECT_TIMEOUT));
    assert_eq!(ours.server_selection_timeout, Some(SERVER_SELECTION_TIMEOUT));
    assert_eq!(ours.heartbeat_freq, Some(HEARTBEAT));
    assert_eq!((ours.min_pool_size, ours.max_pool_size), (Some(MIN_POOL_SIZE), Some(MAX_POOL_SIZE)));
    let theirs = read(
        "mongodb://localhost/?appName=lab&connectTimeoutMS=700&serverSelectionTimeoutMS=900&maxPoolSize=1",
    )
    .await;
    assert_eq!(theirs.app_name.as_deref(), Some("lab"));
    assert_eq!(theirs.connect_timeout, Some(Duration::from_millis(700)));
    assert_eq!(theirs.server_selection_timeout, Some(Duration::from_millis(900)));
    assert_eq!(
        (theirs.min_pool_size, theirs.max_pool_size),
        (Some(1), Some(1)),
        "never more kept than allowed"
    );
}

#[tokio::test]
async fn a_password_from_a_file_takes_the_place_of_the_one_in_the_uri() {
    for uri in ["mongodb://ana@localhost/answers", "mongodb://ana:old@localhost/answers"] {
        let settings = settings(uri, with_secret()).await.unwrap();
        let credential = settings.credential.expect("there is a user");
        assert_eq!(credential.username.as_deref(), Some("ana"));
        assert_eq!(credential.password.as_deref(), Some(SECRET));
        assert_eq!(settings.default_database.as_deref(), Some("answers"));
    }
    // Checked by the driver while it reads the URI: the password must be there by then.
    settings("mongodb://ana@localhost/?authMechanism=SCRAM-SHA-256", with_secret()).await.unwrap();
    for uri in ["mongodb://localhost", "mongodb://:old@localhost"] {
        let refused = settings(uri, with_secret()).await;
        assert!(matches!(refused, Err(OpenError::NoUser)), "{uri}: {refused:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_would_be_right() {
    for (uri, words) in [
        ("postgres://localhost/nameit", "begins with mongodb:// or mongodb+srv://"),
        ("localhost:27017", "begins with mongodb:// or mongodb+srv://"),
        ("mongodb://localhost:port", "write HOST or HOST:PORT"),
        ("mongodb://", "write HOST or HOST:PORT"),
        ("mongodb://localhost/na$me", "illegal character in database name"),
        ("mongodb://localhost/?maxPolSize=4", "similar name exists: maxpoolsize"),
        ("mongodb://localhost/?maxPoolSize=many", "maxpoolsize"),
        ("mongodb://localhost/?tls", "not a 'key=value' pair"),
        ("mongodb://one.example,two.example/?directConnection=true", "multiple seeds"),
        ("mongodb+srv://one.example:27017/", "a port cannot be specified"),
    ] {
        let error = refused(uri).await;
        assert!(error.to_string().contains(words), "{uri}: {error}");
    }
}

#[tokio::test]
async fn no_complaint_quotes_a_secret() {
    for uri in [
        "mongodb://ana:0p3n/s?s@me@localhost/nameit",
        "mongodb://ana:0p3n?s@localhost/nameit",
        "mongodb://ana:0p3n@me@localhost/nameit",
        "mongodb://ana:0p3n:s@localhost/nameit",
        "mongodb://ana:0p3n%s@localhost/nameit",
        "mongodb://ana:0p3n",
        "mongodb://ana:0p3n/nameit",
        "mongodb://ana:0p3n@localhost:0/nameit",
        "mongodb://ana:0p3n@localhost/?w=1",
        "mongodb://ana:0p3n@localhost/?maxPolSize=4",
        "mongodb://localhost/?authMechanism=MONGODB-AWS&authMechanismProperties=0p3n",
        "ana:0p3n@localhost",
    ] {
        let error = refused(uri).await;
        let told = format!("{error} {error:?}");
        assert!(!told.contains("0p3n") && !told.contains("ana"), "{uri}: {told}");
    }
    let told = format!("{:?}", with_secret());
    assert!(told.contains("password") && !told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn tls_files_are_looked_at_before_the_first_connection() {
    let missing = refused("mongodb://localhost/?tls=true&tlsCAFile=/nowhere/ca.pem").await;
    assert_eq!(missing.to_string(), "the TLS file /nowhere/ca.pem cannot be read");
    let mut empty = tempfile::NamedTempFile::new().unwrap();
    writeln!(empty, "no certificate").unwrap();
    for option in ["tlsCAFile", "tlsCertificateKeyFile"] {
        let refused = refused(&format!("mongodb://localhost/?{option}={}", empty.path().display())).await;
        assert!(matches!(refused, OpenError::TlsFile { .. }), "{option}: {refused:?}");
    }
}

#[tokio::test]
async fn a_name_without_servers_is_said_to_be_so() {
    let error = refused("mongodb+srv://ana:0p3n@cluster.invalid/nameit").await;
    assert!(matches!(error, OpenError::Lookup { .. }), "{error:?}");
    assert!(!error.to_string().contains("0p3n"), "{error}");
}
