//! The advice to replicate existing objects, which live replication leaves alone.

use std::collections::BTreeSet;

use s3_replication::ReplicationConfiguration;
use s3_replication::model::{BucketArn, BucketName};
use serde_json::json;

/// Returns the advice on destinations that are new in a configuration, with a job that replicates the
/// existing objects; `None` if there are no new ones.
pub(super) fn advice(
    old: &ReplicationConfiguration,
    new: &ReplicationConfiguration,
    source: Option<&BucketName>,
) -> Option<String> {
    let enabled = |configuration: &ReplicationConfiguration| -> BTreeSet<BucketArn> {
        let rules = configuration.rules().iter().filter(|rule| rule.status.is_enabled());
        rules.map(|rule| rule.destination.bucket.clone()).collect()
    };
    let (before, after) = (enabled(old), enabled(new));
    let added: Vec<&str> = after.difference(&before).map(BucketArn::as_str).collect();
    if added.is_empty() {
        return None;
    }
    // Versions with replicas in other buckets are COMPLETED.
    let statuses: &[&str] =
        if before.is_empty() { &["NONE", "FAILED"] } else { &["NONE", "FAILED", "COMPLETED"] };
    let role = new.role()?;
    let source = source.map_or("SOURCE-BUCKET", BucketName::as_str);
    let job = json!({
        "AccountId": role.account(),
        "ConfirmationRequired": true,
        "Operation": {"S3ReplicateObject": {}},
        "Priority": 10,
        "RoleArn": role,
        "Report": {"Enabled": false},
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": format!("arn:{}:s3:::{source}", role.partition()),
            "EnableManifestOutput": false,
            "Filter": {"EligibleForReplication": true, "ObjectReplicationStatuses": statuses},
        }},
    });
    let replace = if source == "SOURCE-BUCKET" { " (put in the source bucket)" } else { "" };
    Some(format!(
        "note: existing objects are not replicated to {}; they need a job of S3 Batch Replication, such \
         as{replace}:\n{job}\n",
        added.join(", ")
    ))
}
