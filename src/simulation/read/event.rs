//! The JSON form of an event: everything that any event can have, taken field by field, so that
//! what is left over is named.
//!
//! Which members an event may have depends on what it is. Each request takes the members that it
//! needs out of [`WrittenEvent`]. A member that is still there at the end was written in vain,
//! which is a mistake: its author expected an effect.
//!
//! | member | events |
//! | --- | --- |
//! | `At`, `Bucket` | all |
//! | `Fault` | instead of `Event` |
//! | `Replication`, `Versioning` | the two requests about the bucket that need them |
//! | `Key`, `VersionId` | all about a version |
//! | `Size`, `Tags`, `Acl`, `StorageClass`, encryption, lock | a new object |
//! | one of these, or a member of its own | a change of a version |
//!
//! Each event has at most one mistake here, the first that is met. The caller adds the path and
//! goes on with the next event.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::form::Mistake;
use crate::model::{
    AccessTier, BucketKeyStatus, BucketName, EncryptionStatus, Event, EventHold, EventHoldDuration,
    EventHoldStatus, EventKind, KmsKeyArn, LegalHold, ObjectLock, ObjectVersion,
    ReplicationConfiguration, Retention, RetentionMode, StorageClass, Tag, Timestamp, VersionId,
    Versioning,
};
use crate::replication::{FailureReason, ObjectKey};
use crate::simulation::{Request, ScriptedEvent, VersionChange};
use crate::storage::{InjectedFault, NewObject};

/// An event with everything that any event can have.
///
/// All members are optional: the event decides which ones it needs, and serde knows no such
/// condition.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct WrittenEvent<'t> {
    /// Required by every event, and optional here, so that its absence has a finding.
    at: Option<Timestamp>,
    /// A text, because most events share the name of a bucket that is known already.
    bucket: Option<String>,
    /// The word of the event; without one, and without a fault, it is `ObjectCreated:Put`.
    event: Option<String>,
    fault: Option<WrittenFault>,
    /// Taken by the reader, which keeps each key once for all events.
    pub(super) key: Option<String>,
    version_id: Option<VersionId>,
    size: Option<u64>,
    /// An object with tags by key, so no key occurs twice.
    tags: Option<BTreeMap<String, String>>,
    acl: Option<String>,
    storage_class: Option<StorageClass>,
    intelligent_tiering_access_tier: Option<AccessTier>,
    encryption_status: Option<EncryptionStatus>,
    kms_key_id: Option<KmsKeyArn>,
    bucket_key_status: Option<BucketKeyStatus>,
    object_lock_mode: Option<RetentionMode>,
    object_lock_retain_until_date: Option<Timestamp>,
    object_lock_legal_hold_status: Option<LegalHold>,
    object_lock_event_hold: Option<EventHoldStatus>,
    object_lock_event_hold_duration_days: Option<u32>,
    object_lock_event_hold_duration_years: Option<u32>,
    restore_until: Option<Timestamp>,
    versioning: Option<Versioning>,
    /// The configuration as text, which the reader takes before the event.
    #[serde(borrow)]
    pub(super) replication: Option<&'t RawValue>,
}

/// A fault as it is written: a word, or an object with one member.
#[derive(Deserialize)]
enum WrittenFault {
    /// The end of the fault that the bucket has.
    None,
    /// The bucket is unavailable; tasks wait.
    Outage,
    /// Each task fails for this reason.
    Refusal(FailureReason),
    /// Each task waits until this many seconds after its event.
    SlowSeconds(u32),
}

/// A mistake in an event, without its place.
pub(super) struct Wrong {
    /// The code of the finding, most often that of a value.
    pub(super) code: &'static str,
    /// The member, which is added to the path of the event.
    pub(super) field: &'static str,
    pub(super) message: String,
    /// `None` where the message shows what is right.
    pub(super) help: Option<String>,
}

/// Returns the mistake of a value.
///
/// It has no help: most messages here state the limit or the alternative.
fn wrong(field: &'static str, message: impl Into<String>) -> Wrong {
    Wrong { code: Mistake::Value.code(), field, message: message.into(), help: None }
}

