//! The resource of Terraform, in HCL and in its JSON.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::model::{
    ConfigurationDraft, DestinationDraft, FilterDraft, Minutes, Prefix, ReplicationTimeValueDraft,
    RuleDraft, RuleId, RuleStatus, StorageClass,
};

/// An item of a block.
pub(super) enum Item {
    Text(&'static str, String),
    Number(&'static str, i64),
    /// An expression, written as it is.
    Expression(&'static str, String),
    Map(&'static str, Vec<(String, String)>),
    Block(&'static str, Vec<Item>),
}

/// Makes the inside of the resource.
pub(super) fn resource(draft: &ConfigurationDraft, source_bucket: Option<&str>) -> Vec<Item> {
    let mut items = vec![match source_bucket {
        Some(bucket) => Item::Text("bucket", bucket.to_owned()),
        None => Item::Expression("bucket", "var.source_bucket".to_owned()),
    }];
    text(&mut items, "role", draft.written_role());
    items.extend(draft.rules.iter().map(|one| Item::Block("rule", rule(one))));
    items
}

fn text(items: &mut Vec<Item>, name: &'static str, value: Option<impl ToString>) {
    items.extend(value.map(|value| Item::Text(name, value.to_string())));
}

fn rule(rule: &RuleDraft) -> Vec<Item> {
    let mut items = Vec::new();
    text(&mut items, "id", rule.id.as_ref().map(RuleId::as_str));
    text(&mut items, "status", rule.status);
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

fn switch(items: &mut Vec<Item>, name: &'static str, status: Option<RuleStatus>) {
    let block =
        |status: RuleStatus| Item::Block(name, vec![Item::Text("status", status.to_string())]);
    items.extend(status.map(block));
}

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
        let tags = and.tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
        inside.push(Item::Map("tags", tags.collect()));
        Item::Block("and", inside)
    }));
    items
}

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

fn minutes(items: &mut Vec<Item>, name: &'static str, value: Option<ReplicationTimeValueDraft>) {
    let number = |minutes: Minutes| Item::Number("minutes", minutes.get().into());
    items.extend(
        value.map(|value| Item::Block(name, value.minutes.map(number).into_iter().collect())),
    );
}

/// Writes the resource in HCL.
pub(super) fn write(items: &[Item]) -> String {
    let mut out =
        "resource \"aws_s3_bucket_replication_configuration\" \"replication\" {\n".to_owned();
    write_items(&mut out, items, 1);
    out.push_str("}\n");
    out
}

fn write_items(out: &mut String, items: &[Item], depth: usize) {
    let width = depth * 2;
    let name_of = |item: &Item| match item {
        Item::Text(name, _) | Item::Number(name, _) | Item::Expression(name, _) => name.len(),
        Item::Map(..) | Item::Block(..) => 0,
    };
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
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
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
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// Writes the resource in the JSON of Terraform.
pub(super) fn write_json(items: &[Item]) -> String {
    let resource = json!({"resource": {"aws_s3_bucket_replication_configuration": {
        "replication": Value::Object(members(items))
    }}});
    format!("{resource:#}\n")
}

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
                let blocks = members.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(blocks) = blocks {
                    blocks.push(Value::Object(self::members(inside)));
                }
            }
        }
    }
    members
}
