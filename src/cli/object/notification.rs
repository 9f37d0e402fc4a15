//! Objects from the events that S3 sends: event notifications and events of `EventBridge`.
//!
//! An event has less than an object: no tags and no encryption. The reader of documents notes that
//! once. The key of a record is URL-encoded, that of an event of `EventBridge` is not.
//!
//! A record of an event notification about a failed replication, as S3 sends it, shortened:
//!
//! ```json
//! {"eventName": "Replication:OperationFailedReplication", "eventTime": "2026-11-22T10:00:00Z",
//!  "s3": {"object": {"key": "a+b.txt", "size": 7, "versionId": "v1"}},
//!  "replicationEventData": {"replicationRuleId": "tax", "s3Operation": "OBJECT_PUT",
//!    "destinationBucket": "arn:aws:s3:::backup", "failureReason": "DstBucketNotFound"}}
//! ```
//!
//! It is the object `a b.txt`, whose creation was to be replicated, and the reason why it was not.
//!
//! `documents` recognises the events, and `envelope` takes them out of messages. Both kinds of
//! events end in `Written`, like any other object, so a wrong version ID or size has the same
//! message.

use std::borrow::Cow;

use s3_replication::model::Event;
use s3_replication::replication::FailureReason;
use serde::Deserialize;

use crate::cli::object::{Object, Problem, Written, json};

/// The report of S3 on the replication of a version.
///
/// The texts are those of the event, and may contain anything: `describe` shows them with escapes.
#[derive(Debug)]
pub(in crate::cli) struct Incident {
    /// The name of the event, such as `OperationFailedReplication`.
    pub(in crate::cli) name: String,
    /// The ID of the rule, if the event names it.
    pub(in crate::cli) rule: Option<String>,
    /// The ARN of the destination bucket.
    pub(in crate::cli) bucket: Option<String>,
    /// The reason for a failure; `None` for events without one. It may be one that this crate does
    /// not know.
    pub(in crate::cli) reason: Option<FailureReason>,
}

/// A record of an event notification. Members that do not matter are skipped.
///
/// A record of another service parses, too: then `s3` is missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'t> {
    #[serde(borrow)]
    event_name: Option<Cow<'t, str>>,
    /// The time of the event, which is that of the version only for a creation.
    event_time: Option<Cow<'t, str>>,
    s3: Option<Entity<'t>>,
    /// Each of the three parts is only in the events of its kind, and empty otherwise.
    #[serde(default)]
    replication_event_data: ReplicationData,
    #[serde(default)]
    lifecycle_event_data: LifecycleData,
    #[serde(default)]
    intelligent_tiering_event_data: TieringData,
}

/// The bucket and the object of a record.
#[derive(Deserialize)]
struct Entity<'t> {
    #[serde(borrow)]
    object: Option<Subject<'t>>,
}

/// The object of an event.
///
/// `EventBridge` names the members in kebab case, hence the alias.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'t> {
    #[serde(borrow)]
    key: Option<Cow<'t, str>>,
    size: Option<u64>,
    #[serde(alias = "version-id")]
    version_id: Option<Cow<'t, str>>,
}

/// The part of a record about a replication, in the events `Replication:*`.
///
/// All texts are owned, because the incident outlives the record.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ReplicationData {
    replication_rule_id: Option<String>,
    destination_bucket: Option<String>,
    s3_operation: Option<String>,
    failure_reason: Option<String>,
}

/// The part of a record about a lifecycle transition.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LifecycleData {
    transition_event_data: TransitionData,
}

/// The storage class after a transition.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TransitionData {
    destination_storage_class: Option<String>,
}

/// The part of a record about a change of the access tier.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TieringData {
    destination_access_tier: Option<String>,
}

