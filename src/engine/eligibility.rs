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

use crate::dialect::{
    DeleteMarkerPrecedence, DeleteMarkerTags, Dialect, KmsVersions, OddTags, OlderObjects,
    OriginReading, ReplicaDeleteMarkers, Replicas, SourceSelection, VersionDeletes,
};
use crate::engine::{Action, Question, Reason, Replication};
use crate::model::{
    DeleteMarkerOrigin, EncryptionStatus, Event, EventKind, ObjectVersion, Owner, ReplicationRule,
    RuleStatus,
};

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
        let Ok(action) = action(&question) else { return Self::DoesNotCompete };
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
pub(super) fn filter_mismatch(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    if !rule.status.is_enabled() {
        return Some(Reason::RuleDisabled);
    }
    if rule.is_for_other_zones() {
        return Some(Reason::OtherZones);
    }
    let Question { version, event, .. } = *question;
    if !rule.filter.matches_key(version.key) {
        return Some(Reason::PrefixDiffers);
    }
    let exclusion = rule.filter.exclusion();
    if exclusion.matches_key(version.key) {
        return Some(Reason::KeyExcluded);
    }
    if rule.filter.is_behind(version.key) {
        return Some(Reason::KeyNotCompared);
    }
    if !compares_tags(question) {
        // The version counts as one without tags, whatever it carries, so none is excluded.
        let reason = if is_delete_marker(version, event) {
            Reason::DeleteMarkerHasNoTags
        } else {
            Reason::TagsDiffer
        };
        return (!rule.filter.tags().is_empty()).then_some(reason);
    }
    if !rule.filter.matches_tags(version) {
        return Some(Reason::TagsDiffer);
    }
    exclusion.matches_tags(version).then_some(Reason::TagsExcluded)
}

/// Returns true when the store compares the tags of the version with those of filters.
pub(super) fn compares_tags(question: &Question<'_>) -> bool {
    let Question { dialect, version, event } = *question;
    if is_delete_marker(version, event) && dialect.delete_marker_tags() == DeleteMarkerTags::None {
        return false;
    }
    dialect.odd_tags() == OddTags::Compared
        || version.tags.iter().all(|(key, value)| key.is_ascii() && value.is_ascii())
}

/// Returns the action that the event calls for, or the reason why no rule can replicate it.
///
/// The reasons here hold for every rule and every configuration. An explanation reports them for
/// each rule whose filter matches.
pub(super) fn action(question: &Question<'_>) -> Result<Action, Reason> {
    let Question { dialect, version, event } = *question;
    match event.kind() {
        EventKind::VersionDelete => match dialect.version_deletes() {
            VersionDeletes::Never => Err(Reason::VersionDelete),
            VersionDeletes::ByElement => Ok(Action::ReplicateVersionDelete),
        },
        EventKind::LifecycleAction => Err(Reason::LifecycleAction),
        EventKind::AnnotationDelete => Err(Reason::AnnotationDelete),
        // Where ACLs are disabled, a request to change one fails, so there is nothing to replicate.
        EventKind::AclChange if version.acls_disabled && !is_delete_marker(version, event) => {
            Err(Reason::AclsDisabled)
        }
        // The replication status shows whether live replication ever took the version: `PENDING`
        // and `FAILED` count as attempted (REP-502). A replica has a status too, and is left to the
        // rule (REP-517).
        EventKind::MetadataChange | EventKind::AclChange => {
            if is_delete_marker(version, event) {
                Err(Reason::DeleteMarkerHasNoMetadata)
            } else if version.replication_status.is_some() {
                Ok(Action::ReplicateMetadata)
            } else if dialect.older_objects() == OlderObjects::Replicated {
                action_on_whole_version(question)
            } else {
                // Live replication never took the version, so there is no replica to change.
                Err(Reason::ExistingObject)
            }
        }
        // Live replication does not chain replicas; Batch Replication does (REP-503).
        EventKind::Creation | EventKind::DeleteMarkerByUser
            if version.is_replica() && !replicates_on(question) =>
        {
            Err(Reason::Replica)
        }
        EventKind::Creation
            if event == Event::ObjectCreatedCopy
                && dialect.copies() == OriginReading::NotReplicated =>
        {
            Err(Reason::Copied)
        }
        EventKind::Creation | EventKind::DeleteMarkerByUser | EventKind::BatchReplication => {
            action_on_whole_version(question)
        }
    }
}

/// Returns true when the store replicates a replica, or a delete marker over one.
fn replicates_on(question: &Question<'_>) -> bool {
    let Question { dialect, version, event } = *question;
    dialect.replicas() == Replicas::Replicated
        || is_delete_marker(version, event)
            && dialect.replica_delete_markers() != ReplicaDeleteMarkers::NotReplicated
}

