//! The event notifications of S3 about replication, as values and as records in JSON.
//!
//! A [`Ledger`](crate::replication::Ledger) returns them with each update, in the order in which S3
//! would send them. Sending is left to the caller.
//!
//! | name | when |
//! | --- | --- |
//! | failed | a task with metrics has failed |
//! | missed threshold | a task under S3 RTC is open after 15 minutes |
//! | replicated after threshold | such a task has ended with success |
//! | not tracked | the version of an open task with metrics was permanently deleted |
//!
//! Tasks of Batch Replication are not under S3 RTC, and are left out of "not tracked".

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Action;
use crate::model::{BucketArn, BucketName, Region, Timestamp, VersionId};
use crate::replication::{FailureReason, ObjectKey, Task};

closed_vocabulary! {
    /// The event types of S3 Event Notifications about replication (REP-804).
    #[non_exhaustive]
    pub enum NotificationName("a name such as `Replication:OperationFailedReplication`") {
        /// An operation failed permanently. Requires replication metrics.
        OperationFailedReplication = "Replication:OperationFailedReplication",
        /// Replication metrics no longer track an operation, for instance because its version was
        /// deleted.
        OperationNotTracked = "Replication:OperationNotTracked",
        /// An operation missed the 15-minute threshold. Requires S3 Replication Time Control.
        OperationMissedThreshold = "Replication:OperationMissedThreshold",
        /// An operation was replicated after it missed the threshold. Requires S3 Replication Time
        /// Control.
        OperationReplicatedAfterThreshold = "Replication:OperationReplicatedAfterThreshold",
    }
}

/// An event notification that S3 would send about replication.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Notification {
    /// The event type.
    pub name: NotificationName,
    /// The time of the event.
    pub at: Timestamp,
    /// The key of the source version.
    pub key: ObjectKey,
    /// The ID of the source version.
    pub version_id: VersionId,
    /// The size of the source version in bytes.
    pub size: u64,
    /// The name of the rule.
    pub rule: Arc<str>,
    /// The destination bucket.
    pub destination: BucketArn,
    /// The action of the task.
    pub action: Action,
    /// The time when the task was requested.
    pub requested: Timestamp,
    /// The reason of a failed operation.
    pub failure_reason: Option<FailureReason>,
}

impl Notification {
    /// Creates a notification about a task, without a reason of a failure.
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

    /// Returns the event record in the JSON of S3 Event Notifications (REP-804).
    ///
    /// The record has no members that a ledger cannot know: request IDs, `ETag` and owner, and the
    /// Region unless it is given. AWS documents only `OBJECT_PUT` as a value of `s3Operation`;
    /// `DELETE_MARKER_PUT` and `METADATA_PUT` are our own names.
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
        // `VERSION_DELETE` is of a store that replicates permanent deletes. S3 has no such
        // operation.
        let mut data = json!({
            "replicationRuleId": self.rule,
            "destinationBucket": self.destination,
            "s3Operation": match self.action {
                Action::ReplicateObject => "OBJECT_PUT",
                Action::ReplicateDeleteMarker => "DELETE_MARKER_PUT",
                Action::ReplicateMetadata => "METADATA_PUT",
                Action::ReplicateVersionDelete => "VERSION_DELETE",
            },
            "requestTime": self.requested,
        });
        if let (Some(reason), Some(data)) = (&self.failure_reason, data.as_object_mut()) {
            // Only a failed operation has the member at all.
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
                    // S3 does not replicate between partitions, so that of the destination is that
                    // of the source.
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
            // A ledger does not know the Region of its bucket, and a wrong one would be worse than
            // none.
            record.insert("awsRegion".to_owned(), json!(region));
        }
        record
    }
}

/// Encodes a key as in event records: form encoding, but with literal slashes.
///
/// ```text
/// a b/ü.txt  ->  a+b/%C3%BC.txt
/// ```
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
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
