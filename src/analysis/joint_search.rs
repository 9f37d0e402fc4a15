//! The search for an object about which several configurations decide at once.
//!
//! A question about several buckets is a list of constraints on one object: it goes from here to
//! there, and it does not go on. The search looks at finitely many objects. Take any object that
//! meets all constraints, and the rules that win it, one for each constraint. Replace its key by the
//! longest of their prefixes, and its tags by theirs alone: all of these rules still match, and no
//! rule matches that did not match before, but for rules that exclude the key or one of the tags. So
//! it is enough to try, at the place of every prefix and every excluded prefix, the combinations of
//! rules that can win there, and then to add tags by which the object escapes rules that exclude
//! them.
//!
//! Trying all combinations would be exponential in the number of constraints. They are built one rule
//! at a time instead, and given up as soon as the tags collected so far break a constraint.
//!
//! ```text
//! constraints: goes from A to B, goes from B to C, stays out of D
//! at place logs/: A→B by {all, logs}, B→C by {logs}, D by {none, archive}
//! decided in the order A→B, B→C, D: each choice adds its tags, and must not let a higher rule in
//! ```

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::ranking::Ranked;
use crate::analysis::route::{Route, Routes, WinnersByPlace};
use crate::keyspace::{Effort, GaveUp, Obstacles, Place, TagNumbers, TagSet};
use crate::model::ReplicationRule;

/// A constraint on an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint<'w, 's, 'a> {
    /// The route whose winner is constrained.
    route: &'w Route<'s, 'a>,
    /// The case on this route: a replica may be another case than the version that it is of.
    case: Case,
    /// True if the object has to be replicated along the route.
    goes: bool,
    /// The object that the constraint is on, 0 or 1. Both have the same key, each its own tags.
    object: usize,
    /// The required encryption of the replica: with SSE-KMS, without, or `None` for any.
    arrives_under_kms: Option<bool>,
}

/// The number of objects that constraints can be on.
///
/// Two are needed for questions about versions and delete markers of one key, whose tags differ.
const OBJECTS: usize = 2;

/// A solution: the rules that win the object, and the object as evidence.
///
/// Both lists have an entry for each constraint, in the order in which constraints were given.
#[derive(Debug)]
pub(crate) struct Solution<'a> {
    /// The rule that replicates the object, for each constraint; `None` where it does not go.
    pub(crate) rules: Vec<Option<&'a ReplicationRule>>,
    /// The object of each constraint.
    pub(crate) witnesses: Vec<Witness>,
}

impl<'w, 's, 'a> Constraint<'w, 's, 'a> {
    /// The object is replicated along the route.
    pub(crate) const fn goes(route: &'w Route<'s, 'a>, case: Case) -> Self {
        Self { route, case, goes: true, object: 0, arrives_under_kms: None }
    }

    /// The object is not replicated along the route.
    ///
    /// The constraint holds if no rule wins the object, and also if the winner does not replicate it.
    pub(crate) const fn stays(route: &'w Route<'s, 'a>, case: Case) -> Self {
        Self { goes: false, ..Self::goes(route, case) }
    }

    /// Puts the constraint on a second object with the same key and tags of its own.
    ///
    /// The witness of the constraint is then the second object: a delete marker without tags, say,
    /// of a key whose version has some.
    pub(crate) const fn of_second_object(self) -> Self {
        Self { object: 1, ..self }
    }

    /// Requires a replica that is, or is not, encrypted with SSE-KMS.
    ///
    /// Only a constraint that the object goes can require this: an object that stays has no replica.
    pub(crate) const fn arriving_under_kms(self, under_kms: bool) -> Self {
        Self { arrives_under_kms: Some(under_kms), ..self }
    }

    /// Returns true when the constraint allows a rule to win.
    fn allows(&self, winner: &Ranked<'s, 'a>) -> bool {
        let replicates = winner.competitor.replicates().has(self.case);
        // Asked last and lazily: most constraints are about any encryption.
        let arrives = || self.route.arrives_under_kms(winner.competitor.rule, self.case);
        replicates == self.goes
            && self.arrives_under_kms.is_none_or(|under_kms| arrives() == under_kms)
    }
}

/// A search for objects that meet all constraints. The first constraint must be that an object goes.
pub(crate) struct JointSearch<'w, 's, 'a> {
    routes: &'s Routes<'a>,
    terms: Vec<Term<'w, 's, 'a>>,
}

