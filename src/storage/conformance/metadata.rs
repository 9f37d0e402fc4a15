//! Changes of metadata after a version was replicated: one aspect at a time.
//!
//! An aspect is what one request changes: tags, ACL, retention, legal hold, event hold. S3
//! publishes that changes of each are replicated; that each carries a stamp of its own is needed
//! for two-way replication. A store that keeps one stamp for a version loses changes, which
//! [`own_stamps`] shows.
//!
//! Each case calls `put_metadata` of the store, and reads the version back:
//!
//! ```text
//! change                                       stamp      the replica has
//! Tags [team=second]                           20         those tags, with the stamp 20
//! the same again                               20         the same
//! Tags [team=older]                            15         no change: 20 is later
//! LegalHold On                                 12         the hold: no hold was set later
//! Acl ""                                       30         no change: there is no ACL to set
//! ```
//!
//! Retention follows other rules, and has its cases in `locks.rs`. Replicas that are written again
//! as a whole are in `rewrites.rs`.

use super::difference::{Mismatch, expect_equal, expect_same_bytes};
use super::fixture::{Fixture, at, tagged};
use super::{Row, Store};
use crate::clause;
use crate::model::{
    EventHold, EventHoldDuration, EventHoldStatus, LegalHold, MetadataAspect, Owner,
};
use crate::storage::{Metadata, MetadataChange, MetadataValue, Stamp};

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // From the plain case to the order of changes, and last what must not change.
        case!("metadata-is-updated", &clause::METADATA_CHANGES, is_updated),
        case!("tags-can-be-removed", &clause::METADATA_CHANGES, tags_are_removed),
        case!(
            "metadata-update-changes-nothing-else",
            &clause::METADATA_CHANGES,
            changes_nothing_else
        ),
        case!("older-metadata-changes-nothing", &clause::CONCURRENT_METADATA, older_loses),
        case!("simultaneous-metadata-is-ordered-by-bucket", &clause::CONCURRENT_METADATA, tie),
        case!(
            "aspect-that-changes-leaves-the-others",
            &clause::ASPECTS_ARE_SEPARATE,
            leaves_others
        ),
        case!("aspects-have-their-own-stamps", &clause::ASPECTS_ARE_SEPARATE, own_stamps),
        case!("acl-stays-without-new-acl", &clause::METADATA_CHANGES, acl_stays),
        case!(
            "acl-stays-under-owner-override",
            &clause::OWNER_OVERRIDE_LASTS,
            acl_stays_overridden
        ),
    ]
}

/// Returns an event hold that is on, with a duration in days.
///
/// Used by the cases about locks as well.
pub(super) fn held(days: u32) -> EventHold {
    EventHold { status: EventHoldStatus::On, duration: EventHoldDuration::days(days) }
}

/// Returns metadata of this time with every field set.
///
/// Retention is left out, since it follows other rules (`locks.rs`).
pub(super) fn full<S: Store>(fixture: &Fixture<'_, S>, seconds: i64) -> Result<Metadata, Mismatch> {
    let mut metadata = fixture.changed(seconds);
    metadata.tags = tagged("second")?;
    "private".clone_into(&mut metadata.acl);
    metadata.lock.legal_hold = Some(LegalHold::On);
    metadata.lock.event_hold = Some(held(7));
    Ok(metadata)
}

/// Replicates a version with the creation time 10.
///
/// It is the start of most cases here, in `locks.rs` and in `rewrites.rs`: one object `cat.jpg`
/// with the ID `v1`, tags, an ACL and user metadata.
pub(super) async fn replicated<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata.tags = tagged("first")?;
    "public-read".clone_into(&mut version.metadata.acl);
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    fixture.replicate(version).await
}

