//! The schemas of the documents that the commands write with `--format json`.
//!
//! A schema promises what its command promises: the members that a program may rely on. A later
//! version can add members, so no schema excludes others.
//!
//! The schemas are written by hand in `answers.json`, one member for each definition:
//!
//! ```text
//! {"check-output": {"type": "object", "properties": {"files": …}},
//!  "diagnostic":   {…}}
//! ```
//!
//! A definition refers to another one of either file as `#/$defs/NAME`, and to nothing outside. A
//! schema that is printed has to stand alone, so `schema` takes the definitions that it needs
//! along, and no more.

use serde_json::{Map, Value, json};

/// The documents, each with a line about it.
///
/// Their order is that of the list that `schema` prints. A definition that is not named here, such
/// as `diagnostic`, cannot be asked for by itself.
pub(super) const ANSWERS: &[(&str, &str)] = &[
    ("check-output", "findings about files"),
    ("decide-output", "a decision, one on each line"),
    ("explain-output", "a decision with its explanation, one on each line"),
    ("diff-output", "differences between two configurations"),
    ("assert-output", "answers about assertions"),
    ("topology-output", "the graph of buckets with its findings"),
    ("permissions-output", "IAM documents"),
    ("permissions-check-output", "missing permissions, of `permissions --check`"),
    ("migrate-output", "the result of a migration"),
    ("lints-output", "the catalogue of checks"),
    ("dialects-output", "the answers of stores"),
    ("batch-check-output", "findings about a manifest"),
    ("batch-report-output", "the summary of a completion report"),
    ("batch-run-output", "the results or the forecasts of batch jobs"),
    ("simulate-output", "the timeline and the final state of a scenario"),
];

/// The schemas by name, with those to which they refer: of answers, and of documents that no table
/// of fields reads.
const DEFINITIONS: [&str; 2] = [include_str!("answers.json"), include_str!("documents.json")];

/// Returns the schema of a document, with the definitions that it needs.
///
/// The name has to be one of `ANSWERS`, or one of the documents that `schema.rs` asks for. An
/// unknown one would make a schema with a reference that leads nowhere.
pub(super) fn schema(name: &str) -> String {
    let all = DEFINITIONS
        .iter()
        .flat_map(|text| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default());
    let all: Map<String, Value> = all.collect();
    // A walk over the references. A definition is visited once, so one that refers to itself ends
    // it.
    let mut needed = Map::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        if let (false, Some(definition)) = (needed.contains_key(&next), all.get(&next)) {
            references(definition, &mut open);
            needed.insert(next, definition.clone());
        }
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "$ref": format!("#/$defs/{name}"),
        "$defs": needed,
    });
    format!("{schema:#}\n")
}

/// Collects the names to which a schema refers.
///
/// A name is added each time it occurs. A `$ref` to anything but a definition of these files is
/// skipped.
fn references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            names.extend(reference.and_then(|one| one.strip_prefix("#/$defs/")).map(str::to_owned));
            members.values().for_each(|value| references(value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}
