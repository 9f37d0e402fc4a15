//! Keys of all shapes: each is written, read and listed as it is.

use super::bench::{Bench, Unmet, same};
use super::{Candidate, Row};
use crate::clause::{KEYS_NOT_NORMALISED, LISTING_ORDER};
use crate::replication::ObjectKey;
use crate::storage::Source;

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("keys-that-begin-each-other", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &["a", "a/b", "a/b/c", "a/bc", "ab"])
        }),
        ("keys-with-slashes-anywhere", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &["/", "//", "/a", "a", "a/", "a//", "a//b", "a/b"])
        }),
        // S3 refuses a key in which `..` would leave the bucket.
        ("keys-with-dots", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &[".", "...", "./a", "a", "a/.", "a/..", "a/../b", "a/./b", "b", "b."])
        }),
        ("keys-with-escapes", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(
                bench,
                &[
                    "a b", "a+b", "a%20b", "a%2Fb", "a%2fb", "a/b", "%", "%%", "a&amp;b", "a&b",
                    "a?b",
                ],
            )
        }),
        ("keys-with-marks", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(
                bench,
                &[" ", " a", "a ", "a", "\\", "a\\b", "a:b", "a*", "\"", "'", "<a>", "~", "#"],
            )
        }),
        ("keys-with-case", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &["cat.jpg", "Cat.jpg", "CAT.JPG", "cat.JPG"])
        }),
        ("keys-beyond-ascii", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &["\u{E9}", "e\u{301}", "ß", "ss", "猫", "\u{1F408}", "\u{FEFF}a", "a"])
        }),
        ("keys-with-control-characters", &KEYS_NOT_NORMALISED, |bench| {
            all_kept(bench, &["\u{1}", "\t", "a\nb", "a\r\nb", "a\rb", "\u{7F}", "a"])
        }),
        ("keys-of-the-longest", &KEYS_NOT_NORMALISED, longest),
        ("pages-behind-any-key", &LISTING_ORDER, pages),
    ]
}

/// Writes each key on both sides, and looks for all of them.
fn all_kept<C: Candidate>(bench: &Bench<'_, C>, keys: &[&str]) -> Result<(), Unmet> {
    let write = |key: &&str| bench.object(key, "v1", 0, key.as_bytes());
    for key in keys {
        bench.put(write(key)?)?;
        bench.replicate(write(key)?)?;
    }
    let mut promised: Vec<ObjectKey> = keys.iter().copied().map(ObjectKey::from).collect();
    promised.sort();
    for bucket in [&bench.buckets.source, &bench.buckets.destination] {
        for key in keys {
            let read = bench.store.bucket(bucket).read(&(*key).into(), &"v1".parse()?)?;
            same("the key that was read", &read.key, &(*key).into())?;
            let of = format!("the bytes of {key:?}");
            same(&of, &bench.bytes(read).as_deref(), &Some(key.as_bytes()))?;
        }
        let listed = bench.list(bucket, 100)?.into_iter().map(|one| one.key).collect();
        same("the keys, as listed", &listed, &promised)?;
    }
    Ok(())
}

/// 1,024 bytes without a slash, with many, of characters of three bytes, and two that differ at the
/// very end.
fn longest<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let [flat, other] = ["a", "b"].map(|end| "a".repeat(1_023) + end);
    let deep = "a/".repeat(512);
    let wide = "猫".repeat(341) + "!";
    all_kept(bench, &[&flat, &other, &deep, &wide])
}

/// A page begins behind the key it is told of, however that is written.
fn pages<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let keys = ["/", "a b", "a%20c", "a%2F", "a+d", "a/", "a//", "a/../b", "a\nb", "é", "猫"];
    for key in keys {
        bench.replicate(bench.object(key, "v1", 0, b"meow")?)?;
    }
    let whole = bench.names()?;
    let paged = bench.list(&bench.buckets.destination, 1)?;
    let paged: Vec<_> = paged.into_iter().map(|one| (one.key, one.version_id)).collect();
    same("pages of 1, against the whole listing", &paged, &whole)
}
