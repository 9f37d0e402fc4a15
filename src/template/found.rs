//! The content of a template, before it is checked.

use crate::diagnostic::Diagnostic;
use crate::document::Made;
use crate::model::{BucketName, BucketSettings};
use crate::template::assumption::Readings;
use crate::template::value::{Data, Value};

/// The buckets and configurations of a template.
#[derive(Default)]
pub(super) struct Found {
    pub(super) sources: Vec<Source>,
    pub(super) buckets: Vec<(FoundBucket, BucketSettings)>,
    /// The findings that belong to no configuration, with the number of the file.
    pub(super) findings: Vec<(usize, Diagnostic)>,
}

impl Found {
    /// Adds the content of a file of this number.
    pub(super) fn add(&mut self, number: usize, other: Self) {
        self.buckets.extend(other.buckets);
        let sources = other.sources.into_iter();
        self.sources.extend(sources.map(|source| Source { file: number, ..source }));
        let findings = other.findings.into_iter();
        self.findings.extend(findings.map(|(_, finding)| (number, finding)));
    }
}

/// A configuration of a template.
pub(super) struct Source {
    pub(super) address: String,
    /// The source bucket.
    pub(super) bucket: FoundBucket,
    /// The number of the file it is in.
    pub(super) file: usize,
    pub(super) readings: Readings<FoundReading>,
}

/// A configuration under one assumption about its conditions.
pub(super) struct FoundReading {
    pub(super) made: Made,
    pub(super) found: Vec<Diagnostic>,
}

/// The name of a bucket.
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
