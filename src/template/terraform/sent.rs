//! The request of the resource `aws_s3_bucket_replication_configuration`, as the provider sends it.
//!
//! REP-1084 to REP-1086: the provider builds the request from the block by rules of its own. Two of
//! them change what is replicated, and are reported where they do:
//!
//! ```text
//! filter { }  present          the rule is V2, and its priority is sent, 0 if there is none
//! no filter                    the rule is V1, and its priority is not sent
//! filter { prefix, tag {} }    only the tag is sent: the rule applies to every prefix
//! filter { and {}, tag {} }    only the tag is sent
//! ```
//!
//! The input is the [`Tree`] of the block with its values, and the output a [`Made`] with the names
//! of the JSON of the AWS CLI, which the parser reads like a document:
//!
//! ```text
//! rule { id = "a"  filter {}  … }   ─▶   {"ID": "a", "Priority": 0, "Filter": {}, …}
//! ```
//!
//! A field has the place of the argument that it comes from, and what the provider adds has the
//! place of the block. `legacy` makes the request of the block inside a bucket, with the parts that
//! are the same.

use std::sync::Arc;

use super::expand::{Content, Inner, Tree};
use crate::clause::{Clause, TERRAFORM_FILTER, TERRAFORM_FILTER_CHILDREN};
use crate::diagnostic::Diagnostic;
use crate::document::Made;
use crate::path::FieldPath;
use crate::template::value::{Data, Member, Value};
use crate::text::Span;

/// An object in the making.
///
/// Fields have the places of the arguments that they come from.
pub(super) struct Members {
    /// The place of the block, which the object has as a whole.
    pub(super) place: Span,
    /// The fields so far, in the order in which they were added.
    pub(super) members: Vec<Member>,
}

impl Members {
    /// Creates an object without fields.
    pub(super) const fn at(place: Span) -> Self {
        Self { place, members: Vec::new() }
    }

    /// Adds a field if there is an argument for it.
    ///
    /// The name and the value keep the places that they have in the module.
    pub(super) fn put(&mut self, name: &str, found: Option<(Span, &Value)>) {
        if let Some((head, value)) = found {
            self.members.push(Member { name: name.into(), head, value: value.clone() });
        }
    }

    /// Adds a field with a value that is made.
    ///
    /// `head` is the place of what the value stands for, such as the block without the argument.
    pub(super) fn put_value(&mut self, name: &str, head: Span, value: Value) {
        self.members.push(Member { name: name.into(), head, value });
    }

    /// Adds what a block makes; an unknown number of blocks is an unknown value.
    ///
    /// `make` may return nothing: the provider does not send a block that is empty for it.
    pub(super) fn put_block(
        &mut self,
        name: &str,
        found: Option<&Inner>,
        make: impl FnOnce(&Tree) -> Option<Value>,
    ) {
        match found.map(|inner| (inner, &inner.content)) {
            None => {}
            Some((inner, Content::Unknown(value))) => {
                self.put_value(name, inner.head, value.clone());
            }
            Some((inner, Content::Tree(tree))) => {
                if let Some(value) = make(tree) {
                    self.put_value(name, inner.head, value);
                }
            }
        }
    }

    /// Returns the object; one without fields is an empty object, not an absent one.
    pub(super) fn into_value(self) -> Value {
        Value::new(Data::Object(self.members), self.place)
    }
}

/// Makes the configuration that is sent.
///
/// `found` gets the warnings about what is written and not sent. The result is always `Some`, because
/// an object always becomes an element.
pub(super) fn configuration(tree: &Tree, found: &mut Vec<Diagnostic>) -> Option<Made> {
    let mut members = Members::at(tree.head);
    members.put("Role", tree.get("role"));
    let rules = rules(tree, "rule", |rule| Some(self::rule(rule, found)));
    members.put_value("Rules", tree.head, rules);
    members.into_value().made(&Arc::from(""), Some(tree.head))
}

/// Makes the list of rules. An unknown number of rules is one unknown item.
///
/// `kind` is `rule` in the resource and `rules` in the old block. `make` may return nothing for a
/// rule that the provider leaves out.
pub(super) fn rules(
    tree: &Tree,
    kind: &str,
    mut make: impl FnMut(&Tree) -> Option<Value>,
) -> Value {
    let items = tree.all(kind).filter_map(|inner| match &inner.content {
        Content::Tree(tree) => make(tree),
        Content::Unknown(value) => Some(value.clone()),
    });
    Value::new(Data::List(items.collect()), tree.head)
}

