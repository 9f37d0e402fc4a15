//! Texts, numbers and truth values.

use serde_json::Value;

use crate::batch::request::wire::read::Reader;
use crate::clause;
use crate::document::{Element, Kind};
use crate::form::Form;
use crate::path::FieldPath;

/// What may surround a number or a truth value, as XML Schema has it.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

impl Reader<'_> {
    pub(super) fn text<'d>(
        &mut self,
        element: Element<'d, '_>,
        path: &FieldPath,
    ) -> Option<&'d str> {
        self.scalar(element, Kind::String, "a string", path)
    }

    /// Returns the text of an element that holds no others, and in JSON is of this kind.
    fn scalar<'d>(
        &mut self,
        element: Element<'d, '_>,
        kind: Kind,
        expected: &str,
        path: &FieldPath,
    ) -> Option<&'d str> {
        let is_right = match self.form {
            Form::CliJson => self.is_kind(element, kind, expected, path),
            Form::Xml => self.has_no_children(element, path),
        };
        is_right.then(|| element.text())
    }

    fn has_no_children(&mut self, element: Element<'_, '_>, path: &FieldPath) -> bool {
        match element.children().next() {
            Some(child) => {
                self.unknown(child, &[], path);
                false
            }
            None => true,
        }
    }

    /// The CLI takes a date for the moment at which it begins, and sends that.
    pub(super) fn moment(&self, text: &str) -> Value {
        let is_date = text.len() == "2026-11-22".len() && !text.contains('T');
        let completed =
            (is_date && self.form == Form::CliJson).then(|| format!("{text}T00:00:00Z"));
        completed.unwrap_or_else(|| text.to_owned()).into()
    }

    pub(super) fn number(&mut self, element: Element<'_, '_>, path: &FieldPath) -> Option<Value> {
        let text = self.scalar(element, Kind::Number, "a number", path)?;
        let text = text.trim_matches(WHITE_SPACE);
        if let Ok(number) = text.parse::<i64>() {
            return Some(number.into());
        }
        let shown: String = text.chars().take(60).collect();
        let message = format!("`{}` is not an integer of 64 bits", shown.escape_debug());
        self.refuse_value(element, path, message, "write an integer");
        None
    }

    pub(super) fn boolean(&mut self, element: Element<'_, '_>, path: &FieldPath) -> Option<Value> {
        let text = self.scalar(element, Kind::Boolean, "true or false", path)?;
        match text.trim_matches(WHITE_SPACE) {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            other => {
                let shown: String = other.chars().take(60).collect();
                let message =
                    format!("expected `true` or `false`, found `{}`", shown.escape_debug());
                self.refuse_value(element, path, message, "write `true` or `false`");
                None
            }
        }
    }

    fn refuse_value(
        &mut self,
        element: Element<'_, '_>,
        path: &FieldPath,
        message: String,
        help: &str,
    ) {
        let content = element.content();
        let span = if content.is_empty() { element.head() } else { content };
        self.refuse("invalid-value", (path.clone(), span), message, help, &clause::JOB_REQUEST);
    }
}
