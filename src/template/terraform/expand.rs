//! Blocks with the values of their attributes, `dynamic` blocks included.
//!
//! A resource is a body of expressions; the provider sees values. Here the expressions of a block
//! are evaluated, and each `dynamic` block becomes the blocks that it makes:
//!
//! ```text
//! dynamic "rule" {                      rule { id = "a" }
//!   for_each = ["a", "b"]         ─▶    rule { id = "b" }
//!   content { id = rule.value }
//! }
//! ```
//!
//! With an unknown `for_each`, there is one block with unknown content in its place. The
//! configuration is then known to have rules, but nothing is known about their number.

use std::sync::Arc;

use super::collection::{elements, object};
use super::evaluate::{Evaluator, Scope};
use super::syntax::{Block, Body};
use crate::template::value::{Data, Value};
use crate::text::Span;

/// The most blocks that one `dynamic` block makes.
///
/// S3 accepts 1,000 rules, and five times as many are still counted exactly in the finding.
const MOST_BLOCKS: usize = 5_000;

/// A block with the values of its attributes.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The place of the words before the brace.
    pub(super) head: Span,
    /// The names of the attributes, the places of the names, and the values.
    pub(super) attributes: Vec<(Arc<str>, Span, Value)>,
    /// The blocks in the order of the text, those that `dynamic` makes in its place.
    pub(super) blocks: Vec<Inner>,
}

/// A block inside another one.
#[derive(Clone, Debug)]
pub(super) struct Inner {
    /// The first word of the block, such as `rule`; for a `dynamic` block its label.
    pub(super) kind: Arc<str>,
    pub(super) head: Span,
    pub(super) content: Content,
}

/// The content of a block that is written, or an unknown number of such blocks.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A block whose attributes are known or unknown, each by itself.
    Tree(Tree),
    /// An unknown number of blocks.
    Unknown(Value),
}

impl Tree {
    /// Returns the value of an attribute that is not null.
    ///
    /// The place is that of the name.
    pub(super) fn get(&self, name: &str) -> Option<(Span, &Value)> {
        let found = self.attributes.iter().find(|(other, ..)| &**other == name);
        let (_, head, value) = found?;
        (!value.is_nothing()).then_some((*head, value))
    }

    /// Returns the value of an attribute that is neither null nor an empty text.
    ///
    /// REP-1086: the provider sends neither, because an empty text is for it the same as one that is
    /// left out.
    pub(super) fn get_text(&self, name: &str) -> Option<(Span, &Value)> {
        let is_empty = |value: &Value| matches!(&value.data, Data::String(text) if text.is_empty());
        self.get(name).filter(|(_, value)| !is_empty(value))
    }

    /// Iterates over the blocks of a kind, in their order.
    pub(super) fn all(&self, kind: &str) -> impl Iterator<Item = &Inner> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }

    /// Returns the first block of a kind.
    pub(super) fn first(&self, kind: &str) -> Option<&Inner> {
        self.all(kind).next()
    }

    /// Returns true if every attribute and block is empty, as the provider sees a block without
    /// content.
    pub(super) fn is_zero(&self) -> bool {
        self.blocks.is_empty()
            && self.attributes.iter().all(|(_, _, value)| match &value.data {
                Data::Null | Data::Absent | Data::Boolean(false) => true,
                Data::String(text) => text.is_empty(),
                Data::Number(text) => &**text == "0",
                Data::List(items) => items.is_empty(),
                Data::Object(members) => members.is_empty(),
                _ => false,
            })
    }
}

impl Evaluator<'_> {
    /// Evaluates the inside of a block.
    pub(super) fn expand(&self, body: &Body, head: Span, scope: &Scope<'_>) -> Tree {
        let attributes = body.attributes.iter().map(|attribute| {
            let value = self.evaluate(&attribute.value, scope);
            (Arc::clone(&attribute.name), attribute.head, value)
        });
        let mut tree = Tree { head, attributes: attributes.collect(), blocks: Vec::new() };
        for block in &body.blocks {
            if &*block.kind == "dynamic" {
                self.expand_dynamic(block, scope, &mut tree.blocks);
            } else {
                let inside = self.expand(&block.body, block.head, scope);
                tree.blocks.push(Inner {
                    kind: Arc::clone(&block.kind),
                    head: block.head,
                    content: Content::Tree(inside),
                });
            }
        }
        tree
    }

    /// Every block that is made has the place of the `dynamic` block: there is no other text to
    /// show.
    ///
    /// | `for_each` | blocks |
    /// | --- | --- |
    /// | `[]` | none |
    /// | `["a", "b"]` | two, with `rule.key` 0 and 1 |
    /// | unknown | one with unknown content |
    /// | more items than are read | one with unknown content |
    ///
    /// A block without a label, `for_each` or `content` makes nothing; Terraform refuses it.
    fn expand_dynamic(&self, block: &Block, scope: &Scope<'_>, blocks: &mut Vec<Inner>) {
        let Some(kind) = block.labels.first() else { return };
        let kind: Arc<str> = kind.as_str().into();
        let Some(each) = block.body.attribute("for_each") else { return };
        let collection = self.evaluate(&each.value, scope);
        let unknown = |value: Value| Inner {
            kind: Arc::clone(&kind),
            head: block.head,
            content: Content::Unknown(value),
        };
        // Inside of the content, the item has the name of the blocks, unless `iterator` gives it
        // another one.
        let name = match block.body.attribute("iterator").map(|iterator| iterator.value.to_string())
        {
            Some(name) => name,
            None => kind.to_string(),
        };
        let Some(content) = block.body.blocks("content").next() else { return };
        match elements(&collection) {
            Some(items) if items.len() <= MOST_BLOCKS => {
                for (key, value) in items {
                    let iterator = object([("key", key), ("value", value)], each.value.place);
                    let inside =
                        self.expand(&content.body, block.head, &scope.with(&name, &iterator));
                    blocks.push(Inner {
                        kind: Arc::clone(&kind),
                        head: block.head,
                        content: Content::Tree(inside),
                    });
                }
            }
            Some(_) => {
                blocks.push(unknown(Value::unknown("more blocks than are read", block.head)));
            }
            None => {
                let expression = each.value.to_string();
                let value = match collection.data {
                    Data::Unknown(_) => Value { place: block.head, ..collection },
                    _ => Value::unknown(&expression, block.head),
                };
                blocks.push(unknown(value));
            }
        }
    }
}
