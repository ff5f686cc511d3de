//! Wrong input: a clear message, the right status, and nothing lost that was accepted before.

mod answers;
mod files;
mod forms;
