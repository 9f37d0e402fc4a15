use std::collections::HashMap;

use crate::batch::request::wire::shape::{Content, Shape};
use crate::document::Element;
use crate::form::Form;
use crate::path::{FieldPath, Step};
use crate::text::Span;

/// Finds where the field of a path is written.
pub(super) struct Places<'d, 't> {
    root: Element<'d, 't>,
    form: Form,
    shape: &'d Shape,
    /// The items of lists that were looked at, by the place of the list: finding the last of many
    /// must not mean to walk over all the others each time.
    lists: HashMap<Span, Vec<Element<'d, 't>>>,
}

impl<'d, 't> Places<'d, 't> {
    pub(super) fn new(root: Element<'d, 't>, form: Form, shape: &'d Shape) -> Self {
        Self { root, form, shape, lists: HashMap::new() }
    }

    /// Returns the place of a path: the value of a field that is there, the beginning of an element
    /// that holds others, and of the innermost element that is there for a field that is missing.
    pub(super) fn find(&mut self, path: &FieldPath) -> Span {
        let mut element = self.root;
        let mut content = &Content::Fields(self.shape.rows);
        for step in path.steps() {
            let next = match (step, content) {
                (Step::Field(name), Content::Fields(rows)) => {
                    rows.iter().find(|row| row.name == name).and_then(|row| {
                        let child = self.member(element, row.name_in(self.form))?;
                        Some((child, &row.content))
                    })
                }
                (Step::Index(index), Content::List(_, content)) => {
                    self.item(element, *index).map(|child| (child, *content))
                }
                _ => None,
            };
            let Some((child, inside)) = next else { return element.head() };
            (element, content) = (child, inside);
        }
        let holds_elements = matches!(content, Content::List(..) | Content::Fields(_));
        if holds_elements || element.content().is_empty() {
            element.head()
        } else {
            element.content()
        }
    }

    fn member(&self, parent: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
        let mut named = parent.children().filter(|child| child.name() == name);
        // Of a repeated JSON name the last one counts.
        if self.form == Form::Xml { named.next() } else { named.last() }
    }

    fn item(&mut self, list: Element<'d, 't>, index: usize) -> Option<Element<'d, 't>> {
        let items = self.lists.entry(list.span()).or_insert_with(|| list.children().collect());
        items.get(index).copied()
    }
}
