//! Archives as files: what survives, what is refused, and what is left behind.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use nameit_domain::{ParticipationState, SystemClock};
use nameit_storage::archive::{
    self, Destination, Digest, Error, IfNotEmpty, Kind, LineError, ReadError, WriteError,
};
use nameit_storage::backend;
use nameit_storage::location::Location;
use nameit_store::archive::Record;
use nameit_store::conformance::story::{complete_run, exported, published};
use nameit_store::conformance::world::{self, World};
use nameit_store::{ArchiveSource, ArchiveStore, ParticipationStore as _};
use nameit_store_sqlite::{Options, SqliteStore};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// What may happen to the lines of an archive.
type Change<'a> = dyn Fn(&mut Vec<String>) + 'a;

/// A folder with a database and everything in it, and its archive.
struct Archived {
    folder: TempDir,
    store: SqliteStore,
    world: World,
    digest: Digest,
}

/// A database that was read before.
struct Told(Vec<nameit_store::Result<Record>>);

/// A target that loses the first record of a kind.
struct Forgetful(SqliteStore, Kind);

async fn archived() -> Archived {
    let folder = TempDir::new().unwrap();
    let store = open(&folder.path().join("full.sqlite"));
    let world = world::make(&store).await;
    let digest = backup(&store, &folder.path().join("archive.gz")).await.unwrap();
    Archived { folder, store, world, digest }
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Options::default()).unwrap()
}

async fn backup(source: &dyn ArchiveSource, path: &Path) -> Result<Digest, Error> {
    archive::backup(source, Destination::File(path.to_owned()), &SystemClock, &mut |_| {}).await
}

async fn check(path: &Path) -> Result<archive::Checked, Error> {
    archive::check(path, &mut |_| {}).await
}

async fn restore(path: &Path, target: &dyn ArchiveStore) -> Result<Digest, Error> {
    archive::restore(check(path).await?, target, IfNotEmpty::Refuse, &mut |_| {}).await
}

async fn migrate(source: &dyn ArchiveSource, target: &dyn ArchiveStore) -> Result<Digest, Error> {
    archive::migrate(source, target, IfNotEmpty::Refuse, &mut |_| {}).await
}

/// The lines of an archive.
fn lines(path: &Path) -> Vec<String> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A file with these lines, packed as an archive is.
fn packed(folder: &TempDir, lines: &[String]) -> PathBuf {
    let path = folder.path().join("changed.gz");
    let mut out = GzEncoder::new(std::fs::File::create(&path).unwrap(), Compression::fast());
    for line in lines {
        out.write_all(line.as_bytes()).unwrap();
        out.write_all(b"\n").unwrap();
    }
    out.finish().unwrap();
    path
}

impl Archived {
    fn file(&self) -> PathBuf {
        self.folder.path().join("archive.gz")
    }

    fn target(&self, name: &str) -> SqliteStore {
        open(&self.folder.path().join(name))
    }
}

#[tokio::test]
async fn everything_survives_the_way_through_a_file() {
    let full = archived().await;
    let target = full.target("restored.sqlite");
    let restored = restore(&full.file(), &target).await.unwrap();
    assert_eq!(restored, full.digest);
    assert!(Kind::ALL.iter().all(|kind| full.digest.of(*kind).count > 0), "{:?}", full.digest);
    let again = full.folder.path().join("again.gz");
    backup(&target, &again).await.unwrap();
    let (before, after) = (lines(&full.file()), lines(&again));
    let records = 1..before.len() - 1;
    assert!(before[records.clone()] == after[records], "the same lines in the same order");
    let rows = exported(&full.store, full.world.open).await;
    assert_eq!(exported(&target, full.world.open).await, rows);
}

