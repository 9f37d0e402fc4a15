use crate::batch::generator::FilterMember;
use crate::batch::inventory;

closed_vocabulary! {
    /// Something about a version that decides whether it is listed, in the words of inventories.
    #[non_exhaustive]
    pub enum ListedFact("something about a version such as `Size`") {
        /// Whether it is a delete marker.
        IsDeleteMarker = "IsDeleteMarker",
        /// The size.
        Size = "Size",
        /// When it was created.
        LastModifiedDate = "LastModifiedDate",
        /// The storage class.
        StorageClass = "StorageClass",
        /// The tier within `INTELLIGENT_TIERING`.
        AccessTier = "IntelligentTieringAccessTier",
        /// How it is encrypted.
        EncryptionStatus = "EncryptionStatus",
        /// How far replication has come.
        ReplicationStatus = "ReplicationStatus",
        /// The tags, which no inventory has.
        Tags = "Tags",
    }
}

/// What is known of the versions that are offered to a generator.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::generator::{ListedFact, ListedFacts};
/// use s3_replication::batch::inventory;
///
/// let schema: inventory::Schema = "Bucket, Key, VersionId, IsDeleteMarker, Size".parse()?;
/// let facts = ListedFacts::of_schema(&schema);
/// assert!(facts.has(ListedFact::Size));
/// assert!(!facts.has(ListedFact::StorageClass));
/// assert!(!facts.has(ListedFact::Tags));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ListedFacts(u8);

impl ListedFacts {
    /// Everything, as the bucket itself knows it.
    pub const ALL: Self = Self(u8::MAX);
    /// Nothing but bucket, key and version id.
    pub const NONE: Self = Self(0);

    /// Returns what an inventory with these columns says. It knows neither tags nor who made a
    /// delete marker or may read a version: a marker counts as a user's, and every version as
    /// readable (REP-956).
    #[must_use]
    pub fn of_schema(schema: &inventory::Schema) -> Self {
        let columns = schema.as_slice();
        let has = |fact: &ListedFact| columns.contains(&inventory::Field::from(fact.as_str()));
        ListedFact::ALL.iter().copied().filter(has).fold(Self::NONE, Self::with)
    }

    /// Adds something that is known.
    #[must_use]
    pub const fn with(self, fact: ListedFact) -> Self {
        Self(self.0 | bit(fact))
    }

    /// Takes away something that is not known.
    #[must_use]
    pub const fn without(self, fact: ListedFact) -> Self {
        Self(self.0 & !bit(fact))
    }

    /// Returns true when something is known.
    #[must_use]
    pub const fn has(self, fact: ListedFact) -> bool {
        self.0 & bit(fact) != 0
    }
}

const fn bit(fact: ListedFact) -> u8 {
    match fact {
        ListedFact::IsDeleteMarker => 1,
        ListedFact::Size => 1 << 1,
        ListedFact::LastModifiedDate => 1 << 2,
        ListedFact::StorageClass => 1 << 3,
        ListedFact::AccessTier => 1 << 4,
        ListedFact::EncryptionStatus => 1 << 5,
        ListedFact::ReplicationStatus => 1 << 6,
        ListedFact::Tags => 1 << 7,
    }
}

/// Returns what a member of the filter asks about; not for `EligibleForReplication`, where it
/// depends on the rules.
pub(super) const fn asked_by(member: FilterMember) -> &'static [ListedFact] {
    match member {
        FilterMember::EligibleForReplication | FilterMember::KeyNameConstraint => &[],
        FilterMember::CreatedAfter | FilterMember::CreatedBefore => &[ListedFact::LastModifiedDate],
        FilterMember::ObjectReplicationStatuses => &[ListedFact::ReplicationStatus],
        FilterMember::ObjectSizeGreaterThanBytes | FilterMember::ObjectSizeLessThanBytes => {
            &[ListedFact::Size]
        }
        FilterMember::MatchAnyStorageClass => &[ListedFact::StorageClass],
        FilterMember::MatchAnyObjectEncryption => &[ListedFact::EncryptionStatus],
    }
}
