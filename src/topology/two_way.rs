//! Two buckets that replicate to each other: objects, delete markers and changes of metadata that go
//! one way only.
//!
//! Two buckets that replicate to each other are meant to hold the same. Four things break that,
//! each in a way that shows only after a failover: objects that go one way, delete markers that go
//! one way, and replica modification sync that is enabled on one side or on none.
//!
//! Every finding has an object as evidence, and asks about that very object in both directions: two
//! rules with different filters may both be right.
//!
//! | finding | one way | the other way |
//! | --- | --- | --- |
//! | `two-way-asymmetric` | the object goes | it stays |
//! | `delete-markers-one-way` | object and delete marker go | the object goes, its marker stays |
//! | `modification-sync-one-sided` | changes stay | changes go |
//! | `modification-sync-missing` | changes stay | changes stay |
//!
//! For all but the first, objects go both ways. The finding is about the bucket of the first
//! column, whose rule is to change.

use crate::analysis::{Case, ObjectKind};
use crate::model::{BucketName, ConfigurationVersion};
use crate::topology::query::{Link, Queries, WRITTEN, WriteKind};
use crate::topology::{Finding, FindingKind};

/// Adds the findings about each pair of buckets with links in both directions.
///
/// Each pair is visited twice, once from each side. The first two are asked only where some object
/// goes both ways: two buckets that exchange different objects are meant to.
pub(super) fn find<'a>(queries: &Queries<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for out in queries.links() {
        let Some(back) = queries.link(out.to, out.from) else { continue };
        let pair = Pair { queries, out, back };
        if goes_both_ways(queries, out, back) {
            pair.find_asymmetric(findings);
            pair.find_delete_markers(findings);
        }
        pair.find_sync_one_sided(findings);
        // Both directions report the same finding, so one of them is enough.
        if out.from < out.to {
            pair.find_sync_missing(findings);
        }
    }
}

/// Returns true when some object is replicated in both directions, wherever it is written. Two
/// buckets that exchange different objects are two one-way replications.
///
/// `graph` asks the same for its edges.
pub(super) fn goes_both_ways<'s, 'a>(
    queries: &Queries<'s, 'a>,
    out: &Link<'s, 'a>,
    back: &Link<'s, 'a>,
) -> bool {
    // One kind of object is enough.
    WRITTEN.into_iter().any(|case| queries.any(&[out.replicates(case), back.replicates(case)]))
}

/// A link and the one in the opposite direction. Findings are about the first.
///
/// Each finding is a method, which adds to the findings of all pairs.
struct Pair<'q, 's, 'a> {
    queries: &'q Queries<'s, 'a>,
    /// The link whose source the findings are about.
    out: &'q Link<'s, 'a>,
    /// The link in the opposite direction.
    back: &'q Link<'s, 'a>,
}

impl<'a> Pair<'_, '_, 'a> {
    /// Returns the names of the two buckets, the one that findings are about first.
    ///
    /// Messages call them `here` and `there`.
    fn names(&self) -> (&'a BucketName, &'a BucketName) {
        (self.out.from.name(), self.out.to.name())
    }

    /// Finds objects that are replicated in one direction only.
    ///
    /// One finding for each rule of the link that takes such an object.
    fn find_asymmetric(&self, findings: &mut Vec<Finding<'a>>) {
        let (out, back) = (self.out, self.back);
        let cases =
            WRITTEN.map(|case| (case.object_kind(), [out.replicates(case), back.leaves(case)]));
        let (here, there) = self.names();
        for evidence in self.queries.by_rule(cases) {
            let message =
                format!("{}, but `{there}` does not replicate it back", evidence.describe(0));
            let help = format!(
                "give `{there}` a rule for `{here}` that matches it too, or narrow this rule; until \
                 then an object written to `{there}`, for instance during a failover, stays there"
            );
            let kind = FindingKind::TwoWayAsymmetric;
            findings.push(Finding::new(kind, here, evidence, message, help));
        }
    }

    /// Finds keys whose objects are replicated in both directions, and whose delete markers in one.
    fn find_delete_markers(&self, findings: &mut Vec<Finding<'a>>) {
        let (out, back) = (self.out, self.back);
        // The object shows that the key is shared. The marker of the same key is asked about in
        // both directions.
        let marker = Case::DeleteMarker;
        let cases = WRITTEN.map(|case| {
            let queries = [
                // A delete marker has no tags, so it is another object with the same key.
                out.replicates(marker).of_second_object(),
                back.leaves(marker).of_second_object(),
                out.replicates(case),
                back.replicates(case),
            ];
            (ObjectKind::DeleteMarkers, queries)
        });
        let (here, there) = self.names();
        for evidence in self.queries.by_rule(cases) {
            let message = format!(
                "{}, but `{there}` does not replicate its own delete markers back, although objects \
                 with that key go both ways",
                evidence.describe(0)
            );
            let help = format!(
                "enable delete marker replication in a rule of `{there}` without tags; until then an \
                 object deleted in `{there}` remains in `{here}`"
            );
            let kind = FindingKind::DeleteMarkersOneWay;
            let finding = Finding::new(kind, here, evidence, message, help);
            findings.push(finding.at_field("DeleteMarkerReplication"));
        }
    }

