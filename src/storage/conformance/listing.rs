//! Listings, complete and page by page.
//!
//! A listing has to be sorted by the bytes of keys, with the latest version of a key first,
//! whatever the order of arrival. Jobs and the comparison of buckets merge two listings in one pass
//! and would report missing versions otherwise.
//!
//! ```text
//! B      v1
//! a      v2 of the time 9, v1 of the time 0
//! a-     v1                                    `-` is less than `/`
//! a/b    v1
//! ```
//!
//! Keys of unusual characters are in `keys.rs`.

use super::difference::{Mismatch, expect_equal};
use super::fixture::{Fixture, tagged};
use super::{Row, Store};
use crate::clause;
use crate::model::VersionId;
use crate::replication::ObjectKey;

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // Whole listings first, and pages after them.
        case!("empty-bucket-lists-nothing", &clause::LISTING_ORDER, empty),
        case!("keys-are-listed-by-byte", &clause::LISTING_ORDER, by_byte),
        case!("latest-is-listed-first", &clause::LISTING_ORDER, latest_first),
        case!("late-version-is-not-latest", &clause::LATE_REPLICAS, late_version),
        case!("late-delete-marker-is-not-latest", &clause::LATE_REPLICAS, late_marker),
        case!("listing-has-everything-but-bytes", &clause::LISTING_ORDER, has_everything),
        case!("buckets-are-separate", &clause::LISTING_ORDER, apart),
        case!("pages-are-complete", &clause::LISTING_ORDER, pages),
        case!("page-after-a-missing-version", &clause::LISTING_ORDER, version_gone),
        case!("page-after-a-missing-key", &clause::LISTING_ORDER, key_gone),
    ]
}

/// No error, and no entry: a new bucket exists.
async fn empty<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    for bucket in [&fixture.buckets.source, &fixture.buckets.destination] {
        expect_equal(
            "the number of versions in an empty bucket",
            &fixture.list(bucket, 10).await?.len(),
            &0,
        )?;
    }
    Ok(())
}

/// Stores in languages with UTF-16 strings, and those that sort with a locale, fail here.
///
/// They are written in reverse order.
async fn by_byte<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    // U+FF5E comes before U+1F408 byte by byte, and after it in UTF-16.
    let sorted = ["B", "a", "a b", "a-", "a/b", "a0", "ab", "b", "é", "\u{FF5E}", "\u{1F408}"];
    for key in sorted.iter().rev() {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?).await?;
    }
    let names = fixture.names().await?;
    let keys: Vec<&ObjectKey> = names.iter().map(|(key, _)| key).collect();
    let sorted = sorted.map(ObjectKey::from);
    expect_equal("the listed keys", &keys, &sorted.iter().collect())
}

/// The IDs are sorted differently from the times, so that a store which sorts by ID fails.
async fn latest_first<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 0, b"meow")?).await?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 5, b"purr")?).await?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 9)?).await?;
    fixture.expect_ids(&["m1", "v1", "v2"]).await
}

/// Replication does not keep the order. The version that was created last is the latest, not the
/// one that arrived last.
async fn late_version<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 5, b"purr")?).await?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    fixture.expect_ids(&["v2", "v1"]).await
}

/// A marker that arrives late goes between the versions. As the latest version it would hide an
/// object that was written after the delete.
async fn late_marker<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v2", 9, b"purr")?).await?;
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?).await?;
    fixture.expect_ids(&["v2", "m1", "v1"]).await
}

/// A listing and a read describe a version alike, apart from the bytes.
///
/// It compares whole versions, so a field that is added to them is compared, too.
async fn has_everything<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.metadata.tags = tagged("tax")?;
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    fixture.replicate(version).await?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?).await?;
    let bucket = &fixture.buckets.destination;
    for listed in fixture.list(bucket, 10).await? {
        let read = fixture.store.read(bucket, &listed.key, &listed.version_id).await?;
        let (name, has_body) = (&listed.version_id, listed.body.is_some());
        if has_body != read.body.is_some() {
            let body = if has_body { "`Some(())`" } else { "`None`" };
            return Err(format!(
                "the body of the listed version `{name}` is {body}: a listing has `Some(())` for an \
                 object and `None` for a delete marker"
            )
            .into());
        }
        let what = format!("the listed version `{name}`");
        expect_equal(&what, &listed, &read.without_bytes())?;
    }
    Ok(())
}

/// The buckets have different contents. A store whose buckets share a table must filter.
async fn apart<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.put(fixture.object("mine", "v1", 0, b"meow")?).await?;
    fixture.replicate(fixture.object("theirs", "v1", 0, b"purr")?).await?;
    for (bucket, key) in
        [(&fixture.buckets.source, "mine"), (&fixture.buckets.destination, "theirs")]
    {
        let keys: Vec<ObjectKey> =
            fixture.list(bucket, 10).await?.into_iter().map(|version| version.key).collect();
        expect_equal("the keys", &keys, &vec![key.into()])?;
    }
    Ok(())
}

/// Writes several versions of several keys, and returns their names in the order of a listing.
/// Within a key the latest version is written first, so that the order of writing is that of the
/// listing.
async fn written<S: Store>(
    fixture: &Fixture<'_, S>,
) -> Result<Vec<(ObjectKey, VersionId)>, Mismatch> {
    let mut names = Vec::new();
    for key in ["a", "a/b", "b", "d"] {
        for (id, seconds) in [("v3", 20), ("v1", 10), ("v2", 0)] {
            fixture.replicate(fixture.object(key, id, seconds, b"meow")?).await?;
            names.push((key.into(), id.parse()?));
        }
    }
    Ok(names)
}

/// Pages that end within a key, between keys, at the end, and beyond it.
async fn pages<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let expected = written(fixture).await?;
    for limit in [1, 2, 5, 12, 100] {
        let listed = fixture.list(&fixture.buckets.destination, limit).await?;
        let names: Vec<_> =
            listed.into_iter().map(|version| (version.key, version.version_id)).collect();
        expect_equal(&format!("the listing in pages of {limit}"), &names, &expected)?;
    }
    Ok(())
}

/// Lists a page after a missing version of the key `missing`. It must begin with the first version of
/// `from`.
async fn expect_page_after<S: Store>(
    fixture: &Fixture<'_, S>,
    missing: &str,
    from: &str,
) -> Result<(), Mismatch> {
    let expected = written(fixture).await?.into_iter().filter(|(key, _)| *key >= from.into());
    let (key, id) = (ObjectKey::from(missing), "missing".parse()?);
    let bucket = &fixture.buckets.destination;
    let page = fixture.store.versions(bucket, Some((&key, &id)), 100).await?;
    let names: Vec<_> = page.into_iter().map(|version| (version.key, version.version_id)).collect();
    expect_equal("the page", &names, &expected.collect())
}

/// The version at which a page ended may be deleted before the next page is asked for. That page
/// begins with the first version of the key: a version that is listed twice is better than one that
/// is never listed.
async fn version_gone<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_page_after(fixture, "b", "b").await
}

/// As above, for a key that has no version left: the listing goes on with the next key.
async fn key_gone<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_page_after(fixture, "c", "d").await
}
