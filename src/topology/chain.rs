//! Chains: what somebody may expect two hops away.

use std::collections::BTreeMap;

use crate::model::Event;
use crate::topology::survey::{Asked, Link, Seen, Survey};
use crate::topology::{Finding, FindingKind};

/// Finds objects that go to a bucket from which they would go on, had they been written there, and
/// that do not go to the last bucket directly.
pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for first in survey.links() {
        for on in survey.links_from(first.to).filter(|on| on.to != first.from) {
            find_on(survey, (first, on), findings);
        }
    }
}

fn find_on<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (first, on): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let direct = survey.link(first.from, on.to);
    let mut all = BTreeMap::new();
    for written in survey.written() {
        let mut asked: Vec<Asked<'_, 's, 'a>> =
            vec![first.brings(written), on.takes(written.on_arrival())];
        asked.extend(direct.map(|direct| direct.leaves(written.case)));
        survey.by_rule(&asked, written.case.object_kind(), &mut all);
    }
    for seen in all.into_values() {
        let (from, between, to) = (first.from.name(), on.from.name(), on.to.name());
        let message = format!(
            "{}, and from there it goes no further: `{between}` replicates such objects to `{to}`, \
             but not replicas",
            seen.told(0)
        );
        let jobs = if batch_goes_on(survey, &seen) {
            format!("or run Batch Replication in `{between}` now and again: it takes replicas")
        } else {
            format!("because the replica in `{between}` is not for Batch Replication either")
        };
        let help = format!("to have it in `{to}`, give `{from}` a rule for `{to}`, {jobs}");
        let finding = Finding::new(FindingKind::ReplicaChain, first.from.name(), seen);
        findings.push(finding.saying(message, help));
    }
}

/// Returns true when a job in the second bucket would bring the object to the last one; not so
/// where the replica is archived.
fn batch_goes_on(survey: &Survey<'_, '_>, seen: &Seen<'_>) -> bool {
    let [first, on, ..] = seen.hops.as_slice() else { return false };
    let version = first.witness.version();
    let arrivals = survey.topology.replicas(first.source, &version, Event::ObjectCreatedPut);
    arrivals.iter().filter(|arrival| arrival.bucket() == first.destination).any(|arrival| {
        let replica = arrival.version_of(&version);
        let further = survey.topology.replicas(on.source, &replica, Event::BatchReplication);
        further.iter().any(|further| further.bucket() == on.destination)
    })
}
