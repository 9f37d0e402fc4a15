//! Object versions in the input of `decide`, `explain`, `demo` and `batch run`.
//!
//! The names of fields are those of S3 Inventory and of `HeadObject`. An inventory is a table of
//! texts, so an empty text means an unknown value, and numbers and booleans may be texts.
//!
//! Each value passes two stages. The reader collects texts into `Written`, whichever document they
//! come from; then `Object::new` parses and checks them once, so that a mistake has one message
//! everywhere.
//!
//! ```text
//! line of JSON, output of the AWS CLI   reader, documents, json ─┐
//! event of S3, perhaps in a message     envelope, notification ──┼─▶ Written ─▶ Object
//! options of the command line           flags ───────────────────┘                ▲
//! row of an inventory                   row, already parsed ──────────────────────┘
//! ```
//!
//! What is absent has the default of S3. What is present and wrong is refused: a misspelled member
//! that was skipped would decide about another object than the user meant.
//!
//! ```text
//! {"Key": "a"}                      written with PutObject, in STANDARD, SSE-S3, 0 bytes
//! {"Key": "a", "Size": "7"}         7 bytes
//! {"Key": "a", "VersionId": ""}     the version ID is unknown
//! {"Key": "a", "Sise": 7}           refused: did you mean `Size`?
//! ```
//!
//! The files below this one: `reader` finds values in lines, with `scanner` for those over several
//! lines; `documents` recognises what a value is, `json` reads the members of one object, `tags`
//! its tags, `time` and `foreign` explain what is not read, and `head` half an output of
//! `head-object`.

mod documents;
mod envelope;
mod flags;
mod foreign;
mod head;
mod json;
mod notification;
mod reader;
mod row;
mod scanner;
mod tags;
mod time;

use std::borrow::Cow;
use std::str::FromStr;

use s3_replication::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, Event, EventHold,
    EventHoldDuration, EventHoldStatus, EventKind, KmsKeyArn, LegalHold, ObjectLock, OwnerAccess,
    ReplicationStatus, Retention, RetentionMode, VersionId,
};
use s3_replication::{ObjectVersion, StorageClass, UnknownWord};

pub(super) use self::documents::Supplement;
pub(super) use self::flags::ObjectFlags;
pub(super) use self::notification::Incident;
pub(super) use self::reader::{Item, Objects};

use self::tags::Tags;
use crate::cli::suggestion::did_you_mean;
use crate::spelling::is_same_but_for_case;

/// Reads one object.
///
/// For an object that the program itself contains, such as those of `demo`. No facts are added, and
/// the text must be one object: a listing or an event is refused as an object with unknown members.
pub(super) fn read(text: &str) -> Result<Object<'_>, Problem> {
    documents::object(text, false, &Supplement::default())
}

/// A mistake in an object, with a suggestion.
///
/// The text is a sentence without the name of the input and without the line. The caller adds both,
/// because it alone knows them.
#[derive(Debug)]
pub(super) struct Problem(pub(super) String);

