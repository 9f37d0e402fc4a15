//! Objects in the documents that tools give: outputs of the AWS CLI, event records, and arrays.
//!
//! Which document a text is follows from its members: `Versions`, `Contents` or `Records`. The
//! documents of the CLI have no marks of their own. A text that is not a known document is one object.
//!
//! ```text
//! {"Versions": […], "DeleteMarkers": […]}    list-object-versions
//! {"Contents": […]}                          list-objects-v2, list-objects
//! {"RequestCharged": null, "Prefix": ""}     either of them, for a bucket without objects
//! {"Records": […]}                           an event notification, perhaps in messages
//! {"detail-type": "…", "detail": {…}}        an event of EventBridge
//! {"eventName": "…", "s3": {…}}              one record of an event notification
//! {"Service": "…", "Event": "s3:TestEvent"}  the test of a target, without objects
//! […]                                        an array of any of these, or of objects
//! {"Key": "…"}, anything else                one object
//! ```
//!
//! The objects go to a closure, one by one, so that a listing never becomes a list of parsed
//! objects. The members of one object are read by `json`, those of an event by `notification`, and
//! messages are unwrapped by `envelope`. Lines and the limit of a document are up to `reader`.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cli::object::{
    Object, Problem, Written, encryption, envelope, head, json, notification,
};

/// Facts that the caller knows beyond the input.
///
/// The command line knows the key of the output of `head-object`; the configuration shows whether
/// tags decide.
///
/// The default adds nothing, as for an object of the program itself, see `object::read`.
#[derive(Debug, Default)]
pub(in crate::cli) struct Supplement {
    /// The key of an object that has none, as in the output of `head-object`.
    pub(in crate::cli) key: Option<String>,
    /// True if the tags of an object decide.
    pub(in crate::cli) needs_tags: bool,
}

impl Supplement {
    /// Adds what is known to an object, and refuses one without a fact that decides.
    ///
    /// An object that names its key has the members of S3 Inventory. It may also be an output of S3
    /// to which the key was added: that is certain only where the output is whole. So there are
    /// three cases of members of `HeadObject`:
    ///
    /// ```text
    /// {"ETag": "x", "ContentLength": 1}               whole; the key comes from `--key`
    /// {"Key": "a", "ETag": "x", "ContentLength": 1}   whole; the key was added to it
    /// {"Key": "a", "ContentLength": 1}                half an output: refused by `head`
    /// ```
    ///
    /// `TagCount` without the tags is refused only if rules select by tags; else it is as good as
    /// none.
    pub(super) fn complete(&self, written: &mut Written<'_>) -> Result<(), Problem> {
        // `LastModified` is in every output, and objects of the user may have it, too.
        let is_whole = written.is_output || written.last_modified.is_some();
        // The ID of the key has no other name.
        let has_counterpart = written.head_members.iter().any(|name| *name != "SSEKMSKeyId");
        if written.key.is_some() && has_counterpart && !is_whole {
            // Members that contradict each other are the worse mistake.
            encryption(written)?;
            return Err(head::counterparts(written));
        }
        if written.key.is_none() {
            written.key = self.key.clone().map(Into::into);
        }
        // `0` means that the object has no tags, so nothing is missing.
        let count = written.tag_count.as_deref().filter(|count| *count != "0");
        match count {
            Some(count) if self.needs_tags && written.tags.is_empty() => Err(Problem(format!(
                "`TagCount` is {}, but the tags, by which rules select, are missing; add `Tags`, such \
                 as the output `TagSet` of `get-object-tagging`",
                json::shortened(count)
            ))),
            _ => Ok(()),
        }
    }
}

/// A document that holds objects.
///
/// The reader prints the note of each kind once. The order of variants means nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Kind {
    /// The output of `list-object-versions`.
    Versions,
    /// The output of `list-objects-v2` or `list-objects`.
    Contents,
    /// The records of an event notification.
    Records,
    /// An event of `EventBridge`.
    BridgeEvent,
    /// The event by which S3 tests a target of notifications.
    TestEvent,
    /// An array of objects.
    ///
    /// Also a listing or an envelope that holds nothing.
    Array,
}

