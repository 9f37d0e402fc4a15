//! From a draft to text, in the canonical layout: elements in the order of the API reference, two
//! spaces a level, nothing that was absent.

use std::borrow::Cow;
use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::form::schema::{CONFIGURATION, Occurs, Row};
use crate::form::{Form, NAMESPACE};
use crate::model::{
    Account, BucketArn, ConfigurationDraft, DestinationDraft, FilterDraft, Prefix,
    ReplicationConfiguration, RuleDraft, RuleId, RuleStatus, StorageClass, Tag,
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
        let fields = configuration(self);
        match form {
            Form::Xml => xml_document(&fields),
            Form::CliJson => {
                let mut out = String::new();
                json_object(&mut out, &fields, CONFIGURATION, 0);
                out.push('\n');
                out
            }
        }
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

/// A field on its way out: its name in XML, and what is in it.
struct Field<'d> {
    name: &'static str,
    value: Value<'d>,
}

enum Value<'d> {
    Text(Cow<'d, str>),
    Integer(String),
    Fields(Vec<Field<'d>>),
    List(Vec<Vec<Field<'d>>>),
}

/// Fields in the making, those that are absent left out.
#[derive(Default)]
struct Fields<'d>(Vec<Field<'d>>);

impl<'d> Fields<'d> {
    fn text(&mut self, name: &'static str, text: Option<impl Into<Cow<'d, str>>>) {
        let value = text.map(|text| Value::Text(text.into()));
        self.0.extend(value.map(|value| Field { name, value }));
    }

    fn integer(&mut self, name: &'static str, number: Option<impl ToString>) {
        let value = number.map(|number| Value::Integer(number.to_string()));
        self.0.extend(value.map(|value| Field { name, value }));
    }

    fn inside<T>(
        &mut self,
        name: &'static str,
        holder: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) {
        if let Some(holder) = holder {
            let mut inside = Self::default();
            write(&mut inside, holder);
            self.0.push(Field { name, value: Value::Fields(inside.0) });
        }
    }

    fn list(&mut self, name: &'static str, items: impl Iterator<Item = Vec<Field<'d>>>) {
        self.0.push(Field { name, value: Value::List(items.collect()) });
    }

    fn switch(&mut self, name: &'static str, status: Option<RuleStatus>) {
        self.inside(name, status, |fields, status| fields.text("Status", Some(status.as_str())));
    }
}

fn configuration(draft: &ConfigurationDraft) -> Vec<Field<'_>> {
    let mut fields = Fields::default();
    fields.text("Role", draft.role.as_ref().map(ToString::to_string));
    fields.list("Rule", draft.rules.iter().map(rule));
    fields.0
}

fn rule(rule: &RuleDraft) -> Vec<Field<'_>> {
    let mut fields = Fields::default();
    fields.text("ID", rule.id.as_ref().map(RuleId::as_str));
    fields.integer("Priority", rule.priority);
    fields.text("Prefix", rule.prefix.as_ref().map(Prefix::as_str));
    fields.inside("Filter", rule.filter.as_ref(), filter);
    fields.text("Status", rule.status.map(RuleStatus::as_str));
    fields.inside(
        "SourceSelectionCriteria",
        rule.source_selection_criteria,
        |fields, selection| {
            fields.switch("SseKmsEncryptedObjects", selection.sse_kms_encrypted_objects);
            fields.switch("ReplicaModifications", selection.replica_modifications);
        },
    );
    fields.switch("ExistingObjectReplication", rule.existing_object_replication);
    fields.inside("Destination", rule.destination.as_ref(), destination);
    fields.switch("DeleteMarkerReplication", rule.delete_marker_replication);
    fields.0
}

fn filter<'d>(fields: &mut Fields<'d>, filter: &'d FilterDraft) {
    fields.text("Prefix", filter.prefix.as_ref().map(Prefix::as_str));
    fields.inside("Tag", filter.tag.as_ref(), |fields, only| fields.0 = tag(only));
    fields.inside("And", filter.and.as_ref(), |fields, and| {
        fields.text("Prefix", and.prefix.as_ref().map(Prefix::as_str));
        if !and.tags.is_empty() {
            fields.list("Tag", and.tags.iter().map(tag));
        }
    });
}

fn tag(tag: &Tag) -> Vec<Field<'_>> {
    let mut fields = Fields::default();
    fields.text("Key", Some(tag.key()));
    fields.text("Value", Some(tag.value()));
    fields.0
}