/// A constraint with the rules that win on its route.
///
/// The winners are looked up once for each constraint, not once for each place.
struct Term<'w, 's, 'a> {
    constraint: Constraint<'w, 's, 'a>,
    winners: &'w WinnersByPlace<'s, 'a>,
}

/// The rules to choose from at a place.
struct Candidates<'s, 'a> {
    place: Place,
    /// True if a rule excludes the keys of the place.
    is_hole: bool,
    /// The choices for each term.
    choices: Vec<Choices<'s, 'a>>,
    /// The order in which terms are decided, as indices: the first term first, since solutions are
    /// counted by its rule, then the terms with the fewest choices, where dead ends show early.
    order: Vec<usize>,
}

/// The ways in which a constraint can hold at a place.
struct Choices<'s, 'a> {
    /// The rules that may win.
    rules: Vec<Ranked<'s, 'a>>,
    /// True if the constraint also holds when no rule wins.
    none: bool,
}

/// The terms decided so far.
#[derive(Clone, Default)]
struct Partial<'s, 'a> {
    /// The winners, in the order of the candidates.
    winners: Vec<Option<Ranked<'s, 'a>>>,
    /// The tags of the winners, for each object.
    tags: [TagSet; OBJECTS],
    /// The tags that the winners exclude, for each object.
    without: [TagNumbers; OBJECTS],
}

impl<'w, 's, 'a> JointSearch<'w, 's, 'a> {
    /// Creates a search. The first constraint must be that an object goes.
    ///
    /// The routes must be those of `routes`, because places are compared between them.
    pub(crate) fn new(routes: &'s Routes<'a>, constraints: &[Constraint<'w, 's, 'a>]) -> Self {
        let terms = constraints.iter().map(|constraint| Term {
            constraint: *constraint,
            winners: constraint.route.winners(constraint.case),
        });
        Self { routes, terms: terms.collect() }
    }

    /// Returns a solution for each rule by which the object of the first constraint can go, in the
    /// order of the document.
    pub(crate) fn by_rule(&self) -> Vec<Solution<'a>> {
        let mut solutions = self.search_all(usize::MAX);
        let first = |solution: &Solution<'a>| solution.rules.first().copied().flatten();
        solutions.sort_by_key(|solution| first(solution).map(|rule| rule.position));
        solutions
    }

