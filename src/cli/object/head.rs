//! Members of `HeadObject` in an object that is not its output.
//!
//! Half of such an output, copied by hand, is dangerous: it lacks members that decide, for instance
//! the replication status, and their absence would be read as the default. So it is refused, with
//! the members of an object that have the same meaning.
//!
//! ```text
//! {"Key": "a", "ContentLength": 3, "ServerSideEncryption": "aws:kms"}
//!
//! `ContentLength`, `ServerSideEncryption` are members of `head-object`, and this is not its whole
//! output, which has `ETag` and `LastModified`; write `"Size": 3, "EncryptionStatus": "SSE-KMS"`, or
//! give the whole output with `--key KEY`
//! ```
//!
//! `Supplement::complete` decides which object is refused so.

use std::fmt::Write as _;

use s3_replication::model::EncryptionStatus;

use crate::cli::object::{Problem, Written, json};

/// Returns the refusal of an object with some members of `HeadObject`, which names the counterpart of
/// each, with its value.
///
/// Call it only if at least one of the members is not `SSEKMSKeyId`, which has no counterpart and
/// is not named: the sentence would have no subject.
pub(super) fn counterparts(written: &Written<'_>) -> Problem {
    let names = written.head_members.iter().filter(|name| **name != "SSEKMSKeyId");
    let shown: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let mut meant = String::new();
    for name in &written.head_members {
        if let Some(counterpart) = counterpart(name, written) {
            let _ = write!(meant, "{}{counterpart}", if meant.is_empty() { "" } else { ", " });
        }
    }
    let verb = if shown.len() > 1 { "are members" } else { "is a member" };
    let meant = if meant.is_empty() { String::new() } else { format!("write `{meant}`, or ") };
    Problem(format!(
        "{} {verb} of `head-object`, and this is not its whole output, which has `ETag` and \
         `LastModified`; {meant}give the whole output with `--key KEY`",
        shown.join(", ")
    ))
}

/// Returns the member of an object that has the same meaning, with its value.
///
/// `None` for a member without one, and for a value that is missing, such as `null`. A word of a
/// header is written as the word of Inventory; one that is not known stays, and is refused when it
/// is read.
fn counterpart(name: &str, written: &Written<'_>) -> Option<String> {
    let member = |name: &str, value: Option<&str>| {
        Some(format!("\"{name}\": {}", serde_json::json!(json::shortened(value?))))
    };
    let number =
        |name: &str, value: Option<&str>| Some(format!("\"{name}\": {}", json::shortened(value?)));
    match name {
        "ContentLength" | "ObjectSize" => number("Size", written.size.as_deref()),
        "DeleteMarker" => number("IsDeleteMarker", written.is_delete_marker.as_deref()),
        "ServerSideEncryption" => {
            let word = written.encryption.as_deref()?;
            let status = word.parse::<EncryptionStatus>();
            let status = status.map_or(word, |status| status.as_str());
            member("EncryptionStatus", Some(status))
        }
        "SSECustomerAlgorithm" => member("EncryptionStatus", Some(EncryptionStatus::SseC.as_str())),
        "BucketKeyEnabled" => {
            let is_enabled = written.bucket_key.as_deref()?.eq_ignore_ascii_case("true");
            member("BucketKeyStatus", Some(if is_enabled { "ENABLED" } else { "DISABLED" }))
        }
        "ArchiveStatus" => member("IntelligentTieringAccessTier", written.access_tier.as_deref()),
        // The number does not show which tags they are.
        "TagCount" => Some("\"Tags\": {…}".to_owned()),
        _ => None,
    }
}
