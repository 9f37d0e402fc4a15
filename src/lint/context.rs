use crate::dialect::{Dialect, SchemaVersions, ZoneReading};
use crate::lint::exclusions::WrittenExclusion;
use crate::model::{
    BucketName, ConfigurationDraft, ConfigurationVersion, DestinationDraft, FilterDraft,
    KnownBuckets, Prefix, RuleDraft, ZonePair,
};
use crate::path::FieldPath;

/// The input of the lints: a draft, its dialect, and the known facts about buckets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    draft: &'a ConfigurationDraft,
    dialect: &'a Dialect,
    buckets: &'a KnownBuckets,
    source: Option<&'a BucketName>,
    zones: Option<&'a ZonePair>,
}

impl<'a> Context<'a> {
    /// Creates a context with an unknown source bucket.
    #[must_use]
    pub const fn new(
        draft: &'a ConfigurationDraft,
        dialect: &'a Dialect,
        buckets: &'a KnownBuckets,
    ) -> Self {
        Self { draft, dialect, buckets, source: None, zones: None }
    }

    /// Sets the source bucket.
    #[must_use]
    pub const fn with_source(self, source: Option<&'a BucketName>) -> Self {
        Self { source, ..self }
    }

    /// Sets the zones between which data sync applies the rules. Advice about decisions depends on
    /// them in a dialect that honours zones (REP-1138).
    #[must_use]
    pub const fn with_zones(self, zones: Option<&'a ZonePair>) -> Self {
        match self.dialect.zone_elements() {
            ZoneReading::Honoured => Self { zones, ..self },
            _ => self,
        }
    }

    /// Replaces the draft.
    pub(in crate::lint) const fn with_draft<'b>(&self, draft: &'b ConfigurationDraft) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            draft,
            dialect: self.dialect,
            buckets: self.buckets,
            source: self.source,
            zones: self.zones,
        }
    }

    /// Returns the draft.
    #[must_use]
    pub const fn draft(&self) -> &'a ConfigurationDraft {
        self.draft
    }

    /// Returns the zones between which data sync applies the rules.
    #[cfg(feature = "analysis")]
    pub(in crate::lint) const fn zones(&self) -> Option<&'a ZonePair> {
        self.zones
    }

    /// Returns true when rules are for different zones, and none are given: whether two rules compete
    /// is not known then.
    #[cfg(feature = "analysis")]
    pub(in crate::lint) fn lacks_zones(&self) -> bool {
        let zones = || self.draft.rules.iter().map(RuleDraft::zones);
        self.zones.is_none()
            && self.dialect.zone_elements() == ZoneReading::Honoured
            && zones().zip(zones().skip(1)).any(|(one, next)| one != next)
    }

    /// Returns the draft as data sync between the zones applies it; without zones, the draft.
    #[cfg(feature = "analysis")]
    pub(in crate::lint) fn draft_in_zones(&self) -> ConfigurationDraft {
        let draft = self.draft.clone();
        match self.zones {
            Some(zones) => draft.in_zones(zones),
            None => draft,
        }
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

    /// Iterates over the rules if the restrictions of this version apply to them, else over nothing.
    ///
    /// Where the store has one set of restrictions for all rules, it is that of V2.
    pub fn rules_in(
        &self,
        version: ConfigurationVersion,
    ) -> impl Iterator<Item = (usize, &'a RuleDraft)> {
        let found = self.draft.version();
        let is_meant = match self.dialect().schema_versions() {
            SchemaVersions::Alike => found.is_some() && version == ConfigurationVersion::V2,
            SchemaVersions::Two | SchemaVersions::One => found == Some(version),
        };
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

    /// Iterates over the prefixes that are written, required or excluded, with their places.
    pub(in crate::lint) fn prefixes(&self) -> impl Iterator<Item = WrittenPrefix<'a>> {
        self.rules().flat_map(|(at, rule)| {
            let path = FieldPath::rule(at);
            let in_filter = path.clone().field("Filter");
            let filter = rule.filter.as_ref();
            let and = filter.and_then(|filter| filter.and.as_ref());
            let required = [
                (path, rule.prefix.as_ref()),
                (in_filter.clone(), filter.and_then(|filter| filter.prefix.as_ref())),
                (in_filter.field("And"), and.and_then(|and| and.prefix.as_ref())),
            ];
            let required = required.into_iter().filter_map(|(path, prefix)| {
                let path = path.field("Prefix");
                prefix.map(|prefix| WrittenPrefix { path, prefix, is_excluded: false })
            });
            let excluded = exclusions_of(at, rule).flat_map(|exclusion| exclusion.prefixes());
            required.chain(excluded.map(|(path, prefix)| WrittenPrefix {
                path,
                prefix,
                is_excluded: true,
            }))
        })
    }

    /// Iterates over the exclusions.
    pub(in crate::lint) fn exclusions(&self) -> impl Iterator<Item = WrittenExclusion<'a>> {
        self.rules().flat_map(|(at, rule)| exclusions_of(at, rule))
    }
}

/// A prefix that is written in a draft.
pub(in crate::lint) struct WrittenPrefix<'a> {
    pub(in crate::lint) path: FieldPath,
    pub(in crate::lint) prefix: &'a Prefix,
    /// True if the prefix excludes keys.
    pub(in crate::lint) is_excluded: bool,
}

fn exclusions_of(at: usize, rule: &RuleDraft) -> impl Iterator<Item = WrittenExclusion<'_>> {
    let filter = rule.filter.as_ref();
    let written = [
        (false, filter.and_then(|filter| filter.not.as_ref())),
        (true, filter.and_then(|filter| filter.and.as_ref()?.not.as_ref())),
    ];
    written.into_iter().filter_map(move |(is_in_and, not)| {
        let not = not?;
        let path = FieldPath::rule(at).field("Filter");
        let path = if is_in_and { path.field("And") } else { path };
        let filter = filter.cloned().map(FilterDraft::meaning)?;
        Some(WrittenExclusion { path: path.field("Not"), not, filter })
    })
}
