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

mod support;

mod allocations;
mod api;
#[cfg(feature = "cli")]
mod cli;
mod conformance;
mod decisions;
mod documents;
mod drivers;
mod eligibility;
mod forms;
mod layers;
mod lints;
mod refusals;
mod regressions;
mod replication;
mod semantics;
mod storage;
