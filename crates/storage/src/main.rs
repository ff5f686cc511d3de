//! storage
fn main() {}