    /// Returns a solution, if there is one.
    ///
    /// `None` is a proof that there is none, unless [`Routes::gave_up`] is true.
    pub(crate) fn first(&self) -> Option<Solution<'a>> {
        self.search_all(1).pop()
    }

    /// Returns up to `limit` solutions, fewer where the search gives up.
    ///
    /// The solutions found before it gives up are kept: each has its witness, so it is certain.
    fn search_all(&self, limit: usize) -> Vec<Solution<'a>> {
        let mut solutions = Vec::new();
        self.routes.lend(|effort| self.search(limit, &mut solutions, effort));
        solutions
    }

    /// Tries the places in order, and at each the rules of the first term that have no solution
    /// yet.
    fn search(
        &self,
        limit: usize,
        solutions: &mut Vec<Solution<'a>>,
        effort: &mut Effort,
    ) -> Result<(), GaveUp> {
        let Some(anchor) = self.terms.first() else { return Ok(()) };
        // A constraint that an object goes along a route without rules cannot hold.
        let can_go =
            |term: &Term<'_, '_, '_>| !term.constraint.goes || !term.winners.places.is_empty();
        if !self.terms.iter().all(can_go) {
            return Ok(());
        }
        // The places of every term: a rule that wins and withholds the object can have a longer
        // prefix than all rules by which the object goes elsewhere.
        let mut places: Vec<Place> =
            self.terms.iter().flat_map(|term| &term.winners.places).copied().collect();
        places.sort_unstable();
        places.dedup();
        // One solution for each rule of the first term is wanted, wherever its object is.
        let mut is_solved = vec![false; anchor.winners.ranking.iter().count()];
        for place in places {
            let is_open = |rule: &Ranked<'_, '_>| is_solved.get(rule.rank) == Some(&false);
            // Most places have no rule that is still open, late in a search.
            if !anchor.winners.at(place).iter().any(is_open) {
                continue;
            }
            let Some(candidates) = self.candidates(place) else { continue };
            for rule in candidates.choices.first().into_iter().flat_map(|choices| &choices.rules) {
                let Some(is_solved) = is_solved.get_mut(rule.rank).filter(|solved| !**solved)
                else {
                    continue;
                };
                let start = self.decide(&candidates, &Partial::default(), Some(*rule));
                let Some(start) = start else { continue };
                if let Some(partial) = self.complete(&candidates, start, effort)? {
                    *is_solved = true;
                    solutions.push(self.solution(&candidates, &partial));
                    if solutions.len() >= limit {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the choices at a place; `None` when a constraint leaves none.
    ///
    /// Where no rule accepts any tags, an object with other tags is won by none, so "no rule" is a
    /// choice of a constraint that the object stays.
    fn candidates(&self, place: Place) -> Option<Candidates<'s, 'a>> {
        let choices = self.terms.iter().map(|Term { constraint, winners }| {
            let winners = winners.at(place);
            // A rule that accepts any tags matches every object here, so some rule always wins.
            let is_always_won =
                winners.last().is_some_and(|last| last.competitor.selection.accepts_any_tags());
            let none = !constraint.goes && !is_always_won;
            let rules = winners.iter().filter(|rule| constraint.allows(rule));
            let rules: Vec<Ranked<'s, 'a>> = rules.copied().collect();
            // One constraint without a choice settles the place, so the others are not looked at.
            (none || !rules.is_empty()).then_some(Choices { rules, none })
        });
        let choices: Vec<Choices<'s, 'a>> = choices.collect::<Option<_>>()?;
        let counts = choices.iter().map(|choices| choices.rules.len()).enumerate();
        // `false` sorts before `true`, so the first term comes first however many choices it has.
        let mut order: Vec<(bool, usize, usize)> =
            counts.map(|(index, count)| (index > 0, count, index)).collect();
        order.sort_unstable();
        let order = order.into_iter().map(|(_, _, index)| index).collect();
        let is_hole =
            |term: &Term<'_, '_, '_>| term.winners.ranking.holes().binary_search(&place).is_ok();
        let is_hole = self.terms.iter().any(is_hole);
        Some(Candidates { place, is_hole, choices, order })
    }

    /// Decides the remaining terms, depth first, and returns the object of the first combination that
    /// escapes all other rules.
    fn complete(
        &self,
        candidates: &Candidates<'s, 'a>,
        partial: Partial<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<Option<Partial<'s, 'a>>, GaveUp> {
        let Some(next) = candidates.order.get(partial.winners.len()) else {
            return self.escape(candidates, partial, effort);
        };
        let Some(choices) = candidates.choices.get(*next) else { return Ok(None) };
        // Some rule of a combination must have the prefix of this very place. Combinations of rules
        // with shorter prefixes only were tried at the longest of those, with the same result, unless
        // a rule excludes the keys of this place.
        let has_prefix = |rule: &Ranked<'s, 'a>| rule.place() == candidates.place;
        let is_last = partial.winners.len() + 1 == candidates.order.len();
        let needs_prefix =
            is_last && !candidates.is_hole && !partial.winners.iter().flatten().any(has_prefix);
        let none = (choices.none && !needs_prefix).then_some(None);
        let rules = choices.rules.iter().filter(|rule| !needs_prefix || has_prefix(rule));
        // No winner first: it adds no tags, so the object stays small.
        for winner in none.into_iter().chain(rules.copied().map(Some)) {
            if let Some(next) = self.decide(candidates, &partial, winner)
                && let Some(found) = self.complete(candidates, next, effort)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Adds tags by which the objects escape the rules that exclude tags, if such rules match and
    /// rank above the winners.
    fn escape(
        &self,
        candidates: &Candidates<'s, 'a>,
        mut partial: Partial<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<Option<Partial<'s, 'a>>, GaveUp> {
        /// Any rule that matches outranks the absence of a winner.
        const NO_RULE: usize = usize::MAX;
        let winners = candidates.order.iter().zip(&partial.winners);
        let terms = winners.filter_map(|(index, winner)| {
            let rank = winner.as_ref().map_or(NO_RULE, |rule| rule.rank);
            Some((self.terms.get(*index)?, rank))
        });
        let terms: Vec<(&Term<'w, 's, 'a>, usize)> = terms.collect();
        let all_tags = partial.tags.iter_mut().zip(&mut partial.without);
        for (object, (tags, without)) in all_tags.enumerate() {
            // Constraints on the other object are met or broken by its own tags.
            let terms = || terms.iter().filter(|(term, _)| term.constraint.object == object);
            if !terms().any(|(term, _)| term.winners.ranking.excludes_tags()) {
                continue;
            }
            // Rules without tags need no check: `WinnersByPlace` has no rule below one that accepts
            // any tags.
            let mut obstacles = |tags: &TagSet| {
                let mut all = Obstacles::Excluding(Vec::new());
                for (term, rank) in terms() {
                    let ranking = &term.winners.ranking;
                    if ranking.is_outranked_by_tags(*rank, candidates.place, tags) {
                        return Ok(Obstacles::Fixed);
                    }
                    let place = candidates.place;
                    all = all.and(ranking.obstacles_with_exclusions(place, tags, *rank, effort)?);
                }
                Ok(all)
            };
            let limits = terms().map(|(term, _)| term.winners.ranking.tag_limit());
            // An object of several terms has at most as many tags as each of them allows.
            let limit = limits.min().unwrap_or_default();
            // Taken, not cloned: `found` replaces the tags, and the exclusions are not needed
            // afterwards.
            let (start, without) = (std::mem::take(tags), std::mem::take(without));
            let found = self.routes.space.tags().escape(start, &without, limit, &mut obstacles)?;
            let Some(found) = found else { return Ok(None) };
            *tags = found;
        }
        Ok(Some(partial))
    }

    /// Decides the next term: a rule wins, or none does. Returns `None` when an object cannot have all
    /// tags of its winners, or a rule that ranks above one of the winners matches these tags.
    fn decide(
        &self,
        candidates: &Candidates<'s, 'a>,
        partial: &Partial<'s, 'a>,
        winner: Option<Ranked<'s, 'a>>,
    ) -> Option<Partial<'s, 'a>> {
        /// Any rule that matches outranks the absence of a winner.
        const NO_RULE: usize = usize::MAX;
        let index = candidates.order.get(partial.winners.len())?;
        let object = self.terms.get(*index)?.constraint.object;
        let (before, without) = (partial.tags.get(object)?, partial.without.get(object)?);
        let (tags, without) = match winner {
            Some(rule) => {
                let tags = self.routes.space.tags().union(before, rule.tags())?;
                (tags, without.union(rule.without()))
            }
            None => (before.clone(), without.clone()),
        };
        // One winner requires a tag that another one excludes.
        if without.has_any_of(&tags) {
            return None;
        }
        // New tags can let a higher rule win a term decided before, on the same object.
        let winners = partial.winners.iter().copied().chain([winner]);
        // A term on the other object cannot change, and is not looked at.
        let still_wins = |(winner, index): (Option<Ranked<'s, 'a>>, &usize)| {
            self.terms.get(*index).is_some_and(|term| {
                let rank = winner.map_or(NO_RULE, |rule| rule.rank);
                let ranking = &term.winners.ranking;
                term.constraint.object != object
                    || !ranking.is_outranked_by_tags(rank, candidates.place, &tags)
            })
        };
        if !winners.clone().zip(&candidates.order).all(still_wins) {
            return None;
        }
        let mut next = Partial { winners: winners.collect(), ..partial.clone() };
        *next.tags.get_mut(object)? = tags;
        *next.without.get_mut(object)? = without;
        Some(next)
    }

    /// Returns a solution in the order of the constraints, which `order` has changed.
    ///
    /// A winner that withholds the object is no rule of the solution: it is the reason why the
    /// object stays.
    fn solution(&self, candidates: &Candidates<'s, 'a>, partial: &Partial<'s, 'a>) -> Solution<'a> {
        let mut winners: Vec<_> = candidates.order.iter().zip(&partial.winners).collect();
        winners.sort_unstable_by_key(|(index, _)| **index);
        let rules = winners.into_iter().zip(&self.terms).map(|((_, winner), term)| {
            let winner = winner.filter(|_| term.constraint.goes);
            winner.map(|winner| winner.competitor.rule)
        });
        let witnesses = self.terms.iter().filter_map(|Term { constraint, .. }| {
            let tags = partial.tags.get(constraint.object)?;
            Some(Witness::at(&self.routes.space, candidates.place, tags, constraint.case))
        });
        Solution { rules: rules.collect(), witnesses: witnesses.collect() }
    }
}