    /// Finds objects that are replicated in both directions, and for whose replicas modification sync
    /// is enabled in the other direction only. The rule that lacks it is the one to change, and the
    /// changes that stay behind are those of the replica in its bucket.
    ///
    /// The replica in the bucket here came from there, so it has the encryption of the other
    /// direction: `there.modified()` is a change of it.
    fn find_sync_one_sided(&self, findings: &mut Vec<Finding<'a>>) {
        let (out, back) = (self.out, self.back);
        // Out goes the object that is written here, back the one that is written there.
        let cases = self.write_kinds().map(|(here, there)| {
            let queries = [
                out.delivers(here),
                out.leaves(there.modified()),
                back.delivers(there),
                back.replicates(here.modified()),
            ];
            (here.case.object_kind(), queries)
        });
        let (here, there) = self.names();
        for evidence in self.queries.by_rule(cases) {
            let message = format!(
                "replica modification sync is enabled from `{there}` to `{here}`, but not back: {}",
                evidence.describe(1)
            );
            let help = format!(
                "enable `ReplicaModifications` in this rule too: S3 requires it on both sides to \
                 replicate changes of tags, ACLs and locks made in `{here}` to replicas from \
                 `{there}`{}",
                self.migration(&[here])
            );
            let kind = FindingKind::ModificationSyncOneSided;
            let finding = Finding::new(kind, here, evidence, message, help);
            findings.push(finding.at_field("SourceSelectionCriteria"));
        }
    }

    /// Finds objects that are replicated in both directions, and for whose replicas modification sync
    /// is enabled in neither.
    ///
    /// Called for one order of the two buckets only, since the other one has the same objects.
    fn find_sync_missing(&self, findings: &mut Vec<Finding<'a>>) {
        let (out, back) = (self.out, self.back);
        let cases = self.write_kinds().map(|(here, there)| {
            let queries = [
                out.delivers(here),
                out.leaves(there.modified()),
                back.delivers(there),
                back.leaves(here.modified()),
            ];
            (here.case.object_kind(), queries)
        });
        let (here, there) = self.names();
        for evidence in self.queries.by_rule(cases) {
            let message = format!(
                "objects go both ways between `{here}` and `{there}`, but replica modification sync \
                 is enabled in neither direction: {}",
                evidence.describe(1)
            );
            let help = format!(
                "enable `ReplicaModifications` in both directions, so that changes of tags, ACLs and \
                 locks on a replica reach the other bucket{}",
                self.migration(&[here, there])
            );
            let kind = FindingKind::ModificationSyncMissing;
            let finding = Finding::new(kind, here, evidence, message, help);
            findings.push(finding.at_field("SourceSelectionCriteria"));
        }
    }

    /// Returns the kinds of objects that may be written on both sides: the same case, whose replicas
    /// may be encrypted differently.
    ///
    /// Without this, the sync of a replica under SSE-KMS would be asked about as that of one
    /// without.
    fn write_kinds(&self) -> impl Iterator<Item = (WriteKind, WriteKind)> {
        self.queries.write_kinds().flat_map(|here| {
            let there = self.queries.write_kinds().filter(move |there| there.case == here.case);
            there.map(move |there| (here, there))
        })
    }

    /// Returns the hint to migrate configurations that are in V1, which does not allow
    /// `ReplicaModifications` (REP-245).
    ///
    /// Empty if none of the buckets has such a configuration.
    fn migration(&self, buckets: &[&BucketName]) -> String {
        let is_v1 = |bucket: &BucketName| {
            let configuration = self.queries.topology.configuration(bucket);
            configuration.is_some_and(|one| one.version() == ConfigurationVersion::V1)
        };
        let old = buckets.iter().filter(|bucket| is_v1(bucket));
        let old: Vec<String> = old.map(|bucket| format!("`{bucket}`")).collect();
        if old.is_empty() {
            return String::new();
        }
        let old = old.join(" and ");
        format!("; V1 does not allow it: migrate the configuration of {old} to V2 first")
    }
}
