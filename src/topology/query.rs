//! The links of a topology, and queries for objects that take them.
//!
//! Every finding about several buckets is a question of one form: is there an object that goes
//! along these links and not along those? The files beside this one only word such questions and
//! their answers. The search itself is [`JointSearch`].
//!
//! ```text
//! first.replicates(case), second.leaves(case)     an object that goes on one link and not on the other
//! search(queries)                                 the key, the tags and the rules of such an object
//! by_rule(cases)                                  one for each rule of the first link
//! ```
//!
//! An answer is an object, and no answer is a proof that there is none, unless the search gave up.

use std::collections::BTreeMap;

use crate::analysis::{Case, Constraint, JointSearch, ObjectKind, Route, Routes, Solution};
use crate::dialect::ReplicaKeyReading;
use crate::model::BucketArn;
use crate::topology::{Hop, Source, Topology};

/// The links of a topology, ready for queries.
///
/// Links are found by their ends and by their source, since findings walk from bucket to bucket.
pub(super) struct Queries<'s, 'a> {
    pub(super) topology: &'a Topology,
    routes: &'s Routes<'a>,
    /// The links, by source and destination.
    links: Vec<Link<'s, 'a>>,
    /// The indices of the links by their ends.
    by_ends: BTreeMap<(&'a BucketArn, &'a BucketArn), usize>,
    /// The index of the first link from each bucket; the others follow it.
    first_from: BTreeMap<&'a BucketArn, usize>,
}

/// A link from one bucket to another: the rules that replicate between them.
#[derive(Debug)]
pub(super) struct Link<'s, 'a> {
    /// The bucket with the rules.
    pub(super) from: &'a BucketArn,
    /// Their destination, which is another bucket.
    pub(super) to: &'a BucketArn,
    /// The rules, prepared for the search.
    pub(super) route: Route<'s, 'a>,
}

/// A constraint on an object, and the link that it is about.
#[derive(Clone, Copy)]
pub(super) struct Query<'w, 's, 'a> {
    link: &'w Link<'s, 'a>,
    /// The condition that the object has to meet.
    constraint: Constraint<'w, 's, 'a>,
    /// True if the object has to go along the link; false if it has to stay.
    goes: bool,
}

/// A kind of object that users write, and the encryption of its replica.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct WriteKind {
    /// The object as it is written.
    pub(super) case: Case,
    /// True if the replica is encrypted with SSE-KMS.
    pub(super) arrives_under_kms: bool,
}

/// The cases of objects that users write.
pub(super) const WRITTEN: [Case; 2] = [Case::Object, Case::ObjectUnderKms];

/// The evidence for a finding: the hops of an object, and the kinds of objects that behave alike.
#[derive(Clone)]
pub(super) struct Evidence<'a> {
    /// One hop for each query, in their order.
    pub(super) hops: Vec<Hop<'a>>,
    pub(super) object_kinds: Vec<ObjectKind>,
}

