//! The meaning that a store gives to what is written: ignored elements, and those that are missing.

use crate::dialect::{
    AndReading, DeleteMarkers, Dialect, ElementReading, EmptyTagValue, ExclusionReading,
    MissingDeleteMarkerReplication, MissingFilter, MissingPriority, MissingReplicaModifications,
    RulePrefix, SchemaVersions, StorageClassEffect, TagReading, VersionDeletes,
};
use crate::model::{
    AndDraft, ConfigurationDraft, DestinationDraft, FilterDraft, Priority,
    ReplicationConfiguration, RuleDraft, RuleStatus, SourceSelectionDraft, Tag,
};

impl Dialect {
    /// Returns the configuration that the store makes of a draft that passed its checks; `None` when
    /// a required part is missing, which no such draft is.
    pub(crate) fn configuration_of(
        &self,
        draft: ConfigurationDraft,
    ) -> Option<ReplicationConfiguration> {
        if self.reads_as_written() {
            return ReplicationConfiguration::from_validated(draft);
        }
        let mut meant = self.without_ignored(draft.clone());
        for rule in &mut meant.rules {
            self.read_rule(rule);
        }
        let changed = meant != draft;
        let mut configuration = ReplicationConfiguration::from_validated(meant)?;
        if self.tags() == TagReading::Any {
            configuration = configuration.matching_any_tag();
        }
        Some(if changed { configuration.written_as(draft) } else { configuration })
    }

    /// Returns true when the store reads every element, and none is missing.
    fn reads_as_written(&self) -> bool {
        const AWS: Dialect = Dialect::AWS;
        self.tags() == AWS.tags()
            && self.empty_tag_value() == AWS.empty_tag_value()
            && self.rule_prefix() == AWS.rule_prefix()
            && self.schema_versions() == AWS.schema_versions()
            && self.missing_filter() == AWS.missing_filter()
            && self.exclusions() != ExclusionReading::Ignored
            && self.elements() == AWS.elements()
            && self.missing_priority() == AWS.missing_priority()
            && self.delete_markers() == AWS.delete_markers()
            && self.missing_delete_marker_replication() == AWS.missing_delete_marker_replication()
            && self.missing_replica_modifications() == AWS.missing_replica_modifications()
            && self.storage_class_effect() == AWS.storage_class_effect()
            && self.version_deletes() == AWS.version_deletes()
    }

    const fn elements(&self) -> [ElementReading; 6] {
        [
            self.kms_elements(),
            self.replica_modifications_element(),
            self.owner_override_element(),
            self.account_element(),
            self.time_control_elements(),
            self.priority_element(),
        ]
    }

    /// Returns a draft without the elements that the store ignores.
    pub(crate) fn without_ignored(&self, mut draft: ConfigurationDraft) -> ConfigurationDraft {
        for rule in &mut draft.rules {
            self.ignore_in_rule(rule);
        }
        draft
    }

    /// Returns true when the store ignores some elements.
    pub(crate) fn ignores_elements(&self) -> bool {
        self.elements().contains(&ElementReading::Ignored)
            || self.exclusions() == ExclusionReading::Ignored
            || self.tags() == TagReading::Ignored
            || self.and() == AndReading::Ignored
            || self.rule_prefix() == RulePrefix::Ignored
            || self.schema_versions() == SchemaVersions::One
    }

    fn ignore_in_rule(&self, rule: &mut RuleDraft) {
        if self.rule_prefix() == RulePrefix::Ignored {
            rule.prefix = None;
        } else if self.schema_versions() == SchemaVersions::One
            && self.rule_prefix() == RulePrefix::Honoured
            && let Some(prefix) = rule.prefix.take()
        {
            let from_prefix = FilterDraft { prefix: Some(prefix), ..FilterDraft::default() };
            rule.filter.get_or_insert(from_prefix);
        }
        if let Some(filter) = &mut rule.filter {
            self.ignore_in_filter(filter);
        }
        if self.priority_element() == ElementReading::Ignored {
            rule.priority = None;
        }
        self.ignore_in_source_selection(rule);
        if let Some(destination) = &mut rule.destination {
            self.ignore_in_destination(destination);
        }
    }

