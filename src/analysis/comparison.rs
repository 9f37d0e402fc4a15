//! The comparison of two configurations over all objects and events.

use std::collections::BTreeMap;

use crate::analysis::case::{Case, Cases};
use crate::analysis::competition::{Competitor, OutcomeClasses, Ranked, Ranking};
use crate::analysis::{ObjectKind, Witness};
use crate::dialect::Dialect;
use crate::keyspace::{KeySpace, Place, competing_rules, parents};
use crate::model::{BucketArn, ReplicationConfiguration, ReplicationRule};

/// A comparison of two configurations, or of one under two dialects, over every object version and
/// event.
///
/// # Examples
///
/// ```
/// use s3_replication::analysis::Comparison;
/// use s3_replication::{Dialect, Engine, ReplicationConfiguration};
///
/// /// Would it matter if AWS's tutorials were right about priorities?
/// fn depends_on_priority_order(configuration: &ReplicationConfiguration) -> bool {
///     let readings = Comparison::new(configuration, configuration)
///         .with_dialects(Dialect::AWS, Dialect::AWS_TUTORIAL);
///     !readings.is_equivalent()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    old: &'a ReplicationConfiguration,
    new: &'a ReplicationConfiguration,
    old_dialect: Dialect,
    new_dialect: Dialect,
}

/// A difference between two configurations, for one destination bucket and the two rules that win
/// it.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    bucket: &'a BucketArn,
    old: Option<&'a ReplicationRule>,
    new: Option<&'a ReplicationRule>,
    // INVARIANT: not empty.
    cases: Cases,
    /// Begins no prefix of either configuration.
    outside: char,
}

impl<'a> Difference<'a> {
    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'a BucketArn {
        self.bucket
    }

    /// Returns the rule of the old configuration that wins the bucket; `None` when no rule competes
    /// for it. The winner need not replicate: it may leave delete markers behind.
    #[must_use]
    pub const fn old_rule(&self) -> Option<&'a ReplicationRule> {
        self.old
    }

    /// Returns the rule of the new configuration that wins the bucket; `None` when no rule competes
    /// for it.
    #[must_use]
    pub const fn new_rule(&self) -> Option<&'a ReplicationRule> {
        self.new
    }

    /// Returns the kinds of objects about which the configurations differ, the most common first.
    #[must_use]
    pub fn object_kinds(&self) -> Vec<ObjectKind> {
        let mut kinds: Vec<ObjectKind> = self.cases.iter().map(Case::object_kind).collect();
        kinds.dedup();
        kinds
    }

    /// Returns an object that the two configurations replicate to the bucket differently.
    #[must_use]
    pub fn witness(&self) -> Witness {
        let case = self.cases.iter().next().unwrap_or(Case::Object);
        self.witness_in(case)
    }

    /// Returns such an object of each [kind](Self::object_kinds), in their order. Objects of two kinds
    /// can differ in different ways: a rule may name a KMS key, for instance.
    #[must_use]
    pub fn witnesses(&self) -> Vec<(ObjectKind, Witness)> {
        let mut cases: Vec<Case> = self.cases.iter().collect();
        cases.dedup_by_key(|case| case.object_kind());
        cases.into_iter().map(|case| (case.object_kind(), self.witness_in(case))).collect()
    }

    fn witness_in(&self, case: Case) -> Witness {
        let rules = [self.old, self.new].into_iter().flatten();
        Witness::least(rules.map(|rule| &rule.filter), self.outside, case)
    }

    /// Makes a difference of a pair; two absent rules do not differ.
    fn new(Pair { old, new }: Pair<'_, 'a>, cases: Cases, outside: char) -> Option<Self> {
        debug_assert!(!cases.is_empty(), "INVARIANT: a pair differs in some case");
        let bucket = &old.or(new)?.rule.destination.bucket;
        let rule = |competitor: &Competitor<'a>| competitor.rule;
        Some(Self { bucket, old: old.map(rule), new: new.map(rule), cases, outside })
    }
}

impl<'a> Comparison<'a> {
    /// Compares two configurations under the dialect of AWS.
    #[must_use]
    pub const fn new(old: &'a ReplicationConfiguration, new: &'a ReplicationConfiguration) -> Self {
        Self { old, new, old_dialect: Dialect::AWS, new_dialect: Dialect::AWS }
    }

    /// Compares the old configuration under one dialect and the new one under another.
    #[must_use]
    pub fn with_dialects(self, old: Dialect, new: Dialect) -> Self {
        Self { old_dialect: old, new_dialect: new, ..self }
    }

    /// Returns true when both make the same decision for every object version and event.
    #[must_use]
    pub fn is_equivalent(&self) -> bool {
        self.first_difference().is_none()
    }

