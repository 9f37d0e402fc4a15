//! The elements that hold others.

use crate::document::Element;
use crate::form::decode::Decoder;
use crate::form::decode::fields::Fields;
use crate::form::path_stack::PathStack;
use crate::form::schema::CONFIGURATION;
use crate::model::{
    AndDraft, ConfigurationDraft, DestinationDraft, EncryptionDraft, FilterDraft, MetricsDraft,
    OwnerOverride, ReplicationTimeDraft, ReplicationTimeValueDraft, RuleDraft, RuleStatus,
    SourceSelectionDraft,
};

/// The most rules that are read: ten times as many as S3 takes, so that a document with a few too
/// many is reported whole, and one with a million of them does not become a million findings.
const RULES_READ: usize = 10_000;

impl Decoder<'_> {
    pub(super) fn configuration(&mut self, root: Element<'_, '_>) -> ConfigurationDraft {
        let at = PathStack::ROOT;
        let fields = self.fields(root, &at, CONFIGURATION);
        let mut draft = ConfigurationDraft { role: self.role(&fields, &at), rules: Vec::new() };
        let Some((row, _)) = fields.get("Rule") else { return draft };
        for (index, rule) in fields.all("Rule").take(RULES_READ).enumerate() {
            let list = at.field("Rule");
            let at = list.index(index);
            let fields = self.fields(rule, &at, row.fields());
            draft.rules.push(self.rule(&fields, &at));
        }
        draft
    }

    /// Decodes a rule with nothing around it; its path is that of a first rule.
    pub(super) fn rule_alone(&mut self, element: Element<'_, '_>) -> RuleDraft {
        let list = PathStack::ROOT.field("Rule");
        let at = list.index(0);
        let Some(row) = CONFIGURATION.iter().find(|row| row.name == "Rule") else {
            return RuleDraft::default();
        };
        let fields = self.fields(element, &at, row.fields());
        self.rule(&fields, &at)
    }

    /// Decodes a field that holds others.
    fn inside<T>(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
        decode: impl FnOnce(&mut Self, &Fields<'_, '_>, &PathStack<'_>) -> T,
    ) -> Option<T> {
        let (row, element) = fields.get(name)?;
        let at = at.field(name);
        let fields = self.fields(element, &at, row.fields());
        Some(decode(self, &fields, &at))
    }

    /// Decodes a field that holds a `Status` and nothing else.
    fn switch(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
    ) -> Option<RuleStatus> {
        self.inside(fields, name, at, |this, fields, at| this.word(fields, "Status", at))?
    }

    fn rule(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> RuleDraft {
        RuleDraft {
            id: self.rule_id(fields, at),
            priority: self.priority(fields, at),
            prefix: self.prefix(fields, at),
            filter: self.inside(fields, "Filter", at, Self::filter),
            status: self.word(fields, "Status", at),
            source_selection_criteria: self.inside(
                fields,
                "SourceSelectionCriteria",
                at,
                Self::source_selection,
            ),
            existing_object_replication: self.switch(fields, "ExistingObjectReplication", at),
            delete_marker_replication: self.switch(fields, "DeleteMarkerReplication", at),
            destination: self.inside(fields, "Destination", at, Self::destination),
        }
    }

    fn filter(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> FilterDraft {
        FilterDraft {
            prefix: self.prefix(fields, at),
            tag: self.inside(fields, "Tag", at, Self::tag).flatten(),
            and: self.inside(fields, "And", at, Self::and),
        }
    }

    fn and(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> AndDraft {
        let mut and = AndDraft { prefix: self.prefix(fields, at), tags: Vec::new() };
        let Some((row, _)) = fields.get("Tag") else { return and };
        for (index, tag) in fields.all("Tag").enumerate() {
            let list = at.field("Tag");
            let at = list.index(index);
            let fields = self.fields(tag, &at, row.fields());
            and.tags.extend(self.tag(&fields, &at));
        }
        and
    }

    fn source_selection(
        &mut self,
        fields: &Fields<'_, '_>,
        at: &PathStack<'_>,
    ) -> SourceSelectionDraft {
        SourceSelectionDraft {
            sse_kms_encrypted_objects: self.switch(fields, "SseKmsEncryptedObjects", at),
            replica_modifications: self.switch(fields, "ReplicaModifications", at),
        }
    }

    fn destination(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> DestinationDraft {
        DestinationDraft {
            bucket: self.bucket(fields, at),
            account: self.account(fields, at),
            storage_class: self.storage_class(fields, at),
            access_control_translation: self
                .inside(fields, "AccessControlTranslation", at, Self::owner)
                .flatten(),
            encryption_configuration: self.inside(
                fields,
                "EncryptionConfiguration",
                at,
                |this, fields, at| EncryptionDraft {
                    replica_kms_key_id: this.replica_key(fields, at),
                },
            ),
            replication_time: self.inside(fields, "ReplicationTime", at, |this, fields, at| {
                ReplicationTimeDraft {
                    status: this.word(fields, "Status", at),
                    time: this.time_value(fields, "Time", at),
                }
            }),
            metrics: self.inside(fields, "Metrics", at, |this, fields, at| MetricsDraft {
                status: this.word(fields, "Status", at),
                event_threshold: this.time_value(fields, "EventThreshold", at),
            }),
        }
    }

    fn owner(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) -> Option<OwnerOverride> {
        self.word(fields, "Owner", at)
    }

    fn time_value(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
        at: &PathStack<'_>,
    ) -> Option<ReplicationTimeValueDraft> {
        self.inside(fields, name, at, |this, fields, at| ReplicationTimeValueDraft {
            minutes: this.minutes(fields, at),
        })
    }
}
