//! YAML as it is printed for JSON, such as by `aws … --output yaml`.
//!
//! The AWS CLI prints YAML 1.2, in which `yes` and `010` are strings, and CloudFormation reads 1.1.

use std::fmt::Write as _;
use std::sync::Arc;

use super::made::{Made, make};
use super::{Document, Element, Kind, SyntaxError, empty_document, read_yaml};

/// Reads YAML with the kinds that its values have in JSON.
pub(crate) fn read_plain_yaml(text: &str) -> Result<Document<'static>, SyntaxError> {
    let document = read_yaml(text)?;
    make(&made(document.root())).ok_or_else(empty_document)
}

/// Returns a YAML text as JSON, for what reads JSON only. Each value is in the line that it has in the
/// YAML, so that the lines of messages are right.
///
/// Plain scalars have the kind that YAML 1.2 gives them, as the AWS CLI prints them.
///
/// # Errors
///
/// Text that [`read_yaml`](super::read_yaml) refuses.
///
/// # Examples
///
/// ```
/// use s3_replication::document::json_of_yaml;
///
/// let json = json_of_yaml("ContentLength: 7\nMetadata:\n  draft: yes\n")?;
/// assert_eq!(json, "{\"ContentLength\":7,\n\"Metadata\":{\n\"draft\":\"yes\"}}");
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn json_of_yaml(text: &str) -> Result<String, SyntaxError> {
    let document = read_plain_yaml(text)?;
    let mut writer = Writer { yaml: text, read: 0, json: String::with_capacity(text.len()) };
    writer.value(document.root());
    Ok(writer.json)
}

/// Returns an element with the kinds of JSON. The recursion is as deep as the document.
fn made(element: Element<'_, '_>) -> Made {
    let text = element.text();
    let kind = match element.kind() {
        Kind::Boolean
            if !matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE") =>
        {
            Kind::String
        }
        Kind::Number if text.parse::<serde_json::Number>().is_err() => Kind::String,
        kind => kind,
    };
    let text = match kind {
        Kind::Boolean => text.to_ascii_lowercase().into(),
        Kind::Null => "null".into(),
        _ => Arc::from(text),
    };
    Made {
        kind,
        name: element.name().into(),
        text,
        head: element.head(),
        content: element.content(),
        children: element.children().map(made).collect(),
        is_resource: false,
    }
}

/// A writer of JSON with the lines of a YAML text.
struct Writer<'t> {
    yaml: &'t str,
    /// The bytes of the YAML whose line breaks are written.
    read: usize,
    json: String,
}

impl Writer<'_> {
    fn value(&mut self, element: Element<'_, '_>) {
        let brackets = match element.kind() {
            Kind::Object => ('{', '}'),
            Kind::Array => ('[', ']'),
            Kind::String => return self.string(element.text()),
            _ => return self.json.push_str(element.text()),
        };
        self.json.push(brackets.0);
        for (index, child) in element.children().enumerate() {
            if index > 0 {
                self.json.push(',');
            }
            self.go_to(child.head().start() as usize);
            if element.kind() == Kind::Object {
                self.string(child.name());
                self.json.push(':');
            }
            self.value(child);
        }
        self.json.push(brackets.1);
    }

    fn go_to(&mut self, place: usize) {
        let between = self.yaml.get(self.read..place).unwrap_or_default();
        self.json.extend(between.chars().filter(|c| *c == '\n'));
        self.read = self.read.max(place);
    }

    fn string(&mut self, text: &str) {
        self.json.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.json.extend(['\\', c]),
                c if c.is_control() => drop(write!(self.json, "\\u{:04x}", u32::from(c))),
                c => self.json.push(c),
            }
        }
        self.json.push('"');
    }
}
