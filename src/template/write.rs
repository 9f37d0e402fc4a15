//! Configurations as parts of templates.
//!
//! A writer is the inverse of a reader, so what is written must read back equal. Nothing is left
//! out to make that possible: a form that cannot express a part refuses the whole configuration. A
//! conversion that dropped an exclusion filter would replicate objects that their owner excluded.

mod hcl;
mod yaml;

use serde_json::Value;

use crate::form::{self, Form};
use crate::model::{ConfigurationDraft, FilterDraft};

closed_vocabulary! {
    /// A form in which a configuration can be written.
    #[non_exhaustive]
    pub enum WrittenForm("a form of output") {
        /// The XML of the S3 API.
        Xml = "xml",
        /// The JSON of the AWS CLI and SDKs.
        CliJson = "cli-json",
        /// The value of `ReplicationConfiguration` in CloudFormation, as JSON.
        CloudFormation = "cloudformation",
        /// The value of `ReplicationConfiguration` in CloudFormation, as YAML.
        CloudFormationYaml = "cloudformation-yaml",
        /// A resource `aws_s3_bucket_replication_configuration`.
        Terraform = "terraform",
        /// A resource `aws_s3_bucket_replication_configuration` in the JSON of Terraform.
        TerraformJson = "terraform-json",
    }
}

impl WrittenForm {
    /// Returns the form in which a document of this form and text is written again.
    ///
    /// ```text
    /// template.yaml      CloudFormation, as YAML
    /// template.json      CloudFormation, as JSON
    /// main.tf.json       Terraform, as JSON
    /// ```
    #[must_use]
    pub fn like(form: Form, text: &str) -> Self {
        let is_json = text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
        match (form, is_json) {
            (Form::Xml, _) => Self::Xml,
            (Form::CliJson, _) => Self::CliJson,
            (Form::CloudFormation, true) => Self::CloudFormation,
            (Form::CloudFormation, false) => Self::CloudFormationYaml,
            (Form::Terraform, true) => Self::TerraformJson,
            (Form::Terraform, false) => Self::Terraform,
        }
    }
}

/// The error returned when a form cannot express a part of a configuration.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{form} cannot express {part}")]
pub struct NotExpressible {
    form: &'static str,
    part: String,
}

/// Writes a configuration in a form. In Terraform the source bucket is an argument of the resource;
/// without a name it is the variable `source_bucket`.
///
/// # Errors
///
/// Returns the first part that the form cannot express; nothing is left out.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{ConfigurationDraft, RuleDraft};
/// use s3_replication::template::{WrittenForm, write};
///
/// let rule = RuleDraft::new("arn:aws:s3:::backup".parse()?).with_priority("1".parse()?);
/// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?).with_rule(rule);
/// let text = write(&draft, WrittenForm::CloudFormationYaml, None)?;
/// assert!(text.starts_with("Role: \"arn:aws:iam::123456789012:role/r\"\nRules:\n  - Priority: 1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    draft: &ConfigurationDraft,
    form: WrittenForm,
    source_bucket: Option<&str>,
) -> Result<String, NotExpressible> {
    check(draft, form)?;
    Ok(match form {
        WrittenForm::Xml => draft.to_text(Form::Xml),
        WrittenForm::CliJson => draft.to_text(Form::CliJson),
        WrittenForm::CloudFormation => draft.to_text(Form::CloudFormation),
        WrittenForm::CloudFormationYaml => yaml::write(&json(draft), &form::CONFIGURATION),
        WrittenForm::Terraform => hcl::write(&hcl::resource(draft, source_bucket)),
        WrittenForm::TerraformJson => hcl::write_json(&hcl::resource(draft, source_bucket)),
    })
}

/// Returns the value of a draft with the names of the AWS CLI.
fn json(draft: &ConfigurationDraft) -> Value {
    serde_json::from_str(&draft.to_text(Form::CliJson)).unwrap_or_default()
}

/// Checks that a form can express every part of a configuration.
///
/// The provider of Terraform drops or adds fields of some combinations without a word (REP-1084,
/// REP-1085): a `priority` beside no `filter`, a `prefix` beside a `tag`. Written as they are, they
/// would read back as another configuration, so they are refused here.
fn check(draft: &ConfigurationDraft, form: WrittenForm) -> Result<(), NotExpressible> {
    let (is_cloudformation, name) = match form {
        WrittenForm::Xml | WrittenForm::CliJson => return Ok(()),
        WrittenForm::CloudFormation | WrittenForm::CloudFormationYaml => (true, "CloudFormation"),
        WrittenForm::Terraform | WrittenForm::TerraformJson => (false, "Terraform"),
    };
    let refused = |at: usize, part: &str| {
        let id = draft.rules.get(at).and_then(|rule| rule.id.as_ref());
        let id = id.map_or_else(|| format!("#{}", at + 1), ToString::to_string);
        NotExpressible { form: name, part: format!("{part} of rule `{id}`") }
    };
    // Only the JSON has everything that a newer version of this crate may read.
    let value = json(draft);
    let rules = value.get("Rules").and_then(Value::as_array);
    for (at, rule) in rules.into_iter().flatten().enumerate() {
        let inside =
            |path: &[&str]| path.iter().try_fold(rule, |value, name| value.get(name)).is_some();
        if inside(&["Source"]) || inside(&["Destination", "Zones"]) {
            return Err(refused(at, "the zones"));
        }
        if inside(&["DeleteReplication"]) {
            return Err(refused(at, "`DeleteReplication`"));
        }
        if inside(&["Filter", "Not"]) || inside(&["Filter", "And", "Not"]) {
            return Err(refused(at, "the exclusion filter `Not`"));
        }
        let multi_region = ["Destination", "EncryptionConfiguration", "UseSourceMultiRegionKey"];
        if inside(&multi_region) {
            return Err(refused(at, "`UseSourceMultiRegionKey`"));
        }
        if is_cloudformation && inside(&["ExistingObjectReplication"]) {
            return Err(refused(at, "`ExistingObjectReplication`"));
        }
    }
    for (at, rule) in draft.rules.iter().enumerate().filter(|_| !is_cloudformation) {
        let and = rule.filter.as_ref().and_then(|filter| filter.and.as_ref());
        // REP-1085: the provider removes such a tag, which widens the rule. A single tag is written
        // as a `tag` block, from which nothing is removed.
        let is_reserved =
            |and: &crate::model::AndDraft| and.tags.iter().any(|tag| tag.key().starts_with("aws:"));
        if and.is_some_and(is_reserved) {
            return Err(refused(at, "a tag of several that begins with `aws:`"));
        }
        let is_combined = |filter: &FilterDraft| {
            let children = [filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()];
            children.iter().filter(|is_present| **is_present).count() > 1
        };
        if rule.filter.as_ref().is_some_and(is_combined) {
            return Err(refused(at, "several children of `Filter`"));
        }
        if rule.filter.is_some() && rule.prefix.is_some() {
            return Err(refused(at, "`Prefix` beside `Filter`"));
        }
        if rule.filter.is_some() && rule.priority.is_none() {
            return Err(refused(at, "a missing `Priority`"));
        }
        if rule.filter.is_none() && rule.priority.is_some() {
            return Err(refused(at, "`Priority` without `Filter`"));
        }
    }
    Ok(())
}
