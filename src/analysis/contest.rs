//! Who wins a bucket, asked about places and tags instead of objects.

use std::collections::HashMap;

use crate::analysis::case::{Case, Cases};
use crate::analysis::effect::Effect;
use crate::analysis::filters::unmatchable;
use crate::analysis::space::{Position, Space};
use crate::dialect::Dialect;
use crate::engine::{RuleEffect, sort_by_precedence};
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// A rule that wins where it is not beaten.
#[derive(Debug)]
pub(super) struct Contender<'a> {
    pub(super) rule: &'a ReplicationRule,
    pub(super) position: Position,
    /// In which cases it competes.
    pub(super) competes: Cases,
    /// What comes of a version that it wins, by case.
    effects: [EffectNumber; Case::COUNT],
}

/// The number of an effect; the same effect has the same number.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct EffectNumber(usize);

/// The numbers of effects, from one; zero is that nothing is done.
#[derive(Debug, Default)]
pub(super) struct Effects(HashMap<Effect, usize>);

impl Effects {
    fn number(&mut self, effect: Effect) -> EffectNumber {
        let next = self.0.len() + 1;
        EffectNumber(*self.0.entry(effect).or_insert(next))
    }
}

impl<'a> Contender<'a> {
    fn new(
        rule: &'a ReplicationRule,
        dialect: &Dialect,
        space: &Space<'_>,
        effects: &mut Effects,
    ) -> Option<Self> {
        let position = space.position(&rule.filter)?;
        let mut competes = Cases::NONE;
        let numbers = Case::ALL.map(|case| {
            // A version that its filter matches.
            let mut version = case.version();
            version.key = rule.filter.key_prefix().as_str().as_bytes();
            version.tags = rule.filter.tags().into();
            let part = RuleEffect::of(rule, dialect, &version, case.event());
            if !matches!(part, RuleEffect::DoesNotCompete) {
                competes.add(case);
            }
            match part {
                RuleEffect::Replicates(replication) => effects.number(Effect::of(&replication)),
                RuleEffect::DoesNotCompete | RuleEffect::Blocks => EffectNumber::default(),
            }
        });
        Some(Self { rule, position, competes, effects: numbers })
    }

    /// Returns the contenders of a configuration in the order in which they win, buckets one after
    /// the other. Disabled rules, and those that no object matches, are not among them.
    pub(super) fn all(
        configuration: &'a ReplicationConfiguration,
        dialect: &Dialect,
        space: &Space<'_>,
        effects: &mut Effects,
    ) -> Vec<Self> {
        let mut rules: Vec<&ReplicationRule> = contenders(configuration).collect();
        sort_by_precedence(&mut rules, dialect.priority_order());
        let contender = |rule| Self::new(rule, dialect, space, effects);
        rules.into_iter().filter_map(contender).collect()
    }

    pub(super) fn bucket(&self) -> &'a str {
        self.rule.destination.bucket.as_str()
    }

    /// Returns in which cases something is done about a version that it wins.
    pub(super) fn selected(&self) -> Cases {
        Self::differing(Some(self), None)
    }

    /// Returns in which cases it matters which of two wins.
    pub(super) fn differing(a: Option<&Self>, b: Option<&Self>) -> Cases {
        let none = [EffectNumber::default(); Case::COUNT];
        let effects = |contender: Option<&Self>| contender.map_or(none, |one| one.effects);
        let mut cases = Cases::NONE;
        for ((a, b), case) in effects(a).into_iter().zip(effects(b)).zip(Case::ALL) {
            if a != b {
                cases.add(case);
            }
        }
        cases
    }
}

/// Returns the rules that some object matches.
pub(super) fn contenders(
    configuration: &ReplicationConfiguration,
) -> impl Iterator<Item = &ReplicationRule> + Clone {
    let rules = configuration.rules().iter();
    rules.filter(|rule| rule.is_enabled() && unmatchable(&rule.filter).is_none())
}

