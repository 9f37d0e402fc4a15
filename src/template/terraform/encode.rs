//! The function `jsonencode`.
//!
//! A policy in Terraform is a text of JSON, and `jsonencode` is the usual way to write it. The text
//! has to be the one that Terraform makes, byte by byte, because functions such as `replace` and
//! `length` may follow.
//!
//! ```text
//! jsonencode({ b = 1, a = [true] })        {"a":[true],"b":1}
//! jsonencode({ a = var.unknown })          Unknown({"a":"${var.unknown}"})
//! ```
//!
//! The opposite, [`decoded`], reads a text of JSON again, for documents that others are merged
//! from. `evaluate` and `policy_document` are the callers.

use super::evaluate::Evaluator;
use crate::template::value::{Data, LONGEST_TEXT, Member, Value};
use crate::text::Span;

/// The bytes of a text that count as one step of evaluation.
///
/// A step of evaluation costs far more than the copy of a byte.
const BYTES_OF_STEP: usize = 16;

impl Evaluator<'_> {
    /// Encodes a value as `jsonencode` does. The text of an unknown value is its expression, and the
    /// result is unknown then.
    ///
    /// A text that becomes too long ends the encoding in its middle, so that a document of a
    /// thousand values is not written in full before it is refused.
    pub(super) fn encode(&self, value: &Value, place: Span) -> Value {
        let mut encoder = Encoder { text: String::new(), is_known: true };
        let is_short = encoder.add(value).is_some();
        let Encoder { text, is_known } = encoder;
        self.count_bytes(&text);
        match (is_short, is_known) {
            (false, _) => Value::unknown("a text that is too long", place),
            (true, true) => Value::string(text, place),
            (true, false) => Value::unknown_text(text, place),
        }
    }

    /// Counts the bytes of a text that is made or read. Otherwise documents that contain each other twice
    /// would be a bomb.
    ///
    /// A data source may contain the text of another one twice, and that one a third, so that texts
    /// double with each level.
    pub(super) fn count_bytes(&self, text: &str) {
        self.steps.set(self.steps.get() + text.len() / BYTES_OF_STEP);
    }
}

/// Makes a value of JSON.
///
/// Every value of it has the place of the text: a document that is a text has no places inside.
///
/// A number keeps its spelling as `serde_json` prints it. Of members with one name the last one
/// counts.
pub(super) fn decoded(json: &serde_json::Value, place: Span) -> Value {
    use serde_json::Value as Json;
    let data = match json {
        Json::Null => Data::Null,
        Json::Bool(value) => Data::Boolean(*value),
        Json::Number(number) => Data::Number(number.to_string().into()),
        Json::String(text) => Data::String(text.as_str().into()),
        Json::Array(items) => Data::List(items.iter().map(|item| decoded(item, place)).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| Member {
                name: name.as_str().into(),
                head: place,
                value: decoded(value, place),
            });
            Data::Object(members.collect())
        }
    };
    Value::new(data, place)
}

/// The text so far, and if it is one that Terraform would make.
struct Encoder {
    text: String,
    is_known: bool,
}

impl Encoder {
    /// Adds a value; nothing if the text becomes too long.
    fn add(&mut self, value: &Value) -> Option<()> {
        match &value.data {
            Data::Null | Data::Absent => self.text.push_str("null"),
            Data::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Data::Number(text) => self.text.push_str(text),
            Data::String(text) => self.add_text(text),
            // Readers see the expression as it is written; nothing reads the text of an unknown value.
            Data::Unknown(unknown) => {
                self.is_known = false;
                self.text.push('"');
                self.text.push_str(&unknown.text);
                self.text.push('"');
            }
            Data::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.add_comma(index);
                    self.add(item)?;
                }
                self.text.push(']');
            }
            Data::Object(members) => {
                // Terraform keeps no order of members. Its encoder writes them sorted.
                let mut sorted: Vec<&Member> = members.iter().collect();
                sorted.sort_by(|one, other| one.name.cmp(&other.name));
                self.text.push('{');
                for (index, member) in sorted.into_iter().enumerate() {
                    self.add_comma(index);
                    self.add_text(&member.name);
                    self.text.push(':');
                    self.add(&member.value)?;
                }
                self.text.push('}');
            }
        }
        (self.text.len() <= LONGEST_TEXT).then_some(())
    }

    /// Adds a comma before every item but the first.
    fn add_comma(&mut self, index: usize) {
        if index > 0 {
            self.text.push(',');
        }
    }

    /// Adds a text in quotes. Terraform escapes what is special in HTML.
    fn add_text(&mut self, text: &str) {
        // `serde_json` escapes what JSON demands. The encoder of Go, which Terraform uses, escapes
        // five more characters.
        let quoted = serde_json::Value::from(text).to_string();
        for character in quoted.chars() {
            match character {
                '<' => self.text.push_str("\\u003c"),
                '>' => self.text.push_str("\\u003e"),
                '&' => self.text.push_str("\\u0026"),
                '\u{2028}' => self.text.push_str("\\u2028"),
                '\u{2029}' => self.text.push_str("\\u2029"),
                other => self.text.push(other),
            }
        }
    }
}
