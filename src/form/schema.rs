//! The schema: what may stand where in a document.
//!
//! A [`Schema`] is a table of [`Row`]s, one for each element at one place. The reader, the locator
//! and the writer use the same table, so a new element is one row there and one field in the type
//! that is read. A form of writing that differs in names only is a column of the table.
//!
//! A table reads like the document that it describes. This one is of a tag, as an XML element with
//! two others or as a JSON object with two members:
//!
//! ```text
//! const TAG: &[Row] = &[text("Key").required(), text("Value").required()];
//! ```
//!
//! Checks of single values stand in the table. Checks of several values together are lints or
//! validators, since they need the meaning and not the spelling.

use std::fmt::Display;
use std::str::FromStr;

use crate::clause::Clause;
use crate::diagnostic::ServiceError;
use crate::document::Kind;
use crate::form::mistake::{self, Mistake, Objection};
use crate::form::{DocumentKind, Form};
use crate::vocabulary::Vocabulary;

/// A kind of document.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The name of the root element in XML. Messages use it for the document in JSON, too.
    pub(crate) root: &'static str,
    /// The kind of document, if it is a whole one that people give.
    pub(crate) kind: Option<DocumentKind>,
    /// The content of the root.
    pub(crate) content: Content,
    /// The reader of the documents.
    pub(crate) authority: &'static Authority,
}

impl Schema {
    /// Returns the rows of the children of the root.
    pub(crate) const fn rows(&self) -> &'static [Row] {
        self.content.fields()
    }
}

/// The party that decides what a mistake in a document means: a service, or this crate.
///
/// The same mistake has a clause and an answer in a document for S3, and neither in a policy. The
/// reader asks this table, so that it needs no case for each document.
#[derive(Debug)]
pub(crate) struct Authority {
    /// The name in messages.
    pub(crate) name: &'static str,
    /// The XML namespace of the elements.
    pub(crate) namespace: &'static str,
    /// The clause that a mistake rests on; `None` for documents of this crate's own.
    pub(crate) clause: fn(Mistake) -> Option<&'static Clause>,
    /// The answer of the service to a document with a mistake; `None` where no service is asked.
    pub(crate) answer: Option<fn() -> ServiceError>,
    /// The mistake of an element whose namespace is not that of its parent.
    pub(crate) foreign_element: Mistake,
    /// The treatment of a JSON member that is given twice.
    pub(crate) repeated_member: RepeatedMember,
    /// True if a JSON `null` means that the member is absent.
    pub(crate) null_is_absent: bool,
    /// True if unknown elements are skipped with a warning. The answer of a service may be newer
    /// than this crate.
    pub(crate) skips_unknown: bool,
}

/// This crate as the reader of documents of its own.
///
/// All strictness is on: no newer service can have written the document, and a misspelled member of
/// a policy would silently weaken it.
pub(crate) const OURS: Authority = Authority {
    name: "",
    namespace: "",
    clause: |_| None,
    answer: None,
    foreign_element: Mistake::Unknown,
    repeated_member: RepeatedMember::Refused,
    null_is_absent: false,
    skips_unknown: false,
};

/// The treatment of a JSON member that is given twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RepeatedMember {
    /// A warning, since the AWS CLI takes the last value.
    LastCounts,
    /// An error.
    Refused,
}

/// An element at one place.
///
/// Paths use the XML name for both forms, so that a lint has one text for the same field.
#[derive(Debug)]
pub(crate) struct Row {
    /// The name in XML, which is also the name in paths.
    pub(crate) name: &'static str,
    /// The name in JSON, if it differs.
    pub(crate) json: &'static str,
    /// The name in CloudFormation, if it differs; empty for what CloudFormation lacks.
    pub(crate) cloudformation: &'static str,
    /// The number of times that the element may occur.
    pub(crate) occurs: Occurs,
    /// The content.
    pub(crate) content: Content,
}

/// The number of times that an element may occur.
///
/// The difference between optional and required is one of types: a field that S3 requires is
/// optional here if a draft can be without it, because then a check with the clause of S3 reports
/// it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Occurs {
    /// At most once. Lints and checks that see the whole document miss it where it must be present.
    Optional,
    /// At most once. What is in it and unknown to this crate is left out with a warning.
    Lenient,
    /// Once: the type that is read has no value for its absence.
    Required,
    /// Any number of times: repeated in XML, an array in JSON.
    Many,
}

