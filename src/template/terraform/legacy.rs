//! The request of the block `replication_configuration` of `aws_s3_bucket`, as the provider sends it.
//!
//! REP-1087: the block is the form of old modules, deprecated and still accepted. The provider
//! sends another request for it than for the resource of the same content:
//!
//! ```text
//!                          block                       resource
//! empty `filter {}`        V1                          V2
//! tags in `filter`         always in `And`             `Tag` or `And`, as written
//! no delete markers        `Disabled` is sent          nothing is sent
//! rule without `status`    left out                    refused by Terraform
//! ```
//!
//! The block also occurs alone, as a fragment of an old module. `sent` has the request of the
//! resource, and what both share: lists of rules, tags, and the owner of replicas.

use std::sync::Arc;

use super::expand::{Content, Tree};
use super::sent::{Members, dropped, owner, rules, tags};
use crate::clause::TERRAFORM_LEGACY;
use crate::diagnostic::Diagnostic;
use crate::document::Made;
use crate::template::value::{Data, Value, truth};
use crate::text::Span;

/// Makes the configuration that is sent, with the findings about what is not.
///
/// A rule that is not sent is missing in the result, so the indexes of the rules behind it are
/// lower than in the text. Places are still those of the text.
pub(super) fn configuration(tree: &Tree, found: &mut Vec<Diagnostic>) -> Option<Made> {
    let mut members = Members::at(tree.head);
    members.put("Role", tree.get("role"));
    let rules = rules(tree, "rules", |rule| self::rule(rule, found));
    members.put_value("Rules", tree.head, rules);
    members.into_value().made(&Arc::from(""), Some(tree.head))
}

/// Makes a rule. Without a status there is none: the provider leaves the rule out and reports
/// nothing, so the module looks as if it replicated.
///
/// | block | request |
/// | --- | --- |
/// | `filter { prefix = "a/" }` | V2: `Filter`, `Priority` (0 without one), `DeleteMarkerReplication` |
/// | `filter {}`, or no filter | V1: `Prefix`, empty without one |
fn rule(tree: &Tree, found: &mut Vec<Diagnostic>) -> Option<Value> {
    if tree.get_text("status").is_none() {
        let message = "a rule without `status` is not sent";
        let help = "write `status = \"Enabled\"`";
        found.push(dropped("terraform-rule-dropped", &TERRAFORM_LEGACY, tree.head, message, help));
        return None;
    }
    let mut members = Members::at(tree.head);
    members.put("ID", tree.get_text("id"));
    // The provider sees a block without content as no block at all.
    let filter = tree.first("filter");
    let filter =
        filter.filter(|inner| !matches!(&inner.content, Content::Tree(tree) if tree.is_zero()));
    // A rule with a filter is V2, in which S3 demands a priority and delete marker replication. The
    // provider fills in both.
    if let Some(inner) = filter {
        let priority = Value::new(Data::Number("0".into()), tree.head);
        members.put("Priority", tree.get("priority").or(Some((tree.head, &priority))));
        members.put_block("Filter", Some(inner), |filter| Some(self::filter(filter, found)));
        let mut markers = Members::at(tree.head);
        let disabled = Value::string("Disabled", tree.head);
        let status = tree.get_text("delete_marker_replication_status");
        markers.put("Status", status.or(Some((tree.head, &disabled))));
        let head = status.map_or(tree.head, |(head, _)| head);
        members.put_value("DeleteMarkerReplication", head, markers.into_value());
    } else {
        let empty = Value::string("", Span::clamped(tree.head.start() as usize, 0));
        members.put("Prefix", tree.get("prefix").or(Some((tree.head, &empty))));
        // V1 has neither field, so the provider drops them. A priority of 0 is what the provider
        // itself writes into a state, and no intention of an author.
        // A prefix that is not known is one.
        let prefix = tree.get("prefix").map(|(_, value)| value.as_text());
        let is_empty = prefix.is_none_or(|text| text.is_some_and(|text| text.is_empty()));
        for (name, code) in [
            ("priority", "terraform-priority-dropped"),
            ("delete_marker_replication_status", "terraform-delete-markers-dropped"),
        ] {
            if let Some((head, value)) = tree.get_text(name)
                && value.as_text().is_none_or(|text| &*text != "0")
            {
                let message = format!("`{name}` without a `filter` block is not sent");
                let help = if is_empty {
                    // The provider sees such a filter as no block.
                    "use the resource `aws_s3_bucket_replication_configuration`, in which an empty \
                     `filter` makes the rule V2; this block has no V2 rule for every key"
                } else {
                    "move `prefix` into a `filter` block, which makes the rule V2"
                };
                found.push(dropped(code, &TERRAFORM_LEGACY, head, message, help));
            }
        }
    }
    // Present, as the first check has found.
    members.put("Status", tree.get("status"));
    members.put_block("SourceSelectionCriteria", tree.first("source_selection_criteria"), |tree| {
        // The only criterion that the block has. Without it nothing is sent.
        let kms = tree.first("sse_kms_encrypted_objects")?;
        let mut inside = Members::at(tree.head);
        inside.put_block("SseKmsEncryptedObjects", Some(kms), |kms| Some(switch(kms)));
        Some(inside.into_value())
    });
    members.put_block("Destination", tree.first("destination"), |tree| Some(destination(tree)));
    Some(members.into_value())
}

