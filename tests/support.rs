//! Words shared by the tests.

pub(crate) mod damage;
pub(crate) mod every_object;
pub(crate) mod policy_oracle;
pub(crate) mod shelf;
#[cfg(feature = "async")]
pub(crate) mod waiting;

use s3_replication::batch::job::{self, Job};
use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::model::{Partition, Timestamp};
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
    ReplicationConfiguration::from_xml(text).expect_err("the document was accepted").into_report()
}

/// Writes a job in JSON around the members that a test is about, which come first and count.
pub(crate) fn job_json(members: &serde_json::Value) -> String {
    let mut job = serde_json::json!({
        "AccountId": "111122223333",
        "ConfirmationRequired": false,
        "Operation": {"S3ReplicateObject": {}},
        "Report": {"Enabled": false},
        "ClientRequestToken": "token-1",
        "Priority": 10,
        "RoleArn": "arn:aws:iam::111122223333:role/batch",
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": false}},
    });
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            job.as_object_mut().unwrap().remove(name);
        } else {
            job[name] = value.clone();
        }
    }
    job.to_string()
}

/// Reads a job that is legal.
#[track_caller]
pub(crate) fn job_specification(members: &serde_json::Value) -> JobSpecification {
    let read = JobParser::new().parse_json(&job_json(members));
    read.into_specification().unwrap_or_else(|report| panic!("the job is refused:\n{report}"))
}

/// An object in JSON with these members put over it.
pub(crate) fn with_members(
    mut base: serde_json::Value,
    members: &serde_json::Value,
) -> serde_json::Value {
    for (name, value) in members.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// The id of a job, in the partition and Region of all jobs here.
pub(crate) fn job_name(id: &str) -> job::Name {
    job::Name::new(id.parse().unwrap(), Partition::AWS, "eu-central-1".parse().unwrap())
}

/// The statuses that a job went to.
pub(crate) fn way(made: &[job::Transition]) -> Vec<&'static str> {
    made.iter().map(|transition| transition.row.to.as_str()).collect()
}

/// Creates a job that is legal.
#[track_caller]
pub(crate) fn job(id: &str, members: &serde_json::Value, at: Timestamp) -> Job {
    Job::create(job_name(id), job_specification(members), at)
}

/// A moment so many seconds after a fixed one.
pub(crate) fn second(count: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    (start.to_utc() + chrono::TimeDelta::seconds(count)).into()
}
