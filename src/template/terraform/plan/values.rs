//! The values of a resource in a plan or a state, with those that are unknown.
//!
//! The two objects of a plan and the expressions go in, and a [`Tree`] as of HCL comes out:
//!
//! ```text
//! values        {"rule": [{"id": "a", "destination": [{}]}]}
//! unknown       {"role": true, "rule": [{"destination": [{"bucket": true}]}]}
//! expressions   {"role": {"references": ["aws_iam_role.r.arn"]}, "rule": []}
//!
//! role = ${aws_iam_role.r.arn}
//! rule { id = "a"   destination { bucket = ${…rule[0].destination[0].bucket} } }
//! ```
//!
//! An unknown value has the reference that stands for it, if the expressions have one, and its own
//! address otherwise. A state has neither of the other objects, and all its values are known.

use std::sync::Arc;

use super::member;
use crate::document::{Element, Kind};
use crate::template::terraform::expand::{Content, Inner, Tree};
use crate::template::value::{Data, Member, Value, truth};
use crate::text::Span;

/// The names of unknown values in a resource.
#[derive(Clone, Copy)]
pub(super) struct Names<'n> {
    /// The beginning of references: a plan has them as the module writes them.
    pub(super) module: &'n str,
    /// The address of the attributes.
    pub(super) path: &'n str,
}

/// Reads the values of a resource or of a block, with those that are unknown.
///
/// The members of both objects are visited, because an unknown value is missing among the known
/// ones. A list of objects is a list of blocks; `null` among them is a block without content.
///
/// Whether a list is one of blocks follows from its items alone, so an empty list is no block at
/// all. The recursion is as deep as the document.
pub(super) fn tree(
    values: Element<'_, '_>,
    unknown: Option<Element<'_, '_>>,
    expressions: Option<Element<'_, '_>>,
    names: Names<'_>,
    head: Span,
) -> Tree {
    let mut tree = Tree { head, ..Tree::default() };
    let Names { module, path } = names;
    let children = values.children().chain(unknown.into_iter().flat_map(Element::children));
    let mut seen: Vec<&str> = Vec::new();
    for child in children {
        let name = child.name();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        // The same name in all three objects.
        let value = member(values, name);
        // A mark that is false, or an object without marks, means that the value is known.
        let is_unknown = unknown.and_then(|unknown| member(unknown, name));
        let expression = expressions.and_then(|expressions| member(expressions, name));
        // The address of this value, for one without a reference.
        let here = format!("{path}.{name}");
        let place = value.map_or(head, Element::content);
        // `true` marks the whole value. An object or a list marks parts of it.
        let is_whole = is_unknown
            .is_some_and(|unknown| unknown.kind() == Kind::Boolean && unknown.text() == "true");
        let items = value.filter(|value| value.kind() == Kind::Array);
        // A list of texts, such as `policy_arns`, is an argument.
        let is_blocks = items.is_some_and(|items| {
            items.children().all(|item| matches!(item.kind(), Kind::Object | Kind::Null))
        });
        match (value, items) {
            _ if is_whole => {
                let value = unknown_value(expression, Names { module, path: &here }, place);
                tree.attributes.push((name.into(), child.head(), value));
            }
            (Some(_), Some(items)) if is_blocks => {
                for (index, item) in items.children().enumerate() {
                    let at = |element: Element<'_, '_>| element.kind() == Kind::Array;
                    let unknown = is_unknown.filter(|all| at(*all));
                    let unknown = unknown.and_then(|all| all.children().nth(index));
                    // A block that is repeated has a list of expressions, a `dynamic` block only
                    // one for all.
                    let expression = expression.and_then(|all| match all.kind() {
                        Kind::Array => all.children().nth(index),
                        _ => Some(all),
                    });
                    let here = format!("{here}[{index}]");
                    let names = Names { module, path: &here };
                    let inner = self::tree(item, unknown, expression, names, item.head());
                    let content = Content::Tree(inner);
                    tree.blocks.push(Inner { kind: name.into(), head: item.head(), content });
                }
            }
            (Some(element), _) => {
                let value = plain(element, is_unknown, &here);
                tree.attributes.push((name.into(), element.head(), value));
            }
            // A mark for a part of a value that is missing as a whole: there is nothing to mark.
            (None, _) => {}
        }
    }
    tree
}

/// Returns the unknown value of an attribute, by the reference that stands for it in the
/// configuration.
///
/// The first reference is the most exact one: after `aws_iam_role.r.arn`, Terraform lists
/// `aws_iam_role.r`.
///
/// A reference in a called module is in the terms of that module, so its address is put before it.
fn unknown_value(expression: Option<Element<'_, '_>>, names: Names<'_>, place: Span) -> Value {
    let references = expression.and_then(|expression| member(expression, "references"));
    // A literal has no references, so an unknown value of one is named by its address.
    let first = references.and_then(|references| references.children().next());
    let Some(reference) = first.map(Element::text) else {
        return Value::unknown(names.path, place);
    };
    let text = format!("{}{reference}", names.module);
    if reference.starts_with("aws_s3_bucket.") {
        Value::unknown_resource(&text, place)
    } else {
        Value::unknown(&text, place)
    }
}

/// Makes the value of an argument, with the members that are unknown.
///
/// `unknown` marks members of an object, such as of `tags`. Items of lists and objects further
/// inside are taken as known. The recursion is as deep as the document.
fn plain(element: Element<'_, '_>, unknown: Option<Element<'_, '_>>, path: &str) -> Value {
    let place = element.content();
    let data = match element.kind() {
        Kind::Null => Data::Null,
        Kind::Boolean => Data::Boolean(element.text() == "true"),
        Kind::Number => Data::Number(element.text().into()),
        Kind::Array => {
            Data::List(element.children().map(|child| plain(child, None, path)).collect())
        }
        Kind::Object => {
            let known = element.children().map(|child| Member {
                name: child.name().into(),
                head: child.head(),
                value: plain(child, None, path),
            });
            let mut members: Vec<Member> = known.collect();
            for child in unknown.into_iter().flat_map(Element::children) {
                if child.text() == "true" {
                    let here = format!("{path}.{}", child.name());
                    let (name, value) = (Arc::from(child.name()), Value::unknown(&here, place));
                    members.retain(|member| member.name != name);
                    members.push(Member { name, head: place, value });
                }
            }
            Data::Object(members)
        }
        _ => Data::String(element.text().into()),
    };
    let value = Value::new(data, place);
    debug_assert!(truth(&value).is_none() || !value.is_unknown(), "a truth value is known");
    value
}
