//! The answer of the engine: operations on destination buckets.
//!
//! A [`Replication`] borrows the rule and the version, and computes the properties of the replica
//! only when they are asked for. Most callers count or route, and never ask.

use std::fmt;

use crate::dialect::ReplicaKeyReading;
use crate::engine::small_vec::SmallVec;
use crate::engine::{Question, Replica};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationRule, TimeControl};

closed_vocabulary! {
    /// The operation on a destination bucket.
    #[non_exhaustive]
    pub enum Action("an action such as `replicate-object`") {
        /// Write the version, with its metadata.
        ReplicateObject = "replicate-object",
        /// Write the delete marker.
        ReplicateDeleteMarker = "replicate-delete-marker",
        /// Update the tags, ACL or lock settings of the replica.
        ReplicateMetadata = "replicate-metadata",
        /// Delete the version permanently. S3 never does; some other stores do (REP-1122).
        ReplicateVersionDelete = "replicate-version-delete",
    }
}

impl Action {
    /// Returns true when the destination bucket loses an object: to a delete marker, or for good.
    #[must_use]
    pub const fn deletes(self) -> bool {
        matches!(self, Self::ReplicateDeleteMarker | Self::ReplicateVersionDelete)
    }
}

/// The destinations of an object version: at most one [`Replication`] for each bucket.
///
/// [`Engine`](crate::Engine) has an example. Up to eight destinations need no allocation.
///
/// The order is that of the ARNs of the buckets, so equal questions have equal answers whatever the
/// order of the rules in the document.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Decision<'a> {
    // INVARIANT: sorted by the ARN of the bucket, buckets unique.
    replications: SmallVec<Replication<'a>>,
}

/// One operation on one destination bucket, and the rule that requires it.
///
/// The value describes what S3 does, not what it has done: it is no record of an attempt.
#[derive(Clone, Copy)]
pub struct Replication<'a> {
    rule: &'a ReplicationRule,
    action: Action,
    version: &'a ObjectVersion<'a>,
    event: Event,
    replica_key: ReplicaKeyReading,
}

impl<'a> Decision<'a> {
    /// Creates a decision that replicates nothing.
    #[inline]
    pub(super) const fn empty() -> Self {
        Self { replications: SmallVec::new() }
    }

    /// Adds a replication to a bucket that sorts after all present ones.
    #[inline]
    pub(super) fn push(&mut self, replication: Replication<'a>) {
        self.replications.push(replication);
    }

    /// Returns true when the version is replicated to at least one bucket.
    ///
    /// Use this method where only that matters; it reads one number.
    #[must_use]
    #[inline]
    pub fn replicates(&self) -> bool {
        !self.replications.is_empty()
    }

    /// Iterates over the replications, sorted by the ARN of the bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion};
    ///
    /// /// Returns the names of the buckets that get a version.
    /// fn buckets(engine: &Engine, version: &ObjectVersion<'_>) -> Vec<String> {
    ///     let decision = engine.decide(version, Event::ObjectCreatedPut);
    ///     decision.replications().map(|one| one.bucket().name().to_string()).collect()
    /// }
    /// ```
    #[inline]
    pub fn replications(&self) -> std::slice::Iter<'_, Replication<'a>> {
        self.replications.iter()
    }

    /// Returns the replication to `bucket`; `None` when the version does not go there.
    #[must_use]
    pub fn to(&self, bucket: &BucketArn) -> Option<&Replication<'a>> {
        self.replications.iter().find(|replication| replication.bucket() == bucket)
    }
}

impl<'a> Replication<'a> {
    /// Creates a replication. Its rule has won the bucket and does not block the version.
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

    /// Returns the operation.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns the properties of the replica.
    #[must_use]
    pub fn replica(&self) -> Replica<'a> {
        Replica::of(self.rule, self.version, self.replica_key)
    }

    /// Returns true when S3 Replication Time Control (S3 RTC) covers this replication.
    ///
    /// The rule has to enable it, and it covers neither batch jobs nor delete markers (REP-608).
    #[must_use]
    pub fn is_time_controlled(&self) -> bool {
        self.event != Event::BatchReplication
            && !self.action.deletes()
            && self.rule.destination.time_control.is_some_and(TimeControl::is_enabled)
    }

    /// Returns true when the rule publishes replication metrics.
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.rule.has_metrics()
    }
}

/// Equal when the same rule requires the same operation with the same result.
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
