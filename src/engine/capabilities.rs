//! The part of eligibility that does not depend on the filter, as bits: what a version requires of
//! a rule, and what each rule is capable of.
//!
//! The index compares bits instead of asking `eligibility` about each rule. Both must agree; the
//! tests compare them over every combination.
//!
//! A rule competes when its capabilities include everything that the version requires, and one
//! instruction on one byte answers that. For example, an SSE-KMS version with an ACL change
//! requires `KMS` to compete under [`Dialect::AWS`], and `KMS` and `SOURCE_ACL` to replicate.

use std::ops::BitOr;

use crate::dialect::{DeleteMarkerPrecedence, Dialect, SourceSelection};
use crate::engine::{Question, eligibility};
use crate::model::{EventKind, Owner, ReplicationRule};

/// A set of capabilities of a rule.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Capabilities(u8);

impl Capabilities {
    /// Nothing, which every rule includes.
    const NONE: Self = Self(0);
    /// Replicates versions encrypted with a KMS key.
    const KMS: Self = Self(1);
    /// Replicates metadata changes of replicas.
    const REPLICA_MODIFICATIONS: Self = Self(1 << 1);
    /// Replicates delete markers.
    const DELETE_MARKERS: Self = Self(1 << 2);
    /// Matches versions without tags.
    const NO_TAGS: Self = Self(1 << 3);
    /// Replicates the source ACL, because the source object owner owns the replica.
    const SOURCE_ACL: Self = Self(1 << 4);
    /// Replicates permanent deletes of versions.
    const VERSION_DELETES: Self = Self(1 << 5);
    /// Replicates versions that are older than the configuration.
    const OLDER_OBJECTS: Self = Self(1 << 6);

    /// Returns the capabilities of a rule.
    ///
    /// Each bit restates one getter of the rule, so that a decision need not read the rule.
    pub(super) fn of(rule: &ReplicationRule, dialect: &Dialect) -> Self {
        let when = |capability: Self, has: bool| if has { capability } else { Self::NONE };
        when(Self::KMS, eligibility::takes_kms(rule, dialect))
            | when(Self::REPLICA_MODIFICATIONS, rule.replicates_replica_modifications())
            | when(Self::DELETE_MARKERS, rule.replicates_delete_markers())
            | when(Self::NO_TAGS, rule.filter.tags().is_empty())
            | when(Self::SOURCE_ACL, rule.destination.ownership.owner() == Owner::Source)
            | when(Self::VERSION_DELETES, rule.replicates_version_deletes())
            | when(Self::OLDER_OBJECTS, eligibility::takes_older_objects(rule))
    }

    /// Returns the capabilities that can decide whether a rule competes, over all versions.
    ///
    /// Others matter only after a rule has won, so they must not keep a rule from winning.
    pub(super) fn needed_to_compete(dialect: &Dialect) -> Self {
        // Where the criteria apply after the selection, a rule that lacks them still wins and
        // blocks its bucket (REP-405), so they must not be required of a competitor.
        let criteria = match dialect.source_selection() {
            SourceSelection::Filters => Self::KMS | Self::REPLICA_MODIFICATIONS,
            SourceSelection::AfterSelection => Self::NONE,
        };
        let markers = match dialect.delete_marker_precedence() {
            DeleteMarkerPrecedence::ReplicatingRulesCompete => {
                Self::DELETE_MARKERS | Self::VERSION_DELETES
            }
            DeleteMarkerPrecedence::WinnerDecides => Self::NONE,
        };
        criteria | markers | Self::NO_TAGS | Self::OLDER_OBJECTS
    }

    /// Returns true when these include all of `required`.
    pub(super) const fn include(self, required: Self) -> bool {
        self.0 & required.0 == required.0
    }

    /// Returns the capabilities that are in both sets.
    ///
    /// The index uses it to drop capabilities that cannot decide about competing before it compares
    /// two rules.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Capabilities {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The capabilities that one version and event require.
///
/// Two sets, because a rule can win a bucket and then replicate nothing to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Required {
    /// For a rule to compete; agrees with `eligibility::reason_not_competing`.
    pub(super) to_compete: Capabilities,
    /// For the winner to replicate; agrees with `eligibility::reason_winner_blocks`.
    pub(super) to_replicate: Capabilities,
}

impl Required {
    /// Derives both sets from the version and the event. The event must be one that some rule could
    /// replicate: `eligibility::action` comes first.
    pub(super) fn of(question: &Question<'_>) -> Self {
        let Question { dialect, version, event } = *question;
        let needed_to_compete = Capabilities::needed_to_compete(dialect);
        let when = |is_required, capability: Capabilities| {
            if is_required { capability } else { Capabilities::NONE }
        };
        let tags = when(!eligibility::compares_tags(question), Capabilities::NO_TAGS);
        let kind = event.kind();
        let gate = when(
            eligibility::needs_replica_modifications(question),
            Capabilities::REPLICA_MODIFICATIONS,
        );
        if kind == EventKind::VersionDelete || eligibility::is_delete_marker(version, event) {
            // What is deleted has no encryption that matters.
            let delete = match kind {
                EventKind::VersionDelete => Capabilities::VERSION_DELETES,
                _ => Capabilities::DELETE_MARKERS,
            };
            return Self {
                to_compete: tags | needed_to_compete.and(delete | gate),
                to_replicate: delete | gate,
            };
        }
        let mut criteria = gate;
        // A change of metadata is no exception: REP-504 is about the version, whatever happens to
        // it.
        if version.encryption.is_kms() {
            criteria = criteria | Capabilities::KMS;
        }
        let older = when(eligibility::is_older_object(question), Capabilities::OLDER_OBJECTS);
        let acl = if kind == EventKind::AclChange {
            Capabilities::SOURCE_ACL
        } else {
            Capabilities::NONE
        };
        Self {
            to_compete: tags | older | criteria.and(needed_to_compete),
            to_replicate: criteria | acl,
        }
    }

    /// Returns true when only rules without tags can compete.
    pub(super) const fn excludes_tags(self) -> bool {
        self.to_compete.include(Capabilities::NO_TAGS)
    }
}
