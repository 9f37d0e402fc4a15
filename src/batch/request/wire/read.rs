mod scalar;

use serde_json::{Map, Value};

use crate::batch::request::wire::shape::{Content, Row, Shape};
use crate::batch::request::wire::{NAMESPACE, wrong};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Report};
use crate::document::{Element, Kind};
use crate::form::Form;
use crate::path::FieldPath;
use crate::text::Span;
use crate::vocabulary::nearest;

/// Reads a tree by the table: members under their names in JSON, texts as they are, and nothing
/// where something was refused.
pub(super) fn read<'d>(root: Element<'d, '_>, form: Form, shape: &'d Shape) -> (Value, Report) {
    let mut reader = Reader { form, shape, namespace: root.namespace(), report: Report::new() };
    if form == Form::Xml {
        reader.check_root(root, shape.root);
    }
    reader.warn_of_attribute(root, &FieldPath::root());
    let value = reader.fields(root, shape.rows, &FieldPath::root()).unwrap_or_default();
    (value, reader.report)
}

struct Reader<'d> {
    form: Form,
    shape: &'d Shape,
    namespace: Option<&'d str>,
    report: Report,
}

impl Reader<'_> {
    fn refuse(
        &mut self,
        code: &'static str,
        (path, span): (FieldPath, Span),
        message: String,
        help: impl Into<String>,
        clause: &'static Clause,
    ) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        let finding = wrong(self.shape, code, clause, path, message);
        self.report.push(finding.at(span).with_help(help));
    }

    /// Warns of something, as long as that leaves room for refusals.
    fn warn(
        &mut self,
        code: &'static str,
        clause: &'static Clause,
        (path, span): (&FieldPath, Span),
        message: String,
        help: &str,
    ) {
        if !self.is_full(Report::LIMIT / 2) {
            let finding = Diagnostic::warning(code, clause, path.clone(), message);
            self.report.push(finding.at(span).with_help(help));
        }
    }

    /// Counts a finding for which there is no room; the document may be hostile.
    fn is_full(&mut self, limit: usize) -> bool {
        let is_full = self.report.len() >= limit;
        self.report.leave_out(is_full.into());
        is_full
    }

    fn check_root(&mut self, root: Element<'_, '_>, expected: &str) {
        let place = || (FieldPath::root(), root.head());
        if root.name() != expected {
            let message = format!("the root element is `{}`, not `{expected}`", root.name());
            let help = format!("put `{expected}` around the rest");
            self.refuse("root-unknown", place(), message, help, &clause::JOB_REQUEST);
        }
        if let Some(other) = root.namespace().filter(|name| *name != NAMESPACE) {
            let message =
                format!("the namespace is `{}`, not that of S3 Control", other.escape_debug());
            let help = format!("write `xmlns=\"{NAMESPACE}\"`, or no namespace");
            self.refuse("namespace-unknown", place(), message, help, &clause::JOB_REQUEST);
        }
    }

    fn value(
        &mut self,
        element: Element<'_, '_>,
        content: &Content,
        path: &FieldPath,
    ) -> Option<Value> {
        self.warn_of_attribute(element, path);
        match content {
            Content::Fields(rows) => self.fields(element, rows, path),
            Content::List(names, content) => self.list(element, names, content, path),
            Content::Unread => Some(Value::Object(Map::new())),
            Content::Text => self.text(element, path).map(Value::from),
            Content::Moment => self.text(element, path).map(|text| self.moment(text)),
            Content::Integer => self.number(element, path),
            Content::Boolean => self.boolean(element, path),
        }
    }

    fn warn_of_attribute(&mut self, element: Element<'_, '_>, path: &FieldPath) {
        if let Some(span) = element.attribute() {
            let message = format!("attributes of `{}` have no meaning", element.name());
            let (code, clause) = ("attribute-ignored", &clause::JOB_REQUEST);
            self.warn(code, clause, (path, span), message, "remove the attribute");
        }
    }

    fn fields(
        &mut self,
        element: Element<'_, '_>,
        rows: &'static [Row],
        path: &FieldPath,
    ) -> Option<Value> {
        if !self.is_container(element, Kind::Object, "an object", path) {
            return None;
        }
        let mut members = Map::new();
        let mut seen: Vec<&str> = Vec::new();
        for child in element.children() {
            if self.shape.is_answer && child.kind() == Kind::Null {
                // Many members of answers may be null, which is as if they were not there.
                continue;
            }
            let Some(row) = self.row_of(child, rows) else {
                self.unknown(child, rows, path);
                continue;
            };
            let path = path.clone().field(row.name);
            if seen.contains(&row.name) && !self.may_repeat(row, child, &path) {
                continue;
            }
            seen.push(row.name);
            members.remove(row.json);
            if let Some(value) = self.value(child, &row.content, &path) {
                members.insert(row.json.to_owned(), value);
            }
        }
        Some(Value::Object(members))
    }

    fn row_of(&self, child: Element<'_, '_>, rows: &'static [Row]) -> Option<&'static Row> {
        let is_ours = self.form == Form::CliJson || child.namespace() == self.namespace;
        rows.iter().find(|row| is_ours && row.name_in(self.form) == child.name())
    }

    /// Refuses an element that stands twice; of a member of JSON the last value counts.
    fn may_repeat(&mut self, row: &Row, child: Element<'_, '_>, path: &FieldPath) -> bool {
        let name = row.name_in(self.form);
        match self.form {
            Form::Xml => {
                let message = format!("`{name}` stands twice");
                let place = (path.clone(), child.head());
                self.refuse(
                    "element-repeated",
                    place,
                    message,
                    "keep one of them",
                    &clause::JOB_REQUEST,
                );
                false
            }
            Form::CliJson => {
                let message = format!("`{name}` is given twice; the last value counts");
                let help = "keep one of them; other readers take the first or refuse it";
                let (code, clause) = ("member-repeated", &clause::JSON_FORM);
                self.warn(code, clause, (path, child.head()), message, help);
                true
            }
        }
    }

    fn unknown(&mut self, child: Element<'_, '_>, rows: &[Row], path: &FieldPath) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        let name: String = child.name().chars().take(60).collect();
        if self.shape.is_answer {
            let message = format!("`{}` is not known here and skipped", name.escape_debug());
            let help = "S3 adds members now and then; look for a newer version of this crate";
            let path = path.clone().field(name);
            let place = (&path, child.head());
            return self.warn("element-unknown", &clause::JOB_REQUEST, place, message, help);
        }
        let known: Vec<&str> = rows.iter().map(|row| row.name_in(self.form)).collect();
        let message = format!("`{}` is not known here", name.escape_debug());
        let help = if name == "AccountId" && path.steps().is_empty() {
            "the account is no element; it is given in the header `x-amz-account-id`".to_owned()
        } else if known.contains(&&*name) {
            "use the namespace of the root for the whole document".to_owned()
        } else if let Some(meant) = nearest(&name, known.iter().copied()) {
            format!("did you mean `{meant}`?")
        } else if known.is_empty() {
            "remove it; nothing may stand here".to_owned()
        } else {
            format!("remove it; what may stand here: `{}`", known.join("`, `"))
        };
        let place = (path.clone().field(name), child.head());
        self.refuse("element-unknown", place, message, help, &clause::JOB_REQUEST);
    }

    fn list(
        &mut self,
        element: Element<'_, '_>,
        names: &[&'static str],
        content: &Content,
        path: &FieldPath,
    ) -> Option<Value> {
        if !self.is_container(element, Kind::Array, "a list", path) {
            return None;
        }
        let mut items = Vec::new();
        for (index, child) in element.children().enumerate() {
            let path = path.clone().index(index);
            let is_item = self.form == Form::CliJson
                || names.contains(&child.name()) && child.namespace() == self.namespace;
            if !is_item {
                let name: String = child.name().chars().take(60).collect();
                let message = format!("an item of this list is not called `{name}`");
                let help = format!("call it `{}`", names.join("` or `"));
                let place = (path, child.head());
                self.refuse("element-unknown", place, message, help, &clause::JOB_LISTS);
            } else if let Some(value) = self.value(child, content, &path) {
                items.push(value);
            }
        }
        Some(Value::Array(items))
    }

    /// Refuses an element that should hold others and holds something else.
    fn is_container(
        &mut self,
        element: Element<'_, '_>,
        kind: Kind,
        expected: &str,
        path: &FieldPath,
    ) -> bool {
        if self.form == Form::CliJson {
            return self.is_kind(element, kind, expected, path);
        }
        let bare_text = element.children().next().is_none() && !element.text().trim().is_empty();
        if let Some(span) = element.stray_text().or(bare_text.then(|| element.content())) {
            let message = "text stands where only elements may stand".to_owned();
            let place = (path.clone(), span);
            let (code, clause) = ("text-unexpected", &clause::JOB_REQUEST);
            self.refuse(code, place, message, "remove the text", clause);
        }
        true
    }

    fn is_kind(
        &mut self,
        element: Element<'_, '_>,
        kind: Kind,
        expected: &str,
        path: &FieldPath,
    ) -> bool {
        if element.kind() == kind {
            return true;
        }
        let found = element.kind();
        let message = format!("expected {expected}, found {found}");
        let place = (path.clone(), element.content());
        let help = format!("write {expected}, or leave it out if it may be absent");
        self.refuse("invalid-type", place, message, help, &clause::JOB_REQUEST);
        false
    }
}
