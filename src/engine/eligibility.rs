//! The predicates that decide which rules compete, and what the winner does.
//!
//! The predicates are evaluated in this order:
//!
//! 1. the status and the filter of the rule ([`filter_mismatch`]);
//! 2. what the event and the version allow under any rule ([`action`]);
//! 3. the source selection criteria of the rule; with 1 they make up [`reason_not_competing`];
//! 4. the settings of the rule that won ([`reason_winner_blocks`]).
//!
//! [`reference`](super::reference) defines the same predicates without sharing code.
//!
//! The order is part of the answer: a rule that fails several predicates is rejected for the first,
//! and [`Reason::depth`] counts how far it came. Each predicate returns a reason, never a `bool`,
//! so that decision and explanation cannot drift apart.

use crate::dialect::{DeleteMarkerPrecedence, Dialect, SourceSelection};
use crate::engine::{Action, Question, Reason, Replication};
use crate::model::{DeleteMarkerOrigin, Event, EventKind, ObjectVersion, Owner, ReplicationRule};

/// The effect of one rule on a version, regardless of the other rules.
///
/// Analyses ask it about many rules one at a time, where the engine would answer about all of them.
#[derive(Clone, Debug)]
pub(crate) enum RuleEffect<'a> {
    /// The rule does not compete for its destination bucket.
    DoesNotCompete,
    /// The rule competes, but if it wins, nothing is replicated to its destination bucket.
    Blocks,
    /// The rule competes, and if it wins, this is replicated.
    Replicates(Replication<'a>),
}

impl<'a> RuleEffect<'a> {
    /// Returns the effect of a rule on a version after an event.
    pub(crate) fn of(
        rule: &'a ReplicationRule,
        dialect: &'a Dialect,
        version: &'a ObjectVersion<'_>,
        event: Event,
    ) -> Self {
        let question = Question { dialect, version, event };
        let Ok(action) = action(version, event) else { return Self::DoesNotCompete };
        if reason_not_competing(rule, &question).is_some() {
            Self::DoesNotCompete
        } else if reason_winner_blocks(rule, &question).is_some() {
            Self::Blocks
        } else {
            Self::Replicates(Replication::new(rule, action, &question))
        }
    }
}

/// Returns the reason why the status or the filter of a rule rejects the version.
///
/// The status comes first, because nothing else matters about a disabled rule (REP-407). Prefixes
/// come before tags (REP-301, REP-303), and exclusions after what they are exclusions from
/// (REP-307, REP-308).
pub(super) fn filter_mismatch(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    if !rule.is_enabled() {
        return Some(Reason::RuleDisabled);
    }
    if !rule.filter.matches_key(question.version.key) {
        return Some(Reason::PrefixDiffers);
    }
    let exclusion = rule.filter.exclusion();
    if exclusion.matches_key(question.version.key) {
        return Some(Reason::KeyExcluded);
    }
    // Most rules end here. A rule without tags in its filter treats delete markers like other
    // versions.
    if rule.filter.tags().is_empty() && exclusion.tags().is_empty() {
        return None;
    }
    if is_delete_marker(question.version, question.event) {
        // A delete marker has no tags, whatever the version carries, so none is excluded.
        return (!rule.filter.tags().is_empty()).then_some(Reason::DeleteMarkerHasNoTags);
    }
    if !rule.filter.matches_tags(question.version) {
        return Some(Reason::TagsDiffer);
    }
    exclusion.matches_tags(question.version).then_some(Reason::TagsExcluded)
}

/// Returns the action that the event calls for, or the reason why no rule can replicate it.
///
/// The reasons here hold for every rule and every configuration. An explanation reports them for
/// each rule whose filter matches.
pub(super) fn action(version: &ObjectVersion<'_>, event: Event) -> Result<Action, Reason> {
    match event.kind() {
        EventKind::VersionDelete => Err(Reason::VersionDelete),
        EventKind::LifecycleAction => Err(Reason::LifecycleAction),
        // The replication status shows whether live replication ever took the version: `PENDING`
        // and `FAILED` count as attempted (REP-502). A replica has a status too, and is left to the
        // rule (REP-517).
        EventKind::MetadataChange | EventKind::AclChange => {
            if is_delete_marker(version, event) {
                Err(Reason::DeleteMarkerHasNoMetadata)
            } else if version.replication_status.is_none() {
                // Live replication never took the version, so there is no replica to change.
                Err(Reason::ExistingObject)
            } else {
                Ok(Action::ReplicateMetadata)
            }
        }
        // Live replication does not chain replicas; Batch Replication does (REP-503).
        EventKind::Creation | EventKind::DeleteMarkerByUser if version.is_replica() => {
            Err(Reason::Replica)
        }
        EventKind::Creation | EventKind::DeleteMarkerByUser | EventKind::BatchReplication => {
            action_on_whole_version(version, event)
        }
    }
}