impl WrittenEvent<'_> {
    /// Returns the event; its configuration was read before.
    ///
    /// `number` counts from 0, and the ID of a version without one is made of it. `known` returns
    /// the name of a bucket of the scenario; any other text is parsed, so that the check of the
    /// draft can name it.
    ///
    /// # Errors
    ///
    /// Returns the first mistake: a member that is missing, wrong, or without a meaning for the
    /// event.
    pub(super) fn into_event(
        mut self,
        number: usize,
        mut key: Option<ObjectKey>,
        replication: Option<ReplicationConfiguration>,
        known: impl FnOnce(&str) -> Option<BucketName>,
    ) -> Result<ScriptedEvent, Wrong> {
        let at = self.at.take().ok_or_else(|| missing("At"))?;
        let bucket = self.bucket.take().ok_or_else(|| missing("Bucket"))?;
        // The name of a bucket of the scenario is shared, not copied.
        let bucket = match known(&bucket) {
            Some(bucket) => bucket,
            None => bucket.parse().map_err(|error| wrong("Bucket", format!("{error}")))?,
        };
        // A fault has no word for an event, and an event without a word is a `PUT`.
        let word = self.event.take();
        // The three decide together. A fault beside an event, and a configuration beside anything
        // but its own request, are mistakes of their own.
        let request = match (word.as_deref(), self.fault.take(), replication) {
            // A fault needs nothing but a time and a bucket.
            (None, Some(fault), None) => Request::Fault(fault.into_fault()),
            (Some(_), Some(_), _) => {
                return Err(wrong("Fault", "a fault is no `Event`; leave one of them out"));
            }
            (Some(Request::PUT_REPLICATION), None, Some(configuration)) => {
                Request::PutReplication(Box::new(configuration))
            }
            (Some(Request::PUT_REPLICATION), None, None) => return Err(missing("Replication")),
            (word, _, Some(_)) => {
                return Err(superfluous("Replication", word.unwrap_or("this event")));
            }
            (Some(Request::DELETE_REPLICATION), None, None) => Request::DeleteReplication,
            (Some(Request::PUT_VERSIONING), None, None) => {
                let versioning = self.versioning.take().ok_or_else(|| missing("Versioning"))?;
                Request::PutVersioning(versioning)
            }
            (word, None, None) => self.request(number, key.take(), word)?,
        };
        // The key is no field of this type by now, so it is asked for apart.
        match self.left_over().or_else(|| key.is_some().then_some("Key")) {
            Some(field) => Err(superfluous(field, request.as_str())),
            None => Ok(ScriptedEvent { at, bucket, request }),
        }
    }

    /// Returns the request about a version.
    ///
    /// | event | request |
    /// | --- | --- |
    /// | one of the four creations | `Put` |
    /// | a delete marker by a user | `Delete` |
    /// | a delete marker by a lifecycle rule | `Expire` |
    /// | any other | `Version`, with the change |
    ///
    /// Without `VersionId`, a change is about the latest version, and a new version gets an ID.
    fn request(
        &mut self,
        number: usize,
        key: Option<ObjectKey>,
        word: Option<&str>,
    ) -> Result<Request, Wrong> {
        let event = word.map_or(Ok(Event::ObjectCreatedPut), |word| {
            word.parse::<Event>().map_err(|error| {
                let more = [
                    Request::PUT_REPLICATION,
                    Request::DELETE_REPLICATION,
                    Request::PUT_VERSIONING,
                ];
                wrong("Event", format!("{error}; or `{}`", more.join("`, `")))
            })
        })?;
        let key = key.ok_or_else(|| missing("Key"))?;
        // S3 counts bytes, not characters.
        let (length, limit) = (key.as_bytes().len(), ObjectVersion::KEY_LIMIT);
        if !(1..=limit).contains(&length) {
            return Err(wrong("Key", format!("a key has 1 to {limit} bytes, not {length}")));
        }
        // An ID may be of a version that exists or of one that is to be written.
        let id = self.version_id.take();
        if id.as_ref().is_some_and(VersionId::is_null) && creates(event) {
            let text =
                "S3 gives the null id itself, in a bucket that keeps no versions; leave it out";
            return Err(wrong("VersionId", text.to_owned()));
        }
        // A version without an ID in the script gets the number of its event, `e1` for the first.
        // So a script and its timeline can be compared line by line.
        let new_id = |id: Option<VersionId>| {
            // The number fits any ID, so the null version at the end is never taken.
            let numbered = || format!("e{}", number + 1).parse().ok();
            id.or_else(numbered).unwrap_or_else(VersionId::null)
        };
        let change = match event {
            Event::ObjectCreatedPut
            | Event::ObjectCreatedPost
            | Event::ObjectCreatedCopy
            | Event::ObjectCreatedCompleteMultipartUpload => {
                return Ok(Request::Put(Box::new(self.object(key, event)?), new_id(id)));
            }
            Event::ObjectRemovedDeleteMarkerCreated => return Ok(Request::Delete(key, new_id(id))),
            Event::LifecycleExpirationDeleteMarkerCreated => {
                return Ok(Request::Expire(key, new_id(id)));
            }
            event => self.change(event)?,
        };
        Ok(Request::Version { key, version_id: id, change })
    }

    /// Takes the members of a new object.
    ///
    /// A version has no content here, only a size; without one it is empty. An absent encryption is
    /// that of the bucket when it is written.
    fn object(&mut self, key: ObjectKey, event: Event) -> Result<NewObject, Wrong> {
        // Every member of a new object is optional, so this fails only for values that do not fit
        // together.
        let mut object = NewObject::sized(key, self.size.take().unwrap_or(0));
        object.event = event;
        object.tags = self.tags()?.unwrap_or_default();
        object.acl = self.acl.take().unwrap_or_default();
        object.storage_class = self.storage_class.take().unwrap_or(object.storage_class);
        object.encryption = self.encryption_status.take();
        object.kms_key_id = self.kms_key_id.take();
        object.bucket_key = self.bucket_key_status.take();
        let retention = self.retention()?;
        let legal_hold = self.object_lock_legal_hold_status.take();
        object.lock = ObjectLock { retention, legal_hold, event_hold: self.event_hold()? };
        Ok(object)
    }

    /// Takes the members of a change of a version. An event that is none of these asks for Batch
    /// Replication of the version.
    ///
    /// A member that the change needs and that is absent is a mistake. Members that it does not
    /// take are left over, and the caller reports them.
    fn change(&mut self, event: Event) -> Result<VersionChange, Wrong> {
        Ok(match event {
            Event::ObjectRemovedDelete => VersionChange::Delete,
            Event::LifecycleExpirationDelete => VersionChange::Expire,
            Event::LifecycleTransition => VersionChange::Transition(
                self.storage_class.take().ok_or_else(|| missing("StorageClass"))?,
            ),
            Event::IntelligentTiering => {
                let tier = self.intelligent_tiering_access_tier.take();
                let tier = tier.ok_or_else(|| missing("IntelligentTieringAccessTier"))?;
                VersionChange::MoveToTier(tier)
            }
            Event::ObjectRestoreCompleted => VersionChange::Restore(
                self.restore_until.take().ok_or_else(|| missing("RestoreUntil"))?,
            ),
            Event::ObjectTaggingPut => {
                VersionChange::PutTags(self.tags()?.ok_or_else(|| missing("Tags"))?)
            }
            Event::ObjectTaggingDelete => VersionChange::DeleteTags,
            Event::ObjectAclPut => {
                VersionChange::PutAcl(self.acl.take().ok_or_else(|| missing("Acl"))?)
            }
            Event::ObjectRetentionPut => VersionChange::PutRetention(
                self.retention()?.ok_or_else(|| missing("ObjectLockMode"))?,
            ),
            Event::ObjectLegalHoldPut => {
                let hold = self.object_lock_legal_hold_status.take();
                VersionChange::PutLegalHold(
                    hold.ok_or_else(|| missing("ObjectLockLegalHoldStatus"))?,
                )
            }
            Event::ObjectEventHoldPut => VersionChange::PutEventHold(
                self.event_hold()?.ok_or_else(|| missing("ObjectLockEventHold"))?,
            ),
            // Events of S3 that the table of a script does not exclude.
            Event::ObjectAnnotationPut | Event::ObjectAnnotationDelete => {
                let message = "the in-memory store keeps no annotations (REP-523); `decide` answers about their events";
                return Err(wrong("Event", message));
            }
            // The creations were taken before, so one event is left.
            _ => VersionChange::BatchReplicate,
        })
    }

    /// Takes the tags.
    ///
    /// `None` for an event without the member, and an empty list for `{}`, which removes all tags.
    fn tags(&mut self) -> Result<Option<Vec<Tag>>, Wrong> {
        let Some(tags) = self.tags.take() else { return Ok(None) };
        let tags = tags.into_iter().map(|(key, value)| Tag::new(key, value));
        let limit = ObjectVersion::TAG_LIMIT;
        if tags.len() > limit {
            return Err(wrong("Tags", format!("an object has at most {limit} tags")));
        }
        let tags: Result<_, _> = tags.collect();
        tags.map(Some).map_err(|error| wrong("Tags", error.to_string()))
    }

    /// Takes the retention, which has a mode and a date.
    ///
    /// | mode | date | result |
    /// | --- | --- | --- |
    /// | given | given | the retention |
    /// | absent | absent | `None` |
    /// | given | absent | the date is missing |
    /// | absent | given | the mode is missing |
    fn retention(&mut self) -> Result<Option<Retention>, Wrong> {
        match (self.object_lock_mode.take(), self.object_lock_retain_until_date.take()) {
            (Some(mode), Some(retain_until)) => Ok(Some(Retention { mode, retain_until })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("ObjectLockRetainUntilDate")),
            (None, Some(_)) => Err(missing("ObjectLockMode")),
        }
    }

    /// Takes the event hold. Its duration is in days or in years.
    ///
    /// A duration without a status is a mistake, and a status without a duration is a hold without
    /// an end of its own.
    fn event_hold(&mut self) -> Result<Option<EventHold>, Wrong> {
        const DAYS: &str = "ObjectLockEventHoldDurationDays";
        const YEARS: &str = "ObjectLockEventHoldDurationYears";
        let days = self.object_lock_event_hold_duration_days.take();
        let years = self.object_lock_event_hold_duration_years.take();
        let duration = match (days, years) {
            (Some(_), Some(_)) => {
                return Err(wrong(YEARS, format!("it excludes `{DAYS}`; write one of them")));
            }
            (Some(days), None) => Some(
                EventHoldDuration::days(days)
                    .ok_or_else(|| wrong(DAYS, "an event hold lasts 1 to 36,500 days"))?,
            ),
            (None, Some(years)) => Some(
                EventHoldDuration::years(years)
                    .ok_or_else(|| wrong(YEARS, "an event hold lasts 1 to 100 years"))?,
            ),
            (None, None) => None,
        };
        match (self.object_lock_event_hold.take(), duration) {
            (Some(status), duration) => Ok(Some(EventHold { status, duration })),
            (None, Some(_)) => Err(missing("ObjectLockEventHold")),
            (None, None) => Ok(None),
        }
    }

    /// Returns the name of a field that is left over.
    ///
    /// The first of several, in the order of the JSON form. `At`, `Bucket`, `Event`, `Fault` and
    /// `Replication` are not listed: each event takes them, or has a mistake about them.
    fn left_over(&self) -> Option<&'static str> {
        let fields = [
            ("VersionId", self.version_id.is_some()),
            ("Size", self.size.is_some()),
            ("Tags", self.tags.is_some()),
            ("Acl", self.acl.is_some()),
            ("StorageClass", self.storage_class.is_some()),
            ("IntelligentTieringAccessTier", self.intelligent_tiering_access_tier.is_some()),
            ("EncryptionStatus", self.encryption_status.is_some()),
            ("KmsKeyId", self.kms_key_id.is_some()),
            ("BucketKeyStatus", self.bucket_key_status.is_some()),
            ("ObjectLockMode", self.object_lock_mode.is_some()),
            ("ObjectLockRetainUntilDate", self.object_lock_retain_until_date.is_some()),
            ("ObjectLockLegalHoldStatus", self.object_lock_legal_hold_status.is_some()),
            ("ObjectLockEventHold", self.object_lock_event_hold.is_some()),
            (
                "ObjectLockEventHoldDurationDays",
                self.object_lock_event_hold_duration_days.is_some(),
            ),
            (
                "ObjectLockEventHoldDurationYears",
                self.object_lock_event_hold_duration_years.is_some(),
            ),
            ("RestoreUntil", self.restore_until.is_some()),
            ("Versioning", self.versioning.is_some()),
        ];
        fields.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

