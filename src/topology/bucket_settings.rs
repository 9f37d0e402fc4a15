//! Settings of two buckets that do not fit together: Object Lock and lifecycle rules.
//!
//! Each configuration is right alone, and S3 accepts it. The trouble shows later: every replica
//! fails, or replicas expire before their sources. Both settings have to be known, because an
//! unknown one may be right.
//!
//! | finding | source | destination |
//! | --- | --- | --- |
//! | `object-lock-one-sided` | Object Lock enabled | disabled |
//! | `destination-expires-earlier` | expires after 30 days, or never | expires after 7 days |
//!
//! The facts are those that the caller has given to the topology; nothing is asked for.

use crate::model::{BucketSettings, Expiry, ObjectLockStatus};
use crate::topology::query::{Evidence, Link, Queries, WRITTEN};
use crate::topology::{Finding, FindingKind};

/// Adds the findings about links whose two buckets are known.
///
/// A link is asked about once, in its own direction. With links both ways, each has findings of its
/// own.
pub(super) fn find<'a>(queries: &Queries<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for link in queries.links() {
        let buckets = queries.topology.buckets();
        let ends = buckets.get(link.from.name()).zip(buckets.get(link.to.name()));
        // One unknown bucket is enough: nothing can be compared.
        let Some((source, destination)) = ends else { continue };
        let Some(evidence) = first_object(queries, link) else { continue };
        findings.extend(object_lock_one_sided(link, source, destination, evidence.clone()));
        findings.extend(destination_expires_earlier(link, source, destination, evidence));
    }
}

/// Returns an object that is replicated.
///
/// A link that replicates nothing has no finding, since no setting of its buckets matters. One
/// object is enough as evidence: the settings hold for all.
fn first_object<'s, 'a>(queries: &Queries<'s, 'a>, link: &Link<'s, 'a>) -> Option<Evidence<'a>> {
    WRITTEN.into_iter().find_map(|case| {
        let mut evidence = queries.first(&[link.replicates(case)])?;
        evidence.object_kinds.push(case.object_kind());
        Some(evidence)
    })
}

/// Returns a finding if the source has Object Lock and the destination does not.
fn object_lock_one_sided<'a>(
    link: &Link<'_, 'a>,
    source: &BucketSettings,
    destination: &BucketSettings,
    evidence: Evidence<'a>,
) -> Option<Finding<'a>> {
    use ObjectLockStatus::{Disabled, Enabled};
    // An unknown setting is no finding. The reverse, a lock at the destination only, is allowed.
    if (source.object_lock, destination.object_lock) != (Some(Enabled), Some(Disabled)) {
        return None;
    }
    let (from, to) = (link.from.name(), link.to.name());
    let message = format!(
        "Object Lock is enabled for `{from}` but not for `{to}`, so nothing can be replicated there"
    );
    let help = format!(
        "enable Object Lock for `{to}`; S3 accepts the configuration, but every object fails with \
         `DstBucketObjectLockConfigMissing`"
    );
    let finding = Finding::new(FindingKind::ObjectLockOneSided, from, evidence, message, help);
    Some(finding.at_field("Destination"))
}

/// Returns a finding if lifecycle rules expire replicas before their sources. Buckets without rules
/// never expire anything, so `Never` is the latest of all.
///
/// Current and noncurrent versions are compared apart, and one finding names both. Equal times are
/// no finding: the days of a replica count from the creation of its source.
fn destination_expires_earlier<'a>(
    link: &Link<'_, 'a>,
    source: &BucketSettings,
    destination: &BucketSettings,
    evidence: Evidence<'a>,
) -> Option<Finding<'a>> {
    let (source, destination) = (source.lifecycle?, destination.lifecycle?);
    let (from, to) = (link.from.name(), link.to.name());
    // `None` where either time is unknown, or where replicas do not expire earlier.
    let earlier = |versions: &str, source: Option<Expiry>, destination: Option<Expiry>| {
        let (source, destination) = (source?, destination?);
        let in_source = match source {
            Expiry::Never => format!("those in `{from}` never"),
            after @ Expiry::After(_) => format!("those in `{from}` after {after}"),
        };
        let message = || format!("{versions} in `{to}` expire after {destination}, {in_source}");
        (destination < source).then(message)
    };
    let messages = [
        earlier("objects", source.expiration(), destination.expiration()),
        earlier(
            "noncurrent versions",
            source.noncurrent_version_expiration(),
            destination.noncurrent_version_expiration(),
        ),
    ];
    // None, one or both.
    let messages: Vec<String> = messages.into_iter().flatten().collect();
    if messages.is_empty() {
        return None;
    }
    let help = "let replicas expire later, unless the destination is meant to forget first; the days \
                of a replica count from the creation of its source";
    let kind = FindingKind::DestinationExpiresEarlier;
    let finding = Finding::new(kind, from, evidence, messages.join("; "), help);
    Some(finding.at_field("Destination"))
}
