//! Differences between what a store has and what it should have: the fields that differ, and their
//! values.
//!
//! The author of a store reads these messages without the sources of the kit. They therefore name
//! the field, and show little of long values:
//!
//! ```text
//! expected "v1" as `VersionId` of the listed version, found "v2"
//! ```
//!
//! Values are compared by `PartialEq` and shown by serde, so a type needs nothing else to be
//! compared. At most three fields are named, since the first one usually explains the others.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};

use serde::Serialize;
use serde_json::Value;

/// The difference between the behaviour of a store and the contract.
///
/// It is the text alone; the name and the clause of the case are added by the report.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mismatch(String);

impl Mismatch {
    pub(super) const fn new(description: String) -> Self {
        Self(description)
    }

    /// Returns the description, which the report shows behind the name of the case.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

// Any error of a store ends a case by `?`, with its own text.
impl<E: Display> From<E> for Mismatch {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// The most fields that a message names.
const FIELDS: usize = 3;

/// The length in characters above which a value is shown in part.
///
/// A short text is shown whole.
const LONG: usize = 100;

/// Returns an error unless both values are equal. It names the fields that differ. `what` is a noun
/// phrase for the value.
pub(super) fn expect_equal<T: PartialEq + Serialize>(
    what: &str,
    seen: &T,
    expected: &T,
) -> Result<(), Mismatch> {
    if seen == expected {
        return Ok(());
    }
    let [seen, expected] =
        // Values are compared as JSON, whose member names are those of S3. That saves a comparison
        // for each type.
        [seen, expected].map(|value| serde_json::to_value(value).unwrap_or_default());
    let mut found = Vec::new();
    compare(what, &seen, &expected, &mut found);
    let more = found.len().saturating_sub(FIELDS);
    found.truncate(FIELDS);
    let mut text = found.join("; ");
    if text.is_empty() {
        // The values differ only in a field that serde leaves out.
        text = format!("{what} is another one");
    }
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    Err(text.into())
}

/// Collects the differences between two values. Objects and long arrays are compared part by part.
///
/// ```text
/// objects           member by member, in the order of their names
/// long arrays       the first item that differs
/// long texts        the part around the first difference
/// everything else   both values as a whole
/// ```
fn compare(what: &str, seen: &Value, expected: &Value, found: &mut Vec<String>) {
    match (seen, expected) {
        _ if seen == expected => {}
        (Value::Object(seen), Value::Object(expected)) => {
            let names: BTreeSet<&String> = seen.keys().chain(expected.keys()).collect();
            for name in names {
                let [seen, expected] =
                    [seen, expected].map(|object| object.get(name).unwrap_or(&Value::Null));
                compare(&member(what, name), seen, expected, found);
            }
        }
        // One more item on one side is a difference at the end of the other.
        (Value::Array(seen), Value::Array(expected)) if is_long(seen) || is_long(expected) => {
            let same = seen.iter().zip(expected).take_while(|(seen, expected)| seen == expected);
            let at = same.count();
            let [seen, expected] = [seen, expected].map(|items| match items.get(at) {
                Some(item) => shown(item),
                None => "the end".to_owned(),
            });
            let number = at + 1;
            found.push(format!("expected {expected} as item {number} of {what}, found {seen}"));
        }
        (Value::String(seen), Value::String(expected)) if seen.len().max(expected.len()) > LONG => {
            let same = seen.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
            let [seen, expected] = [seen, expected].map(|text| window(text, same));
            found.push(format!("expected {expected} as {what}, found {seen}"));
        }
        _ => found.push(format!("expected {} as {what}, found {}", shown(expected), shown(seen))),
    }
}

/// Returns the phrase for a member: the member `Metadata` of a version, and `Metadata.Tags` for a member
/// of that.
fn member(what: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = if name.chars().all(is_plain) { name.to_owned() } else { shown(name) };
    match what.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        Some((path, of)) => format!("`{path}.{name}`{of}"),
        None => format!("`{name}` of {what}"),
    }
}

/// Returns true for an array that is too long to be shown twice in a message. Short ones are shown
/// whole, because the difference may be their order.
fn is_long(items: &[Value]) -> bool {
    items.iter().map(|item| item.to_string().len()).sum::<usize>() > LONG
}

/// Returns a value as JSON. The middle of a long one is left out.
pub(super) fn shown<T: Serialize + ?Sized>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let count = text.chars().count();
    if count <= 2 * LONG {
        return text;
    }
    let head: String = text.chars().take(LONG).collect();
    let tail: String = text.chars().skip(count - 20).collect();
    format!("{head}…{tail}")
}

/// Returns the part of a long text in which it begins to differ. The part begins 20 characters
/// before the difference, and has 40.
///
/// The length of the whole text follows, as the part alone may look alike.
fn window(text: &str, at: usize) -> String {
    let (start, count) = (at.saturating_sub(20), text.chars().count());
    let part: String = text.chars().skip(start).take(40).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + 40 < count { "…" } else { "" };
    format!("{before}{}{after} of {count} characters", shown(&part))
}

/// Returns an error unless a body has these bytes.
pub(super) fn expect_bytes(
    what: &str,
    seen: Option<Vec<u8>>,
    expected: &[u8],
) -> Result<(), Mismatch> {
    expect_same_bytes(what, seen, Some(expected.to_vec()))
}

/// Returns an error unless two bodies have the same bytes, or neither exists.
pub(super) fn expect_same_bytes(
    what: &str,
    seen: Option<Vec<u8>>,
    expected: Option<Vec<u8>>,
) -> Result<(), Mismatch> {
    if seen == expected {
        return Ok(());
    }
    let [found, wanted] = [&seen, &expected].map(|bytes| body(bytes.as_deref()));
    let mut text = format!("expected {wanted} as {what}, found {found}");
    if let (Some(seen), Some(expected)) = (seen, expected) {
        let at = seen.iter().zip(&expected).take_while(|(seen, expected)| seen == expected).count();
        let _ = write!(text, "; they differ from byte {at} on");
    }
    Err(text.into())
}

/// Returns the length of a body, and its bytes if they are few and text.
fn body(bytes: Option<&[u8]>) -> String {
    let Some(bytes) = bytes else { return "no body".to_owned() };
    let length = bytes.len();
    match std::str::from_utf8(bytes) {
        Ok(text) if (1..=40).contains(&length) => format!("{length} bytes {}", shown(text)),
        _ => format!("{length} bytes"),
    }
}
