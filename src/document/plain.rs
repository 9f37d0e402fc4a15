//! YAML as it is printed for JSON, such as by `aws … --output yaml`.
//!
//! The AWS CLI prints YAML 1.2, in which `yes` and `010` are strings, and CloudFormation reads 1.1.
//!
//! Two callers need this: the parser of configurations, which wants a tree, and the command line,
//! whose other readers take JSON. `yaml` reads the text as a template would; this file gives the
//! scalars the kinds that YAML 1.2 has:
//!
//! | written | kind in a template | kind here |
//! | --- | --- | --- |
//! | `yes`, `off` | boolean | string |
//! | `True` | boolean | boolean, as `true` |
//! | `0x1F`, `1_000`, `010` | number | string |
//! | `1.5e+3` | number | number |
//! | `~` | null | null |

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
///
/// A number is what `serde_json` parses as one. Anything else that YAML takes for a number keeps
/// its text as a string, so nothing is lost.
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
    /// Writes a value and what is in it.
    ///
    /// Line breaks are written before a member or an item, as many as the YAML has there, so both
    /// texts have it on the same line. The recursion is as deep as the document.
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

    /// Writes the line breaks of the YAML up to a place.
    ///
    /// A place before the last one, as an alias has it, adds none: its content stands on a line
    /// that is written.
    fn go_to(&mut self, place: usize) {
        let between = self.yaml.get(self.read..place).unwrap_or_default();
        self.json.extend(between.chars().filter(|c| *c == '\n'));
        self.read = self.read.max(place);
    }

    /// Writes a string of JSON. Control characters are escaped, line breaks among them, since a
    /// line break as itself would shift all lines behind it.
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