/// Makes a rule.
///
/// | block | request |
/// | --- | --- |
/// | `filter {…}` | `Filter`, and `Priority`, 0 without one; `prefix` of the rule is dropped |
/// | no filter | `Prefix`, empty without one; `priority` is dropped |
///
/// The rest is sent as it is written. A missing `destination` is not sent, and Terraform has
/// refused it.
fn rule(tree: &Tree, found: &mut Vec<Diagnostic>) -> Value {
    let mut members = Members::at(tree.head);
    members.put("ID", tree.get_text("id"));
    if let Some(inner) = tree.first("filter") {
        let priority = Value::new(Data::Number("0".into()), tree.head);
        // For the provider a priority of 0 is the same as none. Two rules that leave it out share the
        // priority 0, which S3 refuses.
        members.put("Priority", tree.get("priority").or(Some((tree.head, &priority))));
        members.put_block("Filter", Some(inner), |filter| Some(self::filter(filter, found)));
        if let Some((head, _)) = tree.get_text("prefix") {
            let message = "`prefix` beside a `filter` block is not sent";
            let help = "move it into the `filter` block";
            found.push(dropped("terraform-prefix-dropped", &TERRAFORM_FILTER, head, message, help));
        }
    } else {
        let empty = Value::string("", Span::clamped(tree.head.start() as usize, 0));
        // The place has no length: nothing in the text is this prefix.
        members.put("Prefix", tree.get("prefix").or(Some((tree.head, &empty))));
        if let Some((head, _)) = tree.get("priority") {
            let message = "`priority` without a `filter` block is not sent";
            let help = "add `filter {}`, which makes the rule V2, or remove `priority`";
            found.push(dropped(
                "terraform-priority-dropped",
                &TERRAFORM_FILTER,
                head,
                message,
                help,
            ));
        }
    }
    // Required, so a missing one has been refused.
    members.put("Status", tree.get("status"));
    members.put_block(
        "SourceSelectionCriteria",
        tree.first("source_selection_criteria"),
        selection,
    );
    switch(&mut members, "ExistingObjectReplication", tree, "existing_object_replication");
    members.put_block("Destination", tree.first("destination"), |tree| Some(destination(tree)));
    switch(&mut members, "DeleteMarkerReplication", tree, "delete_marker_replication");
    members.into_value()
}

/// Adds what a block with a `status` makes.
///
/// A block without its status makes an empty object: the schema has refused it, and S3 would as
/// well.
pub(super) fn switch(members: &mut Members, name: &str, tree: &Tree, block: &str) {
    members.put_block(name, tree.first(block), |tree| {
        let mut inside = Members::at(tree.head);
        inside.put("Status", tree.get("status"));
        Some(inside.into_value())
    });
}

/// Makes the filter that is sent: of several children only one.
///
/// | children | sent |
/// | --- | --- |
/// | none | an empty `Filter` |
/// | `prefix` | `Prefix` |
/// | `tag`, alone or with others | `Tag` |
/// | `and`, alone or with `prefix` | `And` |
///
/// An `and` that has only empty values counts as absent.
fn filter(tree: &Tree, found: &mut Vec<Diagnostic>) -> Value {
    let mut members = Members::at(tree.head);
    let prefix = tree.get("prefix");
    let (tag, and) = (tree.first("tag"), tree.first("and"));
    let and = and.filter(|and| !matches!(&and.content, Content::Tree(tree) if tree.is_zero()));
    let clause = &TERRAFORM_FILTER_CHILDREN;
    // An empty prefix selects every object, so nothing is lost with it.
    if let Some((head, _)) = tree.get_text("prefix")
        && (tag.is_some() || and.is_some())
    {
        let beside = if tag.is_some() { "tag" } else { "and" };
        let message =
            format!("`prefix` beside `{beside}` is not sent, so it does not restrict the rule");
        let help = "write both in one `and` block";
        found.push(dropped("terraform-prefix-dropped", clause, head, message, help));
    }
    if let (Some(_), Some(and)) = (tag, and) {
        let message = "`and` beside `tag` is not sent, so the rule applies to more objects";
        let help = "write everything in one `and` block";
        found.push(dropped("terraform-and-dropped", clause, and.head, message, help));
    }
    if tag.is_some() {
        members.put_block("Tag", tag, |tag| {
            let mut inside = Members::at(tag.head);
            inside.put("Key", tag.get("key"));
            inside.put("Value", tag.get("value"));
            Some(inside.into_value())
        });
    } else if and.is_some() {
        members.put_block("And", and, |and| {
            let mut inside = Members::at(and.head);
            // The provider sends no empty prefix here, unlike that of the filter itself.
            inside.put("Prefix", and.get_text("prefix"));
            if let Some((head, value)) = and.get("tags") {
                inside.put_value("Tags", head, tags(value, found));
            }
            Some(inside.into_value())
        });
    } else {
        members.put("Prefix", prefix);
    }
    members.into_value()
}

