//! Listings, complete and page by page.

use super::fixture::{Fixture, Mismatch, expect_equal, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::model::VersionId;
use crate::replication::ObjectKey;
use crate::storage::Source;

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("empty-bucket-lists-nothing", &clause::LISTING_ORDER, empty),
        ("keys-are-listed-by-byte", &clause::LISTING_ORDER, by_byte),
        ("latest-is-listed-first", &clause::LISTING_ORDER, latest_first),
        ("late-version-is-not-latest", &clause::LATE_REPLICAS, late_version),
        ("late-delete-marker-is-not-latest", &clause::LATE_REPLICAS, late_marker),
        ("listing-has-everything-but-bytes", &clause::LISTING_ORDER, has_everything),
        ("buckets-are-separate", &clause::LISTING_ORDER, apart),
        ("pages-are-complete", &clause::LISTING_ORDER, pages),
        ("page-after-a-missing-version", &clause::LISTING_ORDER, version_gone),
        ("page-after-a-missing-key", &clause::LISTING_ORDER, key_gone),
    ]
}

fn empty<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    for bucket in [&fixture.buckets.source, &fixture.buckets.destination] {
        expect_equal(
            "the number of versions in an empty bucket",
            &fixture.list(bucket, 10)?.len(),
            &0,
        )?;
    }
    Ok(())
}

fn by_byte<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    // U+FF5E comes before U+1F408 byte by byte, and after it in UTF-16.
    let sorted = ["B", "a", "a b", "a-", "a/b", "a0", "ab", "b", "é", "\u{FF5E}", "\u{1F408}"];
    for key in sorted.iter().rev() {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?)?;
    }
    let names = fixture.names()?;
    let keys: Vec<&ObjectKey> = names.iter().map(|(key, _)| key).collect();
    let sorted = sorted.map(ObjectKey::from);
    expect_equal("the listed keys", &keys, &sorted.iter().collect())
}

fn latest_first<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 0, b"meow")?)?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 5, b"purr")?)?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 9)?)?;
    fixture.expect_ids(&["m1", "v1", "v2"])
}

fn late_version<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 5, b"purr")?)?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    fixture.expect_ids(&["v2", "v1"])
}

fn late_marker<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 9, b"purr")?)?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?)?;
    fixture.expect_ids(&["v2", "m1", "v1"])
}

fn has_everything<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.metadata.tags = tagged("tax")?;
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    fixture.replicate(version)?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?)?;
    let bucket = fixture.store.bucket(&fixture.buckets.destination);
    for listed in fixture.list(&fixture.buckets.destination, 10)? {
        let read = bucket.read(&listed.key, &listed.version_id)?;
        // Compared first, because a long difference would hide it.
        let what = format!("whether the listed version {} has a body", listed.version_id);
        expect_equal(&what, &listed.body.is_some(), &read.body.is_some())?;
        expect_equal("the listed version", &listed, &read.without_bytes())?;
    }
    Ok(())
}

fn apart<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.put(fixture.object("mine", "v1", 0, b"meow")?)?;
    fixture.replicate(fixture.object("theirs", "v1", 0, b"purr")?)?;
    for (bucket, key) in
        [(&fixture.buckets.source, "mine"), (&fixture.buckets.destination, "theirs")]
    {
        let keys: Vec<ObjectKey> =
            fixture.list(bucket, 10)?.into_iter().map(|version| version.key).collect();
        expect_equal("the keys", &keys, &vec![key.into()])?;
    }
    Ok(())
}

/// Writes several versions of several keys, and returns their names in the order of a listing.
fn written<C: Candidate>(
    fixture: &Fixture<'_, C>,
) -> Result<Vec<(ObjectKey, VersionId)>, Mismatch> {
    let mut names = Vec::new();
    for key in ["a", "a/b", "b", "d"] {
        for (id, seconds) in [("v3", 20), ("v1", 10), ("v2", 0)] {
            fixture.replicate(fixture.object(key, id, seconds, b"meow")?)?;
            names.push((key.into(), id.parse()?));
        }
    }
    Ok(names)
}

fn pages<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let expected = written(fixture)?;
    for limit in [1, 2, 5, 12, 100] {
        let listed = fixture.list(&fixture.buckets.destination, limit)?;
        let names: Vec<_> =
            listed.into_iter().map(|version| (version.key, version.version_id)).collect();
        expect_equal(&format!("pages of {limit}"), &names, &expected)?;
    }
    Ok(())
}

/// Lists a page after a missing version of the key `missing`. It must begin with the first version of
/// `from`.
fn expect_page_after<C: Candidate>(
    fixture: &Fixture<'_, C>,
    missing: &str,
    from: &str,
) -> Result<(), Mismatch> {
    let expected = written(fixture)?.into_iter().filter(|(key, _)| *key >= from.into());
    let (key, id) = (ObjectKey::from(missing), "missing".parse()?);
    let page =
        fixture.store.bucket(&fixture.buckets.destination).versions(Some((&key, &id)), 100)?;
    let names: Vec<_> = page.into_iter().map(|version| (version.key, version.version_id)).collect();
    expect_equal("the page", &names, &expected.collect())
}

fn version_gone<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_page_after(fixture, "b", "b")
}

fn key_gone<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_page_after(fixture, "c", "d")
}
