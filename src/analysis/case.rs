//! The cases: everything besides key and tags on which a decision can depend.
//!
//! Searches look at keys and tags as places and sets, and ask anew in each case. So every case
//! costs work, and the list is kept as short as it can be: under AWS only the first five matter.
//!
//! ```text
//! case                      version                        event
//! Object                    encrypted with SSE-S3          ObjectCreated:Put
//! ObjectUnderKms            encrypted with SSE-KMS         ObjectCreated:Put
//! DeleteMarker              delete marker of a user        ObjectRemoved:DeleteMarkerCreated
//! ReplicaModification       replica, SSE-S3                ObjectTagging:Put
//! OlderObject               no replication status          ObjectTagging:Put
//! ```
//!
//! A new case goes to the end of [`Case`] and into `Case::ALL` at the same index, because tables by
//! case are indexed by the number of the variant. The order of `Case::ALL` is also that of
//! preference: a reader gets the first case in which a claim holds.

use crate::dialect::Dialect;
use crate::model::{
    DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, ReplicationStatus, RuleFilter,
};

closed_vocabulary! {
    /// The kind of objects and events that a difference is about. The words are ours, not S3's.
    #[non_exhaustive]
    pub enum ObjectKind("a kind of objects such as `delete-markers`") {
        /// Versions that are written or in the manifest of a batch job, and changes of their metadata.
        Objects = "objects",
        /// The same for versions encrypted with SSE-KMS or DSSE-KMS, which a rule must select.
        ObjectsUnderKms = "objects-under-kms",
        /// Delete markers that users create.
        DeleteMarkers = "delete-markers",
        /// Changes of metadata on replicas (replica modification sync).
        ReplicaModifications = "replica-modifications",
        /// Permanent deletes of versions, which only some stores replicate.
        VersionDeletes = "version-deletes",
        /// Replicas that replication writes, which only some stores replicate on.
        Replicas = "replicas",
        /// Delete markers and permanent deletes of replicas.
        ReplicaDeletes = "replica-deletes",
        /// Versions that `CopyObject` creates, which some stores do not replicate.
        Copies = "copies",
        /// Versions encrypted with a customer-provided key, which some stores do not replicate.
        CustomerKeyObjects = "customer-key-objects",
        /// Changes of versions that are older than the configuration, which some stores replicate.
        OlderObjects = "older-objects",
    }
}

/// A case of version and event that no other case answers for.
///
/// Two configurations that agree in these cases agree in all others:
///
/// * A batch job decides as for a version that is written, without S3 Replication Time Control.
/// * Changes of metadata, including ACLs, go where the version itself would go, except that an ACL
///   does not follow to another owner.
/// * DSSE-KMS is selected like SSE-KMS, with the same key. Unencrypted versions and those with a
///   customer's key are selected like SSE-S3.
/// * A version that S3 replicates under no rule is the same under every configuration.
///
/// A rule names a storage class or keeps that of the version, so the class of the version makes no
/// difference to which rule wins, and outcomes are compared for all classes at once
/// ([`OutcomeClasses`](super::outcome::OutcomeClasses)).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Case {
    /// A version that a user writes, encrypted with SSE-S3; also without encryption or with SSE-C,
    /// where the dialect treats these alike.
    Object,
    /// The same with SSE-KMS, which a rule must select.
    ObjectUnderKms,
    /// A delete marker that a user creates over a version that is not a replica.
    DeleteMarker,
    /// A change of metadata on a replica.
    ReplicaModification,
    /// The same on a replica with SSE-KMS.
    ReplicaModificationUnderKms,
    /// A permanent delete of a version that is not a replica.
    VersionDelete,
    /// A replica that replication writes, encrypted with SSE-S3.
    Replica,
    /// The same with SSE-KMS.
    ReplicaUnderKms,
    /// A delete marker over a replica.
    ReplicaDeleteMarker,
    /// A permanent delete of a replica.
    ReplicaVersionDelete,
    /// A version that `CopyObject` creates, encrypted with SSE-S3.
    Copy,
    /// The same with SSE-KMS.
    CopyUnderKms,
    /// A version with SSE-C, where a dialect does not treat it as [`Self::Object`].
    CustomerKeyObject,
    /// A change of metadata on a version without a replication status: no rule replicated the
    /// version when a client wrote it.
    OlderObject,
    /// The same with SSE-KMS.
    OlderObjectUnderKms,
}

