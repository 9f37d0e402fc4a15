//! IAM documents: written, read, evaluated and checked.

mod checks;
mod documents;
mod evaluation;
mod forms;
mod jobs;
mod lints;
mod samples;
mod setups;
mod store;