/// Reads a record of an event notification.
///
/// The event of a record about a replication is the one that was to be replicated.
///
/// ```text
/// ObjectCreated:Copy                        the same event, at `eventTime`
/// s3:ObjectTagging:Put                      ObjectTagging:Put, without a time
/// Replication:OperationFailedReplication    ObjectCreated:Put, with an incident
/// ReducedRedundancyLostObject               refused by `Object::new`
/// ```
///
/// Errors: a record that is no JSON, that has no key, or whose key is not encoded as S3 does.
pub(super) fn record(text: &str) -> Result<Object<'_>, Problem> {
    let record: Record<'_> =
        serde_json::from_str(text).map_err(|error| json::explained(text, &error))?;
    let name = record.event_name.as_deref().unwrap_or_default();
    let name = name.strip_prefix("s3:").unwrap_or(name);
    let object = record.s3.and_then(|entity| entity.object);
    // The object may be absent, and so may its key. Both show that this is no record of S3, as does
    // an empty key.
    let Some(Subject { key: Some(key), size, version_id }) = object else {
        return Err(no_key(text));
    };
    if key.is_empty() {
        return Err(no_key(text));
    }
    let data = record.replication_event_data;
    let replication = name.strip_prefix("Replication:");
    let event = match replication {
        Some(_) => event_of_task(data.s3_operation.as_deref()),
        None => name,
    };
    let mut written = Written {
        key: Some(url_decoded(&key)?.into()),
        version_id,
        size: size.map(|size| size.to_string().into()),
        // Owned, since `name` borrows from the record, which is taken apart here.
        event: Some(event.to_owned().into()),
        ..Written::default()
    };
    // The time of a creation is that of the version. The time of any other event is later.
    if event.starts_with("ObjectCreated:") && replication.is_none() {
        written.last_modified = record.event_time;
    }
    // Where the version goes: the decision is about the version after the event.
    written.storage_class =
        record.lifecycle_event_data.transition_event_data.destination_storage_class.map(Cow::from);
    written.access_tier =
        record.intelligent_tiering_event_data.destination_access_tier.map(Cow::from);
    let mut object = of_event(written)?;
    object.incident = replication.map(|name| Incident {
        name: name.to_owned(),
        rule: data.replication_rule_id,
        bucket: data.destination_bucket,
        reason: data.failure_reason.as_deref().map(FailureReason::from),
    });
    Ok(object)
}

/// Returns the refusal of a record without object. Other services have records too.
///
/// The test of CloudTrail looks at the text only, because its records have any form inside.
fn no_key(text: &str) -> Problem {
    let is_of_trail = text.contains("\"requestParameters\"");
    Problem(if is_of_trail {
        "this is a record of CloudTrail, not of an event notification; give the object, such as \
         {\"Key\": \"a/b.txt\"}, or the output of `aws s3api head-object` with `--key KEY`"
            .to_owned()
    } else {
        "the record has no `s3.object.key`; give an event notification of S3".to_owned()
    })
}

/// Returns the event whose replication S3 reports on. Of the operations S3 documents `OBJECT_PUT`.
///
/// An unknown or absent operation counts as a creation, the usual reason for a replication.
fn event_of_task(operation: Option<&str>) -> &'static str {
    let event = match operation {
        Some("DELETE_MARKER_PUT") => Event::ObjectRemovedDeleteMarkerCreated,
        Some("METADATA_PUT") => Event::ObjectTaggingPut,
        _ => Event::ObjectCreatedPut,
    };
    event.as_str()
}

/// An event of `EventBridge`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BridgeEvent<'t> {
    #[serde(borrow)]
    detail_type: Cow<'t, str>,
    time: Option<Cow<'t, str>>,
    detail: Detail<'t>,
}

/// The part of an event of `EventBridge` that depends on its type.
///
/// `reason` and `deletion-type` only exist in some types, and the destinations only in the changes
/// of class and tier.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Detail<'t> {
    #[serde(borrow)]
    object: Subject<'t>,
    reason: Option<Cow<'t, str>>,
    deletion_type: Option<Cow<'t, str>>,
    destination_storage_class: Option<Cow<'t, str>>,
    destination_access_tier: Option<Cow<'t, str>>,
}