/// Updates every aspect of the version, one after the other.
///
/// Each aspect gets the value and the stamp that it has in `metadata`.
pub(super) async fn update_all<S: Store>(
    fixture: &Fixture<'_, S>,
    metadata: &Metadata,
) -> Result<(), Mismatch> {
    for aspect in MetadataAspect::ALL {
        fixture.update("cat.jpg", "v1", &metadata.last_change(*aspect)).await?;
    }
    Ok(())
}

/// Compares an aspect of the oldest version of `cat.jpg` in the destination.
///
/// The aspect is that of the expected value.
async fn expect_value<S: Store>(
    fixture: &Fixture<'_, S>,
    expected: &MetadataValue,
) -> Result<(), Mismatch> {
    let aspect = expected.aspect();
    let seen = fixture.oldest("cat.jpg").await?.metadata.value(aspect);
    expect_same_value("cat.jpg", &seen, expected)
}

/// Returns an error unless two values of an aspect of a version are the same.
///
/// An aspect of another kind is a mistake of this kit, and has a message of its own.
fn expect_same_value(
    key: &str,
    seen: &MetadataValue,
    expected: &MetadataValue,
) -> Result<(), Mismatch> {
    let of = |aspect: &str| format!("the {aspect} of `{key}`");
    match (seen, expected) {
        (MetadataValue::Tags(seen), MetadataValue::Tags(expected)) => {
            expect_equal(&of("tags"), seen, expected)
        }
        (MetadataValue::Acl(seen), MetadataValue::Acl(expected)) => {
            expect_equal(&of("ACL"), seen, expected)
        }
        (MetadataValue::Retention(seen), MetadataValue::Retention(expected)) => {
            expect_equal(&of("retention"), seen, expected)
        }
        (MetadataValue::LegalHold(seen), MetadataValue::LegalHold(expected)) => {
            expect_equal(&of("legal hold"), seen, expected)
        }
        (MetadataValue::EventHold(seen), MetadataValue::EventHold(expected)) => {
            expect_equal(&of("event hold"), seen, expected)
        }
        _ => Err(format!("the aspects of `{key}` are mixed up").into()),
    }
}

/// Twice, since a task may run twice.
async fn is_updated<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    // All aspects but retention get a value that differs from that of the start.
    let metadata = full(fixture, 20)?;
    for _ in 0..2 {
        update_all(fixture, &metadata).await?;
        for aspect in MetadataAspect::ALL {
            expect_value(fixture, &metadata.value(*aspect)).await?;
        }
    }
    Ok(())
}

/// No tags are a value as any other: unlike with ACL, retention and holds, an empty set must not
/// mean "no change".
async fn tags_are_removed<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let removed = MetadataValue::Tags(Vec::new());
    fixture.update("cat.jpg", "v1", &fixture.change(removed.clone(), 20)).await?;
    expect_value(fixture, &removed).await
}

/// A store may implement a change by a new write. It must not show: no new version, the same
/// creation time, bytes and user metadata, and another version of the key is as before.
async fn changes_nothing_else<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    fixture.replicate(fixture.object("cat.jpg", "v2", 15, b"purr")?).await?;
    let (before, other) =
        (fixture.read("cat.jpg", "v1").await?, fixture.read("cat.jpg", "v2").await?);
    update_all(fixture, &full(fixture, 20)?).await?;
    fixture.expect_ids(&["v2", "v1"]).await?;
    let after = fixture.read("cat.jpg", "v1").await?;
    expect_equal("the creation time", &after.last_modified, &before.last_modified)?;
    expect_equal("the user metadata", &after.user_metadata, &before.user_metadata)?;
    expect_same_bytes("the bytes", fixture.bytes(after).await, fixture.bytes(before).await)?;
    let metadata = fixture.read("cat.jpg", "v2").await?.metadata;
    expect_equal("the metadata of another version", &metadata, &other.metadata)
}

