//! Objects about which several configurations decide at once.
//!
//! An object is asked about in several buckets: it goes from here to there, and it does not go on.
//! If there is such an object, then the one with the longest prefix and the tags of the rules that
//! win it is another, for all of them still match and no further rule does. So it is enough to look
//! at each place for rules that win there together.

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::contest::Ranked;
use crate::analysis::space::Tags;
use crate::analysis::way::{Standing, Way, Ways};
use crate::model::ReplicationRule;

/// What is asked about an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition<'w, 's, 'a> {
    way: &'w Way<'s, 'a>,
    case: Case,
    goes: bool,
    /// Objects with one number have one set of tags. All have the same key.
    object: usize,
    /// When it goes: whether the replica has to be under KMS.
    under_kms: Option<bool>,
}

/// The rules that win an object, one for each condition; `None` where it does not go.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) rules: Vec<Option<&'a ReplicationRule>>,
    pub(crate) witnesses: Vec<Witness>,
}

impl<'w, 's, 'a> Condition<'w, 's, 'a> {
    /// The object is replicated by the way.
    pub(crate) const fn goes(way: &'w Way<'s, 'a>, case: Case) -> Self {
        Self { way, case, goes: true, object: 0, under_kms: None }
    }

    /// It is not.
    pub(crate) const fn stays(way: &'w Way<'s, 'a>, case: Case) -> Self {
        Self { way, case, goes: false, object: 0, under_kms: None }
    }

    /// Asks about another object of the same key.
    pub(crate) const fn of_object(self, object: usize) -> Self {
        Self { object, ..self }
    }

    /// Asks for a replica that is under KMS, or that is not.
    pub(crate) const fn arriving(self, under_kms: bool) -> Self {
        Self { under_kms: Some(under_kms), ..self }
    }
}

/// Objects that meet all of several conditions. The first condition is that the object goes.
pub(crate) struct Joint<'j, 'w, 's, 'a> {
    ways: &'s Ways<'a>,
    conditions: &'j [Condition<'w, 's, 'a>],
    standings: Vec<&'w Standing<'s, 'a>>,
}

/// A search that has come to a place.
struct Step<'s, 'a> {
    place: usize,
    chosen: Vec<Option<Ranked<'s, 'a>>>,
    tags: [Tags; 2],
}

impl<'j, 'w, 's, 'a> Joint<'j, 'w, 's, 'a> {
    pub(crate) fn new(ways: &'s Ways<'a>, conditions: &'j [Condition<'w, 's, 'a>]) -> Self {
        let standings = conditions.iter().filter_map(|one| one.way.standing(one.case)).collect();
        Self { ways, conditions, standings }
    }

    /// Returns an object for each rule that wins one of them by the first condition, in the order
    /// of the document.
    pub(crate) fn by_rule(&self) -> Vec<Found<'a>> {
        let mut found = self.search(usize::MAX);
        found.sort_by_key(|found| found.rules.first().map(|rule| rule.map(|rule| rule.position)));
        found
    }

    /// Returns one of the objects, if there is any.
    pub(crate) fn first(&self) -> Option<Found<'a>> {
        self.search(1).pop()
    }

    fn search(&self, most: usize) -> Vec<Found<'a>> {
        let Some(anchors) = self.standings.first() else { return Vec::new() };
        // A rule that wins and withholds can stand deeper than all by which anything goes.
        let mut places: Vec<usize> =
            self.standings.iter().flat_map(|standing| standing.places.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        let mut seen: Vec<bool> = vec![false; anchors.field.contenders().count()];
        let mut found = Vec::new();
        for place in places {
            for anchor in anchors.at(place) {
                let is_new = seen.get(anchor.0).is_some_and(|seen| !seen);
                let step = Step { place, chosen: Vec::new(), tags: Default::default() };
                let Some(step) = is_new.then(|| self.choose(step, *anchor)).flatten() else {
                    continue;
                };
                if let Some(last) = self.complete(step) {
                    seen.get_mut(anchor.0).into_iter().for_each(|seen| *seen = true);
                    found.push(self.found(&last));
                    if found.len() >= most {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Goes on until every condition has its rule.
    fn complete(&self, step: Step<'s, 'a>) -> Option<Step<'s, 'a>> {
        let at = step.chosen.len();
        let (Some(condition), Some(standing)) = (self.conditions.get(at), self.standings.get(at))
        else {
            return Some(step);
        };
        let winners = standing.at(step.place);
        if !condition.goes && winners.last().is_none_or(|(_, one)| !one.position.tags.is_empty()) {
            let mut next = step.clone();
            next.chosen.push(None);
            let last = self.holds(&next).then(|| self.complete(next)).flatten();
            if last.is_some() {
                return last;
            }
        }
        winners.iter().find_map(|one| self.complete(self.choose(step.clone(), *one)?))
    }

    /// Lets a rule win by the next condition, if that and all conditions before it hold then.
    fn choose(&self, mut step: Step<'s, 'a>, winner: Ranked<'s, 'a>) -> Option<Step<'s, 'a>> {
        let condition = self.conditions.get(step.chosen.len())?;
        let one = winner.1;
        if one.selected().has(condition.case) != condition.goes {
            return None;
        }
        if let Some(under_kms) = condition.under_kms
            && self.ways.arrive_under_kms(one.rule, condition.case) != under_kms
        {
            return None;
        }
        let tags = step.tags.get_mut(condition.object)?;
        // A delete marker has none, and no rule with tags wins it.
        *tags = self.ways.space.union(tags, &one.position.tags)?;
        step.chosen.push(Some(winner));
        self.holds(&step).then_some(step)
    }

    /// Returns true when all that were chosen still win, now that there may be more tags.
    fn holds(&self, step: &Step<'s, 'a>) -> bool {
        let chosen = step.chosen.iter().zip(self.conditions).zip(&self.standings);
        chosen.into_iter().all(|((chosen, condition), standing)| {
            let Some(tags) = step.tags.get(condition.object) else { return false };
            let rank = chosen.map_or(usize::MAX, |(rank, _)| rank);
            !standing.field.is_beaten_by_tags(rank, step.place, tags)
        })
    }

    fn found(&self, step: &Step<'s, 'a>) -> Found<'a> {
        let outside = self.ways.space.outside();
        let filters = |object: Option<usize>| {
            let chosen = step.chosen.iter().zip(self.conditions);
            let chosen = chosen.filter(move |(_, one)| object.is_none_or(|it| it == one.object));
            chosen.filter_map(|(chosen, _)| chosen.map(|(_, one)| &one.rule.filter))
        };
        let prefixes = filters(None).map(|filter| filter.key_prefix().as_str());
        let prefix = prefixes.max_by_key(|prefix| prefix.len()).unwrap_or_default();
        let witnesses = self.conditions.iter().map(|one| {
            let witness = Witness::least(filters(Some(one.object)), outside, one.case);
            witness.with_prefix(prefix, outside)
        });
        let rules = step.chosen.iter().zip(self.conditions);
        Found {
            witnesses: witnesses.collect(),
            rules: rules
                .map(|(chosen, one)| chosen.filter(|_| one.goes).map(|(_, won)| won.rule))
                .collect(),
        }
    }
}

impl Clone for Step<'_, '_> {
    fn clone(&self) -> Self {
        Self { place: self.place, chosen: self.chosen.clone(), tags: self.tags.clone() }
    }
}
