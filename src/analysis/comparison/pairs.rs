//! The search for pairs of rules that win the same object and treat it differently.
//!
//! Rules of one configuration exclude each other at one bucket: exactly one wins an object, or
//! none. So a difference is a pair of winners, one of each side, where one of the two may be
//! absent. The search never enumerates objects. It enumerates pairs, and asks for each whether an
//! object exists that both win.
//!
//! ```text
//! old: `all` (""), `logs` ("logs/", priority 2)        new: `all` ("")
//! pairs at "logs/":  (logs, all) differ     an object that both win: logs/
//! pairs at "":       (all, all)  equal      not reported
//!                    (logs, none)           no such object, because `all` matches everything
//! ```
//!
//! The places to look at are the prefixes of both sides, because the set of rules that match
//! changes at these keys only. Exclusions add places, the holes, at which a rule stops to match.

use std::collections::BTreeMap;

use crate::analysis::case::{Case, Cases};
use crate::analysis::competition::Competitor;
use crate::analysis::ranking::{Ranked, Ranking};
use crate::keyspace::{Effort, GaveUp, KeySpace, Obstacles, Place, TagNumbers, TagSet, parents};

/// The extent of a search.
///
/// A question if two configurations are equal ends at the first difference; a report lists all of
/// them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Extent {
    /// Up to the first difference.
    First,
    /// All differences.
    All,
}

/// The competitors for one destination bucket in both configurations.
#[derive(Debug)]
pub(super) struct Bucket<'s, 'a> {
    /// From the highest rank.
    old: &'s [Competitor<'a>],
    new: &'s [Competitor<'a>],
}

/// The rules that win the same object in the old and in the new configuration.
///
/// `None` where no rule of the side matches the object. At least one of the two is present.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'s, 'a> {
    pub(super) old: Option<&'s Competitor<'a>>,
    pub(super) new: Option<&'s Competitor<'a>>,
}

/// The key and the tags of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Object {
    pub(super) place: Place,
    pub(super) tags: TagSet,
}

/// A pair, with the cases in which it differs and an object for each. The least object that both
/// rules match is left out.
#[derive(Debug)]
pub(super) struct FoundPair<'s, 'a> {
    pub(super) pair: Pair<'s, 'a>,
    cases: Cases,
    /// The objects that are not the least ones, with their cases.
    objects: Vec<(Cases, Box<Object>)>,
}

/// The pairs found so far, by the positions of their rules.
pub(super) type Pairs<'s, 'a> = BTreeMap<(Option<usize>, Option<usize>), FoundPair<'s, 'a>>;

impl FoundPair<'_, '_> {
    /// Iterates over the cases, the most common first.
    ///
    /// `None` stands for the least object that both rules match.
    pub(super) fn into_objects(self) -> impl Iterator<Item = (Case, Option<Box<Object>>)> {
        let objects = self.objects;
        self.cases.iter().map(move |case| {
            let of_case = objects.iter().find(|(cases, _)| cases.has(case));
            (case, of_case.map(|(_, object)| object.clone()))
        })
    }

    /// Adds cases in which the pair differs. Cases that are known keep their object.
    fn add(&mut self, cases: Cases, object: Option<Object>) {
        // A pair can be found at several places. The first object of a case stays.
        let new = cases.without(self.cases);
        self.cases.add_all(new);
        if let Some(object) = object.filter(|_| !new.is_empty()) {
            self.objects.push((new, Box::new(object)));
        }
    }
}

impl Pair<'_, '_> {
    /// Returns the key of the pair in [`Pairs`].
    ///
    /// Competitors of one rule have one key: a rule with several sets of tags is still one rule in
    /// a report.
    fn positions(self) -> (Option<usize>, Option<usize>) {
        let position = |one: Option<&Competitor<'_>>| one.map(|one| one.rule.position);
        (position(self.old), position(self.new))
    }
}

