//! The buckets in which copies of an object end up.
//!
//! ```text
//! photos ─▶ backup ─▶ archive
//! reach:             backup                  one hop, because replicas are not replicated
//! reach_with_batch:  backup (1), archive (2)
//! ```

use std::collections::BTreeSet;

use crate::engine::Action;
use crate::model::{
    BucketArn, BucketName, EncryptionStatus, Event, ObjectVersion, OwnerAccess, ReplicationRule,
    ReplicationStatus, StorageClass,
};
use crate::topology::Topology;

/// A copy that arrives in a bucket.
///
/// Only what decides about the next hop is kept: the storage class and the encryption.
#[derive(Clone, Debug)]
pub struct Arrival<'t> {
    /// The bucket in which the copy is.
    bucket: &'t BucketArn,
    source: &'t BucketArn,
    /// The rule of the last hop; each hop before had one of its own.
    rule: &'t ReplicationRule,
    action: Action,
    /// The number of links between the bucket of the version and this one.
    hops: usize,
    /// The class of the copy, which a rule may set.
    storage_class: StorageClass,
    /// The encryption of the copy; where nothing else decides, the default of the bucket.
    encryption: EncryptionStatus,
}

impl<'t> Arrival<'t> {
    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'t BucketArn {
        self.bucket
    }

    /// Returns the bucket that replicates the copy.
    #[must_use]
    pub const fn source(&self) -> &'t BucketArn {
        self.source
    }

    /// Returns the rule of the source bucket that replicates the copy.
    #[must_use]
    pub const fn rule(&self) -> &'t ReplicationRule {
        self.rule
    }

    /// Returns the action: the object, its delete marker, or its metadata is replicated.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns the number of hops, at least 1. Only Batch Replication makes more than one.
    #[must_use]
    pub const fn hops(&self) -> usize {
        self.hops
    }

    /// Returns the replica of a version, as the bucket holds it.
    ///
    /// Key, tags and size are those of the original. The status is that of a replica, so that the
    /// next bucket decides about it as one.
    pub(super) fn version_of<'v>(&self, version: &ObjectVersion<'v>) -> ObjectVersion<'v> {
        let mut replica: ObjectVersion<'v> = version.clone();
        replica.storage_class = self.storage_class.clone();
        replica.encryption = self.encryption;
        replica.access_tier = None;
        replica.owner_access = OwnerAccess::Readable;
        replica.replication_status = Some(ReplicationStatus::Replica);
        replica
    }
}

impl Topology {
    /// Returns the copies that a bucket makes of a version upon an event, sorted by bucket.
    ///
    /// They are one hop away: replicas are not replicated again (REP-503). A bucket without a
    /// configuration makes none.
    #[must_use]
    pub fn reach(
        &self,
        bucket: &BucketName,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Vec<Arrival<'_>> {
        match self.sources.get(bucket) {
            Some(source) => self.replicas(&source.arn, version, event),
            None => Vec::new(),
        }
    }

    /// Returns the copies of a version that exist after jobs of Batch Replication have run in every
    /// bucket often enough. They replicate existing objects, replicas included (REP-518), but not
    /// archived ones. Each bucket is listed once, those with fewer hops first.
    ///
    /// This follows from the configurations alone. Permissions, and whether buckets exist, have
    /// versioning or Object Lock, are not considered.
    #[must_use]
    pub fn reach_with_batch(
        &self,
        bucket: &BucketName,
        version: &ObjectVersion<'_>,
    ) -> Vec<Arrival<'_>> {
        let Some(source) = self.sources.get(bucket) else { return Vec::new() };
        let (mut buckets, mut states) = (BTreeSet::from([&source.arn]), BTreeSet::new());
        let mut arrivals: Vec<Arrival<'_>> = Vec::new();
        let mut coming = self.replicas(&source.arn, version, Event::BatchReplication);
        while !coming.is_empty() {
            // Two replicas in one bucket can differ in what decides about the next hop, so a bucket
            // is visited once for each state, not once.
            coming.retain(|arrival| {
                let class = arrival.storage_class.is_archived();
                // Archived replicas and those with SSE-KMS go on by other rules, or not at all.
                // There are few such states, so the loop ends.
                states.insert((arrival.bucket, class, arrival.encryption.as_str()))
            });
            let further = coming.iter().flat_map(|arrival| {
                let replica = arrival.version_of(version);
                let mut further = self.replicas(arrival.bucket, &replica, Event::BatchReplication);
                // `replicas` counts one hop, which is right from the first bucket only.
                for further in &mut further {
                    further.hops = arrival.hops + 1;
                }
                further
            });
            let further: Vec<Arrival<'_>> = further.collect();
            arrivals.extend(coming.into_iter().filter(|arrival| buckets.insert(arrival.bucket)));
            // The source has the original, and a copy that comes back to it is no new bucket.
            coming = further.into_iter().filter(|next| *next.bucket != source.arn).collect();
        }
        arrivals
    }

    /// Returns the copies that one bucket makes of a version.
    ///
    /// A rule for the bucket itself replicates nothing (S3 refuses it), and is left out.
    pub(super) fn replicas(
        &self,
        bucket: &BucketArn,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Vec<Arrival<'_>> {
        // A bucket without a configuration replicates nothing.
        let Some(source) = self.source(bucket) else { return Vec::new() };
        let decision = source.engine.decide(version, event);
        let arrivals = decision.replications().filter_map(|made| {
            let rule = source.configuration.rules().get(made.rule().position)?;
            let replica = made.replica();
            // Facts are optional: without them, the last line below has the default of S3.
            let facts = self.buckets.get(rule.destination.bucket.name());
            let default = facts.and_then(|facts| facts.default_encryption);
            let encryption = replica.encryption.status().or(default);
            Some(Arrival {
                bucket: &rule.destination.bucket,
                source: &source.arn,
                rule,
                action: made.action(),
                hops: 1,
                storage_class: replica.storage_class.clone(),
                // An unknown default is that of every new bucket.
                encryption: encryption.unwrap_or(EncryptionStatus::SseS3),
            })
        });
        arrivals.filter(|arrival| arrival.bucket != arrival.source).collect()
    }
}
