//! The policies of roles, buckets and keys in a template.

use crate::template::value::{Data, Value};
use crate::text::Span;

/// A policy document in a template: one of a role, a bucket or a KMS key.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::template::{PolicyHolder, TemplateReader};
///
/// let text = r#"
/// Resources:
///   Role:
///     Type: AWS::IAM::Role
///     Properties:
///       RoleName: replication
///       AssumeRolePolicyDocument:
///         Statement:
///           {Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "sts:AssumeRole"}
/// "#;
/// let template = TemplateReader::new(Parser::new()).read("roles.yaml", text.as_bytes());
/// let trust = &template.policies()[0];
/// assert_eq!((trust.address(), trust.holder()), ("Role", PolicyHolder::TrustOfRole));
/// assert_eq!(trust.names(), ["replication", "${Role.Arn}", "${Role}"]);
/// assert!(trust.json().unwrap().contains("s3.amazonaws.com"));
/// ```
///
/// In Terraform a document is a text, `jsonencode` or a data source. A value that does not follow from
/// the module is named.
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::template::TemplateReader;
///
/// let text = r#"
/// variable "backup" {}
/// data "aws_iam_policy_document" "write" {
///   statement {
///     actions   = ["s3:ReplicateObject"]
///     resources = ["arn:aws:s3:::${var.backup}/*"]
///   }
/// }
/// resource "aws_iam_role_policy" "write" {
///   role   = "replication"
///   policy = data.aws_iam_policy_document.write.json
/// }
/// "#;
/// let reader = TemplateReader::new(Parser::new());
/// let template = reader.read("main.tf", text.as_bytes());
/// assert_eq!(template.policies()[0].json(), Err("${var.backup}"));
///
/// let reader = reader.with_variable("backup", "archive");
/// let template = reader.read("main.tf", text.as_bytes());
/// assert!(template.policies()[0].json().unwrap().contains("arn:aws:s3:::archive/*"));
/// ```
///
/// Policies that need values of other templates, such as the ARN of an exported bucket, have an
/// error in place of the document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TemplatePolicy {
    address: String,
    file: usize,
    place: Span,
    holder: PolicyHolder,
    /// All spellings, because the configuration and the policy may refer to the same role in
    /// different ones.
    names: Vec<String>,
    /// The JSON, or the expression that makes it unknown.
    document: Result<String, String>,
}

/// The holder of a [`TemplatePolicy`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PolicyHolder {
    /// A role, whose permissions it grants.
    Role,
    /// A role, which it lets a service assume.
    TrustOfRole,
    /// A bucket.
    Bucket,
    /// A KMS key.
    Key,
}

impl TemplatePolicy {
    /// Creates a policy of a holder, whose names are known or unknown values.
    pub(super) fn new(
        address: &str,
        place: Span,
        holder: PolicyHolder,
        names: Vec<String>,
        document: &Value,
    ) -> Self {
        let mut unknown = None;
        let json = json_of(document, &mut unknown);
        let document = match (unknown, &document.data) {
            // One unknown value makes the whole document unknown. A statement with an unknown
            // resource may grant a permission or deny it, and a judgement without it would be a
            // guess.
            (Some(text), _) => Err(expression_in(&text).to_owned()),
            // `jsonencode` is the rule in Terraform, and its text is the document.
            (None, Data::String(text)) => Ok(text.to_string()),
            (None, _) => Ok(json.to_string()),
        };
        Self { address: address.to_owned(), file: 0, place, holder, names, document }
    }

    /// Makes the document unknown, for this reason.
    pub(super) fn unknown(mut self, reason: String) -> Self {
        self.document = Err(reason);
        self
    }

    /// Sets the number of the file.
    pub(super) fn in_file(self, file: usize) -> Self {
        Self { file, ..self }
    }

    /// Returns the position of the file of the resource, among
    /// [those of the template](super::Template::files).
    #[must_use]
    pub const fn file(&self) -> usize {
        self.file
    }

    /// Returns the place of the resource that has the policy.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.place
    }

    /// Returns the address of the resource that has the policy.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the kind of the holder.
    #[must_use]
    pub const fn holder(&self) -> PolicyHolder {
        self.holder
    }

    /// Returns the names that the template has for the holder: names and ARNs, and the expressions of
    /// those that are unknown.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the document as JSON.
    ///
    /// # Errors
    ///
    /// The expression of a value in it that does not follow from the text.
    pub fn json(&self) -> Result<&str, &str> {
        self.document.as_deref().map_err(String::as_str)
    }
}

/// Returns the first expression in a text that is a document, and any other text as it is. `${aws:…}` is
/// a variable of the policy itself.
///
/// ```text
/// ${aws_iam_policy_document.x.json}              itself
/// {"Resource":"${var.backup}/*"}                 ${var.backup}
/// {"Resource":"${aws:username}/${var.backup}"}   ${var.backup}
/// ```
fn expression_in(text: &str) -> &str {
    if !text.trim_start().starts_with(['{', '[']) {
        return text;
    }
    let mut starts = text.match_indices("${").map(|(at, _)| text.get(at..).unwrap_or_default());
    let expression = starts.find_map(|start| {
        let expression = start.get(..=start.find('}')?)?;
        (!expression.contains(':')).then_some(expression)
    });
    expression.unwrap_or(text)
}

/// Makes the JSON of a value, and keeps the expression of the first unknown value in it.
fn json_of(value: &Value, unknown: &mut Option<String>) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.data {
        Data::Null | Data::Absent => Json::Null,
        Data::Boolean(value) => Json::Bool(*value),
        // A number of a policy is compared as text.
        // The text of a number stays as it is written: a reader of JSON would make `012` of an
        // account an error.
        Data::Number(text) | Data::String(text) => Json::String(text.to_string()),
        Data::Unknown(one) => {
            unknown.get_or_insert_with(|| one.text.to_string());
            Json::Null
        }
        Data::List(items) => {
            let items = items.iter().filter(|item| !matches!(item.data, Data::Absent));
            Json::Array(items.map(|item| json_of(item, unknown)).collect())
        }
        Data::Object(members) => {
            let members = members.iter();
            let members = members.filter(|member| !matches!(member.value.data, Data::Absent));
            Json::Object(
                members
                    .map(|member| (member.name.to_string(), json_of(&member.value, unknown)))
                    .collect(),
            )
        }
    }
}
