//! Templates of AWS CloudFormation.

mod bucket;
mod condition;
mod function;
mod policies;
mod references;
mod settings;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::assumption::Assuming;
use super::value::{Data, Member, Value};
use crate::clause::{CLOUDFORMATION_LANGUAGE, CLOUDFORMATION_YAML};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Element, Kind};
use crate::path::FieldPath;
use crate::text::Span;

pub(super) use self::bucket::read;
pub(super) use self::settings::algorithm_of;

/// The most steps of evaluating the values of one template.
const MOST_STEPS: usize = 1_000_000;

/// The deepest nesting of functions, references to resources included.
const DEEPEST: usize = 160;

/// A template, and what is known about its values.
struct Evaluator<'d, 't> {
    parameters: HashMap<&'d str, Element<'d, 't>>,
    resources: HashMap<&'d str, Element<'d, 't>>,
    conditions: HashMap<&'d str, Element<'d, 't>>,
    mappings: Option<Element<'d, 't>>,
    given: &'d BTreeMap<String, String>,
    assuming: Assuming,
    steps: Cell<usize>,
    depth: Cell<usize>,
    found: RefCell<Vec<Diagnostic>>,
    /// The names of buckets that depend on no assumption; none while a name is being evaluated.
    names: RefCell<HashMap<String, Option<Value>>>,
}

impl<'d, 't> Evaluator<'d, 't> {
    fn new(document: &'d Document<'t>, given: &'d BTreeMap<String, String>) -> Self {
        let root = document.root();
        let section = |name: &str| {
            let section = member(root, name).map(Element::children);
            section.into_iter().flatten().map(|child| (child.name(), child)).collect()
        };
        Self {
            parameters: section("Parameters"),
            resources: section("Resources"),
            conditions: section("Conditions"),
            mappings: member(root, "Mappings"),
            given,
            assuming: Assuming::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
            found: RefCell::default(),
            names: RefCell::default(),
        }
    }

