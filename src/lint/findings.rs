//! The collector that a lint fills: its findings, and the facts that it lacks.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::lint::{Context, Fact, MissingFact};
use crate::model::{BucketName, BucketSettings};

/// The findings of one lint, and the facts that would let it find more.
#[derive(Debug, Default)]
pub(in crate::lint) struct Findings {
    found: Vec<Diagnostic>,
    missing: BTreeSet<(Option<BucketName>, Fact)>,
}

impl Findings {
    pub(in crate::lint) fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// Returns a fact about a bucket, or notes that it is missing. A bucket that does not exist has
    /// no facts, so none is missing.
    pub(in crate::lint) fn fact<T>(
        &mut self,
        context: &Context<'_>,
        bucket: &BucketName,
        fact: Fact,
        of: impl FnOnce(&BucketSettings) -> Option<T>,
    ) -> Option<T> {
        let known = context.buckets().get(bucket).and_then(of);
        if known.is_none() && !context.buckets().is_missing(bucket) {
            self.missing.insert((Some(bucket.clone()), fact));
        }
        known
    }

    /// Returns a fact about the source bucket, or notes that it is missing.
    pub(in crate::lint) fn source_fact<T>(
        &mut self,
        context: &Context<'_>,
        fact: Fact,
        of: impl FnOnce(&BucketSettings) -> Option<T>,
    ) -> Option<T> {
        if let Some(source) = context.source() {
            self.fact(context, source, fact, of)
        } else {
            self.missing.insert((None, fact));
            None
        }
    }

    /// Returns the findings, and adds the facts that this lint lacks to those of other lints.
    pub(in crate::lint) fn into_diagnostics(
        self,
        lint: &'static str,
        missing_facts: &mut MissingFacts,
    ) -> Vec<Diagnostic> {
        for missing in self.missing {
            missing_facts.0.entry(missing).or_default().insert(lint);
        }
        self.found
    }
}

/// The facts that lints lack, each with the names of those lints.
#[derive(Debug, Default)]
pub(in crate::lint) struct MissingFacts(
    BTreeMap<(Option<BucketName>, Fact), BTreeSet<&'static str>>,
);

/// Sorted by bucket, then by fact.
impl From<MissingFacts> for Vec<MissingFact> {
    fn from(missing: MissingFacts) -> Self {
        let facts = missing.0.into_iter();
        let facts = facts.map(|((bucket, fact), lints)| MissingFact {
            bucket,
            fact,
            lints: lints.into_iter().collect(),
        });
        facts.collect()
    }
}
