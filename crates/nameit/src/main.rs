//! nameit
fn main() {}
