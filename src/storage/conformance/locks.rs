//! Retention, which replication must never weaken, and event holds, which end in retention.
//!
//! Elsewhere the latest change wins. For retention this would be unsafe: a stale or forged change
//! could shorten a period that a regulator requires. Here the stronger value wins, in any order of
//! arrival, and a weaker one is refused with `DstPutRetentionNotPermitted`.
//!
//! ```text
//! replica has            change                    replica has then
//! Governance 30 days     Compliance 30 days        Compliance 30 days
//! Compliance 30 days     Governance 60 days        refused, no change
//! Compliance, ended      Governance 9 days         Governance 9 days
//! event hold 7 days      event hold off            retention of at least 7 days
//! ```
//!
//! A store without Object Lock fails all of these. It can list them as the cases that it does not
//! support.

use super::difference::{Mismatch, expect_equal};
use super::fixture::{Fixture, arn_of, at, expect_failure};
use super::metadata::{held, replicated};
use super::{Row, Store};
use crate::clause;
use crate::model::RetentionMode::{Compliance, Governance};
use crate::model::{EventHold, EventHoldStatus, Retention, RetentionMode};
use crate::replication::FailureReason;
use crate::storage::MetadataValue;

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // Retention by itself, event holds, and replicas that are written again.
        case!("retention-stays-without-new-retention", &clause::REPLICA_LOCK, stays),
        case!("retention-can-be-raised", &clause::RETENTION_NOT_WEAKENED, is_raised),
        case!("retention-is-not-lowered", &clause::RETENTION_NOT_WEAKENED, is_not_lowered),
        case!(
            "stronger-retention-that-comes-late-applies",
            &clause::RETENTION_NOT_WEAKENED,
            comes_late
        ),
        case!("retention-that-ended-can-be-replaced", &clause::RETENTION_NOT_WEAKENED, has_ended),
        case!("event-hold-stays-without-new-hold", &clause::EVENT_HOLD, hold_stays),
        case!("released-event-hold-begins-retention", &clause::EVENT_HOLD, is_released),
        case!("released-event-hold-keeps-longer-retention", &clause::EVENT_HOLD_MODE, keeps_longer),
        case!("replica-written-twice-keeps-retention", &clause::REPLICA_LOCK, twice_keeps),
        case!(
            "replica-written-twice-does-not-lower-retention",
            &clause::RETENTION_NOT_WEAKENED,
            twice
        ),
    ]
}

// In seconds, as times are in the fixture.
const DAY: i64 = 86_400;

/// Returns a retention that ends this many days after the beginning of 2026.
///
/// Times are from the same beginning as those of changes, so `has_ended` can compare them.
fn retention(mode: RetentionMode, days: i64) -> Retention {
    Retention { mode, retain_until: at(days * DAY) }
}

/// Updates the retention of the version, as a change of this time.
///
/// A refusal ends the case. Where one is expected, the case calls the store itself.
async fn retain<S: Store>(
    fixture: &Fixture<'_, S>,
    to: Retention,
    seconds: i64,
) -> Result<(), Mismatch> {
    let change = fixture.change(MetadataValue::Retention(Some(to)), seconds);
    fixture.update("cat.jpg", "v1", &change).await
}

/// Compares the retention of the oldest version of `cat.jpg` in the destination.
///
/// The mode and the date are both compared.
async fn expect_retention<S: Store>(
    fixture: &Fixture<'_, S>,
    expected: Retention,
) -> Result<(), Mismatch> {
    let lock = fixture.oldest("cat.jpg").await?.metadata.lock;
    expect_equal("the retention", &lock.retention, &Some(expected))
}

/// A source version without retention does not remove that of the replica.
async fn stays<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let month = retention(Governance, 30);
    retain(fixture, month, 20).await?;
    fixture.update("cat.jpg", "v1", &fixture.change(MetadataValue::Retention(None), 30)).await?;
    expect_retention(fixture, month).await
}

/// A longer period, the stronger mode, and both: each step is allowed.
async fn is_raised<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let steps = [(Governance, 1), (Governance, 2), (Compliance, 2), (Compliance, 3)];
    for (seconds, (mode, days)) in (20..).zip(steps) {
        let stronger = retention(mode, days);
        retain(fixture, stronger, seconds).await?;
        expect_retention(fixture, stronger).await?;
    }
    Ok(())
}

/// A mode and a period in days.
type Period = (RetentionMode, i64);

/// The retention of a version, and weaker ones that must be refused.
///
/// With each pair, the second retention is weaker in its mode, in its period, or in both.
const WEAKENED: &[(Period, &[Period])] = &[
    ((Compliance, 30), &[(Compliance, 29), (Governance, 30), (Governance, 1), (Governance, 60)]),
    ((Governance, 30), &[(Governance, 29), (Compliance, 29)]),
];

