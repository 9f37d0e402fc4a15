//! Object versions in the input of `decide` and `explain`.
//!
//! The names of fields are those of S3 Inventory and of `HeadObject`. An inventory is a table of texts,
//! so an empty text means an unknown value, and numbers and booleans may be texts.
//!
//! Each value passes two stages. The reader collects texts into [`Written`], whichever document
//! they come from; then [`Object::new`] parses and checks them once, so that a mistake has one
//! message everywhere.
//!
//! What is absent has the default of S3. What is present and wrong is refused: a misspelled member
//! that was skipped would decide about another object than the user meant.

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
use crate::cli::suggestion::{did_you_mean, is_same_but_for_case};

/// Reads one object.
pub(super) fn read(text: &str) -> Result<Object<'_>, Problem> {
    documents::object(text, false, &Supplement::default())
}

/// A mistake in an object, with a suggestion.
#[derive(Debug)]
pub(super) struct Problem(pub(super) String);

/// The fields of an object in the input, as texts. An empty field counts as absent.
///
/// Parsing comes later, because the same field may have come from JSON, from options or from an
/// event, and the mistake in it should read the same.
#[derive(Debug, Default)]
struct Written<'l> {
    key: Option<Cow<'l, str>>,
    version_id: Option<Cow<'l, str>>,
    is_latest: Option<Cow<'l, str>>,
    is_delete_marker: Option<Cow<'l, str>>,
    delete_marker_origin: Option<Cow<'l, str>>,
    size: Option<Cow<'l, str>>,
    last_modified: Option<Cow<'l, str>>,
    storage_class: Option<Cow<'l, str>>,
    access_tier: Option<Cow<'l, str>>,
    encryption: Option<Cow<'l, str>>,
    bucket_key: Option<Cow<'l, str>>,
    replication_status: Option<Cow<'l, str>>,
    lock_mode: Option<Cow<'l, str>>,
    retain_until: Option<Cow<'l, str>>,
    legal_hold: Option<Cow<'l, str>>,
    event_hold: Option<Cow<'l, str>>,
    event_hold_days: Option<Cow<'l, str>>,
    event_hold_years: Option<Cow<'l, str>>,
    owner_can_read: Option<Cow<'l, str>>,
    event: Option<Cow<'l, str>>,
    tags: Tags<'l>,
    /// The number of tags, where it is known without them.
    tag_count: Option<Cow<'l, str>>,
    kms_key: Option<Cow<'l, str>>,
    customer_algorithm: Option<Cow<'l, str>>,
    /// The members that `HeadObject` has and S3 Inventory does not.
    head_members: Vec<&'static str>,
    /// True if the object has a member that every output of S3 about one object has.
    is_output: bool,
}

/// An object version and its event.
///
/// Its texts borrow from the input, so the usual object needs few allocations.
///
/// `key` and `tags` borrow, and `rest` does not. An [`ObjectVersion`] borrows both, so it is put
/// together at the time of a decision, see [`with_version`](Object::with_version).
#[derive(Debug)]
pub(super) struct Object<'l> {
    key: Cow<'l, str>,
    version_id: Option<VersionId>,
    tags: Tags<'l>,
    event: Event,
    /// All properties that do not borrow from the input.
    rest: ObjectVersion<'static>,
    /// The report of S3 on the replication of the version, if the input is one.
    incident: Option<Incident>,
    /// The KMS key, if its ARN is known.
    kms_key: Option<KmsKeyArn>,
    /// True if the input has the names of `HeadObject`.
    is_head: bool,
}

impl<'l> Object<'l> {
    /// Returns the key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the version ID, if it is given.
    pub(super) const fn version_id(&self) -> Option<&VersionId> {
        self.version_id.as_ref()
    }

    /// Returns the event, given or assumed.
    pub(super) const fn event(&self) -> Event {
        self.event
    }

    /// Returns the report of S3 that the input was.
    pub(super) const fn incident(&self) -> Option<&Incident> {
        self.incident.as_ref()
    }

