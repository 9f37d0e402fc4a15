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
}

impl UnknownValue {
    pub(crate) fn new((path, span, expression): (FieldPath, Span, String)) -> Self {
        Self { path, span, expression }
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
        let help = "give the value with `--parameter` or `--var`";
        Diagnostic::error("value-unknown", None, self.path.clone(), message)
            .at(self.span)
            .with_help(help)
    }
}

fn name(step: &Step) -> Option<&str> {
    match step {
        Step::Field(name) => Some(name),
        Step::Index(_) => None,
    }
}
