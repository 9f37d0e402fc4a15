//! The JSON Schema of a document, from its table.
//!
//! Editors check and complete documents by such a schema, and programs compare it with the model of
//! a service. It states names, kinds, words and ranges; this crate checks more than a schema can
//! say.
//!
//! An example, of a member with two words and one with a range:
//!
//! ```json
//! {"type": "object", "properties": {
//!    "Status": {"type": "string", "enum": ["Enabled", "Disabled"]},
//!    "Priority": {"type": "integer", "minimum": 0, "maximum": 2147483647}},
//!  "required": ["Status"], "additionalProperties": false}
//! ```
//!
//! A schema is never stricter than the reader. A document that the schema refuses is refused by the
//! reader; the reverse does not hold.
//!
//! The schemas are printed by the command `schema`, and are functions of the types in the library,
//! such as `ReplicationConfiguration::json_schema`. The names are those of the JSON of the AWS CLI:
//! there is no schema of XML or of a template.

use serde_json::{Map as Object, Value, json};

use crate::form::schema::{Content, Integer, List, Occurs, Row, Schema};

/// Returns the schema of the JSON form of a document, as indented JSON.
///
/// The text is indented and ends with a line feed.
pub(crate) fn json_schema(schema: &Schema, title: &str) -> String {
    titled(title, Writer { schema }.content(&schema.content))
}

/// Returns the schema of a document that is given alone or in a member of an object around it.
///
/// Both forms are alternatives of one schema, which refers to the document once.
///
/// The wrapper is an object with `member` and nothing else. Members that the reader accepts beside
/// it, such as `Bucket` beside a configuration, are not in the schema.
pub(crate) fn json_schema_with_wrapper(schema: &Schema, title: &str, member: &str) -> String {
    let content = Writer { schema }.content(&schema.content);
    let reference = json!({ "$ref": "#/$defs/document" });
    let wrapper = json!({
        "type": "object",
        "properties": { member: reference },
        "required": [member],
        "additionalProperties": false,
    });
    let either = json!({ "$defs": { "document": content }, "anyOf": [reference, wrapper] });
    titled(title, object(either))
}

/// Returns the text of a schema with its title.
fn titled(title: &str, schema: Object<String, Value>) -> String {
    let mut root = Object::new();
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".to_owned(), json!(title));
    root.extend(schema);
    let mut text = format!("{:#}", Value::Object(root));
    text.push('\n');
    text
}

/// The schema decides whether unknown members are refused and whether `null` means absence.
///
/// A schema has no cycles, so the recursion of the writer is as deep as the table.
struct Writer<'a> {
    schema: &'a Schema,
}

impl Writer<'_> {
    /// Returns the schema of a content.
    ///
    /// Checks of texts are not stated: a regular expression for an ARN would have to be kept equal
    /// to the code that parses it. Words of an open set are examples, since an `enum` would refuse
    /// the others.
    fn content(&self, content: &Content) -> Object<String, Value> {
        let schema = match content {
            Content::Text(_) => json!({ "type": "string" }),
            // The AWS CLI takes a date alone, too, so no format is stated.
            Content::Moment(_) => {
                json!({ "type": "string", "description": "a moment such as 2026-11-22T10:00:00Z" })
            }
            Content::Word(words) if words.is_open => {
                json!({ "type": "string", "examples": (words.all)() })
            }
            Content::Word(words) => json!({ "type": "string", "enum": (words.all)() }),
            Content::Integer(Integer { min, max, .. }) => integer(*min, *max),
            Content::Boolean => json!({ "type": "boolean" }),
            Content::Fields(rows) => return self.fields(rows),
            Content::List(list) => return self.list(list),
            Content::Map(map) => {
                json!({ "type": "object", "additionalProperties": self.content(map.inside) })
            }
            Content::Either(single, inside) => {
                json!({ "anyOf": [self.content(single), self.content(inside)] })
            }
            Content::Nullable(inside) => {
                json!({ "anyOf": [self.content(inside), { "type": "null" }] })
            }
            Content::OneOrMany(list) => {
                json!({ "anyOf": [self.content(list.item), self.list(list)] })
            }
            Content::Scalar => json!({ "type": ["string", "number", "boolean"] }),
            Content::Unread => json!({}),
        };
        object(schema)
    }

    /// Returns the schema of an object.
    ///
    /// Unknown members are allowed exactly where the reader skips them.
    fn fields(&self, rows: &[Row]) -> Object<String, Value> {
        let properties: Object<String, Value> =
            rows.iter().map(|row| (row.json.to_owned(), self.row(row))).collect();
        let required: Vec<&str> =
            rows.iter().filter(|row| row.occurs == Occurs::Required).map(|row| row.json).collect();
        let mut schema = object(json!({ "type": "object", "properties": properties }));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        if !self.schema.authority.skips_unknown {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        schema
    }

    /// Returns the schema of a member. Where `null` means absence, a member that is not required
    /// may be `null`.
    ///
    /// A row that may occur many times is an array of its content. That XML repeats the element
    /// instead has no place in a schema of JSON.
    fn row(&self, row: &Row) -> Value {
        let mut schema = self.content(&row.content);
        if row.occurs == Occurs::Many {
            schema = object(json!({ "type": "array", "items": schema }));
        }
        let may_be_null = self.schema.authority.null_is_absent && row.occurs != Occurs::Required;
        match (may_be_null, schema.get("type")) {
            // An `enum` lists the values, so `null` as a further type would not be allowed by it.
            (true, Some(kind)) if !schema.contains_key("enum") => {
                let kinds = json!([kind, "null"]);
                schema.insert("type".to_owned(), kinds);
                Value::Object(schema)
            }
            (true, _) => json!({ "anyOf": [schema, { "type": "null" }] }),
            (false, _) => Value::Object(schema),
        }
    }

    /// Returns the schema of an array.
    fn list(&self, list: &List) -> Object<String, Value> {
        let mut schema = object(json!({ "type": "array", "items": self.content(list.item) }));
        if list.is_never_empty {
            schema.insert("minItems".to_owned(), json!(1));
        }
        schema
    }
}

/// Returns the schema of an integer. A bound that JSON numbers here cannot hold is left out.
///
/// These are lower bounds below the range of `i64`, and upper ones above that of `u64`.
fn integer(min: i128, max: i128) -> Value {
    let mut schema = object(json!({ "type": "integer" }));
    if let Ok(min) = i64::try_from(min) {
        schema.insert("minimum".to_owned(), json!(min));
    }
    if let Ok(max) = u64::try_from(max) {
        schema.insert("maximum".to_owned(), json!(max));
    }
    Value::Object(schema)
}

/// Returns the members of a JSON object.
///
/// Each caller passes an object of `json!`, so nothing is lost. Another value would become an empty
/// schema, which allows everything.
fn object(value: Value) -> Object<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Object::new(),
    }
}
