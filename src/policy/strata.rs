//! The kinds of versions and events that an assertion has to be checked for.

use crate::model::{
    DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, ReplicationStatus, StorageClass,
};
use crate::policy::assertion::{About, Assertion, Requirement};

/// One kind: everything about a version but its key and tags, and what happens to it.
#[derive(Clone, Debug)]
pub(super) struct Stratum {
    pub(super) version: ObjectVersion<'static>,
    pub(super) event: Event,
}

/// Returns the kinds that no other kind answers for, the most common first.
///
/// Which rule wins depends on whether a version is under KMS, and on nothing else here; what its
/// replica will be, on its class and encryption. So those vary only where somebody asks for them.
/// Of changes of metadata only those of ACLs fare otherwise than the rest (REP-516).
pub(super) fn strata(assertion: &Assertion) -> Vec<Stratum> {
    let (draft, target) = (assertion.draft(), assertion.requirement().target());
    let mut encryptions = match draft.encryption_statuses.as_slice() {
        [] => usual_encryptions(assertion.requirement()),
        named => named.to_vec(),
    };
    let mut classes = match draft.storage_classes.as_slice() {
        [] => StorageClass::REPLICA_CLASSES.to_vec(),
        named => named.to_vec(),
    };
    classes.retain(|class| !class.is_archived());
    if target.storage_classes.is_empty() {
        classes.truncate(1);
    }
    if !target.is_about_encryption() && target.replication_time_control.is_none() {
        let mut seen = Vec::new();
        encryptions.retain(|encryption| {
            let is_new = !seen.contains(&encryption.is_kms());
            seen.push(encryption.is_kms());
            is_new
        });
    }
    let of_replica = classes.first().unwrap_or(&StorageClass::STANDARD);
    let mut strata = Vec::new();
    for about in assertion.about() {
        match about {
            About::Objects => {
                for class in &classes {
                    let of_class = |encryption: &EncryptionStatus| object(*encryption, class);
                    strata.extend(encryptions.iter().map(of_class));
                }
            }
            About::DeleteMarkers => strata.push(delete_marker()),
            About::ReplicaModifications => {
                // Tags and locks go where ACLs may not.
                for event in [Event::ObjectTaggingPut, Event::ObjectAclPut] {
                    let of_event = |encryption: &EncryptionStatus| {
                        modification(*encryption, of_replica, event)
                    };
                    strata.extend(encryptions.iter().map(of_event));
                }
            }
        }
    }
    strata
}

/// What is written today is encrypted. An old version that is not still is there, and a batch job
/// takes it where a rule does, but nobody can be asked to have replicated it when it was written.
fn usual_encryptions(requirement: &Requirement) -> Vec<EncryptionStatus> {
    use EncryptionStatus::{DsseKms, NotSse, SseC, SseKms, SseS3};
    let written = [SseS3, SseKms, DsseKms, SseC];
    let old = (!matches!(requirement, Requirement::MustReach { .. })).then_some(NotSse);
    written.into_iter().chain(old).collect()
}

fn object(encryption: EncryptionStatus, class: &StorageClass) -> Stratum {
    let version = ObjectVersion::new("").with_encryption(encryption);
    let event = match encryption {
        EncryptionStatus::NotSse => Event::BatchReplication,
        _ => Event::ObjectCreatedPut,
    };
    Stratum { version: version.with_storage_class(class.clone()), event }
}

pub(super) fn delete_marker() -> Stratum {
    let mut version = ObjectVersion::new("");
    version.delete_marker = Some(DeleteMarkerOrigin::User);
    Stratum { version, event: Event::ObjectRemovedDeleteMarkerCreated }
}

fn modification(encryption: EncryptionStatus, class: &StorageClass, event: Event) -> Stratum {
    let version = ObjectVersion::new("").with_encryption(encryption);
    let version = version.with_storage_class(class.clone());
    Stratum { version: version.with_replication_status(ReplicationStatus::Replica), event }
}
