//! The competition of rules for a destination bucket, for places and sets of tags instead of objects.
//!
//! `keyspace` defines places. A *hole* is the place of a prefix that a rule excludes.
//!
//! The question asked most is: given a place and a set of tags, is there a competitor above a rank
//! that matches? The ranking is arranged so that it looks at few competitors to answer it, as the
//! index of the engine does for objects.
//!
//! ```text
//! 0  logs     prefix logs/                 plain
//! 1  cold     tag class=cold               by_rarest_tag[class=cold]
//! 2  others   not tag class=cold           excluding
//! 3  all                                   plain
//!
//! object logs/ with class=cold:  first plain 0, first with tags 1, excluding none  ─▶ 0 wins
//! ```
//!
//! A competitor that excludes no tags is *firm*: where it matches an object, it also matches the
//! object with further tags. This makes the searches finite. A further tag can only add firm rules to
//! those that match, so the object with the fewest tags is the best one. Only a rule that excludes
//! tags can stop matching when a tag is added.

use std::collections::HashMap;

use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::keyspace::{
    Effort, GaveUp, KnownTags, Obstacles, Place, Prefixes, Selection, TagNumbers, TagSet,
};

/// The competitors of one configuration for one bucket, in a case, from the highest rank.
///
/// Competitors are kept by what makes them match; the [module](self) defines a firm one.
#[derive(Debug)]
pub(super) struct Ranking<'s, 'a> {
    /// The competitors from the highest rank.
    ranked: Vec<&'s Competitor<'a>>,
    /// The rank of each competitor: the index of the first one of the same rule.
    ranks: Vec<usize>,
    /// The ranks of the firm competitors without tags.
    plain: Vec<usize>,
    /// The ranks of the firm competitors with tags, by the tag that the fewest others ask for. Each
    /// is listed once, so a tag that every rule asks for does not make every list long.
    by_rarest_tag: HashMap<usize, Vec<usize>>,
    /// The ranks of the competitors that exclude tags.
    excluding: Vec<usize>,
    /// The ranks by the places of their prefixes.
    by_place: HashMap<Place, Vec<usize>>,
    /// The places of the excluded prefixes, ascending.
    holes: Vec<Place>,
    /// The most tags that a version of the case has.
    tag_limit: usize,
}

/// A competitor with its rank; 0 is the highest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked<'s, 'a> {
    pub(super) rank: usize,
    pub(super) competitor: &'s Competitor<'a>,
}

impl<'s> Ranked<'s, '_> {
    /// Returns the place of the prefix.
    pub(super) const fn place(&self) -> Place {
        self.competitor.selection.place()
    }

    /// Returns the tags that the competitor requires.
    pub(super) const fn tags(&self) -> &'s TagSet {
        &self.competitor.selection.tags
    }

    /// Returns the tags that the competitor excludes.
    pub(super) const fn without(&self) -> &'s TagNumbers {
        &self.competitor.selection.without
    }
}

