//! Unusual keys: each must be written, read and listed unchanged.
//!
//! S3 takes a key as bytes of UTF-8 and never changes it. Stores on file systems, behind HTTP
//! libraries or in databases tend to: they join slashes, resolve `..`, decode `%20` twice, fold
//! case, normalise Unicode, or trim spaces. Each list has keys that become equal under one such
//! change, so that the loss of a version shows.

use super::difference::{Mismatch, expect_bytes, expect_equal, shown};
use super::fixture::Fixture;
use super::{Row, Store};
use crate::clause::{KEYS_NOT_NORMALISED, LISTING_ORDER};
use crate::replication::ObjectKey;

/// Returns the cases. Most rows are a list of keys without a function of their own. The bytes of
/// each object are its key, so that two keys which a store mixes up show different bytes.
pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        ("keys-that-are-prefixes-of-others", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(fixture, &["a", "a/b", "a/b/c", "a/bc", "ab"]))
        }),
        ("keys-with-slashes-anywhere", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(fixture, &["/", "//", "/a", "a", "a/", "a//", "a//b", "a/b"]))
        }),
        // Keys in which `..` would leave the bucket are missing: S3 refuses them.
        ("keys-with-dots", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(
                fixture,
                &[".", "...", "./a", "a", "a/.", "a/..", "a/../b", "a/./b", "b", "b."],
            ))
        }),
        // What a library for HTTP may decode once too often, or not at all.
        ("keys-with-escapes", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(
                fixture,
                &[
                    "a b", "a+b", "a%20b", "a%2Fb", "a%2fb", "a/b", "%", "%%", "a&amp;b", "a&b",
                    "a?b",
                ],
            ))
        }),
        // What file systems and shells take for something else.
        ("keys-with-marks", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(
                fixture,
                &[" ", " a", "a ", "a", "\\", "a\\b", "a:b", "a*", "\"", "'", "<a>", "~", "#"],
            ))
        }),
        // One object each, also on a file system that ignores case.
        ("keys-with-case", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(fixture, &["cat.jpg", "Cat.jpg", "CAT.JPG", "cat.JPG"]))
        }),
        // The first two look alike, and differ in their normal form.
        ("keys-beyond-ascii", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(
                fixture,
                &["\u{E9}", "e\u{301}", "ß", "ss", "猫", "\u{1F408}", "\u{FEFF}a", "a"],
            ))
        }),
        // XML 1.0 has no form for some of them, so listings may lose them.
        ("keys-with-control-characters", &KEYS_NOT_NORMALISED, |fixture| {
            Box::pin(expect_all_keys(
                fixture,
                &["\u{1}", "\t", "a\nb", "a\r\nb", "a\rb", "\u{7F}", "a"],
            ))
        }),
        case!("keys-of-maximum-length", &KEYS_NOT_NORMALISED, longest),
        case!("pages-after-any-key", &LISTING_ORDER, pages),
    ]
}

/// Writes each key to both buckets, then reads and lists all of them.
///
/// Each key has one version. All are written before the first is read, so that a later key can
/// overwrite an earlier one.
async fn expect_all_keys<S: Store>(
    fixture: &Fixture<'_, S>,
    keys: &[&str],
) -> Result<(), Mismatch> {
    let write = |key: &&str| fixture.object(key, "v1", 0, key.as_bytes());
    for key in keys {
        // Both ways of writing, since a store may normalise in its front end only.
        fixture.put(write(key)?).await?;
        fixture.replicate(write(key)?).await?;
    }
    let mut expected: Vec<ObjectKey> = keys.iter().copied().map(ObjectKey::from).collect();
    expected.sort();
    for bucket in [&fixture.buckets.source, &fixture.buckets.destination] {
        for key in keys {
            let read = fixture.store.read(bucket, &(*key).into(), &"v1".parse()?).await?;
            expect_equal("the key of the version", &read.key, &(*key).into())?;
            let what = format!("the bytes of {}", shown(key));
            expect_bytes(&what, fixture.bytes(read).await, key.as_bytes())?;
        }
        let listed: Vec<ObjectKey> =
            fixture.list(bucket, 100).await?.into_iter().map(|version| version.key).collect();
        expect_equal("the listed keys", &listed, &expected)?;
    }
    Ok(())
}

/// Keys of 1,024 bytes: without slashes, with many, with characters of three bytes, and two that differ
/// only in the last byte.
async fn longest<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let [flat, other] = ["a", "b"].map(|end| "a".repeat(1_023) + end);
    let deep = "a/".repeat(512);
    let wide = "猫".repeat(341) + "!";
    expect_all_keys(fixture, &[&flat, &other, &deep, &wide]).await
}

/// Pages after any key, whatever its characters.
///
/// The marker of a page is a key, so an encoded marker may point elsewhere.
async fn pages<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let keys = ["/", "a b", "a%20c", "a%2F", "a+d", "a/", "a//", "a/../b", "a\nb", "é", "猫"];
    for key in keys {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?).await?;
    }
    let whole = fixture.names().await?;
    let paged = fixture.list(&fixture.buckets.destination, 1).await?;
    let paged: Vec<_> =
        paged.into_iter().map(|version| (version.key, version.version_id)).collect();
    expect_equal("the listing in pages of one version", &paged, &whole)
}
