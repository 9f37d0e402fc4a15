use std::fmt::Write as _;

use quick_xml::escape::escape;
use serde::Serialize;
use serde_json::Value;

use crate::batch::request::wire::NAMESPACE;
use crate::batch::request::wire::shape::{Content, Row, Shape};
use crate::form::Form;

/// Writes a value in a form: members in the order of the table, two spaces a level.
pub(in crate::batch) fn write(value: &impl Serialize, form: Form, shape: &Shape) -> String {
    // The values are our own, with texts for keys, so that nothing can fail.
    let value = serde_json::to_value(value).unwrap_or_default();
    let mut out = String::new();
    match form {
        Form::Xml => {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            let _ = writeln!(out, "<{} xmlns=\"{NAMESPACE}\">", shape.root);
            members(&mut out, shape.rows, &value, 1);
            let _ = writeln!(out, "</{}>", shape.root);
        }
        Form::CliJson => {
            out = serde_json::to_string_pretty(&value).unwrap_or_default();
            out.push('\n');
        }
    }
    out
}

fn members(out: &mut String, rows: &[Row], value: &Value, depth: usize) {
    for row in rows {
        if let Some(value) = value.get(row.json).filter(|value| !value.is_null()) {
            element(out, row.name, &row.content, value, depth);
        }
    }
}

fn element(out: &mut String, name: &str, content: &Content, value: &Value, depth: usize) {
    let width = depth * 2;
    let inside = match (content, value) {
        (Content::Fields(rows), _) => {
            let mut inside = String::new();
            members(&mut inside, rows, value, depth + 1);
            inside
        }
        (Content::List(names, content), Value::Array(items)) => {
            let mut inside = String::new();
            let name = names.first().copied().unwrap_or_default();
            for item in items {
                element(&mut inside, name, content, item, depth + 1);
            }
            inside
        }
        (Content::Unread, _) => String::new(),
        (_, value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // A carriage return that is not written as a reference reads back as a line feed.
            let text = escape(&*text).replace('\r', "&#13;");
            let _ = writeln!(out, "{:width$}<{name}>{text}</{name}>", "");
            return;
        }
    };
    if inside.is_empty() {
        let _ = writeln!(out, "{:width$}<{name}/>", "");
    } else {
        let _ = write!(out, "{:width$}<{name}>\n{inside}{:width$}</{name}>\n", "", "");
    }
}