/// The fields of an object in the input, as texts. An empty field counts as absent.
///
/// Parsing comes later, because the same field may have come from JSON, from options or from an
/// event, and the mistake in it should read the same.
///
/// `json`, `flags` and `notification` turn an empty text into `None`, and `json` also `null`. Most
/// fields have a member of S3 Inventory, whose name is in the messages of `Object::new`, and some
/// also one of `HeadObject`, see the table in `json`.
#[derive(Debug, Default)]
struct Written<'l> {
    key: Option<Cow<'l, str>>,
    version_id: Option<Cow<'l, str>>,
    is_latest: Option<Cow<'l, str>>,
    is_delete_marker: Option<Cow<'l, str>>,
    delete_marker_origin: Option<Cow<'l, str>>,
    /// A number of bytes; from `Size`, `ContentLength` or `ObjectSize`.
    size: Option<Cow<'l, str>>,
    last_modified: Option<Cow<'l, str>>,
    storage_class: Option<Cow<'l, str>>,
    access_tier: Option<Cow<'l, str>>,
    /// The word of Inventory, `SSE-KMS`, or of a header, `aws:kms`: the type that parses it reads
    /// both.
    encryption: Option<Cow<'l, str>>,
    /// `ENABLED` or `DISABLED` of Inventory, or the boolean of `HeadObject`.
    bucket_key: Option<Cow<'l, str>>,
    replication_status: Option<Cow<'l, str>>,
    // The two parts of a retention. One without the other is refused.
    lock_mode: Option<Cow<'l, str>>,
    retain_until: Option<Cow<'l, str>>,
    legal_hold: Option<Cow<'l, str>>,
    event_hold: Option<Cow<'l, str>>,
    // The duration after an event hold, in one of two units. Both together are refused.
    event_hold_days: Option<Cow<'l, str>>,
    event_hold_years: Option<Cow<'l, str>>,
    /// False if another account owns the object and the owner of the bucket cannot read it. No
    /// output of S3 contains this, so only the user can give it.
    owner_can_read: Option<Cow<'l, str>>,
    event: Option<Cow<'l, str>>,
    tags: Tags<'l>,
    /// The number of tags, where it is known without them: `TagCount` of `HeadObject`. Only
    /// `Supplement::complete` looks at it, to refuse an object whose tags decide and are missing.
    tag_count: Option<Cow<'l, str>>,
    /// The ID or the ARN of the KMS key, from `SSEKMSKeyId`. Inventory has no such column.
    kms_key: Option<Cow<'l, str>>,
    /// The algorithm of SSE-C, from `SSECustomerAlgorithm`. That it is present is all that matters.
    customer_algorithm: Option<Cow<'l, str>>,
    /// The members that `HeadObject` has and S3 Inventory does not.
    ///
    /// In the order of the input, for the messages of `head`. Not empty means that the object is an
    /// output of `head-object`, or part of one.
    head_members: Vec<&'static str>,
    /// True if the object has a member that every output of S3 about one object has: `ETag`. Then
    /// the output is whole, and what it lacks is really absent.
    is_output: bool,
}

/// An object version and its event.
///
/// Its texts borrow from the input, so the usual object needs few allocations.
///
/// `key` and `tags` borrow, and `rest` does not. An [`ObjectVersion`] borrows both, so it is put
/// together at the time of a decision, see [`with_version`](Object::with_version).
///
/// Every value was checked by `Object::new`, or by the reader of inventories for `Object::of_row`.
/// So users of an object meet no further mistakes.
#[derive(Debug)]
pub(super) struct Object<'l> {
    /// At most 1,024 bytes. Decoded, if the input was a record of an event or a row.
    key: Cow<'l, str>,
    /// `None` if the input does not give it. A decision does not depend on it; `batch run` takes
    /// the null version then.
    version_id: Option<VersionId>,
    /// Keys are unique and not empty. Empty where the input has no tags, which is not the same as
    /// an object without tags: see `Supplement` and `stream::needs_tags`.
    tags: Tags<'l>,
    /// The event of the input; if it has none, the creation of the version or delete marker.
    event: Event,
    /// All properties that do not borrow from the input.
    ///
    /// Its key, version ID, tags and KMS key are placeholders: `with_version` sets them.
    rest: ObjectVersion<'static>,
    /// The report of S3 on the replication of the version, if the input is one.
    incident: Option<Incident>,
    /// The KMS key, if its ARN is known.
    ///
    /// A bare key ID is no ARN, and leaves this `None`: the Region and account of the key are
    /// unknown then.
    kms_key: Option<KmsKeyArn>,
}

impl<'l> Object<'l> {
    /// Returns the key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the version ID, if it is given.
    ///
    /// An empty text in JSON counts as not given. In a row of an inventory, `stream` reads it as
    /// the ID of the null version.
    pub(super) const fn version_id(&self) -> Option<&VersionId> {
        self.version_id.as_ref()
    }

    /// Returns the event, given or assumed.
    pub(super) const fn event(&self) -> Event {
        self.event
    }

    /// Returns the report of S3 that the input was.
    ///
    /// `None` for everything but a record of an event `Replication:*`. `explain` shows it beside
    /// the decision.
    pub(super) const fn incident(&self) -> Option<&Incident> {
        self.incident.as_ref()
    }

