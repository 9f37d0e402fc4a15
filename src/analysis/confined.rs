//! Objects of which only rules of one kind write replicas.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::contest::{Contender, Effects, Field, contenders};
use crate::analysis::space::{Position, Space};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// How often rules are looked at beyond the least objects. To let a rule win in every bucket can need
/// every combination of tags, and there is no short way to the right one.
const LOOKS: usize = 1_000_000;

/// Returns the rules of a kind that replicate an object of which no rule of another kind writes a
/// replica, by their positions, each with such an object.
pub(crate) fn confined(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    is_of_kind: impl Fn(&ReplicationRule) -> bool,
) -> BTreeMap<usize, Witness> {
    let space = Space::new(contenders(configuration).map(|rule| &rule.filter));
    let all = Contender::all(configuration, dialect, &space, &mut Effects::default());
    let mut found = BTreeMap::new();
    for case in [Case::Object, Case::ObjectUnderKms] {
        let buckets = all.chunk_by(|a, b| a.bucket() == b.bucket());
        let fields = buckets.map(|rivals| Field::new(rivals, case)).collect();
        let (left, is_of_kind) = (Cell::new(0), &is_of_kind);
        let search = Search { space: &space, fields, case, is_of_kind, left };
        // The least object of every rule comes first.
        for looks in [0, LOOKS / all.len().max(1)] {
            search.left.set(looks);
            for one in all.iter().filter(|one| search.writes(one)) {
                if !found.contains_key(&one.rule.position) {
                    search.find(one, &mut found);
                }
            }
        }
    }
    found
}

struct Search<'s, 'a, K> {
    space: &'s Space<'a>,
    /// One for each bucket.
    fields: Vec<Field<'s, 'a>>,
    case: Case,
    is_of_kind: K,
    /// How many objects may still be looked at.
    left: Cell<usize>,
}

impl<'s, 'a, K: Fn(&ReplicationRule) -> bool> Search<'s, 'a, K> {
    /// Looks for an object that `one` wins, and adds it for all rules of the kind that win it.
    fn find(&self, one: &Contender<'a>, found: &mut BTreeMap<usize, Witness>) {
        let object = self.settle(one, one.position.clone(), &mut HashSet::new());
        let Some(Position { place, tags, .. }) = object else { return };
        let winners = self.fields.iter().filter_map(|field| field.winner(place, &tags));
        let filters = winners.clone().map(|winner| &winner.rule.filter);
        let witness = Witness::least(filters, self.space.outside(), self.case);
        for writer in winners.filter(|winner| self.writes(winner)) {
            found.entry(writer.rule.position).or_insert_with(|| witness.clone());
        }
    }

    fn writes(&self, one: &Contender<'a>) -> bool {
        one.selected().has(self.case) && (self.is_of_kind)(one.rule)
    }

    /// Returns an object that `one` wins and no rule of another kind replicates, and that matches all
    /// that `object` matches. Where a rule of another kind wins, it wins whatever else matches, unless
    /// a rule before it does: so one of these has to.
    fn settle(
        &self,
        one: &Contender<'a>,
        object: Position,
        seen: &mut HashSet<Position>,
    ) -> Option<Position> {
        let mut fewest: Option<Vec<Position>> = None;
        for field in &self.fields {
            let Some(winner) = field.winner(object.place, &object.tags) else { continue };
            let is_one = winner.rule.position == one.rule.position;
            if winner.bucket() == one.bucket() && !is_one {
                return None;
            }
            if is_one || self.is_harmless(winner) {
                continue;
            }
            if self.left.get() == 0 {
                return None;
            }
            let most = fewest.as_ref().map_or(usize::MAX, Vec::len);
            let ways_out: Vec<_> = self.ways_out(field, winner, &object).take(most).collect();
            if ways_out.is_empty() {
                return None;
            }
            if ways_out.len() < most {
                fewest = Some(ways_out);
            }
        }
        let Some(ways_out) = fewest else { return Some(object) };
        ways_out.into_iter().find_map(|next| {
            self.left.set(self.left.get().saturating_sub(1));
            let is_new = seen.insert(next.clone());
            is_new.then(|| self.settle(one, next, seen)).flatten()
        })
    }

    /// Returns the least objects that match all that `object` does and a rule before its winner.
    fn ways_out(
        &self,
        field: &Field<'s, 'a>,
        winner: &Contender<'a>,
        object: &Position,
    ) -> impl Iterator<Item = Position> {
        let before = field.contenders().map(|(_, other)| other);
        let before = before.take_while(|other| other.rule.position != winner.rule.position);
        let harmless = before.filter(|other| self.is_harmless(other));
        harmless.filter_map(|other| self.space.both(object, &other.position))
    }

    fn is_harmless(&self, one: &Contender<'a>) -> bool {
        !one.selected().has(self.case) || (self.is_of_kind)(one.rule)
    }
}
