//! The way of an object along one route after the other.
//!
//! Questions about chains of buckets ask how far an object can get. The trails share their
//! beginnings: `photos ─▶ backup ─▶ archive` is the trail `photos ─▶ backup` and one step more, so
//! a tree of routes is searched with one step for each edge.
//!
//! ```text
//! at logs/:  photos ─▶ backup   by `all`                     tags {}
//!            backup ─▶ archive  by `old` (tag age=old)       tags {age=old}
//!                               by `new` (not tag age=old)   tags {}, without {age=old}
//! ```
//!
//! Each step adds the tags of its rule. They must not let a higher rule win an earlier step, so the
//! whole trail is looked at again, but only if there are new tags.

use std::rc::Rc;

use crate::analysis::case::Case;
use crate::analysis::ranking::Ranked;
use crate::analysis::route::{Route, Routes, WinnersByPlace};
use crate::keyspace::{Effort, GaveUp, Obstacles, Place, TagNumbers, TagSet};

/// The routes that an object takes, with the rule that replicates it on each, as far as the search
/// has come.
///
/// A [`JointSearch`](super::JointSearch) looks for objects from scratch. A trail knows the objects
/// that come as far as it does, so a longer one costs no more than a short one.
#[derive(Debug)]
pub(crate) struct Trail<'w, 's, 'a> {
    /// The place of the key, the same along the whole trail.
    place: Place,
    /// The tags that the rules require, and those that they exclude.
    tags: TagSet,
    /// The tags that one of the rules excludes.
    without: TagNumbers,
    /// The rule of the last step.
    winner: Ranked<'s, 'a>,
    /// The rules that can win on the route of the last step.
    winners: &'w WinnersByPlace<'s, 'a>,
    /// The trail up to the last step, which others extend as well; `None` for the first step.
    before: Option<Rc<Self>>,
}

impl<'w, 's: 'w, 'a: 's> Trail<'w, 's, 'a> {
    /// Returns the trails that lead on along a route, one for each rule by which an object with a
    /// key of a place can go.
    ///
    /// Empty if no object gets so far, and also if the search gave up, which [`Routes::gave_up`]
    /// states.
    pub(crate) fn along(
        route: &'w Route<'s, 'a>,
        (case, place): (Case, Place),
        before: Option<&Rc<Self>>,
        routes: &Routes<'a>,
    ) -> Vec<Self> {
        let winners = route.winners(case);
        let replicating =
            winners.at(place).iter().filter(|one| one.competitor.replicates().has(case));
        let trails = replicating.filter_map(|winner| {
            let trail = Self::new(place, *winner, winners, before, routes)?;
            routes.lend(|effort| trail.is_open(routes, effort))?.then_some(trail)
        });
        trails.collect()
    }

    /// Extends a trail by a rule. Nothing if its tags contradict those so far, or let a higher rule
    /// win one of the steps.
    fn new(
        place: Place,
        winner: Ranked<'s, 'a>,
        winners: &'w WinnersByPlace<'s, 'a>,
        before: Option<&Rc<Self>>,
        routes: &Routes<'_>,
    ) -> Option<Self> {
        let (tags, without) = match before {
            None => (winner.tags().clone(), winner.without().clone()),
            Some(before) => (
                routes.space.tags().union(&before.tags, winner.tags())?,
                before.without.union(winner.without()),
            ),
        };
        let has_new_tags = before.is_none_or(|before| before.tags.len() < tags.len());
        let trail = Self { place, tags, without, winner, winners, before: before.cloned() };
        if trail.without.has_any_of(&trail.tags) {
            return None;
        }
        // Only new tags can let a higher rule win before.
        let is_outranked = |step: &Self| {
            step.winners.ranking.is_outranked_by_tags(step.winner.rank, place, &trail.tags)
        };
        // Without new tags, only the last step has to be looked at: the others were settled with
        // the same tags.
        let changed = if has_new_tags { usize::MAX } else { 1 };
        if trail.steps().take(changed).any(is_outranked) { None } else { Some(trail) }
    }

    /// Iterates over the trail and those that it extends.
    fn steps(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |step| step.before.as_deref())
    }

    /// Returns true when some object escapes all rules on the trail that exclude tags.
    fn is_open(&self, routes: &Routes<'_>, effort: &mut Effort) -> Result<bool, GaveUp> {
        if !self.steps().any(|step| step.winners.ranking.excludes_tags()) {
            return Ok(true);
        }
        let mut obstacles = |tags: &TagSet| {
            let mut all = Obstacles::Excluding(Vec::new());
            for step in self.steps() {
                let (ranking, rank) = (&step.winners.ranking, step.winner.rank);
                if ranking.is_outranked_by_tags(rank, self.place, tags) {
                    return Ok(Obstacles::Fixed);
                }
                all = all.and(ranking.obstacles_with_exclusions(self.place, tags, rank, effort)?);
            }
            Ok(all)
        };
        // All steps are of one case and dialect, so each has this limit.
        let limit = self.winners.ranking.tag_limit();
        let (tags, without) = (self.tags.clone(), self.without.clone());
        Ok(routes.space.tags().escape(tags, &without, limit, &mut obstacles)?.is_some())
    }
}