impl<'s, 'a> Bucket<'s, 'a> {
    /// Returns the buckets of both sides, sorted.
    ///
    /// A bucket of one side only has no rules on the other. Then every rule is unopposed there.
    pub(super) fn all(
        old: &'s [Competitor<'a>],
        new: &'s [Competitor<'a>],
    ) -> impl Iterator<Item = Self> {
        let mut buckets: BTreeMap<&str, Self> = BTreeMap::new();
        for old in Competitor::by_bucket(old) {
            let Some(first) = old.first() else { continue };
            buckets.insert(first.bucket(), Self { old, new: &[] });
        }
        for new in Competitor::by_bucket(new) {
            let Some(first) = new.first() else { continue };
            buckets.entry(first.bucket()).or_insert(Self { old: &[], new: &[] }).new = new;
        }
        buckets.into_values()
    }

    /// Finds the pairs that win the same object and treat it differently.
    ///
    /// The pairs found before the search gives up are in `pairs`, and are certain.
    pub(super) fn find_pairs(
        &self,
        space: &KeySpace<'_>,
        extent: Extent,
        pairs: &mut Pairs<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<(), GaveUp> {
        for (case, cases) in self.case_groups() {
            let rankings = Rankings {
                old: Ranking::new(self.old, case),
                new: Ranking::new(self.new, case),
                space,
                cases,
                extent,
            };
            rankings.find_pairs(pairs, effort)?;
            if extent == Extent::First && !pairs.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Groups the cases in which the same rules compete, each group with its first case. In such a
    /// group the same rules win, so one search answers for all its cases. Cases in which both sides
    /// are the same need no search: two dialects mostly differ in few cases. Delete markers have no
    /// tags by which to escape a rule, so they are in a group with others only if no rule excludes
    /// tags; and a rule that requires tags does not compete for them, which makes a group of its own.
    fn case_groups(&self) -> Vec<(Case, Cases)> {
        let excludes_tags = |one: &Competitor<'_>| !one.selection.excludes_no_tags();
        let tags_matter = self.old.iter().chain(self.new).any(excludes_tags);
        let mut groups: Vec<(Case, Cases)> = Vec::new();
        for case in Case::ALL.into_iter().filter(|case| !self.is_same_in(*case)) {
            // The second condition compares every rule: one rule more or less can change who wins.
            let is_alike = |other: Case| {
                let mut competitors = self.old.iter().chain(self.new);
                (!tags_matter || case.is_delete_marker() == other.is_delete_marker())
                    && competitors.all(|one| one.competes.has(case) == one.competes.has(other))
            };
            match groups.iter_mut().find(|(first, _)| is_alike(*first)) {
                Some((_, cases)) => cases.add(case),
                None => groups.push((case, Cases::from(case))),
            }
        }
        groups
    }

    /// Returns true when the competitors of both sides select the same objects, in the same order and
    /// with the same outcomes. Then they decide alike: a decision looks at nothing else, and which of
    /// them are of one rule does not matter, since those have one outcome.
    fn is_same_in(&self, case: Case) -> bool {
        let of = |side: &'s [Competitor<'a>]| {
            let competing = side.iter().filter(move |one| one.competes.has(case));
            competing.map(move |one| (one.outcome(case), &one.selection))
        };
        of(self.old).eq(of(self.new))
    }
}

/// Both rankings for a bucket, in a group of cases in which the same rules compete.
struct Rankings<'s, 'a, 'k> {
    old: Ranking<'s, 'a>,
    new: Ranking<'s, 'a>,
    /// The space of both sides.
    space: &'k KeySpace<'k>,
    /// The cases of the group. The rankings are those of the first one, and serve for all.
    cases: Cases,
    extent: Extent,
}

/// A place to look at.
#[derive(Clone, Copy, Debug, Default)]
struct Corner {
    /// True if two rules that match keys of the place have different outcomes in one of the cases.
    outcomes_differ: bool,
    /// True if a rule excludes the keys of the place.
    is_hole: bool,
}

