//! Two configurations, over all objects and events.

use crate::analysis::bucket::{Bucket, Pair, Until};
use crate::analysis::case::{Case, Cases};
use crate::analysis::contest::{Contender, Effects, contenders};
use crate::analysis::space::Space;
use crate::analysis::{ObjectKind, Witness};
use crate::dialect::Dialect;
use crate::model::{BucketArn, ReplicationConfiguration, ReplicationRule};

/// Compares what two configurations decide, or one under two dialects, about every object version
/// and event.
///
/// # Examples
///
/// ```
/// use s3_replication::analysis::Comparison;
/// use s3_replication::{Dialect, Engine, ReplicationConfiguration};
///
/// /// Would it matter if AWS's tutorials were right about priorities?
/// fn depends_on_priority_order(configuration: &ReplicationConfiguration) -> bool {
///     let readings = Comparison::new(configuration, configuration)
///         .with_dialects(Dialect::AWS, Dialect::AWS_TUTORIAL);
///     !readings.is_equivalent()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    old: &'a ReplicationConfiguration,
    new: &'a ReplicationConfiguration,
    old_dialect: Dialect,
    new_dialect: Dialect,
}

/// Something that two configurations decide differently, for one destination bucket and one pair
/// of rules that win it.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    bucket: &'a BucketArn,
    old: Option<&'a ReplicationRule>,
    new: Option<&'a ReplicationRule>,
    cases: Cases,
    /// Begins no prefix of either configuration.
    outside: char,
}

impl<'a> Difference<'a> {
    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'a BucketArn {
        self.bucket
    }

    /// Returns the rule of the old configuration that wins the bucket; `None` when no rule competes
    /// for it. A rule that wins need not replicate: it may leave delete markers behind.
    #[must_use]
    pub const fn old_rule(&self) -> Option<&'a ReplicationRule> {
        self.old
    }

    /// Returns the rule of the new configuration that wins the bucket; `None` as above.
    #[must_use]
    pub const fn new_rule(&self) -> Option<&'a ReplicationRule> {
        self.new
    }

    /// Returns what the difference is about, the most common first.
    #[must_use]
    pub fn object_kinds(&self) -> Vec<ObjectKind> {
        let mut object_kinds: Vec<ObjectKind> = self.cases.iter().map(Case::object_kind).collect();
        object_kinds.dedup();
        object_kinds
    }

    /// Returns an object for which the bucket gets something else, or nothing.
    #[must_use]
    pub fn witness(&self) -> Witness {
        let rules = [self.old, self.new].into_iter().flatten();
        let case = self.cases.iter().next().unwrap_or(Case::Object);
        Witness::least(rules.map(|rule| &rule.filter), self.outside, case)
    }

    /// Makes a difference of a pair; of nobody and nobody there is none.
    fn new(Pair { old, new }: Pair<'_, 'a>, cases: Cases, outside: char) -> Option<Self> {
        let bucket = &old.or(new)?.rule.destination.bucket;
        let (old, new) = (old.map(|one| one.rule), new.map(|one| one.rule));
        Some(Self { bucket, old, new, cases, outside })
    }
}

impl<'a> Comparison<'a> {
    /// Compares two configurations as AWS reads them.
    #[must_use]
    pub const fn new(old: &'a ReplicationConfiguration, new: &'a ReplicationConfiguration) -> Self {
        Self { old, new, old_dialect: Dialect::AWS, new_dialect: Dialect::AWS }
    }

    /// Compares them as two dialects read them.
    #[must_use]
    pub fn with_dialects(self, old: Dialect, new: Dialect) -> Self {
        Self { old_dialect: old, new_dialect: new, ..self }
    }

    /// Returns true when the two decide alike about every object version and event.
    #[must_use]
    pub fn is_equivalent(&self) -> bool {
        self.first_difference().is_none()
    }

    /// Returns the first difference found; `None` proves that the two are equivalent.
    ///
    /// The search stops there, so the difference may hold for more kinds of objects than it names.
    #[must_use]
    pub fn first_difference(&self) -> Option<Difference<'a>> {
        self.collect(Until::First).pop()
    }

    /// Returns all differences: for each destination bucket every pair of an old and a new rule
    /// that win one and the same object and do not do the same about it. Sorted by bucket, then by
    /// the positions of the rules; where no rule wins comes first.
    ///
    /// There can be as many as pairs of rules, so each is small, and its witness is made when it is
    /// asked for; [`first_difference`](Self::first_difference) does
    /// not look further than it must.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference<'a>> {
        self.collect(Until::End)
    }

    fn collect(&self, until: Until) -> Vec<Difference<'a>> {
        let rules = contenders(self.old).chain(contenders(self.new));
        let space = Space::new(rules.map(|rule| &rule.filter));
        let mut effects = Effects::default();
        let old = Contender::all(self.old, &self.old_dialect, &space, &mut effects);
        let new = Contender::all(self.new, &self.new_dialect, &space, &mut effects);
        let mut differences = Vec::new();
        for bucket in Bucket::all(&old, &new) {
            let pairs = bucket.differing_pairs(&space, until);
            differences.extend(
                pairs.filter_map(|(pair, cases)| Difference::new(pair, cases, space.outside())),
            );
            if until == Until::First && !differences.is_empty() {
                break;
            }
        }
        differences
    }
}
