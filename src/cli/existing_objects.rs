//! The advice to replicate existing objects, which live replication leaves alone.
//!
//! A rule concerns versions that are written after it. A user who adds a destination often expects
//! that it gets everything, so `append` and `diff` print this advice beside their answers:
//!
//! ```text
//! note: existing objects are not replicated to arn:aws:s3:::logs; they need a job of S3 Batch
//! Replication, such as (replace `SOURCE-BUCKET`):
//! {"AccountId":"111122223333","ConfirmationRequired":false,…}
//! Its role must trust `batchoperations.s3.amazonaws.com`; …
//! ```
//!
//! The document of the job is one line, so that it can be copied into a file, and `batch run --job`
//! takes it. `batch run` also uses [`job`] for a forecast without a job.

use std::collections::BTreeSet;

use s3_replication::ReplicationConfiguration;
use s3_replication::model::{BucketArn, BucketName, RoleArn};
use serde_json::{Value, json};

/// Returns the advice on destinations that are new in a configuration, with a job that replicates
/// the existing objects; `None` if there are no new ones.
///
/// A destination is new if an enabled rule has it and none had it before: enabling a rule adds one,
/// and a second rule for a known bucket does not. Without a role there is no advice either, because
/// a job needs one.
pub(super) fn advice(
    old: &ReplicationConfiguration,
    new: &ReplicationConfiguration,
    source: Option<&BucketName>,
) -> Option<String> {
    let enabled = |configuration: &ReplicationConfiguration| -> BTreeSet<BucketArn> {
        let rules = configuration.rules().iter().filter(|rule| rule.is_enabled());
        rules.map(|rule| rule.destination.bucket.clone()).collect()
    };
    let (before, after) = (enabled(old), enabled(new));
    let added: Vec<&str> = after.difference(&before).map(BucketArn::as_str).collect();
    if added.is_empty() {
        return None;
    }
    // Versions with replicas in other buckets are `COMPLETED`. Where no rule was enabled before, no
    // version is, and the job need not look for them.
    let statuses: &[&str] =
        if before.is_empty() { &["NONE", "FAILED"] } else { &["NONE", "FAILED", "COMPLETED"] };
    let role = new.role()?;
    // In capitals, so that a reader sees that it is no name.
    let name = source.map_or("SOURCE-BUCKET", BucketName::as_str);
    let job = job(role, name, Some(statuses));
    let replace = if source.is_none() { " (replace `SOURCE-BUCKET`)" } else { "" };
    Some(format!(
        "note: existing objects are not replicated to {}; they need a job of S3 Batch Replication, such \
         as{replace}:\n{job}\nIts role must trust `batchoperations.s3.amazonaws.com`; `permissions \
         --batch` writes the policies of the role\n",
        added.join(", ")
    ))
}

/// Returns the document of a job that replicates the eligible versions of a bucket, or those of
/// them with one of the replication statuses.
///
/// The account and the partition are those of the role. The job writes neither a report nor a
/// manifest, which would need a bucket that the caller does not know, and asks for no confirmation.
pub(super) fn job(role: &RoleArn, source: &str, statuses: Option<&[&str]>) -> Value {
    let mut filter = json!({"EligibleForReplication": true});
    if let (Some(statuses), Some(members)) = (statuses, filter.as_object_mut()) {
        members.insert("ObjectReplicationStatuses".to_owned(), json!(statuses));
    }
    json!({
        "AccountId": role.account(),
        "ConfirmationRequired": false,
        "Operation": {"S3ReplicateObject": {}},
        "Priority": 10,
        "RoleArn": role,
        "Report": {"Enabled": false},
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": format!("arn:{}:s3:::{source}", role.partition()),
            "EnableManifestOutput": false,
            "Filter": filter,
        }},
    })
}
