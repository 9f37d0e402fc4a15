//! The elements of a rule that some stores honour, some ignore and some refuse.

use crate::dialect::{
    AndReading, Dialect, ElementReading, EmptyTagValue, ExclusionReading, Question, RulePrefix,
    StorageClassEffect, TagReading, UnknownElements, VersionDeletes, ZoneReading,
};
use crate::model::{DestinationDraft, FilterDraft, RuleDraft, Tag};
use crate::path::FieldPath;

/// An element that is written in a rule.
pub(in crate::lint) struct StoreElement {
    pub(in crate::lint) path: FieldPath,
    pub(in crate::lint) name: &'static str,
    /// The question about which the store's answer is the reading.
    pub(in crate::lint) question: Question,
}

/// Returns the elements outside the filter of a rule that the store of the dialect reads so.
pub(in crate::lint) fn settings(
    dialect: &Dialect,
    reading: ElementReading,
    at: usize,
    rule: &RuleDraft,
) -> Vec<StoreElement> {
    let class = match dialect.storage_class_effect() {
        StorageClassEffect::Applied => ElementReading::Honoured,
        StorageClassEffect::Ignored => ElementReading::Ignored,
    };
    // A store that refuses what it does not know has another refusal: that of unknown elements.
    let ignores_deletes = dialect.version_deletes() == VersionDeletes::Never
        && dialect.unknown_elements() == UnknownElements::Ignored;
    let has_ignored_deletes = ignores_deletes && rule.delete_replication.is_some();
    let selection = rule.source_selection_criteria.unwrap_or_default();
    let nothing = DestinationDraft::default();
    let destination = rule.destination.as_ref().unwrap_or(&nothing);
    let written = [
        (selection.sse_kms_encrypted_objects.is_some(), SSE_KMS, dialect.kms_elements()),
        (
            selection.replica_modifications.is_some(),
            REPLICA_MODIFICATIONS,
            dialect.replica_modifications_element(),
        ),
        (rule.priority.is_some(), PRIORITY, dialect.priority_element()),
        (has_ignored_deletes, DELETE_REPLICATION, ElementReading::Ignored),
        (destination.encryption_configuration.is_some(), ENCRYPTION, dialect.kms_elements()),
        (
            destination.access_control_translation.is_some(),
            OWNER_OVERRIDE,
            dialect.owner_override_element(),
        ),
        (destination.account.is_some(), ACCOUNT, dialect.account_element()),
        (destination.replication_time.is_some(), TIME_CONTROL, dialect.time_control_elements()),
        (destination.metrics.is_some(), METRICS, dialect.time_control_elements()),
        (destination.storage_class.is_some(), STORAGE_CLASS, class),
    ];
    let read_so =
        written.into_iter().filter(|(is_written, _, found)| *is_written && *found == reading);
    let element = |(parent, name, question): (Option<&'static str>, &'static str, Question)| {
        let rule = FieldPath::rule(at);
        let path = parent.map_or(rule.clone(), |parent| rule.field(parent)).field(name);
        StoreElement { path, name, question }
    };
    let mut elements: Vec<StoreElement> = read_so.map(|(_, place, _)| element(place)).collect();
    // A store that refuses zones has a refusal of its own for them.
    let ignores_zones = dialect.zone_elements() == ZoneReading::Ignored;
    if ignores_zones && reading == ElementReading::Ignored {
        elements.extend(zones(at, rule));
    }
    elements
}

/// Returns the elements with the zones that a rule names.
pub(in crate::lint) fn zones(at: usize, rule: &RuleDraft) -> Vec<StoreElement> {
    let question = Question::ZoneElements;
    let zones = rule.zones();
    let path = FieldPath::rule(at);
    let mut written = Vec::new();
    if !zones.source.is_empty() {
        written.push(StoreElement { path: path.clone().field("Source"), name: "Source", question });
    }
    if !zones.destination.is_empty() {
        let path = path.field("Destination").field("Zone");
        written.push(StoreElement { path, name: "Zone", question });
    }
    written
}

/// The element around an element of a rule, its name, and the question about it.
type Place = (Option<&'static str>, &'static str, Question);

const SELECTION: Option<&str> = Some("SourceSelectionCriteria");
const DESTINATION: Option<&str> = Some("Destination");
const SSE_KMS: Place = (SELECTION, "SseKmsEncryptedObjects", Question::KmsElements);
const REPLICA_MODIFICATIONS: Place =
    (SELECTION, "ReplicaModifications", Question::ReplicaModificationsElement);
const PRIORITY: Place = (None, "Priority", Question::PriorityElement);
const DELETE_REPLICATION: Place = (None, "DeleteReplication", Question::VersionDeletes);
const ENCRYPTION: Place = (DESTINATION, "EncryptionConfiguration", Question::KmsElements);
const OWNER_OVERRIDE: Place =
    (DESTINATION, "AccessControlTranslation", Question::OwnerOverrideElement);
const ACCOUNT: Place = (DESTINATION, "Account", Question::AccountElement);
const TIME_CONTROL: Place = (DESTINATION, "ReplicationTime", Question::TimeControlElements);
const METRICS: Place = (DESTINATION, "Metrics", Question::TimeControlElements);
const STORAGE_CLASS: Place = (DESTINATION, "StorageClass", Question::StorageClassEffect);

/// Returns the outermost parts of the filter of a rule that the store of the dialect ignores.
pub(in crate::lint) fn ignored_filter_parts(
    dialect: &Dialect,
    at: usize,
    rule: &RuleDraft,
) -> Vec<StoreElement> {
    let mut ignored = Vec::new();
    let mut add = |path: FieldPath, name, question| {
        ignored.push(StoreElement { path: path.field(name), name, question });
    };
    let has_prefix = rule.prefix.as_ref().is_some_and(|prefix| !prefix.as_str().is_empty());
    if has_prefix && dialect.rule_prefix() == RulePrefix::Ignored {
        add(FieldPath::rule(at), "Prefix", Question::RulePrefix);
    }
    let nothing = FilterDraft::default();
    let filter = rule.filter.as_ref().unwrap_or(&nothing);
    let in_filter = || FieldPath::rule(at).field("Filter");
    let ignores_tag = |tag: &Tag| question_ignoring(dialect, tag);
    let ignores_exclusions = dialect.exclusions() == ExclusionReading::Ignored;
    if let Some(question) = filter.tag.as_ref().and_then(ignores_tag) {
        add(in_filter(), "Tag", question);
    }
    if filter.not.is_some() && ignores_exclusions {
        add(in_filter(), "Not", Question::Exclusions);
    }
    let Some(and) = &filter.and else { return ignored };
    if dialect.and() == AndReading::Ignored {
        add(in_filter(), "And", Question::And);
        return ignored;
    }
    if let Some(question) = and.tags.iter().find_map(ignores_tag) {
        add(in_filter().field("And"), "Tag", question);
    }
    if and.not.is_some() && ignores_exclusions {
        add(in_filter().field("And"), "Not", Question::Exclusions);
    }
    ignored
}

/// Returns the question whose answer is that the store ignores a tag of a filter.
fn question_ignoring(dialect: &Dialect, tag: &Tag) -> Option<Question> {
    if dialect.tags() == TagReading::Ignored {
        return Some(Question::Tags);
    }
    let is_ignored =
        tag.value().is_empty() && dialect.empty_tag_value() == EmptyTagValue::MatchesEverything;
    is_ignored.then_some(Question::EmptyTagValue)
}
