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

/// What there is to choose from at a place.
struct Options<'s, 'a> {
    place: usize,
    /// By condition: which rules may win, and whether none may.
    choices: Vec<(Vec<Ranked<'s, 'a>>, bool)>,
    /// The conditions from the one with the fewest rules, behind the first condition.
    order: Vec<usize>,
}

/// How far a search has come at a place.
struct Step<'s, 'a> {
    /// Who wins, in the order of the options.
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
        let mut going = self.conditions.iter().zip(&self.standings).filter(|(one, _)| one.goes);
        if going.any(|(_, standing)| standing.places.is_empty()) {
            return Vec::new();
        }
        // A rule that wins and withholds can stand deeper than all by which anything goes.
        let mut places: Vec<usize> =
            self.standings.iter().flat_map(|standing| standing.places.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        let mut seen: Vec<bool> = vec![false; anchors.field.contenders().count()];
        let mut found = Vec::new();
        for place in places {
            let is_new = |(rank, _): &Ranked<'_, '_>| seen.get(*rank).is_some_and(|seen| !seen);
            let is_due = anchors.at(place).iter().any(is_new);
            let Some(options) = is_due.then(|| self.options(place)).flatten() else { continue };
            for anchor in options.choices.first().into_iter().flat_map(|(winners, _)| winners) {
                let Some(seen) = seen.get_mut(anchor.0).filter(|seen| !**seen) else { continue };
                let nothing = Step { chosen: Vec::new(), tags: Default::default() };
                let first = self.choose(&options, &nothing, Some(*anchor));
                if let Some(last) = first.and_then(|step| self.complete(&options, step)) {
                    *seen = true;
                    found.push(self.found(&options, &last));
                    if found.len() >= most {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Returns what there is to choose from; `None` when some condition can't hold.
    fn options(&self, place: usize) -> Option<Options<'s, 'a>> {
        let sides = self.conditions.iter().zip(&self.standings);
        let choices = sides.map(|(condition, standing)| {
            let winners = standing.at(place);
            let fits = |(_, one): &&Ranked<'s, 'a>| {
                let arrives =
                    |under| condition.way.arrives_under_kms(one.rule, condition.case) == under;
                one.selected().has(condition.case) == condition.goes
                    && condition.under_kms.is_none_or(arrives)
            };
            // One without tags always wins when nobody else does.
            let is_won = winners.last().is_some_and(|(_, one)| one.position.tags.is_empty());
            let may_stay = !condition.goes && !is_won;
            let fitting: Vec<_> = winners.iter().filter(fits).copied().collect();
            (may_stay || !fitting.is_empty()).then_some((fitting, may_stay))
        });
        let choices: Vec<_> = choices.collect::<Option<_>>()?;
        let mut order: Vec<usize> = (0..choices.len()).collect();
        order.sort_by_key(|at| (*at > 0, choices.get(*at).map(|(winners, _)| winners.len())));
        Some(Options { place, choices, order })
    }

    /// Goes on until every condition has its rule. Rules of which none stands at the place were tried
    /// together where the innermost of them does.
    fn complete(&self, options: &Options<'s, 'a>, step: Step<'s, 'a>) -> Option<Step<'s, 'a>> {
        let Some(next) = options.order.get(step.chosen.len()) else { return Some(step) };
        let (winners, may_stay) = options.choices.get(*next)?;
        let stands = |(_, one): &Ranked<'s, 'a>| one.position.place == options.place;
        let is_last = step.chosen.len() + 1 == options.order.len();
        let is_due = is_last && !step.chosen.iter().flatten().any(stands);
        let nobody = (*may_stay && !is_due).then_some(None);
        let winners = winners.iter().filter(|one| !is_due || stands(one));
        let mut choices = nobody.into_iter().chain(winners.copied().map(Some));
        choices.find_map(|choice| self.complete(options, self.choose(options, &step, choice)?))
    }

    /// Lets a rule win by the next condition, or nobody, if all conditions so far hold then.
    fn choose(
        &self,
        options: &Options<'s, 'a>,
        step: &Step<'s, 'a>,
        winner: Option<Ranked<'s, 'a>>,
    ) -> Option<Step<'s, 'a>> {
        let object = self.conditions.get(*options.order.get(step.chosen.len())?)?.object;
        let before = step.tags.get(object)?;
        let tags = match winner {
            Some((_, one)) => self.ways.space.union(before, &one.position.tags)?,
            None => before.clone(),
        };
        let all = step.chosen.iter().copied().chain([winner]);
        let holds = |(chosen, at): (Option<Ranked<'s, 'a>>, &usize)| {
            let sides = self.conditions.get(*at).zip(self.standings.get(*at));
            sides.is_some_and(|(condition, standing)| {
                let rank = chosen.map_or(usize::MAX, |(rank, _)| rank);
                condition.object != object
                    || !standing.field.is_beaten_by_tags(rank, options.place, &tags)
            })
        };
        if !all.clone().zip(&options.order).all(holds) {
            return None;
        }
        let mut next = Step { chosen: all.collect(), tags: step.tags.clone() };
        *next.tags.get_mut(object)? = tags;
        Some(next)
    }

    fn found(&self, options: &Options<'s, 'a>, step: &Step<'s, 'a>) -> Found<'a> {
        let mut chosen: Vec<_> = options.order.iter().zip(&step.chosen).collect();
        chosen.sort_unstable_by_key(|(at, _)| **at);
        let chosen = chosen.into_iter().map(|(_, chosen)| chosen.map(|(_, one)| one.rule));
        let chosen: Vec<Option<&'a ReplicationRule>> = chosen.collect();
        let outside = self.ways.space.outside();
        let filters = |object: Option<usize>| {
            let of_object = chosen.iter().zip(self.conditions);
            let of_object =
                of_object.filter(move |(_, one)| object.is_none_or(|it| it == one.object));
            of_object.filter_map(|(chosen, _)| chosen.map(|rule| &rule.filter))
        };
        let prefixes = filters(None).map(|filter| filter.key_prefix().as_str());
        let prefix = prefixes.max_by_key(|prefix| prefix.len()).unwrap_or_default();
        let witnesses = self.conditions.iter().map(|one| {
            let witness = Witness::least(filters(Some(one.object)), outside, one.case);
            witness.with_prefix(prefix, outside)
        });
        let witnesses = witnesses.collect();
        let rules = chosen.iter().zip(self.conditions);
        let rules = rules.map(|(rule, one)| rule.filter(|_| one.goes)).collect();
        Found { rules, witnesses }
    }
}
