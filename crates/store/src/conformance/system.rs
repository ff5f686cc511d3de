//! The store as a whole.

use std::sync::Arc;

use super::story::researcher;
use crate::Store;

super::cases!("system":
    a_working_store_answers_a_ping,
    everybody_gets_the_signing_key_that_was_first,
    researchers_are_counted,
    an_examination_reads_and_writes_and_changes_nothing_that_counts,
);

async fn a_working_store_answers_a_ping(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
    store.ping().await.unwrap();
}

async fn everybody_gets_the_signing_key_that_was_first(store: Arc<dyn Store>) {
    let proposals = (1..=8_u8).map(|number| {
        let store = store.clone();
        async move { store.signing_key([number; 32]).await.unwrap() }
    });
    let keys = futures::future::join_all(proposals).await;
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(store.signing_key([99; 32]).await.unwrap(), keys[0]);
}

async fn researchers_are_counted(store: Arc<dyn Store>) {
    assert_eq!(store.researcher_count().await.unwrap(), 0);
    researcher(&*store, "ana").await;
    researcher(&*store, "bo_").await;
    assert_eq!(store.researcher_count().await.unwrap(), 2);
}

async fn an_examination_reads_and_writes_and_changes_nothing_that_counts(store: Arc<dyn Store>) {
    let found = store.examine().await;
    assert!(["sqlite", "mongodb"].contains(&found.backend), "{}", found.backend);
    assert!(found.version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit())));
    assert!(!found.read.unwrap().is_zero(), "it was measured");
    assert!(!found.write.unwrap().is_zero(), "it was measured");
    if let Some(disk) = found.disk {
        assert!(disk.free_bytes <= disk.total_bytes, "{disk:?}");
        assert!(disk.database_bytes > 0, "{disk:?}");
    }
    assert_eq!(store.researcher_count().await.unwrap(), 0);
    store.ping().await.unwrap();
}
