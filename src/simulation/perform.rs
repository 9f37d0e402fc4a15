//! Performs the requests of a script on the store.
//!
//! Every request goes through the interface of the store that a user of the library has. The
//! simulation has no access of its own, so it cannot show what the store would not do.
//!
//! | request | answer |
//! | --- | --- |
//! | a version is written, deleted or changed | `Version`, with the ID that the store gave |
//! | a lifecycle rule that must wait for replication | `HeldOff` |
//! | a request about the bucket | `Bucket` |
//! | a fault begins or ends | `Fault` |
//! | S3 refuses it | the error, which the timeline shows |
//!
//! Tasks that follow from a request are not answers. `simulator` finds them in the ledger of the
//! bucket.

use crate::diagnostic::ServiceError;
use crate::dialect::Dialect;
use crate::model::{Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey};
use crate::simulation::{Request, VersionChange};
use crate::storage::{InjectedFault, MemoryBucket, MetadataValue};

/// The successful answer to a request.
pub(super) enum Answer {
    /// The request changed this version.
    Version(ObjectKey, VersionId),
    /// Replication held off the change that a lifecycle rule asked for.
    HeldOff(ObjectKey),
    /// The request changed the bucket.
    Bucket,
    /// The request injected or removed a fault.
    Fault(Option<InjectedFault>),
}

/// Performs a request, and adds to `sent` the event notifications that S3 would send.
///
/// The time is that of the event, because the store reads no clock.
///
/// # Errors
///
/// Returns the answer of S3 to a request that it refuses, such as one about a key that does not
/// exist.
pub(super) fn perform(
    bucket: MemoryBucket<'_>,
    request: Request,
    dialect: &Dialect,
    at: Timestamp,
    sent: &mut Vec<Notification>,
) -> Result<Answer, ServiceError> {
    Ok(match request {
        Request::Put(object, id) => {
            let key = object.key.clone();
            let id = bucket.put_object(*object, &id, at)?;
            Answer::Version(key, id)
        }
        Request::Delete(key, id) => {
            let id = bucket.delete_object(&key, &id, at)?;
            Answer::Version(key, id)
        }
        // A lifecycle rule waits for replication (REP-707). It tries again later in S3; here the
        // timeline shows that it had to wait.
        Request::Expire(key, id) => match bucket.expire(&key, &id, at)? {
            Some(id) => Answer::Version(key, id),
            None => Answer::HeldOff(key),
        },
        Request::Version { key, version_id, change } => {
            let id = match version_id {
                Some(id) => id,
                // As S3 does, a request without a version ID is about the latest version.
                None => bucket.latest(&key)?.ok_or_else(ServiceError::no_such_key)?,
            };
            if change_version(bucket, &key, &id, change, at, sent)? {
                Answer::Version(key, id)
            } else {
                Answer::HeldOff(key)
            }
        }
        Request::PutReplication(configuration) => {
            bucket.put_replication(&configuration, dialect)?;
            Answer::Bucket
        }
        Request::DeleteReplication => {
            bucket.delete_replication()?;
            Answer::Bucket
        }
        Request::PutVersioning(versioning) => {
            bucket.put_versioning(versioning)?;
            Answer::Bucket
        }
        Request::Fault(fault) => {
            bucket.inject_fault(fault.clone())?;
            Answer::Fault(fault)
        }
    })
}

/// Changes a version. Returns false if replication holds it off.
///
/// Only expirations and transitions can be held off: S3 does what users ask for, whatever
/// replication has still to do.
fn change_version(
    bucket: MemoryBucket<'_>,
    key: &ObjectKey,
    id: &VersionId,
    change: VersionChange,
    at: Timestamp,
    sent: &mut Vec<Notification>,
) -> Result<bool, ServiceError> {
    // Six of the changes are one request of the store, with another value.
    let put = |value| bucket.change_metadata(key, id, value, at);
    match change {
        VersionChange::Delete => sent.extend(bucket.delete_version(key, id, at)?),
        VersionChange::Expire => match bucket.expire_version(key, id, at)? {
            Some(notifications) => sent.extend(notifications),
            None => return Ok(false),
        },
        VersionChange::Transition(class) => return bucket.transition(key, id, class, at),
        VersionChange::MoveToTier(tier) => bucket.move_to_tier(key, id, tier, at)?,
        VersionChange::Restore(until) => bucket.restore(key, id, until, at)?,
        VersionChange::BatchReplicate => bucket.batch_replicate(key, id, at)?,
        VersionChange::PutTags(tags) => put(MetadataValue::Tags(tags))?,
        VersionChange::DeleteTags => put(MetadataValue::Tags(Vec::new()))?,
        VersionChange::PutAcl(acl) => put(MetadataValue::Acl(acl))?,
        VersionChange::PutRetention(retention) => put(MetadataValue::Retention(Some(retention)))?,
        VersionChange::PutLegalHold(hold) => put(MetadataValue::LegalHold(Some(hold)))?,
        VersionChange::PutEventHold(hold) => put(MetadataValue::EventHold(Some(hold)))?,
    }
    Ok(true)
}
