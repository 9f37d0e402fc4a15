//! How buckets are listed, whole and page by page.

use super::bench::{Bench, Unmet, same, tagged};
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
        ("listing-tells-all-but-bytes", &clause::LISTING_ORDER, tells_all),
        ("buckets-are-listed-apart", &clause::LISTING_ORDER, apart),
        ("pages-leave-nothing-out", &clause::LISTING_ORDER, pages),
        ("page-behind-a-version-that-is-gone", &clause::LISTING_ORDER, version_gone),
        ("page-behind-a-key-that-is-gone", &clause::LISTING_ORDER, key_gone),
    ]
}

fn empty<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    for bucket in [&bench.buckets.source, &bench.buckets.destination] {
        same("versions in an empty bucket", &bench.list(bucket, 10)?.len(), &0)?;
    }
    Ok(())
}

fn by_byte<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    // U+FF5E comes before U+1F408 byte by byte, and after it in UTF-16.
    let sorted = ["B", "a", "a b", "a-", "a/b", "a0", "ab", "b", "é", "\u{FF5E}", "\u{1F408}"];
    for key in sorted.iter().rev() {
        bench.replicate(bench.object(key, "v1", 0, b"meow")?)?;
    }
    let names = bench.names()?;
    let keys: Vec<&ObjectKey> = names.iter().map(|(key, _)| key).collect();
    let sorted = sorted.map(ObjectKey::from);
    same("the keys, as listed", &keys, &sorted.iter().collect())
}

fn latest_first<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.replicate(bench.object("cat.jpg", "v2", 0, b"meow")?)?;
    bench.replicate(bench.object("cat.jpg", "v1", 5, b"purr")?)?;
    bench.replicate(bench.marker("cat.jpg", "m1", 9)?)?;
    bench.ids_are(&["m1", "v1", "v2"])
}

fn late_version<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.replicate(bench.object("cat.jpg", "v2", 5, b"purr")?)?;
    bench.replicate(bench.object("cat.jpg", "v1", 0, b"meow")?)?;
    bench.ids_are(&["v2", "v1"])
}

fn late_marker<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.replicate(bench.object("cat.jpg", "v2", 9, b"purr")?)?;
    bench.replicate(bench.object("cat.jpg", "v1", 0, b"meow")?)?;
    bench.replicate(bench.marker("cat.jpg", "m1", 5)?)?;
    bench.ids_are(&["v2", "m1", "v1"])
}

fn tells_all<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut version = bench.object("cat.jpg", "v1", 0, b"meow")?;
    version.metadata.tags = tagged("tax")?;
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    bench.replicate(version)?;
    bench.replicate(bench.marker("cat.jpg", "m1", 5)?)?;
    let bucket = bench.store.bucket(&bench.buckets.destination);
    for listed in bench.list(&bench.buckets.destination, 10)? {
        let read = bucket.read(&listed.key, &listed.version_id)?;
        same("what is listed", &listed, &read.without_bytes())?;
    }
    Ok(())
}

fn apart<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.put(bench.object("mine", "v1", 0, b"meow")?)?;
    bench.replicate(bench.object("theirs", "v1", 0, b"purr")?)?;
    for (bucket, key) in [(&bench.buckets.source, "mine"), (&bench.buckets.destination, "theirs")] {
        let keys: Vec<ObjectKey> = bench.list(bucket, 10)?.into_iter().map(|one| one.key).collect();
        same("the keys", &keys, &vec![key.into()])?;
    }
    Ok(())
}

/// Writes several versions of several keys, and returns their names as they are to be listed.
fn written<C: Candidate>(bench: &Bench<'_, C>) -> Result<Vec<(ObjectKey, VersionId)>, Unmet> {
    let mut names = Vec::new();
    for key in ["a", "a/b", "b", "d"] {
        for (id, seconds) in [("v3", 20), ("v1", 10), ("v2", 0)] {
            bench.replicate(bench.object(key, id, seconds, b"meow")?)?;
            names.push((key.into(), id.parse()?));
        }
    }
    Ok(names)
}

fn pages<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let promised = written(bench)?;
    for limit in [1, 2, 5, 12, 100] {
        let listed = bench.list(&bench.buckets.destination, limit)?;
        let names: Vec<_> = listed.into_iter().map(|one| (one.key, one.version_id)).collect();
        same(&format!("pages of {limit}"), &names, &promised)?;
    }
    Ok(())
}

/// Lists what comes behind a version that is gone, and compares that with all from this key on.
fn behind<C: Candidate>(bench: &Bench<'_, C>, gone: &str, from: &str) -> Result<(), Unmet> {
    let promised = written(bench)?.into_iter().filter(|(key, _)| *key >= from.into());
    let (gone, id) = (ObjectKey::from(gone), "gone".parse()?);
    let page = bench.store.bucket(&bench.buckets.destination).versions(Some((&gone, &id)), 100)?;
    let names: Vec<_> = page.into_iter().map(|one| (one.key, one.version_id)).collect();
    same("the page", &names, &promised.collect())
}

fn version_gone<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    behind(bench, "b", "b")
}

fn key_gone<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    behind(bench, "c", "d")
}
