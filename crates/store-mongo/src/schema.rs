//! The schema: its version, its collections and their indexes.
//!
//! Every process makes everything when it first reaches the server. Making an index that exists is no work
//! and no error, and of two processes with different ideas of the version the older one refuses.

use std::cmp::Ordering;

use mongodb::IndexModel;
use mongodb::bson::{Document, Uuid, doc};
use mongodb::options::{GridFsBucketOptions, IndexOptions};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::setting;
use crate::turns::Turns;

/// The version of the shape of stored documents.
pub(crate) const VERSION: i32 = 1;

/// The bucket of the images.
const IMAGES: &str = "images";

/// Its two collections, as the driver names them.
pub(crate) const IMAGE_FILES: &str = "images.files";
const IMAGE_CHUNKS: &str = "images.chunks";

pub(crate) const SETTINGS: &str = "settings";
pub(crate) const WRITERS: &str = "writers";
pub(crate) const RESEARCHERS: &str = "researchers";
pub(crate) const SESSIONS: &str = "sessions";
pub(crate) const EXPERIMENTS: &str = "experiments";
pub(crate) const STIMULUS_PAGES: &str = "stimulus_pages";
pub(crate) const PARTICIPATIONS: &str = "participations";
pub(crate) const RESPONSES: &str = "responses";
pub(crate) const ERASURES: &str = "erasures";
pub(crate) const DECISIONS: &str = "decisions";
pub(crate) const VISITS: &str = "visits";

/// An index of a collection, beside the one on `_id` that every collection has.
struct Index {
    collection: &'static str,
    name: &'static str,
    unique: bool,
    /// Fields and their order: 1 ascending, -1 descending.
    keys: &'static [(&'static str, i32)],
}

/// Every index. Only plain ones: not every server knows sparse, partial or expiring ones.
const INDEXES: [Index; 13] = [
    unique(RESEARCHERS, "handle", &[("handle", 1)]),
    index(SESSIONS, "researcher", &[("researcher_id", 1), ("created_at", -1)]),
    unique(EXPERIMENTS, "slug", &[("slug", 1)]),
    index(EXPERIMENTS, "owner", &[("owner", 1), ("deleted_at", 1), ("updated_at", -1)]),
    index(EXPERIMENTS, "public", &[("access", 1), ("state", 1), ("published_at", -1)]),
    index(STIMULUS_PAGES, "experiment", &[("experiment_id", 1)]),
    index(PARTICIPATIONS, "experiment", &[("experiment_id", 1), ("state", 1)]),
    index(PARTICIPATIONS, "list", &[("experiment_id", 1), ("_id", 1)]),
    unique(RESPONSES, "feed", &[("experiment_id", 1), ("writer", 1), ("sequence", 1)]),
    index(ERASURES, "at", &[("at", 1)]),
    unique(DECISIONS, "version", &[("experiment_id", 1), ("kind", 1), ("version", 1)]),
    // The same image is kept once, whoever uploads it.
    unique(IMAGE_FILES, "hash", &[("filename", 1)]),
    // The same that the driver would make at the first upload.
    unique(IMAGE_CHUNKS, "files_id_1_n_1", &[("files_id", 1), ("n", 1)]),
];

/// Stored data of a version that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database has schema version {found}, this program knows versions up to {VERSION}; use a newer program"
)]
struct Newer {
    found: i64,
}

const fn index(collection: &'static str, name: &'static str, keys: &'static [(&'static str, i32)]) -> Index {
    Index { collection, name, unique: false, keys }
}

const fn unique(collection: &'static str, name: &'static str, keys: &'static [(&'static str, i32)]) -> Index {
    Index { unique: true, ..index(collection, name, keys) }
}

/// Sees to version, identity and indexes, and gives the collections.
pub(crate) async fn prepare(database: &mongodb::Database) -> Result<Ready> {
    let settings = database.collection(SETTINGS);
    let proposal = doc! { "version": VERSION };
    let schema = setting::keep(&settings, "reading the schema version", "schema", proposal).await?;
    check(setting::number(&schema, "version")?)?;
    let proposal = doc! { "identity": new_identity() };
    let identity = setting::keep(&settings, "reading the database's identity", "database", proposal).await?;
    setting::keep(&settings, "making the heartbeat", "heartbeat", doc! { "beats": 0_i64 }).await?;
    make_indexes(database).await?;
    let bucket = GridFsBucketOptions::builder().bucket_name(IMAGES.to_owned()).build();
    Ok(Ready {
        identity: setting::text(&identity, "identity")?,
        database: database.clone(),
        settings,
        writers: database.collection(WRITERS),
        researchers: database.collection(RESEARCHERS),
        sessions: database.collection(SESSIONS),
        experiments: database.collection(EXPERIMENTS),
        stimulus_pages: database.collection(STIMULUS_PAGES),
        participations: database.collection(PARTICIPATIONS),
        responses: database.collection(RESPONSES),
        erasures: database.collection(ERASURES),
        decisions: database.collection(DECISIONS),
        visits: database.collection(VISITS),
        images: database.gridfs_bucket(bucket),
        turns: Turns::new(),
    })
}

/// There is no older version than the first; the next one brings the steps from here to there.
fn check(found: i64) -> Result<()> {
    match found.cmp(&i64::from(VERSION)) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(Unreadable("schema version").into()),
        Ordering::Greater => {
            Err(Error::Internal { context: "opening the database", source: Box::new(Newer { found }) })
        }
    }
}

/// Eight random hexadecimal digits.
fn new_identity() -> String {
    let mut digits = Uuid::new().to_string();
    digits.truncate(8);
    digits
}

async fn make_indexes(database: &mongodb::Database) -> Result<()> {
    for of_one in INDEXES.chunk_by(|one, other| one.collection == other.collection) {
        let collection = database.collection::<Document>(of_one[0].collection);
        run(
            command::create_indexes("making indexes", &collection),
            collection.create_indexes(of_one.iter().map(Index::model)),
        )
        .await?;
    }
    Ok(())
}

// === impl Index ===

impl Index {
    fn model(&self) -> IndexModel {
        let keys: Document =
            self.keys.iter().map(|(field, order)| ((*field).to_owned(), (*order).into())).collect();
        let options = IndexOptions::builder().name(self.name.to_owned()).unique(self.unique.then_some(true));
        IndexModel::builder().keys(keys).options(options.build()).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_schema_is_refused_and_says_what_to_do() {
        check(i64::from(VERSION)).unwrap();
        let Err(Error::Internal { source, .. }) = check(99) else { panic!("version 99 is unknown") };
        let sentence = source.to_string();
        assert!(sentence.contains("version 99") && sentence.contains("use a newer program"), "{sentence}");
        assert!(check(0).is_err(), "there never was a version 0");
    }

    #[test]
    fn each_index_of_a_collection_has_a_name_of_its_own_and_stands_beside_the_others() {
        let runs = INDEXES.chunk_by(|one, other| one.collection == other.collection).count();
        let mut collections: Vec<_> = INDEXES.iter().map(|index| index.collection).collect();
        collections.dedup();
        collections.sort_unstable();
        collections.dedup();
        assert_eq!(runs, collections.len(), "one command per collection");
        let mut names: Vec<_> = INDEXES.iter().map(|index| (index.collection, index.name)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), INDEXES.len());
    }

    #[test]
    fn databases_have_different_identities() {
        let (one, other) = (new_identity(), new_identity());
        assert!(one.len() == 8 && one.bytes().all(|digit| digit.is_ascii_hexdigit()), "{one}");
        assert_ne!(one, other);
    }
}
