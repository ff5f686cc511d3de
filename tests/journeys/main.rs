//! Stories through the whole of NameIT.

mod access;
mod degrade;
mod demo;
mod experiment_life;
mod exports;
mod grpc;
mod live_report;
mod naming;
mod pages;