impl<'s, 'a> Queries<'s, 'a> {
    /// Prepares the links of all routes. `sources` are the buckets with configurations, by the
    /// number that a route has for its source.
    pub(super) fn new(
        topology: &'a Topology,
        sources: &[&'a Source],
        routes: &'s Routes<'a>,
    ) -> Self {
        let links = routes.all().into_iter().filter_map(|route| {
            let from = &sources.get(route.source)?.arn;
            // S3 refuses a bucket that is its own destination.
            (from != route.bucket).then_some(Link { from, to: route.bucket, route })
        });
        let links: Vec<Link<'s, 'a>> = links.collect();
        let by_ends = links.iter().enumerate().map(|(index, link)| ((link.from, link.to), index));
        let by_ends = by_ends.collect();
        // From the last to the first, so that the first of several entries for a bucket remains.
        let last_first = links.iter().enumerate().rev();
        let first_from = last_first.map(|(index, link)| (link.from, index)).collect();
        Self { topology, routes, links, by_ends, first_from }
    }

    /// Returns the routes.
    pub(super) const fn routes(&self) -> &'s Routes<'a> {
        self.routes
    }

    /// Returns the links, by source and destination.
    pub(super) fn links(&self) -> &[Link<'s, 'a>] {
        &self.links
    }

    /// Returns the link from one bucket to another, if there is one.
    pub(super) fn link(&self, from: &BucketArn, to: &BucketArn) -> Option<&Link<'s, 'a>> {
        self.links.get(*self.by_ends.get(&(from, to))?)
    }

    /// Iterates over the links from a bucket, by destination.
    pub(super) fn links_from(&self, from: &BucketArn) -> impl Iterator<Item = &Link<'s, 'a>> {
        let first = self.first_from.get(from).copied();
        let links = self.links.iter().skip(first.unwrap_or(self.links.len()));
        links.take_while(move |link| link.from == from)
    }

    /// Returns the kinds of objects that users write. Under the dialect of AWS a rule's KMS key is
    /// for objects that were encrypted with SSE-KMS before, so only other dialects let any other
    /// object arrive encrypted with SSE-KMS.
    pub(super) fn write_kinds(&self) -> impl Iterator<Item = WriteKind> + use<> {
        let kinds = [(Case::Object, false), (Case::Object, true), (Case::ObjectUnderKms, true)];
        let any_version = self.topology.dialect().replica_key() == ReplicaKeyReading::EveryVersion;
        let kinds = kinds
            .into_iter()
            .map(|(case, arrives_under_kms)| WriteKind { case, arrives_under_kms });
        kinds.filter(move |kind| {
            any_version || kind.arrives_under_kms == (kind.case == Case::ObjectUnderKms)
        })
    }

    /// Returns true when some object answers all queries.
    pub(super) fn any(&self, queries: &[Query<'_, 's, 'a>]) -> bool {
        self.search(queries).first().is_some()
    }

    /// Returns an object that answers all queries.
    ///
    /// The kinds of objects are left empty; the caller knows for which case it has asked.
    pub(super) fn first(&self, queries: &[Query<'_, 's, 'a>]) -> Option<Evidence<'a>> {
        self.search(queries).first().map(|solution| evidence(queries, &solution))
    }

    /// Returns evidence for each rule by which an object goes on the link of the first query, in the
    /// order of the document. Each of `cases` is a kind of object with its queries.
    pub(super) fn by_rule<'w, Q: AsRef<[Query<'w, 's, 'a>]>>(
        &self,
        cases: impl IntoIterator<Item = (ObjectKind, Q)>,
    ) -> impl Iterator<Item = Evidence<'a>>
    where
        's: 'w,
        'a: 'w,
    {
        let mut by_rule: BTreeMap<usize, Evidence<'a>> = BTreeMap::new();
        for (kind, queries) in cases {
            let queries = queries.as_ref();
            for solution in self.search(queries).by_rule() {
                let Some(Some(rule)) = solution.rules.first() else { continue };
                let entry = by_rule.entry(rule.position);
                let evidence = entry.or_insert_with(|| evidence(queries, &solution));
                if !evidence.object_kinds.contains(&kind) {
                    evidence.object_kinds.push(kind);
                }
            }
        }
        by_rule.into_values()
    }

    /// Returns a search for objects that answer all queries.
    fn search<'w>(&self, queries: &[Query<'w, 's, 'a>]) -> JointSearch<'w, 's, 'a> {
        let constraints: Vec<_> = queries.iter().map(|query| query.constraint).collect();
        JointSearch::new(self.routes, &constraints)
    }
}

/// Returns the hops of a solution. A hop without a rule is evidence that the object stays.
///
/// The kinds of objects are added by the caller.
fn evidence<'a>(queries: &[Query<'_, '_, 'a>], solution: &Solution<'a>) -> Evidence<'a> {
    let hops = queries.iter().zip(&solution.rules).zip(&solution.witnesses);
    let hops = hops.map(|((query, rule), witness)| Hop {
        source: query.link.from,
        destination: query.link.to,
        witness: witness.clone(),
        rule: rule.filter(|_| query.goes),
    });
    Evidence { hops: hops.collect(), object_kinds: Vec::new() }
}

impl Evidence<'_> {
    /// Describes the decision of one bucket about the object.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: a hop for each query")]
    pub(super) fn describe(&self, query: usize) -> String {
        self.hops[query].to_string()
    }
}

impl WriteKind {
    /// Returns the case of an object that is written with the encryption of the replica.
    ///
    /// A replica that would be replicated further is judged by its own encryption, not by that of
    /// its source.
    pub(super) const fn on_arrival(self) -> Case {
        if self.arrives_under_kms { Case::ObjectUnderKms } else { Case::Object }
    }

    /// Returns the case of a change to the metadata of the replica.
    pub(super) const fn modified(self) -> Case {
        if self.arrives_under_kms {
            Case::ReplicaModificationUnderKms
        } else {
            Case::ReplicaModification
        }
    }
}

impl<'s, 'a> Link<'s, 'a> {
    /// The object is replicated.
    pub(super) const fn replicates(&self, case: Case) -> Query<'_, 's, 'a> {
        Query { link: self, constraint: Constraint::goes(&self.route, case), goes: true }
    }

    /// The object is replicated, and its replica has the encryption of the kind.
    pub(super) const fn delivers(&self, kind: WriteKind) -> Query<'_, 's, 'a> {
        let constraint = Constraint::goes(&self.route, kind.case);
        let constraint = constraint.arriving_under_kms(kind.arrives_under_kms);
        Query { link: self, constraint, goes: true }
    }

    /// The object is not replicated.
    pub(super) const fn leaves(&self, case: Case) -> Query<'_, 's, 'a> {
        Query { link: self, constraint: Constraint::stays(&self.route, case), goes: false }
    }
}

impl Query<'_, '_, '_> {
    /// Asks about a second object with the same key and tags of its own.
    pub(super) const fn of_second_object(self) -> Self {
        Self { constraint: self.constraint.of_second_object(), ..self }
    }
}
