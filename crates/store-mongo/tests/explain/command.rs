//! The commands that a store sends, and what of them decides how the server looks for documents.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use mongodb::bson::{Bson, Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::{CommandEvent, CommandStartedEvent};

/// Commands that look for no documents, or go on with a search that was judged when it began.
const WITHOUT_SEARCH: [&str; 10] = [
    "insert",
    "getMore",
    "killCursors",
    "createIndexes",
    "listIndexes",
    "create",
    "hello",
    "ping",
    "buildInfo",
    "endSessions",
];

/// Looks for documents in a collection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) database: String,
    /// The command without the values that do not matter for its plan, fit for `explain`.
    pub(crate) command: Document,
    /// A `find` that has to look at the same documents, for servers that explain no other commands.
    pub(crate) as_find: Document,
    /// What tells this search from others that are planned differently.
    pub(crate) shape: String,
}

/// Hears what is sent.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    /// By shape, the first of each.
    searches: BTreeMap<String, Search>,
    /// Names of commands that nobody has thought about.
    unknown: Vec<String>,
}

// === impl Recorder ===

impl Recorder {
    /// What a client needs to be heard.
    pub(crate) fn handler(&self) -> EventHandler<CommandEvent> {
        let recorder = self.clone();
        EventHandler::callback(move |event| {
            if let CommandEvent::Started(event) = event {
                recorder.hear(&event);
            }
        })
    }

    /// The searches that were heard since this was last asked.
    pub(crate) fn take(&self) -> Vec<Search> {
        let mut heard = self.heard.lock().expect("no thread panics while it hears");
        assert!(heard.unknown.is_empty(), "say what these commands are: {:?}", heard.unknown);
        std::mem::take(&mut heard.searches).into_values().collect()
    }

    fn hear(&self, event: &CommandStartedEvent) {
        let mut heard = self.heard.lock().expect("no thread panics while it hears");
        match searches(&event.db, &event.command_name, &event.command) {
            Some(searches) => {
                for search in searches {
                    heard.searches.entry(search.shape.clone()).or_insert(search);
                }
            }
            None => heard.unknown.push(event.command_name.clone()),
        }
    }
}

/// The searches of a command, `None` when it is unknown.
fn searches(database: &str, name: &str, command: &Document) -> Option<Vec<Search>> {
    let one = |filter_field: &str, kept: &[&str]| vec![search(database, name, command, kept, filter_field)];
    match name {
        "find" => Some(one("filter", &["filter", "sort", "projection", "limit", "skip", "hint"])),
        "count" => Some(one("query", &["query", "limit", "skip", "hint"])),
        "distinct" => Some(one("query", &["key", "query"])),
        "findAndModify" => {
            Some(one("query", &["query", "sort", "update", "remove", "new", "upsert", "fields"]))
        }
        "aggregate" => {
            let mut search = search(database, name, command, &["pipeline", "cursor", "hint"], "");
            let first = command.get_array("pipeline").ok()?.first()?.as_document()?;
            // What comes before the first `$match` that stands first would go through everything.
            let filter = first.get_document("$match").cloned().unwrap_or_default();
            search.as_find = doc! { "find": search.command.get("aggregate"), "filter": filter };
            Some(vec![search])
        }
        "update" => Some(statements(database, name, command, "updates")),
        "delete" => Some(statements(database, name, command, "deletes")),
        _ if WITHOUT_SEARCH.contains(&name) => Some(Vec::new()),
        _ => None,
    }
}

fn search(database: &str, name: &str, command: &Document, kept: &[&str], filter_field: &str) -> Search {
    let collection = command.get(name).cloned().unwrap_or(Bson::Null);
    let mut explained = doc! { name: collection.clone() };
    for field in kept {
        if let Some(value) = command.get(field) {
            explained.insert(*field, value.clone());
        }
    }
    let filter = command.get_document(filter_field).cloned().unwrap_or_default();
    let as_find = doc! { "find": collection, "filter": filter };
    let shape = shape_of(&explained);
    Search { database: database.to_owned(), command: explained, as_find, shape }
}

/// Each statement of a bulk as a command of its own.
fn statements(database: &str, name: &str, command: &Document, field: &str) -> Vec<Search> {
    let statements = command.get_array(field).map(Vec::as_slice).unwrap_or_default();
    let search = |statement: &Document| {
        let filter = statement.get_document("q").cloned().unwrap_or_default();
        let collection = command.get(name).cloned().unwrap_or(Bson::Null);
        let command = doc! { name: collection.clone(), field: [statement.clone()] };
        let shape = shape_of(&command);
        let as_find = doc! { "find": collection, "filter": filter };
        Search { database: database.to_owned(), command, as_find, shape }
    };
    statements.iter().filter_map(Bson::as_document).map(search).collect()
}

/// The command with types for values; names of collections and of operators stay.
fn shape_of(command: &Document) -> String {
    let mut shape = String::new();
    for (number, (name, value)) in command.iter().enumerate() {
        let separator = if number == 0 { "" } else { ", " };
        // The name of the collection is the value of the first field.
        let collection = value.as_str().filter(|_| number == 0);
        write!(shape, "{separator}{name}: ").expect("writing to a String cannot fail");
        match collection {
            Some(collection) => shape.push_str(collection),
            None => write_shape(&mut shape, value),
        }
    }
    shape
}

fn write_shape(shape: &mut String, value: &Bson) {
    match value {
        Bson::Document(fields) => {
            shape.push('{');
            for (number, (name, value)) in fields.iter().enumerate() {
                let separator = if number == 0 { "" } else { ", " };
                // Names that hold an id are as many as there are ids.
                let digits = name.chars().filter(char::is_ascii_digit).count();
                let name = if digits > 3 { "…" } else { name };
                write!(shape, "{separator}{name}: ").expect("writing to a String cannot fail");
                write_shape(shape, value);
            }
            shape.push('}');
        }
        Bson::Array(values) if values.iter().all(|value| value.as_document().is_some()) => {
            shape.push('[');
            for value in values {
                write_shape(shape, value);
            }
            shape.push(']');
        }
        Bson::Array(_) => shape.push_str("[…]"),
        other => write!(shape, "{:?}", other.element_type()).expect("writing to a String cannot fail"),
    }
}
