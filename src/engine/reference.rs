//! The definition of the engine, written to be read, not to be fast.
//!
//! It follows `SEMANTICS.md` clause by clause, looks at every rule for every question, and shares
//! no code with [`Engine`](crate::Engine) beyond the fields of the model, so that a mistake in one
//! does not hide in the other. Tests and fuzzing hold the two equal. Use it to test an
//! implementation of your own.
//!
//! # Examples
//!
//! ```
//! use s3_replication::engine::reference;
//! use s3_replication::model::Event;
//! use s3_replication::{Dialect, ObjectVersion, ReplicationConfiguration};
//!
//! # fn show(configuration: &ReplicationConfiguration) {
//! let version = ObjectVersion::new("Tax/doc1.pdf");
//! let event = Event::ObjectCreatedPut;
//! for (rule, action) in reference::decide(configuration, &Dialect::AWS, &version, event) {
//!     println!("{action} to {}", rule.destination.bucket);
//! }
//! # }
//! ```
//!
//! The functions below come in the order of `SEMANTICS.md`: which rules compete, which of them
//! wins, what the winner does. Each names the clauses that it states. Nothing is shared, remembered
//! or skipped: to check a function, read it beside its clauses.
//!
//! An implementation in another language can be tested against the engine, which is held equal to
//! this module, through the command line: `s3-replication decide` takes one object per line and
//! answers each with one line.

use crate::dialect::{
    DeleteMarkerPrecedence, DeleteMarkerTags, Dialect, KmsVersions, OddTags, OlderObjects,
    OriginReading, PriorityOrder, ReplicaDeleteMarkers, Replicas, SourceSelection, VersionDeletes,
    Winners,
};
use crate::engine::{Action, Reason, Verdict};
use crate::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, OwnerAccess, Ownership,
    ReplicationConfiguration, ReplicationRule, ReplicationStatus, RuleStatus, StorageClass,
};

/// Returns the winning rule of each destination bucket that gets something, sorted by bucket.
///
/// This is the selection of [`explain`] and nothing more, so that there is one definition.
///
/// The second item of a pair is the operation on the bucket, which follows from the event and the
/// version alone.
#[must_use]
pub fn decide<'a>(
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Vec<(&'a ReplicationRule, Action)> {
    let rules = configuration.rules().iter().zip(explain(configuration, dialect, version, event));
    let selected = rules.filter(|(_, verdict)| *verdict == Verdict::Selected);
    let mut decision: Vec<_> = selected.map(|(rule, _)| (rule, action(version, event))).collect();
    decision.sort_by_key(|(rule, _)| rule.destination.bucket.as_str());
    decision
}

/// Returns the verdict on each rule, in document order.
///
/// A rule is compared with every rule for the same bucket, itself included. The time is quadratic
/// in the number of rules.
#[must_use]
pub fn explain<'a>(
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Vec<Verdict<'a>> {
    let rules = configuration.rules();
    let verdict = |rule: &'a ReplicationRule| {
        if let Some(reason) = reason_not_to_compete(rule, dialect, version, event) {
            return Verdict::Rejected(reason);
        }
        let rivals = rules.iter().filter(|other| {
            let is_rival = match dialect.winners() {
                Winners::PerDestination => other.destination.bucket == rule.destination.bucket,
                Winners::OneOverAll => true,
            };
            is_rival && reason_not_to_compete(other, dialect, version, event).is_none()
        });
        let first = rivals.fold(rule, |first, other| {
            if comes_before(other, first, dialect.priority_order()) { other } else { first }
        });
        if first.position != rule.position {
            Verdict::Outranked { by: first }
        } else if let Some(reason) = reason_against_winner(rule, dialect, version, event) {
            Verdict::Rejected(reason)
        } else {
            Verdict::Selected
        }
    };
    rules.iter().map(verdict).collect()
}

