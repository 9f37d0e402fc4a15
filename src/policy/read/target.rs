//! What a replication is like, in JSON.

use super::reader::{Members, Reader, suggestion};
use crate::model::{EncryptionStatus, Owner, StorageClass};
use crate::policy::target::Target;

const MEMBERS: &[&str] = &[
    "AtLeast",
    "Buckets",
    "Accounts",
    "Regions",
    "StorageClasses",
    "EncryptionStatuses",
    "KmsKeyIds",
    "Owner",
    "ReplicationTimeControl",
    "Metrics",
];

/// Returns the members of a requirement, that of a number among them only where something counts.
pub(super) const fn members(counts: bool) -> &'static [&'static str] {
    match MEMBERS {
        [_, rest @ ..] if !counts => rest,
        all => all,
    }
}

impl Reader {
    pub(super) fn target(&mut self, members: &Members<'_, '_>) -> Target {
        let owners = || Owner::ALL.iter().map(|owner| owner.as_str());
        let mut switch = |name| {
            let (element, path) = members.get(name)?;
            self.boolean(element, &path)
        };
        let replication_time_control = switch("ReplicationTimeControl");
        let metrics = switch("Metrics");
        let owner = members.get("Owner");
        Target {
            buckets: self.parsed_list(members, "Buckets"),
            accounts: self.parsed_list(members, "Accounts"),
            regions: self.parsed_list(members, "Regions"),
            storage_classes: self.storage_classes(members),
            encryption_statuses: self.encryption_statuses(members),
            kms_key_ids: self.parsed_list(members, "KmsKeyIds"),
            owner: owner.and_then(|(element, path)| self.word(element, &path, owners())),
            replication_time_control,
            metrics,
        }
    }

    pub(super) fn encryption_statuses(
        &mut self,
        members: &Members<'_, '_>,
    ) -> Vec<EncryptionStatus> {
        let words = EncryptionStatus::ALL.iter().map(|status| status.as_str());
        self.words(members, "EncryptionStatuses", &words)
    }

    /// Reads classes that are known: a slip of the pen must not become a class of its own.
    pub(super) fn storage_classes(&mut self, members: &Members<'_, '_>) -> Vec<StorageClass> {
        let classes: Vec<StorageClass> = self.parsed_list(members, "StorageClasses");
        if let Some(unknown) = classes.iter().find(|class| !class.is_known())
            && let Some((list, path)) = members.get("StorageClasses")
        {
            let words = StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str);
            let hint = suggestion(unknown.as_str(), words);
            self.refuse(list, &path, format!("`{unknown}` is not a storage class of S3{hint}"));
        }
        classes
    }
}
