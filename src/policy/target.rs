//! The target of a requirement: the properties of a replication.
//!
//! A property can be unknown, for example the owner of a bucket that is not described. So the
//! answer has three values, and the least of them counts for several properties together: one that
//! fails settles the matter, whatever the unknown ones are.
//!
//! ```text
//! Buckets: [a], Regions: [eu-west-1]
//! to `b`, whose Region is unknown   No         the bucket fails
//! to `a`, whose Region is unknown   Unknown    the Region decides, and is named as missing
//! to `a` in eu-west-1               Yes
//! ```

use std::collections::BTreeSet;
use std::fmt;

use crate::engine::{Action, ReplicaEncryption, Replication};
use crate::model::{
    AccountId, BucketName, BucketSettings, EncryptionStatus, Event, KmsKeyArn, KnownBuckets, Owner,
    Region, StorageClass,
};

/// The properties of a replication that a requirement names. Empty or absent members match anything.
///
/// Delete markers and changes of metadata have no storage class, encryption and key, so these members
/// do not apply to them. S3 Replication Time Control does not apply to delete markers and batch jobs
/// (REP-608).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// The destination bucket is one of these.
    pub buckets: Vec<BucketName>,
    /// The account that owns the destination bucket is one of these.
    pub accounts: Vec<AccountId>,
    /// The Region of the destination bucket is one of these.
    pub regions: Vec<Region>,
    /// The storage class of the replica is one of these.
    pub storage_classes: Vec<StorageClass>,
    /// The encryption of the replica is one of these.
    pub encryption_statuses: Vec<EncryptionStatus>,
    /// The KMS key of the replica is one of these. Aliases are not resolved: an alias is a name of its
    /// own.
    pub kms_key_ids: Vec<KmsKeyArn>,
    /// The owner of the replica.
    pub owner: Option<Owner>,
    /// The coverage of the replication by S3 Replication Time Control.
    pub replication_time_control: Option<bool>,
    /// The publication of metrics by the rule.
    pub metrics: Option<bool>,
}

closed_vocabulary! {
    /// A fact about a destination bucket on which an assertion can depend.
    #[non_exhaustive]
    pub enum Fact("`Account`, `Region`, `DefaultEncryption` or `DefaultKmsKey`") {
        /// The account that owns the bucket.
        Account = "Account",
        /// The Region of the bucket.
        Region = "Region",
        /// The default encryption of the bucket.
        DefaultEncryption = "DefaultEncryption",
        /// The KMS key of the default encryption. [`BucketSettings`] does not hold it.
        DefaultKmsKey = "DefaultKmsKey",
    }
}

/// A fact that is not known about a bucket.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct MissingFact {
    /// The bucket.
    pub bucket: BucketName,
    /// The fact that is not known.
    pub fact: Fact,
}

/// The truth of a statement, as far as is known.
///
/// The order matters: the truth of several statements together is the least of theirs.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Truth {
    /// False, whatever else is found out.
    No,
    /// Dependent on a fact that is not known.
    Unknown,
    /// True.
    Yes,
}

impl fmt::Display for MissingFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fact {
            Fact::Account => write!(f, "the account that owns `{}`", self.bucket),
            Fact::Region => write!(f, "the Region of `{}`", self.bucket),
            Fact::DefaultEncryption => write!(f, "the default encryption of `{}`", self.bucket),
            Fact::DefaultKmsKey => {
                write!(f, "the KMS key of the default encryption of `{}`", self.bucket)
            }
        }
    }
}

impl From<bool> for Truth {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

impl Target {
    /// Returns true when every replication satisfies the target.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        *self == Self::default()
    }

    /// Returns true when the target names a property that only whole objects have.
    #[must_use]
    pub const fn is_about_whole_objects(&self) -> bool {
        !self.storage_classes.is_empty() || self.is_about_encryption()
    }

    /// Returns the number of values with which a replication is compared, at most.
    pub(super) const fn size(&self) -> usize {
        self.buckets.len()
            + self.accounts.len()
            + self.regions.len()
            + self.storage_classes.len()
            + self.encryption_statuses.len()
            + self.kms_key_ids.len()
    }

    /// Returns true when the target names an encryption or a key.
    pub(super) const fn is_about_encryption(&self) -> bool {
        !self.encryption_statuses.is_empty() || !self.kms_key_ids.is_empty()
    }

