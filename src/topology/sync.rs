//! Replica modification sync: where changes of metadata on replicas stop.

use std::collections::BTreeMap;

use crate::model::{BucketName, ConfigurationVersion};
use crate::topology::survey::{Asked, Link, Seen, Survey, Written};
use crate::topology::{Finding, FindingKind};

pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for out in survey.links() {
        if let Some(back) = survey.link(out.to, out.from) {
            find_one_sided(survey, (out, back), findings);
            if out.from < out.to {
                find_missing(survey, (out, back), findings);
            }
        }
        find_without_version(survey, out, findings);
    }
}

/// What is written on either side, and how it arrives on the other.
fn both_ways(survey: &Survey<'_, '_>, mut each: impl FnMut(Written, Written)) {
    for here in survey.written() {
        for there in survey.written().filter(|there| there.case == here.case) {
            each(here, there);
        }
    }
}

/// Finds objects that go both ways, and whose modified replicas go out of one bucket only: the
/// rule is the one to be mended, and the metadata that of the replica there.
fn find_one_sided<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (out, back): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let mut all = BTreeMap::new();
    both_ways(survey, |here, there| {
        let asked = [
            out.brings(here),
            out.leaves(there.modified()),
            back.brings(there),
            back.takes(here.modified()),
        ];
        survey.by_rule(&asked, here.case.object_kind(), &mut all);
    });
    for seen in all.into_values() {
        let (here, there) = (out.from.name(), out.to.name());
        let message = format!(
            "changes of metadata on a replica go from `{there}` to `{here}`, not from `{here}` to \
             `{there}`: {}",
            seen.told(1)
        );
        let help = format!(
            "enable `ReplicaModifications` in this rule too; S3 asks for it on both sides, so that \
             tags, ACLs and locks of what `{there}` brought follow from `{here}`{}",
            migration(survey, &[here])
        );
        let finding = Finding::new(FindingKind::ModificationSyncOneSided, out.from.name(), seen);
        findings.push(finding.saying(message, help).about("SourceSelectionCriteria"));
    }
}

/// Finds objects that go both ways, and whose modified replicas go out of neither bucket.
fn find_missing<'s, 'a>(
    survey: &Survey<'s, 'a>,
    (out, back): (&Link<'s, 'a>, &Link<'s, 'a>),
    findings: &mut Vec<Finding<'a>>,
) {
    let mut all = BTreeMap::new();
    both_ways(survey, |here, there| {
        let asked = [
            out.brings(here),
            out.leaves(there.modified()),
            back.brings(there),
            back.leaves(here.modified()),
        ];
        survey.by_rule(&asked, here.case.object_kind(), &mut all);
    });
    for seen in all.into_values() {
        let (here, there) = (out.from.name(), out.to.name());
        let message = format!(
            "objects go both ways between `{here}` and `{there}`, and changes of metadata on their \
             replicas neither way: {}",
            seen.told(1)
        );
        let help = format!(
            "enable `ReplicaModifications` in both directions, so that tags, ACLs and locks that are \
             changed on a replica reach the other side{}",
            migration(survey, &[here, there])
        );
        let finding = Finding::new(FindingKind::ModificationSyncMissing, out.from.name(), seen);
        findings.push(finding.saying(message, help).about("SourceSelectionCriteria"));
    }
}

/// Says which configurations can't have `ReplicaModifications` as they are: those in V1 (REP-245).
fn migration(survey: &Survey<'_, '_>, buckets: &[&BucketName]) -> String {
    let is_v1 = |bucket: &BucketName| {
        let configuration = survey.topology.configuration(bucket);
        configuration.is_some_and(|found| found.version() == ConfigurationVersion::V1)
    };
    let old = buckets.iter().filter(|bucket| is_v1(bucket));
    let old: Vec<String> = old.map(|bucket| format!("`{bucket}`")).collect();
    if old.is_empty() {
        return String::new();
    }
    format!(
        "; V1 does not allow it: migrate the configuration of {} to V2 first",
        old.join(" and ")
    )
}

/// Finds replicas whose modifications go on to a bucket that the object itself never came to.
fn find_without_version<'s, 'a>(
    survey: &Survey<'s, 'a>,
    on: &Link<'s, 'a>,
    findings: &mut Vec<Finding<'a>>,
) {
    let before = survey.links().iter().filter(|link| link.to == on.from && link.from != on.to);
    for link in before {
        let direct = survey.link(link.from, on.to);
        let mut all: BTreeMap<usize, Seen<'a>> = BTreeMap::new();
        for written in survey.written() {
            let mut asked: Vec<Asked<'_, 's, 'a>> =
                vec![on.takes(written.modified()), link.brings(written)];
            asked.extend(direct.map(|direct| direct.leaves(written.case)));
            survey.by_rule(&asked, written.case.object_kind(), &mut all);
        }
        for seen in all.into_values() {
            let (first, here, there) = (link.from.name(), on.from.name(), on.to.name());
            let message = format!(
                "changes of metadata on replicas from `{first}` go on to `{there}`, which never got \
                 the version: {}",
                seen.told(0)
            );
            let help = format!(
                "they fail with `DstVersionNotFound`, and the replica in `{here}` shows `FAILED`; \
                 let `{first}` replicate to `{there}` itself, or bring the replicas there by Batch \
                 Replication first"
            );
            let finding =
                Finding::new(FindingKind::ModificationSyncWithoutVersion, on.from.name(), seen);
            findings.push(finding.saying(message, help).about("SourceSelectionCriteria"));
        }
    }
}
