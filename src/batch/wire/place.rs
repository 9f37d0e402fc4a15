use crate::batch::wire::shape::{Content, Shape};
use crate::codec::Form;
use crate::document::Element;
use crate::path::{FieldPath, Step};
use crate::source::Span;

/// Returns the place of a path: the value of a field that is there, the beginning of an element
/// that holds others, and of the innermost element that is there for a field that is missing.
pub(super) fn place_of(root: Element<'_, '_>, form: Form, shape: &Shape, path: &FieldPath) -> Span {
    let mut element = root;
    let mut content = &Content::Fields(shape.rows);
    for step in path.steps() {
        let next = match (step, content) {
            (Step::Field(name), Content::Fields(rows)) => {
                rows.iter().find(|row| row.name == name).and_then(|row| {
                    let name = row.name_in(form);
                    let mut named = element.children().filter(|child| child.name() == name);
                    // Of a repeated JSON name the last one counts.
                    let child = if form == Form::Xml { named.next() } else { named.last() };
                    Some((child?, &row.content))
                })
            }
            (Step::Index(index), Content::List(_, content)) => {
                element.children().nth(*index).map(|child| (child, *content))
            }
            _ => None,
        };
        let Some((child, inside)) = next else { return element.head() };
        (element, content) = (child, inside);
    }
    let holds_elements = matches!(content, Content::List(..) | Content::Fields(_));
    if holds_elements || element.content().is_empty() { element.head() } else { element.content() }
}
