//! Who competes, and what the winner does: the predicates, in the order in which they are asked.
//!
//! 1. the filter of the rule ([`filter_refuses`]);
//! 2. what event and version allow at all, whatever the rule ([`action`]);
//! 3. the source selection criteria of the rule; with 1 they make up [`stays_out`];
//! 4. the settings of the rule that won ([`winner_refuses`]).

use crate::dialect::{DeleteMarkerPrecedence, SourceSelection};
use crate::engine::{Action, Question, Reason};
use crate::model::{DeleteMarkerOrigin, Event, EventKind, ObjectVersion, ReplicationRule};

/// Returns why the filter, or the status, of an enabled or disabled rule leaves the version out.
pub(super) fn filter_refuses(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    if !rule.is_enabled() {
        return Some(Reason::RuleDisabled);
    }
    if !rule.filter.matches_key(question.version.key) {
        return Some(Reason::PrefixDiffers);
    }
    if rule.filter.tags().is_empty() {
        return None;
    }
    if is_delete_marker(question.version, question.event) {
        return Some(Reason::DeleteMarkerHasNoTags);
    }
    (!rule.filter.matches_tags(question.version)).then_some(Reason::TagsDiffer)
}

/// Returns what there is to replicate, or why no rule whatever replicates it.
pub(super) fn action(version: &ObjectVersion<'_>, event: Event) -> Result<Action, Reason> {
    let kind = event.kind();
    match kind {
        EventKind::VersionDelete => Err(Reason::VersionDelete),
        EventKind::LifecycleAction => Err(Reason::LifecycleAction),
        EventKind::MetadataChange | EventKind::AclChange => {
            if is_delete_marker(version, event) {
                Err(Reason::DeleteMarkerHasNoMetadata)
            } else if version.replication_status.is_none() {
                Err(Reason::ExistingObject)
            } else {
                Ok(Action::ReplicateMetadata)
            }
        }
        // Batch Replication is the one that takes replicas.
        EventKind::Creation | EventKind::DeleteMarkerByUser if version.is_replica() => {
            Err(Reason::Replica)
        }
        EventKind::Creation | EventKind::DeleteMarkerByUser | EventKind::BatchReplication => {
            whole_version(version, event)
        }
    }
}

fn whole_version(version: &ObjectVersion<'_>, event: Event) -> Result<Action, Reason> {
    use crate::model::OwnerAccess::Unreadable;
    if is_delete_marker(version, event) {
        match version.delete_marker {
            Some(DeleteMarkerOrigin::Lifecycle) => Err(Reason::LifecycleAction),
            _ => Ok(Action::ReplicateDeleteMarker),
        }
    } else if version.owner_access == Unreadable {
        Err(Reason::OwnerCannotRead)
    } else if version.is_archived() {
        Err(Reason::Archived)
    } else {
        Ok(Action::ReplicateObject)
    }
}

/// Returns why a rule does not compete for the version, given that there is something to
/// replicate.
pub(super) fn stays_out(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    filter_refuses(rule, question)
        .or_else(|| match question.dialect.source_selection() {
            SourceSelection::Filters => criteria_refuse(rule, question),
            SourceSelection::AfterSelection => None,
        })
        .or_else(|| match question.dialect.delete_marker_precedence() {
            DeleteMarkerPrecedence::WinnerDecides => None,
            DeleteMarkerPrecedence::ReplicatingRulesCompete => marker_refused(rule, question),
        })
}

/// Returns why the rule that won does not replicate the version after all.
pub(super) fn winner_refuses(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    use crate::model::Owner::Destination;
    criteria_refuse(rule, question).or_else(|| marker_refused(rule, question)).or_else(|| {
        let owner_override = rule.destination.ownership.owner() == Destination;
        let acl = question.event.kind() == EventKind::AclChange;
        (acl && owner_override).then_some(Reason::OwnerOverride)
    })
}

/// `SourceSelectionCriteria`.
fn criteria_refuse(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    let Question { version, event, .. } = *question;
    if is_delete_marker(version, event) {
        return None;
    }
    let metadata = matches!(event.kind(), EventKind::MetadataChange | EventKind::AclChange);
    if metadata && version.is_replica() && !rule.replicates_replica_modifications() {
        return Some(Reason::ReplicaModificationsDisabled);
    }
    (version.encryption.is_kms() && !rule.selects_kms()).then_some(Reason::KmsNotSelected)
}

/// `DeleteMarkerReplication`.
fn marker_refused(rule: &ReplicationRule, question: &Question<'_>) -> Option<Reason> {
    let marker = is_delete_marker(question.version, question.event);
    (marker && !rule.replicates_delete_markers()).then_some(Reason::DeleteMarkersDisabled)
}

pub(super) fn is_delete_marker(version: &ObjectVersion<'_>, event: Event) -> bool {
    version.delete_marker.is_some() || event.creates_delete_marker()
}
