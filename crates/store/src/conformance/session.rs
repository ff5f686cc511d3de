//! Sessions and tokens.

use std::sync::Arc;

use nameit_domain::ResearcherId;
use nameit_domain::session::{Session, SessionKind};

use super::story::{at, researcher};
use crate::Store;

super::cases!("session":
    a_session_counts_until_it_expires,
    an_ended_session_is_gone_and_ending_it_again_is_no_error,
    a_researcher_sees_only_own_sessions_that_count_newest_first,
);

fn session(secret: u8, researcher_id: ResearcherId, created: i64, expires: i64) -> Session {
    Session {
        secret_hash: [secret; 32],
        researcher_id,
        kind: if secret.is_multiple_of(2) { SessionKind::Browser } else { SessionKind::Token },
        label: if secret.is_multiple_of(2) { String::new() } else { "R scripts".to_owned() },
        created_at: at(created),
        expires_at: at(expires),
    }
}

async fn a_session_counts_until_it_expires(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    for secret in [1, 2] {
        let session = session(secret, ana.id, 10, 100);
        store.create_session(&session).await.unwrap();
        let found = store.find_session(&[secret; 32], at(99)).await.unwrap();
        assert_eq!(found, Some((session, ana.clone())));
        assert_eq!(store.find_session(&[secret; 32], at(100)).await.unwrap(), None, "it has expired");
    }
    assert_eq!(store.find_session(&[3; 32], at(20)).await.unwrap(), None);
}

async fn an_ended_session_is_gone_and_ending_it_again_is_no_error(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    store.create_session(&session(1, ana.id, 10, 100)).await.unwrap();
    store.create_session(&session(2, ana.id, 10, 100)).await.unwrap();
    store.delete_session(&[1; 32]).await.unwrap();
    store.delete_session(&[1; 32]).await.unwrap();
    assert_eq!(store.find_session(&[1; 32], at(20)).await.unwrap(), None);
    assert!(store.find_session(&[2; 32], at(20)).await.unwrap().is_some(), "the other one stays");
}

async fn a_researcher_sees_only_own_sessions_that_count_newest_first(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let bo = researcher(&*store, "bo_").await;
    let older = session(1, ana.id, 10, 100);
    let newer = session(2, ana.id, 20, 100);
    let short = session(3, ana.id, 30, 40);
    let other = session(4, bo.id, 30, 100);
    for session in [&older, &newer, &short, &other] {
        store.create_session(session).await.unwrap();
    }
    assert_eq!(store.sessions_of(ana.id, at(50)).await.unwrap(), [newer, older]);
    assert_eq!(store.sessions_of(bo.id, at(50)).await.unwrap(), [other]);
    assert_eq!(store.sessions_of(ResearcherId::generate(), at(50)).await.unwrap(), []);
}