/// Reads an event of `EventBridge`.
///
/// `EventBridge` names what happened in words, and details in further members:
///
/// ```text
/// detail-type              reason                deletion-type         event
/// Object Created           PutObject, absent                           ObjectCreated:Put
/// Object Created           CopyObject                                  ObjectCreated:Copy
/// Object Deleted           DeleteObject          Permanently Deleted   ObjectRemoved:Delete
/// Object Deleted           Lifecycle Expiration  Permanently Deleted   LifecycleExpiration:Delete
/// Object Restore Expired                                               refused
/// ```
///
/// An `Object Deleted` of any other deletion type has created a delete marker.
pub(super) fn bridge_event(text: &str) -> Result<Object<'_>, Problem> {
    // Events of CloudTrail come through `EventBridge`, too, and look alike from outside.
    if text.contains("\"requestParameters\"") {
        return Err(no_key(text));
    }
    let BridgeEvent { detail_type, time, detail } =
        serde_json::from_str(text).map_err(|error| json::explained(text, &error))?;
    let by_lifecycle = detail.reason.as_deref() == Some("Lifecycle Expiration");
    let is_permanent = detail.deletion_type.as_deref() == Some("Permanently Deleted");
    let event = match &*detail_type {
        "Object Created" => match detail.reason.as_deref() {
            Some("POST Object") => Event::ObjectCreatedPost,
            Some("CopyObject") => Event::ObjectCreatedCopy,
            Some("CompleteMultipartUpload") => Event::ObjectCreatedCompleteMultipartUpload,
            _ => Event::ObjectCreatedPut,
        },
        "Object Deleted" => match (by_lifecycle, is_permanent) {
            (true, true) => Event::LifecycleExpirationDelete,
            (true, false) => Event::LifecycleExpirationDeleteMarkerCreated,
            (false, true) => Event::ObjectRemovedDelete,
            (false, false) => Event::ObjectRemovedDeleteMarkerCreated,
        },
        "Object Tags Added" => Event::ObjectTaggingPut,
        "Object Tags Deleted" => Event::ObjectTaggingDelete,
        "Object ACL Updated" => Event::ObjectAclPut,
        "Object Restore Completed" => Event::ObjectRestoreCompleted,
        "Object Storage Class Changed" => Event::LifecycleTransition,
        "Object Access Tier Changed" => Event::IntelligentTiering,
        other => {
            let shown = json::shortened(other);
            return Err(Problem(format!("`{shown}` is not an event that replication knows")));
        }
    };
    if detail.object.key.as_deref().is_none_or(str::is_empty) {
        let message = "the event has no `detail.object.key`; give an event of S3";
        return Err(Problem(message.to_owned()));
    }
    of_event(Written {
        // Not decoded: here a `+` is a plus sign.
        key: detail.object.key,
        version_id: detail.object.version_id,
        size: detail.object.size.map(|size| size.to_string().into()),
        last_modified: time.filter(|_| detail_type == "Object Created"),
        storage_class: detail.destination_storage_class,
        access_tier: detail.destination_access_tier,
        event: Some(event.as_str().into()),
        ..Written::default()
    })
}

/// Returns the object of an event; a delete marker where the event creates one. Empty texts count as
/// absent, as in any other object.
///
/// The creator of the delete marker follows from the event, see `origin_of`.
fn of_event(mut written: Written<'_>) -> Result<Object<'_>, Problem> {
    let Written { version_id, last_modified, storage_class, access_tier, .. } = &mut written;
    for text in [version_id, last_modified, storage_class, access_tier] {
        text.take_if(|text| text.is_empty());
    }
    let creates_marker = written
        .event
        .as_deref()
        .is_some_and(|name| name.parse::<Event>().is_ok_and(Event::creates_delete_marker));
    if creates_marker {
        written.is_delete_marker = Some("true".into());
    }
    Object::new(written)
}

/// Decodes the key of a record, in which spaces are plus signs.
///
/// ```text
/// a+b%C3%A9.txt     a bé.txt
/// ```
///
/// S3 encodes the keys of records in the form of HTML forms. Sources that copy an event by hand
/// forget that, so a `%` without digits is a mistake and not a character.
fn url_decoded(key: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                // A `%` at the end of the key has no digits, and is refused like one before other
                // characters.
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit(), digit());
                let byte = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                byte.ok_or_else(|| {
                    Problem(format!(
                        "`key`: `{}` has a `%` without two hexadecimal digits; S3 encodes the keys \
                         of event records",
                        json::shortened(key)
                    ))
                })?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem("`key`: the key is not UTF-8".to_owned()))
}
