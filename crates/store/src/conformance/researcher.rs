//! Accounts.

use std::sync::Arc;

use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_domain::{Researcher, ResearcherId};

use super::story::{credentials, researcher};
use crate::{Error, Store};

super::cases!("researcher":
    an_account_is_found_by_handle_and_by_id,
    a_taken_handle_is_refused_and_the_first_account_stays,
    of_many_who_want_a_handle_one_gets_it,
    a_profile_is_replaced_but_not_the_handle,
    a_password_hash_is_replaced,
    what_does_not_exist_cannot_be_changed,
);

async fn an_account_is_found_by_handle_and_by_id(store: Arc<dyn Store>) {
    let ana = credentials("ana");
    store.create_researcher(&ana).await.unwrap();
    let found = store.credentials(&ana.researcher.handle).await.unwrap().expect("ana has an account");
    assert_eq!(found.researcher, ana.researcher);
    assert_eq!(found.password_hash, ana.password_hash);
    assert_eq!(store.researcher(ana.researcher.id).await.unwrap(), Some(ana.researcher));
    assert!(store.credentials(&Handle::parse("bo_").unwrap()).await.unwrap().is_none());
    assert_eq!(store.researcher(ResearcherId::generate()).await.unwrap(), None);
}

async fn a_taken_handle_is_refused_and_the_first_account_stays(store: Arc<dyn Store>) {
    let first = researcher(&*store, "ana").await;
    let mut second = credentials("ana");
    "another".clone_into(&mut second.password_hash);
    let refused = store.create_researcher(&second).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { what: "handle" })), "{refused:?}");
    let found = store.credentials(&first.handle).await.unwrap().expect("the first account stays");
    assert_eq!(found.researcher, first);
    assert_ne!(found.password_hash, "another");
    assert_eq!(store.researcher(second.researcher.id).await.unwrap(), None);
}

async fn of_many_who_want_a_handle_one_gets_it(store: Arc<dyn Store>) {
    let wishes = (0..8).map(|_| {
        let store = store.clone();
        async move { store.create_researcher(&credentials("popular")).await }
    });
    let outcomes = futures::future::join_all(wishes).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(store.researcher_count().await.unwrap(), 1);
}

async fn a_profile_is_replaced_but_not_the_handle(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let changed = Researcher {
        handle: Handle::parse("somebody_else").unwrap(),
        display_name: DisplayName::parse("Ana M.").unwrap(),
        affiliation: Affiliation::parse("University of Graz").unwrap(),
        biography: Biography::parse("").unwrap(),
        ..ana.clone()
    };
    store.update_researcher(&changed).await.unwrap();
    let expected = Researcher { handle: ana.handle.clone(), ..changed };
    assert_eq!(store.researcher(ana.id).await.unwrap(), Some(expected));
}

async fn a_password_hash_is_replaced(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    store.update_password_hash(ana.id, "$argon2id$new").await.unwrap();
    let found = store.credentials(&ana.handle).await.unwrap().expect("ana has an account");
    assert_eq!(found.password_hash, "$argon2id$new");
    assert_eq!(found.researcher, ana);
}

async fn what_does_not_exist_cannot_be_changed(store: Arc<dyn Store>) {
    let nobody = credentials("nobody").researcher;
    let refused = store.update_researcher(&nobody).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "researcher" })), "{refused:?}");
    let refused = store.update_password_hash(nobody.id, "$argon2id$new").await;
    assert!(matches!(refused, Err(Error::NotFound { what: "researcher" })), "{refused:?}");
    assert_eq!(store.researcher_count().await.unwrap(), 0);
}