impl<'s, 'a> Rankings<'s, 'a, '_> {
    /// Adds the pairs of rules that win the same object and have different outcomes in one of the
    /// cases.
    ///
    /// Without exclusions, two rules win the same object if and only if they win the least object
    /// that both match: its key is the longer of their prefixes, its tags are the union of theirs. A
    /// rule that outranks one of them there matches every other common object as well. So each pair
    /// is looked for at one place, that of its longer prefix. For a rule that wins against no rule
    /// of the other side, the least object that it matches itself decides, by the same argument.
    ///
    /// A rule that excludes keys stops outranking others at its holes, so there all pairs are looked
    /// for. From any other place, the next shorter prefix has the same rules or fewer. Rules that
    /// exclude tags are escaped by these tags.
    fn find_pairs(&self, pairs: &mut Pairs<'s, 'a>, effort: &mut Effort) -> Result<(), GaveUp> {
        for (place, corner) in self.corners() {
            if corner.outcomes_differ {
                self.add_pairs_at(place, corner.is_hole, pairs, effort)?;
            } else {
                self.add_unopposed_at(place, corner.is_hole, pairs, effort)?;
            }
            if self.is_over(pairs) {
                break;
            }
        }
        Ok(())
    }

    /// Returns the places of the prefixes of both sides, and their holes.
    fn corners(&self) -> BTreeMap<Place, Corner> {
        let competitors = self.old.iter().chain(self.new.iter()).map(|ranked| ranked.competitor);
        let mut competitors: Vec<&Competitor<'_>> = competitors.collect();
        competitors.sort_unstable_by_key(|one| one.selection.place());
        // Sorted by place, the competitors form a forest by their prefixes. Comparing each one with
        // its parent decides whether the outcomes of a whole branch differ: equality is transitive
        // along it.
        let outer = parents(&competitors, |outer, inner| {
            outer.selection.keys.contains(inner.selection.place())
        });
        // Whether the outcomes differ, by competitor: if those around it have one outcome, comparing
        // it with the innermost of them is enough.
        let mut differ: Vec<bool> = Vec::with_capacity(competitors.len());
        let mut corners = BTreeMap::new();
        for (one, outer) in competitors.iter().zip(outer) {
            let outer = outer.and_then(|at| Some((competitors.get(at)?, differ.get(at)?)));
            let outcomes_differ = outer.is_some_and(|(outer, differ)| {
                // At a place where all rules of both sides have one outcome, it does not matter
                // which of them win. Only rules without any opponent can differ there, and that is
                // a cheaper search. Most places are of this kind.
                *differ || Competitor::differing(Some(outer), Some(one)).intersects(self.cases)
            });
            differ.push(outcomes_differ);
            // Of several competitors at one place the last one counts: the others are among those
            // around it.
            corners.insert(one.selection.place(), Corner { outcomes_differ, is_hole: false });
        }
        for hole in self.old.holes().iter().chain(self.new.holes()) {
            // The rules that match at the hole are among those around it.
            // A hole that is also the prefix of a rule keeps what is known of the rule.
            let parent = |place: &Place| self.space.prefixes().parent(*place);
            let mut around = std::iter::successors(Some(*hole), parent);
            let around = around.find_map(|place| corners.get(&place)).copied().unwrap_or_default();
            corners.insert(*hole, Corner { is_hole: true, ..around });
        }
        corners
    }

    /// Adds the pairs whose longer prefix is that of a place; all pairs if it is a hole.
    ///
    /// ```text
    /// at logs/:  old winners `logs` (logs/), `all` ("")     new winners `logs` (logs/), `all` ("")
    /// pairs:     (logs, logs) (logs, all) (all, logs)       not (all, all), which meets at ""
    /// ```
    fn add_pairs_at(
        &self,
        place: Place,
        is_hole: bool,
        pairs: &mut Pairs<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<(), GaveUp> {
        let is_here = |ranked: &Ranked<'s, 'a>| is_hole || ranked.place() == place;
        let old = self.winners(&self.old, place, is_hole, effort)?;
        let new = self.winners(&self.new, place, is_hole, effort)?;
        // The first rule without conditions on tags ends a list of winners: it matches everything
        // at the place. Its rank is needed for each rule below, so it is looked up once.
        let plain = [first_plain(&old), first_plain(&new)];
        // At a hole every rule counts as one of the place, because nowhere else is a pair of them
        // looked at without the excluding rule.
        let (old_here, old_above): (Vec<_>, Vec<_>) = old.into_iter().partition(is_here);
        let (new_here, new_above): (Vec<_>, Vec<_>) = new.into_iter().partition(is_here);
        // One of a pair has the prefix of the place; two shorter prefixes meet at another place.
        let all_new = || new_here.iter().chain(&new_above);
        let old_at_place = old_here.iter().flat_map(|old| all_new().map(move |new| (old, new)));
        let new_at_place =
            old_above.iter().flat_map(|old| new_here.iter().map(move |new| (old, new)));
        for (old, new) in old_at_place.chain(new_at_place) {
            let pair = Pair { old: Some(old.competitor), new: Some(new.competitor) };
            let cases = Competitor::differing(pair.old, pair.new).and(self.cases);
            if is_hole {
                effort.spend(1)?;
                // There can be many holes, and one object for each case is enough.
                let found = pairs.get(&pair.positions());
                if found.is_some_and(|found| cases.without(found.cases).is_empty()) {
                    continue;
                }
            }
            // Paid before the exclusions are united, which is the costly part of a pair.
            effort.spend_on_exclusions(old.without().len() + new.without().len())?;
            // Winners of a place outrank all firm rules without tags there, so only others can
            // outrank them now.
            if !cases.is_empty()
                && let Some((least, without)) = self.together(*old, *new)
            {
                // Both must keep winning with the tags that are added, so the obstacles of both
                // sides count together.
                let mut obstacles = |tags: &TagSet| {
                    if self.old.is_outranked_by_tags(old.rank, place, tags)
                        || self.new.is_outranked_by_tags(new.rank, place, tags)
                    {
                        return Ok(Obstacles::Fixed);
                    }
                    let of_old =
                        self.old.obstacles_with_exclusions(place, tags, old.rank, effort)?;
                    let of_new =
                        self.new.obstacles_with_exclusions(place, tags, new.rank, effort)?;
                    Ok(of_old.and(of_new))
                };
                // The two dialects may differ on the tags of delete markers.
                let limit = self.old.tag_limit().max(self.new.tag_limit());
                let tags =
                    self.space.tags().escape(least.clone(), &without, limit, &mut obstacles)?;
                if let Some(tags) = tags {
                    add(pairs, pair, cases, Object { place, tags }, &least);
                    if self.is_over(pairs) {
                        return Ok(());
                    }
                }
            }
        }
        // Then the rules that win an object for which the other side has no winner at all.
        for (side, here) in [(Side::Old, old_here), (Side::New, new_here)] {
            for one in here {
                if !self.is_over(pairs) {
                    self.add_unopposed(place, one, side, Some(plain), pairs, effort)?;
                }
            }
        }
        Ok(())
    }

    /// Adds those of the rules with the prefix of a place that win an object that no rule of the
    /// other side matches; all rules that match here if it is a hole.
    ///
    /// This search is cheaper than that for pairs. It is enough at places where all rules that match
    /// have one outcome: a pair of them cannot differ.
    fn add_unopposed_at(
        &self,
        place: Place,
        is_hole: bool,
        pairs: &mut Pairs<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<(), GaveUp> {
        if is_hole {
            // Here the winners are found soon, and with them the first rules without tags.
            let old = self.winners(&self.old, place, is_hole, effort)?;
            let new = self.winners(&self.new, place, is_hole, effort)?;
            let plain = Some([first_plain(&old), first_plain(&new)]);
            for (side, here) in [(Side::Old, old), (Side::New, new)] {
                for one in here {
                    if !self.is_over(pairs) {
                        self.add_unopposed(place, one, side, plain, pairs, effort)?;
                    }
                }
            }
            return Ok(());
        }
        for side in [Side::Old, Side::New] {
            let (own, _) = self.sides(side);
            for one in own.at(place) {
                if !self.is_over(pairs) {
                    self.add_unopposed(place, one, side, None, pairs, effort)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a rule that wins an object at a place that no rule of the other side matches. `plain` are
    /// the ranks of the first rules of both sides that accept any tags there, if they are known.
    ///
    /// Nothing is added for a rule that replicates nothing: without it, nothing is replicated
    /// either.
    fn add_unopposed(
        &self,
        place: Place,
        one: Ranked<'s, 'a>,
        side: Side,
        plain: Option<[Option<usize>; 2]>,
        pairs: &mut Pairs<'s, 'a>,
        effort: &mut Effort,
    ) -> Result<(), GaveUp> {
        let (own, others) = self.sides(side);
        let cases = one.competitor.replicates().and(self.cases);
        if cases.is_empty() {
            return Ok(());
        }
        let obstacles_of =
            |ranking: &Ranking<'s, 'a>, at: usize, tags: &TagSet, rank, effort: &mut _| match plain
                .and_then(|plain| plain.get(at).copied())
            {
                Some(plain) => ranking.obstacles_behind(plain, place, tags, rank, effort),
                None => ranking.obstacles(place, tags, rank, effort),
            };
        let (own_at, other_at) = match side {
            Side::Old => (0, 1),
            Side::New => (1, 0),
        };
        let mut obstacles = |tags: &TagSet| {
            // The rank is the lowest: any rule of the other side that matches at all is in the way.
            let of_others = obstacles_of(others, other_at, tags, usize::MAX, effort)?;
            // One fixed obstacle decides, so the own side need not be asked.
            if matches!(of_others, Obstacles::Fixed) {
                return Ok(of_others);
            }
            Ok(of_others.and(obstacles_of(own, own_at, tags, one.rank, effort)?))
        };
        let (least, without) = (one.tags().clone(), one.without().clone());
        let limit = own.tag_limit();
        let tags = self.space.tags().escape(least.clone(), &without, limit, &mut obstacles)?;
        if let Some(tags) = tags {
            let competitor = Some(one.competitor);
            let pair = match side {
                Side::Old => Pair { old: competitor, new: None },
                Side::New => Pair { old: None, new: competitor },
            };
            add(pairs, pair, cases, Object { place, tags }, &least);
        }
        Ok(())
    }

    /// Returns the tags that objects of both rules have, and those that they must not have; `None`
    /// if no object can have them all.
    fn together(&self, old: Ranked<'s, 'a>, new: Ranked<'s, 'a>) -> Option<(TagSet, TagNumbers)> {
        let tags = self.space.tags().union(old.tags(), new.tags())?;
        Some((tags, old.without().union(new.without())))
    }

    /// Returns the rules that can win an object at a place.
    ///
    /// At a hole only the prefixes around it are looked at, and that work is paid for.
    fn winners(
        &self,
        ranking: &Ranking<'s, 'a>,
        place: Place,
        is_hole: bool,
        effort: &mut Effort,
    ) -> Result<Vec<Ranked<'s, 'a>>, GaveUp> {
        if is_hole {
            ranking.winners_at_hole(place, self.space.prefixes(), effort)
        } else {
            Ok(ranking.winners(place))
        }
    }

    /// Returns the ranking of a side, and that of the other side. The search for unopposed rules is
    /// the same for both.
    const fn sides(&self, side: Side) -> (&Ranking<'s, 'a>, &Ranking<'s, 'a>) {
        match side {
            Side::Old => (&self.old, &self.new),
            Side::New => (&self.new, &self.old),
        }
    }

    /// Returns true when one difference is enough, and one is found.
    ///
    /// Loops ask it after each pair, so that the question if two configurations are equal ends
    /// early.
    fn is_over(&self, pairs: &Pairs<'s, 'a>) -> bool {
        self.extent == Extent::First && !pairs.is_empty()
    }
}

/// Returns the rank of the first rule that accepts any tags, given all rules that can win at a place: it
/// is the last of them.
///
/// Nothing if the last winner has conditions on tags: then an object without its tags has no winner
/// among these.
fn first_plain(winners: &[Ranked<'_, '_>]) -> Option<usize> {
    let last = winners.last()?;
    last.competitor.selection.accepts_any_tags().then_some(last.rank)
}

/// One of the two configurations.
#[derive(Clone, Copy, Debug)]
enum Side {
    Old,
    New,
}

/// Adds a pair that differs about an object; `least` are the tags that both rules require.
fn add<'s, 'a>(
    pairs: &mut Pairs<'s, 'a>,
    pair: Pair<'s, 'a>,
    cases: Cases,
    object: Object,
    least: &TagSet,
) {
    let rules = [pair.old, pair.new].into_iter().flatten();
    // Of two prefixes that both begin one key, the longer one has the higher place.
    let longest = rules.map(|one| one.selection.place()).max();
    let needs_any = |one: &Competitor<'_>| one.rule.filter.requires_any_tag();
    let needs_all = ![pair.old, pair.new].into_iter().flatten().any(needs_any);
    // The least object can be made of the rules again, so it takes no space. There may be a million
    // pairs.
    let is_least = needs_all && longest == Some(object.place) && object.tags == *least;
    let entry = pairs.entry(pair.positions());
    let entry =
        entry.or_insert_with(|| FoundPair { pair, cases: Cases::NONE, objects: Vec::new() });
    entry.add(cases, (!is_least).then_some(object));
}
