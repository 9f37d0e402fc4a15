//! The competition of rules for a destination bucket, asked about places and tag sets instead of
//! objects.

use std::collections::HashMap;

use crate::analysis::case::{Case, Cases};
use crate::dialect::Dialect;
use crate::engine::{Action, Replication, RuleEffect};
use crate::keyspace::{KeySpace, Place, Selection, TagSet, ranked_rules};
use crate::model::{
    EncryptionStatus, KmsKeyArn, Owner, ReplicationConfiguration, ReplicationRule, StorageClass,
};

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

/// The class of an outcome: two outcomes are equal if and only if their classes are.
///
/// Comparisons look at every pair of rules, so outcomes are compared as numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct OutcomeClass(usize);

impl OutcomeClass {
    /// Nothing is replicated.
    const NOTHING: Self = Self(0);
}

/// The outcomes seen so far, with their classes from 1.
#[derive(Debug, Default)]
pub(super) struct OutcomeClasses(HashMap<ReplicationOutcome, usize>);

impl OutcomeClasses {
    fn class(&mut self, outcome: ReplicationOutcome) -> OutcomeClass {
        let next = self.0.len() + 1;
        OutcomeClass(*self.0.entry(outcome).or_insert(next))
    }
}

/// The outcome of a replication: everything by which two configurations are compared.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct ReplicationOutcome {
    action: Action,
    /// `None` for a delete marker or a change of metadata: only whole versions have a replica.
    replica: Option<ReplicaOutcome>,
    owner: Owner,
    time_control: bool,
    metrics: bool,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct ReplicaOutcome {
    storage_class: StorageClass,
    /// `None` when the destination bucket decides.
    encryption: Option<EncryptionStatus>,
    key: Option<KmsKeyArn>,
}

impl ReplicationOutcome {
    fn of(replication: &Replication<'_>) -> Self {
        let replica = replication.replica();
        let is_whole = replication.action() == Action::ReplicateObject;
        Self {
            action: replication.action(),
            replica: is_whole.then(|| ReplicaOutcome {
                storage_class: replica.storage_class.clone(),
                encryption: replica.encryption.status(),
                key: replica.encryption.key().cloned(),
            }),
            owner: replica.owner,
            time_control: replication.is_time_controlled(),
            metrics: replication.has_metrics(),
        }
    }
}

