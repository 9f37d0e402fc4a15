//! The names that a template has for the fields of a configuration, in messages and advice.
//!
//! Lints name fields as the API does, in backquotes. Here each of these names becomes the one that the
//! reader of a template has to write: `` `DeleteMarkerReplication` `` is `delete_marker_replication` in
//! Terraform. Paths, the answers of the store, and what only the API has keep the names of the API.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Made};
use crate::form::Form;

/// The names of one form.
///
/// It is chosen for each configuration by its address, see [`Wording::of`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wording {
    /// The property `ReplicationConfiguration`, with the names of the API but for a few.
    CloudFormation,
    /// The resource `aws_s3_bucket_replication_configuration`.
    Resource,
    /// The block `replication_configuration` of `aws_s3_bucket`.
    Block,
}

/// The content of a field.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Content {
    Text,
    Number,
    Fields,
}

/// The fields of the API that every template has, with their contents. The names of CloudFormation differ
/// for three of them, and those of Terraform are the same in snake case.
///
/// A field that is missing here stays as it is in messages. The kinds of contents decide how a
/// value is shown beside the name.
const FIELDS: &[(&str, Content)] = &[
    ("AccessControlTranslation", Content::Fields),
    ("Account", Content::Text),
    ("And", Content::Fields),
    ("Bucket", Content::Text),
    ("DeleteMarkerReplication", Content::Fields),
    ("Destination", Content::Fields),
    ("EncryptionConfiguration", Content::Fields),
    ("EventThreshold", Content::Fields),
    ("ExistingObjectReplication", Content::Fields),
    ("Filter", Content::Fields),
    ("ID", Content::Text),
    ("Metrics", Content::Fields),
    ("Minutes", Content::Number),
    ("Owner", Content::Text),
    ("Prefix", Content::Text),
    ("Priority", Content::Number),
    ("ReplicaKmsKeyID", Content::Text),
    ("ReplicaModifications", Content::Fields),
    ("ReplicationTime", Content::Fields),
    ("Role", Content::Text),
    ("Rule", Content::Fields),
    ("Rules", Content::Fields),
    ("SourceSelectionCriteria", Content::Fields),
    ("SseKmsEncryptedObjects", Content::Fields),
    ("Status", Content::Text),
    ("StorageClass", Content::Text),
    ("Tag", Content::Fields),
    ("Tags", Content::Fields),
    ("Time", Content::Fields),
];

impl Wording {
    /// Returns the names for a configuration of a form at an address.
    ///
    /// A fragment of Terraform without an address can only be the block, because the resource
    /// always has a name.
    pub(super) fn of(form: Form, address: &str) -> Self {
        match form {
            Form::Terraform if address.contains("aws_s3_bucket_replication_configuration.") => {
                Self::Resource
            }
            Form::Terraform => Self::Block,
            _ => Self::CloudFormation,
        }
    }

    /// Names the fields in a finding. A word that is also a value of the configuration, such as the ID of
    /// a rule, stays as it is.
    ///
    /// The path and the answer of the store are not changed: paths are the same for all forms, and
    /// the answer is what the store writes.
    pub(super) fn apply(self, finding: Diagnostic, values: &BTreeSet<String>) -> Diagnostic {
        let in_words = |text: &str| self.text(text, values);
        Diagnostic {
            message: in_words(&finding.message),
            help: finding.help.as_deref().map(in_words),
            secondary: finding
                .secondary
                .into_iter()
                .map(|(place, note)| (place, in_words(&note)))
                .collect(),
            ..finding
        }
    }

    /// Some messages put names together in a way of the API: `` `Metrics` with `Status` `Enabled`
    /// ``. One name at a time would make `` `metrics` with `status` `Enabled` ``, which is no
    /// Terraform. The patterns are tried from the longest to the shortest, and the first one that
    /// fits takes all its parts:
    ///
    /// ```text
    /// `Metrics` with `Status` `Enabled`      `metrics { status = "Enabled" }`   5 parts
    /// `Metrics` with `Status`                `metrics { status = … }`           3 parts
    /// `Status` `Enabled`                     `status = "Enabled"`               3 parts
    /// `Status`                               `status`                           1 part
    /// ```
    fn text(self, text: &str, values: &BTreeSet<String>) -> String {
        // Between backquotes are the odd parts.
        let parts: Vec<&str> = text.split('`').collect();
        // A backquote without a partner: the message quotes a text of the user that has one. Parts
        // would be taken for the wrong kind, so nothing is renamed.
        if parts.len().is_multiple_of(2) {
            return text.to_owned();
        }
        let mut result = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(part) = parts.get(at) {
            let quoted = |offset: usize| parts.get(at + offset).copied().unwrap_or_default();
            if at.is_multiple_of(2) {
                result.push_str(part);
                at += 1;
                continue;
            }
            let own = |name: &str| self.field(name).filter(|_| !values.contains(name));
            let (words, taken) = match (own(part), quoted(1), own(quoted(2)), quoted(3)) {
                // `Metrics` with `Status` `Enabled`
                (Some(block), " with ", Some(_), " ") => {
                    let inside = self.pair(quoted(2), quoted(4));
                    (self.around(part, &block, &inside), 5)
                }
                // `DeleteMarkerReplication` with `Status`, `Disabled` to …
                (Some(block), " with ", Some(_), _)
                    if content(quoted(2)) != Some(Content::Fields) =>
                {
                    (self.around(part, &block, &self.pair(quoted(2), "…")), 3)
                }
                (Some(_), " ", None, _)
                    if content(part) != Some(Content::Fields) && parts.len() > at + 2 =>
                {
                    (self.pair(part, quoted(2)), 3)
                }
                (Some(name), ..) => (name, 1),
                (None, ..) => ((*part).to_owned(), 1),
            };
            result.push('`');
            result.push_str(&words);
            result.push('`');
            at += taken;
        }
        result
    }

