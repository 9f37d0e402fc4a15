//! What is known about the two buckets of a link, against each other.

use crate::model::{BucketSettings, Expiry, ObjectLockStatus};
use crate::topology::survey::{Link, Seen, Survey};
use crate::topology::two_way::WRITTEN;
use crate::topology::{Finding, FindingKind};

pub(super) fn find<'a>(survey: &Survey<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    for link in survey.links() {
        let facts = |bucket| survey.topology.buckets().get(bucket);
        if let (Some(source), Some(destination)) = (facts(link.from.name()), facts(link.to.name()))
            && let Some(seen) = first(survey, link)
        {
            findings.extend(unlocked(link, (source, destination), seen.clone()));
            findings.extend(expiring(link, (source, destination), seen));
        }
    }
}

/// Returns an object that goes.
fn first<'s, 'a>(survey: &Survey<'s, 'a>, link: &Link<'s, 'a>) -> Option<Seen<'a>> {
    WRITTEN.into_iter().find_map(|case| {
        let mut seen = survey.first(&[link.takes(case)])?;
        seen.object_kinds.push(case.object_kind());
        Some(seen)
    })
}

fn unlocked<'a>(
    link: &Link<'_, 'a>,
    (source, destination): (&BucketSettings, &BucketSettings),
    seen: Seen<'a>,
) -> Option<Finding<'a>> {
    use ObjectLockStatus::{Disabled, Enabled};
    if (source.object_lock, destination.object_lock) != (Some(Enabled), Some(Disabled)) {
        return None;
    }
    let (here, there) = (link.from.name(), link.to.name());
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
    link: &Link<'_, 'a>,
    (source, destination): (&BucketSettings, &BucketSettings),
    seen: Seen<'a>,
) -> Option<Finding<'a>> {
    let (own, its) = (source.lifecycle?, destination.lifecycle?);
    let (here, there) = (link.from.name(), link.to.name());
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
