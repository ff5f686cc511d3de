//! The store as a whole.

use std::sync::Arc;

use super::story::researcher;
use crate::Store;

super::cases!("system":
    a_working_store_answers_a_ping,
    everybody_gets_the_signing_key_that_was_first,
    researchers_are_counted,
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
