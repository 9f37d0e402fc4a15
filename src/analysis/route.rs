//! Routes: the rules of several configurations, by source and destination bucket.
//!
//! A route is the smallest unit of questions about several buckets: does an object of this source
//! go to that bucket, and by which rule. Which rules can win at a place is asked over and over with
//! different constraints, so each route keeps the answers once they are computed.
//!
//! ```text
//! configurations of photos and backup:
//!   photos ─▶ backup      route 0: rules `all`, `logs`
//!   backup ─▶ archive     route 1: rule `old`
//! ```
//!
//! The configurations share one key space. So a place means the same keys on every route, and an
//! object that is followed from bucket to bucket keeps its place.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;

use crate::analysis::ObjectKind;
use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::{Ranked, Ranking};
use crate::dialect::Dialect;
use crate::engine::RuleEffect;
use crate::keyspace::{Effort, GaveUp, KeySpace, Place, Prefixes, competing_rules, parents};
use crate::model::{BucketArn, EncryptionStatus, ReplicationConfiguration, ReplicationRule};

/// The rules of several configurations in one key space.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    pub(super) space: KeySpace<'a>,
    /// The competitors of each configuration. The order is that of the configurations that were
    /// given.
    competitors: Vec<Vec<Competitor<'a>>>,
    /// The dialect of all configurations: it decides the effects of rules, and which cases matter.
    dialect: Dialect,
    /// The effort that all searches together may still make.
    effort: RefCell<Effort>,
    /// True once a search gave up. An answer from the others is still certain, but there may be
    /// more.
    gave_up: Cell<bool>,
}

/// The rules by which one configuration replicates to one bucket.
#[derive(Debug)]
pub(crate) struct Route<'s, 'a> {
    /// The number of the configuration.
    pub(crate) source: usize,
    /// The destination bucket.
    pub(crate) bucket: &'a BucketArn,
    /// From the highest rank. Under a dialect with one winner over all buckets, rules for other
    /// buckets are among them.
    competitors: &'s [Competitor<'a>],
    /// The positions of the rules that encrypt replicas with SSE-KMS although the source version is
    /// not.
    encrypting: HashSet<usize>,
    /// Computed when first asked for: most searches ask about two or three of the cases.
    winners: [OnceCell<WinnersByPlace<'s, 'a>>; Case::COUNT],
    prefixes: &'s Prefixes<'a>,
}

/// The rules of a route that win objects at each place, in one case.
#[derive(Debug)]
pub(super) struct WinnersByPlace<'s, 'a> {
    /// All competitors of the route in the case, also those that win nothing.
    pub(super) ranking: Ranking<'s, 'a>,
    /// The places of the prefixes of competitors and of those that they exclude, ascending.
    pub(super) places: Vec<Place>,
    /// The innermost other of these places around each, by its index.
    outer: Vec<Option<usize>>,
    /// The winners at each of these places, from the highest rank: all rules that firm rules do not
    /// outrank on an object with just their own tags.
    winners: Vec<Vec<Ranked<'s, 'a>>>,
    prefixes: &'s Prefixes<'a>,
}

impl<'a> Routes<'a> {
    /// Creates the routes of some configurations. They share one key space, so that an object that
    /// goes from one bucket to the next keeps its place.
    pub(crate) fn new(configurations: &[&'a ReplicationConfiguration], dialect: &Dialect) -> Self {
        let rules = configurations.iter().flat_map(|configuration| competing_rules(configuration));
        let space = KeySpace::new(rules.map(|rule| &rule.filter));
        let mut classes = OutcomeClasses::default();
        let competitors = configurations
            .iter()
            .map(|configuration| Competitor::all(configuration, dialect, &space, &mut classes));
        Self {
            competitors: competitors.collect(),
            space,
            dialect: dialect.clone(),
            effort: RefCell::new(Effort::new()),
            gave_up: Cell::new(false),
        }
    }

    /// Lends some of the effort to a search. A search that gives up returns nothing, and is noted.
    ///
    /// A share is taken for the time of the search, and the rest of it is given back. So cheap
    /// searches leave the effort nearly as it is.
    pub(super) fn lend<R>(
        &self,
        search: impl FnOnce(&mut Effort) -> Result<R, GaveUp>,
    ) -> Option<R> {
        /// One hostile search leaves most of the effort to the others.
        const SHARES: usize = 32;
        let mut share = self.effort.borrow_mut().share(SHARES);
        let result = search(&mut share);
        self.effort.borrow_mut().take_back(&share);
        if result.is_err() {
            self.gave_up.set(true);
        }
        result.ok()
    }

    /// Returns true when a search gave up, so that some solutions may be missing.
    ///
    /// It is asked after all searches: an answer "there is none" is certain only if this is false.
    pub(crate) const fn gave_up(&self) -> bool {
        self.gave_up.get()
    }

    /// Returns the routes, by configuration and bucket.
    ///
    /// A configuration without rules that compete has no route.
    pub(crate) fn all(&self) -> Vec<Route<'_, 'a>> {
        let sides = self.competitors.iter().enumerate();
        let routes = sides.flat_map(|(source, side)| {
            Competitor::by_bucket(side).filter_map(move |competitors| {
                let rules = competitors.iter().map(|one| one.rule);
                let encrypting = rules.filter(|rule| encrypts(rule, &self.dialect));
                Some(Route {
                    source,
                    bucket: competitors.first()?.bucket_arn(),
                    competitors,
                    encrypting: encrypting.map(|rule| rule.position).collect(),
                    winners: Default::default(),
                    prefixes: self.space.prefixes(),
                })
            })
        });
        routes.collect()
    }
}

impl<'s, 'a> Route<'s, 'a> {
    /// Iterates over the rules, from the highest rank.
    ///
    /// A rule for which any tag is enough comes once for each of its tags.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        self.competitors.iter().map(|one| one.rule)
    }