impl Case {
    /// The number of cases, which is the length of the tables by case.
    pub(super) const COUNT: usize = 15;

    /// The cases that matter in every dialect.
    ///
    /// The array [`Self::ALL`] begins with these cases.
    const COMMON: usize = 5;

    /// Every case, the most common first; a witness is of the first case in which a claim holds.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Object,
        Self::ObjectUnderKms,
        Self::DeleteMarker,
        Self::ReplicaModification,
        Self::ReplicaModificationUnderKms,
        Self::VersionDelete,
        Self::Replica,
        Self::ReplicaUnderKms,
        Self::ReplicaDeleteMarker,
        Self::ReplicaVersionDelete,
        Self::Copy,
        Self::CopyUnderKms,
        Self::CustomerKeyObject,
        Self::OlderObject,
        Self::OlderObjectUnderKms,
    ];

    /// Returns the cases that matter under some dialects. Those that AWS treats like others, or under
    /// every configuration alike, matter only if one of the dialects does not.
    ///
    /// ```text
    /// [aws]           the common cases
    /// [aws, minio]    and version deletes, deletes of replicas, older objects
    /// [minio, minio]  the same: two dialects that agree with each other can still differ from AWS
    /// ```
    pub(super) fn under(dialects: &[&Dialect]) -> Cases {
        const AWS: Dialect = Dialect::AWS;
        let any = |differs: fn(&Dialect) -> bool| dialects.iter().any(|dialect| differs(dialect));
        let mut cases = Cases::NONE;
        for (index, case) in Self::ALL.into_iter().enumerate() {
            let matters = index < Self::COMMON
                || match case.object_kind() {
                    ObjectKind::VersionDeletes => {
                        any(|dialect| dialect.version_deletes() != AWS.version_deletes())
                    }
                    ObjectKind::Replicas => any(|dialect| dialect.replicas() != AWS.replicas()),
                    ObjectKind::ReplicaDeletes => any(|dialect| {
                        dialect.replicas() != AWS.replicas()
                            || dialect.version_deletes() != AWS.version_deletes()
                            || dialect.replica_delete_markers() != AWS.replica_delete_markers()
                    }),
                    ObjectKind::Copies => any(|dialect| dialect.copies() != AWS.copies()),
                    ObjectKind::CustomerKeyObjects => any(|dialect| {
                        dialect.customer_key_versions() != AWS.customer_key_versions()
                    }),
                    ObjectKind::OlderObjects => {
                        any(|dialect| dialect.older_objects() != AWS.older_objects())
                    }
                    _ => true,
                };
            if matters {
                cases.add(case);
            }
        }
        cases
    }

    /// Returns the kind by which a report groups the case. Kinds for replicas, copies and older
    /// objects hold both encryptions; those for objects do not, because SSE-KMS has to be selected
    /// there.
    pub(crate) const fn object_kind(self) -> ObjectKind {
        match self {
            Self::Object => ObjectKind::Objects,
            Self::ObjectUnderKms => ObjectKind::ObjectsUnderKms,
            Self::DeleteMarker => ObjectKind::DeleteMarkers,
            Self::ReplicaModification | Self::ReplicaModificationUnderKms => {
                ObjectKind::ReplicaModifications
            }
            Self::VersionDelete => ObjectKind::VersionDeletes,
            Self::Replica | Self::ReplicaUnderKms => ObjectKind::Replicas,
            Self::ReplicaDeleteMarker | Self::ReplicaVersionDelete => ObjectKind::ReplicaDeletes,
            Self::Copy | Self::CopyUnderKms => ObjectKind::Copies,
            Self::CustomerKeyObject => ObjectKind::CustomerKeyObjects,
            Self::OlderObject | Self::OlderObjectUnderKms => ObjectKind::OlderObjects,
        }
    }

    /// Returns an event that stands for the others of the case.
    ///
    /// Together with [`Self::version`] it is the question to the engine, and in a witness it is the
    /// event that a reader can try.
    pub(super) const fn event(self) -> Event {
        match self {
            Self::Object
            | Self::ObjectUnderKms
            | Self::Replica
            | Self::ReplicaUnderKms
            | Self::CustomerKeyObject => Event::ObjectCreatedPut,
            Self::DeleteMarker | Self::ReplicaDeleteMarker => {
                Event::ObjectRemovedDeleteMarkerCreated
            }
            Self::ReplicaModification
            | Self::ReplicaModificationUnderKms
            | Self::OlderObject
            | Self::OlderObjectUnderKms => Event::ObjectTaggingPut,
            Self::VersionDelete | Self::ReplicaVersionDelete => Event::ObjectRemovedDelete,
            Self::Copy | Self::CopyUnderKms => Event::ObjectCreatedCopy,
        }
    }

    /// Returns the least version of this case that a filter selects. The filter must select one.
    pub(super) fn version_selected_by(self, filter: &RuleFilter) -> ObjectVersion<'_> {
        let mut version: ObjectVersion<'_> = self.version();
        version.key = filter.key_prefix().as_str().as_bytes();
        version.tags = filter.least_tags().into();
        version
    }

    /// Returns a version of this case without key and tags.
    pub(super) fn version(self) -> ObjectVersion<'static> {
        // Everything that no arm changes is the default of S3: `STANDARD`, SSE-S3, no replication
        // status.
        let mut version = ObjectVersion::new("");
        match self {
            Self::ObjectUnderKms
            | Self::ReplicaModificationUnderKms
            | Self::ReplicaUnderKms
            | Self::CopyUnderKms
            | Self::OlderObjectUnderKms => version.encryption = EncryptionStatus::SseKms,
            Self::CustomerKeyObject => version.encryption = EncryptionStatus::SseC,
            _ => {}
        }
        if matches!(self, Self::DeleteMarker | Self::ReplicaDeleteMarker) {
            version.delete_marker = Some(DeleteMarkerOrigin::User);
        }
        if matches!(
            self.object_kind(),
            ObjectKind::ReplicaModifications | ObjectKind::Replicas | ObjectKind::ReplicaDeletes
        ) {
            version.replication_status = Some(ReplicationStatus::Replica);
        }
        version
    }

    /// Returns true when versions of this case are delete markers, which have tags only in stores that
    /// compare those of the deleted object.
    pub(super) const fn is_delete_marker(self) -> bool {
        matches!(self, Self::DeleteMarker | Self::ReplicaDeleteMarker)
    }

    /// Returns the most tags that a version of this case has.
    pub(super) const fn tag_limit(self, markers_have_tags: bool) -> usize {
        if self.is_delete_marker() && !markers_have_tags { 0 } else { ObjectVersion::TAG_LIMIT }
    }

    /// Returns the bit of the case in [`Cases`]. There are 15 cases, so 16 bits are enough.
    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

/// A set of cases.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Cases(u16);

impl Cases {
    /// No case.
    pub(super) const NONE: Self = Self(0);
    /// Every case, and a bit that belongs to none: for intersections only, never to be counted.
    pub(super) const ALL: Self = Self(u16::MAX);

    pub(super) const fn add(&mut self, case: Case) {
        self.0 |= case.bit();
    }

    pub(super) const fn has(self, case: Case) -> bool {
        self.0 & case.bit() != 0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the cases of this set that are not in the other.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the number of cases.
    pub(super) const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Returns true when both sets have a case in common.
    pub(super) const fn intersects(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }

    pub(super) const fn add_all(&mut self, others: Self) {
        self.0 |= others.0;
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the cases, from the most common.
    pub(super) fn iter(self) -> impl Iterator<Item = Case> {
        Case::ALL.into_iter().filter(move |case| self.has(*case))
    }
}

impl From<Case> for Cases {
    fn from(case: Case) -> Self {
        Self(case.bit())
    }
}
