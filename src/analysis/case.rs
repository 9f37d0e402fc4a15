//! The cases: everything besides key and tags on which a decision can depend.

use crate::model::{
    DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, ReplicationStatus, RuleFilter,
};

closed_vocabulary! {
    /// The kind of objects and events that a difference is about. The words are ours, not S3's.
    #[non_exhaustive]
    pub enum ObjectKind("`objects`, `objects-under-kms`, `delete-markers` or `replica-modifications`") {
        /// Versions that are written or in the manifest of a batch job, and changes of their metadata.
        Objects = "objects",
        /// The same for versions encrypted with SSE-KMS or DSSE-KMS, which a rule must select.
        ObjectsUnderKms = "objects-under-kms",
        /// Delete markers that users create.
        DeleteMarkers = "delete-markers",
        /// Changes of metadata on replicas (replica modification sync).
        ReplicaModifications = "replica-modifications",
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
    Object,
    ObjectUnderKms,
    DeleteMarker,
    ReplicaModification,
    ReplicaModificationUnderKms,
}

impl Case {
    /// The number of cases.
    pub(super) const COUNT: usize = 5;

    /// Every case, the most common first; a witness is of the first case in which a claim holds.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Object,
        Self::ObjectUnderKms,
        Self::DeleteMarker,
        Self::ReplicaModification,
        Self::ReplicaModificationUnderKms,
    ];

    /// Returns the kind of the case. Replicas with and without a KMS key are one kind, because one
    /// setting, replica modification sync, decides about both.
    pub(crate) const fn object_kind(self) -> ObjectKind {
        match self {
            Self::Object => ObjectKind::Objects,
            Self::ObjectUnderKms => ObjectKind::ObjectsUnderKms,
            Self::DeleteMarker => ObjectKind::DeleteMarkers,
            Self::ReplicaModification | Self::ReplicaModificationUnderKms => {
                ObjectKind::ReplicaModifications
            }
        }
    }

    /// Returns an event that stands for the others of the case.
    pub(super) const fn event(self) -> Event {
        match self.object_kind() {
            ObjectKind::Objects | ObjectKind::ObjectsUnderKms => Event::ObjectCreatedPut,
            ObjectKind::DeleteMarkers => Event::ObjectRemovedDeleteMarkerCreated,
            ObjectKind::ReplicaModifications => Event::ObjectTaggingPut,
        }
    }

    /// Returns a version of this case that a filter selects and that has no other tags.
    pub(super) fn version_selected_by(self, filter: &RuleFilter) -> ObjectVersion<'_> {
        let mut version: ObjectVersion<'_> = self.version();
        version.key = filter.key_prefix().as_str().as_bytes();
        version.tags = filter.tags().into();
        version
    }

    /// Returns a version of this case without key and tags.
    pub(super) fn version(self) -> ObjectVersion<'static> {
        let mut version = ObjectVersion::new("");
        if matches!(self, Self::ObjectUnderKms | Self::ReplicaModificationUnderKms) {
            version.encryption = EncryptionStatus::SseKms;
        }
        match self.object_kind() {
            ObjectKind::Objects | ObjectKind::ObjectsUnderKms => {}
            ObjectKind::DeleteMarkers => version.delete_marker = Some(DeleteMarkerOrigin::User),
            ObjectKind::ReplicaModifications => {
                version.replication_status = Some(ReplicationStatus::Replica);
            }
        }
        version
    }

    /// Returns the most tags that a version of this case has. Delete markers have none.
    pub(super) const fn tag_limit(self) -> usize {
        match self.object_kind() {
            ObjectKind::DeleteMarkers => 0,
            _ => ObjectVersion::TAG_LIMIT,
        }
    }

    /// Returns the bit of the case in a set.
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of cases.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Cases(u8);

impl Cases {
    /// No case.
    pub(super) const NONE: Self = Self(0);
    /// Every case. The unused bits are set too; only intersections of this set are looked at.
    pub(super) const ALL: Self = Self(u8::MAX);

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