    /// Returns the storage class, if it is not a known one.
    ///
    /// Such a class is read, not refused, because S3 and other stores add classes. The caller notes
    /// that it is treated as not archived.
    pub(super) fn unknown_class(&self) -> Option<&str> {
        let class = &self.rest.storage_class;
        (!class.is_known()).then(|| class.as_str())
    }

    /// Calls a closure with the object version.
    ///
    /// A closure and no return value, because the version borrows a list of tags that lives only
    /// here. The version is put together anew for every call, so call this once for each decision.
    pub(super) fn with_version<R>(&self, f: impl FnOnce(&ObjectVersion<'_>) -> R) -> R {
        let pairs: Vec<(&str, &str)> = self.tags.iter().collect();
        let mut version: ObjectVersion<'_> = self.rest.clone();
        version.key = self.key.as_bytes();
        version.version_id = self.version_id.as_ref();
        version.tags = pairs.as_slice().into();
        version.kms_key = self.kms_key.as_ref();
        f(&version)
    }

    /// Checks the fields together and parses them.
    ///
    /// The only way from texts to an object, except for rows of inventories. The order of the
    /// checks decides which mistake of several is reported: the key comes first, because without it
    /// nothing can be decided, and then the members that depend on each other.
    fn new(mut written: Written<'l>) -> Result<Self, Problem> {
        let key = key_of(&written)?;
        let origin = origin_of(&written)?;
        let event = event_of(&written, origin)?;
        // An object version is created, a delete marker is not. The two together contradict each
        // other, and a guess would decide about the wrong one.
        if origin.is_some() && event.kind() == EventKind::Creation {
            return Err(Problem(format!(
                "`{event}` does not create a delete marker; write `ObjectRemoved:DeleteMarkerCreated`, or \
                 remove `Event`"
            )));
        }
        let version_id = written.version_id.as_deref().map(str::parse).transpose();
        let version_id = version_id.map_err(|error| wrong("VersionId", &error))?;
        let mut rest = version_of(&written)?;
        rest.delete_marker = origin;
        // Before the tags are moved out of `written` below.
        written.tags.check()?;
        // A bare ID is as right as an ARN, so a text that does not parse is no mistake.
        let kms_key = written.kms_key.as_deref().and_then(|arn| arn.parse().ok());
        let tags = std::mem::take(&mut written.tags);
        Ok(Self { key, version_id, tags, event, rest, incident: None, kms_key })
    }
}

/// Returns the key, which every object has and which S3 limits in bytes.
///
/// The output of `head-object` lacks the key as a rule, and its user needs other help than one who
/// forgot the member:
///
/// ```text
/// {"Size": 1}                       the object has no `Key`, which is required
/// {"ETag": "x", "ContentLength": 1} `Key` is missing: … add `--key KEY`, or a member `Key`
/// ```
fn key_of<'l>(written: &Written<'l>) -> Result<Cow<'l, str>, Problem> {
    const LIMIT: usize = ObjectVersion::KEY_LIMIT;
    match &written.key {
        // `Supplement::complete` has added the key of `--key` before, if there is one.
        None if !written.head_members.is_empty() => Err(Problem(
            "`Key` is missing: the output of `head-object` does not contain it; add `--key KEY`, or \
             a member `Key`"
                .to_owned(),
        )),
        None => Err(Problem("the object has no `Key`, which is required".to_owned())),
        Some(key) if key.len() > LIMIT => {
            Err(Problem(format!("`Key` has {} bytes, and S3 allows at most {LIMIT}", key.len())))
        }
        Some(key) => Ok(key.clone()),
    }
}