    /// Returns the name of a field in the form; nothing if the form has no such field.
    ///
    /// The deprecated block has fewer fields and other names; a message about a field that it
    /// cannot have keeps the name of the API.
    fn field(self, name: &str) -> Option<String> {
        content(name)?;
        Some(match (self, name) {
            (Self::CloudFormation, "ID") => "Id".to_owned(),
            (Self::CloudFormation, "Tag") => "TagFilter".to_owned(),
            (Self::CloudFormation, "Tags") => "TagFilters".to_owned(),
            (Self::CloudFormation, "Rule") => "Rules".to_owned(),
            (Self::CloudFormation, name) => name.to_owned(),
            (Self::Block, "And" | "EventThreshold" | "Time" | "ExistingObjectReplication") => {
                return None;
            }
            (Self::Block, "ReplicaModifications") => return None,
            (Self::Block, "EncryptionConfiguration") => "replica_kms_key_id".to_owned(),
            (Self::Block, "Rule" | "Rules") => "rules".to_owned(),
            (Self::Block, "Account") => "account_id".to_owned(),
            (Self::Block, "Tag") => "tags".to_owned(),
            (Self::Block, "DeleteMarkerReplication") => {
                "delete_marker_replication_status".to_owned()
            }
            (Self::Resource, "Rules") => "rule".to_owned(),
            (_, name) => snake_case(name),
        })
    }

    /// Returns a field with its value.
    ///
    /// ```text
    /// CloudFormation   Priority: 1      Status: Enabled
    /// Terraform        priority = 1     status = "Enabled"
    /// ```
    ///
    /// The gap `…` stands for a value that a message does not name, and so has no quotation marks.
    fn pair(self, name: &str, value: &str) -> String {
        let own = self.field(name).unwrap_or_else(|| name.to_owned());
        match (self, content(name)) {
            (Self::CloudFormation, _) => format!("{own}: {value}"),
            (_, Some(Content::Number)) => format!("{own} = {value}"),
            _ if value == "…" => format!("{own} = …"),
            _ => format!("{own} = \"{value}\""),
        }
    }

    /// Returns a field that has fields of its own, with one of them.
    ///
    /// ```text
    /// CloudFormation   DeleteMarkerReplication: {Status: Disabled}
    /// resource         delete_marker_replication { status = "Disabled" }
    /// block            delete_marker_replication_status = "Disabled"
    /// ```
    ///
    /// `own` is the name of the outer field in the form, and `inside` the text of a pair. The block
    /// of old modules has a spelling of its own for two fields, which is made from the value of the
    /// pair.
    fn around(self, name: &str, own: &str, inside: &str) -> String {
        let value = inside.split_once(" = ").map_or("", |(_, value)| value);
        match (self, name) {
            (Self::CloudFormation, _) => format!("{own}: {{{inside}}}"),
            (Self::Block, "DeleteMarkerReplication") => format!("{own} = {value}"),
            (Self::Block, "SseKmsEncryptedObjects") => {
                format!("{own} {{ enabled = {} }}", value == "\"Enabled\"")
            }
            _ => format!("{own} {{ {inside} }}"),
        }
    }
}

/// Returns the kind of content of a field; nothing for a word that is not a field.
///
/// The names are those of the API. `Rule` and `Rules` are both in the list, since messages have
/// either.
fn content(name: &str) -> Option<Content> {
    FIELDS.iter().find(|(field, _)| *field == name).map(|(_, content)| *content)
}

/// Returns a name in snake case: `replica_kms_key_id` for `ReplicaKmsKeyID`.
///
/// Letters in a row are one word, because the API writes `KMS` as `Kms` but `ID` as `ID`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut was_upper = true;
    for c in name.chars() {
        if c.is_uppercase() && !was_upper {
            snake.push('_');
        }
        was_upper = c.is_uppercase();
        snake.extend(c.to_lowercase());
    }
    snake
}

/// Adds the texts of a configuration that are names of fields, too. The word `Destination` of `Owner` is
/// none of the user's.
///
/// A rule with the ID `Prefix` is an example. `Owner` has the word `Destination` for its only
/// value, and a message about the field of that name must still be reworded. The recursion is as
/// deep as the configuration.
pub(super) fn add_values(made: &Made, values: &mut BTreeSet<String>) {
    let is_text = made.kind == Kind::String && &*made.name != "Owner";
    if is_text && content(&made.text).is_some() {
        values.insert(made.text.to_string());
    }
    for child in &made.children {
        add_values(child, values);
    }
}