    fn take_found(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.found.borrow_mut())
    }

    fn note(&self, finding: Diagnostic) {
        const MOST: usize = 1000;
        let mut found = self.found.borrow_mut();
        if found.len() < MOST && !found.contains(&finding) {
            found.push(finding);
        }
    }

    /// Evaluates an element, function or not.
    fn evaluate(&self, element: Element<'d, 't>) -> Value {
        let place = element.content();
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS || self.depth.get() > DEEPEST {
            return Value::unknown("a value that takes too long to evaluate", place);
        }
        self.depth.set(self.depth.get() + 1);
        let value = match function_of(element) {
            Some((name, argument)) => self.call(&name, argument, place),
            None => self.plain(element),
        };
        self.depth.set(self.depth.get() - 1);
        value
    }

    /// Evaluates an element as what it is without its tag.
    fn plain(&self, element: Element<'d, 't>) -> Value {
        let place = element.content();
        let data = match element.kind() {
            Kind::Null => Data::Null,
            Kind::Boolean => self.boolean(element),
            Kind::Number => Data::Number(self.number(element)),
            Kind::Array => {
                let items = element.children().map(|child| self.evaluate(child));
                Data::List(items.filter(|item| !matches!(item.data, Data::Absent)).collect())
            }
            Kind::Object => Data::Object(self.members(element)),
            _ => Data::String(element.text().into()),
        };
        Value::new(data, place)
    }

    fn members(&self, element: Element<'d, 't>) -> Vec<Member> {
        let mut members = Vec::new();
        for child in element.children() {
            if child.name() == "<<" {
                self.merge(child, element, &mut members);
                continue;
            }
            let value = self.evaluate(child);
            members.push(Member { name: child.name().into(), head: child.head(), value });
        }
        members
    }

    /// Adds the members that a merge key takes from another mapping.
    fn merge(&self, key: Element<'d, 't>, around: Element<'d, 't>, members: &mut Vec<Member>) {
        let message = "CloudFormation reads no merge key `<<`";
        let finding =
            Diagnostic::warning("merge-key", &CLOUDFORMATION_YAML, FieldPath::root(), message);
        let help = "run `aws cloudformation package`, which resolves it, or repeat the members";
        self.note(finding.at(key.head()).with_help(help));
        let merged = self.evaluate(key);
        let sources = match &merged.data {
            Data::List(items) => items.clone(),
            _ => vec![merged.clone()],
        };
        for source in sources {
            for member in source.as_members().unwrap_or_default() {
                let is_own = around.children().any(|child| child.name() == &*member.name);
                if !is_own && !members.iter().any(|other| other.name == member.name) {
                    members.push(member.clone());
                }
            }
        }
    }

    fn boolean(&self, element: Element<'d, 't>) -> Data {
        let text = element.text();
        let value = matches!(
            text,
            "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON"
        );
        if !matches!(text, "true" | "false") {
            self.note_resolved(element, if value { "true" } else { "false" });
        }
        Data::Boolean(value)
    }

    /// Returns the decimal digits of a number as YAML 1.1 reads it.
    fn number(&self, element: Element<'d, 't>) -> Arc<str> {
        let written = element.text();
        let text: String = written.chars().filter(|c| *c != '_').collect();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix('+').unwrap_or(&text)),
        };
        let read = if let Some(hexadecimal) = digits.strip_prefix("0x") {
            u64::from_str_radix(hexadecimal, 16).ok().map(|number| number.to_string())
        } else if digits.len() > 1
            && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte))
            && digits.starts_with('0')
        {
            u64::from_str_radix(digits, 8).ok().map(|number| number.to_string())
        } else if digits.len() > 1 && digits.starts_with('0') && !digits.contains(['.', 'e', 'E']) {
            Some(digits.trim_start_matches('0').to_owned())
        } else {
            None
        };
        let read = read.map_or_else(|| format!("{sign}{digits}"), |read| format!("{sign}{read}"));
        if read != written {
            self.note_resolved(element, &read);
        }
        read.into()
    }

    /// Warns of a plain scalar that YAML 1.1 does not keep as it is written.
    fn note_resolved(&self, element: Element<'d, 't>, read: &str) {
        let written = element.text();
        let message = format!("YAML 1.1 reads the plain scalar `{written}` as `{read}`");
        let finding = Diagnostic::warning(
            "scalar-resolved",
            &CLOUDFORMATION_YAML,
            FieldPath::root(),
            message,
        );
        let help = format!("write `\"{written}\"` if the text is meant, else `{read}`");
        self.note(finding.at(element.content()).with_help(help));
    }

    fn note_unread(&self, name: &str, place: Span) {
        let message = format!("`{name}` is not read, so what it makes is unknown");
        let finding = Diagnostic::note(
            "macro-not-read",
            &CLOUDFORMATION_LANGUAGE,
            FieldPath::root(),
            message,
        );
        let help = "check the processed template, which `aws cloudformation get-template \
                    --template-stage Processed` prints";
        self.note(finding.at(place).with_help(help));
    }
}

/// Returns the function of an element and its argument: `!Ref x` or `{"Ref": x}`.
fn function_of<'d, 't>(element: Element<'d, 't>) -> Option<(String, Argument<'d, 't>)> {
    if let Some(tag) = element.tag() {
        let name = tag.trim_start_matches('!');
        let name = match name {
            "Ref" | "Condition" => name.to_owned(),
            _ => format!("Fn::{name}"),
        };
        return Some((name, Argument { element, is_tagged: true }));
    }
    if element.kind() != Kind::Object {
        return None;
    }
    let mut children = element.children();
    let first = children.next()?;
    let name = first.name();
    let is_function = name == "Ref"
        || name == "Condition" && first.kind() == Kind::String
        || name.starts_with("Fn::");
    (is_function && children.next().is_none())
        .then(|| (name.to_owned(), Argument { element: first, is_tagged: false }))
}

/// The argument of a function.
#[derive(Clone, Copy)]
struct Argument<'d, 't> {
    element: Element<'d, 't>,
    /// True if the element has the tag of the function.
    is_tagged: bool,
}

impl<'d, 't> Argument<'d, 't> {
    /// Returns the items of an argument that is a list.
    fn items(self) -> Vec<Element<'d, 't>> {
        if self.element.kind() == Kind::Array && (self.is_tagged || self.element.tag().is_none()) {
            self.element.children().collect()
        } else {
            Vec::new()
        }
    }

    /// Returns the text of an argument that is a scalar.
    fn text(self) -> Option<&'d str> {
        let is_scalar = matches!(self.element.kind(), Kind::String | Kind::Number | Kind::Boolean);
        (is_scalar && (self.is_tagged || self.element.tag().is_none())).then(|| self.element.text())
    }
}

/// Returns the last member of this name.
fn member<'d, 't>(element: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
    element.children().filter(|child| child.name() == name).last()
}