    /// Returns the first difference found; `None` proves that the two are equivalent.
    ///
    /// The search stops there, so the difference may hold for more kinds of objects than it names.
    #[must_use]
    pub fn first_difference(&self) -> Option<Difference<'a>> {
        self.search(Extent::First).pop()
    }

    /// Returns all differences: for each destination bucket every pair of an old and a new rule that
    /// win the same object and treat it differently. An empty list proves that the two are
    /// equivalent.
    ///
    /// Differences are sorted by bucket, then by the positions of the rules; absent rules come first.
    /// There can be as many as pairs of rules, so a witness is made only when it is asked for.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference<'a>> {
        self.search(Extent::All)
    }

    fn search(&self, extent: Extent) -> Vec<Difference<'a>> {
        let rules = competing_rules(self.old).chain(competing_rules(self.new));
        let space = KeySpace::new(rules.map(|rule| &rule.filter));
        let outside = space.prefixes().outside();
        let mut classes = OutcomeClasses::default();
        let old = Competitor::all(self.old, &self.old_dialect, &space, &mut classes);
        let new = Competitor::all(self.new, &self.new_dialect, &space, &mut classes);
        let mut differences = Vec::new();
        for bucket in Bucket::all(&old, &new) {
            let pairs = bucket.differing_pairs(&space, extent).into_values();
            let found = pairs.filter_map(|(pair, cases)| Difference::new(pair, cases, outside));
            differences.extend(found);
            if extent == Extent::First && !differences.is_empty() {
                break;
            }
        }
        differences
    }
}

/// The extent of a search.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Extent {
    /// Up to the first difference.
    First,
    /// All differences.
    All,
}

/// The competitors for one destination bucket in both configurations.
#[derive(Debug)]
struct Bucket<'s, 'a> {
    old: &'s [Competitor<'a>],
    new: &'s [Competitor<'a>],
}

/// The rules that win the same object in the old and in the new configuration.
#[derive(Clone, Copy, Debug)]
struct Pair<'s, 'a> {
    old: Option<&'s Competitor<'a>>,
    new: Option<&'s Competitor<'a>>,
}

/// The pairs found so far, by the positions of their rules, with the cases in which they differ.
type Pairs<'s, 'a> = BTreeMap<(Option<usize>, Option<usize>), (Pair<'s, 'a>, Cases)>;

impl<'s, 'a> Bucket<'s, 'a> {
    /// Returns the buckets of both sides, sorted.
    fn all(old: &'s [Competitor<'a>], new: &'s [Competitor<'a>]) -> impl Iterator<Item = Self> {
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

    /// Returns the pairs that win the same object and treat it differently.
    fn differing_pairs(&self, space: &KeySpace<'_>, extent: Extent) -> Pairs<'s, 'a> {
        let mut pairs = Pairs::new();
        for (case, cases) in self.case_groups() {
            let rankings =
                Rankings { old: Ranking::new(self.old, case), new: Ranking::new(self.new, case) };
            rankings.find_pairs(space, cases, extent, &mut pairs);
            if extent == Extent::First && !pairs.is_empty() {
                break;
            }
        }
        pairs
    }

    /// Groups the cases in which the same rules compete, each group with its first case. In such a
    /// group the same rules win, so one search answers for all its cases.
    fn case_groups(&self) -> Vec<(Case, Cases)> {
        let mut groups: Vec<(Case, Cases)> = Vec::new();
        for case in Case::ALL {
            let has_same_competitors = |other: Case| {
                let mut competitors = self.old.iter().chain(self.new);
                competitors.all(|one| one.competes.has(case) == one.competes.has(other))
            };
            match groups.iter_mut().find(|(first, _)| has_same_competitors(*first)) {
                Some((_, cases)) => cases.add(case),
                None => groups.push((case, Cases::from(case))),
            }
        }
        groups
    }
}

/// Both rankings for a bucket, in a group of cases in which the same rules compete.
struct Rankings<'s, 'a> {
    old: Ranking<'s, 'a>,
    new: Ranking<'s, 'a>,
}

impl<'s, 'a> Rankings<'s, 'a> {
    /// Adds the pairs of rules that win the same object and have different outcomes in one of `cases`.
    ///
    /// Two rules win the same object if and only if they win the least object that both match: its
    /// key is the longer of their prefixes, its tags are the union of theirs. A rule that outranks
    /// one of them there matches every other common object as well. So each pair is looked for at
    /// one place, that of its longer prefix. For a rule that wins against no rule of the other side,
    /// the least object that it matches itself decides, by the same argument.
    fn find_pairs(
        &self,
        space: &KeySpace<'_>,
        cases: Cases,
        extent: Extent,
        pairs: &mut Pairs<'s, 'a>,
    ) {
        for (place, outcomes_differ) in self.places(cases) {
            // Adds a pair, and returns true when the search is over.
            let mut add = |pair: Pair<'s, 'a>, cases| {
                let position = |one: Option<&Competitor<'_>>| one.map(|one| one.rule.position);
                let entry = pairs.entry((position(pair.old), position(pair.new)));
                entry.or_insert((pair, Cases::NONE)).1.add_all(cases);
                extent == Extent::First
            };
            let is_over = if outcomes_differ {
                self.add_pairs_at(place, space, cases, add)
            } else {
                // All rules that match here have one outcome, so only the absence of any rule can
                // make a difference. The winners need not be identified, which saves most of the work
                // where a thousand rules do the same.
                let here = [&self.old, &self.new].map(|ranking| ranking.at(place));
                let mut alone = self.unopposed(place, cases, here);
                alone.any(|(pair, cases)| self.wins(place, pair) && add(pair, cases))
            };
            if is_over {
                return;
            }
        }
    }

