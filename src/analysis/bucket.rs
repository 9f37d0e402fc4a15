//! The search for pairs of rules that win the same object in one bucket.

use std::collections::BTreeMap;

use crate::analysis::case::{Case, Cases};
use crate::analysis::contest::{Contender, Field, Ranked};
use crate::analysis::space::Space;

/// How far to look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Until {
    /// The first difference.
    First,
    /// The end.
    End,
}

/// The contenders for one destination bucket.
#[derive(Debug)]
pub(super) struct Bucket<'s, 'a> {
    old: &'s [Contender<'a>],
    new: &'s [Contender<'a>],
}

/// Who wins the same object in the old and in the new configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'s, 'a> {
    pub(super) old: Option<&'s Contender<'a>>,
    pub(super) new: Option<&'s Contender<'a>>,
}

/// The pairs found so far, by the positions of their rules, with the cases in which they differ.
type Found<'s, 'a> = BTreeMap<(Option<usize>, Option<usize>), (Pair<'s, 'a>, Cases)>;

impl<'s, 'a> Bucket<'s, 'a> {
    /// Puts the contenders of both sides together, sorted by bucket.
    pub(super) fn all(
        old: &'s [Contender<'a>],
        new: &'s [Contender<'a>],
    ) -> impl Iterator<Item = Self> {
        let of_one_bucket = |a: &Contender<'_>, b: &Contender<'_>| a.bucket() == b.bucket();
        let mut buckets: BTreeMap<&str, Self> = BTreeMap::new();
        for old in old.chunk_by(of_one_bucket) {
            let Some(first) = old.first() else { continue };
            buckets.insert(first.bucket(), Self { old, new: &[] });
        }
        for new in new.chunk_by(of_one_bucket) {
            let Some(first) = new.first() else { continue };
            buckets.entry(first.bucket()).or_insert(Self { old: &[], new: &[] }).new = new;
        }
        buckets.into_values()
    }

    /// Returns the pairs that win one and the same object and do not do the same about it.
    pub(super) fn differing_pairs(
        &self,
        space: &Space<'_>,
        until: Until,
    ) -> impl Iterator<Item = (Pair<'s, 'a>, Cases)> + use<'s, 'a> {
        let mut found = Found::new();
        for (case, alike) in self.groups() {
            let fields =
                Fields { old: Field::new(self.old, case), new: Field::new(self.new, case) };
            fields.find_pairs(space, alike, until, &mut found);
            if until == Until::First && !found.is_empty() {
                break;
            }
        }
        found.into_values()
    }

    /// Puts cases together in which the same rules compete, each group with one of its cases.
    fn groups(&self) -> Vec<(Case, Cases)> {
        let mut groups: Vec<(Case, Cases)> = Vec::new();
        for case in Case::ALL {
            let is_alike = |other: Case| {
                let mut contenders = self.old.iter().chain(self.new);
                contenders.all(|one| one.competes.has(case) == one.competes.has(other))
            };
            match groups.iter_mut().find(|(first, _)| is_alike(*first)) {
                Some((_, cases)) => cases.add(case),
                None => groups.push((case, Cases::from(case))),
            }
        }
        groups
    }
}

/// Both sides of a bucket, in cases in which the same rules compete.
struct Fields<'s, 'a> {
    old: Field<'s, 'a>,
    new: Field<'s, 'a>,
}

impl<'s, 'a> Fields<'s, 'a> {
    /// Adds the pairs of which the two differ in one of the cases that are `alike`.
    fn find_pairs(&self, space: &Space<'_>, alike: Cases, until: Until, found: &mut Found<'s, 'a>) {
        for (place, does_matter) in self.places(alike) {
            let mut take = |pair: Pair<'s, 'a>, cases| {
                let number = |one: Option<&Contender<'_>>| one.map(|one| one.rule.position);
                let entry = found.entry((number(pair.old), number(pair.new)));
                entry.or_insert((pair, Cases::NONE)).1.add_all(cases);
                until == Until::First
            };
            let ended = if does_matter {
                self.pairs_at(place, space, alike, take)
            } else {
                let here = [&self.old, &self.new].map(|field| field.standing_at(place));
                let mut alone = self.alone_at(place, alike, here);
                alone.any(|(pair, cases)| self.does_win(place, pair) && take(pair, cases))
            };
            if ended {
                return;
            }
        }
    }

