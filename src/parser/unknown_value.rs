//! Values that a document does not state.
//!
//! An example, of a template with `Prefix: !Sub "${Env}/"` in its first rule:
//!
//! ```text
//! path         Rule[0].Filter.Prefix
//! json_path    Rules[0].Filter.Prefix
//! expression   ${Env}/
//! options      --parameter Env=VALUE
//! is_opaque    false: which objects replicate depends on it
//! ```
//!
//! The reader of `form` notes the values, `template` adds the options, and the command line shows
//! both.

use crate::diagnostic::Diagnostic;
use crate::path::{FieldPath, Step};
use crate::text::Span;

/// A value that a template does not state, such as a parameter without a default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownValue {
    /// The place in the configuration, with the names of XML.
    path: FieldPath,
    /// The place in the text of the template where the value is used.
    span: Span,
    /// The text that the template has for the value, with its expressions as `${…}`.
    expression: String,
    /// Words of the command line; empty until `template` has added them.
    options: Vec<String>,
}

impl UnknownValue {
    /// Creates a value without options from what the reader has noted.
    pub(crate) fn new((path, span, expression): (FieldPath, Span, String)) -> Self {
        Self { path, span, expression, options: Vec::new() }
    }

    /// Returns the place of the value in the configuration.
    #[must_use]
    pub const fn path(&self) -> &FieldPath {
        &self.path
    }

    /// Returns the place of the value in the text.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Returns the text with the expression that stands for the value, as `${…}`.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// Returns the options of the command line that give the value, such as `--var prefix=VALUE`. There are
    /// none for what no single value settles.
    #[must_use]
    pub fn options(&self) -> &[String] {
        &self.options
    }

    /// Sets the options of the command line that give the value.
    #[cfg(feature = "forms")]
    pub(crate) fn with_options(self, options: Vec<String>) -> Self {
        Self { options, ..self }
    }

    /// Returns true for a name of something outside the configuration (the role, a destination, a
    /// key, an account) or the ID of a rule. The expression stands for it, and decisions remain
    /// possible.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        let names: Vec<&str> = self.path.steps().iter().filter_map(name).collect();
        matches!(
            names[..],
            ["Role"]
                | ["Rule", "ID"]
                | ["Rule", "Destination", "Bucket" | "Account"]
                | ["Rule", "Destination", "EncryptionConfiguration", "ReplicaKmsKeyID"]
        )
    }

    /// Returns the path with the names of the JSON of the AWS CLI and SDKs.
    ///
    /// | path | result |
    /// | --- | --- |
    /// | `Rule[0].Status` | `Rules[0].Status` |
    /// | `Rule[0].Filter.And.Tag[1].Key` | `Rules[0].Filter.And.Tags[1].Key` |
    /// | `Role` | `Role` |
    #[must_use]
    pub fn json_path(&self) -> String {
        let path = self.path.to_string();
        let path = path.strip_prefix("Rule").map_or(path.clone(), |rest| format!("Rules{rest}"));
        path.replace(".And.Tag", ".And.Tags")
    }

    /// Returns the error that decisions depend on the value.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let message =
            format!("`{}` is unknown: the template has `{}`", self.json_path(), self.expression);
        let help = advice(&self.options);
        Diagnostic::error("value-unknown", None, self.path.clone(), message)
            .at(self.span)
            .with_help(help)
    }
}

/// Returns the advice to give values by options.
///
/// | options | advice |
/// | --- | --- |
/// | none | to give the values, or to write them into a copy |
/// | `--var a=VALUE` | give `--var a=VALUE` |
/// | three of them | give the first, the second and the third |
pub(crate) fn advice<S: AsRef<str>>(options: &[S]) -> String {
    let quoted = |options: &[S]| {
        let options = options.iter().map(|option| format!("`{}`", option.as_ref()));
        options.collect::<Vec<_>>().join(", ")
    };
    match options {
        [] => {
            "give the values with `--parameter` or `--var`, or write them into a copy of the file"
                .to_owned()
        }
        [one] => format!("give `{}`", one.as_ref()),
        [first @ .., last] => format!("give {} and `{}`", quoted(first), last.as_ref()),
    }
}

/// Returns the name of a step; `None` for an index.
fn name(step: &Step) -> Option<&str> {
    match step {
        Step::Field(name) => Some(name),
        Step::Index(_) => None,
    }
}
