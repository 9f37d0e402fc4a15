//! A configuration as the places where keys can be.
//!
//! A rule knows of a key only whether it begins with a prefix. So the keys that begin with one
//! prefix and with none of the longer ones fare alike, and one of them speaks for all. A *place* is
//! the number of a prefix; the first one is empty.

use crate::analysis::unmatchable;
use crate::dialect::Dialect;
use crate::engine::{Engine, RuleEffect, sort_by_precedence};
use crate::model::{BucketArn, ObjectVersion, ReplicationConfiguration, ReplicationRule};
use crate::policy::budget::Budget;
use crate::policy::keys::{Begun, KeySet};
use crate::policy::strata::Stratum;

#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) engine: Engine,
    dialect: &'a Dialect,
    /// The rules that some object matches, by bucket and in the order in which they win.
    pub(super) contenders: Vec<&'a ReplicationRule>,
    /// By the position of a rule its number among the contenders.
    numbers: Vec<Option<usize>>,
    places: Vec<Place<'a>>,
    /// The prefixes of the places.
    prefixes: Vec<&'a str>,
}

#[derive(Debug)]
struct Place<'a> {
    prefix: &'a str,
    /// The place with the longest prefix that begins this one.
    around: Option<usize>,
    /// Behind the last place whose prefix begins with this one.
    end: usize,
    /// The contenders with this prefix.
    contenders: Vec<usize>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(configuration: &'a ReplicationConfiguration, dialect: &'a Dialect) -> Self {
        let rules = configuration.rules().iter();
        let is_contender =
            |rule: &&ReplicationRule| rule.is_enabled() && unmatchable(&rule.filter).is_none();
        let mut contenders: Vec<&ReplicationRule> = rules.filter(is_contender).collect();
        sort_by_precedence(&mut contenders, dialect.priority_order());
        let mut numbers = vec![None; configuration.rules().len()];
        for (number, rule) in contenders.iter().enumerate() {
            if let Some(place) = numbers.get_mut(rule.position) {
                *place = Some(number);
            }
        }
        let prefix_of = |rule: &&'a ReplicationRule| rule.filter.key_prefix().as_str();
        let mut prefixes: Vec<&str> = contenders.iter().map(prefix_of).chain([""]).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let mut places = places(&prefixes);
        for (number, rule) in contenders.iter().enumerate() {
            let at = prefixes.binary_search(&prefix_of(rule));
            if let Some(place) = at.ok().and_then(|at| places.get_mut(at)) {
                place.contenders.push(number);
            }
        }
        let engine = Engine::with_dialect(configuration, dialect);
        Self { engine, dialect, contenders, numbers, places, prefixes }
    }

    /// Returns the number of a rule among the contenders.
    pub(super) fn number(&self, rule: &ReplicationRule) -> Option<usize> {
        self.numbers.get(rule.position).copied().flatten()
    }

    /// Returns the destination bucket of a contender.
    pub(super) fn bucket(&self, number: usize) -> Option<&'a BucketArn> {
        self.contenders.get(number).map(|rule| &rule.destination.bucket)
    }

    /// Returns what a contender does about a version of a stratum that its filter matches.
    pub(super) fn part<R>(
        &self,
        rule: &ReplicationRule,
        stratum: &Stratum,
        take: impl FnOnce(RuleEffect<'_>) -> R,
    ) -> R {
        let mut version: ObjectVersion<'_> = stratum.version.clone();
        version.key = rule.filter.key_prefix().as_str().as_bytes();
        version.tags = rule.filter.tags().into();
        take(RuleEffect::of(rule, self.dialect, &version, stratum.event))
    }

    /// Iterates over the contenders whose prefix begins the keys of a place.
    pub(super) fn covering(&self, place: usize) -> impl Iterator<Item = usize> {
        let outwards =
            std::iter::successors(self.places.get(place), |inner| self.places.get(inner.around?));
        outwards.flat_map(|place| place.contenders.iter().copied())
    }

    /// Returns the shortest key of a set at each place where there is one, the shortest of all
    /// first; `None` when the budget does not reach so far.
    pub(super) fn keys(&self, set: &KeySet, budget: &mut Budget) -> Option<Vec<(usize, String)>> {
        let mut begun: Vec<Option<Begun>> = Vec::with_capacity(self.places.len());
        let mut keys = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            let here = match place.around {
                None => Some(set.start()),
                Some(around) => {
                    let before = begun.get(around).and_then(Option::as_ref);
                    let length = self.prefixes.get(around).map_or(0, |prefix| prefix.len());
                    let more = place.prefix.get(length..).unwrap_or_default();
                    before.and_then(|before| set.follow(before, more, budget))
                }
            };
            if let Some(here) = &here {
                let longer = self.prefixes.get(at + 1..place.end).unwrap_or_default();
                let key = set.shortest(here, place.prefix, longer, budget);
                keys.extend(key.map(|key| (at, key)));
            }
            begun.push(here);
        }
        keys.sort_by_key(|(_, key): &(usize, String)| key.len());
        (!budget.is_used_up()).then_some(keys)
    }
}

/// Links sorted prefixes.
fn places<'a>(prefixes: &[&'a str]) -> Vec<Place<'a>> {
    let mut open: Vec<usize> = Vec::new();
    let places = prefixes.iter().enumerate().map(|(at, prefix)| {
        let begins = |outer: &usize| prefixes.get(*outer).is_some_and(|o| prefix.starts_with(o));
        while open.last().is_some_and(|outer| !begins(outer)) {
            open.pop();
        }
        let around = open.last().copied();
        open.push(at);
        let behind = prefixes.get(at + 1..).unwrap_or_default();
        let end = at + 1 + behind.partition_point(|other| other.starts_with(prefix));
        Place { prefix, around, end, contenders: Vec::new() }
    });
    places.collect()
}