/// Returns the action that writes a whole version, or the reason why S3 cannot read one.
fn action_on_whole_version(version: &ObjectVersion<'_>, event: Event) -> Result<Action, Reason> {
    use crate::model::OwnerAccess::Unreadable;
    if is_delete_marker(version, event) {
        // A delete marker is never archived, and reading it needs no access.
        match version.delete_marker {
            Some(DeleteMarkerOrigin::Lifecycle) => Err(Reason::LifecycleAction),
            _ => Ok(Action::ReplicateDeleteMarker),
        }
    } else if version.owner_access == Unreadable {
        Err(Reason::OwnerCannotRead)
    } else if version.is_archived() {
        Err(Reason::Archived)
    } else if version.is_of_other_service() {
        Err(Reason::OtherService)
    } else {
        Ok(Action::ReplicateObject)
    }
}

/// Returns the reason why a rule does not compete for a version that [`action`] accepts.
///
/// A rule that does not compete leaves its bucket to the rules of lower priority. The dialect
/// decides whether settings other than the filter count here or only for the winner (REP-405,
/// REP-406).
pub(super) fn reason_not_competing(
    rule: &ReplicationRule,
    question: &Question<'_>,
) -> Option<Reason> {
    filter_mismatch(rule, question)
        .or_else(|| match question.dialect.source_selection() {
            SourceSelection::Filters => source_selection_mismatch(rule, question),
            SourceSelection::AfterSelection => None,
        })
        .or_else(|| match question.dialect.delete_marker_precedence() {
            DeleteMarkerPrecedence::WinnerDecides => None,
            DeleteMarkerPrecedence::ReplicatingRulesCompete => {
                delete_marker_disabled(rule, question)
            }
        })
}

/// Returns the reason why the rule that won its destination bucket does not replicate the version.
///
/// The settings are those of the winner alone (REP-404). Settings that already kept a rule from
/// competing are checked again, which costs nothing here and keeps this predicate independent of
/// the dialect.
pub(super) fn reason_winner_blocks(
    rule: &ReplicationRule,
    question: &Question<'_>,
) -> Option<Reason> {
    source_selection_mismatch(rule, question)
        .or_else(|| delete_marker_disabled(rule, question))
        .or_else(|| {
            let changes_acl = question.event.kind() == EventKind::AclChange;
            let overrides_owner = rule.destination.ownership.owner() == Owner::Destination;
            (changes_acl && overrides_owner).then_some(Reason::OwnerOverride)
        })
}

/// Returns the reason why `SourceSelectionCriteria` exclude the version.
///
/// A delete marker has no encryption and is no replica whose metadata changes, so no criterion
/// applies.
fn source_selection_mismatch(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    let Question { version, event, .. } = *question;
    if is_delete_marker(version, event) {
        return None;
    }
    let is_metadata_change =
        matches!(event.kind(), EventKind::MetadataChange | EventKind::AclChange);
    if is_metadata_change && version.is_replica() && !rule.replicates_replica_modifications() {
        return Some(Reason::ReplicaModificationsDisabled);
    }
    // After a metadata change too: S3 replicates such a change only where it replicated the
    // version.
    (version.encryption.is_kms() && !rule.selects_kms()).then_some(Reason::KmsNotSelected)
}

/// Returns a reason when the version is a delete marker and `DeleteMarkerReplication` is disabled.
///
/// In V1 there is no such element, and delete markers are replicated (REP-510, REP-511).
fn delete_marker_disabled(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    let is_marker = is_delete_marker(question.version, question.event);
    (is_marker && !rule.replicates_delete_markers()).then_some(Reason::DeleteMarkersDisabled)
}

/// Returns true when the version is a delete marker, or the event creates one.
///
/// A caller who reports that a delete marker was created need not set `delete_marker` on the
/// version too.
pub(super) fn is_delete_marker(version: &ObjectVersion<'_>, event: Event) -> bool {
    version.delete_marker.is_some() || event.creates_delete_marker()
}
