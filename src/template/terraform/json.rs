//! From the JSON of Terraform to bodies and expressions.
//!
//! The JSON of Terraform has no blocks: an object may be the value of an argument or a block, and
//! only the schema of the provider decides. Labels are members around a block. A block that is
//! repeated is an array:
//!
//! ```text
//! {"resource": {"aws_s3_bucket": {"photos": {"bucket": "p"}}}}
//!   resource "aws_s3_bucket" "photos" { bucket = "p" }
//! {"rule": [{"id": "a"}, {"id": "b"}]}
//!   rule { id = "a" }   rule { id = "b" }
//! ```
//!
//! Generators write this form: CDK for Terraform, and scripts that have no writer of HCL.

use hcl_edit::parser::parse_template;

use super::hcl::Places;
use super::syntax::{Attribute, Block, Body, Expression, Node};
use crate::document::{Element, Kind};
use crate::template::value::Data;
use crate::text::Span;

/// The names of what is a block, not an attribute, in the resources and data sources that are read.
///
/// A name that is missing here becomes an argument with an object, and the check of arguments
/// reports a block as missing. No name is a block in one resource that is read and a map in
/// another.
const BLOCKS: &[&str] = &[
    "access_control_translation",
    "and",
    "apply_server_side_encryption_by_default",
    "condition",
    "content",
    "delete_marker_replication",
    "destination",
    "encryption_configuration",
    "event_threshold",
    "existing_object_replication",
    "filter",
    "inline_policy",
    "lifecycle",
    "metrics",
    "not_principals",
    "principals",
    "replica_modifications",
    "replication_configuration",
    "replication_time",
    "rule",
    "rules",
    "server_side_encryption_configuration",
    "source_selection_criteria",
    "sse_kms_encrypted_objects",
    "statement",
    "tag",
    "time",
    "timeouts",
    "versioning",
    "versioning_configuration",
];

/// Converts a file in the JSON syntax of Terraform.
///
/// Sections that declare nothing of interest, such as `moved` and `import`, are left out. Comments
/// have the name `//`.
///
/// The number of labels is that of the section: a resource has a type and a name, a variable a
/// name, and `locals` none.
pub(super) fn file(root: Element<'_, '_>) -> Body {
    let mut body = Body::default();
    for section in root.children() {
        let labels = match section.name() {
            "resource" | "data" => 2,
            "variable" | "module" | "provider" | "output" => 1,
            "locals" | "terraform" => 0,
            _ => continue,
        };
        labelled(section.name(), labels, Vec::new(), section, &mut body);
    }
    body
}

/// Adds the blocks below an element whose members are labels.
///
/// An array may stand at every level, in place of one object: Terraform merges its items.
///
/// `labels` is the number that a block of this kind has, and `above` those that were read so far.
///
/// | element, with one label wanted | blocks |
/// | --- | --- |
/// | `{"a": {…}, "b": {…}}` | `a` and `b` |
/// | `[{"a": {…}}, {"a": {…}}]` | `a` twice |
/// | `{"a": [{…}, {…}]}` | `a` twice |
fn labelled(
    kind: &str,
    labels: usize,
    above: Vec<String>,
    element: Element<'_, '_>,
    body: &mut Body,
) {
    if element.kind() == Kind::Array {
        for item in element.children() {
            labelled(kind, labels, above.clone(), item, body);
        }
    } else if above.len() == labels {
        let inside = self::body(element);
        let head = element.head();
        body.blocks.push(Block { kind: kind.into(), labels: above, head, body: inside });
    } else {
        for child in element.children() {
            let mut below = above.clone();
            below.push(child.name().to_owned());
            labelled(kind, labels, below, child, body);
        }
    }
}

/// Converts the members of an object. An empty array of blocks is no block at all.
fn body(element: Element<'_, '_>) -> Body {
    let mut body = Body::default();
    for child in element.children() {
        let name = child.name();
        let objects = || child.children().all(|item| item.kind() == Kind::Object);
        // A text in the place of a block stays an argument, and the check of arguments reports it.
        let holds_objects =
            child.kind() == Kind::Object || child.kind() == Kind::Array && objects();
        // The label of a `dynamic` block is the member inside: `{"dynamic": {"rule": {…}}}`.
        if name == "dynamic" {
            labelled("dynamic", 1, Vec::new(), child, &mut body);
        } else if BLOCKS.contains(&name) && holds_objects {
            labelled(name, 0, Vec::new(), child, &mut body);
        } else if !name.starts_with("//") {
            let value = expression(child);
            body.attributes.push(Attribute { name: name.into(), head: child.head(), value });
        }
    }
    body
}

/// Converts a value. Texts are templates.
///
/// A text is the only place for an expression: `"${var.name}"` is the value of the variable, with
/// its type.
///
/// Keys of objects are taken as they are written, without a look for expressions in them.
pub(super) fn expression(element: Element<'_, '_>) -> Expression {
    let place = element.content();
    let node = match element.kind() {
        Kind::Null => Node::Literal(Data::Null),
        Kind::Boolean => Node::Literal(Data::Boolean(element.text() == "true")),
        Kind::Number => Node::Literal(Data::Number(element.text().into())),
        Kind::Array => Node::List(element.children().map(expression).collect()),
        Kind::Object => {
            let members = element.children().map(|child| {
                let name = Node::Literal(Data::String(child.name().into()));
                (Expression { place: child.head(), node: name }, expression(child))
            });
            Node::Object(members.collect())
        }
        _ => return text(element.text(), place),
    };
    Expression { place, node }
}

/// Converts a template in a text of JSON.
///
/// A text without the beginning of an expression is the usual case, for which no parser is called.
/// One that is not a template is kept as it is; Terraform refuses it when it reads the file.
pub(super) fn text(text: &str, place: Span) -> Expression {
    let literal = || Expression { place, node: Node::Literal(Data::String(text.into())) };
    if !text.contains("${") && !text.contains("%{") {
        return literal();
    }
    match parse_template(text) {
        Ok(template) => Places { before: 0, whole: Some(place) }.template(&template, place),
        Err(_) => literal(),
    }
}

/// Converts a file of values of variables.
///
/// `terraform.tfvars.json` is an object of variables without any section.
pub(super) fn values(root: Element<'_, '_>) -> Body {
    let attributes = root.children().map(|child| Attribute {
        name: child.name().into(),
        head: child.head(),
        value: expression(child),
    });
    Body { attributes: attributes.collect(), blocks: Vec::new() }
}
