//! Three buckets: objects and changes of metadata that do not go on to the third, and keys that
//! come to it from two sources.
//!
//! Each finding asks whether one object answers several queries at once: it goes on one link, goes
//! on another, and does not go on a third. The first query of a case is the one whose rule the
//! finding is about, since [`Queries::by_rule`] groups by it.
//!
//! ```text
//! replica chain                photos ─▶ backup ─▶ archive      objects stop in backup
//! sync without version         the same, and changes of metadata go on to archive
//! keys of two sources          photos ─▶ archive ◀─ videos      both write the key `a`
//! ```

use crate::model::Event;
use crate::topology::query::{Evidence, Link, Queries, WRITTEN};
use crate::topology::{Finding, FindingKind};

/// Adds the findings about two links in a row, and about two links to one bucket.
///
/// | links | buckets | question |
/// | --- | --- | --- |
/// | first, second | a third bucket at the end | a chain, or changes without a version |
/// | one, other | one destination | keys of two sources |
///
/// Links that lead back to the first bucket are for `two_way`.
pub(super) fn find<'a>(queries: &Queries<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for first in queries.links() {
        for second in queries.links_from(first.to) {
            if second.to != first.from {
                find_replica_chain(queries, first, second, findings);
            }
            if first.from != second.to {
                find_sync_without_version(queries, first, second, findings);
            }
        }
    }
    // Each pair of links once, whichever comes first.
    for (index, one) in queries.links().iter().enumerate() {
        for other in queries.links().iter().skip(index + 1).filter(|other| other.to == one.to) {
            find_keys_of_two_sources(queries, one, other, findings);
        }
    }
}

/// Finds objects whose replicas would go on from the second bucket to the third if they had been
/// written there, and that do not go to the third bucket directly.
fn find_replica_chain<'s, 'a>(
    queries: &Queries<'s, 'a>,
    first: &Link<'s, 'a>,
    second: &Link<'s, 'a>,
    findings: &mut Vec<Finding<'a>>,
) {
    let direct = queries.link(first.from, second.to);
    let cases = queries.write_kinds().map(|kind| {
        // The kind on arrival matters: the replica may be encrypted with SSE-KMS although its
        // source is not, and rules for the next bucket select it by that.
        let mut chain = vec![first.delivers(kind), second.replicates(kind.on_arrival())];
        // An object that also goes to the third bucket directly misses nothing there.
        chain.extend(direct.map(|direct| direct.leaves(kind.case)));
        (kind.case.object_kind(), chain)
    });
    let (from, between, to) = (first.from.name(), second.from.name(), second.to.name());
    for evidence in queries.by_rule(cases) {
        let message = format!(
            "{}, but the replica is not replicated to `{to}`: live replication does not replicate \
             replicas",
            evidence.describe(0)
        );
        // Help that names Batch Replication must be true for this object: it does not replicate
        // archived replicas.
        let batch = if batch_goes_on(queries, &evidence) {
            format!(
                ", or run S3 Batch Replication in `{between}` regularly; it also replicates replicas"
            )
        } else {
            format!("; S3 Batch Replication in `{between}` does not replicate this replica either")
        };
        let help = format!("add a rule for `{to}` to `{from}`{batch}");
        let kind = FindingKind::ReplicaChain;
        findings.push(Finding::new(kind, from, evidence, message, help));
    }
}

/// Returns true when a batch job in the second bucket would replicate the replica to the last one. It
/// does not where the replica is archived.
///
/// The original is decided about again, to see how its replica is stored; then a batch job decides
/// about the replica.
fn batch_goes_on(queries: &Queries<'_, '_>, evidence: &Evidence<'_>) -> bool {
    let [first, second, ..] = evidence.hops.as_slice() else { return false };
    let version = first.witness.version();
    let arrivals = queries.topology.replicas(first.source, &version, Event::ObjectCreatedPut);
    arrivals.iter().filter(|arrival| arrival.bucket() == first.destination).any(|arrival| {
        let replica = arrival.version_of(&version);
        let next = queries.topology.replicas(second.source, &replica, Event::BatchReplication);
        next.iter().any(|arrival| arrival.bucket() == second.destination)
    })
}

