//! Routes: the rules of several configurations, by source and destination bucket.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::analysis::ObjectKind;
use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::{Ranked, Ranking};
use crate::dialect::Dialect;
use crate::engine::RuleEffect;
use crate::keyspace::{KeySpace, Place, competing_rules};
use crate::model::{BucketArn, EncryptionStatus, ReplicationConfiguration, ReplicationRule};

/// The rules of several configurations in one key space.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    pub(super) space: KeySpace<'a>,
    /// The competitors of each configuration.
    competitors: Vec<Vec<Competitor<'a>>>,
    dialect: Dialect,
}

/// The rules by which one configuration replicates to one bucket.
#[derive(Debug)]
pub(crate) struct Route<'s, 'a> {
    /// The number of the configuration.
    pub(crate) source: usize,
    pub(crate) bucket: &'a BucketArn,
    competitors: &'s [Competitor<'a>],
    /// The positions of the rules that encrypt replicas with SSE-KMS although the source version is
    /// not.
    encrypting: HashSet<usize>,
    /// Computed when first asked for: most searches ask about two or three of the cases.
    winners: [OnceCell<WinnersByPlace<'s, 'a>>; Case::COUNT],
    /// The number of places in the key space.
    places: usize,
}

/// The rules of a route that win objects at each place, in one case.
#[derive(Debug)]
pub(super) struct WinnersByPlace<'s, 'a> {
    pub(super) ranking: Ranking<'s, 'a>,
    /// The places of the prefixes of competitors, ascending.
    pub(super) places: Vec<Place>,
    /// The winners at each of these places, from the highest rank.
    winners: Vec<Vec<Ranked<'s, 'a>>>,
    /// For every place of the key space the innermost of `places` around it, by its index. The same
    /// rules match at both, so the same rules win.
    innermost: Vec<Option<usize>>,
}

impl<'a> Routes<'a> {
    pub(crate) fn new(configurations: &[&'a ReplicationConfiguration], dialect: &Dialect) -> Self {
        let rules = configurations.iter().flat_map(|configuration| competing_rules(configuration));
        let space = KeySpace::new(rules.map(|rule| &rule.filter));
        let mut classes = OutcomeClasses::default();
        let competitors = configurations
            .iter()
            .map(|configuration| Competitor::all(configuration, dialect, &space, &mut classes));
        Self { competitors: competitors.collect(), space, dialect: dialect.clone() }
    }

    /// Returns the routes, by configuration and bucket.
    pub(crate) fn all(&self) -> Vec<Route<'_, 'a>> {
        let sides = self.competitors.iter().enumerate();
        let routes = sides.flat_map(|(source, side)| {
            Competitor::by_bucket(side).filter_map(move |competitors| {
                let rules = competitors.iter().map(|one| one.rule);
                let encrypting = rules.filter(|rule| encrypts(rule, &self.dialect));
                Some(Route {
                    source,
                    bucket: &competitors.first()?.rule.destination.bucket,
                    competitors,
                    encrypting: encrypting.map(|rule| rule.position).collect(),
                    winners: Default::default(),
                    places: self.space.prefixes().len(),
                })
            })
        });
        routes.collect()
    }
}

impl<'s, 'a> Route<'s, 'a> {
    /// Iterates over the rules, from the highest rank.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        self.competitors.iter().map(|one| one.rule)
    }

    /// Returns true when a rule encrypts replicas of versions of a case with SSE-KMS.
    pub(super) fn arrives_under_kms(&self, rule: &ReplicationRule, case: Case) -> bool {
        case.object_kind() == ObjectKind::ObjectsUnderKms
            || self.encrypting.contains(&rule.position)
    }

    #[expect(clippy::indexing_slicing, reason = "INVARIANT: a cell for each case")]
    pub(super) fn winners(&self, case: Case) -> &WinnersByPlace<'s, 'a> {
        self.winners[case as usize]
            .get_or_init(|| WinnersByPlace::new(Ranking::new(self.competitors, case), self.places))
    }
}

/// Returns true when a rule encrypts the replica of an unencrypted version with SSE-KMS.
fn encrypts(rule: &ReplicationRule, dialect: &Dialect) -> bool {
    let version = Case::Object.version_selected_by(&rule.filter);
    match RuleEffect::of(rule, dialect, &version, Case::Object.event()) {
        RuleEffect::Replicates(replication) => {
            replication.replica().encryption.status().is_some_and(EncryptionStatus::is_kms)
        }
        RuleEffect::DoesNotCompete | RuleEffect::Blocks => false,
    }
}

impl<'s, 'a> WinnersByPlace<'s, 'a> {
    fn new(ranking: Ranking<'s, 'a>, all_places: usize) -> Self {
        let mut places: Vec<Place> = ranking.iter().map(|ranked| ranked.place()).collect();
        places.sort_unstable();
        places.dedup();
        let mut winners: Vec<Vec<Ranked<'s, 'a>>> = vec![Vec::new(); places.len()];
        // By rank, so that each list is sorted by rank too.
        for ranked in ranking.iter() {
            let region = ranked.competitor.selection.keys;
            let first = places.partition_point(|place| *place < region.outermost());
            let inside = places.iter().enumerate().skip(first);
            for (index, place) in inside.take_while(|(_, place)| region.contains(**place)) {
                let Some(winners) = winners.get_mut(index) else { continue };
                // A rule without tags wins whatever is left, so no later rule wins anything.
                let is_decided = winners.last().is_some_and(|last| last.tags().is_empty());
                if !is_decided && !ranking.is_outranked_by_tags(ranked.rank, *place, ranked.tags())
                {
                    winners.push(ranked);
                }
            }
        }
        let mut innermost = vec![None; all_places];
        let mut regions: Vec<_> =
            ranking.iter().map(|ranked| ranked.competitor.selection.keys).collect();
        regions.sort_unstable_by_key(|region| region.outermost());
        regions.dedup();
        // Sorted regions come from the outermost to the innermost, so the last one to cover a place
        // is the innermost around it. There is one for each of `places`.
        for (index, region) in regions.into_iter().enumerate() {
            for place in innermost.get_mut(region.places()).into_iter().flatten() {
                *place = Some(index);
            }
        }
        Self { ranking, places, winners, innermost }
    }

    /// Returns the rules that win an object at a place, from the highest rank.
    pub(super) fn at(&self, place: Place) -> &[Ranked<'s, 'a>] {
        let innermost = self.innermost.get(place).copied().flatten();
        innermost.and_then(|index| self.winners.get(index)).map_or(&[], Vec::as_slice)
    }
}
