//! Tests of NameIT as a whole.
