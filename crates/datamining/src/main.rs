//! datamining
fn main() {}
