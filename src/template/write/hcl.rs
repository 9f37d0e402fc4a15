//! The resource of Terraform, in HCL and in its JSON.
//!
//! A configuration becomes a list of [`Item`]s, which both syntaxes are written from. So the two
//! have the same blocks in the same order:
//!
//! ```text
//! rule {                                  "rule": [{
//!   id       = "a"                          "id": "a",
//!   priority = 1                            "priority": 1,
//!   filter {}                               "filter": [{}]
//! }                                       }]
//! ```
//!
//! `write::check` has refused what the resource cannot express, before this is called. Arguments
//! come before blocks and have their `=` below each other, as `terraform fmt` has it.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::model::{
    ConfigurationDraft, DestinationDraft, FilterDraft, Minutes, Prefix, ReplicationTimeValueDraft,
    RuleDraft, RuleId, RuleStatus, StorageClass,
};

/// An item of a block.
///
/// The names are those of the provider, and the values those that S3 has.
pub(super) enum Item {
    /// A text, in which `${` and `%{` are no expressions.
    Text(&'static str, String),
    /// A number, without quotation marks.
    Number(&'static str, i64),
    /// An expression, written as it is.
    Expression(&'static str, String),
    /// A map of texts, whose keys are data: the tags of a filter.
    Map(&'static str, Vec<(String, String)>),
    /// A block with its content. A block that is repeated is an item again.
    Block(&'static str, Vec<Item>),
}

/// Makes the inside of the resource.
///
/// Without a source bucket, the argument is a variable, which the module around it has to declare.
///
/// | draft | items |
/// | --- | --- |
/// | role, two rules | `bucket`, `role`, `rule`, `rule` |
/// | nothing but a rule | `bucket`, `rule` |
pub(super) fn resource(draft: &ConfigurationDraft, source_bucket: Option<&str>) -> Vec<Item> {
    let mut items = vec![match source_bucket {
        Some(bucket) => Item::Text("bucket", bucket.to_owned()),
        None => Item::Expression("bucket", "var.source_bucket".to_owned()),
    }];
    text(&mut items, "role", draft.written_role());
    items.extend(draft.rules.iter().map(|one| Item::Block("rule", rule(one))));
    items
}

/// Adds a text, if there is one.
///
/// The value is any type with a text, such as the ARN of a bucket, which is written as it was read.
fn text(items: &mut Vec<Item>, name: &'static str, value: Option<impl ToString>) {
    items.extend(value.map(|value| Item::Text(name, value.to_string())));
}

/// Makes the inside of a rule. What is absent from the draft is absent here: `filter {}` and no
/// filter differ.
fn rule(rule: &RuleDraft) -> Vec<Item> {
    let mut items = Vec::new();
    text(&mut items, "id", rule.id.as_ref().map(RuleId::as_str));
    text(&mut items, "status", rule.status);
    // Arguments first, then blocks: HCL does not need this order, and readers expect it.
    items.extend(rule.priority.map(|priority| Item::Number("priority", priority.get().into())));
    text(&mut items, "prefix", rule.prefix.as_ref().map(Prefix::as_str));
    items.extend(rule.filter.as_ref().map(|one| Item::Block("filter", filter(one))));
    switch(&mut items, "delete_marker_replication", rule.delete_marker_replication);
    switch(&mut items, "existing_object_replication", rule.existing_object_replication);
    if let Some(selection) = rule.source_selection_criteria {
        let mut inside = Vec::new();
        switch(&mut inside, "sse_kms_encrypted_objects", selection.sse_kms_encrypted_objects);
        switch(&mut inside, "replica_modifications", selection.replica_modifications);
        items.push(Item::Block("source_selection_criteria", inside));
    }
    let destination = rule.destination.as_ref();
    items.extend(destination.map(|one| Item::Block("destination", self::destination(one))));
    items
}

/// Adds a block with nothing but a status, if there is one.
///
/// An absent switch is no block: with one, the provider would send it.
fn switch(items: &mut Vec<Item>, name: &'static str, status: Option<RuleStatus>) {
    // The word of the API, `Enabled` or `Disabled`, is that of the provider.
    let block =
        |status: RuleStatus| Item::Block(name, vec![Item::Text("status", status.to_string())]);
    items.extend(status.map(block));
}

/// Makes the inside of a filter. A single tag is a block, and tags of `And` are a map: the provider
/// has them so.
fn filter(filter: &FilterDraft) -> Vec<Item> {
    let mut items = Vec::new();
    text(&mut items, "prefix", filter.prefix.as_ref().map(Prefix::as_str));
    items.extend(filter.tag.as_ref().map(|tag| {
        let (key, value) = (tag.key().to_owned(), tag.value().to_owned());
        Item::Block("tag", vec![Item::Text("key", key), Item::Text("value", value)])
    }));
    items.extend(filter.and.as_ref().map(|and| {
        let mut inside = Vec::new();
        text(&mut inside, "prefix", and.prefix.as_ref().map(Prefix::as_str));
        // In the order of the draft; the provider sorts them when it sends them.
        let tags = and.tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
        inside.push(Item::Map("tags", tags.collect()));
        Item::Block("and", inside)
    }));
    items
}

/// Makes the inside of a destination. Each block is there if the draft has it, with whatever it
/// has.
fn destination(destination: &DestinationDraft) -> Vec<Item> {
    let mut items = Vec::new();
    text(&mut items, "bucket", destination.bucket.as_ref());
    text(&mut items, "account", destination.account.as_ref());
    text(&mut items, "storage_class", destination.storage_class.as_ref().map(StorageClass::as_str));
    items.extend(destination.access_control_translation.map(|owner| {
        let owner = owner.to_string();
        Item::Block("access_control_translation", vec![Item::Text("owner", owner)])
    }));
    items.extend(destination.encryption_configuration.as_ref().map(|encryption| {
        let mut inside = Vec::new();
        text(&mut inside, "replica_kms_key_id", encryption.replica_kms_key_id.as_ref());
        Item::Block("encryption_configuration", inside)
    }));
    items.extend(destination.replication_time.map(|time| {
        let mut inside = Vec::new();
        text(&mut inside, "status", time.status);
        minutes(&mut inside, "time", time.time);
        Item::Block("replication_time", inside)
    }));
    items.extend(destination.metrics.map(|metrics| {
        let mut inside = Vec::new();
        text(&mut inside, "status", metrics.status);
        minutes(&mut inside, "event_threshold", metrics.event_threshold);
        Item::Block("metrics", inside)
    }));
    items
}

/// Adds a block with a number of minutes, which may be empty.
fn minutes(items: &mut Vec<Item>, name: &'static str, value: Option<ReplicationTimeValueDraft>) {
    let number = |minutes: Minutes| Item::Number("minutes", minutes.get().into());
    items.extend(
        value.map(|value| Item::Block(name, value.minutes.map(number).into_iter().collect())),
    );
}

/// Writes the resource in HCL.
///
/// The name of the resource is always `replication`, since a configuration has none.
pub(super) fn write(items: &[Item]) -> String {
    let mut out =
        "resource \"aws_s3_bucket_replication_configuration\" \"replication\" {\n".to_owned();
    write_items(&mut out, items, 1);
    out.push_str("}\n");
    out
}

/// Writes items at a depth in levels of two spaces. A block has an empty line before it, unless it
/// is the first.
///
/// ```text
/// id       = "a"
/// priority = 1
///
/// filter {
///   prefix = "logs/"
/// }
/// ```
fn write_items(out: &mut String, items: &[Item], depth: usize) {
    let width = depth * 2;
    let name_of = |item: &Item| match item {
        Item::Text(name, _) | Item::Number(name, _) | Item::Expression(name, _) => name.len(),
        Item::Map(..) | Item::Block(..) => 0,
    };
    // Only arguments on one line are aligned, so a map and a block count as nothing.
    let longest = items.iter().map(name_of).max().unwrap_or(0);
    for (index, item) in items.iter().enumerate() {
        match item {
            Item::Text(name, value) => {
                let _ = writeln!(out, "{:width$}{name:longest$} = {}", "", quoted(value));
            }
            Item::Number(name, value) => {
                let _ = writeln!(out, "{:width$}{name:longest$} = {value}", "");
            }
            Item::Expression(name, value) => {
                let _ = writeln!(out, "{:width$}{name:longest$} = {value}", "");
            }
            // Keys are in quotation marks, since a key of a tag may have any characters.
            Item::Map(name, members) => {
                let _ = writeln!(out, "{:width$}{name} = {{", "");
                for (key, value) in members {
                    let _ = writeln!(out, "{:width$}  {} = {}", "", quoted(key), quoted(value));
                }
                let _ = writeln!(out, "{:width$}}}", "");
            }
            Item::Block(name, inside) => {
                if index > 0 {
                    out.push('\n');
                }
                // `filter {}` stands on one line, as `terraform fmt` writes it.
                if inside.is_empty() {
                    let _ = writeln!(out, "{:width$}{name} {{}}", "");
                } else {
                    let _ = writeln!(out, "{:width$}{name} {{", "");
                    write_items(out, inside, depth + 1);
                    let _ = writeln!(out, "{:width$}}}", "");
                }
            }
        }
    }
}

/// Returns a text in quotation marks, in which nothing is an expression.
///
/// Other control characters than line breaks and tabs have the escape of HCL with four digits.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    // The beginnings of expressions come first, because their escape has neither quotation marks
    // nor backslashes.
    for c in literal(text).chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns a text in which the beginnings of expressions are escaped.
///
/// A prefix `${a}/` is legal in S3, and without this Terraform would take it for an expression.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// Writes the resource in the JSON of Terraform.
///
/// The text is indented and ends with a line feed. A variable is `"${var.source_bucket}"`, as JSON
/// has no expressions.
pub(super) fn write_json(items: &[Item]) -> String {
    // The labels of the block are members around it.
    let resource = json!({"resource": {"aws_s3_bucket_replication_configuration": {
        "replication": Value::Object(members(items))
    }}});
    format!("{resource:#}\n")
}

/// Makes the members of an object. Blocks of one name are an array, also a single one: Terraform
/// reads both, and an array stays right when a second rule is added.
fn members(items: &[Item]) -> Map<String, Value> {
    let mut members = Map::new();
    for item in items {
        match item {
            Item::Text(name, value) => {
                members.insert((*name).to_owned(), literal(value).into());
            }
            Item::Number(name, value) => {
                members.insert((*name).to_owned(), (*value).into());
            }
            Item::Expression(name, value) => {
                members.insert((*name).to_owned(), format!("${{{value}}}").into());
            }
            Item::Map(name, inside) => {
                let inside = inside.iter().map(|(key, value)| (key.clone(), literal(value).into()));
                members.insert((*name).to_owned(), Value::Object(inside.collect()));
            }
            Item::Block(name, inside) => {
                // The array of the first block of the name takes in the others.
                let blocks = members.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(blocks) = blocks {
                    blocks.push(Value::Object(self::members(inside)));
                }
            }
        }
    }
    members
}