    /// Returns true when a rule encrypts replicas of versions of a case with SSE-KMS.
    ///
    /// The replica of a version with SSE-KMS always is: S3 keeps the type of encryption of the
    /// source.
    pub(super) fn arrives_under_kms(&self, rule: &ReplicationRule, case: Case) -> bool {
        case.object_kind() == ObjectKind::ObjectsUnderKms
            || self.encrypting.contains(&rule.position)
    }

    /// Iterates over the places that answer for all others in a case.
    ///
    /// They are prefixes and excluded prefixes of the route. Between two of them the same rules
    /// match.
    pub(crate) fn places(&self, case: Case) -> impl Iterator<Item = Place> {
        self.winners(case).places.iter().copied()
    }

    /// Returns those of some places, ascending, whose keys can be replicated along the route.
    ///
    /// The places can be those of another route, so they are matched by region and not by number.
    /// Only the outermost places of this route are looked at: the others are inside them.
    pub(crate) fn places_where_it_goes(&self, case: Case, places: &[Place]) -> Vec<Place> {
        let winners = self.winners(case);
        let outermost = winners.places.iter().zip(&winners.outer);
        let outermost = outermost.filter(|(_, outer)| outer.is_none()).map(|(place, _)| *place);
        let inside = outermost.flat_map(|outermost| {
            let region = self.prefixes.region(outermost);
            let first = places.partition_point(|place| *place < outermost);
            let inside = places.iter().copied().skip(first);
            inside.take_while(move |place| region.contains(*place))
        });
        let goes = |place: &Place| {
            let mut winners = winners.at(*place).iter();
            winners.any(|one| one.competitor.replicates().has(case))
        };
        inside.filter(goes).collect()
    }

    /// Returns the winners in a case, which are computed when they are first asked for.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: a cell for each case")]
    pub(super) fn winners(&self, case: Case) -> &WinnersByPlace<'s, 'a> {
        self.winners[case as usize].get_or_init(|| {
            WinnersByPlace::new(Ranking::new(self.competitors, case), self.prefixes)
        })
    }
}

/// Returns true when a rule encrypts the replica of an unencrypted version with SSE-KMS.
fn encrypts(rule: &ReplicationRule, dialect: &Dialect) -> bool {
    let version = Case::Object.version_selected_by(&rule.filter);
    match RuleEffect::of(rule, dialect, &version, Case::Object.event()) {
        RuleEffect::Replicates(replication) => {
            replication.replica().encryption.status().is_some_and(EncryptionStatus::is_kms)
        }
        // Nothing is written, so nothing is encrypted.
        RuleEffect::DoesNotCompete | RuleEffect::Blocks => false,
    }
}

impl<'s, 'a> WinnersByPlace<'s, 'a> {
    /// Computes the winners at every place where they can change: at prefixes, and at holes.
    fn new(ranking: Ranking<'s, 'a>, prefixes: &'s Prefixes<'a>) -> Self {
        let mut places: Vec<Place> = ranking.iter().map(|ranked| ranked.place()).collect();
        places.extend_from_slice(ranking.holes());
        places.sort_unstable();
        places.dedup();
        let mut winners: Vec<Vec<Ranked<'s, 'a>>> = vec![Vec::new(); places.len()];
        // By rank, so that each list is sorted by rank too.
        for ranked in ranking.iter() {
            let selection = &ranked.competitor.selection;
            // The places of one region are consecutive, so a competitor is added along one range.
            let first = places.partition_point(|place| *place < selection.place());
            let inside = places.iter().enumerate().skip(first);
            for (index, place) in inside.take_while(|(_, place)| selection.keys.contains(**place)) {
                let Some(winners) = winners.get_mut(index) else { continue };
                // A rule that accepts any tags wins whatever is left, so no later rule wins anything.
                let is_decided =
                    winners.last().is_some_and(|last| last.competitor.selection.accepts_any_tags());
                if !is_decided
                    && selection.contains(*place)
                    && !ranking.is_outranked_by_tags(ranked.rank, *place, ranked.tags())
                {
                    winners.push(ranked);
                }
            }
        }
        let outer = parents(&places, |outer, inner| prefixes.region(*outer).contains(*inner));
        Self { ranking, places, outer, winners, prefixes }
    }

    /// Returns the rules that can win an object at a place, from the highest rank.
    ///
    /// Empty at a place outside all prefixes of the route.
    pub(super) fn at(&self, place: Place) -> &[Ranked<'s, 'a>] {
        // The same rules match as at the innermost known place around it, so the same rules win.
        let before = self.places.partition_point(|known| *known <= place).checked_sub(1);
        let outer = |index: &usize| self.outer.get(*index).copied().flatten();
        let mut around = std::iter::successors(before, outer);
        // The last known place before this one can be a sibling, whose region ends before it. Then
        // one of those around the sibling is the innermost.
        let innermost = around.find(|index| {
            let known = self.places.get(*index);
            known.is_some_and(|known| self.prefixes.region(*known).contains(place))
        });
        innermost.and_then(|index| self.winners.get(index)).map_or(&[], Vec::as_slice)
    }
}
