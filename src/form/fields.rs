//! The children of one element, sorted by the rows of the schema.
//!
//! The order of elements does not matter (REP-112), and types are built field by field. So the
//! children are sorted into one place for each row before anything looks at them.

use arrayvec::ArrayVec;

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::schema::{Authority, Content, Occurs, RepeatedMember, Row};

/// The characters that may surround a number or a truth value, as XML Schema has it.
///
/// Texts are not trimmed: a prefix may begin or end with a space.
pub(crate) const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The most rows of one element.
///
/// Tables are written by hand and tested, so a larger one fails its first test.
const MOST_ROWS: usize = 24;

/// The children of one element, one place for each row.
///
/// For a row that may occur many times, the place holds the first element in XML and the array in
/// JSON.
pub(crate) struct Fields<'d, 't> {
    rows: &'static [Row],
    slots: ArrayVec<Option<Element<'d, 't>>, MOST_ROWS>,
    element: Element<'d, 't>,
    form: Form,
}

impl<'d, 't> Fields<'d, 't> {
    /// Creates the fields of an element that cannot be read.
    ///
    /// All fields are absent, so that a caller can go on and find further mistakes.
    pub(crate) fn none(element: Element<'d, 't>, form: Form) -> Self {
        Self { rows: &[], slots: ArrayVec::new(), element, form }
    }

    /// Iterates over the rows without an element.
    ///
    /// Missing required fields are reported from this.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &'static Row> {
        let rows = self.rows.iter().zip(&self.slots);
        rows.filter_map(|(row, slot)| slot.is_none().then_some(row))
    }

    /// Returns the row and the element of this name, if the element is present.
    ///
    /// Names are those of XML in every form.
    pub(crate) fn get(&self, name: &str) -> Option<(&'static Row, Element<'d, 't>)> {
        let (row, slot) = self.rows.iter().zip(&self.slots).find(|(row, _)| row.name == name)?;
        Some((row, (*slot)?))
    }

    /// Returns the elements of a row that may occur many times.
    ///
    /// In XML these are all children of the name; in JSON the items of the array.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = Element<'d, 't>> {
        let slot = self.get(name).map(|(_, first)| first);
        let (repeated, list) = match self.form {
            Form::Xml => (slot.map(|_| self.element.children()), None),
            _ => (None, slot.map(Element::children)),
        };
        let repeated = repeated.into_iter().flatten().filter(move |child| child.name() == name);
        repeated.chain(list.into_iter().flatten())
    }

    /// Iterates over the elements that are present, in the order of the rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static Row, Element<'d, 't>)> {
        let present = self.rows.iter().zip(&self.slots);
        present.filter_map(|(row, slot)| slot.map(|element| (row, element)))
    }
}

/// Sorts the children of an element by rows, and hands over what does not fit.
///
/// `misfit` decides what a misfit means; the fields themselves hold only what fits.
pub(crate) fn sorted<'d, 't>(
    element: Element<'d, 't>,
    rows: &'static [Row],
    form: Form,
    authority: &Authority,
    mut misfit: impl FnMut(Misfit<'d, 't>),
) -> Fields<'d, 't> {
    debug_assert!(rows.len() <= MOST_ROWS, "a table has more rows than places");
    let slots = rows.iter().take(MOST_ROWS).map(|_| None).collect();
    let mut fields = Fields { rows, slots, element, form };
    for child in element.children() {
        if authority.null_is_absent && is_absent(child, rows, form) {
            continue;
        }
        let index = rows.iter().position(|row| row.name_in(form) == child.name());
        let place = index.and_then(|index| Some((rows.get(index)?, fields.slots.get_mut(index)?)));
        match place {
            Some((row, slot)) if child.namespace() == element.namespace() => {
                if slot.is_some() && (form.is_json() || row.occurs != Occurs::Many) {
                    misfit(Misfit::Repeated(row, child));
                }
                // The AWS CLI takes the last of two members with one name (REP-110); elsewhere the
                // first is kept and the second reported.
                let counts =
                    form.is_json() && authority.repeated_member == RepeatedMember::LastCounts;
                if counts || slot.is_none() {
                    *slot = Some(child);
                }
            }
            _ => misfit(Misfit::Unknown(child)),
        }
    }
    fields
}

/// Returns true for a JSON `null` that means nothing. Where it means something, a row has it.
fn is_absent(child: Element<'_, '_>, rows: &[Row], form: Form) -> bool {
    child.kind() == Kind::Null
        && !rows.iter().any(|row| {
            row.name_in(form) == child.name() && matches!(row.content, Content::Nullable(_))
        })
}

/// A child that does not fit into the rows.
pub(crate) enum Misfit<'d, 't> {
    Repeated(&'static Row, Element<'d, 't>),
    Unknown(Element<'d, 't>),
}

/// Returns the moment at which a date begins, which the AWS CLI sends for the date.
///
/// For example, `2026-11-22` becomes `2026-11-22T00:00:00Z`. The check is by length only: what is
/// no date fails to parse as a moment, with the message for moments.
pub(crate) fn completed(text: &str, form: Form) -> Option<String> {
    let is_date = text.len() == "2026-11-22".len() && !text.contains('T');
    (is_date && form == Form::CliJson).then(|| format!("{text}T00:00:00Z"))
}
