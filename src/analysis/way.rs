//! From where to where: the rules of several configurations, by source and destination bucket.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::analysis::ObjectKind;
use crate::analysis::case::Case;
use crate::analysis::contest::{Contender, Effects, Field, Ranked, contenders};
use crate::analysis::space::Space;
use crate::dialect::Dialect;
use crate::engine::Part;
use crate::model::{BucketArn, EncryptionStatus, ReplicationConfiguration, ReplicationRule};

/// The rules of several configurations in one space.
#[derive(Debug)]
pub(crate) struct Ways<'a> {
    pub(super) space: Space<'a>,
    sides: Vec<Vec<Contender<'a>>>,
    dialect: Dialect,
}

/// The rules by which one configuration replicates to one bucket.
#[derive(Debug)]
pub(crate) struct Way<'s, 'a> {
    /// The number of the configuration.
    pub(crate) source: usize,
    pub(crate) bucket: &'a BucketArn,
    contenders: &'s [Contender<'a>],
    /// The positions of the rules whose replicas are under KMS, of versions that are not.
    encrypting: HashSet<usize>,
    standings: [OnceCell<Standing<'s, 'a>>; Case::COUNT],
    /// How many places the space has.
    places: usize,
}

/// Who wins at each place, in one case.
#[derive(Debug)]
pub(super) struct Standing<'s, 'a> {
    pub(super) field: Field<'s, 'a>,
    /// Where a rule stands, ascending.
    pub(super) places: Vec<usize>,
    /// Who wins at each of these.
    winners: Vec<Vec<Ranked<'s, 'a>>>,
    /// For every place of the space the innermost around it where a rule stands, by its number
    /// among these; where none does, the same rules match.
    innermost: Vec<Option<usize>>,
}

impl<'a> Ways<'a> {
    pub(crate) fn new(configurations: &[&'a ReplicationConfiguration], dialect: &Dialect) -> Self {
        let rules = configurations.iter().flat_map(|configuration| contenders(configuration));
        let space = Space::new(rules.map(|rule| &rule.filter));
        let mut effects = Effects::default();
        let sides = configurations
            .iter()
            .map(|configuration| Contender::all(configuration, dialect, &space, &mut effects));
        Self { sides: sides.collect(), space, dialect: dialect.clone() }
    }

    /// Returns the ways by which anything can go, by configuration and bucket.
    pub(crate) fn all(&self) -> Vec<Way<'_, 'a>> {
        let of_one_bucket = |a: &Contender<'_>, b: &Contender<'_>| a.bucket() == b.bucket();
        let sides = self.sides.iter().enumerate();
        let ways = sides.flat_map(|(source, side)| {
            side.chunk_by(of_one_bucket).filter_map(move |contenders| {
                let bucket = &contenders.first()?.rule.destination.bucket;
                let places = self.space.len();
                let standings = Default::default();
                let rules = contenders.iter().map(|one| one.rule);
                let encrypting = rules.filter(|rule| encrypts(rule, &self.dialect));
                let encrypting = encrypting.map(|rule| rule.position).collect();
                Some(Way { source, bucket, contenders, encrypting, standings, places })
            })
        });
        ways.collect()
    }
}

impl<'s, 'a> Way<'s, 'a> {
    /// Iterates over the rules, from the one that comes before all others.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        self.contenders.iter().map(|one| one.rule)
    }

    /// Returns true when the replicas that a rule makes of versions like these are under KMS.
    pub(super) fn arrives_under_kms(&self, rule: &ReplicationRule, case: Case) -> bool {
        case.object_kind() == ObjectKind::ObjectsUnderKms
            || self.encrypting.contains(&rule.position)
    }

    pub(super) fn standing(&self, case: Case) -> Option<&Standing<'s, 'a>> {
        let cell = self.standings.get(case as usize)?;
        Some(cell.get_or_init(|| Standing::new(Field::new(self.contenders, case), self.places)))
    }
}

/// Returns true when a rule puts under KMS what is not.
fn encrypts(rule: &ReplicationRule, dialect: &Dialect) -> bool {
    let mut version = Case::Object.version();
    version.key = rule.filter.key_prefix().as_str().as_bytes();
    version.tags = rule.filter.tags().into();
    match Part::of(rule, dialect, &version, Case::Object.event()) {
        Part::Replicates(replication) => {
            replication.replica().encryption.status().is_some_and(EncryptionStatus::is_kms)
        }
        Part::StaysOut | Part::Withholds => false,
    }
}

impl<'s, 'a> Standing<'s, 'a> {
    fn new(field: Field<'s, 'a>, all: usize) -> Self {
        let mut places: Vec<usize> = field.places().collect();
        places.sort_unstable();
        places.dedup();
        let mut winners: Vec<Vec<Ranked<'s, 'a>>> = Vec::new();
        winners.resize_with(places.len(), Vec::new);
        for (rank, one) in field.contenders() {
            let covered = one.position.places();
            let from = places.partition_point(|place| *place < covered.start);
            let until = places.partition_point(|place| *place < covered.end);
            for at in from..until {
                let (Some(here), Some(place)) = (winners.get_mut(at), places.get(at)) else {
                    continue;
                };
                // Behind one without tags nobody wins.
                let is_over = here.last().is_some_and(|(_, last)| last.position.tags.is_empty());
                if !is_over && !field.is_beaten_by_tags(rank, *place, &one.position.tags) {
                    here.push((rank, one));
                }
            }
        }
        // Sorted places come from the outermost to the innermost.
        let mut innermost = vec![None; all];
        let mut around: Vec<_> = field.contenders().map(|(_, one)| one.position.places()).collect();
        around.sort_unstable_by_key(|covered| covered.start);
        around.dedup();
        for (at, covered) in around.into_iter().enumerate() {
            innermost.get_mut(covered).into_iter().flatten().for_each(|place| *place = Some(at));
        }
        Self { field, places, winners, innermost }
    }

    /// Returns the rules that win something at a place, from the one that comes before all others.
    pub(super) fn at(&self, place: usize) -> &[Ranked<'s, 'a>] {
        let here = self.innermost.get(place).copied().flatten();
        here.and_then(|here| self.winners.get(here)).map_or(&[], Vec::as_slice)
    }
}
