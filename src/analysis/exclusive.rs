//! Objects that only rules of one kind replicate.
//!
//! A lint asks, for example, for objects that arrive only in archive classes. One object can have a
//! winner for each bucket, and all of them have to be of the kind, or to replicate nothing.
//!
//! ```text
//! rules: to `cold` in GLACIER, prefix a/     to `warm` in STANDARD, tag keep=yes
//! question: objects that arrive in archive classes only
//! answer: a/ without tags. With the tag, the object would arrive in `warm` as well.
//! ```
//!
//! This is the one search that is not exact. It is a lint's, so a rule that is missed costs advice,
//! and nothing more.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::Ranking;
use crate::dialect::Dialect;
use crate::keyspace::{KeySpace, Place, Selection, TagSet, competing_rules};
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// The number of objects tried beyond the least ones.
///
/// To let a rule of the kind win in every bucket can need any combination of tags, and no short way
/// to the right one is known. Beyond this limit a rule may be missed, never reported wrongly. All
/// rules share it, so that the first one cannot use it up.
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
                // An object found for one rule can be the answer for others. It was added for all
                // of them.
                if !witnesses.contains_key(&rule.rule.position) {
                    search.find(rule, &mut witnesses);
                }
            }
        }
    }
    witnesses
}

/// The key and the tags of an object.
type Object = (Place, TagSet);

struct Search<'s, 'a, K> {
    space: &'s KeySpace<'a>,
    /// One for each bucket.
    rankings: Vec<Ranking<'s, 'a>>,
    case: Case,
    /// Returns true for the rules of the kind.
    is_of_kind: K,
    /// The number of objects that may still be tried.
    left: Cell<usize>,
}

impl<'s, 'a, K: Fn(&ReplicationRule) -> bool> Search<'s, 'a, K> {
    /// Looks for an object that a rule wins, and adds it for all rules of the kind that win it.
    fn find(&self, rule: &Competitor<'a>, witnesses: &mut BTreeMap<usize, Witness>) {
        let least = (rule.selection.place(), rule.selection.tags.clone());
        // Either there is no such object, or the tries are used up; the caller cannot distinguish
        // them.
        let Some(object) = self.settle(rule, least, &mut HashSet::new()) else { return };
        let winners = self.winners(&object);
        let (place, tags) = self.reduced(object, &winners);
        let witness = Witness::at(self.space, place, &tags, self.case);
        for writer in winners.iter().flatten().filter(|winner| self.writes(winner)) {
            witnesses.entry(writer.rule.position).or_insert_with(|| witness.clone());
        }
    }

    /// Returns the winner of each bucket.
    fn winners(&self, (place, tags): &Object) -> Vec<Option<&'s Competitor<'a>>> {
        self.rankings.iter().map(|ranking| ranking.winner(*place, tags)).collect()
    }

    /// Returns the object with just what the winners ask for, if they win it too. Rules that were
    /// tried on the way need not win, so it can be smaller.
    fn reduced(&self, object: Object, winners: &[Option<&'s Competitor<'a>>]) -> Object {
        let selections = winners.iter().flatten().map(|winner| &winner.selection);
        let place = selections.clone().map(Selection::place).max();
        let union = |tags: TagSet, more: &Selection| self.space.tags().union(&tags, &more.tags);
        let tags = selections.clone().try_fold(TagSet::default(), union);
        let Some(reduced) = place.zip(tags) else { return object };
        let positions = |winners: &[Option<&Competitor<'a>>]| -> Vec<Option<usize>> {
            winners.iter().map(|winner| winner.map(|winner| winner.rule.position)).collect()
        };
        // Smaller can mean other winners: a rule that the larger object escapes by an excluded tag.
        let is_same = positions(&self.winners(&reduced)) == positions(winners);
        if is_same { reduced } else { object }
    }

    /// Returns true when a rule is of the kind, and replicates something in the case.
    fn writes(&self, one: &Competitor<'_>) -> bool {
        one.replicates().has(self.case) && (self.is_of_kind)(one.rule)
    }

    /// Returns the least of some objects that `rule` wins and that no rule of another kind
    /// replicates; `object` is the least of those to try.
    ///
    /// Where a rule of another kind wins a bucket, longer keys and more tags do not make it lose,
    /// unless they bring in a harmless rule that ranks above it, or the rule excludes them. So one of
    /// these has to happen. The bucket with the fewest ways is decided first.
    fn settle(
        &self,
        rule: &Competitor<'a>,
        object: Object,
        seen: &mut HashSet<Object>,
    ) -> Option<Object> {
        if !rule.selection.matches(object.0, &object.1) {
            return None;
        }
        let mut fewest: Option<Vec<Object>> = None;
        for ranking in &self.rankings {
            let Some(winner) = ranking.winner(object.0, &object.1) else { continue };
            let is_own = winner.bucket() == rule.bucket();
            if winner.is(rule) || !is_own && self.is_harmless(winner) {
                continue;
            }
            // Without tries left, the object at hand is no answer, because a rule of another kind
            // wins a bucket.
            if self.left.get() == 0 {
                return None;
            }
            // No more options are made than the best bucket has: a bucket with more of them will
            // not be decided now.
            let limit = fewest.as_ref().map_or(usize::MAX, Vec::len);
            let options = self.options(ranking, winner, &object, is_own);
            let options: Vec<Object> = options.take(limit).collect();
            if options.is_empty() {
                return None;
            }
            if options.len() < limit {
                fewest = Some(options);
            }
        }
        // No rule of another kind wins anything: the object is an answer.
        let Some(options) = fewest else { return Some(object) };
        options.into_iter().find_map(|next| {
            self.left.set(self.left.get().saturating_sub(1));
            // Different ways lead to the same object, because tags are added in any order.
            let is_new = seen.insert(next.clone());
            is_new.then(|| self.settle(rule, next, seen)).flatten()
        })
    }

    /// Returns the least of the objects, with longer keys or more tags, that the winner does not win.
    /// In the bucket of the rule itself, no other rule may win instead.
    fn options(
        &self,
        ranking: &Ranking<'s, 'a>,
        winner: &'s Competitor<'a>,
        (place, tags): &Object,
        is_own: bool,
    ) -> impl Iterator<Item = Object> {
        let keys = self.space.prefixes().region(*place);
        let competitors = ranking.iter().map(|ranked| ranked.competitor);
        // Where the winner competes for the bucket of the rule itself, the rule must win it, so a
        // harmless rule in its place is no way out.
        let above = competitors.take_while(move |other| !other.is(winner) && !is_own);
        let harmless = above.filter(|other| self.is_harmless(other));
        let taken = harmless.filter_map(move |other| {
            let keys = keys.intersection(other.selection.keys)?;
            Some((keys.outermost(), self.space.tags().union(tags, &other.selection.tags)?))
        });
        let holes = winner.selection.holes().filter(move |hole| keys.contains(*hole));
        let by_key = holes.map(|hole| (hole, tags.clone()));
        let excluded = winner.selection.without.iter();
        let by_tag = excluded.filter_map(|tag| Some((*place, self.space.tags().with(tags, tag)?)));
        // In this order, because a rule that takes the object over is the most common way out.
        taken.chain(by_key).chain(by_tag)
    }

    /// Returns true when a rule may win a bucket: it replicates nothing there, or is of the kind
    /// itself.
    fn is_harmless(&self, one: &Competitor<'_>) -> bool {
        !one.replicates().has(self.case) || (self.is_of_kind)(one.rule)
    }
}
