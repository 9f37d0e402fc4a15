//! Templates of AWS CloudFormation.
//!
//! A document is YAML or JSON with functions in it, in two spellings: `!Sub "${Env}-photos"` and
//! `{"Fn::Sub": "${Env}-photos"}`. [`Evaluator`] turns each element into a [`Value`], in which
//! functions are replaced by their results:
//!
//! ```text
//! BucketName: !Sub "${Env}-photos"      Env is given as prod    String("prod-photos")
//!                                       Env is not given        Unknown("${Env}-photos")
//! ```
//!
//! The submodules hold one idea each: [`bucket`] finds the configurations, [`function`] the results
//! of functions, [`condition`] the truth of conditions, [`settings`] what else a template declares
//! about buckets, [`policies`] the permissions that it declares, and [`references`] the names that
//! nothing declares.

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
///
/// A template of a few lines can double a value at each level, by parameters that refer to each
/// other. The bound ends that, and no template of a real deployment comes
/// near it.
const MOST_STEPS: usize = 1_000_000;

/// The deepest nesting of functions, references to resources included.
///
/// The recursion of evaluation uses the stack, so a bound is a defence, not a taste. A reference to
/// the name of a bucket goes on at the place where that bucket is written, so the depth of the
/// document alone is no bound.
const DEEPEST: usize = 160;

/// A template, and what is known about its values.
///
/// The sections are maps from logical IDs to elements. Of equal names the last one counts, as in
/// every other member of a document.
struct Evaluator<'d, 't> {
    parameters: HashMap<&'d str, Element<'d, 't>>,
    resources: HashMap<&'d str, Element<'d, 't>>,
    conditions: HashMap<&'d str, Element<'d, 't>>,
    mappings: Option<Element<'d, 't>>,
    /// The values that the caller gave, by parameter, pseudo parameter or attribute: `Env`,
    /// `AWS::Region`, `Role.Arn`.
    given: &'d BTreeMap<String, String>,
    assuming: Assuming,
    /// The elements and conditions that were evaluated so far, in all readings together.
    steps: Cell<usize>,
    depth: Cell<usize>,
    /// The findings of the reading that is going on. [`bucket`] takes them after each reading.
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
        // An element that is referred to many times is evaluated many times, with the same
        // findings.
        let mut found = self.found.borrow_mut();
        if found.len() < MOST && !found.contains(&finding) {
            found.push(finding);
        }
    }

    /// Evaluates an element, function or not.
    ///
    /// A value that would take too long is unknown, like any other value that does not follow from
    /// the text: the rest of the template is still checked.
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
                // `AWS::NoValue` takes its item out of a list. In an object it takes the member
                // away, which happens when the value becomes a document: the member must be seen
                // until then, because a rule with an absent `Filter` gets a `Prefix`.
                Data::List(items.filter(|item| !matches!(item.data, Data::Absent)).collect())
            }
            Kind::Object => Data::Object(self.members(element)),
            _ => Data::String(element.text().into()),
        };
        Value::new(data, place)
    }

    /// Returns the members of a mapping, with their values.
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
    ///
    /// Own members count before merged ones, and earlier sources before later ones, as the type
    /// `merge` of YAML 1.1 has it. CloudFormation itself refuses the key, but `aws cloudformation
    /// package` resolves it before: a template that is deployed through that command is right.
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

    /// Returns the truth value of a plain scalar.
    ///
    /// The words are those of YAML 1.1, which CloudFormation reads. `Id: yes` becomes `true` there,
    /// and a rule has an ID that its author never wrote. Everything but the two plain words is
    /// therefore noted.
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
    ///
    /// ```text
    /// 012345670123    octal: 1402432595
    /// 0123456789      leading zero is lost: 123456789
    /// 0x1F            31
    /// 1_000           1000
    /// ```
    ///
    /// The real case is `Account: 012345678901` without quotation marks. The account loses its
    /// first digit, S3 refuses the configuration, and nothing in the text shows why.
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
        // Not octal, because of a digit 8 or 9: only the zeros are lost. A fraction such as `0.5`
        // keeps its zero.
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

    /// Notes a macro or a function that is run on the servers of AWS. Its result is no part of the
    /// text.
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
///
/// Every tag is a function. CloudFormation adds functions, and a tag that is not known makes an
/// unknown value, not a mistake.
///
/// In the long form an object is a function if it has a single member with a name of a function.
/// `Condition` is special: in a resource it is a member with the name of a condition, and in an IAM
/// policy a member whose value is an object. Only a text is a reference to a condition.
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
///
/// ```text
/// !Select [0, x]           the element is the sequence, which has the tag
/// {"Fn::Select": [0, x]}   the element is the sequence, which has no tag
/// !Select                  the element is an empty scalar with the tag
/// ```
#[derive(Clone, Copy)]
struct Argument<'d, 't> {
    element: Element<'d, 't>,
    /// True if the element has the tag of the function.
    ///
    /// Such an element must not be evaluated as a whole again: that would call the function again,
    /// without an end.
    is_tagged: bool,
}

impl<'d, 't> Argument<'d, 't> {
    /// Returns the items of an argument that is a list.
    fn items(self) -> Vec<Element<'d, 't>> {
        // A sequence with a tag of its own, as in `{"Fn::Join": !Split …}`, is a function. Its
        // children are the arguments of that function and not the items of this list.
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
///
/// A name that is given twice is a mistake that the parsers of CloudFormation do not report. The
/// last one counts there.
fn member<'d, 't>(element: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
    element.children().filter(|child| child.name() == name).last()
}
