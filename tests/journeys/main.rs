//! Stories through the whole of NameIT.

mod access;
mod demo;
mod degrade;
mod experiment_life;
mod exports;
mod grpc;
mod live_report;
mod naming;
mod pages;
