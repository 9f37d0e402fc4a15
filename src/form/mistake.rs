//! The mistakes that any document can have, with one code and one text for each.
//!
//! Codes are part of the contract of the command line: they appear in JSON, in SARIF and in the
//! entries of the settings that allow a finding. A code is never reused for another mistake. Words
//! from the document are shortened and escaped, because a message is shown on a terminal.
//!
//! The functions below make one wording each. The place, the clause and the answer of S3 are added
//! by the `reader`, since they depend on the document. For a name in a wrong place there is a file
//! of its own, `unknown`.
//!
//! ```text
//! Mistake  ── code()      ──▶ "element-missing"
//! wording  ── missing(…)  ──▶ message "`Bucket` is missing", help "add `Bucket`"
//! ```

use std::fmt::Display;

use crate::clause::Clause;
use crate::document::Kind;
use crate::form::Form;
use crate::vocabulary::nearest;

/// A mistake that the schema shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mistake {
    /// The text is not well-formed.
    Malformed,
    /// The root element has another name.
    Root,
    /// An element is in a namespace other than that of the service.
    Namespace,
    /// An element or member is unknown where it stands.
    Unknown,
    /// An item of a list has another name.
    Item,
    /// An element that may occur once occurs again.
    Repeated,
    /// A JSON member is given again, and the last value counts.
    RepeatedMember,
    /// A required element is missing.
    Missing,
    /// A JSON value is of another kind.
    Kind,
    /// A value is not among those that are allowed.
    Value,
    /// There is text between elements.
    Text,
    /// An element has an attribute.
    Attribute,
    /// A list has no items.
    EmptyList,
}

impl Mistake {
    /// Returns the code of the finding.
    ///
    /// Two mistakes share a code where a user has the same thing to do: an item of a list under a
    /// wrong name is an unknown element, too.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed-document",
            Self::Root => "root-unknown",
            Self::Namespace => "namespace-unknown",
            Self::Unknown | Self::Item => "element-unknown",
            Self::Repeated => "element-repeated",
            Self::RepeatedMember => "member-repeated",
            Self::Missing => "element-missing",
            Self::Kind => "invalid-type",
            Self::Value => "invalid-value",
            Self::Text => "text-unexpected",
            Self::Attribute => "attribute-ignored",
            Self::EmptyList => "list-empty",
        }
    }
}

/// An objection to a text: everything but the place.
///
/// Values are checked where no place is known, so an objection travels to the reader, which adds
/// it.
#[derive(Debug)]
pub(crate) struct Objection {
    /// The code of the finding, if it is not that of [`Mistake::Value`].
    pub(crate) code: Option<&'static str>,
    /// The clause, if it is not that of [`Mistake::Value`].
    pub(crate) clause: Option<&'static Clause>,
    /// The text without a place, such as "expected `a` or `b`, found `c`".
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Objection {
    /// Creates an objection with the code and the clause of [`Mistake::Value`].
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: None, clause: None, message: message.into(), help: help.into() }
    }

    /// Sets the clause.
    pub(crate) fn resting_on(self, clause: &'static Clause) -> Self {
        Self { clause: Some(clause), ..self }
    }

    /// Sets the code.
    ///
    /// For a value whose mistake has a name of its own, such as a priority out of range.
    pub(crate) fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

/// The message and the help of a finding.
///
/// The message states what is wrong, without a full stop. The help begins with a verb.
pub(crate) struct Wording {
    pub(crate) message: Box<str>,
    pub(crate) help: Box<str>,
}

/// Creates a wording.
pub(crate) fn wording(message: impl Into<String>, help: impl Into<String>) -> Wording {
    Wording { message: message.into().into(), help: help.into().into() }
}

/// Returns the word for an element in a form.
pub(crate) const fn noun(form: Form) -> &'static str {
    match form {
        Form::Xml => "element",
        Form::CliJson | Form::Terraform => "member",
        Form::CloudFormation => "property",
    }
}

/// The root element has another name than the document must have.
pub(crate) fn root(name: &str, expected: &str) -> Wording {
    wording(
        format!("the root element is `{}`, not `{expected}`", shortened(name)),
        format!("put `{expected}` around the rest"),
    )
}

/// The root element is in the namespace of another service.
pub(crate) fn namespace(found: &str, expected: &str, service: &str) -> Wording {
    wording(
        format!("the namespace is `{}`, not that of {service}", shortened(found).escape_debug()),
        format!("write `xmlns=\"{expected}\"`, or no namespace"),
    )
}