/// REP-402, REP-403; where priorities do not decide, the earlier rule comes first.
///
/// Between rules for different buckets the answer has no meaning.
fn comes_before(a: &ReplicationRule, b: &ReplicationRule, order: PriorityOrder) -> bool {
    if a.priority == b.priority {
        return a.position < b.position;
    }
    match order {
        PriorityOrder::DocumentOrder => a.position < b.position,
        PriorityOrder::HigherWins => a.priority > b.priority,
        PriorityOrder::LowerWins => a.priority < b.priority,
    }
}

/// The predicates before the choice of a winner. The dialect moves two of them (REP-405, REP-406)
/// from the winner to every rule.
fn reason_not_to_compete(
    rule: &ReplicationRule,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Option<Reason> {
    reason_of_filter(rule, dialect, version, event)
        .or_else(|| reason_of_event(dialect, version, event))
        .or_else(|| {
            let is_older = changes_metadata(event) && version.replication_status.is_none();
            if is_older && rule.existing_object_replication == Some(RuleStatus::Disabled) {
                Some(Reason::ExistingObject)
            } else {
                None
            }
        })
        .or_else(|| {
            if dialect.source_selection() == SourceSelection::Filters {
                reason_of_source_selection(rule, dialect, version, event)
            } else {
                None
            }
        })
        .or_else(|| {
            let rivals = dialect.delete_marker_precedence();
            if rivals == DeleteMarkerPrecedence::ReplicatingRulesCompete {
                reason_of_deletes(rule, version, event)
            } else {
                None
            }
        })
}

/// REP-301 to REP-304, REP-307, REP-308, REP-407, REP-512.
///
/// The filter and the exclusion are compared byte by byte and tag by tag, without the methods of
/// the model.
fn reason_of_filter(
    rule: &ReplicationRule,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Option<Reason> {
    let prefix = rule.filter.key_prefix().as_str().as_bytes();
    let wanted = rule.filter.tags();
    let mut present: Vec<(&str, &str)> = version.tags.iter().collect();
    let marker = is_delete_marker(version, event);
    let blind = marker && dialect.delete_marker_tags() == DeleteMarkerTags::None;
    let is_odd = |text: &str| text.chars().any(|c| u32::from(c) > 127);
    let odd = present.iter().any(|(key, value)| is_odd(key) || is_odd(value));
    if blind || odd && dialect.odd_tags() == OddTags::MatchNothing {
        present.clear();
    }
    let missing = wanted.iter().filter(|tag| !present.contains(&(tag.key(), tag.value()))).count();
    let enough = if rule.filter.requires_any_tag() { missing < wanted.len() } else { missing == 0 };
    let excluded_prefixes = rule.filter.exclusion().prefixes();
    let mut excluded_prefixes = excluded_prefixes.iter().map(|prefix| prefix.as_str().as_bytes());
    let excluded_tags = rule.filter.exclusion().tags();
    let next_prefix = rule.filter.keys_before();
    if rule.status == RuleStatus::Disabled {
        Some(Reason::RuleDisabled)
    } else if rule.is_for_other_zones() {
        Some(Reason::OtherZones)
    } else if version.key.get(..prefix.len()) != Some(prefix) {
        Some(Reason::PrefixDiffers)
    } else if excluded_prefixes.any(|prefix| version.key.get(..prefix.len()) == Some(prefix)) {
        Some(Reason::KeyExcluded)
    } else if next_prefix.is_some_and(|next| next.as_str().as_bytes() <= version.key) {
        Some(Reason::KeyNotCompared)
    } else if blind && !wanted.is_empty()
        || marker && !enough && odd && dialect.odd_tags() == OddTags::MatchNothing
    {
        Some(Reason::DeleteMarkerHasNoTags)
    } else if !enough {
        Some(Reason::TagsDiffer)
    } else if excluded_tags.iter().any(|tag| present.contains(&(tag.key(), tag.value()))) {
        Some(Reason::TagsExcluded)
    } else {
        None
    }
}

/// REP-502, REP-503, REP-506, REP-507, REP-509, REP-513, REP-514, REP-520, REP-522, REP-524, REP-525.
///
/// The reasons that no configuration changes. `BatchReplication` is the only event that is not
/// live.
fn reason_of_event(dialect: &Dialect, version: &ObjectVersion<'_>, event: Event) -> Option<Reason> {
    use Event::{
        BatchReplication, IntelligentTiering, LifecycleExpirationDelete,
        LifecycleExpirationDeleteMarkerCreated, LifecycleTransition, ObjectAclPut,
        ObjectAnnotationDelete, ObjectCreatedCopy, ObjectRemovedDelete, ObjectRestoreCompleted,
    };
    let live = event != BatchReplication;
    let replica = version.replication_status == Some(ReplicationStatus::Replica);
    let marker = is_delete_marker(version, event);
    let chains = dialect.replicas() == Replicas::Replicated
        || marker && dialect.replica_delete_markers() != ReplicaDeleteMarkers::NotReplicated;
    let untaken = version.replication_status.is_none();
    // The order of the arms is that of the reasons: what no version can have comes before what this
    // version has.
    match event {
        ObjectRemovedDelete => {
            let never = dialect.version_deletes() == VersionDeletes::Never;
            return if never { Some(Reason::VersionDelete) } else { None };
        }
        LifecycleExpirationDeleteMarkerCreated
        | LifecycleExpirationDelete
        | LifecycleTransition
        | IntelligentTiering
        | ObjectRestoreCompleted => return Some(Reason::LifecycleAction),
        ObjectAnnotationDelete => return Some(Reason::AnnotationDelete),
        _ if changes_metadata(event) && marker => {
            return Some(Reason::DeleteMarkerHasNoMetadata);
        }
        ObjectAclPut if version.acls_disabled => return Some(Reason::AclsDisabled),
        _ if changes_metadata(event) && !untaken => return None,
        _ if changes_metadata(event) && dialect.older_objects() == OlderObjects::BatchOnly => {
            return Some(Reason::ExistingObject);
        }
        _ if live && replica && !chains => return Some(Reason::Replica),
        ObjectCreatedCopy if dialect.copies() == OriginReading::NotReplicated => {
            return Some(Reason::Copied);
        }
        _ => {}
    }
    let customer_key = version.encryption == EncryptionStatus::SseC;
    if marker {
        let by_lifecycle = version.delete_marker == Some(DeleteMarkerOrigin::Lifecycle);
        if by_lifecycle { Some(Reason::LifecycleAction) } else { None }
    } else if version.owner_access == OwnerAccess::Unreadable && !version.acls_disabled {
        Some(Reason::OwnerCannotRead)
    } else if is_archived(version) {
        Some(Reason::Archived)
    } else if customer_key && dialect.customer_key_versions() == OriginReading::NotReplicated {
        Some(Reason::CustomerKey)
    } else if is_of_other_service(version) {
        Some(Reason::OtherService)
    } else {
        None
    }
}

/// REP-504, REP-517.
fn reason_of_source_selection(
    rule: &ReplicationRule,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Option<Reason> {
    let replica = version.replication_status == Some(ReplicationStatus::Replica);
    let under_kms =
        matches!(version.encryption, EncryptionStatus::SseKms | EncryptionStatus::DsseKms);
    let kms_selected = dialect.kms_versions() == KmsVersions::Always
        || matches!(&rule.kms, Some(kms) if kms.status == RuleStatus::Enabled);
    let deletes = [Event::ObjectRemovedDeleteMarkerCreated, Event::ObjectRemovedDelete];
    let gated_deletes =
        dialect.replica_delete_markers() == ReplicaDeleteMarkers::ByReplicaModifications;
    let gated = changes_metadata(event) || gated_deletes && deletes.contains(&event);
    if gated && replica && rule.replica_modifications != Some(RuleStatus::Enabled) {
        Some(Reason::ReplicaModificationsDisabled)
    } else if is_delete_marker(version, event) || event == Event::ObjectRemovedDelete {
        None
    } else if under_kms && !kms_selected {
        Some(Reason::KmsNotSelected)
    } else {
        None
    }
}

/// REP-510, REP-511, REP-1122.
fn reason_of_deletes(
    rule: &ReplicationRule,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Option<Reason> {
    if event == Event::ObjectRemovedDelete {
        let deleted = rule.delete_replication == Some(RuleStatus::Enabled);
        return if deleted { None } else { Some(Reason::VersionDeletesDisabled) };
    }
    let left_behind = rule.delete_marker_replication == Some(RuleStatus::Disabled);
    if is_delete_marker(version, event) && left_behind {
        Some(Reason::DeleteMarkersDisabled)
    } else {
        None
    }
}

/// The settings of the winner (REP-404): REP-405, REP-406, REP-516, REP-621.
fn reason_against_winner(
    rule: &ReplicationRule,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Option<Reason> {
    let overridden = !matches!(rule.destination.ownership, Ownership::Source { .. });
    reason_of_source_selection(rule, dialect, version, event)
        .or_else(|| reason_of_deletes(rule, version, event))
        .or(if event == Event::ObjectAclPut && overridden {
            Some(Reason::OwnerOverride)
        } else {
            None
        })
}

/// The action where no reason forbids it (REP-515 for changes of metadata).
///
/// A change of the metadata of a delete marker does not come this far.
fn action(version: &ObjectVersion<'_>, event: Event) -> Action {
    if event == Event::ObjectRemovedDelete {
        Action::ReplicateVersionDelete
    } else if changes_metadata(event) && version.replication_status.is_some() {
        Action::ReplicateMetadata
    } else if is_delete_marker(version, event) {
        Action::ReplicateDeleteMarker
    } else {
        Action::ReplicateObject
    }
}

/// The seven events after which S3 changes a replica instead of writing one (REP-515, REP-523).
fn changes_metadata(event: Event) -> bool {
    use Event::{
        ObjectAclPut, ObjectAnnotationPut, ObjectEventHoldPut, ObjectLegalHoldPut,
        ObjectRetentionPut, ObjectTaggingDelete, ObjectTaggingPut,
    };
    let events = [
        ObjectTaggingPut,
        ObjectTaggingDelete,
        ObjectAclPut,
        ObjectRetentionPut,
        ObjectLegalHoldPut,
        ObjectEventHoldPut,
        ObjectAnnotationPut,
    ];
    events.contains(&event)
}

/// The version is one, or the event creates one.
fn is_delete_marker(version: &ObjectVersion<'_>, event: Event) -> bool {
    version.delete_marker.is_some()
        || event == Event::ObjectRemovedDeleteMarkerCreated
        || event == Event::LifecycleExpirationDeleteMarkerCreated
}

/// The archive classes and tiers (REP-506, REP-507). `GLACIER_IR` can be read at any time and is
/// not among them.
fn is_archived(version: &ObjectVersion<'_>) -> bool {
    let class =
        [StorageClass::GLACIER, StorageClass::DEEP_ARCHIVE].contains(&version.storage_class);
    let tier = version.access_tier.map(AccessTier::as_str);
    class || tier == Some("ARCHIVE") || tier == Some("DEEP_ARCHIVE")
}

/// The storage classes and encryptions of FSx and AWS Backup (REP-522). Either shows that the
/// version is in no bucket that replicates.
fn is_of_other_service(version: &ObjectVersion<'_>) -> bool {
    let class = version.storage_class.as_str();
    class.starts_with("FSX_")
        || class.starts_with("AWS_BACKUP_")
        || ["aws:fsx", "aws:backup"].contains(&version.encryption.as_str())
}
