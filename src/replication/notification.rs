use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Action;
use crate::model::{BucketArn, BucketName, Region, Timestamp, VersionId};
use crate::replication::{FailureReason, ObjectKey, Task};

closed_vocabulary! {
    /// What S3 tells about replication, as `eventName` has it (REP-804).
    #[non_exhaustive]
    pub enum NotificationName("a name such as `Replication:OperationFailedReplication`") {
        /// An operation failed for good. Needs metrics.
        OperationFailedReplication = "Replication:OperationFailedReplication",
        /// An operation is no longer tracked by the metrics, for instance because its version was
        /// deleted first.
        OperationNotTracked = "Replication:OperationNotTracked",
        /// An operation was not replicated within the threshold. Needs Time Control.
        OperationMissedThreshold = "Replication:OperationMissedThreshold",
        /// An operation that missed the threshold was replicated. Needs Time Control.
        OperationReplicatedAfterThreshold = "Replication:OperationReplicatedAfterThreshold",
    }
}

/// One event that S3 would send about replication.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Notification {
    /// What happened.
    pub name: NotificationName,
    /// When.
    pub at: Timestamp,
    /// The key of the source version.
    pub key: ObjectKey,
    /// The id of the source version.
    pub version_id: VersionId,
    /// The bytes of the source version.
    pub size: u64,
    /// The name of the rule.
    pub rule: Arc<str>,
    /// The destination bucket.
    pub destination: BucketArn,
    /// What was to be done.
    pub action: Action,
    /// When it was asked for.
    pub requested: Timestamp,
    /// Why it failed.
    pub failure_reason: Option<FailureReason>,
}

impl Notification {
    pub(super) fn new(name: NotificationName, task: &Task, at: Timestamp) -> Self {
        Self {
            name,
            at,
            key: task.key.clone(),
            version_id: task.version_id.clone(),
            size: task.version_size,
            rule: task.rule.clone(),
            destination: task.bucket.clone(),
            action: task.action,
            requested: task.since,
            failure_reason: None,
        }
    }

    /// Returns the record as S3 sends it (REP-804). What no ledger can know (request ids, `ETag`,
    /// owner), and the Region where it is not given, is left out; of `s3Operation` only `OBJECT_PUT` is on record, the other two words
    /// are ours.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::Notification;
    ///
    /// fn send(notification: &Notification) -> String {
    ///     let source = "photos".parse().unwrap();
    ///     notification.to_record(&source, None, "my-notifications").to_string()
    /// }
    /// ```
    #[must_use]
    pub fn to_record(
        &self,
        source: &BucketName,
        region: Option<&Region>,
        configuration_id: &str,
    ) -> Value {
        let mut data = json!({
            "replicationRuleId": self.rule,
            "destinationBucket": self.destination,
            "s3Operation": match self.action {
                Action::ReplicateObject => "OBJECT_PUT",
                Action::ReplicateDeleteMarker => "DELETE_MARKER_PUT",
                Action::ReplicateMetadata => "METADATA_PUT",
            },
            "requestTime": self.requested,
        });
        if let (Some(reason), Some(data)) = (&self.failure_reason, data.as_object_mut()) {
            data.insert("failureReason".to_owned(), json!(reason));
        }
        let mut record = json!({
            "eventVersion": "2.2",
            "eventSource": "aws:s3",
            "eventTime": self.at,
            "eventName": self.name,
            "userIdentity": {"principalId": "s3.amazonaws.com"},
            "requestParameters": {"sourceIPAddress": "s3.amazonaws.com"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration_id,
                "bucket": {
                    "name": source,
                    "arn": BucketArn::new(self.destination.partition().clone(), source.clone()),
                },
                "object": {
                    "key": url_encoded(self.key.as_bytes()),
                    "size": self.size,
                    "versionId": self.version_id,
                },
            },
            "replicationEventData": data,
        });
        if let (Some(region), Some(record)) = (region, record.as_object_mut()) {
            record.insert("awsRegion".to_owned(), json!(region));
        }
        record
    }
}

/// Encodes a key as event records have it: form encoding, slashes kept.
fn url_encoded(key: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(key.len());
    for byte in key {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-._*/".contains(byte) => {
                out.push(char::from(*byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