/// The pairs hold mode and period apart: a longer period in a weaker mode is weaker, and so is a
/// stronger mode with a shorter period. After all refusals the first retention is unchanged.
async fn is_not_lowered<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let bucket = arn_of(&fixture.buckets.destination);
    for (number, ((mode, days), weaker)) in (0..).zip(WEAKENED) {
        let key = format!("cat-{number}.jpg");
        let mut version = fixture.object(&key, "v1", 10, b"meow")?;
        let id = version.version_id.clone();
        version.metadata.lock.retention = Some(retention(*mode, *days));
        fixture.replicate(version).await?;
        for (seconds, (mode, days)) in (20..).zip(*weaker) {
            let value = MetadataValue::Retention(Some(retention(*mode, *days)));
            let change = fixture.change(value, seconds);
            let key = key.as_str().into();
            let put = fixture.store.put_metadata(&bucket, &key, &id, &change).await;
            let what = format!("lowering the retention to {days} days in {mode} mode");
            expect_failure(&what, put, &FailureReason::DST_PUT_RETENTION_NOT_PERMITTED)?;
        }
        let seen = fixture.oldest(&key).await?.metadata.lock.retention;
        expect_equal("the retention", &seen, &Some(retention(*mode, *days)))?;
    }
    Ok(())
}

/// The time of a change must not decide. A governance retention that was made later arrived first;
/// a compliance retention that was made earlier must still apply.
async fn comes_late<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    retain(fixture, retention(Governance, 1), 30).await?;
    // The weaker change was made later, but would have been refused if this one had arrived in time.
    let stronger = retention(Compliance, 30);
    retain(fixture, stronger, 20).await?;
    expect_retention(fixture, stronger).await?;
    // Older and weaker: this one is passed over without an error, as changes that come late are.
    retain(fixture, retention(Governance, 1), 15).await?;
    expect_retention(fixture, stronger).await
}

/// A retention protects until its date. A change made on that date may replace it by any other.
async fn has_ended<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    retain(fixture, retention(Compliance, 1), 20).await?;
    let later = retention(Governance, 9);
    // The moment at which the first retention ends.
    retain(fixture, later, DAY).await?;
    expect_retention(fixture, later).await
}

/// Updates the event hold of the version, as a change of this time.
///
/// `None` is a change from a version without an event hold.
async fn hold<S: Store>(
    fixture: &Fixture<'_, S>,
    to: Option<EventHold>,
    seconds: i64,
) -> Result<(), Mismatch> {
    fixture.update("cat.jpg", "v1", &fixture.change(MetadataValue::EventHold(to), seconds)).await
}

/// A change without event hold does not remove that of the replica. While an event hold is on,
/// there is no date yet.
async fn hold_stays<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    hold(fixture, Some(held(7)), 20).await?;
    hold(fixture, None, 30).await?;
    let lock = fixture.oldest("cat.jpg").await?.metadata.lock;
    expect_equal("the event hold", &lock.event_hold, &Some(held(7)))?;
    expect_equal("the retention under an event hold", &lock.retention, &None)
}

/// The release turns the hold into a retention of its duration.
async fn is_released<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    hold(fixture, Some(held(7)), 20).await?;
    let released = EventHold { status: EventHoldStatus::Off, ..held(7) };
    hold(fixture, Some(released), 30).await?;
    let lock = fixture.oldest("cat.jpg").await?.metadata.lock;
    expect_equal("the event hold", &lock.event_hold, &Some(released))?;
    // The duration counts from the time of replication, which the store knows and this case does not.
    let least = at(30 + 7 * DAY);
    let lasts = lock.retention.is_some_and(|retention| retention.retain_until >= least);
    expect_equal(&format!("a retention until {least} or later"), &lasts, &true)
}

/// The retention by the hold must not shorten one that was set by itself.
async fn keeps_longer<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    // A store whose clock is in this decade reaches no such date with a hold of a day.
    let longer = Retention { mode: Compliance, retain_until: at(100 * 365 * DAY) };
    replicated(fixture).await?;
    hold(fixture, Some(held(1)), 20).await?;
    retain(fixture, longer, 25).await?;
    hold(fixture, Some(EventHold { status: EventHoldStatus::Off, ..held(1) }), 30).await?;
    expect_retention(fixture, longer).await
}

/// Writes the replica again with this retention, as a change of this time.
///
/// The outer result is that of the kit, the inner one that of the store, which a case may expect to
/// be a refusal.
async fn write_again<S: Store>(
    fixture: &Fixture<'_, S>,
    retention: Option<Retention>,
    seconds: i64,
) -> Result<Result<(), crate::storage::Fault<S::Error>>, Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    let value = MetadataValue::Retention(retention);
    version.metadata.change(value, at(seconds), &fixture.buckets.source);
    let bucket = arn_of(&fixture.buckets.destination);
    Ok(fixture.store.put_replica(&bucket, version).await)
}

/// A replica may be written again by a task that ran twice or by a job. Its retention may have been
/// raised in the meantime, which the second write does not know.
async fn twice_keeps<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let month = retention(Governance, 30);
    retain(fixture, month, 20).await?;
    write_again(fixture, None, 30).await??;
    expect_retention(fixture, month).await
}

/// The protection of [`is_not_lowered`] holds for whole replicas too: `put_replica` must not be a
/// way around it. A stronger retention in such a write applies.
async fn twice<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let month = retention(Compliance, 30);
    retain(fixture, month, 20).await?;
    let put = write_again(fixture, Some(retention(Governance, 1)), 30).await?;
    let reason = FailureReason::DST_PUT_RETENTION_NOT_PERMITTED;
    expect_failure("writing the replica again with weaker retention", put, &reason)?;
    expect_retention(fixture, month).await?;
    let longer = retention(Compliance, 60);
    write_again(fixture, Some(longer), 40).await??;
    expect_retention(fixture, longer).await
}
