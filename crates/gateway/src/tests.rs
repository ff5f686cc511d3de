//! The gateway from outside, in front of a storage and a datamining that live in the test's memory.

mod api;
mod decision;
mod fake;
mod grpc;
mod limits;
mod operate;
mod pages;
mod rules;
mod sandbox;