/// Returns the origin of the delete marker; `None` for an object version.
///
/// An event of a lifecycle rule shows the origin where no member states it. The event alone makes
/// no delete marker here: the engine knows by itself which events create one.
///
/// ```text
/// IsDeleteMarker   DeleteMarkerOrigin   result
/// absent, false    absent               none: an object version
/// true             absent               lifecycle, if `Event` is that of a lifecycle rule; else user
/// absent, true     given                as given
/// false            given                refused
/// ```
fn origin_of(written: &Written<'_>) -> Result<Option<DeleteMarkerOrigin>, Problem> {
    use DeleteMarkerOrigin::{Lifecycle, User};
    let marker = boolean("IsDeleteMarker", written.is_delete_marker.as_deref())?;
    let origins = DeleteMarkerOrigin::ALL.iter().map(|origin| origin.as_str());
    let origin = word("DeleteMarkerOrigin", written.delete_marker_origin.as_deref(), origins)?;
    match (marker, origin) {
        (Some(false), Some(_)) => Err(Problem(
            "`DeleteMarkerOrigin` is only for delete markers, but `IsDeleteMarker` is false"
                .to_owned(),
        )),
        (Some(true), None) => Ok(Some(match written.event.as_deref() {
            // A part of the name, because it may begin with `s3:`. The event is parsed only after
            // this.
            Some(event) if event.contains("LifecycleExpiration:DeleteMarkerCreated") => Lifecycle,
            _ => User,
        })),
        (_, origin) => Ok(origin),
    }
}

/// Returns the event. The name of an operation is refused with the event that was meant.
///
/// Some names are refused although S3 sends them, because the engine has no answer for them.
/// Without `Event`, it is the creation of the version or delete marker.
///
/// ```text
/// s3:ObjectCreated:Copy   ObjectCreated:Copy
/// absent                  ObjectCreated:Put, or the creation of the delete marker
/// PutObject               refused: write `ObjectCreated:Put`
/// ObjectRestore:Post      refused: leave the record out
/// ObjectCreatd:Put        refused: did you mean `ObjectCreated:Put`?
/// ```
fn event_of(written: &Written<'_>, origin: Option<DeleteMarkerOrigin>) -> Result<Event, Problem> {
    let Some(name) = written.event.as_deref() else {
        return Ok(default_event(origin));
    };
    // Before the vocabulary: its suggestion by spelling would be further from what the user meant.
    if let Some(meant) = event_of_operation(name, written.version_id.is_some()) {
        let shown = json::shortened(name);
        return Err(Problem(format!("`Event`: `{shown}` is not an event; write `{meant}`")));
    }
    if matches!(
        name.strip_prefix("s3:").unwrap_or(name),
        "ReducedRedundancyLostObject" | "ObjectRestore:Post" | "ObjectRestore:Delete" | "TestEvent"
    ) {
        let shown = json::shortened(name);
        return Err(Problem(format!(
            "`Event`: `{shown}` is an event of S3 that replicates nothing; leave the record out"
        )));
    }
    let names = Event::ALL.iter().map(|event| event.as_str());
    // The text is present, so the event is, too. The fallback is never used.
    word("Event", Some(name), names).map(|event| event.unwrap_or(Event::ObjectCreatedPut))
}

