//! Percent-encoding of keys in manifests.
//!
//! S3 writes keys in manifests and inventories percent-encoded: `a b/ü` is `a%20b/%C3%BC`. A space
//! can also be a `+`, and sources disagree on whether S3 reads it so; see [`PlusReading`].
//!
//! Which of both readings of `+` applies is a question of the dialect and not of this file. Writing
//! needs no such choice: a space is always written `%20`, which every reader takes alike.

use memchr::{memchr, memchr2};

use crate::batch::manifest::RowErrorKind;
use crate::batch::row_error::excerpt;
use crate::dialect::job::PlusReading;

/// Decodes a key as an inventory or a manifest has it (REP-944).
///
/// The buffer holds what had to be decoded, so one buffer serves any number of keys without an
/// allocation for each.
///
/// # Errors
///
/// When the key contains a `%` without two hexadecimal digits, or does not decode to UTF-8.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
/// use s3_replication::dialect::job::PlusReading;
///
/// let mut buffer = Vec::new();
/// let key = manifest::decode_key("Tax/a%26b+1.pdf", PlusReading::Space, &mut buffer)?;
/// assert_eq!(key, "Tax/a&b 1.pdf");
/// assert!(manifest::decode_key("100%", PlusReading::Space, &mut buffer).is_err());
/// # Ok::<(), s3_replication::batch::manifest::RowErrorKind>(())
/// ```
pub fn decode_key<'k>(
    written: &'k str,
    plus: PlusReading,
    buffer: &'k mut Vec<u8>,
) -> Result<&'k str, RowErrorKind> {
    Ok(decode(written, plus, buffer)?.unwrap_or(written))
}

/// Appends a key to `out` as an inventory or a manifest has it (REP-944): all bytes but letters,
/// digits and `-_.~/` are percent-encoded.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let mut written = Vec::new();
/// manifest::encode_key("Tax/a&b 1.pdf".as_bytes(), &mut written);
/// assert_eq!(written, b"Tax/a%26b%201.pdf");
/// ```
pub fn encode_key(key: &[u8], out: &mut Vec<u8>) {
    const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: four bits are less than 16")]
    let digit = |value: u8| DIGITS[usize::from(value & 15)];
    for byte in key {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(*byte);
            }
            byte => out.extend([b'%', digit(byte >> 4), digit(*byte)]),
        }
    }
}

/// Decodes a key into a buffer; returns `None` if the key contains nothing to decode. The buffer
/// belongs to the caller, who reads millions of rows with one.
///
/// ```text
/// cats/a.jpg  ->  None (the key is the text)
/// a%20b       ->  "a b"
/// a+b         ->  "a b" or None, by the reading of `+`
/// 100%        ->  KeyEncoding: a `%` without two digits
/// %FF         ->  KeyNotUtf8
/// ```
pub(super) fn decode<'b>(
    text: &str,
    plus: PlusReading,
    decoded: &'b mut Vec<u8>,
) -> Result<Option<&'b str>, RowErrorKind> {
    let find = |rest| match plus {
        PlusReading::Space => memchr2(b'%', b'+', rest),
        PlusReading::Literal => memchr(b'%', rest),
    };
    let mut rest = text.as_bytes();
    // Most keys contain nothing to decode, and are borrowed from the row.
    // The caller may take `None` as "show no second spelling": an error message names the written
    // key only where it differs.
    let Some(mut next) = find(rest) else { return Ok(None) };
    decoded.clear();
    while let Some((plain, encoded)) = rest.split_at_checked(next) {
        decoded.extend_from_slice(plain);
        rest = match encoded {
            [b'%', high, low, behind @ ..] => {
                let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                    return Err(RowErrorKind::KeyEncoding { found: excerpt(text) });
                };
                decoded.push(high << 4 | low);
                behind
            }
            [b'+', behind @ ..] => {
                decoded.push(b' ');
                behind
            }
            [] => break,
            _ => return Err(RowErrorKind::KeyEncoding { found: excerpt(text) }),
        };
        next = find(rest).unwrap_or(rest.len());
    }
    // Checked after decoding: two escapes such as `%C3%BC` make one character together.
    let decoded = str::from_utf8(decoded);
    decoded.map(Some).map_err(|_| RowErrorKind::KeyNotUtf8 { found: excerpt(text) })
}

/// Returns the value of a hexadecimal digit in either case.
const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