    /// Returns the places of the prefixes of both sides, each with whether two rules that match its
    /// keys have different outcomes in one of `cases`.
    fn places(&self, cases: Cases) -> BTreeMap<Place, bool> {
        let competitors = self.old.iter().chain(self.new.iter()).map(|ranked| ranked.competitor);
        let mut competitors: Vec<&Competitor<'_>> = competitors.collect();
        competitors.sort_unstable_by_key(|one| one.selection.place());
        let outer = parents(&competitors, |outer, inner| {
            outer.selection.keys.contains(inner.selection.place())
        });
        // Whether the outcomes differ, by competitor: if those around it have one outcome, comparing
        // it with the innermost of them is enough.
        let mut differ: Vec<bool> = Vec::with_capacity(competitors.len());
        let mut places = BTreeMap::new();
        for (one, outer) in competitors.iter().zip(outer) {
            let outer = outer.and_then(|at| Some((competitors.get(at)?, differ.get(at)?)));
            let outcomes_differ = outer.is_some_and(|(outer, differ)| {
                *differ || Competitor::differing(Some(outer), Some(one)).intersects(cases)
            });
            differ.push(outcomes_differ);
            places.insert(one.selection.place(), outcomes_differ);
        }
        places
    }

    /// Returns true when the rules of a pair win the object with just their tags at a place.
    fn wins(&self, place: Place, Pair { old, new }: Pair<'s, 'a>) -> bool {
        [(old, &self.old), (new, &self.new)].into_iter().all(|(one, ranking)| {
            one.is_none_or(|one| {
                ranking.winner(place, &one.selection.tags).is_some_and(|winner| winner.is(one))
            })
        })
    }

    /// Returns those of the rules with the prefix of a place whose least object no rule of the other
    /// side matches.
    fn unopposed(
        &self,
        place: Place,
        cases: Cases,
        [old_here, new_here]: [impl Iterator<Item = Ranked<'s, 'a>>; 2],
    ) -> impl Iterator<Item = (Pair<'s, 'a>, Cases)> {
        let unopposed = move |ranked: &Ranked<'s, 'a>, others: &Ranking<'s, 'a>| {
            let cases = ranked.competitor.replicates().and(cases);
            let is_alone = !cases.is_empty() && !others.is_won(place, ranked.tags());
            is_alone.then_some(cases)
        };
        let old = old_here.filter_map(move |old| {
            let cases = unopposed(&old, &self.new)?;
            Some((Pair { old: Some(old.competitor), new: None }, cases))
        });
        let new = new_here.filter_map(move |new| {
            let cases = unopposed(&new, &self.old)?;
            Some((Pair { old: None, new: Some(new.competitor) }, cases))
        });
        old.chain(new)
    }

    /// Gives `add` the pairs whose longer prefix is that of a place, until it returns true; returns
    /// true if `add` did.
    fn add_pairs_at(
        &self,
        place: Place,
        space: &KeySpace<'_>,
        cases: Cases,
        mut add: impl FnMut(Pair<'s, 'a>, Cases) -> bool,
    ) -> bool {
        let has_prefix = |ranked: &Ranked<'s, 'a>| ranked.place() == place;
        let (old, new) = (self.old.winners(place), self.new.winners(place));
        let (old_here, old_above): (Vec<_>, Vec<_>) = old.into_iter().partition(has_prefix);
        let (new_here, new_above): (Vec<_>, Vec<_>) = new.into_iter().partition(has_prefix);
        // One of a pair has the prefix of the place; two shorter prefixes meet at another place.
        let all_new = || new_here.iter().chain(&new_above);
        let old_at_place = old_here.iter().flat_map(|old| all_new().map(move |new| (old, new)));
        let new_at_place =
            old_above.iter().flat_map(|old| new_here.iter().map(move |new| (old, new)));
        let together = old_at_place.chain(new_at_place).filter_map(|(old, new)| {
            let pair = Pair { old: Some(old.competitor), new: Some(new.competitor) };
            let cases = Competitor::differing(pair.old, pair.new).and(cases);
            let both_win = || {
                // Winners of a place outrank all rules without tags there, so only rules with tags
                // can outrank them now.
                space.tags().union(old.tags(), new.tags()).is_some_and(|tags| {
                    !self.old.is_outranked_by_tags(old.rank, place, &tags)
                        && !self.new.is_outranked_by_tags(new.rank, place, &tags)
                })
            };
            (!cases.is_empty() && both_win()).then_some((pair, cases))
        });
        let here = [&old_here, &new_here].map(|here| here.iter().copied());
        let mut pairs = together.chain(self.unopposed(place, cases, here));
        pairs.any(|(pair, cases)| add(pair, cases))
    }
}
