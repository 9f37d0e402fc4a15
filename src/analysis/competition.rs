//! The rules that compete for a destination bucket: the objects that each selects, and its outcome.

use crate::analysis::case::{Case, Cases};
use crate::analysis::outcome::{OutcomeClass, OutcomeClasses};
use crate::dialect::Dialect;
use crate::engine::RuleEffect;
use crate::keyspace::{KeySpace, Selection, ranked_rules};
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// A rule that wins the versions it selects unless a higher rule wins them.
#[derive(Debug)]
pub(super) struct Competitor<'a> {
    pub(super) rule: &'a ReplicationRule,
    pub(super) selection: Selection,
    /// The cases in which the rule competes.
    pub(super) competes: Cases,
    /// The outcome for a version that the rule wins, by case.
    outcomes: [OutcomeClass; Case::COUNT],
}

impl<'a> Competitor<'a> {
    /// Returns `None` when the filter selects no object.
    fn new(
        rule: &'a ReplicationRule,
        dialect: &Dialect,
        space: &KeySpace<'_>,
        classes: &mut OutcomeClasses,
    ) -> Option<Self> {
        let selection = space.select(&rule.filter)?;
        let mut competes = Cases::NONE;
        let outcomes = Case::ALL.map(|case| {
            // Any version that the filter selects would do: the effect of a single rule depends on
            // the case, not on the key or the tags.
            let version = case.version_selected_by(&rule.filter);
            let part = RuleEffect::of(rule, dialect, &version, case.event());
            if !matches!(part, RuleEffect::DoesNotCompete) {
                competes.add(case);
            }
            match part {
                RuleEffect::Replicates(replication) => classes.class_of(&replication),
                RuleEffect::DoesNotCompete | RuleEffect::Blocks => OutcomeClass::NOTHING,
            }
        });
        Some(Self { rule, selection, competes, outcomes })
    }

    /// Returns the competitors of a configuration by destination bucket, each before those that it
    /// outranks. Disabled rules and rules that no object matches are left out.
    pub(super) fn all(
        configuration: &'a ReplicationConfiguration,
        dialect: &Dialect,
        space: &KeySpace<'_>,
        classes: &mut OutcomeClasses,
    ) -> Vec<Self> {
        let rules = ranked_rules(configuration, dialect).into_iter();
        rules.filter_map(|rule| Self::new(rule, dialect, space, classes)).collect()
    }

    /// Iterates over the competitors of each bucket; `all` has those of a bucket together.
    pub(super) fn by_bucket(all: &[Self]) -> impl Iterator<Item = &[Self]> {
        all.chunk_by(|a, b| a.bucket() == b.bucket())
    }

    /// Returns the destination bucket.
    pub(super) fn bucket(&self) -> &'a str {
        self.rule.destination.bucket.as_str()
    }

    /// Returns true when this rule alone, ranked above another, wins every object that the other
    /// competes for. False is not certain.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (own, its) = (&self.selection, &other.selection);
        // A hole of this rule within the keys of the other leaves it objects there.
        let keys = own.contains(its.place()) && own.holes().all(|hole| !its.contains(hole));
        let tags = its.tags.contains_all(&own.tags) && own.excludes_no_tags();
        keys && tags && other.competes.without(self.competes).is_empty()
    }

    /// Returns true when both are the same rule of one configuration.
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
