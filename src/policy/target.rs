//! What a replication must be like.

use std::collections::BTreeSet;

use crate::engine::{Action, ReplicaEncryption, Replication};
use crate::model::{
    AccountId, BucketName, BucketSettings, EncryptionStatus, Event, KmsKeyArn, KnownBuckets, Owner,
    Region, StorageClass,
};

/// What a replication is like: everything that is given here. What is empty or absent does not
/// matter.
///
/// Storage class, encryption and key are of whole objects; delete markers and changes of metadata
/// have none, and are not judged by them. Neither are delete markers and batch jobs by Time
/// Control, which does not cover them (REP-608).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// One of these is the destination bucket.
    pub buckets: Vec<BucketName>,
    /// One of these owns the destination bucket.
    pub accounts: Vec<AccountId>,
    /// The destination bucket is in one of these.
    pub regions: Vec<Region>,
    /// The replica is in one of these classes.
    pub storage_classes: Vec<StorageClass>,
    /// The replica is encrypted in one of these ways.
    pub encryption_statuses: Vec<EncryptionStatus>,
    /// The replica is under one of these keys. An alias is not resolved: it is another name.
    pub kms_key_ids: Vec<KmsKeyArn>,
    /// Who owns the replica.
    pub owner: Option<Owner>,
    /// Whether S3 Replication Time Control covers the replication.
    pub replication_time_control: Option<bool>,
    /// Whether the rule publishes metrics.
    pub metrics: Option<bool>,
}

closed_vocabulary! {
    /// Something about a destination bucket that has to be known.
    #[non_exhaustive]
    pub enum Fact("`Account`, `Region`, `DefaultEncryption` or `DefaultKmsKey`") {
        /// Who owns the bucket.
        Account = "Account",
        /// Where the bucket is.
        Region = "Region",
        /// How it encrypts when a request says nothing.
        DefaultEncryption = "DefaultEncryption",
        /// Under which key it does. [`BucketSettings`] has no place for that.
        DefaultKmsKey = "DefaultKmsKey",
    }
}

/// A fact that is not known about a bucket.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct MissingFact {
    /// The bucket.
    pub bucket: BucketName,
    /// What is not known about it.
    pub fact: Fact,
}

/// Whether something is so, as far as is known.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Truth {
    No,
    Unknown,
    Yes,
}

impl From<bool> for Truth {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

impl Target {
    /// Returns true when everything is like it.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        *self == Self::default()
    }

    /// Returns true when it says something that only whole objects have.
    #[must_use]
    pub const fn is_about_whole_objects(&self) -> bool {
        !self.storage_classes.is_empty() || self.is_about_encryption()
    }

    pub(super) const fn is_about_encryption(&self) -> bool {
        !self.encryption_statuses.is_empty() || !self.kms_key_ids.is_empty()
    }

    /// Returns whether a replication is like this. `otherwise` stands for what does not apply to
    /// it; facts that would have to be known are added to `missing`.
    pub(super) fn judge(
        &self,
        made: &Replication<'_>,
        event: Event,
        known: &KnownBuckets,
        otherwise: Truth,
        missing: &mut BTreeSet<MissingFact>,
    ) -> Truth {
        let bucket = made.bucket().name();
        let facts = known.get(bucket);
        let is_whole = made.action() == Action::ReplicateObject;
        let mut lacking = Vec::new();
        let mut lacks = |fact: Fact| {
            lacking.push(fact);
            Truth::Unknown
        };
        let replica = made.replica();
        let mut truths = vec![
            one_of(&self.buckets, bucket),
            self.owner.map_or(Truth::Yes, |owner| (owner == replica.owner).into()),
            match self.storage_classes.as_slice() {
                [_, ..] if !is_whole => otherwise,
                classes => one_of(classes, replica.storage_class),
            },
            self.metrics.map_or(Truth::Yes, |metrics| (metrics == made.has_metrics()).into()),
            match self.replication_time_control {
                None => Truth::Yes,
                Some(_) if !can_be_timed(made, event) => otherwise,
                Some(timed) => (timed == made.is_time_controlled()).into(),
            },
        ];
        if !self.accounts.is_empty() {
            let named = made.rule().destination.ownership.account();
            let account = facts.and_then(|facts| facts.account);
            let account = account.or_else(|| named.and_then(crate::model::Account::id));
            truths.push(match account {
                Some(account) => one_of(&self.accounts, &account),
                None => lacks(Fact::Account),
            });
        }
        if !self.regions.is_empty() {
            truths.push(match facts.and_then(|facts| facts.region.as_ref()) {
                Some(region) => one_of(&self.regions, region),
                None => lacks(Fact::Region),
            });
        }
        if self.is_about_encryption() {
            truths.push(if is_whole {
                self.judge_encryption(replica.encryption, facts, &mut lacks)
            } else {
                otherwise
            });
        }
        let truth = truths.into_iter().min().unwrap_or(Truth::Yes);
        // Nobody has to know more about what is out of the question anyway.
        if truth == Truth::Unknown {
            let lacking = lacking.into_iter();
            missing.extend(lacking.map(|fact| MissingFact { bucket: bucket.clone(), fact }));
        }
        truth
    }

    fn judge_encryption(
        &self,
        encryption: ReplicaEncryption<'_>,
        facts: Option<&BucketSettings>,
        lacks: &mut impl FnMut(Fact) -> Truth,
    ) -> Truth {
        let of_bucket = facts.and_then(|facts| facts.default_encryption);
        let judge = |status| self.judge_status(status, encryption.key());
        if let Some(status) = encryption.status().or(of_bucket) {
            return match judge(status) {
                Truth::Unknown => lacks(Fact::DefaultKmsKey),
                settled => settled,
            };
        }
        let mut truths = EncryptionStatus::OF_BUCKETS.iter().map(|status| judge(*status));
        match truths.next() {
            Some(truth) if truths.all(|other| other == truth) => truth,
            _ => lacks(Fact::DefaultEncryption),
        }
    }

    /// Judges an encryption under a key, or under one of which nobody can know.
    fn judge_status(&self, status: EncryptionStatus, key: Option<&KmsKeyArn>) -> Truth {
        let status_is = one_of(&self.encryption_statuses, &status);
        let key_is = match key {
            _ if self.kms_key_ids.is_empty() || status_is == Truth::No => Truth::Yes,
            Some(key) => one_of(&self.kms_key_ids, key),
            None if status.is_kms() => Truth::Unknown,
            None => Truth::No,
        };
        status_is.min(key_is)
    }
}

fn can_be_timed(made: &Replication<'_>, event: Event) -> bool {
    made.action() != Action::ReplicateDeleteMarker && event != Event::BatchReplication
}

/// Returns whether something is among what is allowed, which everything is where nothing is named.
fn one_of<T: PartialEq>(allowed: &[T], found: &T) -> Truth {
    (allowed.is_empty() || allowed.contains(found)).into()
}