#[tokio::test]
async fn an_archive_says_what_it_is_and_can_be_read_without_us() {
    let full = archived().await;
    let lines = lines(&full.file());
    let header: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&header["format"], &header["version"]), (&"nameit-archive".into(), &2.into()));
    assert!(header["created_at"].is_string() && header["program"].is_string());
    let response = lines.iter().find(|line| line.contains(r#""text":" Light  blue ""#)).unwrap();
    let value: serde_json::Value = serde_json::from_str(response).unwrap();
    assert_eq!(value["response"]["trial"], 0);
    assert_eq!(value["response"]["received_at"], "2027-01-15T08:00:12.123457Z");
    assert!(value["response"].get("first_key_ms").is_none(), "what was not measured is not there");
    let trailer: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(trailer["trailer"]["records"].as_array().unwrap().len(), Kind::ALL.len());
}

/// The same archive as a program wrote it that knew nothing of decisions and visits.
fn of_version_1(folder: &TempDir, lines: &[String]) -> PathBuf {
    let is_new = |line: &String| line.starts_with(r#"{"decision":"#) || line.starts_with(r#"{"visits":"#);
    let mut old: Vec<String> =
        lines[..lines.len() - 1].iter().filter(|line| !is_new(line)).cloned().collect();
    old[0] = old[0].replace(r#""version":2"#, r#""version":1"#);
    let mut trailer: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    let kinds = trailer["trailer"]["records"].as_array_mut().unwrap();
    kinds.retain(|kind| kind["kind"] != "decision" && kind["kind"] != "visits");
    let mut hash = Sha256::new();
    for line in &old {
        hash.update(line);
        hash.update("\n");
    }
    let mut digits = String::new();
    for byte in hash.finalize() {
        write!(digits, "{byte:02x}").unwrap();
    }
    trailer["trailer"]["sha256"] = digits.into();
    old.push(trailer.to_string());
    packed(folder, &old)
}

#[tokio::test]
async fn an_archive_from_before_there_were_decisions_can_still_be_restored() {
    let full = archived().await;
    let old = of_version_1(&full.folder, &lines(&full.file()));
    let target = full.target("restored.sqlite");
    let restored = restore(&old, &target).await.unwrap();
    for kind in Kind::ALL {
        let expected = match kind {
            Kind::Decision | Kind::Visits => 0,
            _ => full.digest.of(kind).count,
        };
        assert_eq!(restored.of(kind).count, expected, "{kind:?}");
    }
    // A trailer of version 2 that lacks kinds is none.
    let mut lines = lines(&old);
    lines[0] = lines[0].replace(r#""version":1"#, r#""version":2"#);
    let refused = restore(&packed(&full.folder, &lines), &full.target("other.sqlite")).await;
    assert!(matches!(refused, Err(Error::Read(ReadError::Damaged { .. }))), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_it_and_it_appears_complete_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt as _;
    let full = archived().await;
    let mode = std::fs::metadata(full.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(full.file()).unwrap();
    let refused = backup(&full.store, &full.file()).await;
    assert!(matches!(refused, Err(Error::Write(WriteError::Exists(_)))), "{refused:?}");
    assert_eq!(std::fs::read(full.file()).unwrap(), before, "what exists is left alone");

    let mut records: Vec<_> = full.store.dump().collect().await;
    records.truncate(records.len() / 2);
    records.push(Err(nameit_store::Error::NotFound { what: "half" }));
    let broken = full.folder.path().join("broken.gz");
    let failed = backup(&Told(records), &broken).await;
    assert!(matches!(failed, Err(Error::Source(_))), "{failed:?}");
    let nowhere = full.folder.path().join("no-folder").join("archive.gz");
    let failed = backup(&full.store, &nowhere).await;
    assert!(matches!(failed, Err(Error::Write(WriteError::File { .. }))), "{failed:?}");
    // The writing thread may still be about to remove its file; it is done when the runtime has ended it.
    let left = || {
        let entries = std::fs::read_dir(full.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    while left().iter().any(|name| name.starts_with(".nameit-backup-")) {
        tokio::task::yield_now().await;
    }
    assert!(!left().contains(&"broken.gz".to_owned()), "{:?}", left());
}

#[tokio::test]
async fn an_archive_that_is_cut_short_is_refused_wherever_it_is_cut() {
    let full = archived().await;
    let whole = std::fs::read(full.file()).unwrap();
    let cut = full.folder.path().join("cut.gz");
    let near_the_end = (1..40).map(|bytes| whole.len() - bytes);
    for length in (0..40).map(|part| part * whole.len() / 40).chain(near_the_end) {
        std::fs::write(&cut, &whole[..length]).unwrap();
        let refused = check(&cut).await;
        assert!(
            matches!(refused, Err(Error::Read(ReadError::CutShort(_) | ReadError::NotAnArchive(_)))),
            "{length} of {}: {refused:?}",
            whole.len()
        );
        if length > 100 {
            let error = refused.unwrap_err().to_string();
            assert!(error.ends_with("is cut short: its end is missing"), "{error}");
        }
    }
    let mut lines = lines(&full.file());
    lines.pop();
    let refused = check(&packed(&full.folder, &lines)).await;
    assert!(matches!(refused, Err(Error::Read(ReadError::CutShort(_)))), "{refused:?}");
}

#[tokio::test]
async fn an_archive_that_was_changed_is_refused() {
    let full = archived().await;
    let lines = lines(&full.file());
    let at = lines.iter().position(|line| line.contains("Light  blue")).unwrap();
    let changed = |change: &Change<'_>| {
        let mut changed = lines.clone();
        change(&mut changed);
        packed(&full.folder, &changed)
    };
    check(&changed(&|_| {})).await.unwrap();
    let changes: [&Change<'_>; 5] = [
        &|lines| lines[at] = lines[at].replace("Light", "Dark"),
        &|lines| drop(lines.remove(at)),
        &|lines| lines.insert(at, lines[at].clone()),
        &|lines| lines.swap(at, at + 1),
        &|lines| lines[0] = lines[0].replace("nameit 0", "nameit 9"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let refused = check(&changed(change)).await;
        assert!(matches!(refused, Err(Error::Read(ReadError::Altered(_)))), "{number}: {refused:?}");
    }
    let damages: [(&Change<'_>, u64); 4] = [
        (&|lines| lines[at].truncate(40), at as u64 + 1),
        (&|lines| lines[at] = lines[at].replace(" Light  blue ", "\\u0007"), at as u64 + 1),
        (&|lines| lines[at] = r#"{"unknown":{"secret":"Light blue"}}"#.to_owned(), at as u64 + 1),
        (&|lines| lines.push(lines[at].clone()), lines.len() as u64 + 1),
    ];
    for (damage, expected) in damages {
        let refused = check(&changed(damage)).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Read(ReadError::Damaged { line, .. }) if *line == expected),
            "{refused:?}"
        );
        assert!(!format!("{refused:?} {refused}").contains("blue"), "no answer is shown: {refused:?}");
    }
    let mut bytes = std::fs::read(full.file()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    let flipped = full.folder.path().join("flipped.gz");
    std::fs::write(&flipped, bytes).unwrap();
    let refused = check(&flipped).await;
    assert!(matches!(refused, Err(Error::Read(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_no_archive_or_a_newer_one_is_refused() {
    let full = archived().await;
    let mut newer = lines(&full.file());
    newer[0] = newer[0].replace("\"version\":2", "\"version\":3");
    let refused = check(&packed(&full.folder, &newer)).await.unwrap_err();
    assert!(matches!(refused, Error::Read(ReadError::Newer { found: 3, .. })), "{refused:?}");
    assert!(refused.to_string().contains("use a newer program"), "{refused}");
    let foreign = [vec![], vec!["a,b,c".to_owned()], vec![r#"{"format":"other","version":1}"#.to_owned()]];
    for lines in foreign {
        let refused = check(&packed(&full.folder, &lines)).await;
        assert!(matches!(refused, Err(Error::Read(ReadError::NotAnArchive(_)))), "{lines:?}: {refused:?}");
    }
    for (name, content) in [("empty.gz", &b""[..]), ("text.gz", b"not packed at all")] {
        let path = full.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let refused = check(&path).await;
        assert!(matches!(refused, Err(Error::Read(ReadError::NotAnArchive(_)))), "{name}: {refused:?}");
    }
    let missing = check(&full.folder.path().join("missing.gz")).await;
    assert!(matches!(missing, Err(Error::Read(ReadError::File { .. }))), "{missing:?}");
    assert_eq!(LineError::Packed.to_string(), "it cannot be unpacked");
}

/// As the first version of NameIT has written it. If this fails, operators' backups are lost.
#[tokio::test]
async fn an_archive_of_the_first_version_stays_readable() {
    let lines: Vec<String> =
        include_str!("data/archive-version-1.jsonl").lines().map(str::to_owned).collect();
    let folder = TempDir::new().unwrap();
    let target = open(&folder.path().join("restored.sqlite"));
    let digest = restore(&packed(&folder, &lines), &target).await.unwrap();
    let trailer: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    for (kind, told) in Kind::ALL.into_iter().zip(trailer["trailer"]["records"].as_array().unwrap()) {
        let of = digest.of(kind);
        assert_eq!((told["kind"].as_str(), told["count"].as_u64()), (Some(kind.as_str()), Some(of.count)));
        assert_eq!(told["checksum"], of.checksum.to_string(), "a line of {kind:?} is written as it was");
    }
    let records: Vec<Record> = target.dump().try_collect().await.unwrap();
    let withdrawn = records.iter().filter(
        |record| matches!(record, Record::Participation(one) if one.state == ParticipationState::Withdrawn),
    );
    assert_eq!(withdrawn.count(), 3, "two, and one that was withdrawn during the backup");
}

#[tokio::test]
async fn only_an_empty_database_is_filled_or_one_that_is_half_filled() {
    let full = archived().await;
    let other = full.target("other.sqlite");
    let experiment = published(&other, "theirs", 1).await;
    complete_run(&other, experiment, 1, "red").await;
    let refused = restore(&full.file(), &other).await;
    assert!(matches!(refused, Err(Error::NotEmpty)), "{refused:?}");
    let refused = migrate(&full.store, &other).await;
    assert!(matches!(refused, Err(Error::NotEmpty)), "{refused:?}");
    let checked = check(&full.file()).await.unwrap();
    let other_content = archive::restore(checked, &other, IfNotEmpty::Resume, &mut |_| {}).await;
    assert!(matches!(other_content, Err(Error::Differs { kind: Kind::Researcher, .. })), "{other_content:?}");

    let half = full.target("half.sqlite");
    let records: Vec<Record> = full.store.dump().try_collect().await.unwrap();
    half.load(records[..records.len() / 2].to_vec()).await.unwrap();
    let checked = check(&full.file()).await.unwrap();
    let resumed = archive::restore(checked, &half, IfNotEmpty::Resume, &mut |_| {}).await.unwrap();
    assert_eq!(resumed, full.digest);
}

#[tokio::test]
async fn a_target_that_loses_something_is_found_out() {
    let full = archived().await;
    for (number, kind) in Kind::ALL.into_iter().enumerate() {
        let target = Forgetful(full.target(&format!("forgetful-{number}.sqlite")), kind);
        let outcome = migrate(&full.store, &target).await;
        let Err(Error::Differs { kind: found_kind, read, found }) = outcome else {
            panic!("{kind:?}: {outcome:?}")
        };
        assert_eq!(found_kind, kind);
        assert!(found < read, "{kind:?}: {found} of {read}");
    }
}

#[tokio::test]
async fn who_withdraws_during_the_copy_is_erased_in_it() {
    let full = archived().await;
    let leaver = full.world.participations[2];
    let mut records: Vec<_> = full.store.dump().collect().await;
    records.push(Ok(Record::Withdrawal(leaver)));
    let told = Told(records);
    let migrated = full.target("migrated.sqlite");
    migrate(&told, &migrated).await.unwrap();
    let file = full.folder.path().join("withdrawn.gz");
    backup(&told, &file).await.unwrap();
    let restored = full.target("restored.sqlite");
    restore(&file, &restored).await.unwrap();
    for store in [&migrated, &restored] {
        let participation = store.participation(leaver).await.unwrap().unwrap();
        assert_eq!(participation.state, ParticipationState::Withdrawn);
        assert!(participation.answered.is_empty());
        let rows = exported(store, full.world.open).await;
        assert!(rows.iter().all(|row| row.participation_id != leaver) && !rows.is_empty());
    }
}

#[tokio::test]
async fn progress_is_told_for_each_step() {
    let full = archived().await;
    let mut heard = Vec::new();
    let target = full.target("restored.sqlite");
    let mut listen = |progress: archive::Progress| heard.push(progress);
    let checked = archive::check(&full.file(), &mut listen).await.unwrap();
    archive::restore(checked, &target, IfNotEmpty::Refuse, &mut listen).await.unwrap();
    let last = |step| *heard.iter().rfind(|progress| progress.step == step).unwrap();
    for step in [archive::Step::Copying, archive::Step::Verifying] {
        assert_eq!((last(step).records, last(step).total), (full.digest.count(), Some(full.digest.count())));
    }
    assert!(last(archive::Step::Checking).records > 0);
}

#[tokio::test]
async fn a_source_is_read_beside_its_owner_and_a_target_is_not_shared() {
    let full = archived().await;
    let location = Location::new(format!("sqlite:{}", full.folder.path().join("full.sqlite").display()));
    let source = backend::open_source(&location).await.unwrap();
    let beside = backup(&*source, &full.folder.path().join("beside.gz")).await.unwrap();
    assert_eq!(beside, full.digest);
    let Err(refused) = backend::open_archive(&location).await else { panic!("it is in use") };
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    let missing = Location::new(format!("sqlite:{}", full.folder.path().join("missing.sqlite").display()));
    assert!(backend::open_source(&missing).await.is_err());
    assert!(!full.folder.path().join("missing.sqlite").exists(), "reading makes nothing");
}

// === impl Told ===

impl ArchiveSource for Told {
    fn dump(&self) -> BoxStream<'static, nameit_store::Result<Record>> {
        let records: Vec<_> = self
            .0
            .iter()
            .map(|record| match record {
                Ok(record) => Ok(record.clone()),
                Err(_) => Err(nameit_store::Error::NotFound { what: "half" }),
            })
            .collect();
        stream::iter(records).boxed()
    }
}

// === impl Forgetful ===

impl ArchiveSource for Forgetful {
    fn dump(&self) -> BoxStream<'static, nameit_store::Result<Record>> {
        let kind = self.1;
        let mut is_first = true;
        let kept = self.0.dump().try_filter(move |record| {
            let lost = Kind::of(record) == Some(kind) && std::mem::replace(&mut is_first, false);
            futures::future::ready(!lost)
        });
        kept.boxed()
    }
}

#[async_trait::async_trait]
impl ArchiveStore for Forgetful {
    async fn is_empty(&self) -> nameit_store::Result<bool> {
        self.0.is_empty().await
    }

    async fn load(&self, records: Vec<Record>) -> nameit_store::Result<()> {
        self.0.load(records).await
    }
}
