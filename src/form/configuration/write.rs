//! From a draft to text, in the canonical layout: elements in the order of the API reference, and
//! nothing that was absent.

use serde_json::{Map, Value};

use crate::form::Form;
use crate::form::configuration::EXTENDED;
use crate::form::writer::{Members, write_value};
use crate::model::{
    Account, BucketArn, ConfigurationDraft, DestinationDraft, FilterDraft, Minutes, NotDraft,
    Prefix, Priority, ReplicationConfiguration, ReplicationTimeValueDraft, RuleDraft, RuleId,
    RuleStatus, StorageClass, Tag, ZoneName,
};

impl ConfigurationDraft {
    /// Writes the draft, right or wrong, in a form; nothing is added and nothing left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::form::Form;
    /// use s3_replication::model::ConfigurationDraft;
    ///
    /// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?);
    /// assert!(draft.to_text(Form::CliJson).contains(r#""Role": "arn:aws:iam::123456789012:role/r""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        write_value(&configuration(self), form, &EXTENDED)
    }
}

impl ReplicationConfiguration {
    /// Writes the configuration as S3 XML, which reads back equal.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    ///
    /// let text = r#"<?xml version="1.0" encoding="UTF-8"?>
    /// <ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
    ///   <Role>arn:aws:iam::123456789012:role/r</Role>
    ///   <Rule>
    ///     <Prefix>R&amp;D/</Prefix>
    ///     <Status>Enabled</Status>
    ///     <Destination>
    ///       <Bucket>arn:aws:s3:::backup</Bucket>
    ///     </Destination>
    ///   </Rule>
    /// </ReplicationConfiguration>
    /// "#;
    /// assert_eq!(ReplicationConfiguration::from_xml(text)?.to_xml(), text);
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn to_xml(&self) -> String {
        self.to_draft().to_text(Form::Xml)
    }

    /// Writes the configuration as the JSON of the AWS CLI and SDKs, which reads back equal.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.to_draft().to_text(Form::CliJson)
    }
}

/// Returns the draft as JSON members, which the writer puts in order.
fn configuration(draft: &ConfigurationDraft) -> Value {
    let mut members = Members::default();
    members.put("Role", draft.written_role());
    members.put("Rules", Some(draft.rules.iter().map(rule).collect::<Value>()));
    Value::Object(members.0)
}

/// Returns the members of a rule.
fn rule(rule: &RuleDraft) -> Map<String, Value> {
    let mut members = Members::default();
    members.inside("Source", (!rule.source_zones.is_empty()).then_some(()), |members, ()| {
        zones(members, &rule.source_zones);
    });
    members.put("ID", rule.id.as_ref().map(RuleId::as_str));
    members.put("Priority", rule.priority.map(Priority::get));
    members.put("Prefix", rule.prefix.as_ref().map(Prefix::as_str));
    members.inside("Filter", rule.filter.as_ref(), filter);
    members.put("Status", rule.status.map(RuleStatus::as_str));
    let selection = rule.source_selection_criteria;
    members.inside("SourceSelectionCriteria", selection, |members, selection| {
        switch(members, "SseKmsEncryptedObjects", selection.sse_kms_encrypted_objects);
        switch(members, "ReplicaModifications", selection.replica_modifications);
    });
    switch(&mut members, "ExistingObjectReplication", rule.existing_object_replication);
    members.inside("Destination", rule.destination.as_ref(), destination);
    switch(&mut members, "DeleteMarkerReplication", rule.delete_marker_replication);
    switch(&mut members, "DeleteReplication", rule.delete_replication);
    members.0
}

/// Adds an element that holds a `Status` and nothing else.
fn switch(members: &mut Members, name: &str, status: Option<RuleStatus>) {
    members.inside(name, status, |members, status| members.put("Status", Some(status.as_str())));
}

/// Adds the members of a `Filter`, in the spelling of the draft.
fn filter(members: &mut Members, filter: &FilterDraft) {
    members.put("Prefix", filter.prefix.as_ref().map(Prefix::as_str));
    members.put("Tag", filter.tag.as_ref().map(tag));
    members.inside("And", filter.and.as_ref(), |members, and| {
        members.put("Prefix", and.prefix.as_ref().map(Prefix::as_str));
        tags(members, &and.tags);
        members.inside("Not", and.not.as_ref(), not);
    });
    members.inside("Not", filter.not.as_ref(), not);
}

/// Adds the members of a `Not`.
fn not(members: &mut Members, not: &NotDraft) {
    members.put("Prefix", not.prefix.as_ref().map(Prefix::as_str));
    members.put("Tag", not.tag.as_ref().map(tag));
    members.inside("Or", not.or.as_ref(), |members, or| {
        let prefixes = (!or.prefixes.is_empty()).then(|| or.prefixes.iter().map(Prefix::as_str));
        members.put("Prefixes", prefixes.map(Value::from_iter));
        tags(members, &or.tags);
    });
}

/// Adds a list of tags; an empty list is not written, since reading it back yields the same.
fn tags(members: &mut Members, tags: &[Tag]) {
    let tags = (!tags.is_empty()).then(|| tags.iter().map(tag));
    members.put("Tags", tags.map(Value::from_iter));
}

/// Returns the members of a tag. An empty value is written.
fn tag(tag: &Tag) -> Map<String, Value> {
    let mut members = Members::default();
    members.put("Key", Some(tag.key()));
    members.put("Value", Some(tag.value()));
    members.0
}

/// Adds the members of a `Destination`.
fn destination(members: &mut Members, destination: &DestinationDraft) {
    members.put("Bucket", destination.bucket.as_ref().map(BucketArn::as_str));
    members.put("Account", destination.account.as_ref().map(Account::as_str));
    members.put("StorageClass", destination.storage_class.as_ref().map(StorageClass::as_str));
    let owner = destination.access_control_translation;
    members.inside("AccessControlTranslation", owner, |members, owner| {
        members.put("Owner", Some(owner.as_str()));
    });
    let encryption = destination.encryption_configuration.as_ref();
    members.inside("EncryptionConfiguration", encryption, |members, encryption| {
        let key = encryption.replica_kms_key_id.as_ref();
        members.put("ReplicaKmsKeyID", key.map(ToString::to_string));
        switch(members, "UseSourceMultiRegionKey", encryption.use_source_multi_region_key);
    });
    members.inside("ReplicationTime", destination.replication_time, |members, time| {
        members.put("Status", time.status.map(RuleStatus::as_str));
        members.inside("Time", time.time, minutes);
    });
    members.inside("Metrics", destination.metrics, |members, metrics| {
        members.put("Status", metrics.status.map(RuleStatus::as_str));
        members.inside("EventThreshold", metrics.event_threshold, minutes);
    });
    zones(members, &destination.zones);
}

/// Adds the names of zones; an empty list is not written, since reading it back yields the same.
fn zones(members: &mut Members, zones: &[ZoneName]) {
    let zones = (!zones.is_empty()).then(|| zones.iter().map(ZoneName::as_str));
    members.put("Zones", zones.map(Value::from_iter));
}

/// Adds a number of minutes.
fn minutes(members: &mut Members, value: ReplicationTimeValueDraft) {
    members.put("Minutes", value.minutes.map(Minutes::get));
}
