//! The locator: from paths back to the text.
//!
//! Findings of lints and validators name a path, such as `Rule[2].Filter.Prefix`, because they look
//! at values and know no text. The locator walks along the path through the tree, with the schema
//! as a guide: a step of the path is an element in XML, a member in JSON, or an item of either kind
//! of list.
//!
//! The walk ends early where something is missing. The finding then stands at the innermost element
//! that is present, which is where the missing one would be added.
//!
//! In `<Rule><Filter><Prefix>a</Prefix></Filter></Rule>`, the path `Filter.Prefix` has the place of
//! `a`, `Filter` that of its start tag, and `Filter.Tag`, which is missing, that of the start tag
//! of `Filter` as well.
//!
//! Names of a path are those of XML in every form; the rows translate them.
//! `Rule[0].Filter.And.Tag[1]` is found in JSON under `Rules`, `Filter`, `And` and `Tags`.

use std::collections::HashMap;

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::schema::{Content, List, Occurs, Row};
use crate::path::{FieldPath, Step};
use crate::text::Span;

/// Finds the place of a field, or the place where a missing field would be.
///
/// One locator serves all findings of a report, so the children of a list are walked over once.
pub(crate) struct Locator<'d, 't> {
    /// The element that paths begin at: behind a wrapper, not the wrapper itself.
    root: Element<'d, 't>,
    content: &'static Content,
    form: Form,
    /// The items of the lists that were searched, by the place of the parent and the name of the
    /// items: finding the last of many must not walk over all the others each time.
    lists: HashMap<(Span, &'static str), Vec<Element<'d, 't>>>,
}

impl<'d, 't> Locator<'d, 't> {
    /// Creates a locator for paths that begin at an element.
    pub(crate) fn new(root: Element<'d, 't>, content: &'static Content, form: Form) -> Self {
        Self { root, content, form, lists: HashMap::new() }
    }

    /// Returns the place of a path: the value of a field that is present, the beginning of an
    /// element that holds others, and for a missing field the beginning of the innermost element
    /// that is present.
    ///
    /// Every path has a place, so a finding never points nowhere; at worst it points at the root.
    pub(crate) fn find(&mut self, path: &FieldPath) -> Span {
        let (mut element, mut content) = (self.root, self.content.narrowed(self.root.kind()));
        let mut steps = path.steps().iter().peekable();
        while let Some(step) = steps.next() {
            let next = match (step, content) {
                (Step::Field(name), Content::Fields(rows)) => {
                    rows.iter().find(|row| row.name == name).and_then(|row| match steps.peek() {
                        Some(Step::Index(index)) if row.occurs == Occurs::Many => {
                            let item = self.item_of_many(element, row, *index)?;
                            steps.next();
                            Some((item, &row.content))
                        }
                        _ => Some((self.member(element, row)?, &row.content)),
                    })
                }
                (Step::Field(name), Content::Map(map)) => {
                    let child = element.children().find(|child| child.name() == name);
                    child.map(|child| (child, map.inside))
                }
                (
                    Step::Index(index),
                    Content::List(List { item, .. }) | Content::OneOrMany(List { item, .. }),
                ) => {
                    let items = self.lists.entry((element.span(), ""));
                    let items = items.or_insert_with(|| element.children().collect());
                    items.get(*index).map(|child| (*child, *item))
                }
                _ => None,
            };
            // Missing, or no field by the schema. The beginning of the element shows where it would
            // belong.
            let Some((child, inside)) = next else { return element.head() };
            // A single item in place of a list of one: the value has a list, and the text does not.
            let is_alone = matches!(inside, Content::OneOrMany(_)) && child.kind() != Kind::Array;
            if is_alone && steps.peek() == Some(&&Step::Index(0)) {
                steps.next();
            }
            (element, content) = (child, inside.narrowed(child.kind()));
        }
        let holds_elements = match content {
            Content::List(_) | Content::OneOrMany(_) | Content::Map(_) => true,
            Content::Fields(rows) => !rows.is_empty(),
            _ => false,
        };
        if holds_elements || element.content().is_empty() {
            element.head()
        } else {
            element.content()
        }
    }

    /// Returns the element of a row, if it is present.
    ///
    /// This must pick the element that the reader has read, or a finding would point at the other
    /// one of two.
    fn member(&self, parent: Element<'d, 't>, row: &Row) -> Option<Element<'d, 't>> {
        let name = row.name_in(self.form);
        let mut named = parent.children().filter(|child| child.name() == name);
        // Of a repeated JSON member the last value counts, and a list as a whole ends last, too.
        if self.form == Form::Xml && row.occurs != Occurs::Many {
            named.next()
        } else {
            named.last()
        }
    }

    /// Returns an item of a row that may occur many times: in JSON an item of the array.
    ///
    /// Returns `None` for an index behind the last item. The place is then that of the parent.
    fn item_of_many(
        &mut self,
        parent: Element<'d, 't>,
        row: &'static Row,
        index: usize,
    ) -> Option<Element<'d, 't>> {
        let name = row.name_in(self.form);
        let form = self.form;
        let items = self.lists.entry((parent.span(), name)).or_insert_with(|| {
            let named = parent.children().filter(|child| child.name() == name);
            match form {
                Form::Xml => named.collect(),
                // As for a single member, the last of two arrays of one name counts.
                _ => named.last().into_iter().flat_map(Element::children).collect(),
            }
        });
        items.get(index).copied()
    }
}
