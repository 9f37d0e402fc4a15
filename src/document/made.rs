//! Documents that are made of values, whose places are those of another text.
//!
//! The sources are TOML, whose parser returns tables, plain YAML, whose values get other kinds, and
//! templates, whose configuration is the result of functions and conditions. The readers of `form`
//! get a tree in all cases, and so need no case for any.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Document, Kind, Name, Node, Tree};
use crate::text::Span;

/// A value from which a document is made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The kind that JSON has for the value; `Unknown` for one that a template does not state.
    pub(crate) kind: Kind,
    /// The name of the member, or that of the array for an item, as in JSON.
    pub(crate) name: Arc<str>,
    /// The text of a scalar, the expression of an unknown value, empty otherwise.
    pub(crate) text: Arc<str>,
    /// The place of the name, or of the value if it has none.
    pub(crate) head: Span,
    /// The place of the value.
    pub(crate) content: Span,
    /// The members or items, in order.
    pub(crate) children: Vec<Made>,
    /// True for an unknown value that names a resource of the document, and no other thing.
    pub(crate) is_resource: bool,
}

/// Makes a document. The depth of the value must be bounded.
///
/// The only namespace of such a document is the mark of [`Made::is_resource`], since a value that
/// is made has no namespace of its own.
pub(crate) fn make(root: &Made) -> Option<Document<'static>> {
    let mut tree = Tree::within(usize::MAX);
    add(&mut tree, root);
    tree.finish(vec![Cow::Borrowed("resource")])
}

/// Adds a value and what is in it.
///
/// The recursion is as deep as the value, which the caller has bounded. So the tree needs no limit
/// of its own.
fn add(tree: &mut Tree<'static>, made: &Made) {
    let node = Node::new(made.kind, Name::Decoded(Arc::clone(&made.name)), made.content);
    // A name may stand behind its value, or in another place of the text altogether, when a
    // function has put the two together. The span is then around both.
    let start = made.head.start().min(made.content.start());
    let span = Span::clamped(start as usize, made.content.end().max(made.head.end()) as usize);
    let node = Node {
        text: Cow::Owned(made.text.as_ref().to_owned()),
        head: made.head,
        span,
        namespace: u32::from(made.is_resource),
        ..node
    };
    if tree.open(node).is_ok() {
        for child in &made.children {
            add(tree, child);
        }
        tree.close();
    }
}