/// Changes may arrive in any order. The values differ in every aspect, so that none can win
/// unnoticed.
async fn older_loses<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let newer = full(fixture, 20)?;
    update_all(fixture, &newer).await?;
    let mut older = full(fixture, 15)?;
    older.tags = tagged("older")?;
    "public-read".clone_into(&mut older.acl);
    older.lock.legal_hold = Some(LegalHold::Off);
    older.lock.event_hold = Some(held(1));
    update_all(fixture, &older).await?;
    for aspect in MetadataAspect::ALL {
        expect_value(fixture, &newer.value(*aspect)).await?;
    }
    Ok(())
}

/// Two buckets that change the same aspect in the same second must agree without asking each other.
/// Both orders of arrival are tried, and both must end with the same tags.
async fn tie<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let last = MetadataValue::Tags(tagged("from the bucket whose name sorts last")?);
    let from_source = fixture.change(last.clone(), 20);
    let from_destination = MetadataChange {
        value: MetadataValue::Tags(tagged("from the other bucket")?),
        stamp: Stamp { at: at(20), bucket: fixture.buckets.destination.clone() },
    };
    for (key, order) in
        [("a", [&from_source, &from_destination]), ("b", [&from_destination, &from_source])]
    {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?).await?;
        // Both changes reach the same replica, in one order for the key `a` and in the other one
        // for `b`.
        for change in order {
            fixture.update(key, "v1", change).await?;
        }
        let seen = fixture.oldest(key).await?.metadata.value(MetadataAspect::Tags);
        expect_same_value(key, &seen, &last)?;
    }
    Ok(())
}

/// Each aspect changes once, after all others have a value.
async fn leaves_others<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let mut expected = full(fixture, 20)?;
    update_all(fixture, &expected).await?;
    let changes = [
        MetadataValue::Tags(tagged("third")?),
        MetadataValue::Acl("authenticated-read".to_owned()),
        MetadataValue::LegalHold(Some(LegalHold::Off)),
        MetadataValue::EventHold(Some(held(14))),
    ];
    for (seconds, value) in (30..).zip(changes) {
        expected.change(value.clone(), at(seconds), &fixture.buckets.source);
        fixture.update("cat.jpg", "v1", &fixture.change(value, seconds)).await?;
        for aspect in MetadataAspect::ALL {
            expect_value(fixture, &expected.value(*aspect)).await?;
        }
    }
    Ok(())
}

/// Both sides change something else, and the change that arrives is the older one.
async fn own_stamps<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    let (bucket, key, id) = (&fixture.buckets.destination, "cat.jpg".into(), "v1".parse()?);
    let here =
        MetadataChange { value: hold.clone(), stamp: Stamp { at: at(30), bucket: bucket.clone() } };
    // The change of the destination is later, so one stamp for the whole version would keep the
    // tags out.
    fixture.store.change_metadata(bucket, &key, &id, here).await?;
    let tags = MetadataValue::Tags(tagged("second")?);
    fixture.update("cat.jpg", "v1", &fixture.change(tags.clone(), 20)).await?;
    expect_value(fixture, &tags).await?;
    expect_value(fixture, &hold).await
}

/// An empty ACL in a change means that the source version has none to give, for example because
/// ACLs are disabled in its bucket.
async fn acl_stays<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    let none = MetadataValue::Acl(String::new());
    fixture.update("cat.jpg", "v1", &fixture.change(none, 20)).await?;
    expect_value(fixture, &MetadataValue::Acl("public-read".to_owned())).await
}

/// The owner override lasts: later changes of the ACL in the source never arrive, but those of the
/// tags do.
async fn acl_stays_overridden<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.owner = Owner::Destination;
    "bucket-owner-full-control".clone_into(&mut version.metadata.acl);
    fixture.replicate(version).await?;
    let metadata = full(fixture, 20)?;
    update_all(fixture, &metadata).await?;
    let seen = fixture.oldest("cat.jpg").await?.metadata;
    expect_equal("the tags", &seen.tags, &metadata.tags)?;
    expect_equal("the ACL", &seen.acl.as_str(), &"bucket-owner-full-control")
}
