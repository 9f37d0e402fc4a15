use std::fmt;

use crate::dialect::ReplicaKeyReading;
use crate::engine::inline::Inline;
use crate::engine::{Question, Replica};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationRule, TimeControl};

closed_vocabulary! {
    /// What is to be done in a destination bucket.
    #[non_exhaustive]
    pub enum Action("`replicate-object`, `replicate-delete-marker` or `replicate-metadata`") {
        /// Write the version.
        ReplicateObject = "replicate-object",
        /// Write the delete marker.
        ReplicateDeleteMarker = "replicate-delete-marker",
        /// Bring tags, ACL and lock settings of the version up to date.
        ReplicateMetadata = "replicate-metadata",
    }
}

/// Where an object version goes: at most one [`Replication`] for each destination bucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Decision<'a> {
    // INVARIANT: sorted by the ARN of the bucket, buckets unique.
    replications: Inline<Replication<'a>>,
}

/// One thing to do in one destination bucket, and the rule that asked for it.
#[derive(Clone, Copy)]
pub struct Replication<'a> {
    rule: &'a ReplicationRule,
    action: Action,
    version: &'a ObjectVersion<'a>,
    event: Event,
    replica_key: ReplicaKeyReading,
}

impl<'a> Decision<'a> {
    #[inline]
    pub(super) const fn nowhere() -> Self {
        Self { replications: Inline::new() }
    }

    /// Adds a replication to a bucket behind all others.
    #[inline]
    pub(super) fn push(&mut self, replication: Replication<'a>) {
        self.replications.push(replication);
    }

    /// Returns true when the version goes anywhere at all.
    #[must_use]
    #[inline]
    pub fn replicates(&self) -> bool {
        !self.replications.is_empty()
    }

    /// Iterates over what is to be done, sorted by bucket.
    #[inline]
    pub fn replications(&self) -> std::slice::Iter<'_, Replication<'a>> {
        self.replications.iter()
    }

    /// Returns what is to be done in `bucket`, if anything.
    #[must_use]
    pub fn to(&self, bucket: &BucketArn) -> Option<&Replication<'a>> {
        self.replications.iter().find(|replication| replication.bucket() == bucket)
    }
}

impl<'a> Replication<'a> {
    pub(super) const fn new(
        rule: &'a ReplicationRule,
        action: Action,
        question: &Question<'a>,
    ) -> Self {
        let Question { dialect, version, event } = *question;
        Self { rule, action, version, event, replica_key: dialect.replica_key() }
    }

    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'a BucketArn {
        &self.rule.destination.bucket
    }

    /// Returns the rule that won the bucket.
    #[must_use]
    pub const fn rule(&self) -> &'a ReplicationRule {
        self.rule
    }

    /// Returns what is to be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns what the replica will be.
    #[must_use]
    pub fn replica(&self) -> Replica<'a> {
        Replica::of(self.rule, self.version, self.replica_key)
    }

    /// Returns true when S3 Replication Time Control covers this replication: the rule has it, and
    /// neither a batch job nor a delete marker is at hand, which it does not cover (REP-608).
    #[must_use]
    pub fn is_time_controlled(&self) -> bool {
        self.event != Event::BatchReplication
            && self.action != Action::ReplicateDeleteMarker
            && self.rule.destination.time_control.is_some_and(TimeControl::is_enabled)
    }

    /// Returns true when the rule publishes replication metrics.
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.rule.has_metrics()
    }
}

/// The same rule asks for the same action.
impl PartialEq for Replication<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule && self.action == other.action && self.replica() == other.replica()
    }
}

impl fmt::Debug for Replication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} by {}", self.action, self.bucket(), self.rule.name())
    }
}
