//! The comparison of two configurations over all objects and events.
//!
//! This file gives each bucket to `pairs`, which finds the rules that win the same object, and has
//! `difference` make a [`Difference`] of each pair. `description` writes them as text.

mod description;
mod difference;
mod pairs;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

pub use self::description::describe;
pub use self::difference::Difference;

use self::difference::Shared;
use self::pairs::{Bucket, Extent};
use crate::analysis::competition::{Asked, Competitor};
use crate::analysis::outcome::OutcomeClasses;
use crate::dialect::Dialect;
use crate::keyspace::{Effort, KeySpace, competing_rules};
use crate::model::ReplicationConfiguration;

/// A comparison of two configurations, or of one under two dialects, over every object version and
/// event.
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

/// The differences between two configurations.
///
/// They are sorted by bucket, then by the positions of the rules, where absent rules come first, then
/// by the kind of object. The list dereferences to a slice.
#[derive(Clone, Debug)]
pub struct Differences<'a> {
    found: Vec<Difference<'a>>,
    is_complete: bool,
}

impl<'a> Comparison<'a> {
    /// Compares two configurations under the dialect of AWS.
    #[must_use]
    pub const fn new(old: &'a ReplicationConfiguration, new: &'a ReplicationConfiguration) -> Self {
        Self { old, new, old_dialect: Dialect::AWS, new_dialect: Dialect::AWS }
    }

    /// Compares the old configuration under one dialect and the new one under another.
    #[must_use]
    pub fn with_dialects(self, old: Dialect, new: Dialect) -> Self {
        Self { old_dialect: old, new_dialect: new, ..self }
    }

    /// Returns true when it is proved that both make the same decision for every object version and
    /// event.
    ///
    /// The comparison is exact, but it gives up on exclusions of tags that are too complex
    /// ([`Differences::is_complete`]). Then false does not mean that the two differ.
    #[must_use]
    pub fn is_equivalent(&self) -> bool {
        let differences = self.search(Extent::First);
        differences.is_empty() && differences.is_complete()
    }

    /// Returns the first difference found; `None` if there is none, or the comparison gave up.
    #[must_use]
    pub fn first_difference(&self) -> Option<Difference<'a>> {
        self.search(Extent::First).found.pop()
    }

    /// Returns all differences: for each destination bucket every pair of an old and a new rule that
    /// win the same object and treat it differently. A complete and empty list proves that the two
    /// are equivalent.
    ///
    /// There can be as many as pairs of rules, so a witness is made only when it is asked for.
    #[must_use]
    pub fn differences(&self) -> Differences<'a> {
        self.search(Extent::All)
    }

    /// Compares bucket by bucket. Rules for different buckets never compete (REP-401), so each
    /// bucket is a comparison of its own.
    fn search(&self, extent: Extent) -> Differences<'a> {
        let rules = competing_rules(self.old).chain(competing_rules(self.new));
        let space = KeySpace::new(rules.map(|rule| &rule.filter));
        let mut classes = OutcomeClasses::default();
        // One space, one set of classes and one set of cases for both sides: otherwise places,
        // outcomes and cases of the old side would mean something else on the new one.
        let asked = Asked::under(&[&self.old_dialect, &self.new_dialect]);
        let old = Competitor::all_asked(self.old, &self.old_dialect, &space, asked, &mut classes);
        let new = Competitor::all_asked(self.new, &self.new_dialect, &space, asked, &mut classes);
        let shared = Arc::new(Shared { space, classes });
        let mut differences = Differences { found: Vec::new(), is_complete: true };
        let mut effort = Effort::new();
        let buckets: Vec<Bucket<'_, 'a>> = Bucket::all(&old, &new).collect();
        for (index, bucket) in buckets.iter().enumerate() {
            // One hostile bucket leaves the others their share.
            let mut share = effort.share(buckets.len() - index);
            let mut pairs = BTreeMap::new();
            let ended = bucket.find_pairs(&shared.space, extent, &mut pairs, &mut share);
            effort.take_back(&share);
            differences.is_complete &= ended.is_ok();
            for pair in pairs.into_values() {
                Difference::add_all(pair, &shared, &mut differences.found);
            }
            // One pair can have differences of several kinds; the first answers the question.
            if extent == Extent::First && !differences.found.is_empty() {
                differences.found.truncate(1);
                break;
            }
        }
        if self.compares_odd_tags_differently() {
            differences.is_complete = false;
        }
        differences
    }

    /// Returns true when only one of the dialects compares the tags of objects that have a tag outside
    /// ASCII, and some rule looks at tags. The search does not look at such objects.
    fn compares_odd_tags_differently(&self) -> bool {
        self.old_dialect.odd_tags() != self.new_dialect.odd_tags()
            && competing_rules(self.old)
                .chain(competing_rules(self.new))
                .any(|rule| rule.filter.mentions_tags())
    }
}

impl<'a> Differences<'a> {
    /// Returns true when every difference is found. Only rules that exclude keys or tags can take
    /// more work than a comparison may cost; then some differences may be missing.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the differences as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Difference<'a>] {
        &self.found
    }
}

impl<'a> Deref for Differences<'a> {
    type Target = [Difference<'a>];

    fn deref(&self) -> &Self::Target {
        &self.found
    }
}

impl<'a> IntoIterator for Differences<'a> {
    type Item = Difference<'a>;
    type IntoIter = std::vec::IntoIter<Difference<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl<'d, 'a> IntoIterator for &'d Differences<'a> {
    type Item = &'d Difference<'a>;
    type IntoIter = std::slice::Iter<'d, Difference<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.iter()
    }
}
