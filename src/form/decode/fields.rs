//! The children of one element, sorted by the rows of the schema.

use crate::clause;
use crate::diagnostic::{Diagnostic, Report};
use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::decode::{Decoder, Refusal};
use crate::form::path_stack::PathStack;
use crate::form::schema::{Content, Occurs, Row};
use crate::form::unknown;
use crate::path::FieldPath;
use crate::text::Span;

/// The code of a finding about a value of the wrong kind, of which nothing was read.
pub(crate) const INVALID_TYPE: &str = "invalid-type";

/// The most rows of one element.
const MOST_ROWS: usize = 9;

/// The children of one element, one place for each row.
pub(super) struct Fields<'d, 't> {
    rows: &'static [Row],
    slots: [Option<Element<'d, 't>>; MOST_ROWS],
    element: Element<'d, 't>,
    form: Form,
}

impl<'d, 't> Fields<'d, 't> {
    /// Returns the row and the element of this name, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<(&'static Row, Element<'d, 't>)> {
        let (row, slot) = self.rows.iter().zip(&self.slots).find(|(row, _)| row.name == name)?;
        Some((row, (*slot)?))
    }

    /// Returns the elements of a row that may stand many times.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = Element<'d, 't>> {
        let slot = self.get(name).map(|(_, first)| first);
        let (repeated, list) = match self.form {
            Form::Xml => (slot.map(|_| self.element.children()), None),
            Form::CliJson => (None, slot.map(Element::children)),
        };
        let repeated = repeated.into_iter().flatten().filter(move |child| child.name() == name);
        repeated.chain(list.into_iter().flatten())
    }
}