/// Returns the event of an operation of the S3 API, or of a pattern of events.
///
/// People write the operation that they called. `DeleteObject` with a version ID deletes that
/// version, and without one it creates a delete marker.
///
/// The names of IAM actions and of patterns in a notification configuration end here, too, such as
/// `ObjectTagging:*`, which stands for one of its events. `None` leaves the name to the vocabulary
/// of events.
fn event_of_operation(name: &str, has_version_id: bool) -> Option<Event> {
    Some(match name.strip_prefix("s3:").unwrap_or(name) {
        "Put" | "PutObject" | "ObjectCreated:*" | "ObjectCreated" => Event::ObjectCreatedPut,
        "Post" | "PostObject" => Event::ObjectCreatedPost,
        "Copy" | "CopyObject" => Event::ObjectCreatedCopy,
        // Of the three operations only `CompleteMultipartUpload` creates a version.
        "CompleteMultipartUpload" | "CreateMultipartUpload" | "UploadPart" => {
            Event::ObjectCreatedCompleteMultipartUpload
        }
        "Delete" | "DeleteObject" | "DeleteObjects" | "ObjectRemoved:*" | "ObjectRemoved" => {
            if has_version_id {
                Event::ObjectRemovedDelete
            } else {
                Event::ObjectRemovedDeleteMarkerCreated
            }
        }
        "DeleteMarkerCreated" => Event::ObjectRemovedDeleteMarkerCreated,
        "DeleteObjectVersion" => Event::ObjectRemovedDelete,
        // Of the two events of the pattern, the one that the expiration of a current version
        // causes.
        "LifecycleExpiration:*" | "LifecycleExpiration" => {
            Event::LifecycleExpirationDeleteMarkerCreated
        }
        "PutObjectTagging" | "ObjectTagging:*" | "ObjectTagging" => Event::ObjectTaggingPut,
        "DeleteObjectTagging" => Event::ObjectTaggingDelete,
        "PutObjectAcl" | "ObjectAcl" => Event::ObjectAclPut,
        "PutObjectRetention" | "ObjectRetention" => Event::ObjectRetentionPut,
        "PutObjectLegalHold" | "ObjectLegalHold" => Event::ObjectLegalHoldPut,
        "ObjectEventHold" => Event::ObjectEventHoldPut,
        "PutObjectAnnotation" | "ObjectAnnotation:*" | "ObjectAnnotation" => {
            Event::ObjectAnnotationPut
        }
        "DeleteObjectAnnotation" => Event::ObjectAnnotationDelete,
        "RestoreObject" | "ObjectRestore:*" | "ObjectRestore" => Event::ObjectRestoreCompleted,
        "S3ReplicateObject" => Event::BatchReplication,
        _ => return None,
    })
}

/// Returns the event that is assumed when the input has none.
///
/// Also for rows of inventories, whose delete markers count as those of a user.
const fn default_event(origin: Option<DeleteMarkerOrigin>) -> Event {
    match origin {
        None => Event::ObjectCreatedPut,
        Some(DeleteMarkerOrigin::User) => Event::ObjectRemovedDeleteMarkerCreated,
        Some(DeleteMarkerOrigin::Lifecycle) => Event::LifecycleExpirationDeleteMarkerCreated,
    }
}

