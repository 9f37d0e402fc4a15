//! What is asked of the store, and what S3 answers.

use super::Simulator;
use crate::diagnostic::ServiceError;
use crate::model::{BucketName, Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey};
use crate::simulation::{Request, VersionChange};
use crate::storage::InjectedFault;

/// What a request came to.
pub(super) enum Answer {
    Version(ObjectKey, VersionId),
    HeldOff(ObjectKey),
    Bucket,
    Fault(Option<InjectedFault>),
}

impl Simulator {
    /// Does what is asked for; adds to `sent` what S3 would send.
    pub(super) fn answer(
        &self,
        bucket: &BucketName,
        request: Request,
        at: Timestamp,
        sent: &mut Vec<Notification>,
    ) -> Result<Answer, ServiceError> {
        let store = &self.store;
        Ok(match request {
            Request::Put(object, id) => {
                let key = object.key.clone();
                let id = store.put_object(bucket, *object, &id, at)?;
                Answer::Version(key, id)
            }
            Request::Delete(key, id) => {
                let id = store.delete_object(bucket, &key, &id, at)?;
                Answer::Version(key, id)
            }
            Request::Expire(key, id) => match store.expire(bucket, &key, &id, at)? {
                Some(id) => Answer::Version(key, id),
                None => Answer::HeldOff(key),
            },
            Request::Version { key, version_id, change } => {
                let id = match version_id {
                    Some(id) => id,
                    None => store.latest(bucket, &key)?.ok_or_else(ServiceError::no_such_key)?,
                };
                if self.change(bucket, (&key, &id), change, at, sent)? {
                    Answer::Version(key, id)
                } else {
                    Answer::HeldOff(key)
                }
            }
            Request::PutReplication(configuration) => {
                store.put_replication(bucket, &configuration, &self.dialect)?;
                Answer::Bucket
            }
            Request::DeleteReplication => {
                store.delete_replication(bucket)?;
                Answer::Bucket
            }
            Request::PutVersioning(versioning) => {
                store.put_versioning(bucket, versioning)?;
                Answer::Bucket
            }
            Request::Fault(fault) => {
                store.inject_fault(bucket, fault.clone())?;
                Answer::Fault(fault)
            }
        })
    }

    /// Does something to a version; returns false when it has to wait for replication.
    fn change(
        &self,
        bucket: &BucketName,
        version: (&ObjectKey, &VersionId),
        change: VersionChange,
        at: Timestamp,
        sent: &mut Vec<Notification>,
    ) -> Result<bool, ServiceError> {
        let (store, event) = (&self.store, change.event());
        match change {
            VersionChange::Delete => {
                let (key, id) = version;
                sent.extend(store.delete_version(bucket, key, id, at)?);
            }
            VersionChange::Expire => match store.expire_version(bucket, version, at)? {
                Some(notifications) => sent.extend(notifications),
                None => return Ok(false),
            },
            VersionChange::Transition(class) => {
                return store.transition(bucket, version, class, at);
            }
            VersionChange::MoveToTier(tier) => store.move_to_tier(bucket, version, tier, at)?,
            VersionChange::Restore(until) => store.restore(bucket, version, until, at)?,
            VersionChange::BatchReplicate => store.batch_replicate(bucket, version, at)?,
            change => {
                store.change_metadata(bucket, version, event, at, |metadata| match change {
                    VersionChange::PutTags(tags) => metadata.tags = tags,
                    VersionChange::DeleteTags => metadata.tags.clear(),
                    VersionChange::PutAcl(acl) => metadata.acl = acl,
                    VersionChange::PutRetention(period) => metadata.lock.retention = Some(period),
                    VersionChange::PutLegalHold(hold) => metadata.lock.legal_hold = Some(hold),
                    _ => {}
                })?;
            }
        }
        Ok(true)
    }
}
