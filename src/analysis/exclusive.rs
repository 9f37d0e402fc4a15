//! Objects that only rules of one kind replicate.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::Ranking;
use crate::dialect::Dialect;
use crate::keyspace::{KeySpace, Selection, competing_rules};
use crate::model::{ReplicationConfiguration, ReplicationRule, RuleFilter};

/// The number of objects tried beyond the least ones.
///
/// To let a rule of the kind win in every bucket can need any combination of tags, and no short way
/// to the right one is known. Beyond this limit a rule may be missed, never reported wrongly.
const TRIED_LIMIT: usize = 1_000_000;

/// Returns the rules of a kind that replicate an object that no rule of another kind replicates, by
/// position, each with such an object.
pub(crate) fn replicated_only_by(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    is_of_kind: impl Fn(&ReplicationRule) -> bool,
) -> BTreeMap<usize, Witness> {
    let space = KeySpace::new(competing_rules(configuration).map(|rule| &rule.filter));
    let all = Competitor::all(configuration, dialect, &space, &mut OutcomeClasses::default());
    let mut witnesses = BTreeMap::new();
    for case in [Case::Object, Case::ObjectUnderKms] {
        let buckets = Competitor::by_bucket(&all);
        let rankings = buckets.map(|competitors| Ranking::new(competitors, case)).collect();
        let (left, is_of_kind) = (Cell::new(0), &is_of_kind);
        let search = Search { space: &space, rankings, case, is_of_kind, left };
        // The least object of every rule first: mostly it is the answer, and costs nothing.
        for tries in [0, TRIED_LIMIT / all.len().max(1)] {
            search.left.set(tries);
            for rule in all.iter().filter(|one| search.writes(one)) {
                if !witnesses.contains_key(&rule.rule.position) {
                    search.find(rule, &mut witnesses);
                }
            }
        }
    }
    witnesses
}

struct Search<'s, 'a, K> {
    space: &'s KeySpace<'a>,
    /// One for each bucket.
    rankings: Vec<Ranking<'s, 'a>>,
    case: Case,
    is_of_kind: K,
    /// The number of objects that may still be tried.
    left: Cell<usize>,
}

impl<'s, 'a, K: Fn(&ReplicationRule) -> bool> Search<'s, 'a, K> {
    /// Looks for an object that a rule wins, and adds it for all rules of the kind that win it.
    fn find(&self, rule: &Competitor<'a>, witnesses: &mut BTreeMap<usize, Witness>) {
        let object = self.settle(rule, rule.selection.clone(), &mut HashSet::new());
        let Some(object) = object else { return };
        let rankings = self.rankings.iter();
        let winners = rankings.filter_map(|ranking| ranking.winner(object.place(), &object.tags));
        // Rules that were tried on the way need not win, so the object with just what the winners
        // ask for can be smaller.
        let filters = winners.clone().map(|winner| &winner.rule.filter);
        // A filter for which any tag is enough does not say which; the object itself does.
        let witness = if filters.clone().any(RuleFilter::requires_any_tag) {
            Witness::at(self.space, object.place(), &object.tags, self.case)
        } else {
            Witness::least(filters, self.space.prefixes().outside(), self.case)
        };
        for writer in winners.filter(|winner| self.writes(winner)) {
            witnesses.entry(writer.rule.position).or_insert_with(|| witness.clone());
        }
    }

    fn writes(&self, one: &Competitor<'_>) -> bool {
        one.replicates().has(self.case) && (self.is_of_kind)(one.rule)
    }

    /// Returns the least of some objects that `rule` wins and that no rule of another kind
    /// replicates; `object` is the least of those to try.
    ///
    /// Where a rule of another kind wins a bucket, longer keys and more tags do not make it lose,
    /// unless they bring in a harmless rule that ranks above it. So one of those has to match as
    /// well. The bucket with the fewest of them is decided first.
    fn settle(
        &self,
        rule: &Competitor<'a>,
        object: Selection,
        seen: &mut HashSet<Selection>,
    ) -> Option<Selection> {
        let mut fewest: Option<Vec<Selection>> = None;
        for ranking in &self.rankings {
            let Some(winner) = ranking.winner(object.place(), &object.tags) else { continue };
            if winner.bucket() == rule.bucket() && !winner.is(rule) {
                // A higher rule matches, and will match whatever is added.
                return None;
            }
            if winner.is(rule) || self.is_harmless(winner) {
                continue;
            }
            if self.left.get() == 0 {
                return None;
            }
            let limit = fewest.as_ref().map_or(usize::MAX, Vec::len);
            let options: Vec<_> = self.options(ranking, winner, &object).take(limit).collect();
            if options.is_empty() {
                return None;
            }
            if options.len() < limit {
                fewest = Some(options);
            }
        }
        let Some(options) = fewest else { return Some(object) };
        options.into_iter().find_map(|next| {
            self.left.set(self.left.get().saturating_sub(1));
            let is_new = seen.insert(next.clone());
            is_new.then(|| self.settle(rule, next, seen)).flatten()
        })
    }

    /// Returns the least objects of a selection that a harmless rule above the winner matches too.
    fn options(
        &self,
        ranking: &Ranking<'s, 'a>,
        winner: &Competitor<'a>,
        object: &Selection,
    ) -> impl Iterator<Item = Selection> {
        let competitors = ranking.iter().map(|ranked| ranked.competitor);
        let above = competitors.take_while(|other| !other.is(winner));
        let harmless = above.filter(|other| self.is_harmless(other));
        harmless.filter_map(|other| self.space.intersection(object, &other.selection))
    }

    fn is_harmless(&self, one: &Competitor<'_>) -> bool {
        !one.replicates().has(self.case) || (self.is_of_kind)(one.rule)
    }
}