    /// Returns the places where a prefix of either side stands, and of each whether it matters which
    /// rule wins there: whether two that reach it do not do the same in cases that are `alike`.
    fn places(&self, alike: Cases) -> BTreeMap<usize, bool> {
        let contenders = self.old.contenders().chain(self.new.contenders());
        let mut contenders: Vec<&Contender<'_>> = contenders.map(|(_, one)| one).collect();
        contenders.sort_unstable_by_key(|one| one.position.place);
        let mut places = BTreeMap::new();
        // Those that reach the place, from the outermost; all do the same until one does not.
        let mut reaching: Vec<(&Contender<'_>, bool)> = Vec::new();
        for one in contenders {
            let place = one.position.place;
            while reaching.last().is_some_and(|(outer, _)| !outer.position.covers(place)) {
                reaching.pop();
            }
            let does_matter = reaching.last().is_some_and(|(outer, does_matter)| {
                *does_matter || !Contender::differing(Some(*outer), Some(one)).and(alike).is_empty()
            });
            reaching.push((one, does_matter));
            places.insert(place, does_matter);
        }
        places
    }

    /// Returns true when the rules of a pair win the least object with their tags at a place.
    fn does_win(&self, place: usize, Pair { old, new }: Pair<'s, 'a>) -> bool {
        [(old, &self.old), (new, &self.new)].into_iter().all(|(one, field)| {
            one.is_none_or(|one| {
                let winner = field.winner(place, &one.position.tags);
                winner.is_some_and(|winner| winner.rule.position == one.rule.position)
            })
        })
    }

    /// Returns those of the rules that stand at a place of which nobody of the other side matches the
    /// least object.
    fn alone_at(
        &self,
        place: usize,
        alike: Cases,
        [old_here, new_here]: [impl Iterator<Item = Ranked<'s, 'a>>; 2],
    ) -> impl Iterator<Item = (Pair<'s, 'a>, Cases)> {
        let old_alone = old_here.filter_map(move |(_, a)| {
            let cases = Contender::differing(Some(a), None).and(alike);
            let alone = !cases.is_empty() && !self.new.is_won(place, &a.position.tags);
            alone.then_some((Pair { old: Some(a), new: None }, cases))
        });
        let new_alone = new_here.filter_map(move |(_, b)| {
            let cases = Contender::differing(None, Some(b)).and(alike);
            let alone = !cases.is_empty() && !self.old.is_won(place, &b.position.tags);
            alone.then_some((Pair { old: None, new: Some(b) }, cases))
        });
        old_alone.chain(new_alone)
    }

    /// Takes the pairs whose least object has the prefix of a place, until there are enough: when
    /// `take` says so, which is what is returned.
    ///
    /// Two rules win the same object if and only if they win the least one that both match. So it
    /// is enough to look, at each place, at the pairs of which one stands there; a rule alone wins
    /// the least object that it matches, or none alone.
    fn pairs_at(
        &self,
        place: usize,
        space: &Space<'_>,
        alike: Cases,
        mut take: impl FnMut(Pair<'s, 'a>, Cases) -> bool,
    ) -> bool {
        let stands = |(_, one): &Ranked<'s, 'a>| one.position.place == place;
        let (old, new) = (self.old.winners(place), self.new.winners(place));
        let (old_here, old_above): (Vec<_>, Vec<_>) = old.into_iter().partition(stands);
        let (new_here, new_above): (Vec<_>, Vec<_>) = new.into_iter().partition(stands);
        let all_new = || new_here.iter().chain(&new_above);
        let first = old_here.iter().flat_map(|a| all_new().map(move |b| (*a, *b)));
        let second = old_above.iter().flat_map(|a| new_here.iter().map(move |b| (*a, *b)));
        let together = first.chain(second).filter_map(|((a_rank, a), (b_rank, b))| {
            let cases = Contender::differing(Some(a), Some(b)).and(alike);
            let tags = || space.union(&a.position.tags, &b.position.tags);
            let win = !cases.is_empty()
                && tags().is_some_and(|tags| {
                    !self.old.is_beaten_by_tags(a_rank, place, &tags)
                        && !self.new.is_beaten_by_tags(b_rank, place, &tags)
                });
            win.then_some((Pair { old: Some(a), new: Some(b) }, cases))
        });
        let here = [&old_here, &new_here].map(|here| here.iter().copied());
        let mut pairs = together.chain(self.alone_at(place, alike, here));
        pairs.any(|(pair, cases)| take(pair, cases))
    }
}