fn destination<'d>(fields: &mut Fields<'d>, destination: &'d DestinationDraft) {
    fields.text("Bucket", destination.bucket.as_ref().map(BucketArn::as_str));
    fields.text("Account", destination.account.as_ref().map(Account::as_str));
    fields.text("StorageClass", destination.storage_class.as_ref().map(StorageClass::as_str));
    let owner = destination.access_control_translation;
    fields.inside("AccessControlTranslation", owner, |fields, owner| {
        fields.text("Owner", Some(owner.as_str()));
    });
    let encryption = destination.encryption_configuration.as_ref();
    fields.inside("EncryptionConfiguration", encryption, |fields, encryption| {
        let key = encryption.replica_kms_key_id.as_ref();
        fields.text("ReplicaKmsKeyID", key.map(ToString::to_string));
    });
    fields.inside("ReplicationTime", destination.replication_time, |fields, time| {
        fields.text("Status", time.status.map(RuleStatus::as_str));
        fields.inside("Time", time.time, |fields, time| fields.integer("Minutes", time.minutes));
    });
    fields.inside("Metrics", destination.metrics, |fields, metrics| {
        fields.text("Status", metrics.status.map(RuleStatus::as_str));
        fields.inside("EventThreshold", metrics.event_threshold, |fields, time| {
            fields.integer("Minutes", time.minutes);
        });
    });
}

fn xml_document(fields: &[Field<'_>]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<ReplicationConfiguration xmlns=\"{NAMESPACE}\">");
    for field in fields {
        xml_field(&mut out, field, 1);
    }
    out.push_str("</ReplicationConfiguration>\n");
    out
}

fn xml_field(out: &mut String, Field { name, value }: &Field<'_>, depth: usize) {
    match value {
        Value::List(items) => {
            for item in items {
                xml_element(out, name, item, depth);
            }
        }
        Value::Fields(fields) => xml_element(out, name, fields, depth),
        Value::Integer(text) => {
            let _ = writeln!(out, "{:width$}<{name}>{text}</{name}>", "", width = depth * 2);
        }
        Value::Text(text) => {
            // A carriage return that is not written as a reference reads back as a line feed.
            let text = escape(&**text).replace('\r', "&#13;");
            let _ = writeln!(out, "{:width$}<{name}>{text}</{name}>", "", width = depth * 2);
        }
    }
}

fn xml_element(out: &mut String, name: &str, fields: &[Field<'_>], depth: usize) {
    let width = depth * 2;
    if fields.is_empty() {
        let _ = writeln!(out, "{:width$}<{name}/>", "");
        return;
    }
    let _ = writeln!(out, "{:width$}<{name}>", "");
    for field in fields {
        xml_field(out, field, depth + 1);
    }
    let _ = writeln!(out, "{:width$}</{name}>", "");
}

fn json_object(out: &mut String, fields: &[Field<'_>], rows: &[Row], depth: usize) {
    let members = fields.iter().map(|Field { name, value }| {
        let row = rows.iter().find(|row| row.name == *name);
        let json = row.map_or(*name, |row| row.json);
        let inside = row.map_or(&[][..], Row::fields);
        move |out: &mut String| {
            let _ = write!(out, "\"{json}\": ");
            match value {
                Value::Text(text) => out.push_str(&json_string(text)),
                Value::Integer(number) => out.push_str(number),
                Value::Fields(fields) => json_object(out, fields, inside, depth + 1),
                Value::List(items) => {
                    debug_assert!(row.is_some_and(|row| row.occurs == Occurs::Many));
                    let items = items.iter().map(|item| {
                        move |out: &mut String| json_object(out, item, inside, depth + 2)
                    });
                    json_block(out, ('[', ']'), items, depth + 1);
                }
            }
        }
    });
    json_block(out, ('{', '}'), members, depth);
}

fn json_block(
    out: &mut String,
    (open, close): (char, char),
    parts: impl ExactSizeIterator<Item = impl FnOnce(&mut String)>,
    depth: usize,
) {
    out.push(open);
    let empty = parts.len() == 0;
    for (at, part) in parts.enumerate() {
        let separator = if at == 0 { "" } else { "," };
        let _ = write!(out, "{separator}\n{:width$}", "", width = (depth + 1) * 2);
        part(out);
    }
    if !empty {
        let _ = write!(out, "\n{:width$}", "", width = depth * 2);
    }
    out.push(close);
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
