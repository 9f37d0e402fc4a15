//! One binary for all integration tests.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may panic, and reads its fixtures"
)]

mod analysis;
mod batch;
#[cfg(feature = "cli")]
mod build_script;
mod cli;
mod diagnostic;
mod dialects;
mod document;
mod engine;
mod form;
mod house;
mod lint;
mod model;
mod permissions;
mod policy;
mod replication;
#[cfg(feature = "forms")]
mod settings;
mod simulation;
mod storage;
#[cfg(all(feature = "cli", unix))]
mod strategies;
mod support;
#[cfg(feature = "forms")]
mod template;
mod topology;