/// The content of an element.
#[derive(Debug)]
pub(crate) enum Content {
    /// A text.
    Text(Check),
    /// A word of a set.
    Word(Words),
    /// A moment. JSON may have a date alone, as the AWS CLI does.
    Moment(Check),
    /// An integer, a number in JSON.
    Integer(Integer),
    /// `true` or `false`.
    Boolean,
    /// Other elements.
    Fields(&'static [Row]),
    /// A list in an element of its own.
    List(List),
    /// An object whose member names are data.
    Map(Map),
    /// A single value or an object, as the JSON kind shows.
    Either(&'static Content, &'static Content),
    /// Some content, or a JSON `null` with a meaning of its own.
    Nullable(&'static Content),
    /// An item of a list alone, or a list. Both are read as a list.
    OneOrMany(&'static List),
    /// A string, a number or a truth value, which is read as its text.
    Scalar,
    /// Anything: the reader does not look into the element.
    Unread,
}

impl Content {
    /// Returns the rows of the elements inside, or of the items of a list; none for text.
    pub(crate) const fn fields(&self) -> &'static [Row] {
        match self {
            Self::Fields(fields) => fields,
            Self::List(List { item: inside, .. })
            | Self::OneOrMany(List { item: inside, .. })
            | Self::Map(Map { inside, .. })
            | Self::Either(_, inside)
            | Self::Nullable(inside) => inside.fields(),
            _ => &[],
        }
    }

    /// Returns the content of an element of this kind, where it depends on the kind.
    ///
    /// In XML an element has no kind of its own, so such contents occur in JSON documents only.
    pub(crate) fn narrowed(&'static self, kind: Kind) -> &'static Self {
        match self {
            Self::Either(single, _) if kind != Kind::Object => single,
            Self::Either(_, inside) | Self::Nullable(inside) => inside.narrowed(kind),
            Self::OneOrMany(list) if kind != Kind::Array => list.item.narrowed(kind),
            other => other,
        }
    }
}

/// A set of words.
///
/// The words are listed for messages and for JSON Schema. An open set lists those that are known.
#[derive(Debug)]
pub(crate) struct Words {
    /// The check of a word, as of any other text.
    pub(crate) check: Check,
    /// Returns the words.
    pub(crate) all: fn() -> Vec<&'static str>,
    /// True if a word outside the set is read, too.
    pub(crate) is_open: bool,
}

/// A range of integers.
///
/// The bounds are inclusive, and wide enough for `u64` and `i64` alike.
#[derive(Debug)]
pub(crate) struct Integer {
    pub(crate) min: i128,
    pub(crate) max: i128,
    /// The check of a number, if its refusal needs words of its own.
    pub(crate) check: Check,
}

/// An object whose member names are data.
#[derive(Debug)]
pub(crate) struct Map {
    /// The check of a name.
    pub(crate) name: Check,
    /// The content of a member.
    pub(crate) inside: &'static Content,
}

/// A list in an element of its own.
#[derive(Debug)]
pub(crate) struct List {
    /// The names of the items in XML. The first is written.
    pub(crate) names: &'static [&'static str],
    /// The content of an item.
    pub(crate) item: &'static Content,
    /// True if a list without items is an error.
    pub(crate) is_never_empty: bool,
}

/// Checks a text, if there is anything to check beyond its kind.
pub(crate) type Check = Option<fn(&str) -> Result<(), Objection>>;

/// Checks that a text is a value of `T`.
///
/// The message is that of the type, so a value is refused in the same words wherever it is read.
pub(crate) fn check<T: FromStr<Err: Display>>(text: &str) -> Result<(), Objection> {
    text.parse::<T>().map(drop).map_err(|error| mistake::value(&error))
}

impl Integer {
    /// Creates the range from `MIN` to `MAX`.
    pub(crate) const fn between<const MIN: i128, const MAX: i128>() -> Self {
        Self { min: MIN, max: MAX, check: None }
    }

    /// The range of integers of 64 bits, which may be negative.
    pub(crate) const I64: Self = Self::between::<{ i64::MIN as i128 }, { i64::MAX as i128 }>();

    /// Checks that a text is an integer of the range.
    ///
    /// The document's own digits are parsed, so `1.0` and `1e2` are refused: S3's integers have no
    /// other spelling.
    pub(crate) fn check(&self, text: &str) -> Result<(), Objection> {
        if let Some(check) = self.check {
            return check(text);
        }
        let (min, max) = (self.min, self.max);
        if text.parse::<i128>().is_ok_and(|number| (min..=max).contains(&number)) {
            return Ok(());
        }
        let expected = if (min, max) == (Self::I64.min, Self::I64.max) {
            "an integer of 64 bits".to_owned()
        } else {
            format!("an integer from {min} to {max}")
        };
        let shown = mistake::shortened(text);
        let message = format!("expected {expected}, found `{}`", shown.escape_debug());
        Err(Objection::new(message, format!("write {expected}")))
    }
}

impl Words {
    /// Returns the words of `T`, checked by the table.
    pub(crate) const fn of<T>() -> Self
    where
        T: Vocabulary + FromStr<Err: Display>,
    {
        Self { check: Some(check::<T>), ..Self::known::<T>() }
    }

    /// Returns the words of `T` with a check of their own.
    pub(crate) const fn with_check<T: Vocabulary>(
        check: fn(&str) -> Result<(), Objection>,
    ) -> Self {
        Self { check: Some(check), ..Self::known::<T>() }
    }

    /// Returns the words of `T`, checked by the code that reads them.
    ///
    /// Use this where a refusal needs the answer of S3, which the code that reads knows and the
    /// table does not.
    pub(crate) const fn known<T: Vocabulary>() -> Self {
        Self { check: None, all: T::words, is_open: T::IS_OPEN }
    }
}

impl Row {
    /// Returns the name of the element in a form.
    pub(crate) const fn name_in(&self, form: Form) -> &'static str {
        match form {
            Form::Xml => self.name,
            Form::CliJson | Form::Terraform => self.json,
            Form::CloudFormation => self.cloudformation,
        }
    }

    /// Sets the name in JSON.
    pub(crate) const fn json(self, json: &'static str) -> Self {
        Self { json, cloudformation: json, ..self }
    }

    /// Sets the name in CloudFormation.
    pub(crate) const fn cloudformation(self, cloudformation: &'static str) -> Self {
        Self { cloudformation, ..self }
    }

    /// Marks the element as one that CloudFormation lacks.
    pub(crate) const fn not_in_cloudformation(self) -> Self {
        self.cloudformation("")
    }

    /// Makes the element required.
    pub(crate) const fn required(self) -> Self {
        Self { occurs: Occurs::Required, ..self }
    }
}

impl Row {
    /// Leaves out what is in the element and unknown to this crate.
    ///
    /// Answers of S3 have such elements: a job that this crate can read must not become unreadable
    /// because S3 added a word to its report.
    pub(crate) const fn lenient(self) -> Self {
        Self { occurs: Occurs::Lenient, ..self }
    }
}

/// Creates a row of an optional element with the same name in all forms.
pub(crate) const fn row(name: &'static str, content: Content) -> Row {
    Row { name, json: name, cloudformation: name, occurs: Occurs::Optional, content }
}

/// Creates a row of a text that is checked by the code that reads it.
pub(crate) const fn text(name: &'static str) -> Row {
    row(name, Content::Text(None))
}

/// Creates a row of a text that is a value of `T`.
pub(crate) const fn value<T: FromStr<Err: Display>>(name: &'static str) -> Row {
    row(name, Content::Text(Some(check::<T>)))
}

/// Creates a row of a word of `T`.
pub(crate) const fn word<T: Vocabulary + FromStr<Err: Display>>(name: &'static str) -> Row {
    row(name, Content::Word(Words::of::<T>()))
}

/// Creates a row of a word of `T` that is checked by the code that reads it.
pub(crate) const fn known<T: Vocabulary>(name: &'static str) -> Row {
    row(name, Content::Word(Words::known::<T>()))
}

/// Creates a row of a text with a check.
pub(crate) const fn checked(name: &'static str, check: fn(&str) -> Result<(), Objection>) -> Row {
    row(name, Content::Text(Some(check)))
}

/// Creates a row of `true` or `false`.
pub(crate) const fn boolean(name: &'static str) -> Row {
    row(name, Content::Boolean)
}

/// Creates a row of an element with children.
pub(crate) const fn fields(name: &'static str, rows: &'static [Row]) -> Row {
    row(name, Content::Fields(rows))
}

/// Creates a row of an element that is repeated in XML, and an array called `json` in JSON.
pub(crate) const fn many(name: &'static str, json: &'static str, rows: &'static [Row]) -> Row {
    let content = Content::Fields(rows);
    Row { name, json, cloudformation: json, occurs: Occurs::Many, content }
}

/// Creates a row of a text that is repeated in XML, and an array called `json` in JSON. It is
/// checked by the code that reads it.
pub(crate) const fn texts(name: &'static str, json: &'static str) -> Row {
    Row { name, json, cloudformation: json, occurs: Occurs::Many, content: Content::Text(None) }
}

/// Creates a row of an integer from `MIN` to `MAX`.
pub(crate) const fn integer<const MIN: i128, const MAX: i128>(name: &'static str) -> Row {
    row(name, Content::Integer(Integer::between::<MIN, MAX>()))
}

/// Creates a row of a list in an element of its own.
///
/// An empty list is accepted; set [`List::is_never_empty`] where it is not.
pub(crate) const fn list(
    name: &'static str,
    names: &'static [&'static str],
    item: &'static Content,
) -> Row {
    row(name, Content::List(List { names, item, is_never_empty: false }))
}
