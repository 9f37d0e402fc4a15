//! The content of a template, before it is checked.
//!
//! The readers of CloudFormation and Terraform both make a [`Found`]: all they know, in the terms
//! of the API. Nothing is parsed or linted here. The caller of the readers does that once for both,
//! because a configuration is checked with the settings of all buckets, and these may be declared
//! after it or in another file.

use crate::diagnostic::Diagnostic;
use crate::document::Made;
use crate::model::{BucketName, BucketSettings};
use crate::template::assumption::Readings;
use crate::template::names::ValueNames;
use crate::template::policies::TemplatePolicy;
use crate::template::value::{Data, Value};

/// The buckets and configurations of a template.
#[derive(Default)]
pub(super) struct Found {
    pub(super) sources: Vec<Source>,
    /// The settings of each bucket, as far as the template declares them. A setting that is `None`
    /// is unknown, not off.
    pub(super) buckets: Vec<(FoundBucket, BucketSettings)>,
    /// The findings that belong to no configuration, with the number of the file.
    pub(super) findings: Vec<(usize, Diagnostic)>,
    /// The names by which values can be given.
    pub(super) names: ValueNames,
    pub(super) policies: Vec<TemplatePolicy>,
}

impl Found {
    /// Adds a finding to a file, once.
    pub(super) fn note(&mut self, file: usize, finding: Diagnostic) {
        let is_known = |(other, known): &(usize, Diagnostic)| *other == file && *known == finding;
        if !self.findings.iter().any(is_known) {
            self.findings.push((file, finding));
        }
    }

    /// Adds a refusal to the configurations of a resource of this address, in each reading. If there are
    /// none, it belongs to the file.
    pub(super) fn refuse(&mut self, address: Option<&str>, finding: Diagnostic) {
        self.refuse_in(0, address, finding);
    }

    /// Adds a refusal as [`refuse`](Self::refuse) does, in a file of this number.
    ///
    /// An instance has the address of its resource and an index: the refusal of `aws_s3_bucket.a`
    /// is one of `aws_s3_bucket.a["eu"]`, and not one of `aws_s3_bucket.ab`.
    pub(super) fn refuse_in(&mut self, file: usize, address: Option<&str>, finding: Diagnostic) {
        let is_meant = |source: &&mut Source| {
            let rest = address.and_then(|address| source.address.strip_prefix(address));
            source.file == file && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        let mut is_known = false;
        for source in self.sources.iter_mut().filter(is_meant) {
            is_known = true;
            for (_, reading) in &mut source.readings.all {
                if !reading.found.contains(&finding) {
                    reading.found.push(finding.clone());
                }
            }
        }
        // A name that nothing declares may stand in an output, or in a resource that has no
        // configuration.
        if !is_known {
            self.note(file, finding);
        }
    }

    /// Adds the content of a file of this number.
    ///
    /// Other readers number their own file 0. Here the findings and configurations get the number
    /// that the file has for the caller.
    pub(super) fn add(&mut self, number: usize, other: Self) {
        self.buckets.extend(other.buckets);
        self.names.extend(&other.names);
        let policies = other.policies.into_iter();
        self.policies.extend(policies.map(|policy| policy.in_file(number)));
        let sources = other.sources.into_iter();
        self.sources.extend(sources.map(|source| Source { file: number, ..source }));
        let findings = other.findings.into_iter();
        self.findings.extend(findings.map(|(_, finding)| (number, finding)));
    }
}

/// A configuration of a template.
pub(super) struct Source {
    /// The logical ID, or the address of a resource with its modules and its index; empty for a
    /// fragment.
    pub(super) address: String,
    /// The source bucket.
    pub(super) bucket: FoundBucket,
    /// The number of the file it is in.
    pub(super) file: usize,
    pub(super) readings: Readings<FoundReading>,
}

/// A configuration under one assumption about its conditions.
///
/// The findings are those of the language: a property that is not sent, a scalar that is read in
/// another way. Those about the configuration itself come later.
pub(super) struct FoundReading {
    pub(super) made: Made,
    pub(super) found: Vec<Diagnostic>,
}

/// The name of a bucket.
///
/// ```text
/// "photos"                  name `photos`, known
/// ${var.name}-photos        a stand-in of that expression, not known
/// "No Bucket"               no name: S3 has no such bucket
/// ```
///
/// The stand-in makes two resources of the same unknown bucket meet: the versioning of
/// `${var.name}` is that of the configuration for `${var.name}`.
#[derive(Clone, Debug, Default)]
pub(super) struct FoundBucket {
    /// The name, or what stands for it.
    pub(super) name: Option<BucketName>,
    pub(super) is_known: bool,
}

impl FoundBucket {
    pub(super) fn of(name: &Value) -> Self {
        if let Data::Unknown(unknown) = &name.data {
            let name = crate::form::stand_in_of_bucket(&unknown.text);
            return Self { name: Some(BucketName::stand_in(&name)), is_known: false };
        }
        let name = name.as_text().and_then(|name| name.parse().ok());
        Self { is_known: name.is_some(), name }
    }
}
