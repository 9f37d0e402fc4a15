//! The YAML of CloudFormation.
//!
//! ```text
//! {"Rules": [{"ID": "a", "Filter": {}}]}      Rules:
//!                                               - Id: a
//!                                                 Filter: {}
//! ```
//!
//! The order of the members is that of the schema, so equal configurations have equal texts. The
//! names of the AWS CLI go in, because [`ConfigurationDraft`](crate::model::ConfigurationDraft)
//! writes those completely; the schema has the name of each field in CloudFormation.

use std::fmt::Write as _;

use serde_json::Value;

use crate::form::Form;
use crate::form::schema::{Row, Schema};

/// Writes a value whose members have the names of the AWS CLI.
pub(super) fn write(value: &Value, schema: &Schema) -> String {
    let mut out = String::new();
    fields(&mut out, schema.rows(), value, 0, false);
    out
}

/// Writes the members of an object, each on lines of its own. With `is_item` the first follows a dash.
///
/// An item begins on the line of its dash, so its first member has no indentation of its own, and
/// the others stand below it.
///
/// `depth` counts levels of two spaces. A row of items has its dash one level further in, and the
/// members of an item two, so that they stand below the first one behind the dash.
fn fields(out: &mut String, rows: &'static [Row], value: &Value, depth: usize, is_item: bool) {
    let mut is_first = is_item;
    for row in rows {
        let Some(value) = value.get(row.json).filter(|value| !value.is_null()) else { continue };
        // Behind the dash the line has its indentation already.
        let width = if std::mem::take(&mut is_first) { 0 } else { depth * 2 };
        let name = row.name_in(Form::CloudFormation);
        let _ = write!(out, "{:width$}{name}:", "");
        let inside = row.content.fields();
        match value {
            Value::Object(members) if members.is_empty() => out.push_str(" {}\n"),
            Value::Object(_) => {
                out.push('\n');
                fields(out, inside, value, depth + 1, false);
            }
            Value::Array(items) if items.is_empty() => out.push_str(" []\n"),
            Value::Array(items) => {
                out.push('\n');
                for item in items {
                    let width = (depth + 1) * 2;
                    let _ = write!(out, "{:width$}- ", "");
                    if item.is_object() {
                        fields(out, inside, item, depth + 2, true);
                    } else {
                        scalar(out, item);
                    }
                }
            }
            _ => {
                out.push(' ');
                scalar(out, value);
            }
        }
    }
    // An item without a member would leave a dash alone, which is null in YAML.
    if is_first {
        out.push_str("{}\n");
    }
}

/// Writes a text, a number or a truth value, and ends the line.
///
/// Numbers and truth values are written as JSON has them, without quotation marks.
fn scalar(out: &mut String, value: &Value) {
    match value.as_str() {
        Some(text) if is_plain(text) => out.push_str(text),
        Some(text) => quoted(out, text),
        None => {
            let _ = write!(out, "{value}");
        }
    }
    out.push('\n');
}

/// Returns true for a word that every version of YAML reads as a text.
///
/// Everything else is quoted. The words of [`OTHERS`] are truth values or null in YAML 1.1, which
/// CloudFormation reads, and texts in YAML 1.2: quotation marks make them texts in both.
fn is_plain(text: &str) -> bool {
    const OTHERS: &[&str] = &["y", "yes", "n", "no", "true", "false", "on", "off", "null"];
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_word)
        && !OTHERS.contains(&text.to_ascii_lowercase().as_str())
}

/// Writes a text in quotation marks, on one line.
///
/// The escapes are those of YAML in double quotation marks, which CloudFormation reads like JSON.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // YAML wants these escaped, and some are line breaks in version 1.1.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