/// Makes a status of a truth value.
///
/// The block has truth values where the API has `Enabled` and `Disabled`. An unknown one stays
/// unknown.
fn switch(tree: &Tree) -> Value {
    let mut members = Members::at(tree.head);
    if let Some((head, value)) = tree.get("enabled") {
        let status = match truth(value) {
            Some(true) => Value::string("Enabled", value.place),
            Some(false) => Value::string("Disabled", value.place),
            None => value.clone(),
        };
        members.put_value("Status", head, status);
    }
    members.into_value()
}

/// The API has no single `Tag` here: one tag goes into an `And` with an empty prefix, which selects
/// the same objects.
///
/// Makes the filter that is sent.
///
/// | block | filter |
/// | --- | --- |
/// | `prefix = "a/"` | `Prefix` |
/// | `tags = { k = "v" }` | `And` with one tag, and `Prefix`, empty without one |
/// | `tags = {}` | `Prefix`, if there is one |
/// | unknown tags | `And` with an unknown list |
fn filter(tree: &Tree, found: &mut Vec<Diagnostic>) -> Value {
    let mut members = Members::at(tree.head);
    let has_tags = |value: &Value| match &value.data {
        Data::Object(members) => !members.is_empty(),
        _ => true,
    };
    match tree.get("tags").filter(|(_, value)| has_tags(value)) {
        Some((head, value)) => {
            let mut and = Members::at(head);
            let empty = Value::string("", Span::clamped(tree.head.start() as usize, 0));
            and.put("Prefix", tree.get("prefix").or(Some((tree.head, &empty))));
            and.put_value("Tags", head, tags(value, found));
            members.put_value("And", head, and.into_value());
        }
        None => members.put("Prefix", tree.get("prefix")),
    }
    members.into_value()
}

/// The block has the KMS key as an argument of the destination, and minutes without a block around
/// them, with a default of 15.
///
/// Makes the destination. `replication_time {}` and `metrics {}` are enabled with 15 minutes.
fn destination(tree: &Tree) -> Value {
    let mut members = Members::at(tree.head);
    members.put("Bucket", tree.get("bucket"));
    members.put("Account", tree.get_text("account_id"));
    members.put("StorageClass", tree.get_text("storage_class"));
    owner(&mut members, tree);
    if let Some((head, key)) = tree.get_text("replica_kms_key_id") {
        let mut inside = Members::at(head);
        inside.put("ReplicaKmsKeyID", Some((head, key)));
        members.put_value("EncryptionConfiguration", head, inside.into_value());
    }
    for (name, block, value) in
        [("ReplicationTime", "replication_time", "Time"), ("Metrics", "metrics", "EventThreshold")]
    {
        members.put_block(name, tree.first(block), |tree| {
            let mut inside = Members::at(tree.head);
            let enabled = Value::string("Enabled", tree.head);
            inside.put("Status", tree.get_text("status").or(Some((tree.head, &enabled))));
            let mut minutes = Members::at(tree.head);
            let default = Value::new(Data::Number("15".into()), tree.head);
            minutes.put("Minutes", tree.get("minutes").or(Some((tree.head, &default))));
            inside.put_value(value, tree.head, minutes.into_value());
            Some(inside.into_value())
        });
    }
    members.into_value()
}