impl Kind {
    /// Returns the note about the document: the facts that no object of it has, and that decide.
    ///
    /// `None` where nothing that decides is missing, or where each object shows what it has.
    pub(super) fn note(self) -> Option<String> {
        let unknown = match self {
            Self::Versions => "`EncryptionStatus`, `ReplicationStatus`, `Tags`",
            Self::Contents => "`VersionId`, `EncryptionStatus`, `ReplicationStatus`, `Tags`",
            Self::Records | Self::BridgeEvent => "`EncryptionStatus`, `StorageClass`, `Tags`",
            Self::TestEvent => {
                return Some(
                    "`s3:TestEvent` is a test of S3 and contains no object; it is left out"
                        .to_owned(),
                );
            }
            Self::Array => return None,
        };
        Some(format!("{self} does not contain {unknown}; the defaults of S3 are assumed"))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Versions => "`list-object-versions`",
            Self::Contents => "`list-objects-v2`",
            Self::Records => "an event notification",
            Self::BridgeEvent => "an event of EventBridge",
            Self::TestEvent => "a test event",
            Self::Array => "an array",
        })
    }
}

/// The members that show what a document is. Others are skipped.
///
/// Raw values are slices of the text, so a listing of a gigabyte is not made a tree. Each object is
/// parsed when its turn comes.
///
/// A member that is `null` counts as absent. The text must be one JSON object: for anything else
/// `known` returns `None`.
#[derive(Deserialize)]
struct Top<'t> {
    #[serde(borrow, rename = "Versions")]
    versions: Option<Vec<&'t RawValue>>,
    #[serde(borrow, rename = "DeleteMarkers")]
    delete_markers: Option<Vec<&'t RawValue>>,
    #[serde(borrow, rename = "Contents")]
    contents: Option<Vec<&'t RawValue>>,
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<&'t RawValue>>,
    #[serde(borrow, rename = "CommonPrefixes")]
    common_prefixes: Option<&'t RawValue>,
    #[serde(borrow, rename = "detail-type")]
    detail_type: Option<&'t RawValue>,
    /// The parts of a single record.
    #[serde(borrow, rename = "eventName")]
    event_name: Option<&'t RawValue>,
    #[serde(borrow)]
    s3: Option<&'t RawValue>,
    #[serde(borrow, rename = "Event")]
    event: Option<&'t RawValue>,
    #[serde(borrow, rename = "Service")]
    service: Option<&'t RawValue>,
    /// The member that makes a text an object.
    #[serde(borrow, rename = "Key")]
    key: Option<&'t RawValue>,
}

/// The taker of the objects of a document, each with its offset in the text.
///
/// A mistake in one object is handed over as well, and the others follow. The offset is that of the
/// object in the text of `each`, from which the reader counts the line.
pub(super) type Take<'a> = dyn FnMut(usize, Result<Object<'_>, Problem>) + 'a;

/// Hands over the objects of a document; returns `None` if the text is no document known here.
///
/// Nothing was handed over then, so the caller can read the text as one object. An array that is
/// not JSON to its end is `None`, too: its first objects are not handed over.
pub(super) fn each(text: &str, supplement: &Supplement, take: &mut Take<'_>) -> Option<Kind> {
    // A `RawValue` is a slice of the text, so the distance of the two pointers is its offset.
    let offset = |raw: &RawValue| raw.get().as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        for item in items {
            let at = offset(item);
            let mut is_document = false;
            // An array of documents, such as pages of a listing.
            if item.get().starts_with('{') {
                let mut nested = |inside: usize, object: Result<Object<'_>, Problem>| {
                    take(at + inside, object);
                };
                is_document = known(item.get(), supplement, &mut nested).is_some();
            }
            // Also what is not an object at all, such as a number: `object` refuses it with advice.
            if !is_document {
                take(at, object(item.get(), false, supplement));
            }
        }
        return Some(Kind::Array);
    }
    known(text, supplement, take)
}