    /// Judges whether a replication satisfies the target, and adds the facts on which that depends to
    /// `missing`. Members that do not apply to the replication count as `not_applicable`.
    pub(super) fn judge(
        &self,
        replication: &Replication<'_>,
        event: Event,
        known: &KnownBuckets,
        not_applicable: Truth,
        missing: &mut BTreeSet<MissingFact>,
    ) -> Truth {
        let bucket = replication.bucket().name();
        // `None` for a bucket that is not described at all.
        let facts = known.get(bucket);
        // Delete markers and changes of metadata have no class, encryption or key.
        let is_whole = replication.action() == Action::ReplicateObject;
        // The facts are collected apart: they are missing only if the answer turns out to depend on
        // them.
        let mut lacking = Vec::new();
        let mut lacks = |fact: Fact| {
            lacking.push(fact);
            Truth::Unknown
        };
        let replica = replication.replica();
        // These need no facts. The members that do are judged below, where they are given.
        let mut truths = vec![
            one_of(&self.buckets, bucket),
            self.owner.map_or(Truth::Yes, |owner| (owner == replica.owner).into()),
            match self.storage_classes.as_slice() {
                // Only a whole version has a storage class of its own.
                [_, ..] if !is_whole => not_applicable,
                classes => one_of(classes, replica.storage_class),
            },
            self.metrics
                .map_or(Truth::Yes, |metrics| (metrics == replication.has_metrics()).into()),
            match self.replication_time_control {
                None => Truth::Yes,
                // With or without time control makes no difference to what it cannot cover.
                Some(_) if !can_be_timed(replication, event) => not_applicable,
                Some(timed) => (timed == replication.is_time_controlled()).into(),
            },
        ];
        if !self.accounts.is_empty() {
            // The account in the destination, which S3 compares with the owner of the bucket.
            let named = replication.rule().destination.ownership.account();
            let account = facts.and_then(|facts| facts.account);
            // A fact about the bucket is better evidence than the configuration, which can be out
            // of date.
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
                not_applicable
            });
        }
        // A target without members is satisfied by every replication.
        let truth = truths.into_iter().fold(Truth::Yes, Truth::min);
        // Where another member already fails, the missing facts do not matter.
        if truth == Truth::Unknown {
            let lacking = lacking.into_iter();
            missing.extend(lacking.map(|fact| MissingFact { bucket: bucket.clone(), fact }));
        }
        truth
    }

    /// Judges the encryption of a replica, which the destination bucket can decide (REP-604).
    fn judge_encryption(
        &self,
        encryption: ReplicaEncryption<'_>,
        facts: Option<&BucketSettings>,
        lacks: &mut impl FnMut(Fact) -> Truth,
    ) -> Truth {
        // Where neither the rule nor the source decides, the default of the bucket does.
        let of_bucket = facts.and_then(|facts| facts.default_encryption);
        let judge = |status| self.judge_status(status, encryption.key());
        if let Some(status) = encryption.status().or(of_bucket) {
            return match judge(status) {
                Truth::Unknown => lacks(Fact::DefaultKmsKey),
                settled => settled,
            };
        }
        // Not known. If every default that a bucket can have leads to the same truth, it does not
        // matter.
        let mut truths = EncryptionStatus::OF_BUCKETS.iter().map(|status| judge(*status));
        match truths.next() {
            // For instance where any encryption satisfies the target, or none that a bucket can
            // have.
            Some(truth) if truths.all(|other| other == truth) => truth,
            _ => lacks(Fact::DefaultEncryption),
        }
    }

    /// Judges an encryption. Without a key, the key of SSE-KMS is unknown.
    fn judge_status(&self, status: EncryptionStatus, key: Option<&KmsKeyArn>) -> Truth {
        // Status and key are two members, of which both have to hold.
        let status_is = one_of(&self.encryption_statuses, &status);
        let key_is = match key {
            _ if self.kms_key_ids.is_empty() || status_is == Truth::No => Truth::Yes,
            Some(key) => one_of(&self.kms_key_ids, key),
            // The default encryption of a bucket uses a key that no document of ours names.
            None if status.is_kms() => Truth::Unknown,
            None => Truth::No,
        };
        status_is.min(key_is)
    }
}

/// Returns true when S3 Replication Time Control can cover a replication at all (REP-608).
fn can_be_timed(replication: &Replication<'_>, event: Event) -> bool {
    replication.action() != Action::ReplicateDeleteMarker && event != Event::BatchReplication
}

/// Tests whether a value is one of those allowed. An empty list allows every value.
fn one_of<T: PartialEq>(allowed: &[T], value: &T) -> Truth {
    (allowed.is_empty() || allowed.contains(value)).into()
}
