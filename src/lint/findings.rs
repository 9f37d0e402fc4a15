//! Where a lint puts what it finds, and what it would have to know.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::lint::{Fact, MissingFact, Subject};
use crate::model::{BucketName, BucketSettings};

/// What lints found, and which facts they missed.
#[derive(Debug, Default)]
pub(in crate::lint) struct Findings {
    found: Vec<Diagnostic>,
    missing: BTreeSet<(Option<BucketName>, Fact)>,
}

impl Findings {
    pub(in crate::lint) fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// Returns a fact about a bucket, or notes that it is missing. Nothing is missing of a bucket
    /// that does not exist.
    pub(in crate::lint) fn know<T>(
        &mut self,
        subject: &Subject<'_>,
        bucket: &BucketName,
        fact: Fact,
        of: impl FnOnce(&BucketSettings) -> Option<T>,
    ) -> Option<T> {
        let known = subject.buckets().get(bucket).and_then(of);
        if known.is_none() && !subject.buckets().is_missing(bucket) {
            self.missing.insert((Some(bucket.clone()), fact));
        }
        known
    }

    /// Returns a fact about the source bucket, or notes that it is missing.
    pub(in crate::lint) fn know_of_source<T>(
        &mut self,
        subject: &Subject<'_>,
        fact: Fact,
        of: impl FnOnce(&BucketSettings) -> Option<T>,
    ) -> Option<T> {
        if let Some(source) = subject.source() {
            self.know(subject, source, fact, of)
        } else {
            self.missing.insert((None, fact));
            None
        }
    }

    /// Returns what was found, and adds what one lint missed to what others did.
    pub(in crate::lint) fn into_found(
        self,
        lint: &'static str,
        missed: &mut Missed,
    ) -> Vec<Diagnostic> {
        for missing in self.missing {
            missed.0.entry(missing).or_default().insert(lint);
        }
        self.found
    }
}

/// The facts that lints missed.
#[derive(Debug, Default)]
pub(crate) struct Missed(BTreeMap<(Option<BucketName>, Fact), BTreeSet<&'static str>>);

impl Missed {
    pub(crate) fn append(&mut self, others: Self) {
        for (missing, lints) in others.0 {
            self.0.entry(missing).or_default().extend(lints);
        }
    }
}

/// Sorted by bucket, then by fact.
impl From<Missed> for Vec<MissingFact> {
    fn from(missed: Missed) -> Self {
        let facts = missed.0.into_iter();
        let facts = facts.map(|((bucket, fact), lints)| MissingFact {
            bucket,
            fact,
            lints: lints.into_iter().collect(),
        });
        facts.collect()
    }
}