/// Parses all properties except key, version ID, tags and delete marker.
///
/// Each line is one member. A member that is absent has the value that S3 has for it: no size is 0,
/// no class is `STANDARD`.
///
/// The key is empty, and `with_version` sets it. The other exceptions are set by `Object::new`,
/// because they borrow or were checked together with the event.
fn version_of(written: &Written<'_>) -> Result<ObjectVersion<'static>, Problem> {
    let mut version = ObjectVersion::new("");
    version.is_latest = boolean("IsLatest", written.is_latest.as_deref())?;
    version.size = parsed("Size", "a number of bytes", written.size.as_deref())?.unwrap_or(0);
    // Without it the time is unknown, not zero: filters of jobs by time count such a version as
    // unknown.
    version.last_modified = moment("LastModifiedDate", written.last_modified.as_deref())?;
    // The lists of words are for suggestions only. What is read is decided by the type.
    let tiers = AccessTier::ALL.iter().map(|tier| tier.as_str());
    version.access_tier =
        word("IntelligentTieringAccessTier", written.access_tier.as_deref(), tiers)?;
    version.storage_class = storage_class(written)?;
    version.encryption = encryption(written)?;
    let switches = BucketKeyStatus::ALL.iter().map(|status| status.as_str());
    // HeadObject has a boolean.
    let bucket_key = written.bucket_key.as_deref().map(|text| match text {
        "true" | "TRUE" | "True" => BucketKeyStatus::Enabled.as_str(),
        "false" | "FALSE" | "False" => BucketKeyStatus::Disabled.as_str(),
        text => text,
    });
    version.bucket_key = word("BucketKeyStatus", bucket_key, switches)?;
    let statuses = ReplicationStatus::ALL.iter().map(|status| status.as_str());
    // The filters of Batch Replication use `NONE` for a version that was never attempted.
    let attempted = written.replication_status.as_deref().filter(|status| *status != "NONE");
    version.replication_status = word("ReplicationStatus", attempted, statuses)?;
    // Absent means readable, the usual case.
    version.owner_access = match boolean("OwnerCanRead", written.owner_can_read.as_deref())? {
        Some(false) => OwnerAccess::Unreadable,
        _ => OwnerAccess::Readable,
    };
    version.lock = lock(written)?;
    Ok(version)
}

/// Returns the encryption, from the status or from what `HeadObject` shows.
///
/// `SSECustomerAlgorithm` is how `HeadObject` shows SSE-C: it has no status for it. A KMS key
/// without an encryption is refused: the default, SSE-S3, is certainly wrong for that object.
///
/// ```text
/// status     customer algorithm   KMS key    result
/// absent     absent               absent     SSE-S3
/// absent     given                any        SSE-C
/// absent     absent               given      refused
/// SSE-C      given                any        SSE-C
/// another    given                any        refused
/// given      absent               any        the status
/// ```
fn encryption(written: &Written<'_>) -> Result<EncryptionStatus, Problem> {
    let kinds = EncryptionStatus::ALL.iter().map(|status| status.as_str());
    let status = word("EncryptionStatus", written.encryption.as_deref(), kinds)?;
    match (status, &written.customer_algorithm, &written.kms_key) {
        (None, Some(_), _) => Ok(EncryptionStatus::SseC),
        (None, None, Some(_)) => Err(Problem(
            "`SSEKMSKeyId` is given without the encryption; add `EncryptionStatus`, `SSE-KMS` or \
             `DSSE-KMS`"
                .to_owned(),
        )),
        (Some(status), Some(_), _) if status != EncryptionStatus::SseC => Err(Problem(format!(
            "`SSECustomerAlgorithm` means `SSE-C`, but `EncryptionStatus` is `{status}`; keep one of \
             them"
        ))),
        (status, ..) => Ok(status.unwrap_or(EncryptionStatus::SseS3)),
    }
}

/// Returns the storage class: `INTELLIGENT_TIERING` if only a tier is given, else `STANDARD`.
///
/// An unknown class is kept as it is, unless it is a known one in other letters: `standard` is a
/// mistake, `LUNAR` may be a class that S3 has added.
fn storage_class(written: &Written<'_>) -> Result<StorageClass, Problem> {
    let Some(word) = written.storage_class.as_deref() else {
        // An access tier is one of `INTELLIGENT_TIERING`, so that is the class even if no member
        // states it.
        let tiered = written.access_tier.is_some();
        let class =
            if tiered { &StorageClass::INTELLIGENT_TIERING } else { &StorageClass::STANDARD };
        return Ok(class.clone());
    };
    let class = StorageClass::from(word);
    if class.is_known() {
        return Ok(class);
    }
    // S3 and other stores add storage classes, but none that differs from another only in case.
    let mut known = StorageClass::KNOWN.iter().map(StorageClass::as_str);
    match known.find(|known| is_same_but_for_case(known, word)) {
        Some(known) => Err(Problem(format!(
            "`StorageClass`: `{word}` is not a storage class; did you mean `{known}`?"
        ))),
        None => Ok(class),
    }
}

/// Returns the Object Lock settings. A retention has a mode and a date.
///
/// One without the other is refused, because neither has a default.
fn lock(written: &Written<'_>) -> Result<ObjectLock, Problem> {
    let modes = RetentionMode::ALL.iter().map(|mode| mode.as_str());
    let mode = word("ObjectLockMode", written.lock_mode.as_deref(), modes)?;
    let until = moment("ObjectLockRetainUntilDate", written.retain_until.as_deref())?;
    let retention = match (mode, until) {
        (Some(mode), Some(retain_until)) => Some(Retention { mode, retain_until }),
        (None, None) => None,
        _ => {
            return Err(Problem(
                "`ObjectLockMode` and `ObjectLockRetainUntilDate` require each other; write both or \
                 neither"
                    .to_owned(),
            ));
        }
    };
    // Inventory writes `On` and `Off`, the API `ON` and `OFF`.
    let hold = written.legal_hold.as_deref().map(str::to_ascii_uppercase);
    let holds = LegalHold::ALL.iter().map(|hold| hold.as_str());
    let legal_hold = word("ObjectLockLegalHoldStatus", hold.as_deref(), holds)?;
    Ok(ObjectLock { retention, legal_hold, event_hold: event_hold(written)? })
}

/// Returns the event hold; `None` if there is none. The duration is in days or in years, and is of
/// a hold.
///
/// ```text
/// hold      days, years    result
/// absent    absent         none
/// ON, OFF   absent         the hold without a duration
/// ON, OFF   one of them    the hold with 1 to 36,500 days or 1 to 100 years; else refused
/// absent    one of them    refused
/// any       both           refused
/// ```
fn event_hold(written: &Written<'_>) -> Result<Option<EventHold>, Problem> {
    const DAYS: &str = "ObjectLockEventHoldDurationDays";
    const YEARS: &str = "ObjectLockEventHoldDurationYears";
    // In any case, as the legal hold, whose spelling differs between Inventory and the API.
    let status = written.event_hold.as_deref().map(str::to_ascii_uppercase);
    let words = EventHoldStatus::ALL.iter().map(|status| status.as_str());
    let status = word("ObjectLockEventHold", status.as_deref(), words)?;
    let days: Option<u32> = parsed(DAYS, "a number of days", written.event_hold_days.as_deref())?;
    let years: Option<u32> =
        parsed(YEARS, "a number of years", written.event_hold_years.as_deref())?;
    let duration = match (days, years) {
        (Some(_), Some(_)) => {
            return Err(Problem(format!("`{DAYS}` and `{YEARS}` exclude each other; write one")));
        }
        (Some(days), None) => EventHoldDuration::days(days)
            .ok_or_else(|| Problem(format!("`{DAYS}`: expected 1 to 36,500, found {days}")))
            .map(Some)?,
        (None, Some(years)) => EventHoldDuration::years(years)
            .ok_or_else(|| Problem(format!("`{YEARS}`: expected 1 to 100, found {years}")))
            .map(Some)?,
        (None, None) => None,
    };
    match status {
        None if duration.is_some() => Err(Problem(
            "a duration of an event hold needs `ObjectLockEventHold`: `ON` or `OFF`".to_owned(),
        )),
        status => Ok(status.map(|status| EventHold { status, duration })),
    }
}

/// Parses a word of a closed vocabulary.
///
/// `None` stays `None`. The message names the member, what is expected, what was found, and the
/// word of `words` that is nearest, if one is near.
fn word<T: FromStr<Err = UnknownWord>>(
    field: &str,
    text: Option<&str>,
    words: impl IntoIterator<Item = &'static str>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|error: UnknownWord| {
        let (expected, found) = (error.expected(), json::shortened(error.found()));
        let hint = did_you_mean(text, words);
        Problem(format!("`{field}`: expected {expected}, found `{found}`{hint}"))
    })
}

