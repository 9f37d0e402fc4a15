//! The comparison of shapes with JSON Schemas.

use std::collections::BTreeSet;

use s3_replication::ReplicationConfiguration;
use s3_replication::batch::request::JobSpecification;
use s3_replication::batch::response::{
    CreateJobResult, DescribeJobResult, ListJobsResult, UpdateJobPriorityResult,
    UpdateJobStatusResult,
};
use s3_replication::clause::Clause;
use s3_replication::diagnostic::ServiceErrorCode;
use serde_json::Value;

use crate::model::{Model, Shape};
use crate::words;

/// The differences found so far.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) differences: BTreeSet<String>,
    /// The number of members and words that both sides have.
    pub(crate) compared: usize,
}

/// Compares every document and every set of words.
pub(crate) fn documents(comparison: &mut Comparison, s3: &Model, s3control: &Model) {
    let configuration = schema(&ReplicationConfiguration::json_schema());
    let configuration = configuration.pointer("/$defs/document").cloned().unwrap_or_default();
    comparison.shape(s3, "ReplicationConfiguration", &configuration);
    for (name, text) in [
        ("CreateJobRequest", JobSpecification::json_schema()),
        ("CreateJobResult", CreateJobResult::json_schema()),
        ("DescribeJobResult", DescribeJobResult::json_schema()),
        ("ListJobsResult", ListJobsResult::json_schema()),
        ("UpdateJobPriorityResult", UpdateJobPriorityResult::json_schema()),
        ("UpdateJobStatusResult", UpdateJobStatusResult::json_schema()),
    ] {
        comparison.shape(s3control, name, &schema(&text));
    }
    for (name, known) in words::of_s3() {
        comparison.words(s3, name, &known);
    }
    for (name, known) in words::of_s3control() {
        comparison.words(s3control, name, &known);
    }
    for operation in
        ["CreateJob", "DescribeJob", "ListJobs", "UpdateJobPriority", "UpdateJobStatus"]
    {
        for error in s3control.errors(operation) {
            comparison
                .side(ServiceErrorCode::KNOWN.iter().any(|known| known.as_str() == error), || {
                    format!("new error of {operation} {error}")
                });
        }
    }
}

/// Looks up the shapes that the statements about S3 cite.
pub(crate) fn sources(comparison: &mut Comparison, s3: &Model, s3control: &Model) {
    for clause in Clause::ALL {
        for (mark, model) in [("BOTO:", s3), ("BOTOC:", s3control)] {
            for citation in clause.source().split(mark).skip(1) {
                let end = citation.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let (name, _) = citation.split_at(end.unwrap_or(citation.len()));
                comparison.side(model.knows(name), || {
                    format!("gone source of {} {mark}{name}", clause.id())
                });
            }
        }
    }
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

impl Comparison {
    /// Counts what is on both sides, and notes what is not.
    fn side(&mut self, is_on_both: bool, difference: impl FnOnce() -> String) {
        if is_on_both {
            self.compared += 1;
        } else {
            self.differences.insert(difference());
        }
    }

    fn shape(&mut self, model: &Model, name: &str, schema: &Value) {
        match model.shape(name) {
            Some(shape) => self.content(shape, schema),
            None => {
                self.differences.insert(format!("gone shape {name}"));
            }
        }
    }

    fn content(&mut self, shape: Shape<'_>, schema: &Value) {
        let schema = not_null(schema);
        // The crate does not read further here: the operations that it does not run.
        if schema.as_object().is_none_or(serde_json::Map::is_empty) {
            return;
        }
        let expected = kind_of(shape);
        let kind = kind(schema);
        self.side(expected == kind, || {
            format!("different kind {}, {expected} there and {kind} here", shape.name)
        });
        match shape.kind() {
            "structure" => self.members(shape, schema),
            "list" => {
                if let (Some(item), Some(items)) = (shape.item(), schema.get("items")) {
                    self.content(item, items);
                }
            }
            _ => self.listed(shape, schema),
        }
    }

    fn members(&mut self, shape: Shape<'_>, schema: &Value) {
        let members = shape.members();
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, inside) in &members {
            match known.and_then(|known| known.get(*name)) {
                Some(schema) => {
                    self.compared += 1;
                    self.content(*inside, schema);
                }
                None => {
                    self.differences.insert(format!("new member {}.{name}", shape.name));
                }
            }
        }
        for name in known.into_iter().flat_map(|known| known.keys()) {
            if !members.iter().any(|(member, _)| member == name) {
                self.differences.insert(format!("gone member {}.{name}", shape.name));
            }
        }
    }

    /// Compares the words of a schema that lists some.
    fn listed(&mut self, shape: Shape<'_>, schema: &Value) {
        let listed = |member: &str| -> Option<Vec<&str>> {
            let listed = schema.get(member)?.as_array()?.iter();
            Some(listed.filter_map(Value::as_str).collect())
        };
        match (listed("enum"), listed("examples")) {
            _ if shape.words().is_empty() => {}
            (Some(known), _) => self.each_word(shape, &known),
            // The set is open: more examples than words do no harm.
            (None, Some(known)) => self.new_words(shape, &known),
            (None, None) => {}
        }
    }

    fn words(&mut self, model: &Model, name: &str, known: &[String]) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        match model.shape(name) {
            Some(shape) => self.each_word(shape, &known),
            None => {
                self.differences.insert(format!("gone shape {name}"));
            }
        }
    }

    fn each_word(&mut self, shape: Shape<'_>, known: &[&str]) {
        self.new_words(shape, known);
        let words = shape.words();
        for word in known.iter().filter(|word| !words.contains(word)) {
            self.differences.insert(format!("gone word {} {word}", shape.name));
        }
    }

    fn new_words(&mut self, shape: Shape<'_>, known: &[&str]) {
        for word in shape.words() {
            self.side(known.contains(&word), || format!("new word {} {word}", shape.name));
        }
    }
}

/// Returns the schema of what is not `null`.
fn not_null(schema: &Value) -> &Value {
    let either = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let mut either = either.filter(|schema| kind(schema) != "null");
    either.next().unwrap_or(schema)
}

/// Returns the kind of JSON value that a shape is.
fn kind_of(shape: Shape<'_>) -> &str {
    match shape.kind() {
        "structure" | "map" => "object",
        "list" => "array",
        "long" => "integer",
        "timestamp" => "string",
        other => other,
    }
}

/// Returns the kind of a schema; of several kinds the first.
fn kind(schema: &Value) -> &str {
    let kind = schema.get("type");
    let first = kind.and_then(|kind| kind.get(0)).or(kind);
    first.and_then(Value::as_str).unwrap_or_default()
}
