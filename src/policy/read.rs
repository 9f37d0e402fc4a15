//! The JSON form of a policy.

mod reader;
mod target;

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;

use self::reader::{Members, Reader};
use crate::document::{Element, Kind, read_json};
use crate::model::Tag;
use crate::path::FieldPath;
use crate::policy::assertion::{Assertion, AssertionDraft, Requirement};
use crate::policy::glob::Separator;
use crate::policy::target::Target;
use crate::policy::{About, Policy};
use crate::text::{Position, SourceText};

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PolicyProblem {
    /// The member.
    pub path: FieldPath,
    /// Where it is written.
    pub position: Position,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)?;
        if self.path.steps().is_empty() { Ok(()) } else { write!(f, " (at `{}`)", self.path) }
    }
}

/// The error returned for a policy with problems: one at least.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidPolicy {
    problems: Vec<PolicyProblem>,
}

impl InvalidPolicy {
    /// The most problems that are told.
    pub const LIMIT: usize = 100;

    /// Returns the problems, in the order of the text.
    #[must_use]
    pub fn problems(&self) -> &[PolicyProblem] {
        &self.problems
    }
}

/// A line for each problem.
impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let line_break = if at == 0 { "" } else { "\n" };
            write!(f, "{line_break}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidPolicy {}

/// Reads a policy, and says everything that is wrong with it.
pub(super) fn policy(text: &str) -> Result<Policy, InvalidPolicy> {
    let source = SourceText::new("", text);
    let document = read_json(text).map_err(|error| InvalidPolicy {
        problems: vec![PolicyProblem {
            path: FieldPath::root(),
            position: source.position(error.span().start()),
            message: error.to_string(),
        }],
    })?;
    let mut reader = Reader::new();
    let assertions = whole(&mut reader, document.root());
    let problems = reader.into_problems(&source);
    if problems.is_empty() { Ok(Policy::new(assertions)) } else { Err(InvalidPolicy { problems }) }
}

fn whole(reader: &mut Reader, root: Element<'_, '_>) -> Vec<Assertion> {
    let path = FieldPath::root();
    let Some(members) = reader.members(root, &path, &["Separator", "Assertions"]) else {
        return Vec::new();
    };
    let separator = members.get("Separator").and_then(|(element, path)| {
        reader.word(element, &path, Separator::ALL.iter().map(|separator| separator.as_str()))
    });
    let Some((list, path)) = reader.required(&members, root, "Assertions") else {
        return Vec::new();
    };
    let items = reader.items(list, &path);
    if items.len() > Policy::LIMIT {
        let message = format!("a policy has at most {} assertions", Policy::LIMIT);
        reader.refuse(list, &path, message);
        return Vec::new();
    }
    let mut ids = BTreeSet::new();
    let mut assertions = Vec::new();
    for (item, path) in items {
        let assertion = assertion(reader, item, &path, separator.unwrap_or(Separator::None));
        if let Some(assertion) = assertion {
            if !ids.insert(assertion.id().to_owned()) {
                let message = format!("another assertion has the id `{}`", assertion.id());
                reader.refuse(item, &path.field("Id"), message);
            }
            assertions.push(assertion);
        }
    }
    assertions
}

const MEMBERS: &[&str] = &[
    "Id",
    "Description",
    "Keys",
    "ExceptKeys",
    "Examples",
    "Tags",
    "EncryptionStatuses",
    "StorageClasses",
    "About",
    "MustReach",
    "MayOnlyReach",
    "MustNotReach",
    "DeleteMarkersMustFollow",
];

fn assertion(
    reader: &mut Reader,
    element: Element<'_, '_>,
    path: &FieldPath,
    separator: Separator,
) -> Option<Assertion> {
    let before = reader.count();
    let members = reader.members(element, path, MEMBERS)?;
    // A member that is not known may be the requirement, misspelt.
    let is_whole = reader.count() == before;
    let id = reader.required(&members, element, "Id");
    let id = id.and_then(|(element, path)| reader.text(element, &path));
    let description = members.get("Description");
    let description = description.and_then(|(element, path)| reader.text(element, &path));
    let tags = members.get("Tags").map(|(element, path)| tags(reader, element, &path));
    let draft = AssertionDraft {
        description: description.map(str::to_owned),
        keys: reader.parsed_list(&members, "Keys"),
        except_keys: reader.parsed_list(&members, "ExceptKeys"),
        examples: reader.parsed_list(&members, "Examples"),
        tags: tags.unwrap_or_default(),
        encryption_statuses: reader.encryption_statuses(&members),
        storage_classes: reader.storage_classes(&members, |_| true),
        about: reader.words(&members, "About", &About::ALL.iter().map(|about| about.as_str())),
        ..AssertionDraft::new(
            id.unwrap_or_default(),
            requirement(reader, &members, element, is_whole)?,
        )
    };
    if reader.count() > before {
        return None;
    }
    let proven = draft.validate(separator);
    proven
        .map_err(|error| {
            let (at, path) = members.get(error.member()).unwrap_or((element, path.clone()));
            reader.refuse(at, &path, error.to_string());
        })
        .ok()
}

/// Reads the one member that says what is asserted.
fn requirement(
    reader: &mut Reader,
    members: &Members<'_, '_>,
    element: Element<'_, '_>,
    is_whole: bool,
) -> Option<Requirement> {
    const NAMES: [&str; 4] =
        ["MustReach", "MayOnlyReach", "MustNotReach", "DeleteMarkersMustFollow"];
    let named = || NAMES.iter().filter_map(|name| Some((*name, members.get(name)?)));
    if let Some((name, (second, path))) = named().nth(1) {
        let first = named().next().map_or("", |(name, _)| name);
        let message = format!(
            "an assertion has one requirement, `{first}` or `{name}`; make two assertions of it"
        );
        reader.refuse(second, &path, message);
        return None;
    }
    let Some((name, (inner, path))) = named().next() else {
        if is_whole {
            let all = NAMES.join("`, `");
            let message = format!("the assertion has no requirement; it needs one of `{all}`");
            reader.refuse(element, members.path(), message);
        }
        return None;
    };
    let counts = name == "MustReach";
    let inner = reader.members(inner, &path, target::members(counts))?;
    let target: Target = reader.target(&inner);
    Some(match name {
        "MustReach" => {
            let at_least = inner.get("AtLeast").and_then(|(element, path)| {
                reader.number::<NonZeroU32>(element, &path, "a number from 1")
            });
            Requirement::MustReach { target, at_least: at_least.unwrap_or(NonZeroU32::MIN) }
        }
        "MayOnlyReach" => Requirement::MayOnlyReach(target),
        "MustNotReach" => Requirement::MustNotReach(target),
        _ => Requirement::DeleteMarkersMustFollow(target),
    })
}

/// Reads `{"key": "value"}`.
fn tags(reader: &mut Reader, element: Element<'_, '_>, path: &FieldPath) -> Vec<Tag> {
    let mut tags = Vec::new();
    if !reader.is_kind(element, Kind::Object, path) {
        return tags;
    }
    for child in element.children() {
        let path = path.clone().field(child.name().to_owned());
        let Some(value) = reader.text(child, &path) else { continue };
        match Tag::new(child.name(), value) {
            Ok(tag) => tags.push(tag),
            Err(error) => reader.refuse(child, &path, error.to_string()),
        }
    }
    tags
}