/// Makes the tags that are sent, sorted by key.
///
/// The order of a map has no meaning in Terraform. An unknown map is one unknown list of tags.
///
/// A tag of AWS, `aws:…`, is removed with a warning, as the provider does. A value of null is sent
/// as an empty text.
pub(super) fn tags(value: &Value, found: &mut Vec<Diagnostic>) -> Value {
    let Data::Object(members) = &value.data else { return value.clone() };
    let mut sorted: Vec<&Member> = members.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let mut items = Vec::new();
    for member in sorted {
        if member.name.starts_with("aws:") {
            let message = format!(
                "the provider removes the tag `{}`, so the rule applies to more objects",
                member.name
            );
            let help = "filter by a tag of your own";
            let (code, clause) = ("terraform-tag-dropped", &TERRAFORM_FILTER_CHILDREN);
            found.push(dropped(code, clause, member.head, message, help));
            continue;
        }
        let mut tag = Members::at(member.head);
        tag.put_value("Key", member.head, Value::string(Arc::clone(&member.name), member.head));
        let value = if member.value.is_nothing() {
            Value::string("", member.value.place)
        } else {
            member.value.clone()
        };
        tag.put_value("Value", member.head, value);
        items.push(tag.into_value());
    }
    Value::new(Data::List(items), value.place)
}

/// Makes the source selection criteria, which S3 refuses if they are empty.
///
/// `None` for an empty block, which the provider does not send (REP-1086).
fn selection(tree: &Tree) -> Option<Value> {
    if tree.blocks.is_empty() {
        return None;
    }
    let mut members = Members::at(tree.head);
    switch(&mut members, "SseKmsEncryptedObjects", tree, "sse_kms_encrypted_objects");
    switch(&mut members, "ReplicaModifications", tree, "replica_modifications");
    Some(members.into_value())
}

/// Makes the destination. Empty texts count as left out, except for the bucket, which is required.
///
/// Blocks are sent with what they have. In the two blocks with minutes, the inner block has a
/// different name.
fn destination(tree: &Tree) -> Value {
    let mut members = Members::at(tree.head);
    members.put("Bucket", tree.get("bucket"));
    // A module often passes an empty text for an option that it does not use.
    members.put("Account", tree.get_text("account"));
    members.put("StorageClass", tree.get_text("storage_class"));
    owner(&mut members, tree);
    members.put_block("EncryptionConfiguration", tree.first("encryption_configuration"), |tree| {
        let mut inside = Members::at(tree.head);
        inside.put("ReplicaKmsKeyID", tree.get("replica_kms_key_id"));
        Some(inside.into_value())
    });
    for (name, block, value, inner) in [
        ("ReplicationTime", "replication_time", "Time", "time"),
        ("Metrics", "metrics", "EventThreshold", "event_threshold"),
    ] {
        members.put_block(name, tree.first(block), |tree| {
            let mut inside = Members::at(tree.head);
            inside.put("Status", tree.get("status"));
            inside.put_block(value, tree.first(inner), |tree| {
                let mut minutes = Members::at(tree.head);
                minutes.put("Minutes", tree.get("minutes"));
                Some(minutes.into_value())
            });
            Some(inside.into_value())
        });
    }
    members.into_value()
}

/// Adds the owner of replicas.
///
/// Both forms of the configuration have the same block.
pub(super) fn owner(members: &mut Members, tree: &Tree) {
    members.put_block(
        "AccessControlTranslation",
        tree.first("access_control_translation"),
        |tree| {
            let mut inside = Members::at(tree.head);
            inside.put("Owner", tree.get("owner"));
            Some(inside.into_value())
        },
    );
}

/// Returns a finding about something that is written and not sent.
///
/// It is a warning and not an error: Terraform accepts the module, and only the result differs from
/// what is written.
pub(super) fn dropped(
    code: &'static str,
    clause: &'static Clause,
    place: Span,
    message: impl Into<String>,
    help: &str,
) -> Diagnostic {
    Diagnostic::warning(code, clause, FieldPath::root(), message).at(place).with_help(help)
}
