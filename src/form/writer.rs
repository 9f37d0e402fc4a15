//! The writer: a value as text in a form, in the order of the schema and two spaces a level.
//!
//! A document that is written reads back as the same value, in either form. Members that are absent
//! are not written: an absent element and an empty one differ (REP-113), and the value knows which
//! it has.
//!
//! The value arrives as JSON with the names of JSON, and the table supplies the XML names. The same
//! table reads, so no name is spelled twice.
//!
//! The layout is the same for every document, so that a written file compares well with its next
//! version:
//!
//! ```xml
//! <Filter>
//!   <And>
//!     <Prefix>logs/</Prefix>
//!     <Tag>
//!       <Key>keep</Key>
//!       <Value>yes</Value>
//!     </Tag>
//!   </And>
//! </Filter>
//! ```
//!
//! Callers are `configuration::write`, for configurations, and the requests and answers of `batch`.
//! The writer checks nothing: a value that the reader would refuse is written as it is.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::form::Form;
use crate::form::schema::{Content, Occurs, Row, Schema};

/// Writes a value whose members have their names in JSON. Members without a row are left out.
///
/// Members come out in the order of the table, whatever the order of the fields of the type.
///
/// This is for types that derive `Serialize`. Configurations, whose absent and empty elements
/// differ, are built with [`Members`] and go to [`write_value`].
pub(crate) fn write(value: &impl Serialize, form: Form, schema: &Schema) -> String {
    // INVARIANT: the types of this crate have text for keys, and no serializer that fails.
    let value = serde_json::to_value(value).unwrap_or_else(|error| {
        debug_assert!(false, "a value of our own cannot be written: {error}");
        Value::Null
    });
    write_value(&value, form, schema)
}

/// Writes an object whose members have their names in JSON. Members without a row are left out.
///
/// In XML, the text begins with a declaration and the root has the namespace of the service. The
/// text ends with a line feed in both forms.
pub(crate) fn write_value(value: &Value, form: Form, schema: &Schema) -> String {
    let mut out = String::new();
    match form {
        Form::Xml => {
            let Schema { root, authority, .. } = schema;
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            let _ = writeln!(out, "<{root} xmlns=\"{}\">", authority.namespace);
            xml_fields(&mut out, schema.rows(), value, 1);
            let _ = writeln!(out, "</{root}>");
        }
        Form::CliJson | Form::CloudFormation | Form::Terraform => {
            json_object(&mut out, schema.rows(), value, 0, form);
            out.push('\n');
        }
    }
    out
}

/// Returns the members that are present, in the order of the rows.
///
/// A member that is `null` is absent.
fn members<'v>(
    rows: &'static [Row],
    value: &'v Value,
) -> impl Iterator<Item = (&'static Row, &'v Value)> {
    let present = rows.iter().filter_map(|row| Some((row, value.get(row.json)?)));
    present.filter(|(_, value)| !value.is_null())
}

/// Writes the children of an element, at a depth counted in levels below the root element's parent.
///
/// A row that may occur many times is an array in the value and an element again and again in the
/// text. An empty array is no element.
fn xml_fields(out: &mut String, rows: &'static [Row], value: &Value, depth: usize) {
    for (row, value) in members(rows, value) {
        match value {
            Value::Array(items) if row.occurs == Occurs::Many => {
                for item in items {
                    xml_element(out, row.name, &row.content, item, depth);
                }
            }
            _ => xml_element(out, row.name, &row.content, value, depth),
        }
    }
}