impl WrittenFault {
    /// Returns the fault; nothing for the end of one.
    ///
    /// `null` as a fault does not come here: it is an absent member.
    fn into_fault(self) -> Option<InjectedFault> {
        match self {
            Self::None => None,
            Self::Outage => Some(InjectedFault::Outage),
            Self::Refusal(reason) => Some(InjectedFault::Refusal(reason)),
            Self::SlowSeconds(seconds) => Some(InjectedFault::Slow(seconds)),
        }
    }
}

/// Returns true for events that bring a version into being.
///
/// S3 chooses the IDs of such versions, so a script cannot ask for the null one.
fn creates(event: Event) -> bool {
    event.kind() == EventKind::Creation || event.creates_delete_marker()
}

/// Returns the mistake of a missing member.
///
/// The code is the one that the table has for an absent element.
fn missing(field: &'static str) -> Wrong {
    let help = Some(format!("add `{field}`"));
    Wrong { code: Mistake::Missing.code(), help, ..wrong(field, format!("`{field}` is missing")) }
}

/// Returns the mistake of a member without a meaning.
///
/// It is an error, although nothing would go wrong without it: the author of the script expected an
/// effect.
fn superfluous(field: &'static str, event: &str) -> Wrong {
    let message = format!("`{field}` has no meaning for `{event}`");
    let help = Some(format!("remove `{field}`"));
    Wrong { code: "member-unexpected", help, ..wrong(field, message) }
}