impl<'a> Competitor<'a> {
    fn new(
        rule: &'a ReplicationRule,
        dialect: &Dialect,
        space: &KeySpace<'_>,
        classes: &mut OutcomeClasses,
    ) -> Option<Self> {
        let selection = space.select(&rule.filter)?;
        let mut competes = Cases::NONE;
        let outcomes = Case::ALL.map(|case| {
            let version = case.version_selected_by(&rule.filter);
            let part = RuleEffect::of(rule, dialect, &version, case.event());
            if !matches!(part, RuleEffect::DoesNotCompete) {
                competes.add(case);
            }
            match part {
                RuleEffect::Replicates(replication) => {
                    classes.class(ReplicationOutcome::of(&replication))
                }
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

    pub(super) fn bucket(&self) -> &'a str {
        self.rule.destination.bucket.as_str()
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.rule.position == other.rule.position
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

/// The competitors of one configuration for one bucket, in a case, from the highest rank.
#[derive(Debug)]
pub(super) struct Ranking<'s, 'a> {
    ranked: Vec<&'s Competitor<'a>>,
    /// The ranks of competitors with tags, by the tag that the fewest others ask for. Each is listed
    /// once, so a tag that every rule asks for does not make every list long.
    by_rarest_tag: HashMap<usize, Vec<usize>>,
    /// The ranks by the places of their prefixes.
    by_place: HashMap<Place, Vec<usize>>,
}

/// A competitor with its rank; 0 is the highest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked<'s, 'a> {
    pub(super) rank: usize,
    pub(super) competitor: &'s Competitor<'a>,
}

impl Ranked<'_, '_> {
    pub(super) const fn place(&self) -> Place {
        self.competitor.selection.place()
    }

    pub(super) const fn tags(&self) -> &TagSet {
        &self.competitor.selection.tags
    }
}

impl<'s, 'a> Ranking<'s, 'a> {
    pub(super) fn new(competitors: &'s [Competitor<'a>], case: Case) -> Self {
        let ranked: Vec<_> = competitors.iter().filter(|one| one.competes.has(case)).collect();
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for tag in ranked.iter().flat_map(|one| one.selection.tags.iter()) {
            *counts.entry(tag).or_default() += 1;
        }
        let mut by_rarest_tag: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut by_place: HashMap<Place, Vec<usize>> = HashMap::new();
        for (rank, one) in ranked.iter().enumerate() {
            by_place.entry(one.selection.place()).or_default().push(rank);
            if let Some(rarest) = one.selection.tags.iter().min_by_key(|tag| counts.get(tag)) {
                by_rarest_tag.entry(rarest).or_default().push(rank);
            }
        }
        Self { ranked, by_rarest_tag, by_place }
    }

    /// Iterates over the competitors, from the highest rank.
    pub(super) fn iter(&self) -> impl Iterator<Item = Ranked<'s, 'a>> {
        self.ranked.iter().enumerate().map(|(rank, competitor)| Ranked { rank, competitor })
    }

    /// Iterates over the competitors with the prefix of a place.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = Ranked<'s, 'a>> {
        let ranks = self.by_place.get(&place).into_iter().flatten().copied();
        ranks.filter_map(|rank| Some(Ranked { rank, competitor: self.ranked.get(rank)? }))
    }

    /// Returns every competitor that wins an object at a place, from the highest rank.
    ///
    /// A rule wins an object with some tags only if it wins the one with just its own tags: more
    /// tags only make more rules match.
    pub(super) fn winners(&self, place: Place) -> Vec<Ranked<'s, 'a>> {
        let mut winners = Vec::new();
        for ranked in self.iter().filter(|one| one.competitor.selection.keys.contains(place)) {
            if !self.is_outranked_by_tags(ranked.rank, place, ranked.tags()) {
                winners.push(ranked);
            }
            if ranked.tags().is_empty() {
                // It matches every object here, so lower ranks win none.
                break;
            }
        }
        winners
    }

    /// Returns true when a competitor with tags matches and ranks above `rank`.
    pub(super) fn is_outranked_by_tags(&self, rank: usize, place: Place, tags: &TagSet) -> bool {
        self.first_with_tags(place, tags).is_some_and(|first| first < rank)
    }

    /// Returns true when any competitor matches.
    pub(super) fn is_won(&self, place: Place, tags: &TagSet) -> bool {
        self.first_with_tags(place, tags).is_some() || self.first_without_tags(place).is_some()
    }

    /// Returns the competitor that wins.
    pub(super) fn winner(&self, place: Place, tags: &TagSet) -> Option<&'s Competitor<'a>> {
        let first = self.first_without_tags(place).into_iter();
        let first = first.chain(self.first_with_tags(place, tags)).min()?;
        self.ranked.get(first).copied()
    }

    fn first_without_tags(&self, place: Place) -> Option<usize> {
        let matches = |one: &Selection| one.tags.is_empty() && one.keys.contains(place);
        self.ranked.iter().position(|one| matches(&one.selection))
    }

    /// A competitor with tags matches only objects that have its rarest tag, so the lists of the
    /// object's own tags hold every competitor that can match.
    fn first_with_tags(&self, place: Place, tags: &TagSet) -> Option<usize> {
        let lists = tags.iter().filter_map(|tag| self.by_rarest_tag.get(&tag));
        let firsts = lists.filter_map(|ranks| {
            let matches = |rank: &usize| {
                self.ranked.get(*rank).is_some_and(|one| one.selection.matches(place, tags))
            };
            ranks.iter().copied().find(matches)
        });
        firsts.min()
    }
}
