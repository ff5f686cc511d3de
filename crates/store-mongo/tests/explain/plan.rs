//! What a server says about how it would look for documents.

use libtest_mimic::Trial;
use mongodb::bson::{Bson, Document, doc};

/// How a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// By an index, or it is clear without looking that there is nothing.
    Index,
    /// Through the whole collection.
    Scan,
}

/// Reads the answer to an `explain`; `None` when it is not understood.
pub(crate) fn read(answer: &Document) -> Option<Plan> {
    let mut stages = Vec::new();
    collect(answer, &mut stages);
    if stages.is_empty() {
        None
    } else if stages.contains(&Plan::Scan) {
        Some(Plan::Scan)
    } else {
        Some(Plan::Index)
    }
}

/// Every step that touches documents, wherever in the answer it stands: servers, shards and versions put
/// their plans in different places.
fn collect(answer: &Document, stages: &mut Vec<Plan>) {
    stages.extend(mongodb_stage(answer));
    stages.extend(postgresql_node(answer));
    for (field, value) in answer {
        // The plans that were considered and not taken, and the question itself.
        if field != "rejectedPlans" && field != "command" && field != "parsedQuery" {
            match value {
                Bson::Document(inner) => collect(inner, stages),
                Bson::Array(inner) => {
                    inner.iter().filter_map(Bson::as_document).for_each(|inner| collect(inner, stages));
                }
                _ => {}
            }
        }
    }
}

/// A stage of a plan of MongoDB.
fn mongodb_stage(stage: &Document) -> Option<Plan> {
    match stage.get_str("stage").ok()? {
        "COLLSCAN" => Some(Plan::Scan),
        "IXSCAN"
        | "IDHACK"
        | "CLUSTERED_IXSCAN"
        | "EXPRESS_IXSCAN"
        | "EXPRESS_CLUSTERED_IXSCAN"
        | "COUNT_SCAN"
        | "DISTINCT_SCAN"
        | "EOF" => Some(Plan::Index),
        _ => None,
    }
}

/// A node of a plan of PostgreSQL, as FerretDB 2 passes it on.
fn postgresql_node(node: &Document) -> Option<Plan> {
    let kind = node.get_str("Node Type").ok()?;
    if kind == "Seq Scan" {
        return Some(Plan::Scan);
    }
    let index = node.get_str("Index Name").ok()?;
    let condition = node.get_str("Index Cond").unwrap_or_default();
    // A collection is stored by `_id`; without a condition on it, that index is the way through all of it.
    let everything = index == "_id_" && !condition.contains("object_id");
    Some(if everything { Plan::Scan } else { Plan::Index })
}

/// That answers of servers that are not there are understood too.
pub(crate) fn trials() -> Vec<Trial> {
    let mut not_taken = mongodb(doc! { "stage": "IXSCAN" });
    not_taken.insert("rejectedPlans", [doc! { "stage": "COLLSCAN" }]);
    let pipeline = doc! { "stages": [{ "$cursor": mongodb(doc! { "stage": "COLLSCAN" }) }] };
    let by_id = |condition| doc! { "Node Type": "Index Scan", "Index Name": "_id_", "Index Cond": condition };
    let cases = [
        ("mongodb_scan", mongodb(doc! { "stage": "COLLSCAN" }), Some(Plan::Scan)),
        ("mongodb_scan_in_a_pipeline", pipeline, Some(Plan::Scan)),
        ("mongodb_scan_that_was_not_taken", not_taken, Some(Plan::Index)),
        ("mongodb_index", mongodb(doc! { "stage": "IXSCAN", "indexName": "slug" }), Some(Plan::Index)),
        ("mongodb_id", mongodb(doc! { "stage": "EXPRESS_IXSCAN" }), Some(Plan::Index)),
        ("postgresql_scan", postgresql(doc! { "Node Type": "Seq Scan" }), Some(Plan::Scan)),
        ("postgresql_scan_by_id", postgresql(by_id("(shard_key_value = 7)")), Some(Plan::Scan)),
        ("postgresql_id", postgresql(by_id("(object_id = 1)")), Some(Plan::Index)),
        ("something_else", doc! { "ok": 1 }, None),
    ];
    let trial = |(name, answer, plan): (&str, Document, Option<Plan>)| {
        Trial::test(format!("mongodb::explain::answers::{name}"), move || {
            assert_eq!(read(&answer), plan);
            Ok(())
        })
    };
    cases.into_iter().map(trial).collect()
}

fn mongodb(stage: Document) -> Document {
    doc! { "queryPlanner": { "winningPlan": { "stage": "FETCH", "inputStage": stage } } }
}

fn postgresql(node: Document) -> Document {
    doc! { "queryPlanner": { "Plan": { "Node Type": "Sort", "Plans": [node] } } }
}
