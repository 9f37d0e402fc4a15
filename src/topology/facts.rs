//! What is known about the two buckets of a hop, against each other.

use crate::model::{BucketSettings, Expiry, ObjectLockStatus};
use crate::topology::survey::{Hop, Seen, Survey};
use crate::topology::two_way::WRITTEN;
use crate::topology::{Finding, FindingKind};

pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for hop in survey.hops() {
        let facts = |bucket| survey.topology.buckets().get(bucket);
        if let (Some(source), Some(destination)) = (facts(hop.from.name()), facts(hop.to.name()))
            && let Some(seen) = first(survey, hop)
        {
            findings.extend(unlocked(hop, (source, destination), seen.clone()));
            findings.extend(expiring(hop, (source, destination), seen));
        }
    }
}

/// Returns an object that goes.
fn first<'s, 'a>(survey: &Survey<'s, 'a>, hop: &Hop<'s, 'a>) -> Option<Seen<'a>> {
    WRITTEN.into_iter().find_map(|case| {
        let mut seen = survey.first(&[hop.takes(case)])?;
        seen.subjects.push(case.subject());
        Some(seen)
    })
}

fn unlocked<'a>(
    hop: &Hop<'_, 'a>,
    (source, destination): (&BucketSettings, &BucketSettings),
    seen: Seen<'a>,
) -> Option<Finding<'a>> {
    use ObjectLockStatus::{Disabled, Enabled};
    if (source.object_lock, destination.object_lock) != (Some(Enabled), Some(Disabled)) {
        return None;
    }
    let (here, there) = (hop.from.name(), hop.to.name());
    let message = format!(
        "Object Lock is enabled for `{here}` and not for `{there}`: nothing can be replicated there"
    );
    let help = format!(
        "enable Object Lock for `{there}`; S3 takes the configuration as it is, and then every object \
         fails with `DstBucketObjectLockConfigMissing`"
    );
    let finding = Finding::new(FindingKind::ObjectLockOneSided, here, seen);
    Some(finding.saying(message, help).about("Destination"))
}

fn expiring<'a>(
    hop: &Hop<'_, 'a>,
    (source, destination): (&BucketSettings, &BucketSettings),
    seen: Seen<'a>,
) -> Option<Finding<'a>> {
    let (own, its) = (source.lifecycle?, destination.lifecycle?);
    let (here, there) = (hop.from.name(), hop.to.name());
    let earlier = |what: &str, own: Option<Expiry>, its: Option<Expiry>| {
        let (own, its) = (own?, its?);
        let own_words = match own {
            Expiry::Never => format!("those in `{here}` never do"),
            own @ Expiry::After(_) => format!("those in `{here}` after {own}"),
        };
        (its < own).then(|| format!("{what} in `{there}` expire after {its}, {own_words}"))
    };
    let found = [
        earlier("objects", own.expiration(), its.expiration()),
        earlier(
            "noncurrent versions",
            own.noncurrent_version_expiration(),
            its.noncurrent_version_expiration(),
        ),
    ];
    let found: Vec<String> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return None;
    }
    let help = "the days of a replica count from the creation of its source; expire it later there, \
                unless the destination is meant to forget first";
    let finding = Finding::new(FindingKind::DestinationExpiresEarlier, here, seen);
    Some(finding.saying(found.join("; "), help).about("Destination"))
}
