//! Values that a document does not state.

use crate::diagnostic::Diagnostic;
use crate::path::{FieldPath, Step};
use crate::text::Span;

/// A value that a template does not state, such as a parameter without a default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownValue {
    path: FieldPath,
    span: Span,
    expression: String,
    options: Vec<String>,
}

impl UnknownValue {
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

fn name(step: &Step) -> Option<&str> {
    match step {
        Step::Field(name) => Some(name),
        Step::Index(_) => None,
    }
}