impl Decoder<'_> {
    /// Sorts the children of `element` by `rows`, and refuses what does not fit.
    pub(super) fn fields<'d, 't>(
        &mut self,
        element: Element<'d, 't>,
        at: &PathStack<'_>,
        rows: &'static [Row],
    ) -> Fields<'d, 't> {
        let mut fields = Fields { rows, slots: [None; MOST_ROWS], element, form: self.form };
        if !self.is_container(element, at) {
            return fields;
        }
        for child in element.children() {
            let index = rows.iter().position(|row| row.name_in(self.form) == child.name());
            let found =
                index.and_then(|index| Some((rows.get(index)?, fields.slots.get_mut(index)?)));
            match found {
                Some((row, slot)) if child.namespace() == element.namespace() => {
                    if slot.is_some() {
                        self.repeated(row, child, at);
                    }
                    if self.form == Form::CliJson || slot.is_none() {
                        *slot = Some(child);
                    }
                }
                _ => self.unknown(child, element, at, rows),
            }
        }
        self.check_slots(&fields, at);
        fields
    }

    fn check_slots(&mut self, fields: &Fields<'_, '_>, at: &PathStack<'_>) {
        for (row, slot) in fields.rows.iter().zip(&fields.slots) {
            match slot {
                None if row.occurs == Occurs::Required => {
                    let message = format!("`{}` is missing", row.name);
                    let refusal =
                        Refusal::schema("element-missing", &clause::SCHEMA_REQUIRED, message)
                            .with_help(format!("add `{}`", row.name_in(self.form)));
                    self.refuse(refusal, &at.field(row.name), fields.element.head());
                }
                Some(child) if row.occurs == Occurs::Many && self.form == Form::CliJson => {
                    self.expect_kind(*child, &[Kind::Array], "a list", &at.field(row.name));
                }
                _ => {}
            }
        }
    }

    /// Refuses an element that should hold others and holds something else.
    fn is_container(&mut self, element: Element<'_, '_>, at: &PathStack<'_>) -> bool {
        if self.form == Form::CliJson {
            return self.expect_kind(element, &[Kind::Object], "an object", at);
        }
        self.warn_of_attribute(element, at);
        let bare_text = element.children().next().is_none() && !element.text().trim().is_empty();
        match element.stray_text().or(bare_text.then(|| element.content())) {
            Some(span) => {
                let refusal = Refusal::schema(
                    "text-unexpected",
                    &clause::SCHEMA_ELEMENTS,
                    "text stands where only elements may stand",
                );
                self.refuse(refusal.with_help("remove the text"), at, span);
                true
            }
            None => true,
        }
    }

    /// Returns the text of an element that holds text.
    pub(super) fn text<'d>(
        &mut self,
        (row, element): (&'static Row, Element<'d, '_>),
        at: &PathStack<'_>,
    ) -> Option<&'d str> {
        let integer = matches!(row.content, Content::Integer);
        if self.form == Form::CliJson {
            let (kind, name) =
                if integer { (Kind::Number, "a number") } else { (Kind::String, "a string") };
            return self.expect_kind(element, &[kind], name, at).then(|| element.text());
        }
        self.warn_of_attribute(element, at);
        if let Some(child) = element.children().next() {
            self.unknown(child, element, at, &[]);
            return None;
        }
        let text = element.text();
        Some(if integer { text.trim_matches([' ', '\t', '\n', '\r']) } else { text })
    }

    fn expect_kind(
        &mut self,
        element: Element<'_, '_>,
        kinds: &[Kind],
        expected: &str,
        at: &PathStack<'_>,
    ) -> bool {
        if kinds.contains(&element.kind()) {
            return true;
        }
        let found = element.kind();
        let message = format!("expected {expected}, found {found}");
        let refusal = Refusal::schema(INVALID_TYPE, &clause::SCHEMA_VALUES, message);
        self.refuse(refusal.with_help(format!("write {expected}")), at, element.content());
        false
    }

    fn repeated(&mut self, row: &'static Row, child: Element<'_, '_>, at: &PathStack<'_>) {
        match self.form {
            Form::Xml if row.occurs == Occurs::Many => {}
            Form::Xml => {
                let message = format!("`{}` stands twice", row.name);
                let refusal =
                    Refusal::schema("element-repeated", &clause::SCHEMA_REPEATED, message);
                self.refuse(
                    refusal.with_help("keep one of them"),
                    &at.field(row.name),
                    child.head(),
                );
            }
            Form::CliJson => self.repeated_member(row.json, at.field(row.name).path(), child),
        }
    }

    /// Warns of a member that is not the first one of its name.
    pub(super) fn repeated_member(&mut self, name: &str, path: FieldPath, child: Element<'_, '_>) {
        let message = format!("`{name}` is given twice; the last value counts");
        let finding = Diagnostic::warning("member-repeated", &clause::JSON_FORM, path, message)
            .at(child.head())
            .with_help("keep one of them; other readers take the first or refuse it");
        self.warn(finding);
    }

    fn unknown(
        &mut self,
        child: Element<'_, '_>,
        element: Element<'_, '_>,
        at: &PathStack<'_>,
        rows: &[Row],
    ) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        let name = child.name();
        let at = at.field(name);
        if child.namespace() != element.namespace() {
            let namespace = child.namespace().map_or_else(
                || "no namespace".to_owned(),
                |name| format!("the namespace `{}`", name.escape_debug()),
            );
            let message = format!("`{name}` is in {namespace}, unlike the element around it");
            let refusal = Refusal::schema("namespace-unknown", &clause::DOCUMENT_ROOT, message)
                .with_help("use one namespace for the whole document");
            return self.refuse(refusal, &at, child.head());
        }
        let parent = match element.name() {
            "" => "ReplicationConfiguration",
            parent => parent,
        };
        let message = format!("`{}` does not know an element `{}`", parent, name.escape_debug());
        let refusal = Refusal::schema("element-unknown", &clause::SCHEMA_ELEMENTS, message)
            .with_help(unknown::advice(name, parent, rows, self.form));
        self.refuse(refusal, &at, child.head());
    }

    fn warn_of_attribute(&mut self, element: Element<'_, '_>, at: &PathStack<'_>) {
        if let Some(span) = element.attribute() {
            let finding = Diagnostic::warning(
                "attribute-ignored",
                &clause::SCHEMA_ELEMENTS,
                at.path(),
                format!("attributes of `{}` have no meaning", element.name()),
            );
            self.warn(finding.at(span).with_help("remove the attribute"));
        }
    }

    /// Returns where the value of an element is written.
    pub(super) fn value_span(element: Element<'_, '_>) -> Span {
        if element.content().is_empty() { element.head() } else { element.content() }
    }
}