/// Hands over the objects of a document that is known by its members.
///
/// Messages of queues and topics hold documents as texts: their objects are those of the texts.
///
/// The first member that fits decides. `Records` come before the parts of a single record, and the
/// test event before the empty listing, which has the weakest mark.
fn known(text: &str, supplement: &Supplement, take: &mut Take<'_>) -> Option<Kind> {
    let offset = |raw: &RawValue| raw.get().as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    if let Some(inner) = envelope::content(text) {
        return Some(inside(&inner, 0, supplement, take));
    }
    let top: Top<'_> = serde_json::from_str(text).ok()?;
    let mut kind = match &top {
        Top { records: Some(_), .. } => Kind::Records,
        Top { versions: Some(_), .. } | Top { delete_markers: Some(_), .. } => Kind::Versions,
        Top { contents: Some(_), .. } => Kind::Contents,
        Top { detail_type: Some(_), .. } => {
            take(0, notification::bridge_event(text));
            return Some(Kind::BridgeEvent);
        }
        Top { event_name: Some(_), s3: Some(_), .. } => {
            take(0, notification::record(text));
            return Some(Kind::Records);
        }
        Top { service: Some(_), event: Some(event), .. } if event.get().contains("TestEvent") => {
            return Some(Kind::TestEvent);
        }
        // A listing of folders, or the output for a bucket without objects.
        Top { common_prefixes: Some(_), .. } => return Some(Kind::Array),
        // The usual object has a key, and is not read once more.
        Top { key: None, .. } if is_empty_listing(text) => return Some(Kind::Array),
        _ => return None,
    };
    // The records of a function that listens to a queue or a topic are messages, each with records
    // of its own.
    for record in top.records.into_iter().flatten() {
        match envelope::content(record.get()) {
            Some(inner) => kind = inside(&inner, offset(record), supplement, take),
            None => take(offset(record), notification::record(record.get())),
        }
    }
    for version in top.versions.into_iter().flatten().chain(top.contents.into_iter().flatten()) {
        take(offset(version), object(version.get(), false, supplement));
    }
    // Versions come before delete markers, as the AWS CLI prints them. S3 lists them in the order
    // of keys, but a decision does not depend on others.
    for marker in top.delete_markers.into_iter().flatten() {
        take(offset(marker), object(marker.get(), true, supplement));
    }
    Some(kind)
}

/// Returns true for what a listing prints where there are no objects: only members of listings, one
/// of which nothing else has.
///
/// The AWS CLI leaves out lists without entries, and prints `null` for what `--query` does not find.
/// An object has another member, so none is taken for a listing.
///
/// ```text
/// {"RequestCharged": null, "Prefix": ""}        true
/// {"Versions": null, "DeleteMarkers": null}     true
/// {"RequestCharged": null, "ETag": "x"}         false: an output of head-object
/// {"Prefix": "Tax/"}                            false: perhaps a filter
/// ```
fn is_empty_listing(text: &str) -> bool {
    const MARKS: [&str; 7] = [
        "Versions",
        "DeleteMarkers",
        "Contents",
        "CommonPrefixes",
        "RequestCharged",
        "IsTruncated",
        "KeyCount",
    ];
    const OTHERS: [&str; 16] = [
        "Prefix",
        "Delimiter",
        "EncodingType",
        "Name",
        "MaxKeys",
        "Marker",
        "NextMarker",
        "KeyMarker",
        "NextKeyMarker",
        "VersionIdMarker",
        "NextVersionIdMarker",
        "StartAfter",
        "ContinuationToken",
        "NextContinuationToken",
        "NextToken",
        "ResponseMetadata",
    ];
    let members: Result<HashMap<String, &RawValue>, _> = serde_json::from_str(text);
    members.is_ok_and(|members| {
        let has = |names: &[&str], name: &String| names.contains(&name.as_str());
        members.keys().any(|name| has(&MARKS, name))
            && members.keys().all(|name| has(&MARKS, name) || has(&OTHERS, name))
    })
}

/// Hands over the objects in the contents of messages, all at the place of the messages.
///
/// A message is a text with escapes, in which lines cannot be counted. Returns the kind of the last
/// content that is known, for the note; `Array`, which has none, without any.
fn inside(inner: &[String], at: usize, supplement: &Supplement, take: &mut Take<'_>) -> Kind {
    let mut kind = Kind::Array;
    for text in inner {
        let mut nested = |_: usize, object: Result<Object<'_>, Problem>| take(at, object);
        match known(text, supplement, &mut nested) {
            Some(found) => kind = found,
            None => take(
                at,
                Err(Problem(format!(
                    "the message contains no event of S3: `{}`",
                    json::shortened(text)
                ))),
            ),
        }
    }
    kind
}

/// Reads one object. An entry of `DeleteMarkers` is a delete marker.
///
/// This is the way of every object in JSON, from whichever document, but for events, whose members
/// are others.
pub(super) fn object<'t>(
    text: &'t str,
    is_delete_marker: bool,
    supplement: &Supplement,
) -> Result<Object<'t>, Problem> {
    let mut written: Written<'t> = json::members(text)?;
    // An entry that states the member itself is believed.
    if is_delete_marker && written.is_delete_marker.is_none() {
        written.is_delete_marker = Some("true".into());
    }
    supplement.complete(&mut written)?;
    Object::new(written)
}
