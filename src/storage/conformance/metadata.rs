//! Changes of metadata after a version was replicated: one aspect at a time.

use super::fixture::{Fixture, Mismatch, at, expect_equal, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::model::{LegalHold, MetadataAspect, Owner};
use crate::storage::{Metadata, MetadataChange, MetadataValue, Stamp};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("metadata-is-updated", &clause::METADATA_CHANGES, is_updated),
        ("tags-can-be-removed", &clause::METADATA_CHANGES, tags_are_removed),
        ("metadata-update-changes-nothing-else", &clause::METADATA_CHANGES, changes_nothing_else),
        ("older-metadata-changes-nothing", &clause::CONCURRENT_METADATA, older_loses),
        ("simultaneous-metadata-is-ordered-by-bucket", &clause::CONCURRENT_METADATA, tie),
        ("aspect-that-changes-leaves-the-others", &clause::ASPECTS_ARE_SEPARATE, leaves_others),
        ("aspects-have-their-own-stamps", &clause::ASPECTS_ARE_SEPARATE, own_stamps),
        ("acl-stays-without-new-acl", &clause::METADATA_CHANGES, acl_stays),
        ("acl-stays-under-owner-override", &clause::OWNER_OVERRIDE_LASTS, acl_stays_overridden),
    ]
}

/// Returns metadata of this time with every field set.
pub(super) fn full<C: Candidate>(
    fixture: &Fixture<'_, C>,
    seconds: i64,
) -> Result<Metadata, Mismatch> {
    let mut metadata = fixture.changed(seconds);
    metadata.tags = tagged("second")?;
    "private".clone_into(&mut metadata.acl);
    metadata.lock.legal_hold = Some(LegalHold::On);
    Ok(metadata)
}

/// Replicates a version with the creation time 10.
pub(super) fn replicated<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata.tags = tagged("first")?;
    "public-read".clone_into(&mut version.metadata.acl);
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    fixture.replicate(version)
}

/// Updates every aspect of the version, one after the other.
pub(super) fn update_all<C: Candidate>(
    fixture: &Fixture<'_, C>,
    metadata: &Metadata,
) -> Result<(), Mismatch> {
    for aspect in MetadataAspect::ALL {
        fixture.update("cat.jpg", "v1", &metadata.last_change(*aspect))?;
    }
    Ok(())
}

fn expect_value<C: Candidate>(
    fixture: &Fixture<'_, C>,
    expected: &MetadataValue,
) -> Result<(), Mismatch> {
    let aspect = expected.aspect();
    let what = format!("the aspect {aspect} of the metadata");
    expect_equal(&what, &fixture.oldest("cat.jpg")?.metadata.value(aspect), expected)
}

fn is_updated<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let metadata = full(fixture, 20)?;
    for _ in 0..2 {
        update_all(fixture, &metadata)?;
        for aspect in MetadataAspect::ALL {
            expect_value(fixture, &metadata.value(*aspect))?;
        }
    }
    Ok(())
}

fn tags_are_removed<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let removed = MetadataValue::Tags(Vec::new());
    fixture.update("cat.jpg", "v1", &fixture.change(removed.clone(), 20))?;
    expect_value(fixture, &removed)
}

fn changes_nothing_else<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    fixture.replicate(fixture.object("cat.jpg", "v2", 15, b"purr")?)?;
    let (before, other) = (fixture.read("cat.jpg", "v1")?, fixture.read("cat.jpg", "v2")?);
    update_all(fixture, &full(fixture, 20)?)?;
    fixture.expect_ids(&["v2", "v1"])?;
    let after = fixture.read("cat.jpg", "v1")?;
    expect_equal("the creation time", &after.last_modified, &before.last_modified)?;
    expect_equal("the user metadata", &after.user_metadata, &before.user_metadata)?;
    expect_equal("the bytes", &fixture.bytes(after), &fixture.bytes(before))?;
    let metadata = fixture.read("cat.jpg", "v2")?.metadata;
    expect_equal("the metadata of another version", &metadata, &other.metadata)
}

fn older_loses<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let newer = full(fixture, 20)?;
    update_all(fixture, &newer)?;
    let mut older = full(fixture, 15)?;
    older.tags = tagged("older")?;
    "public-read".clone_into(&mut older.acl);
    older.lock.legal_hold = Some(LegalHold::Off);
    update_all(fixture, &older)?;
    for aspect in MetadataAspect::ALL {
        expect_value(fixture, &newer.value(*aspect))?;
    }
    Ok(())
}

fn tie<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let last = MetadataValue::Tags(tagged("from the bucket whose name sorts last")?);
    let from_source = fixture.change(last.clone(), 20);
    let from_destination = MetadataChange {
        value: MetadataValue::Tags(tagged("from the other bucket")?),
        stamp: Stamp { at: at(20), bucket: fixture.buckets.destination.clone() },
    };
    for (key, order) in
        [("a", [&from_source, &from_destination]), ("b", [&from_destination, &from_source])]
    {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?)?;
        for change in order {
            fixture.update(key, "v1", change)?;
        }
        let seen = fixture.oldest(key)?.metadata.value(MetadataAspect::Tags);
        expect_equal("the tags", &seen, &last)?;
    }
    Ok(())
}

/// Each aspect changes once, after all others have a value.
fn leaves_others<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let mut expected = full(fixture, 20)?;
    update_all(fixture, &expected)?;
    let changes = [
        MetadataValue::Tags(tagged("third")?),
        MetadataValue::Acl("authenticated-read".to_owned()),
        MetadataValue::LegalHold(Some(LegalHold::Off)),
    ];
    for (seconds, value) in (30..).zip(changes) {
        expected.change(value.clone(), at(seconds), &fixture.buckets.source);
        fixture.update("cat.jpg", "v1", &fixture.change(value, seconds))?;
        for aspect in MetadataAspect::ALL {
            expect_value(fixture, &expected.value(*aspect))?;
        }
    }
    Ok(())
}

/// Both sides change something else, and the change that arrives is the older one.
fn own_stamps<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    let (bucket, key, id) = (&fixture.buckets.destination, "cat.jpg".into(), "v1".parse()?);
    let here =
        MetadataChange { value: hold.clone(), stamp: Stamp { at: at(30), bucket: bucket.clone() } };
    fixture.store.change_metadata(bucket, &key, &id, here)?;
    let tags = MetadataValue::Tags(tagged("second")?);
    fixture.update("cat.jpg", "v1", &fixture.change(tags.clone(), 20))?;
    expect_value(fixture, &tags)?;
    expect_value(fixture, &hold)
}

fn acl_stays<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let none = MetadataValue::Acl(String::new());
    fixture.update("cat.jpg", "v1", &fixture.change(none, 20))?;
    expect_value(fixture, &MetadataValue::Acl("public-read".to_owned()))
}

fn acl_stays_overridden<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.owner = Owner::Destination;
    "bucket-owner-full-control".clone_into(&mut version.metadata.acl);
    fixture.replicate(version)?;
    let metadata = full(fixture, 20)?;
    update_all(fixture, &metadata)?;
    let seen = fixture.oldest("cat.jpg")?.metadata;
    expect_equal("the tags", &seen.tags, &metadata.tags)?;
    expect_equal("the ACL", &seen.acl.as_str(), &"bucket-owner-full-control")
}
