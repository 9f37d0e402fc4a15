//! The rules that compete for a destination bucket: the objects that each selects, and its outcome.
//!
//! A rule is compiled to one or more competitors, in which nothing is left of the document: keys
//! are ranges of places, tags are numbers, and outcomes are classes. Two outcomes are compared by
//! comparing two numbers, in each of the cases.
//!
//! ```text
//! rule: prefix logs/, tag a=1, to backup, STANDARD_IA
//! competitor: bucket backup, place of logs/, tags {0}, outcomes [3, 0, …] by case
//! ```

use std::collections::BTreeSet;

use crate::analysis::case::{Case, Cases};
use crate::analysis::outcome::{OutcomeClass, OutcomeClasses};
use crate::dialect::{DeleteMarkerTags, Dialect, Winners};
use crate::engine::RuleEffect;
use crate::keyspace::{KeySpace, Selection, ranked_rules};
use crate::model::{BucketArn, ReplicationConfiguration, ReplicationRule};

/// A rule that wins the versions it selects unless a higher rule wins them.
///
/// A rule for which any of its tags is enough has a competitor for each tag. They follow each other,
/// and none of them outranks another.
#[derive(Debug)]
pub(super) struct Competitor<'a> {
    /// The rule as it is in the document, for reports.
    pub(super) rule: &'a ReplicationRule,
    /// The bucket that is competed for. In a dialect with one winner over all buckets, rules for other
    /// buckets compete too, and then nothing is replicated to this one.
    bucket: &'a BucketArn,
    /// The objects that the filter selects, or one of its tags where any tag is enough.
    pub(super) selection: Selection,
    /// The cases in which the rule competes.
    pub(super) competes: Cases,
    /// The outcome for a version that the rule wins, by case.
    outcomes: [OutcomeClass; Case::COUNT],
    /// True if tags are compared when an object is deleted.
    markers_have_tags: bool,
}

/// The cases that a search asks about, under one dialect or two.
///
/// With two dialects, a case matters if it does under one of them, and both sides have to be asked
/// about the same cases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The cases that matter under one of the dialects at least.
    cases: Cases,
    /// True if one of the dialects compares the tags of the object that a delete marker is over.
    markers_have_tags: bool,
}

impl Asked {
    /// Collects the questions that a search has to ask under some dialects.
    pub(super) fn under(dialects: &[&Dialect]) -> Self {
        let compares =
            |dialect: &&Dialect| dialect.delete_marker_tags() == DeleteMarkerTags::OfDeletedObject;
        Self { cases: Case::under(dialects), markers_have_tags: dialects.iter().any(compares) }
    }
}

impl<'a> Competitor<'a> {
    /// Returns `None` when the filter selects no object.
    ///
    /// Evaluates the effect of a rule on a version of each case that it selects. The rule alone
    /// decides here; whether it wins is the question of the searches.
    fn new(
        rule: &'a ReplicationRule,
        dialect: &Dialect,
        selection: Selection,
        asked: Asked,
        classes: &mut OutcomeClasses,
    ) -> Self {
        let mut competes = Cases::NONE;
        let mut outcomes = [OutcomeClass::NOTHING; Case::COUNT];
        for case in asked.cases.iter() {
            let version = case.version_selected_by(&rule.filter);
            // The effect depends on the rule, the case and the dialect, and not on key and tags. So
            // one version that the filter selects answers for all.
            let part = RuleEffect::of(rule, dialect, &version, case.event());
            if !matches!(part, RuleEffect::DoesNotCompete) {
                competes.add(case);
            }
            if let (RuleEffect::Replicates(replication), Some(outcome)) =
                (part, outcomes.get_mut(case as usize))
            {
                // A rule that blocks a version competes, and its outcome is nothing: the version is
                // withheld from the rules below.
                *outcome = classes.class_of(&replication);
            }
        }
        let (bucket, markers_have_tags) = (&rule.destination.bucket, asked.markers_have_tags);
        Self { rule, bucket, selection, competes, outcomes, markers_have_tags }
    }

    /// Returns the competitors of a configuration by destination bucket, each before those that it
    /// outranks. Disabled rules and rules that no object matches are left out.
    pub(super) fn all(
        configuration: &'a ReplicationConfiguration,
        dialect: &Dialect,
        space: &KeySpace<'_>,
        classes: &mut OutcomeClasses,
    ) -> Vec<Self> {
        Self::all_asked(configuration, dialect, space, Asked::under(&[dialect]), classes)
    }