    fn ignore_in_filter(&self, filter: &mut FilterDraft) {
        if self.and() == AndReading::Ignored {
            filter.and = None;
        }
        let written = filter.and.clone();
        if self.exclusions() == ExclusionReading::Ignored {
            filter.not = None;
            if let Some(and) = &mut filter.and {
                and.not = None;
            }
        }
        if self.tags() == TagReading::Ignored {
            filter.tag = None;
            if let Some(and) = &mut filter.and {
                and.tags.clear();
            }
        }
        // Nothing is left of an operator whose children are all ignored.
        let is_emptied = filter.and != written && filter.and == Some(AndDraft::default());
        filter.and.take_if(|_| is_emptied);
    }

    fn ignore_in_source_selection(&self, rule: &mut RuleDraft) {
        let Some(selection) = &mut rule.source_selection_criteria else { return };
        if self.kms_elements() == ElementReading::Ignored {
            selection.sse_kms_encrypted_objects = None;
        }
        if self.replica_modifications_element() == ElementReading::Ignored {
            selection.replica_modifications = None;
        }
        let is_empty = *selection == SourceSelectionDraft::default();
        // An empty element is a mistake only where the store reads what could be in it.
        if is_empty && self.kms_elements() != ElementReading::Honoured {
            rule.source_selection_criteria = None;
        }
    }

    fn ignore_in_destination(&self, destination: &mut DestinationDraft) {
        if self.kms_elements() == ElementReading::Ignored {
            destination.encryption_configuration = None;
        }
        if self.owner_override_element() == ElementReading::Ignored {
            destination.access_control_translation = None;
        }
        if self.account_element() == ElementReading::Ignored {
            destination.account = None;
        }
        if self.time_control_elements() == ElementReading::Ignored {
            destination.replication_time = None;
            destination.metrics = None;
        }
    }

    fn read_rule(&self, rule: &mut RuleDraft) {
        if rule.prefix.is_none() && self.missing_filter() == MissingFilter::EveryKey {
            rule.filter.get_or_insert_default();
        }
        if self.empty_tag_value() == EmptyTagValue::MatchesEverything
            && let Some(filter) = &mut rule.filter
        {
            self.drop_empty_tags(filter);
        }
        self.read_priority(rule);
        self.read_delete_markers(rule);
        if self.version_deletes() == VersionDeletes::Never {
            rule.delete_replication = None;
        }
        if self.missing_replica_modifications() == MissingReplicaModifications::Enabled {
            let selection = rule.source_selection_criteria.get_or_insert_default();
            selection.replica_modifications =
                selection.replica_modifications.or(Some(RuleStatus::Enabled));
        }
        if self.storage_class_effect() == StorageClassEffect::Ignored
            && let Some(destination) = &mut rule.destination
        {
            destination.storage_class = None;
        }
    }

    /// Drops tags with an empty value, which match everything, and with them the others where any of
    /// them is enough.
    fn drop_empty_tags(&self, filter: &mut FilterDraft) {
        let has_empty = filter.tags().any(|tag| tag.value().is_empty());
        let drops_all = has_empty && self.tags() == TagReading::Any;
        let is_dropped = |tag: &Tag| drops_all || tag.value().is_empty();
        filter.tag.take_if(|tag| is_dropped(tag));
        if let Some(and) = &mut filter.and {
            and.tags.retain(|tag| !is_dropped(tag));
        }
    }

    fn read_priority(&self, rule: &mut RuleDraft) {
        if self.priority_element() == ElementReading::Honoured
            && rule.priority.is_none()
            && self.missing_priority() == MissingPriority::Zero
        {
            rule.priority = Some(Priority::MIN);
        }
    }

    fn read_delete_markers(&self, rule: &mut RuleDraft) {
        use RuleStatus::{Disabled, Enabled};
        let status = &mut rule.delete_marker_replication;
        match self.delete_markers() {
            DeleteMarkers::Always => *status = Some(Enabled),
            DeleteMarkers::Never => *status = Some(Disabled),
            DeleteMarkers::ByElement => match self.missing_delete_marker_replication() {
                MissingDeleteMarkerReplication::Disabled => *status = status.or(Some(Disabled)),
                MissingDeleteMarkerReplication::Enabled => *status = status.or(Some(Enabled)),
                MissingDeleteMarkerReplication::ByVersion
                | MissingDeleteMarkerReplication::Refused => {}
            },
        }
    }
}
