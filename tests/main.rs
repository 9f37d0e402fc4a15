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

mod advice;
mod allocations;
mod analysis;
mod api;
mod batch_advice;
mod batch_checks;
mod batch_generator;
mod batch_inventories;
mod batch_jobs;
mod batch_manifests;
mod batch_reports;
mod batch_run;
mod batch_scheduler;
mod batch_specification;
mod batch_status;
mod batch_store;
#[cfg(feature = "cli")]
mod build_script;
mod cli;
mod conformance;
mod decisions;
mod documents;
mod drivers;
mod eligibility;
mod forms;
mod layers;
mod lints;
mod policy;
mod policy_globs;
mod refusals;
mod regressions;
mod rendering;
mod replication;
mod semantics;
mod simulation;
mod storage;
mod topology;
mod topology_known;
mod topology_played;
