//! Where a lint puts what it finds, and what it would have to know.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::lint::{Context, Fact, MissingFact};
use crate::model::{BucketFacts, BucketName};

/// What lints found, and which facts they missing_facts.
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
        context: &Context<'_>,
        bucket: &BucketName,
        fact: Fact,
        of: impl FnOnce(&BucketFacts) -> Option<T>,
    ) -> Option<T> {
        let known = context.buckets().get(bucket).and_then(of);
        if known.is_none() && !context.buckets().is_missing(bucket) {
            self.missing.insert((Some(bucket.clone()), fact));
        }
        known
    }

    /// Returns a fact about the source bucket, or notes that it is missing.
    pub(in crate::lint) fn know_of_source<T>(
        &mut self,
        context: &Context<'_>,
        fact: Fact,
        of: impl FnOnce(&BucketFacts) -> Option<T>,
    ) -> Option<T> {
        if let Some(source) = context.source() {
            self.know(context, source, fact, of)
        } else {
            self.missing.insert((None, fact));
            None
        }
    }

    /// Returns what was found, and adds what one lint missing_facts to what others did.
    pub(in crate::lint) fn into_found(
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

/// The facts that lints missing_facts.
#[derive(Debug, Default)]
pub(crate) struct MissingFacts(BTreeMap<(Option<BucketName>, Fact), BTreeSet<&'static str>>);

/// Sorted by bucket, then by fact.
impl From<MissingFacts> for Vec<MissingFact> {
    fn from(missing_facts: MissingFacts) -> Self {
        let facts = missing_facts.0.into_iter();
        let facts = facts.map(|((bucket, fact), lints)| MissingFact {
            bucket,
            fact,
            lints: lints.into_iter().collect(),
        });
        facts.collect()
    }
}