/// Finds replicas whose changes of metadata go on to a bucket that never received the object.
///
/// Such a change fails at the third bucket, which has no version to change. A direct link from the
/// first bucket to the third brings the version there, and then there is no finding.
fn find_sync_without_version<'s, 'a>(
    queries: &Queries<'s, 'a>,
    first: &Link<'s, 'a>,
    second: &Link<'s, 'a>,
    findings: &mut Vec<Finding<'a>>,
) {
    let direct = queries.link(first.from, second.to);
    let cases = queries.write_kinds().map(|kind| {
        // The second link comes first here, because the finding is about its rule.
        let mut chain = vec![second.replicates(kind.modified()), first.delivers(kind)];
        chain.extend(direct.map(|direct| direct.leaves(kind.case)));
        (kind.case.object_kind(), chain)
    });
    let (from, between, to) = (first.from.name(), second.from.name(), second.to.name());
    for evidence in queries.by_rule(cases) {
        let message = format!(
            "replica modification sync sends changes to replicas from `{from}` on to `{to}`, which \
             never received the version: {}",
            evidence.describe(0)
        );
        let help = format!(
            "let `{from}` replicate to `{to}` as well, or bring the replicas there by Batch \
             Replication first; until then the changes fail with `DstVersionNotFound`, and the \
             replica in `{between}` shows `FAILED`"
        );
        let kind = FindingKind::ModificationSyncWithoutVersion;
        let finding = Finding::new(kind, between, evidence, message, help);
        findings.push(finding.at_field("SourceSelectionCriteria"));
    }
}

/// Finds keys that two buckets replicate to a third one. If the two replicate them to each other as
/// well, all three hold the same, which is what was intended.
///
/// The two objects have one key and tags of their own, since each source has its own object. Of two
/// written at both sources, the one created last is current in the third bucket.
fn find_keys_of_two_sources<'s, 'a>(
    queries: &Queries<'s, 'a>,
    one: &Link<'s, 'a>,
    other: &Link<'s, 'a>,
    findings: &mut Vec<Finding<'a>>,
) {
    // Links in both directions are not enough: the common key must itself go across, so each
    // direction is asked about with the same key.
    let across = queries.link(one.from, other.from).zip(queries.link(other.from, one.from));
    let mut cases = Vec::new();
    for (case, other_case) in WRITTEN.into_iter().flat_map(|one| WRITTEN.map(|other| (one, other)))
    {
        let both = vec![one.replicates(case), other.replicates(other_case).of_second_object()];
        // Without links in both directions the two cannot hold the same, so every common key is a
        // finding.
        let Some((there, back)) = across else {
            cases.push((case.object_kind(), both));
            continue;
        };
        // One direction that does not take the key is enough for the two to differ.
        for apart in [there.leaves(case), back.leaves(other_case).of_second_object()] {
            let queries = both.iter().copied().chain([apart]).collect();
            cases.push((case.object_kind(), queries));
        }
    }
    let (first, second, to) = (one.from.name(), other.from.name(), one.to.name());
    for evidence in queries.by_rule(cases) {
        // Both objects have it.
        let key = evidence.hops.first().map_or("", |hop| hop.witness.key());
        let message = format!(
            "`{first}` and `{second}` both replicate the key `{key}` to `{to}`, where the versions \
             of both become versions of one object and the one created last is current"
        );
        let help = "give the two buckets separate prefixes or destination buckets, or let them \
                    replicate to each other as well, so that all three hold the same";
        let kind = FindingKind::KeysOfTwoSources;
        findings.push(Finding::new(kind, first, evidence, message, help));
    }
}
