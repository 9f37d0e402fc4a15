//! The element table: one row for each element, which the decoder, the encoder and the search for
//! places all read. A new element is a row here, a field in the draft, and a line in each of them.

use crate::form::Form;

/// One row: an element at one place.
#[derive(Debug)]
pub(super) struct Row {
    /// The name in XML, which is also the name in paths.
    pub(super) name: &'static str,
    /// The name in JSON, where a list has a name of its own.
    pub(super) json: &'static str,
    /// How often the element may stand.
    pub(super) occurs: Occurs,
    /// What is in it.
    pub(super) content: Content,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Occurs {
    /// Once or not at all; whether it may be absent is for the lints to say, which see the whole.
    Optional,
    /// Once: the draft has no place for its absence.
    Required,
    /// Any number of times: repeated in XML, an array in JSON.
    Many,
}

#[derive(Debug)]
pub(super) enum Content {
    Text,
    Integer,
    Fields(&'static [Row]),
}

impl Row {
    /// Returns the name of the element in a form.
    pub(super) const fn name_in(&self, form: Form) -> &'static str {
        match form {
            Form::Xml => self.name,
            Form::CliJson => self.json,
        }
    }

    /// Returns the rows of what is inside; none for text.
    pub(super) const fn fields(&self) -> &'static [Self] {
        match self.content {
            Content::Fields(fields) => fields,
            Content::Text | Content::Integer => &[],
        }
    }
}

const fn row(name: &'static str, occurs: Occurs, content: Content) -> Row {
    Row { name, json: name, occurs, content }
}

const fn optional(name: &'static str, fields: &'static [Row]) -> Row {
    row(name, Occurs::Optional, Content::Fields(fields))
}

const fn text(name: &'static str) -> Row {
    row(name, Occurs::Optional, Content::Text)
}

const fn required_text(name: &'static str) -> Row {
    row(name, Occurs::Required, Content::Text)
}

const fn many(name: &'static str, json: &'static str, fields: &'static [Row]) -> Row {
    Row { name, json, occurs: Occurs::Many, content: Content::Fields(fields) }
}

/// The children of the root.
pub(super) const CONFIGURATION: &[Row] = &[text("Role"), many("Rule", "Rules", RULE)];

/// A switch.
const STATUS: &[Row] = &[required_text("Status")];

const RULE: &[Row] = &[
    text("ID"),
    row("Priority", Occurs::Optional, Content::Integer),
    text("Prefix"),
    optional("Filter", FILTER),
    text("Status"),
    optional("SourceSelectionCriteria", SOURCE_SELECTION),
    optional("ExistingObjectReplication", STATUS),
    optional("DeleteMarkerReplication", STATUS),
    optional("Destination", DESTINATION),
];

const FILTER: &[Row] = &[text("Prefix"), optional("Tag", TAG), optional("And", AND)];

const AND: &[Row] = &[text("Prefix"), many("Tag", "Tags", TAG)];

const TAG: &[Row] = &[required_text("Key"), required_text("Value")];

const SOURCE_SELECTION: &[Row] =
    &[optional("SseKmsEncryptedObjects", STATUS), optional("ReplicaModifications", STATUS)];

const DESTINATION: &[Row] = &[
    text("Bucket"),
    text("Account"),
    text("StorageClass"),
    optional("AccessControlTranslation", &[required_text("Owner")]),
    optional("EncryptionConfiguration", &[text("ReplicaKmsKeyID")]),
    optional("ReplicationTime", &[text("Status"), optional("Time", MINUTES)]),
    optional("Metrics", &[text("Status"), optional("EventThreshold", MINUTES)]),
];

const MINUTES: &[Row] = &[row("Minutes", Occurs::Optional, Content::Integer)];