/// Writes one element with a line end. An element without content is written as `<Filter/>`.
fn xml_element(
    out: &mut String,
    name: &str,
    content: &'static Content,
    value: &Value,
    depth: usize,
) {
    let width = depth * 2;
    let _ = write!(out, "{:width$}<{name}>", "");
    // Where the content begins. If nothing follows, the bracket before it is taken back for `/>`.
    let start = out.len();
    match (content, value) {
        (Content::Fields(rows), _) => xml_fields(out, rows, value, depth + 1),
        (Content::List(list), Value::Array(items)) => {
            for item in items {
                let name = list.names.first().copied().unwrap_or("member");
                xml_element(out, name, list.item, item, depth + 1);
            }
        }
        // The table does not look into it, so its elements have no names in XML.
        (Content::Unread, _) => {}
        (_, value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // A carriage return that is not written as a reference reads back as a line feed.
            let text = escape(&*text).replace('\r', "&#13;");
            let _ = writeln!(out, "{text}</{name}>");
            return;
        }
    }
    // Nothing was written inside: the start tag becomes an empty one.
    if out.len() == start {
        out.truncate(start - 1);
        out.push_str("/>\n");
    } else {
        // The line end goes in only now, because an empty element must not have one.
        out.insert(start, '\n');
        let _ = writeln!(out, "{:width$}</{name}>", "");
    }
}

/// Writes a value. What the table does not look into is written as `serde_json` writes it.
///
/// Only objects and arrays with a row are laid out over several lines; anything else is on one.
fn json_value(
    out: &mut String,
    content: &'static Content,
    value: &Value,
    depth: usize,
    form: Form,
) {
    match (content, value) {
        (Content::Fields(rows), Value::Object(_)) => json_object(out, rows, value, depth, form),
        (Content::List(list), Value::Array(items)) => json_list(out, list.item, items, depth, form),
        _ => {
            let _ = write!(out, "{value}");
        }
    }
}

/// Writes an object, one member a line.
fn json_object(out: &mut String, rows: &'static [Row], value: &Value, depth: usize, form: Form) {
    let mut is_first = true;
    out.push('{');
    for (row, value) in members(rows, value) {
        json_separator(out, &mut is_first, depth + 1);
        let _ = write!(out, "\"{}\": ", row.name_in(form));
        match value {
            Value::Array(items) if row.occurs == Occurs::Many => {
                json_list(out, &row.content, items, depth + 1, form);
            }
            _ => json_value(out, &row.content, value, depth + 1, form),
        }
    }
    json_end(out, is_first, depth, '}');
}

/// Writes an array, one item a line.
fn json_list(out: &mut String, item: &'static Content, items: &[Value], depth: usize, form: Form) {
    let mut is_first = true;
    out.push('[');
    for value in items {
        json_separator(out, &mut is_first, depth + 1);
        json_value(out, item, value, depth + 1, form);
    }
    json_end(out, is_first, depth, ']');
}

/// Begins the next line of an object or array, behind a comma if it is not the first.
fn json_separator(out: &mut String, is_first: &mut bool, depth: usize) {
    let comma = if std::mem::take(is_first) { "" } else { "," };
    let _ = write!(out, "{comma}\n{:width$}", "", width = depth * 2);
}

/// Closes an object or array; an empty one stays on its line.
fn json_end(out: &mut String, is_empty: bool, depth: usize, end: char) {
    if !is_empty {
        let _ = write!(out, "\n{:width$}", "", width = depth * 2);
    }
    out.push(end);
}

/// The members of an object that is built by hand, without those that are absent.
///
/// Serde would write empty objects and nulls for what a draft does not have; this type leaves them
/// out.
#[derive(Default)]
pub(crate) struct Members(pub(crate) Map<String, Value>);

impl Members {
    /// Adds a member, if there is a value.
    pub(crate) fn put(&mut self, name: &str, value: Option<impl Into<Value>>) {
        self.0.extend(value.map(|value| (name.to_owned(), value.into())));
    }

    /// Adds an object that `write` fills, if there is something to write.
    ///
    /// For example, `inside("Filter", filter, write)` adds `"Filter": {}` for a filter without
    /// members, and nothing where there is no filter (REP-113).
    pub(crate) fn inside<T>(
        &mut self,
        name: &str,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) {
        if let Some(value) = value {
            let mut inside = Self::default();
            write(&mut inside, value);
            self.put(name, Some(inside.0));
        }
    }
}