    /// Returns the storage class, if it is not a known one.
    pub(super) fn unknown_class(&self) -> Option<&str> {
        let class = &self.rest.storage_class;
        (!class.is_known()).then(|| class.as_str())
    }

    /// Calls a closure with the object version.
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
        written.tags.check()?;
        let kms_key = written.kms_key.as_deref().and_then(|arn| arn.parse().ok());
        let is_head = !written.head_members.is_empty();
        let tags = std::mem::take(&mut written.tags);
        Ok(Self { key, version_id, tags, event, rest, incident: None, kms_key, is_head })
    }
}

/// Returns the key, which every object has and which S3 limits in bytes.
fn key_of<'l>(written: &Written<'l>) -> Result<Cow<'l, str>, Problem> {
    const LIMIT: usize = ObjectVersion::KEY_LIMIT;
    match &written.key {
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

/// Returns the origin of the delete marker, if the version is one or the event creates one.
///
/// An event of a lifecycle rule shows the origin where no member states it.
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
            Some(event) if event.contains("LifecycleExpiration:DeleteMarkerCreated") => Lifecycle,
            _ => User,
        })),
        (_, origin) => Ok(origin),
    }
}

/// Returns the event. The name of an operation is refused with the event that was meant.
fn event_of(written: &Written<'_>, origin: Option<DeleteMarkerOrigin>) -> Result<Event, Problem> {
    let Some(name) = written.event.as_deref() else {
        return Ok(default_event(origin));
    };
    if let Some(meant) = event_of_operation(name, written.version_id.is_some()) {
        let shown = json::shortened(name);
        return Err(Problem(format!("`Event`: `{shown}` is no event; write `{meant}`")));
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
    word("Event", Some(name), names).map(|event| event.unwrap_or(Event::ObjectCreatedPut))
}

/// Returns the event of an operation of the S3 API, or of a pattern of events.
///
/// People write the operation that they called. `DeleteObject` with a version ID deletes that
/// version, and without one it creates a delete marker.
fn event_of_operation(name: &str, has_version_id: bool) -> Option<Event> {
    Some(match name.strip_prefix("s3:").unwrap_or(name) {
        "Put" | "PutObject" | "ObjectCreated:*" | "ObjectCreated" => Event::ObjectCreatedPut,
        "Post" | "PostObject" => Event::ObjectCreatedPost,
        "Copy" | "CopyObject" => Event::ObjectCreatedCopy,
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
fn version_of(written: &Written<'_>) -> Result<ObjectVersion<'static>, Problem> {
    let mut version = ObjectVersion::new("");
    version.is_latest = boolean("IsLatest", written.is_latest.as_deref())?;
    version.size = parsed("Size", "a number of bytes", written.size.as_deref())?.unwrap_or(0);
    version.last_modified = moment("LastModifiedDate", written.last_modified.as_deref())?;
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
    version.owner_access = match boolean("OwnerCanRead", written.owner_can_read.as_deref())? {
        Some(false) => OwnerAccess::Unreadable,
        _ => OwnerAccess::Readable,
    };
    version.lock = lock(written)?;
    Ok(version)
}

/// Returns the encryption, from the status or from what `HeadObject` shows.
///
/// `SSECustomerAlgorithm` is how `HeadObject` shows SSE-C: it has no status for it.
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
fn storage_class(written: &Written<'_>) -> Result<StorageClass, Problem> {
    let Some(word) = written.storage_class.as_deref() else {
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

/// Returns the event hold. The duration is in days or in years, and is of a hold.
fn event_hold(written: &Written<'_>) -> Result<Option<EventHold>, Problem> {
    const DAYS: &str = "ObjectLockEventHoldDurationDays";
    const YEARS: &str = "ObjectLockEventHoldDurationYears";
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
fn boolean(field: &str, text: Option<&str>) -> Result<Option<bool>, Problem> {
    match text {
        Some("true" | "TRUE" | "True") => Ok(Some(true)),
        Some("false" | "FALSE" | "False") => Ok(Some(false)),
        text => parsed(field, "`true` or `false`", text),
    }
}

/// Parses a time. A time in another notation is refused with the one that is meant.
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