    /// Returns the same for the cases that a search asks about.
    pub(super) fn all_asked(
        configuration: &'a ReplicationConfiguration,
        dialect: &Dialect,
        space: &KeySpace<'_>,
        asked: Asked,
        classes: &mut OutcomeClasses,
    ) -> Vec<Self> {
        let rules = ranked_rules(configuration, dialect).into_iter();
        // This dialect gives delete markers no tags, but the other one of the comparison does. So
        // markers are asked about with tags, which must not exclude them on this side.
        let ignores_marker_tags =
            asked.markers_have_tags && dialect.delete_marker_tags() == DeleteMarkerTags::None;
        let mut all = Vec::new();
        for rule in rules {
            for selection in space.selections(&rule.filter) {
                let one = Self::new(rule, dialect, selection, asked, classes);
                if ignores_marker_tags && !one.selection.excludes_no_tags() {
                    all.extend(one.split_by_marker_tags());
                } else {
                    all.push(one);
                }
            }
        }
        match dialect.winners() {
            // `ranked_rules` has sorted by bucket, so the competitors of a bucket are together
            // already.
            Winners::PerDestination => all,
            Winners::OneOverAll => Self::for_each_bucket(&all),
        }
    }

    /// Returns the competitor for delete markers, which no tag excludes, and for everything else.
    fn split_by_marker_tags(self) -> [Self; 2] {
        let mut markers = Cases::NONE;
        self.competes
            .iter()
            .filter(|case| case.is_delete_marker())
            .for_each(|case| markers.add(case));
        let for_markers = Self {
            competes: markers,
            selection: self.selection.clone().without_excluded_tags(),
            ..self
        };
        let others = self.competes.without(markers);
        [for_markers, Self { competes: others, ..self }]
    }

    /// Returns the competitors for each bucket, where one rule wins over all buckets.
    ///
    /// The rules for other buckets keep their ranks and lose their outcomes: where they win,
    /// nothing arrives at this bucket.
    fn for_each_bucket(all: &[Self]) -> Vec<Self> {
        let buckets: BTreeSet<&'a BucketArn> = all.iter().map(|one| one.bucket).collect();
        let mut competitors = Vec::new();
        for bucket in buckets {
            competitors.extend(all.iter().map(|one| Self {
                bucket,
                selection: one.selection.clone(),
                outcomes: if one.bucket == bucket {
                    one.outcomes
                } else {
                    [OutcomeClass::NOTHING; Case::COUNT]
                },
                ..*one
            }));
        }
        competitors
    }

    /// Iterates over the competitors of each bucket; `all` has those of a bucket together.
    ///
    /// ```text
    /// [backup 9, backup 2, cold 5]   ->   [backup 9, backup 2], [cold 5]
    /// ```
    pub(super) fn by_bucket(all: &[Self]) -> impl Iterator<Item = &[Self]> {
        all.chunk_by(|a, b| a.bucket() == b.bucket())
    }

    /// Returns the destination bucket.
    pub(super) fn bucket(&self) -> &'a str {
        self.bucket.as_str()
    }

    /// Returns the ARN of the destination bucket.
    pub(super) const fn bucket_arn(&self) -> &'a BucketArn {
        self.bucket
    }

    /// Returns true when the rule replicates to the bucket that is competed for.
    ///
    /// Where each bucket has its own winner ([`Winners::PerDestination`]), every rule here does.
    pub(super) fn is_for_bucket(&self) -> bool {
        self.rule.destination.bucket == *self.bucket
    }

    /// Returns the most tags that a version of a case has.
    pub(super) const fn tag_limit(&self, case: Case) -> usize {
        case.tag_limit(self.markers_have_tags)
    }

    /// Returns true when this rule alone, ranked above another, wins every object that the other
    /// competes for. False is not certain.
    ///
    /// A shortcut before a search: it looks at keys and tags alone, so a false answer only costs
    /// time.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (own, its) = (&self.selection, &other.selection);
        // A hole of this rule within the keys of the other leaves it objects there.
        let keys = own.contains(its.place()) && own.holes().all(|hole| !its.contains(hole));
        let tags = its.tags.contains_all(&own.tags) && own.excludes_no_tags();
        keys && tags && other.competes.without(self.competes).is_empty()
    }

    /// Returns true when both are the same rule of one configuration.
    ///
    /// Competitors of two configurations must not be compared: positions of different documents can
    /// be the same by accident.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.rule.position == other.rule.position
    }

    /// Returns the outcome for a version that the rule wins.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: an outcome for each case")]
    pub(super) const fn outcome(&self, case: Case) -> OutcomeClass {
        self.outcomes[case as usize]
    }

    /// Returns the cases in which something is replicated when the rule wins.
    pub(super) fn replicates(&self) -> Cases {
        Self::differing(Some(self), None)
    }

    /// Returns the cases in which the outcome depends on which of two rules, or none, wins.
    ///
    /// `None` replicates nothing. So a rule that blocks a version and the absence of a rule do not
    /// differ.
    pub(super) fn differing(a: Option<&Self>, b: Option<&Self>) -> Cases {
        let outcomes = |competitor: Option<&Self>| {
            competitor.map_or([OutcomeClass::NOTHING; Case::COUNT], |one| one.outcomes)
        };
        let mut cases = Cases::NONE;
        for ((a, b), case) in outcomes(a).into_iter().zip(outcomes(b)).zip(Case::ALL) {
            if a != b {
                cases.add(case);
            }
        }
        cases
    }
}
