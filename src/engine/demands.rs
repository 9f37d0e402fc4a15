//! What a question demands of a rule beyond its filter, and what a rule offers, as bits.

use std::ops::BitOr;

use crate::dialect::{DeleteMarkerPrecedence, Dialect, SourceSelection};
use crate::engine::{Question, eligibility};
use crate::model::{EventKind, Owner, ReplicationRule};

/// A set of things that a rule does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Offers(u8);

impl Offers {
    const NOTHING: Self = Self(0);
    /// It takes versions under KMS.
    const KMS: Self = Self(1);
    /// It syncs modifications of replicas.
    const REPLICA_MODIFICATIONS: Self = Self(1 << 1);
    /// It replicates delete markers.
    const DELETE_MARKERS: Self = Self(1 << 2);
    /// It asks for no tags.
    const NO_TAGS: Self = Self(1 << 3);
    /// It leaves replicas to the owner of the source, so that ACLs follow.
    const SOURCE_ACL: Self = Self(1 << 4);

    /// Returns what a rule offers.
    pub(super) fn of(rule: &ReplicationRule) -> Self {
        let when = |offer: Self, offered: bool| if offered { offer } else { Self::NOTHING };
        when(Self::KMS, rule.selects_kms())
            | when(Self::REPLICA_MODIFICATIONS, rule.replicates_replica_modifications())
            | when(Self::DELETE_MARKERS, rule.replicates_delete_markers())
            | when(Self::NO_TAGS, rule.filter.tags().is_empty())
            | when(Self::SOURCE_ACL, rule.destination.ownership.owner() == Owner::Source)
    }

    /// Returns what some question may demand of a rule that wants to compete.
    pub(super) fn that_matter(dialect: &Dialect) -> Self {
        let criteria = match dialect.source_selection() {
            SourceSelection::Filters => Self::KMS | Self::REPLICA_MODIFICATIONS,
            SourceSelection::AfterSelection => Self::NOTHING,
        };
        let markers = match dialect.delete_marker_precedence() {
            DeleteMarkerPrecedence::ReplicatingRulesCompete => Self::DELETE_MARKERS,
            DeleteMarkerPrecedence::WinnerDecides => Self::NOTHING,
        };
        criteria | markers | Self::NO_TAGS
    }

    /// Returns true when all of `demands` are among these.
    pub(super) const fn meet(self, demands: Self) -> bool {
        self.0 & demands.0 == demands.0
    }

    /// Returns what is both here and in `other`.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Offers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What one question demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demands {
    /// Of a rule, to compete for a destination: what `eligibility::stays_out` asks.
    pub(super) to_compete: Offers,
    /// Of the winner, to replicate: what `eligibility::winner_refuses` asks.
    pub(super) to_replicate: Offers,
}

impl Demands {
    pub(super) fn of(question: &Question<'_>) -> Self {
        let Question { dialect, version, event } = *question;
        if eligibility::is_delete_marker(version, event) {
            let markers = Offers::DELETE_MARKERS;
            return Self {
                to_compete: Offers::NO_TAGS | Offers::that_matter(dialect).and(markers),
                to_replicate: markers,
            };
        }
        let mut criteria = Offers::NOTHING;
        let kind = event.kind();
        if matches!(kind, EventKind::MetadataChange | EventKind::AclChange) && version.is_replica()
        {
            criteria = Offers::REPLICA_MODIFICATIONS;
        }
        if version.encryption.is_kms() {
            criteria = criteria | Offers::KMS;
        }
        let acl = if kind == EventKind::AclChange { Offers::SOURCE_ACL } else { Offers::NOTHING };
        Self {
            to_compete: criteria.and(Offers::that_matter(dialect)),
            to_replicate: criteria | acl,
        }
    }

    /// Returns true when only rules without tags can compete.
    pub(super) const fn no_tags(self) -> bool {
        self.to_compete.meet(Offers::NO_TAGS)
    }
}
