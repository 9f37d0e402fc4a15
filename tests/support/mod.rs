//! Words shared by the tests.

pub(crate) mod shelf;

use s3_replication::{ReplicationConfiguration, Report};

/// The role of every configuration here.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/replication";

/// Puts a root and a role around rules in XML.
pub(crate) fn with_role(rules: &str) -> String {
    format!("<ReplicationConfiguration><Role>{ROLE}</Role>{rules}</ReplicationConfiguration>")
}

/// Writes a V2 rule in XML from its parts; `more` goes into the rule, before the destination.
pub(crate) fn rule_v2(id: &str, priority: u32, filter: &str, bucket: &str, more: &str) -> String {
    format!(
        "<Rule><ID>{id}</ID><Status>Enabled</Status><Priority>{priority}</Priority>\
         <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
         <Filter>{filter}</Filter>{more}\
         <Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination></Rule>"
    )
}

/// Reads rules in XML, which are legal.
#[track_caller]
pub(crate) fn configuration(rules: &str) -> ReplicationConfiguration {
    match ReplicationConfiguration::from_xml(&with_role(rules)) {
        Ok(configuration) => configuration,
        Err(report) => panic!("the configuration is refused:\n{report}"),
    }
}

/// Reads a document that is refused.
#[track_caller]
pub(crate) fn refused(text: &str) -> Report {
    ReplicationConfiguration::from_xml(text).expect_err("the document was accepted")
}
