//! The bodies of the fuzz targets: properties that hold for any bytes.
//!
//! `tests/house/regressions.rs` runs them on the seeds and on every past failure.

mod analyses;
mod documents;
mod inventories;
mod jobs;
mod manifests;
mod scenario;
mod simulations;
mod templates;

/// Checks reading bytes as XML.
pub fn parse_xml(bytes: &[u8]) {
    documents::check(bytes, s3_replication::form::Form::Xml);
}

/// Checks reading bytes as JSON.
pub fn parse_json(bytes: &[u8]) {
    documents::check(bytes, s3_replication::form::Form::CliJson);
}

/// Checks reading bytes as a template of CloudFormation.
pub fn cloudformation(bytes: &[u8]) {
    templates::check(bytes, s3_replication::form::Form::CloudFormation);
}

/// Checks reading bytes as a file of Terraform.
pub fn terraform(bytes: &[u8]) {
    templates::check(bytes, s3_replication::form::Form::Terraform);
}

/// Checks the engine against its definition, on a configuration and versions drawn from the bytes.
pub fn decide(bytes: &[u8]) {
    // The bytes ran out before there was a question to check.
    let _ = scenario::check(bytes);
}

/// Checks statements about all objects, on two configurations drawn from the bytes.
pub fn analyze(bytes: &[u8]) {
    // The bytes ran out before there was a question to check.
    let _ = analyses::check(bytes);
}

/// Checks manifests, inventories and completion reports; the first byte chooses the kind.
pub fn manifest_csv(bytes: &[u8]) {
    manifests::check(bytes);
}

/// Checks an inventory: its document and its data files, separated by record separators.
pub fn inventory(bytes: &[u8]) {
    inventories::check(bytes);
}

/// Checks jobs under a series of events drawn from the bytes.
pub fn job_events(bytes: &[u8]) {
    // The bytes ran out within an event; that event is not applied.
    let _ = jobs::check(bytes);
}

/// Checks scenarios: refusals and, for valid ones, the simulation.
pub fn simulate(bytes: &[u8]) {
    simulations::check(bytes);
}
