//! The gateway: pages, REST and public gRPC on one port, for researchers, participants and programs.
//!
//! A request passes the frame (`frame`: bounds, panics, error forms, security headers), the guard of its
//! route (`access`: who may call it), and a thin adapter (`rest`, `grpc` or `pages`) that calls a use case
//! (`services`). Use cases talk to storage and datamining over gRPC; what participants send goes through
//! one gathering point (`ingest`). Nothing is kept here but caches.
//!
//! To add a route: a use case in `services/<resource>.rs`, a thin handler in `rest/<resource>.rs`, one line
//! with its rule in `router.rs`, its authorisation case in `tests`.

mod access;
mod app;
mod body;
mod cache;
mod charts;
mod clients;
mod config;
mod counts;
mod csrf;
mod error;
mod frame;
mod grpc;
mod images;
mod ingest;
mod operator;
mod pages;
mod password;
mod random;
mod rest;
mod router;
mod server;
mod services;
mod session;
mod signing;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod throttle;
mod token;
mod views;

pub use app::App;
pub use config::{Addresses, Config, Limits, OperatorAccess, PasswordCost};
pub use operator::OperatorCode;
