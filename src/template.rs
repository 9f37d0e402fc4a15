//! Templates: CloudFormation and Terraform, in which configurations are written as they are deployed.
//!
//! A template may hold the configurations of several buckets. [`TemplateReader`] finds them, evaluates
//! what follows from the text, and checks each configuration as [`Parser`](crate::Parser) does, with
//! the settings of the buckets that the template declares. All places are those of the text as it is
//! written.
//!
//! Findings name fields as the form does, such as `delete_marker_replication` in Terraform. Paths and the
//! answers of the store have the names of the API, as do answers about decisions.
//!
//! A value that does not follow from the text (a parameter without a default, an attribute of another
//! resource) is unknown: it is kept with its place and its expression, see
//! [`Parsed::unknown_values`](crate::Parsed::unknown_values), and never guessed. A condition that does
//! not follow from the text makes several configurations of one; each finding names the conditions
//! under which it holds.
//!
//! # Examples
//!
//! ```
//! use s3_replication::Parser;
//! use s3_replication::template::TemplateReader;
//!
//! let text = r#"
//! Parameters: {Role: {Type: String}}
//! Resources:
//!   Photos:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       BucketName: photos
//!       VersioningConfiguration: {Status: Enabled}
//!       ReplicationConfiguration:
//!         Role: !Ref Role
//!         Rules:
//!           - Status: Enabled
//!             Priority: 1
//!             Filter: {Prefix: raw/}
//!             DeleteMarkerReplication: {Status: Disabled}
//!             Destination: {Bucket: !GetAtt Backup.Arn}
//!   Backup:
//!     Type: AWS::S3::Bucket
//!     Properties: {VersioningConfiguration: {Status: Enabled}}
//! "#;
//! let template = TemplateReader::new(Parser::new()).read("photos.yaml", text.as_bytes());
//! let photos = template.configurations().next().unwrap();
//! assert_eq!((photos.address(), photos.parsed().validity()), ("Photos", None));
//! let unknown = photos.parsed().unknown_values().iter().map(|unknown| unknown.expression());
//! assert_eq!(unknown.collect::<Vec<_>>(), ["${Role}", "${Backup.Arn}"]);
//! ```

mod assumption;
mod cloudformation;
mod decoded;
mod found;
mod merged;
mod names;
mod partition;
mod policies;
mod reader;
mod recognise;
mod terraform;
mod value;
mod wording;
mod write;

pub use self::names::ValueNames;
pub use self::policies::{PolicyHolder, TemplatePolicy};
pub use self::reader::{TemplateReader, called_folders};
pub use self::recognise::recognise;
pub use self::write::{NotExpressible, WrittenForm, write};

use crate::diagnostic::{Report, Severity};
use crate::form::Form;
use crate::model::{BucketName, KnownBuckets};
use crate::parser::Parsed;
use crate::text::SourceText;

/// A template that was read, or a module of several files.
#[derive(Clone, Debug)]
pub struct Template {
    form: Form,
    files: Vec<TemplateFile>,
    buckets: KnownBuckets,
    names: ValueNames,
    policies: Vec<TemplatePolicy>,
}

/// One file of a template.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    source: SourceText,
    report: Report,
    is_read: bool,
    configurations: Vec<TemplateConfiguration>,
}

/// One configuration of a template.
#[derive(Clone, Debug)]
pub struct TemplateConfiguration {
    address: String,
    bucket: Option<BucketName>,
    stand_in: Option<BucketName>,
    conditions: Vec<String>,
    parsed: Parsed,
}

impl Template {
    /// Returns the form: CloudFormation or Terraform.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Returns the files, in the order given.
    #[must_use]
    pub fn files(&self) -> &[TemplateFile] {
        &self.files
    }

    /// Iterates over the configurations of all files.
    pub fn configurations(&self) -> impl Iterator<Item = &TemplateConfiguration> {
        self.files.iter().flat_map(|file| &file.configurations)
    }

    /// Returns the settings of the buckets that the template declares, as far as they are known, and
    /// those that the caller gave.
    #[must_use]
    pub const fn buckets(&self) -> &KnownBuckets {
        &self.buckets
    }

    /// Returns the names by which values of the template can be given.
    #[must_use]
    pub const fn value_names(&self) -> &ValueNames {
        &self.names
    }

    /// Returns the policies of roles, buckets and KMS keys that the template declares.
    #[must_use]
    pub fn policies(&self) -> &[TemplatePolicy] {
        &self.policies
    }
}

impl TemplateFile {
    /// Returns the text that the places of the findings refer to.
    #[must_use]
    pub const fn text(&self) -> &SourceText {
        &self.source
    }

    /// Returns the findings that belong to no configuration.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns the configurations that are written in the file.
    #[must_use]
    pub fn configurations(&self) -> &[TemplateConfiguration] {
        &self.configurations
    }

    /// Returns true if the file is well-formed.
    #[must_use]
    pub const fn is_read(&self) -> bool {
        self.is_read
    }

    /// Returns false if the file or a configuration of it is refused, and `None` if that depends on
    /// unknown values.
    #[must_use]
    pub fn validity(&self) -> Option<bool> {
        let is_refused = self.report.is_refused()
            || self.report.iter().any(|found| found.severity == Severity::Error);
        let each = || self.configurations.iter().map(|one| one.parsed.validity());
        if is_refused || each().any(|valid| valid == Some(false)) {
            return Some(false);
        }
        each().all(|valid| valid == Some(true)).then_some(true)
    }
}

impl TemplateConfiguration {
    fn with_options(self, options: impl Fn(&str) -> Vec<String>) -> Self {
        Self { parsed: self.parsed.with_options(options), ..self }
    }

    /// Returns the address: the logical ID of a bucket in CloudFormation, the address of a resource in
    /// Terraform. It is empty for a configuration without anything around it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the name of the source bucket, if it is known.
    #[must_use]
    pub const fn bucket(&self) -> Option<&BucketName> {
        self.bucket.as_ref()
    }

    /// Returns the name of the source bucket, or the expression that stands for it.
    #[must_use]
    pub const fn bucket_or_stand_in(&self) -> Option<&BucketName> {
        self.stand_in.as_ref()
    }

    /// Returns the unknown conditions on which the configuration depends, sorted.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// Returns the configuration with its findings.
    #[must_use]
    pub const fn parsed(&self) -> &Parsed {
        &self.parsed
    }
}