fn action_on_whole_version(question: &Question<'_>) -> Result<Action, Reason> {
    use crate::model::OwnerAccess::Unreadable;
    let Question { dialect, version, event } = *question;
    if is_delete_marker(version, event) {
        // A delete marker is never archived, and reading it needs no access.
        match version.delete_marker {
            Some(DeleteMarkerOrigin::Lifecycle) => Err(Reason::LifecycleAction),
            _ => Ok(Action::ReplicateDeleteMarker),
        }
    } else if version.owner_access == Unreadable && !version.acls_disabled {
        Err(Reason::OwnerCannotRead)
    } else if version.is_archived() {
        Err(Reason::Archived)
    } else if version.encryption == EncryptionStatus::SseC
        && dialect.customer_key_versions() == OriginReading::NotReplicated
    {
        Err(Reason::CustomerKey)
    } else if version.is_of_other_service() {
        Err(Reason::OtherService)
    } else {
        Ok(Action::ReplicateObject)
    }
}

/// Returns the reason why a rule does not compete for a version that [`action`] accepts.
pub(super) fn reason_not_competing(
    rule: &ReplicationRule,
    question: &Question<'_>,
) -> Option<Reason> {
    filter_mismatch(rule, question)
        .or_else(|| {
            let skips = is_older_object(question) && !takes_older_objects(rule);
            skips.then_some(Reason::ExistingObject)
        })
        .or_else(|| match question.dialect.source_selection() {
            SourceSelection::Filters => source_selection_mismatch(rule, question),
            SourceSelection::AfterSelection => None,
        })
        .or_else(|| match question.dialect.delete_marker_precedence() {
            DeleteMarkerPrecedence::WinnerDecides => None,
            DeleteMarkerPrecedence::ReplicatingRulesCompete => delete_disabled(rule, question),
        })
}

/// Returns the reason why the rule that won its destination bucket does not replicate the version.
pub(super) fn reason_winner_blocks(
    rule: &ReplicationRule,
    question: &Question<'_>,
) -> Option<Reason> {
    source_selection_mismatch(rule, question).or_else(|| delete_disabled(rule, question)).or_else(
        || {
            let changes_acl = question.event.kind() == EventKind::AclChange;
            let overrides_owner = rule.destination.ownership.owner() == Owner::Destination;
            (changes_acl && overrides_owner).then_some(Reason::OwnerOverride)
        },
    )
}

/// Returns the reason why `SourceSelectionCriteria` exclude the version.
fn source_selection_mismatch(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    let Question { dialect, version, event } = *question;
    if needs_replica_modifications(question) && !rule.replicates_replica_modifications() {
        return Some(Reason::ReplicaModificationsDisabled);
    }
    let deletes = is_delete_marker(version, event) || event.kind() == EventKind::VersionDelete;
    let is_selected = deletes || !version.encryption.is_kms() || takes_kms(rule, dialect);
    (!is_selected).then_some(Reason::KmsNotSelected)
}

/// Returns true when only rules with replica modification sync can replicate the version.
pub(super) fn needs_replica_modifications(question: &Question<'_>) -> bool {
    let Question { dialect, version, event } = *question;
    version.is_replica()
        && match event.kind() {
            EventKind::MetadataChange | EventKind::AclChange => true,
            EventKind::DeleteMarkerByUser | EventKind::VersionDelete => {
                dialect.replica_delete_markers() == ReplicaDeleteMarkers::ByReplicaModifications
            }
            _ => false,
        }
}

/// Returns true when a rule replicates versions encrypted with a KMS key.
pub(super) fn takes_kms(rule: &ReplicationRule, dialect: &Dialect) -> bool {
    dialect.kms_versions() == KmsVersions::Always || rule.selects_kms()
}

/// Returns true when the version is older than the configuration, as far as its status shows, and
/// changes now.
pub(super) fn is_older_object(question: &Question<'_>) -> bool {
    let kind = question.event.kind();
    matches!(kind, EventKind::MetadataChange | EventKind::AclChange)
        && question.version.replication_status.is_none()
}

/// Returns true when a rule takes versions that are older than the configuration, where the store
/// replicates them at all.
pub(super) fn takes_older_objects(rule: &ReplicationRule) -> bool {
    rule.existing_object_replication != Some(RuleStatus::Disabled)
}

/// Returns a reason when something is deleted, and the rule does not replicate that.
fn delete_disabled(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    if question.event.kind() == EventKind::VersionDelete {
        return (!rule.replicates_version_deletes()).then_some(Reason::VersionDeletesDisabled);
    }
    let is_marker = is_delete_marker(question.version, question.event);
    (is_marker && !rule.replicates_delete_markers()).then_some(Reason::DeleteMarkersDisabled)
}

/// Returns true when the version is a delete marker, or the event creates one.
pub(super) fn is_delete_marker(version: &ObjectVersion<'_>, event: Event) -> bool {
    version.delete_marker.is_some() || event.creates_delete_marker()
}
