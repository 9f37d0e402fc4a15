//! What must hold for any bytes: the bodies of the fuzz targets.
//!
//! `tests/regressions.rs` runs them too, on the seeds and on everything that once went wrong.

mod analyses;
mod documents;
mod inventories;
mod jobs;
mod manifests;
mod scenario;
mod simulations;

/// Checks what is said about bytes that claim to be XML.
pub fn parse_xml(bytes: &[u8]) {
    documents::check(bytes, s3_replication::form::Form::Xml);
}

/// Checks what is said about bytes that claim to be JSON.
pub fn parse_json(bytes: &[u8]) {
    documents::check(bytes, s3_replication::form::Form::CliJson);
}

/// Checks the engine against its definition, on a configuration and versions made of the bytes.
pub fn decide(bytes: &[u8]) {
    // When the bytes run out before there is anything to ask, there is nothing to check.
    let _ = scenario::check(bytes);
}

/// Checks what is said about every object, on two configurations made of the bytes.
pub fn analyze(bytes: &[u8]) {
    // When the bytes run out before there is anything to ask, there is nothing to check.
    let _ = analyses::check(bytes);
}

/// Checks manifests, inventories and completion reports, of which the first byte chooses one.
pub fn manifest_csv(bytes: &[u8]) {
    manifests::check(bytes);
}

/// Checks an inventory: its document and, each behind a record separator, its data files.
pub fn inventory(bytes: &[u8]) {
    inventories::check(bytes);
}

/// Checks jobs, to which happens what the bytes say.
pub fn job_events(bytes: &[u8]) {
    // When the bytes run out in the middle of something, that is not done.
    let _ = jobs::check(bytes);
}

/// Checks scenarios: what is refused, and what comes of the rest.
pub fn simulate(bytes: &[u8]) {
    simulations::check(bytes);
}
