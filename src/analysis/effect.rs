use crate::engine::{Action, Replication};
use crate::model::{EncryptionStatus, KmsKeyArn, Owner, StorageClass};

/// What comes of a version in one destination bucket: everything that two configurations are
/// compared by.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Effect {
    action: Action,
    /// Only a whole version brings a class and an encryption.
    replica: Option<Replica>,
    owner: Owner,
    time_control: bool,
    metrics: bool,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Replica {
    storage_class: StorageClass,
    /// `None` when the destination bucket decides.
    encryption: Option<EncryptionStatus>,
    key: Option<KmsKeyArn>,
}

impl Effect {
    pub(super) fn of(replication: &Replication<'_>) -> Self {
        let replica = replication.replica();
        let is_whole = replication.action() == Action::ReplicateObject;
        Self {
            action: replication.action(),
            replica: is_whole.then(|| Replica {
                storage_class: replica.storage_class.clone(),
                encryption: replica.encryption.status(),
                key: replica.encryption.key().cloned(),
            }),
            owner: replica.owner,
            time_control: replication.is_time_controlled(),
            metrics: replication.has_metrics(),
        }
    }
}