impl<'s, 'a> Ranking<'s, 'a> {
    /// Ranks the competitors of a bucket; those that do not compete in the case are left out.
    /// Competitors must all be for one bucket, from the highest rank, as [`Competitor::by_bucket`]
    /// returns them.
    pub(super) fn new(competitors: &'s [Competitor<'a>], case: Case) -> Self {
        Self::of(competitors.iter(), case)
    }

    /// Ranks some competitors, given from the highest rank.
    ///
    /// They need not be all of a bucket: `shadowing` asks about a few of them alone.
    pub(super) fn of(competitors: impl Iterator<Item = &'s Competitor<'a>>, case: Case) -> Self {
        let mut competitors = competitors.peekable();
        // Objects have tags even where no rule competes.
        let tag_limit = competitors.peek().map_or(case.tag_limit(false), |one| one.tag_limit(case));
        let ranked: Vec<_> = competitors.filter(|one| one.competes.has(case)).collect();
        // How many competitors ask for each tag.
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for tag in ranked.iter().flat_map(|one| one.selection.tags.iter()) {
            *counts.entry(tag).or_default() += 1;
        }
        let mut ranking = Self {
            ranked: Vec::new(),
            ranks: Vec::with_capacity(ranked.len()),
            plain: Vec::new(),
            by_rarest_tag: HashMap::new(),
            excluding: Vec::new(),
            by_place: HashMap::new(),
            holes: ranked.iter().flat_map(|one| one.selection.holes()).collect(),
            tag_limit,
        };
        // A tag that few rules require makes a short list, as in the index of the engine.
        for (rank, one) in ranked.iter().enumerate() {
            let selection = &one.selection;
            // Competitors of one rule follow each other. They have one rank, so that none of them
            // is in the way of another.
            let same = rank
                .checked_sub(1)
                .filter(|before| ranked.get(*before).is_some_and(|before| before.is(one)));
            let first = same.and_then(|before| ranking.ranks.get(before).copied());
            ranking.ranks.push(first.unwrap_or(rank));
            ranking.by_place.entry(selection.place()).or_default().push(rank);
            if !selection.excludes_no_tags() {
                ranking.excluding.push(rank);
            } else if let Some(rarest) = selection.tags.iter().min_by_key(|tag| counts.get(tag)) {
                // Of equally rare tags the first is taken. Any one of them would do.
                ranking.by_rarest_tag.entry(rarest).or_default().push(rank);
            } else {
                ranking.plain.push(rank);
            }
        }
        ranking.holes.sort_unstable();
        ranking.holes.dedup();
        Self { ranked, ..ranking }
    }

    /// Iterates over the competitors, from the highest rank.
    pub(super) fn iter(&self) -> impl Iterator<Item = Ranked<'s, 'a>> {
        let ranked = self.ranked.iter().zip(&self.ranks);
        ranked.map(|(competitor, rank)| Ranked { rank: *rank, competitor })
    }

    /// Iterates over the competitors with the prefix of a place.
    ///
    /// Competitors with shorter prefixes match there as well, and are not returned.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = Ranked<'s, 'a>> {
        let ranks = self.by_place.get(&place).into_iter().flatten().copied();
        ranks.filter_map(|index| {
            let (rank, competitor) = (*self.ranks.get(index)?, self.ranked.get(index)?);
            Some(Ranked { rank, competitor })
        })
    }

    /// Returns the rank of a competitor; `None` when it does not compete in the case.
    ///
    /// The rank is that of the first competitor of the same rule, so that its sets of tags do not
    /// count as rivals.
    pub(super) fn rank_of(&self, one: &Competitor<'_>) -> Option<usize> {
        self.ranked.iter().position(|other| other.is(one))
    }

    /// Returns the places of the excluded prefixes, ascending.
    pub(super) fn holes(&self) -> &[Place] {
        &self.holes
    }

    /// Returns the most tags that an object has.
    ///
    /// It is 0 for delete markers in dialects that give them no tags. No tag can then make an object
    /// escape a rule.
    pub(super) const fn tag_limit(&self) -> usize {
        self.tag_limit
    }

    /// Returns true when a competitor excludes tags.
    pub(super) const fn excludes_tags(&self) -> bool {
        !self.excluding.is_empty()
    }

    /// Returns every competitor that can win an object at a place, from the highest rank.
    ///
    /// A rule that firm rules outrank for the object with only the tags of the rule is outranked for
    /// every object. The converse holds where no rule excludes tags.
    ///
    /// ```text
    /// at logs/:  0 tag a=1    wins objects with a=1
    ///            1 tag a=1    never, because 0 matches whatever it matches
    ///            2 all        wins the rest, and ends the list
    ///            3 tag b=2    never, because 2 matches everything
    /// ```
    pub(super) fn winners(&self, place: Place) -> Vec<Ranked<'s, 'a>> {
        self.winners_among(self.iter(), place)
    }

    /// Returns the same, at a hole. There can be far more holes than rules, so only the rules with a
    /// prefix around it are looked at.
    pub(super) fn winners_at_hole(
        &self,
        place: Place,
        prefixes: &Prefixes<'_>,
        effort: &mut Effort,
    ) -> Result<Vec<Ranked<'s, 'a>>, GaveUp> {
        let parent = |inner: &Place| prefixes.parent(*inner);
        let around = std::iter::successors(Some(place), parent);
        let mut around: Vec<Ranked<'s, 'a>> = around.flat_map(|place| self.at(place)).collect();
        effort.spend(around.len())?;
        around.sort_unstable_by_key(|ranked| ranked.rank);
        Ok(self.winners_among(around.into_iter(), place))
    }

    /// Returns those of some competitors, from the highest rank, that can win an object at a place.
    fn winners_among(
        &self,
        ranked: impl Iterator<Item = Ranked<'s, 'a>>,
        place: Place,
    ) -> Vec<Ranked<'s, 'a>> {
        let mut winners = Vec::new();
        for ranked in ranked.filter(|one| one.competitor.selection.contains(place)) {
            // Firm competitors without tags need no check: the first one that matches ends the loop,
            // and every competitor before it has a higher rank.
            if !self.is_outranked_by_tags(ranked.rank, place, ranked.tags()) {
                winners.push(ranked);
            }
            if ranked.competitor.selection.accepts_any_tags() {
                // It matches every object here, so lower ranks win none.
                break;
            }
        }
        winners
    }

    /// Returns true when a firm competitor with tags matches and ranks above `rank`.
    ///
    /// New tags can change this answer, so searches ask again for each tag.
    pub(super) fn is_outranked_by_tags(&self, rank: usize, place: Place, tags: &TagSet) -> bool {
        self.first_with_tags(place, tags).is_some_and(|first| first < rank)
    }

    /// Returns the competitor that wins.
    ///
    /// `None` where no competitor matches. The winner need not replicate anything.
    pub(super) fn winner(&self, place: Place, tags: &TagSet) -> Option<&'s Competitor<'a>> {
        let firsts = [
            self.first_without_tags(place),
            self.first_with_tags(place, tags),
            self.first_of(&self.excluding, |one| one.matches(place, tags)),
        ];
        self.ranked.get(firsts.into_iter().flatten().min()?).copied()
    }

    /// Finds an object of a selection that escapes every competitor above `rank`.
    ///
    /// A competitor whose prefix selects the least object of the selection selects all its other keys,
    /// except in its own holes. So the search looks at the place of the least object and at the holes,
    /// and these places answer for all others.
    ///
    /// `rank` is that of the rule itself, or `usize::MAX` to escape all. `None` proves that every
    /// object of the selection is taken by a competitor above.
    pub(super) fn escape(
        &self,
        selection: &Selection,
        rank: usize,
        known: &KnownTags<'_>,
        effort: &mut Effort,
    ) -> Result<Option<(Place, TagSet)>, GaveUp> {
        self.escape_noting(selection, rank, known, effort, &mut |_| {})
    }

    /// Does the same, and calls `note` with competitors that stand in the way: with enough of them
    /// that the search finds the same if there are no others.
    pub(super) fn escape_noting(
        &self,
        selection: &Selection,
        rank: usize,
        known: &KnownTags<'_>,
        effort: &mut Effort,
        note: &mut impl FnMut(&'s Competitor<'a>),
    ) -> Result<Option<(Place, TagSet)>, GaveUp> {
        let first = selection.place();
        // Places are numbered so that all keys of a range follow each other. The holes of a range
        // are one piece of the sorted list.
        let inside = self.holes.partition_point(|hole| *hole <= first);
        let holes = self.holes.iter().copied().skip(inside);
        let holes = holes.take_while(|hole| selection.keys.contains(*hole));
        for place in std::iter::once(first).chain(holes) {
            // The least object is free, because every search asks for it. Only holes can be many.
            if place != first {
                // The unit is about the time to look at eight rules.
                effort.spend(1 + self.plain.len() / 8)?;
            }
            // A hole of another rule can also be one of this selection.
            if !selection.contains(place) {
                continue;
            }
            let mut obstacles = |tags: &TagSet| {
                let obstacles = self.obstacles(place, tags, rank, effort)?;
                match &obstacles {
                    // One fixed obstacle is enough of a reason, and the first is the one that wins.
                    Obstacles::Fixed => {
                        if let Some(first) = self.first_firm(place, tags)
                            && let Some(first) = self.ranked.get(first)
                        {
                            note(first);
                        }
                    }
                    Obstacles::Excluding(rules) if !rules.is_empty() => {
                        self.excluding_above(rank, place, tags).for_each(&mut *note);
                    }
                    Obstacles::Excluding(_) => {}
                }
                Ok(obstacles)
            };
            let (tags, without) = (selection.tags.clone(), selection.without.clone());
            let found = known.escape(tags, &without, self.tag_limit, &mut obstacles)?;
            if let Some(tags) = found {
                return Ok(Some((place, tags)));
            }
        }
        Ok(None)
    }

    /// Returns the competitors above `rank` that match an object.
    pub(super) fn obstacles(
        &self,
        place: Place,
        tags: &TagSet,
        rank: usize,
        effort: &mut Effort,
    ) -> Result<Obstacles<'s>, GaveUp> {
        let plain = self.first_without_tags(place);
        self.obstacles_behind(plain, place, tags, rank, effort)
    }

    /// Returns the same, where the first firm competitor without tags that matches is known.
    ///
    /// A caller that asks about many tags at one place looks that competitor up once.
    pub(super) fn obstacles_behind(
        &self,
        plain: Option<usize>,
        place: Place,
        tags: &TagSet,
        rank: usize,
        effort: &mut Effort,
    ) -> Result<Obstacles<'s>, GaveUp> {
        let is_above = plain.is_some_and(|first| first < rank);
        if is_above || self.is_outranked_by_tags(rank, place, tags) {
            return Ok(Obstacles::Fixed);
        }
        self.obstacles_with_exclusions(place, tags, rank, effort)
    }

    /// Returns the first firm competitor that matches.
    fn first_firm(&self, place: Place, tags: &TagSet) -> Option<usize> {
        let without_tags = self.first_without_tags(place);
        without_tags.into_iter().chain(self.first_with_tags(place, tags)).min()
    }

    /// Returns the same, where no firm competitor above `rank` is known to match.
    pub(super) fn obstacles_with_exclusions(
        &self,
        place: Place,
        tags: &TagSet,
        rank: usize,
        effort: &mut Effort,
    ) -> Result<Obstacles<'s>, GaveUp> {
        if self.excluding.is_empty() {
            return Ok(Obstacles::Excluding(Vec::new()));
        }
        effort.spend(self.excluding.len())?;
        let matching = self.excluding_above(rank, place, tags);
        Ok(Obstacles::Excluding(matching.map(|one| &one.selection.without).collect()))
    }

    /// Iterates over the competitors above `rank` that exclude tags and match.
    fn excluding_above(
        &self,
        rank: usize,
        place: Place,
        tags: &TagSet,
    ) -> impl Iterator<Item = &'s Competitor<'a>> {
        let above = self.excluding.iter().take_while(move |excluding| **excluding < rank);
        let above = above.filter_map(|excluding| self.ranked.get(*excluding).copied());
        above.filter(move |one| one.selection.matches(place, tags))
    }

    /// Returns the first firm competitor without tags that matches.
    fn first_without_tags(&self, place: Place) -> Option<usize> {
        self.first_of(&self.plain, |one| one.contains(place))
    }

    /// Returns the first firm competitor with tags that matches.
    ///
    /// A competitor with tags matches only objects that have its rarest tag, so the lists of the
    /// object's own tags hold every firm competitor that can match.
    fn first_with_tags(&self, place: Place, tags: &TagSet) -> Option<usize> {
        let lists = tags.iter().filter_map(|tag| self.by_rarest_tag.get(&tag));
        lists.filter_map(|ranks| self.first_of(ranks, |one| one.matches(place, tags))).min()
    }

    /// Returns the first of some ranks, ascending, whose selection passes a test.
    fn first_of(&self, ranks: &[usize], is_it: impl Fn(&Selection) -> bool) -> Option<usize> {
        let is_it = |rank: &usize| self.ranked.get(*rank).is_some_and(|one| is_it(&one.selection));
        ranks.iter().copied().find(is_it)
    }
}
