//! Reading policy documents.
//!
//! People have policies as commands print them, and each command wraps them in its own way.
//! [`from_output`](PolicyDocument::from_output) takes the wrappers off, so that a file can be given
//! as it was saved.

use crate::diagnostic::Report;
use crate::permissions::document::{DocumentKind, PolicyDocument};
use crate::permissions::{form, unwrapped};
use crate::text::SourceText;

impl PolicyDocument {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// Returns every mistake in the document, each with its place.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::permissions::PolicyDocument;
    ///
    /// let text = r#"{"Statement": [{"Effect": "Alow", "Action": "s3:*", "Resource": "*"}]}"#;
    /// assert_eq!(
    ///     PolicyDocument::from_json(text).unwrap_err().to_string(),
    ///     "error[invalid-value]: expected `Allow` or `Deny`, found `Alow` (at `Statement[0].Effect`)",
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Report> {
        form::read(text, None)
    }

    /// Reads a document of a kind as the AWS CLI prints it, or alone.
    ///
    /// `get-role`, `get-role-policy`, `get-policy-version`, `get-bucket-policy` and `get-key-policy`
    /// put the document into an object, some as a string of JSON; the API of IAM encodes it like a
    /// URL.
    ///
    /// # Errors
    ///
    /// Returns every mistake, with the text in which it stands: the one that was unwrapped.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::permissions::{DocumentKind, PolicyDocument};
    ///
    /// let printed = r#"{"Policy": "{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",
    ///     \"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::backup/*\"}]}"}"#.replace("\n", "");
    /// let document = PolicyDocument::from_output(DocumentKind::BucketPolicy, "b.json", &printed);
    /// assert_eq!(document.unwrap().statements().len(), 1);
    /// ```
    pub fn from_output(
        kind: DocumentKind,
        name: &str,
        text: &str,
    ) -> Result<Self, Box<(SourceText, Report)>> {
        let (name, text) = unwrapped::unwrap(name, text);
        form::read(&text, Some(kind))
            .map_err(|report| Box::new((SourceText::new(name, text.as_ref()), report)))
    }

    /// Returns the JSON Schema (draft 2020-12) of a document.
    #[must_use]
    pub fn json_schema() -> String {
        form::schema()
    }
}
