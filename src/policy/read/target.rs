//! What a replication is like, in JSON.

use super::reader::{Members, Reader, suggestion};
use crate::model::{BucketArn, BucketName, EncryptionStatus, Owner, StorageClass};
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
            buckets: self.bucket_names(members),
            accounts: self.parsed_list(members, "Accounts"),
            regions: self.parsed_list(members, "Regions"),
            storage_classes: self.storage_classes(members, StorageClass::is_replica_class),
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

    /// Reads classes that are known and that may stand there: a slip of the pen must not become a
    /// class of its own.
    pub(super) fn storage_classes(
        &mut self,
        members: &Members<'_, '_>,
        may_be: impl Fn(&StorageClass) -> bool,
    ) -> Vec<StorageClass> {
        self.list(members, "StorageClasses", |reader, item, path| {
            let class: StorageClass = reader.word(item, path, std::iter::empty())?;
            let message = if !class.is_known() {
                let words = StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str);
                let hint = suggestion(class.as_str(), words);
                format!("`{class}` is not a storage class of S3{hint}")
            } else if may_be(&class) {
                return Some(class);
            } else {
                let all = StorageClass::REPLICA_CLASSES.iter().map(StorageClass::as_str);
                let all = all.collect::<Vec<_>>().join("`, `");
                format!("no replica is in `{class}`; it is in one of `{all}`")
            };
            reader.refuse(item, path, message);
            None
        })
    }

    fn bucket_names(&mut self, members: &Members<'_, '_>) -> Vec<BucketName> {
        self.list(members, "Buckets", |reader, item, path| {
            let text = reader.text(item, path)?;
            let error = match text.parse() {
                Ok(name) => return Some(name),
                Err(error) => error,
            };
            let arn: Option<BucketArn> = text.parse().ok();
            let help = arn.map(|arn| format!("; write the name alone, `{}`", arn.name()));
            reader.refuse(item, path, format!("{error}{}", help.unwrap_or_default()));
            None
        })
    }
}
