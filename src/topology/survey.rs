//! The links of a topology, and the search for objects that take them.

use std::collections::BTreeMap;

use crate::analysis::{Case, Condition, Found, Joint, ObjectKind, Way, Ways};
use crate::dialect::ReplicaKeyReading;
use crate::model::BucketArn;
use crate::topology::{Hop, Source, Topology};

/// Everything that the findings are made from.
pub(super) struct Survey<'s, 'a> {
    pub(super) topology: &'a Topology,
    ways: &'s Ways<'a>,
    links: Vec<Link<'s, 'a>>,
    /// The links by source and destination.
    between: BTreeMap<(&'a BucketArn, &'a BucketArn), usize>,
}

/// From one bucket to another.
#[derive(Debug)]
pub(super) struct Link<'s, 'a> {
    pub(super) from: &'a BucketArn,
    pub(super) to: &'a BucketArn,
    pub(super) way: Way<'s, 'a>,
}

/// A condition, and the link that it is about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'w, 's, 'a> {
    link: &'w Link<'s, 'a>,
    condition: Condition<'w, 's, 'a>,
    goes: bool,
}

/// A kind of object that is written, and how its replica arrives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Written {
    /// What is written.
    pub(super) case: Case,
    /// Whether the replica is under KMS.
    pub(super) arrives_under_kms: bool,
}

/// What was found by one rule.
#[derive(Clone)]
pub(super) struct Seen<'a> {
    pub(super) hops: Vec<Hop<'a>>,
    pub(super) object_kinds: Vec<ObjectKind>,
}

impl<'s, 'a> Survey<'s, 'a> {
    pub(super) fn new(topology: &'a Topology, sources: &[&'a Source], ways: &'s Ways<'a>) -> Self {
        let links = ways.all().into_iter().filter_map(|way| {
            let from = &sources.get(way.source)?.arn;
            // A bucket that is its own destination is refused.
            (from != way.bucket).then_some(Link { from, to: way.bucket, way })
        });
        let links: Vec<Link<'s, 'a>> = links.collect();
        let between = links.iter().enumerate().map(|(at, link)| ((link.from, link.to), at));
        Self { topology, ways, between: between.collect(), links }
    }

    pub(super) fn links(&self) -> &[Link<'s, 'a>] {
        &self.links
    }

    pub(super) fn link(&self, from: &BucketArn, to: &BucketArn) -> Option<&Link<'s, 'a>> {
        self.links.get(*self.between.get(&(from, to))?)
    }

    /// Iterates over the links from a bucket, by destination.
    pub(super) fn links_from(&self, from: &BucketArn) -> impl Iterator<Item = &Link<'s, 'a>> {
        let first =
            self.links.iter().position(|link| link.from == from).unwrap_or(self.links.len());
        self.links.iter().skip(first).take_while(move |link| link.from == from)
    }

    /// Returns what versions can be, and how their replicas may arrive.
    pub(super) fn written(&self) -> impl Iterator<Item = Written> + use<> {
        let kinds = [(Case::Object, false), (Case::Object, true), (Case::ObjectUnderKms, true)];
        let every = self.topology.dialect().replica_key() == ReplicaKeyReading::EveryVersion;
        let kinds =
            kinds.into_iter().map(|(case, arrives_under_kms)| Written { case, arrives_under_kms });
        kinds.filter(move |kind| every || kind.arrives_under_kms == (kind.case != Case::Object))
    }

    /// Returns true when some object meets all conditions.
    pub(super) fn any(&self, asked: &[Asked<'_, 's, 'a>]) -> bool {
        self.joint(asked, |joint| joint.first()).is_some()
    }

    /// Returns an object that meets all conditions.
    pub(super) fn first(&self, asked: &[Asked<'_, 's, 'a>]) -> Option<Seen<'a>> {
        self.joint(asked, |joint| joint.first()).map(|found| seen(asked, &found))
    }

    /// Adds an object for each rule that wins one of them by the first condition, in the order of
    /// the document.
    pub(super) fn by_rule(
        &self,
        asked: &[Asked<'_, 's, 'a>],
        kind: ObjectKind,
        all: &mut BTreeMap<usize, Seen<'a>>,
    ) {
        for found in self.joint(asked, |joint| joint.by_rule()) {
            let Some(Some(rule)) = found.rules.first() else { continue };
            let seen = all.entry(rule.position).or_insert_with(|| seen(asked, &found));
            if !seen.object_kinds.contains(&kind) {
                seen.object_kinds.push(kind);
            }
        }
    }

    fn joint<T>(
        &self,
        asked: &[Asked<'_, 's, 'a>],
        search: impl FnOnce(Joint<'_, '_, 's, 'a>) -> T,
    ) -> T {
        let conditions: Vec<Condition<'_, 's, 'a>> =
            asked.iter().map(|asked| asked.condition).collect();
        search(Joint::new(self.ways, &conditions))
    }
}

/// Says what every bucket does about what was found.
fn seen<'a>(asked: &[Asked<'_, '_, 'a>], found: &Found<'a>) -> Seen<'a> {
    let hops = asked.iter().zip(&found.rules).zip(&found.witnesses);
    let hops = hops.map(|((asked, rule), witness)| Hop {
        source: asked.link.from,
        destination: asked.link.to,
        witness: witness.clone(),
        rule: rule.filter(|_| asked.goes),
    });
    Seen { hops: hops.collect(), object_kinds: Vec::new() }
}

impl Seen<'_> {
    /// Says what one bucket does about the object.
    pub(super) fn told(&self, at: usize) -> String {
        self.hops.get(at).map(ToString::to_string).unwrap_or_default()
    }
}

impl Written {
    /// Returns what a version is when it is written as the replica is.
    pub(super) const fn on_arrival(self) -> Case {
        if self.arrives_under_kms { Case::ObjectUnderKms } else { Case::Object }
    }

    /// Returns what a change of the metadata of the replica is.
    pub(super) const fn modified(self) -> Case {
        if self.arrives_under_kms {
            Case::ReplicaModificationUnderKms
        } else {
            Case::ReplicaModification
        }
    }
}

impl<'s, 'a> Link<'s, 'a> {
    /// The object goes.
    pub(super) const fn takes(&self, case: Case) -> Asked<'_, 's, 'a> {
        Asked { link: self, condition: Condition::goes(&self.way, case), goes: true }
    }

    /// The object goes and arrives like this.
    pub(super) const fn brings(&self, written: Written) -> Asked<'_, 's, 'a> {
        let condition = Condition::goes(&self.way, written.case);
        Asked { link: self, condition: condition.arriving(written.arrives_under_kms), goes: true }
    }

    /// The object does not go.
    pub(super) const fn leaves(&self, case: Case) -> Asked<'_, 's, 'a> {
        Asked { link: self, condition: Condition::stays(&self.way, case), goes: false }
    }
}

impl Asked<'_, '_, '_> {
    /// Asks about another object of the same key.
    pub(super) const fn of_another(self) -> Self {
        Self { condition: self.condition.of_object(1), ..self }
    }
}