/// The contenders of one side for one bucket that compete in the same cases.
#[derive(Debug)]
pub(super) struct Field<'s, 'a> {
    /// From the one that beats all others.
    ranked: Vec<&'s Contender<'a>>,
    /// The ranks of those with tags, by the one of their tags that fewest others ask for.
    tagged: HashMap<usize, Vec<usize>>,
    /// The ranks by the places of their prefixes.
    standing: HashMap<usize, Vec<usize>>,
}

/// A contender with its rank in a field, from zero.
pub(super) type Ranked<'s, 'a> = (usize, &'s Contender<'a>);

impl<'s, 'a> Field<'s, 'a> {
    pub(super) fn new(contenders: &'s [Contender<'a>], case: Case) -> Self {
        let ranked: Vec<_> = contenders.iter().filter(|one| one.competes.has(case)).collect();
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for tag in ranked.iter().flat_map(|one| &one.position.tags) {
            *counts.entry(*tag).or_default() += 1;
        }
        let mut tagged: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut standing: HashMap<usize, Vec<usize>> = HashMap::new();
        for (rank, one) in ranked.iter().enumerate() {
            standing.entry(one.position.place).or_default().push(rank);
            let rarest = one.position.tags.iter().min_by_key(|tag| counts.get(*tag));
            if let Some(tag) = rarest {
                tagged.entry(*tag).or_default().push(rank);
            }
        }
        Self { ranked, tagged, standing }
    }

    /// Iterates over the contenders with their ranks.
    pub(super) fn contenders(&self) -> impl Iterator<Item = Ranked<'s, 'a>> {
        self.ranked.iter().copied().enumerate()
    }

    /// Returns the places where a prefix of one of the contenders stands.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.ranked.iter().map(|one| one.position.place)
    }

    /// Returns all contenders that win any object at a place: each wins the one with just its tags.
    pub(super) fn winners(&self, place: usize) -> Vec<Ranked<'s, 'a>> {
        let mut winners = Vec::new();
        for (rank, one) in self.ranked.iter().enumerate() {
            if !one.position.covers(place) {
                continue;
            }
            if !self.is_beaten_by_tags(rank, place, &one.position.tags) {
                winners.push((rank, *one));
            }
            if one.position.tags.is_empty() {
                break; // It beats all behind it.
            }
        }
        winners
    }

    /// Iterates over the contenders whose prefix stands at a place.
    pub(super) fn standing_at(&self, place: usize) -> impl Iterator<Item = Ranked<'s, 'a>> {
        let ranks = self.standing.get(&place).into_iter().flatten().copied();
        ranks.filter_map(|rank| Some((rank, *self.ranked.get(rank)?)))
    }

    /// Returns true when a contender with tags matches that comes before this rank.
    pub(super) fn is_beaten_by_tags(&self, rank: usize, place: usize, tags: &[usize]) -> bool {
        self.first_by_tags(place, tags).is_some_and(|first| first < rank)
    }

    /// Returns true when anybody matches.
    pub(super) fn is_won(&self, place: usize, tags: &[usize]) -> bool {
        self.first_by_tags(place, tags).is_some() || self.first_untagged(place).is_some()
    }

    /// Returns who wins.
    pub(super) fn winner(&self, place: usize, tags: &[usize]) -> Option<&'s Contender<'a>> {
        let untagged = self.first_untagged(place).into_iter();
        let first = untagged.chain(self.first_by_tags(place, tags)).min()?;
        self.ranked.get(first).copied()
    }

    fn first_untagged(&self, place: usize) -> Option<usize> {
        let matches =
            |one: &&Contender<'_>| one.position.tags.is_empty() && one.position.covers(place);
        self.ranked.iter().position(matches)
    }

    fn first_by_tags(&self, place: usize, tags: &[usize]) -> Option<usize> {
        let lists = tags.iter().filter_map(|tag| self.tagged.get(tag));
        let firsts = lists.filter_map(|list| {
            list.iter().copied().find(|rank| {
                self.ranked
                    .get(*rank)
                    .is_some_and(|one| one.position.covers(place) && one.position.has_tags_in(tags))
            })
        });
        firsts.min()
    }
}
