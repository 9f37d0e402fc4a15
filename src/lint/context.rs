use crate::dialect::Dialect;
use crate::model::{
    BucketName, ConfigurationDraft, ConfigurationVersion, DestinationDraft, KnownBuckets, Prefix,
    RuleDraft,
};
use crate::path::FieldPath;

/// The input of the lints: a draft, its dialect, and the known facts about buckets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    draft: &'a ConfigurationDraft,
    dialect: &'a Dialect,
    buckets: &'a KnownBuckets,
    source: Option<&'a BucketName>,
}

impl<'a> Context<'a> {
    /// Creates a context with an unknown source bucket.
    #[must_use]
    pub const fn new(
        draft: &'a ConfigurationDraft,
        dialect: &'a Dialect,
        buckets: &'a KnownBuckets,
    ) -> Self {
        Self { draft, dialect, buckets, source: None }
    }

    /// Sets the source bucket.
    #[must_use]
    pub const fn with_source(self, source: Option<&'a BucketName>) -> Self {
        Self { source, ..self }
    }

    /// Returns the draft.
    #[must_use]
    pub const fn draft(&self) -> &'a ConfigurationDraft {
        self.draft
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> &'a Dialect {
        self.dialect
    }

    /// Returns the known facts about buckets.
    #[must_use]
    pub const fn buckets(&self) -> &'a KnownBuckets {
        self.buckets
    }

    /// Returns the name of the source bucket, where it is known.
    #[must_use]
    pub const fn source(&self) -> Option<&'a BucketName> {
        self.source
    }

    /// Iterates over the rules with their positions.
    pub fn rules(&self) -> impl Iterator<Item = (usize, &'a RuleDraft)> {
        self.draft.rules.iter().enumerate()
    }

    /// Iterates over the destinations of the rules that have one, with the positions of the rules.
    pub fn destinations(&self) -> impl Iterator<Item = (usize, &'a DestinationDraft)> {
        self.rules().filter_map(|(at, rule)| Some((at, rule.destination.as_ref()?)))
    }

    /// Iterates over the rules if they make a configuration of this version, else over nothing.
    pub fn rules_in(
        &self,
        version: ConfigurationVersion,
    ) -> impl Iterator<Item = (usize, &'a RuleDraft)> {
        let is_meant = self.draft.version() == Some(version);
        self.rules().filter(move |_| is_meant)
    }

    /// Iterates over the destinations of the rules if these make a configuration of this version,
    /// else over nothing.
    pub fn destinations_in(
        &self,
        version: ConfigurationVersion,
    ) -> impl Iterator<Item = (usize, &'a DestinationDraft)> {
        self.rules_in(version).filter_map(|(at, rule)| Some((at, rule.destination.as_ref()?)))
    }

    /// Iterates over the prefixes that are written, with their rules and places.
    pub(in crate::lint) fn prefixes(&self) -> impl Iterator<Item = (FieldPath, &'a Prefix)> {
        self.rules().flat_map(|(at, rule)| {
            let path = FieldPath::rule(at);
            let filter = || path.clone().field("Filter");
            let and = rule.filter.as_ref().and_then(|filter| filter.and.as_ref());
            let written = [
                rule.prefix.as_ref().map(|prefix| (path.clone().field("Prefix"), prefix)),
                rule.filter
                    .as_ref()
                    .and_then(|filter| filter.prefix.as_ref())
                    .map(|prefix| (filter().field("Prefix"), prefix)),
                and.and_then(|and| and.prefix.as_ref())
                    .map(|prefix| (filter().field("And").field("Prefix"), prefix)),
            ];
            written.into_iter().flatten()
        })
    }
}
