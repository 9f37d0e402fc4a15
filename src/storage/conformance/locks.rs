//! Retention, which replication must never weaken.

use super::fixture::{Fixture, Mismatch, arn_of, at, expect_equal, expect_failure};
use super::metadata::replicated;
use super::{Candidate, Row};
use crate::clause;
use crate::model::RetentionMode::{Compliance, Governance};
use crate::model::{Retention, RetentionMode};
use crate::replication::FailureReason;
use crate::storage::{Destination, MetadataValue};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("retention-stays-without-new-retention", &clause::REPLICA_LOCK, stays),
        ("retention-can-be-raised", &clause::RETENTION_NOT_WEAKENED, is_raised),
        ("retention-is-not-lowered", &clause::RETENTION_NOT_WEAKENED, is_not_lowered),
        ("stronger-retention-that-comes-late-applies", &clause::RETENTION_NOT_WEAKENED, comes_late),
        ("retention-that-ended-can-be-replaced", &clause::RETENTION_NOT_WEAKENED, has_ended),
        ("replica-written-twice-keeps-retention", &clause::REPLICA_LOCK, twice_keeps),
        ("replica-written-twice-does-not-lower-retention", &clause::RETENTION_NOT_WEAKENED, twice),
    ]
}

const DAY: i64 = 86_400;

fn retention(mode: RetentionMode, days: i64) -> Retention {
    Retention { mode, retain_until: at(days * DAY) }
}

/// Updates the retention of the version, as a change of this time.
fn retain<C: Candidate>(
    fixture: &Fixture<'_, C>,
    to: Retention,
    seconds: i64,
) -> Result<(), Mismatch> {
    let change = fixture.change(MetadataValue::Retention(Some(to)), seconds);
    fixture.update("cat.jpg", "v1", &change)
}

fn expect_retention<C: Candidate>(
    fixture: &Fixture<'_, C>,
    expected: Retention,
) -> Result<(), Mismatch> {
    let lock = fixture.oldest("cat.jpg")?.metadata.lock;
    expect_equal("the retention", &lock.retention, &Some(expected))
}

fn stays<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let month = retention(Governance, 30);
    retain(fixture, month, 20)?;
    fixture.update("cat.jpg", "v1", &fixture.change(MetadataValue::Retention(None), 30))?;
    expect_retention(fixture, month)
}

fn is_raised<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let steps = [(Governance, 1), (Governance, 2), (Compliance, 2), (Compliance, 3)];
    for (seconds, (mode, days)) in (20..).zip(steps) {
        let stronger = retention(mode, days);
        retain(fixture, stronger, seconds)?;
        expect_retention(fixture, stronger)?;
    }
    Ok(())
}

/// A mode and a period in days.
type Period = (RetentionMode, i64);

/// The retention of a version, and weaker ones that must be refused.
const WEAKENED: &[(Period, &[Period])] = &[
    ((Compliance, 30), &[(Compliance, 29), (Governance, 30), (Governance, 1), (Governance, 60)]),
    ((Governance, 30), &[(Governance, 29), (Compliance, 29)]),
];

fn is_not_lowered<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let bucket = arn_of(&fixture.buckets.destination);
    for (number, ((mode, days), weaker)) in (0..).zip(WEAKENED) {
        let key = format!("cat-{number}.jpg");
        let mut version = fixture.object(&key, "v1", 10, b"meow")?;
        let id = version.version_id.clone();
        version.metadata.lock.retention = Some(retention(*mode, *days));
        fixture.replicate(version)?;
        for (seconds, (mode, days)) in (20..).zip(*weaker) {
            let value = MetadataValue::Retention(Some(retention(*mode, *days)));
            let change = fixture.change(value, seconds);
            let destination = fixture.store.destination();
            let put = destination.put_metadata(&bucket, &key.as_str().into(), &id, &change);
            let what = format!("lowering the retention to {days} days in {mode} mode");
            expect_failure(&what, put, &FailureReason::DST_PUT_RETENTION_NOT_PERMITTED)?;
        }
        let seen = fixture.oldest(&key)?.metadata.lock.retention;
        expect_equal("the retention", &seen, &Some(retention(*mode, *days)))?;
    }
    Ok(())
}

fn comes_late<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    retain(fixture, retention(Governance, 1), 30)?;
    // The weaker change was made later, but would have been refused if this one had arrived in time.
    let stronger = retention(Compliance, 30);
    retain(fixture, stronger, 20)?;
    expect_retention(fixture, stronger)?;
    retain(fixture, retention(Governance, 1), 15)?;
    expect_retention(fixture, stronger)
}

fn has_ended<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    retain(fixture, retention(Compliance, 1), 20)?;
    let later = retention(Governance, 9);
    retain(fixture, later, DAY)?;
    expect_retention(fixture, later)
}

/// Writes the replica again with this retention, as a change of this time.
fn write_again<C: Candidate>(
    fixture: &Fixture<'_, C>,
    retention: Option<Retention>,
    seconds: i64,
) -> Result<Result<(), crate::storage::Fault<C::Error>>, Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    let value = MetadataValue::Retention(retention);
    version.metadata.change(value, at(seconds), &fixture.buckets.source);
    let bucket = arn_of(&fixture.buckets.destination);
    Ok(fixture.store.destination().put_replica(&bucket, version))
}

fn twice_keeps<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let month = retention(Governance, 30);
    retain(fixture, month, 20)?;
    write_again(fixture, None, 30)??;
    expect_retention(fixture, month)
}

fn twice<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let month = retention(Compliance, 30);
    retain(fixture, month, 20)?;
    let put = write_again(fixture, Some(retention(Governance, 1)), 30)?;
    let reason = FailureReason::DST_PUT_RETENTION_NOT_PERMITTED;
    expect_failure("writing the replica again with weaker retention", put, &reason)?;
    expect_retention(fixture, month)?;
    let longer = retention(Compliance, 60);
    write_again(fixture, Some(longer), 40)??;
    expect_retention(fixture, longer)
}
