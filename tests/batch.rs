//! S3 Batch Replication.

mod advice;
#[cfg(feature = "async")]
mod asynchronous;
mod checks;
mod dry_run;
mod generator;
mod inventories;
mod jobs;
mod manifests;
mod pieces;
mod reports;
mod run;
mod scheduler;
mod specification;
mod status;
mod store;
mod unknown_facts;