/// Parses a truth value: `true`, `TRUE` or `True`, and the same of `false`.
///
/// JSON writes `true`, Python `True` and spreadsheets `TRUE`. `yes` and `1` are refused.
fn boolean(field: &str, text: Option<&str>) -> Result<Option<bool>, Problem> {
    match text {
        Some("true" | "TRUE" | "True") => Ok(Some(true)),
        Some("false" | "FALSE" | "False") => Ok(Some(false)),
        text => parsed(field, "`true` or `false`", text),
    }
}

/// Parses a time. A time in another notation is refused with the one that is meant.
///
/// The other notations are those of `time`. They are not read at once, because the user should see
/// which time zone was assumed.
fn moment<T: FromStr<Err: std::fmt::Display>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|error| match time::meant(text) {
        Some(meant) => {
            let found = json::shortened(text);
            Problem(format!("`{field}`: `{found}` is not a time in ISO 8601; write `{meant}`"))
        }
        None => wrong(field, &error),
    })
}

/// Parses a value whose type has no message for users.
///
/// `expected` is a noun phrase, such as `a number of bytes`, and stands in for the error of the
/// type.
fn parsed<T: FromStr>(
    field: &str,
    expected: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        let found = json::shortened(text);
        Problem(format!("`{field}`: expected {expected}, found `{found}`"))
    })
}

/// Returns the problem of a field.
fn wrong(field: &str, error: &impl std::fmt::Display) -> Problem {
    Problem(format!("`{field}`: {error}"))
}
