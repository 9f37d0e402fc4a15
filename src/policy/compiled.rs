//! The rules of a configuration, compiled for searches by key and tags.
//!
//! A rule gets a number, in the order of precedence within its destination bucket: of two rules for
//! one bucket, the one with the lower number wins where both match. The search compares numbers,
//! and asks the engine only about whole objects.
//!
//! ```text
//! place      the atom of keys that some prefix begins and no longer one does
//! by_place   rules with exactly that prefix; those of shorter prefixes are at the parents
//! ```

use crate::dialect::Dialect;
use crate::engine::{Engine, RuleEffect};
use crate::keyspace::{KeySpace, Place, Selection, competing_rules, ranked_rules};
use crate::model::{ObjectVersion, ReplicationConfiguration, ReplicationRule, Tag};
use crate::policy::automaton::Budget;
use crate::policy::key_walk::KeyWalk;
use crate::policy::keys::KeySet;
use crate::policy::version_class::VersionClass;

/// The rules of a configuration, shared by the assertions of one policy.
///
/// The engine in it decides about every object that a search tries, so that a search can miss a
/// counterexample, but never invent one.
#[derive(Debug)]
pub(super) struct CompiledRules<'a> {
    /// The engine of the configuration under the dialect.
    pub(super) engine: Engine,
    /// The dialect, for the effect of a single rule.
    dialect: &'a Dialect,
    /// The places and tags of all rules, and the tags that assertions name.
    space: KeySpace<'a>,
    /// The enabled rules that some object matches, by destination bucket, each before those that it
    /// outranks. A rule is known by its index here, its number.
    rules: Vec<CompiledRule<'a>>,
    /// The number of each rule, by its position in the configuration.
    numbers: Vec<Option<usize>>,
    /// The numbers of the rules with the prefix of each place.
    by_place: Vec<Vec<usize>>,
    /// True if some rule excludes tags.
    exclude_tags: bool,
}

/// A rule with the tags that it requires, as numbers of the key space.
#[derive(Debug)]
pub(super) struct CompiledRule<'a> {
    /// The rule as the configuration has it.
    pub(super) rule: &'a ReplicationRule,
    /// The objects that it matches, or a part of them: see `CompiledRules::new`.
    pub(super) selection: Selection,
}

impl<'a> CompiledRules<'a> {
    /// Compiles the rules of a configuration. `tags` are those that assertions name.
    pub(super) fn new(
        configuration: &'a ReplicationConfiguration,
        dialect: &'a Dialect,
        tags: impl Iterator<Item = &'a Tag>,
    ) -> Self {
        let filters = competing_rules(configuration).map(|rule| &rule.filter);
        let space = KeySpace::with_tags(filters, tags);
        let mut rules = Vec::new();
        let mut numbers = vec![None; configuration.rules().len()];
        let mut by_place = vec![Vec::new(); space.prefixes().len()];
        for rule in ranked_rules(configuration, dialect) {
            // A rule for which any of its tags is enough has a number for each of them.
            for selection in space.selections(&rule.filter) {
                if let Some(number) = numbers.get_mut(rule.position) {
                    // The first of them stands for the rule where the engine names a winner.
                    number.get_or_insert(rules.len());
                }
                if let Some(numbers) = by_place.get_mut(selection.place()) {
                    numbers.push(rules.len());
                }
                rules.push(CompiledRule { rule, selection });
            }
        }
        let engine = Engine::with_dialect(configuration, dialect);
        let exclude_tags = rules.iter().any(|one| !one.selection.excludes_no_tags());
        Self { engine, dialect, space, rules, numbers, by_place, exclude_tags }
    }

    /// Returns the key space of the rules.
    pub(super) const fn space(&self) -> &KeySpace<'a> {
        &self.space
    }

    /// Iterates over the rules, by number.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &CompiledRule<'a>> {
        self.rules.iter()
    }

    /// Returns a rule by its number.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: numbers come from these rules")]
    pub(super) fn get(&self, number: usize) -> &CompiledRule<'a> {
        &self.rules[number]
    }

    /// Returns the number of a rule; `None` for rules that never match.
    pub(super) fn number(&self, rule: &ReplicationRule) -> Option<usize> {
        self.numbers.get(rule.position).copied().flatten()
    }

    /// Applies `read` to the part that a rule takes in the decision about versions of a class that its
    /// filter matches.
    pub(super) fn part<R>(
        &self,
        rule: &ReplicationRule,
        class: &VersionClass,
        read: impl FnOnce(RuleEffect<'_>) -> R,
    ) -> R {
        let mut version: ObjectVersion<'_> = class.version.clone();
        // The least object that the filter matches stands for all of them.
        version.key = rule.filter.key_prefix().as_str().as_bytes();
        version.tags = rule.filter.least_tags().into();
        read(RuleEffect::of(rule, self.dialect, &version, class.event))
    }

    /// Iterates over the numbers of the rules that match keys of a place.
    pub(super) fn matching_keys(&self, place: Place) -> impl Iterator<Item = usize> {
        // From the place itself outwards: a rule matches if its prefix is one of them.
        let places =
            std::iter::successors(Some(place), |inner| self.space.prefixes().parent(*inner));
        let numbers = places.filter_map(|place| self.by_place.get(place)).flatten().copied();
        numbers.filter(move |number| self.matches_keys(*number, place))
    }

    /// Returns true when a rule matches keys of a place: none that it excludes.
    fn matches_keys(&self, number: usize, place: Place) -> bool {
        self.get(number).selection.contains(place)
    }

    /// Returns true when some rule matches keys up to a text only. Then not all keys of a place are
    /// alike.
    pub(super) fn split_places(&self) -> bool {
        self.rules.iter().any(|one| one.rule.filter.keys_before().is_some())
    }

    /// Returns true when some rule excludes tags.
    pub(super) const fn exclude_tags(&self) -> bool {
        self.exclude_tags
    }

    /// Returns the shortest key of a set at each place that has one, the shortest of all first;
    /// `None` when the budget is used up.
    pub(super) fn shortest_keys(
        &self,
        set: &KeySet,
        budget: &mut Budget,
    ) -> Option<Vec<(Place, String)>> {
        let prefixes = self.space.prefixes();
        let mut walk = KeyWalk::new(set);
        let mut keys = Vec::new();
        for (place, prefix) in prefixes.iter() {
            let key = walk.shortest(prefix, prefixes.nested(place), budget);
            keys.extend(key.map(|key| (place, key)));
        }
        keys.sort_by_key(|(_, key): &(Place, String)| key.len());
        (!budget.is_used_up()).then_some(keys)
    }
}
