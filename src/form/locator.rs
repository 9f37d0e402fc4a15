//! From paths back to the text.

use crate::document::Element;
use crate::form::Form;
use crate::form::schema::{CONFIGURATION, Occurs, Row};
use crate::path::{FieldPath, Step};
use crate::text::Span;

/// Finds where the field of a path is written, and where a missing one would be.
pub(crate) struct Locator<'d, 't> {
    root: Element<'d, 't>,
    // The rules, so that finding the last of many does not mean to walk over all the others.
    rules: Vec<Element<'d, 't>>,
    form: Form,
}

impl<'d, 't> Locator<'d, 't> {
    /// Takes the element that holds `Role` and the rules.
    pub(crate) fn new(root: Element<'d, 't>, form: Form) -> Self {
        let mut spans = Self { root, rules: Vec::new(), form };
        if let Some(row) = CONFIGURATION.iter().find(|row| row.name == "Rule") {
            spans.rules = spans.elements(root, row).collect();
        }
        spans
    }

    /// Returns the place of a path: the value of a field that is there, the beginning of an
    /// element that holds others, and the beginning of the innermost element that is there for a
    /// field that is missing.
    pub(crate) fn find(&self, path: &FieldPath) -> Span {
        let mut rows = CONFIGURATION;
        let mut element = self.root;
        let mut steps = path.steps().iter().peekable();
        while let Some(step) = steps.next() {
            let Step::Field(name) = step else { break };
            let row = rows.iter().find(|row| row.name == name);
            let index = match steps.peek() {
                Some(Step::Index(index)) => Some(*index),
                _ => None,
            };
            let Some((row, child)) =
                row.and_then(|row| Some((row, self.child(element, row, index)?)))
            else {
                return element.head();
            };
            if index.is_some() {
                steps.next();
            }
            element = child;
            rows = row.fields();
        }
        if rows.is_empty() && !element.content().is_empty() {
            element.content()
        } else {
            element.head()
        }
    }

    fn child(
        &self,
        parent: Element<'d, 't>,
        row: &Row,
        index: Option<usize>,
    ) -> Option<Element<'d, 't>> {
        if row.occurs == Occurs::Many && index.is_none() {
            // The list as a whole.
            let name = row.name_in(self.form);
            return parent.children().filter(|child| child.name() == name).last();
        }
        if row.name == "Rule" {
            return self.rules.get(index.unwrap_or(0)).copied();
        }
        let mut elements = self.elements(parent, row);
        match index {
            Some(index) => elements.nth(index),
            // Of a repeated JSON name the last one counts.
            None if self.form == Form::CliJson => elements.last(),
            None => elements.next(),
        }
    }

    /// Iterates over the elements of one row: in JSON over the items of the list.
    fn elements(
        &self,
        parent: Element<'d, 't>,
        row: &Row,
    ) -> impl Iterator<Item = Element<'d, 't>> {
        let name = row.name_in(self.form);
        let listed = self.form == Form::CliJson && row.occurs == Occurs::Many;
        let named = parent.children().filter(move |child| child.name() == name);
        let (each, list) = if listed { (None, named.last()) } else { (Some(named), None) };
        each.into_iter().flatten().chain(list.into_iter().flat_map(Element::children))
    }
}
