//! The classes of versions and events that an assertion is about.
//!
//! An assertion is about infinitely many versions, but the engine distinguishes few kinds. The
//! kinds are listed here, one version for each, and only those that this assertion can distinguish.
//!
//! An assertion about all objects, whose target names buckets alone, has two classes of objects,
//! with a KMS key and without. One whose target names storage classes has these two for each
//! storage class.

use crate::model::{
    DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, ReplicationStatus, StorageClass,
};
use crate::policy::assertion::{About, Assertion, Requirement};

/// A class of versions: everything about a version but its key and tags, and an event.
#[derive(Clone, Debug)]
pub(super) struct VersionClass {
    /// The version, without key and tags.
    pub(super) version: ObjectVersion<'static>,
    /// The event in which it is decided about.
    pub(super) event: Event,
}

impl VersionClass {
    /// Returns the most tags that a version of the class has. Delete markers have none.
    pub(super) const fn tag_limit(&self) -> usize {
        if self.version.delete_marker.is_some() { 0 } else { ObjectVersion::TAG_LIMIT }
    }
}

/// Returns the classes that decide about an assertion, the most common first. Every other class that
/// the assertion is about fares like one of them.
///
/// Only SSE-KMS makes a difference to which rule wins. The storage class and the encryption of a
/// version also make a difference to its replica, so they vary only if the target names one of them.
/// Among changes of metadata only ACLs differ from the rest (REP-516).
pub(super) fn version_classes(assertion: &Assertion) -> Vec<VersionClass> {
    let (draft, target) = (assertion.draft(), assertion.requirement().target());
    let mut encryptions = match draft.encryption_statuses.as_slice() {
        [] => default_encryptions(assertion.requirement()),
        named => named.to_vec(),
    };
    let mut storage_classes = match draft.storage_classes.as_slice() {
        [] => StorageClass::REPLICA_CLASSES.to_vec(),
        named => named.to_vec(),
    };
    // S3 replicates no archived version (REP-506), so none can violate or satisfy anything.
    storage_classes.retain(|class| !class.is_archived());
    // The class of the version does not decide which rule wins, so one class answers for all.
    if target.storage_classes.is_empty() {
        storage_classes.truncate(1);
    }
    if !target.is_about_encryption() && target.replication_time_control.is_none() {
        // The first encryption with a KMS key, and the first without.
        let mut seen = Vec::new();
        encryptions.retain(|encryption| {
            let is_new = !seen.contains(&encryption.is_kms());
            seen.push(encryption.is_kms());
            is_new
        });
    }
    // A change of metadata has no storage class in a target, so one is enough.
    let replica_class = storage_classes.first().unwrap_or(&StorageClass::STANDARD);
    // In the order of `About`, and in it the usual encryption first, so that a witness is an
    // ordinary object where one violates the assertion.
    let mut classes = Vec::new();
    for about in assertion.about() {
        match about {
            About::Objects => {
                for class in &storage_classes {
                    classes.extend(encryptions.iter().map(|status| object(*status, class)));
                }
            }
            About::DeleteMarkers => classes.push(delete_marker()),
            About::ReplicaModifications => {
                // Tags and locks go where ACLs may not.
                for event in [Event::ObjectTaggingPut, Event::ObjectAclPut] {
                    let of_status =
                        |status: &EncryptionStatus| modification(*status, replica_class, event);
                    classes.extend(encryptions.iter().map(of_status));
                }
            }
        }
    }
    classes
}

/// Returns the encryptions of the versions that an assertion without `EncryptionStatuses` is about.
///
/// S3 encrypts every new object. An old unencrypted version may still exist, and a batch job may
/// replicate it; but no configuration can have replicated it when it was written.
fn default_encryptions(requirement: &Requirement) -> Vec<EncryptionStatus> {
    use EncryptionStatus::{DsseKms, NotSse, SseC, SseKms, SseS3};
    let new = [SseS3, SseKms, DsseKms, SseC];
    let old = (!matches!(requirement, Requirement::MustReach { .. })).then_some(NotSse);
    new.into_iter().chain(old).collect()
}

/// Returns the class of written versions with an encryption. Unencrypted versions exist only from
/// before S3 encrypted everything, so only a batch job can replicate one.
fn object(encryption: EncryptionStatus, class: &StorageClass) -> VersionClass {
    let version = ObjectVersion::new("").with_encryption(encryption);
    let event = match encryption {
        EncryptionStatus::NotSse => Event::BatchReplication,
        _ => Event::ObjectCreatedPut,
    };
    VersionClass { version: version.with_storage_class(class.clone()), event }
}

/// Returns the class of delete markers that users create.
pub(super) fn delete_marker() -> VersionClass {
    let mut version = ObjectVersion::new("");
    version.delete_marker = Some(DeleteMarkerOrigin::User);
    VersionClass { version, event: Event::ObjectRemovedDeleteMarkerCreated }
}

/// Returns the class of replicas whose metadata change.
fn modification(encryption: EncryptionStatus, class: &StorageClass, event: Event) -> VersionClass {
    let version = ObjectVersion::new("").with_encryption(encryption);
    let version = version.with_storage_class(class.clone());
    VersionClass { version: version.with_replication_status(ReplicationStatus::Replica), event }
}
