//! The meaning that a store gives to what is written: ignored elements, and those that are missing.
//!
//! Checks and decisions work on a configuration as the store understands it. That is made in two
//! steps, both on the draft, before rules are validated types:
//!
//! ```text
//! written:    <Prefix>logs/</Prefix>, no Filter, no Priority      read by minio
//! ignored:    no Prefix, no Filter, no Priority                   `Prefix` of a rule is ignored
//! filled in:  Filter for every key, Priority 0                    as the store does
//! ```
//!
//! The lints that refuse documents see the draft after the first step: a store neither refuses what
//! it ignores nor accepts a missing element because this crate filled it in. Decisions use the
//! result of both. The document as it was written is kept with the configuration, so that nothing
//! is lost when it is written again.
//!
//! Elements that a store refuses are not touched here: such a document never becomes a
//! configuration.

use crate::dialect::{
    AndReading, DeleteMarkers, Dialect, ElementReading, EmptyTagValue, ExclusionReading,
    MissingDeleteMarkerReplication, MissingFilter, MissingPriority, MissingReplicaModifications,
    PrefixSearch, RulePrefix, SchemaVersions, StorageClassEffect, TagReading, VersionDeletes,
    ZoneReading,
};
use crate::model::{
    AndDraft, ConfigurationDraft, DestinationDraft, FilterDraft, Priority,
    ReplicationConfiguration, RuleDraft, RuleStatus, SourceSelectionDraft, Tag,
};

impl Dialect {
    /// Returns the configuration that the store makes of a draft that passed its checks; `None` when
    /// a required part is missing, which no such draft is.
    ///
    /// ```text
    /// aws, any draft                         as it is written
    /// minio, nothing ignored or missing      the same
    /// minio, ignored elements                as the store reads it, and the draft next to it
    /// ```
    pub(crate) fn configuration_of(
        &self,
        draft: ConfigurationDraft,
    ) -> Option<ReplicationConfiguration> {
        let Some(meant) = self.other_meaning(&draft) else {
            return ReplicationConfiguration::from_validated(draft);
        };
        let changed = meant != draft;
        let mut configuration = ReplicationConfiguration::from_validated(meant)?;
        // No draft can state what follows, so the filters are changed after validation.
        if self.tags() == TagReading::Any {
            configuration = configuration.matching_any_tag();
        }
        if self.prefix_search() == PrefixSearch::LastBeforeKey {
            configuration = configuration.with_last_prefix_only();
        }
        Some(if changed { configuration.written_as(draft) } else { configuration })
    }

    /// Returns true when both stores make the same configuration of a draft that both accept.
    ///
    /// False may be wrong, and costs the caller a comparison.
    pub(crate) fn reads_like(&self, other: &Self, draft: &ConfigurationDraft) -> bool {
        let may_read_alike =
            self.tags() == other.tags() && self.prefix_search() == other.prefix_search();
        let is_meant_alike = || {
            let (own, others) = (self.other_meaning(draft), other.other_meaning(draft));
            own.as_ref().unwrap_or(draft) == others.as_ref().unwrap_or(draft)
        };
        self.readings() == other.readings() || (may_read_alike && is_meant_alike())
    }

    /// Returns true when the store reads every element, and none is missing: as AWS, whose reading
    /// is the one that [`ReplicationConfiguration::from_validated`] has.
    fn reads_as_written(&self, draft: &ConfigurationDraft) -> bool {
        // AWS refuses the element, but without that answer it has no effect.
        let has_deletes = || draft.rules.iter().any(|rule| rule.delete_replication.is_some());
        self.readings() == Self::AWS.readings() && !has_deletes()
    }

    /// Returns the answers on which the meaning of a draft depends.
    ///
    /// A question that changes what is read belongs in this list. Answers that only refuse do not,
    /// and where they count nevertheless, a caller compares more than it has to.
    fn readings(&self) -> impl PartialEq {
        let ignores = self.elements().map(|reading| reading == ElementReading::Ignored);
        let of_operators = (
            self.and() == AndReading::Ignored,
            self.exclusions() == ExclusionReading::Ignored,
            self.zone_elements() == ZoneReading::Ignored,
        );
        let of_filters = (
            self.tags(),
            self.prefix_search(),
            self.empty_tag_value(),
            self.rule_prefix(),
            self.schema_versions(),
            self.missing_filter(),
        );
        let of_rules = (
            self.missing_priority(),
            self.delete_markers(),
            self.missing_delete_marker_replication(),
            self.missing_replica_modifications(),
            self.storage_class_effect(),
            self.version_deletes(),
        );
        let of_absent = (self.kms_elements(), self.priority_element());
        (ignores, of_absent, of_operators, of_filters, of_rules)
    }

    /// Returns the readings of the elements that a store honours, refuses or ignores as a whole.
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

    /// Returns a draft without what the store ignores, and with what it assumes; `None` where the
    /// store reads it as it is written.
    fn other_meaning(&self, draft: &ConfigurationDraft) -> Option<ConfigurationDraft> {
        // The usual path. It makes no copy of the draft.
        if self.reads_as_written(draft) {
            return None;
        }
        let mut meant = self.without_ignored(draft.clone());
        for rule in &mut meant.rules {
            self.read_rule(rule);
        }
        Some(meant)
    }