/// An element is in another namespace than its parent.
pub(crate) fn foreign(name: &str, namespace: Option<&str>) -> Wording {
    let namespace = namespace.map_or_else(
        || "no namespace".to_owned(),
        |name| format!("the namespace `{}`", shortened(name).escape_debug()),
    );
    wording(
        format!("`{}` is in {namespace}, unlike the element around it", shortened(name)),
        "use one namespace for the whole document",
    )
}

/// A member beside the one that must be the only one.
pub(crate) fn beside(name: &str, only: &str) -> Wording {
    wording(
        format!("member `{}` stands beside `{only}`", shortened(name)),
        format!("move it into `{only}`, or remove it"),
    )
}

/// An item of an XML list has none of the names that items may have.
pub(crate) fn item(name: &str, names: &[&str]) -> Wording {
    wording(
        format!("an item of this list is not called `{}`", shortened(name)),
        format!("call it `{}`", names.join("` or `")),
    )
}

/// An element or member is given twice, and that is an error.
pub(crate) fn repeated(name: &str, form: Form) -> Wording {
    wording(format!("{} `{}` is repeated", noun(form), shortened(name)), "keep one of them")
}

/// A JSON member is given twice, and the last value counts (REP-110). A warning, because other
/// readers decide otherwise.
///
/// The name is not shortened, as it is that of a row: names that no row has are unknown, repeated
/// or not.
pub(crate) fn repeated_member(name: &str) -> Wording {
    wording(
        format!("member `{name}` is repeated; the last value counts"),
        "keep one of them; other readers take the first value or refuse the document",
    )
}

/// A required element is absent.
pub(crate) fn missing(name: &str) -> Wording {
    wording(format!("`{name}` is missing"), format!("add `{name}`"))
}

/// A JSON value is of another kind than the row wants.
pub(crate) fn kind(expected: Kind, found: Kind) -> Wording {
    wording(format!("expected {expected}, found {found}"), format!("write {expected}"))
}

/// A text is neither of the two words.
pub(crate) fn boolean(found: &str) -> Wording {
    let found = shortened(found);
    let expected = "`true` or `false`";
    wording(
        format!("expected {expected}, found `{}`", found.escape_debug()),
        format!("write {expected}"),
    )
}

/// A value that its type does not accept. Where the error lists the words of a vocabulary, the
/// help names the nearest.
///
/// The errors of vocabularies have the form "expected `a` or `b`, found `c`", which this function
/// takes apart. Any other error has no words to choose from.
///
/// | error of the type | help |
/// | --- | --- |
/// | expected `Enabled` or `Disabled`, found `enabled` | did you mean `Enabled`? |
/// | expected `Enabled` or `Disabled`, found `on` | write `Enabled` or `Disabled` |
/// | any other | correct the value as the message states |
///
/// The message is cut off behind 300 characters, since an error may repeat the whole text.
pub(crate) fn value(error: &impl Display) -> Objection {
    const LONGEST_MESSAGE: usize = 300;
    let message = error.to_string();
    let help = match message.split_once(", found ") {
        Some((expected, found)) => {
            let expected = expected.strip_prefix("expected ").unwrap_or(expected);
            let words = expected.split('`').skip(1).step_by(2);
            match nearest(found.trim_matches('`'), words) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("write {expected}"),
            }
        }
        None => "correct the value as the message states".to_owned(),
    };
    Objection::new(message.chars().take(LONGEST_MESSAGE).collect::<String>(), help)
}

/// A text that stands between elements, or in the place of elements.
pub(crate) fn text() -> Wording {
    wording("text stands where only elements may stand", "remove the text")
}

/// An attribute, which S3's documents do not have.
pub(crate) fn attribute(element: &str) -> Wording {
    wording(format!("attributes of `{element}` have no meaning"), "remove the attribute")
}

/// A list that needs an item has none.
pub(crate) fn empty_list() -> Wording {
    wording("the list is empty", "add an item, or leave the list out if it is not required")
}

/// Returns the advice to write the word that was probably meant.
pub(crate) fn did_you_mean<'c>(
    word: &str,
    words: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    nearest(word, words).map(|meant| format!("did you mean `{meant}`?"))
}

/// Returns as much of a word from a document as a message can bear.
///
/// The limit is 60 characters, and an ellipsis shows that something is missing. Control characters
/// stay, so a caller that shows the word escapes it.
pub(crate) fn shortened(word: &str) -> String {
    const LONGEST_WORD: usize = 60;
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word.to_owned(),
    }
}