    /// Returns a draft without the elements that the store ignores.
    ///
    /// It fills in nothing, so an absent element is still absent for the checks.
    pub(crate) fn without_ignored(&self, mut draft: ConfigurationDraft) -> ConfigurationDraft {
        for rule in &mut draft.rules {
            self.ignore_in_rule(rule);
        }
        draft
    }

    /// Returns true when the store ignores some elements.
    ///
    /// If not, checks read the draft itself and spare the copy. `SchemaVersions::One` counts,
    /// because it moves `Prefix` of a rule.
    pub(crate) fn ignores_elements(&self) -> bool {
        self.elements().contains(&ElementReading::Ignored)
            || self.exclusions() == ExclusionReading::Ignored
            || self.tags() == TagReading::Ignored
            || self.and() == AndReading::Ignored
            || self.rule_prefix() == RulePrefix::Ignored
            || self.schema_versions() == SchemaVersions::One
            || self.zone_elements() == ZoneReading::Ignored
    }

    /// Removes from a rule what the store ignores.
    fn ignore_in_rule(&self, rule: &mut RuleDraft) {
        if self.rule_prefix() == RulePrefix::Ignored {
            rule.prefix = None;
        // `Prefix` of the rule is another way to write that of the filter; a `Filter` next to it
        // counts alone.
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
        if self.zone_elements() == ZoneReading::Ignored {
            rule.source_zones.clear();
        }
        if let Some(destination) = &mut rule.destination {
            self.ignore_in_destination(destination);
        }
    }

    /// Removes from a filter what the store ignores.
    ///
    /// ```text
    /// ceph     And(Prefix a/, Not)       And(Prefix a/)
    /// zenko    And(Prefix a/, Tag)       nothing: `And` is ignored as a whole
    /// zenko    Tag                       nothing, so the rule takes every key
    /// ```
    fn ignore_in_filter(&self, filter: &mut FilterDraft) {
        if self.and() == AndReading::Ignored {
            filter.and = None;
        }
        // An `And` that was written empty stays, because some stores refuse it.
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

    /// Removes from the criteria what the store ignores.
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

    /// Removes from a destination what the store ignores. Bucket and storage class always stay: a
    /// class without an effect is still compared with the accepted ones.
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
        if self.zone_elements() == ZoneReading::Ignored {
            destination.zones.clear();
        }
    }

    /// Fills in what the store assumes for absent elements, and removes what has no effect.
    ///
    /// It comes after checks, so a storage class that the store refuses has been refused, although
    /// it would have had no effect.
    fn read_rule(&self, rule: &mut RuleDraft) {
        // An empty filter takes every key.
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
        // An extension of other stores, which has no effect where it is not refused.
        if self.version_deletes() == VersionDeletes::Never {
            rule.delete_replication = None;
        }
        // A `SourceSelectionCriteria` for KMS only lacks the element too, so it is completed.
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
    ///
    /// ```text
    /// all tags    a="" and b=1     b=1, because a="" holds for every object
    /// any tag     a="" or b=1      no tags, because a="" is enough
    /// ```
    fn drop_empty_tags(&self, filter: &mut FilterDraft) {
        let has_empty = filter.tags().any(|tag| tag.value().is_empty());
        let drops_all = has_empty && self.tags() == TagReading::Any;
        let is_dropped = |tag: &Tag| drops_all || tag.value().is_empty();
        filter.tag.take_if(|tag| is_dropped(tag));
        if let Some(and) = &mut filter.and {
            and.tags.retain(|tag| !is_dropped(tag));
        }
    }

    /// Sets the priority 0 where the store does so. A store that ignores priorities gets none.
    fn read_priority(&self, rule: &mut RuleDraft) {
        if self.priority_element() == ElementReading::Honoured
            && rule.priority.is_none()
            && self.missing_priority() == MissingPriority::Zero
        {
            rule.priority = Some(Priority::MIN);
        }
    }

    /// Sets the status for delete markers to the one that has an effect.
    fn read_delete_markers(&self, rule: &mut RuleDraft) {
        use RuleStatus::{Disabled, Enabled};
        let status = &mut rule.delete_marker_replication;
        match self.delete_markers() {
            // Whatever is written, as the element has no effect there.
            DeleteMarkers::Always => *status = Some(Enabled),
            DeleteMarkers::Never => *status = Some(Disabled),
            DeleteMarkers::ByElement => match self.missing_delete_marker_replication() {
                MissingDeleteMarkerReplication::Disabled => *status = status.or(Some(Disabled)),
                MissingDeleteMarkerReplication::Enabled => *status = status.or(Some(Enabled)),
                // Validation knows the version, and decides. Where the element is required, it is
                // present by now.
                MissingDeleteMarkerReplication::ByVersion
                | MissingDeleteMarkerReplication::Refused => {}
            },
        }
    }
}
