//! The JSON form of a scenario.

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashSet;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::dialect::Dialect;
use crate::model::{
    AccessTier, AccountId, BucketKeyStatus, BucketName, EncryptionStatus, Event, KmsKeyArn,
    LegalHold, ObjectLock, ObjectLockStatus, Region, ReplicationConfiguration, Retention,
    RetentionMode, StorageClass, Tag, Timestamp, VersionId, Versioning,
};
use crate::parser::Parser;
use crate::path::{FieldPath, Step};
use crate::replication::{FailureReason, ObjectKey};
use crate::simulation::scenario::path_of_bucket;
use crate::simulation::{
    BucketSetup, InvalidScenario, Problem, Request, Scenario, ScenarioDraft, ScriptedEvent,
    VersionChange,
};
use crate::source::Position;
use crate::storage::{InjectedFault, NewBucket, NewObject};

/// Reads, checks, and says where the problems are.
pub(super) fn scenario(text: &str, dialect: &Dialect) -> Result<Scenario, InvalidScenario> {
    let mut problems = Vec::new();
    let read = serde_json::from_str::<Written<'_>>(text)
        .map_err(|error| InvalidScenario { problems: vec![syntax(&error)] })
        .and_then(|written| {
            let draft = written.into_draft(dialect, text, &mut problems);
            if problems.is_empty() { draft.prove() } else { Err(InvalidScenario { problems }) }
        });
    read.map_err(|mut wrong| {
        wrong.problems.truncate(InvalidScenario::LIMIT);
        locate(&mut wrong.problems, text);
        wrong
    })
}

fn syntax(error: &serde_json::Error) -> Problem {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let position = Position { line: number(error.line()), column: number(error.column()).max(1) };
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
    Problem { path: FieldPath::root(), position: Some(position), message }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written<'t> {
    #[serde(borrow, deserialize_with = "distinct")]
    buckets: Vec<(BucketName, WrittenBucket<'t>)>,
    latency_seconds: Option<u32>,
    #[serde(borrow, default)]
    events: Vec<WrittenEvent<'t>>,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenBucket<'t> {
    versioning: Option<Versioning>,
    region: Option<Region>,
    account: Option<AccountId>,
    object_lock: Option<ObjectLockStatus>,
    default_retention: Option<WrittenRetention>,
    default_encryption: Option<EncryptionStatus>,
    #[serde(borrow)]
    replication: Option<&'t RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenRetention {
    mode: RetentionMode,
    days: u32,
}

/// An event with everything that any event can have.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenEvent<'t> {
    at: Option<Timestamp>,
    bucket: Option<String>,
    event: Option<String>,
    fault: Option<WrittenFault>,
    key: Option<String>,
    version_id: Option<VersionId>,
    size: Option<u64>,
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
    restore_until: Option<Timestamp>,
    versioning: Option<Versioning>,
    #[serde(borrow)]
    replication: Option<&'t RawValue>,
}

#[derive(Deserialize)]
enum WrittenFault {
    None,
    Outage,
    Refusal(FailureReason),
    SlowSeconds(u32),
}

/// Reads an object whose names have to differ.
fn distinct<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(BucketName, WrittenBucket<'de>)>, D::Error> {
    struct Buckets;

    impl<'de> Visitor<'de> for Buckets {
        type Value = Vec<(BucketName, WrittenBucket<'de>)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of buckets by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut buckets = BTreeMap::new();
            while let Some(name) = map.next_key::<BucketName>()? {
                if buckets.contains_key(&name) {
                    let text = format!("the bucket `{name}` is there twice");
                    return Err(serde::de::Error::custom(text));
                }
                buckets.insert(name, map.next_value()?);
            }
            Ok(buckets.into_iter().collect())
        }
    }

    deserializer.deserialize_map(Buckets)
}

impl Written<'_> {
    fn into_draft(
        self,
        dialect: &Dialect,
        text: &str,
        problems: &mut Vec<Problem>,
    ) -> ScenarioDraft {
        let mut reader = Reader { dialect, text, problems, keys: HashSet::new() };
        let mut draft = ScenarioDraft::new(dialect.clone());
        draft.latency = self.latency_seconds.unwrap_or(draft.latency);
        draft.until = self.until;
        for (name, bucket) in self.buckets {
            let setup = reader.bucket(&name, bucket);
            draft.buckets.insert(name, setup);
        }
        draft.events.reserve_exact(self.events.len());
        for (at, event) in self.events.into_iter().enumerate() {
            if reader.problems.len() >= InvalidScenario::LIMIT {
                break;
            }
            let names = &draft.buckets;
            draft.events.extend(
                reader.event(at, event, |name| {
                    names.get_key_value(name).map(|(name, _)| name.clone())
                }),
            );
        }
        draft
    }
}

/// Turns what is written into what it means, and notes what can't be.
struct Reader<'r> {
    dialect: &'r Dialect,
    text: &'r str,
    problems: &'r mut Vec<Problem>,
    /// Every key once, for all events about it.
    keys: HashSet<ObjectKey>,
}

/// What a field lacks, or has too much.
struct Wrong(&'static str, String);

impl Reader<'_> {
    fn bucket(&mut self, name: &BucketName, written: WrittenBucket<'_>) -> BucketSetup {
        let path = path_of_bucket(name).field("Replication");
        let settings = NewBucket {
            region: written.region,
            account: written.account,
            object_lock: written.object_lock == Some(ObjectLockStatus::Enabled),
            default_retention: written.default_retention.map(|kept| (kept.mode, kept.days)),
            default_encryption: written.default_encryption,
        };
        let replication = written.replication.and_then(|raw| self.configuration(&path, raw));
        BucketSetup { versioning: written.versioning, settings, replication }
    }

    /// Reads a configuration, with the places of its problems in the whole text.
    fn configuration(
        &mut self,
        path: &FieldPath,
        raw: &RawValue,
    ) -> Option<ReplicationConfiguration> {
        let parsed = Parser::new().with_dialect(self.dialect.clone()).json(raw.get());
        let report = parsed.into_configuration().map_err(Some);
        let Err(report) = report else { return report.ok() };
        for found in report.iter().flatten() {
            let inner = found.primary.path.steps().iter().cloned();
            let within = found.primary.span.map_or(0, |span| span.range().start);
            self.problems.push(Problem {
                path: path.steps().iter().cloned().chain(inner).collect(),
                position: Some(position(self.text, offset(self.text, raw.get()) + within)),
                message: format!("{}[{}]: {}", found.severity, found.code, found.message),
            });
        }
        None
    }

    fn event(
        &mut self,
        number: usize,
        mut written: WrittenEvent<'_>,
        known: impl FnOnce(&str) -> Option<BucketName>,
    ) -> Option<ScriptedEvent> {
        let path = FieldPath::root().field("Events").index(number);
        let replication = match written.replication.take() {
            None => None,
            Some(raw) => Some(self.configuration(&path.clone().field("Replication"), raw)?),
        };
        let key =
            written.key.take().map(|key| self.keys.get_or_insert(ObjectKey::from(&key)).clone());
        let event = written.into_event(number, key, replication, known);
        event
            .map_err(|Wrong(field, message)| {
                let path = path.field(field);
                self.problems.push(Problem { path, position: None, message });
            })
            .ok()
    }
}

impl WrittenEvent<'_> {
    /// Returns the event; its configuration was read before.
    fn into_event(
        mut self,
        number: usize,
        mut key: Option<ObjectKey>,
        replication: Option<ReplicationConfiguration>,
        known: impl FnOnce(&str) -> Option<BucketName>,
    ) -> Result<ScriptedEvent, Wrong> {
        let at = self.at.take().ok_or_else(|| missing("At"))?;
        let bucket = self.bucket.take().ok_or_else(|| missing("Bucket"))?;
        let bucket = match known(&bucket) {
            Some(bucket) => bucket,
            None => bucket.parse().map_err(|error| Wrong("Bucket", format!("{error}")))?,
        };
        let word = self.event.take();
        let request = match (word.as_deref(), self.fault.take(), replication) {
            (None, Some(fault), None) => Request::Fault(fault.into_fault()),
            (Some(_), Some(_), _) => {
                return Err(Wrong("Fault", "a fault is no `Event`; leave one of them out".into()));
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
        match self.left_over().or_else(|| key.is_some().then_some("Key")) {
            Some(field) => Err(superfluous(field, request.as_str())),
            None => Ok(ScriptedEvent { at, bucket, request }),
        }
    }

    /// Returns what is asked of a version.
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
                Wrong("Event", format!("{error}; or `{}`", more.join("`, `")))
            })
        })?;
        let key = key.ok_or_else(|| missing("Key"))?;
        let id = self.version_id.take();
        let new_id = |id: Option<VersionId>| {
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

    fn object(&mut self, key: ObjectKey, event: Event) -> Result<NewObject, Wrong> {
        let mut object = NewObject::sized(key, self.size.take().unwrap_or(0));
        object.event = event;
        object.tags = self.tags()?.unwrap_or_default();
        object.acl = self.acl.take().unwrap_or_default();
        object.storage_class = self.storage_class.take().unwrap_or(object.storage_class);
        object.encryption = self.encryption_status.take();
        object.kms_key_id = self.kms_key_id.take();
        object.bucket_key = self.bucket_key_status.take();
        let retention = self.retention()?;
        object.lock =
            ObjectLock { retention, legal_hold: self.object_lock_legal_hold_status.take() };
        Ok(object)
    }

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
            _ => VersionChange::BatchReplicate,
        })
    }

    fn tags(&mut self) -> Result<Option<Vec<Tag>>, Wrong> {
        let Some(tags) = self.tags.take() else { return Ok(None) };
        let tags = tags.into_iter().map(|(key, value)| Tag::new(key, value));
        let tags: Result<_, _> = tags.collect();
        tags.map(Some).map_err(|error| Wrong("Tags", error.to_string()))
    }

    fn retention(&mut self) -> Result<Option<Retention>, Wrong> {
        match (self.object_lock_mode.take(), self.object_lock_retain_until_date.take()) {
            (Some(mode), Some(retain_until)) => Ok(Some(Retention { mode, retain_until })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("ObjectLockRetainUntilDate")),
            (None, Some(_)) => Err(missing("ObjectLockMode")),
        }
    }

    /// Returns the name of a field that nobody has taken.
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
            ("RestoreUntil", self.restore_until.is_some()),
            ("Versioning", self.versioning.is_some()),
        ];
        fields.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

impl WrittenFault {
    fn into_fault(self) -> Option<InjectedFault> {
        match self {
            Self::None => None,
            Self::Outage => Some(InjectedFault::Outage),
            Self::Refusal(reason) => Some(InjectedFault::Refusal(reason)),
            Self::SlowSeconds(seconds) => Some(InjectedFault::Slow(seconds)),
        }
    }
}

fn missing(field: &'static str) -> Wrong {
    Wrong(field, format!("`{field}` is missing"))
}

fn superfluous(field: &'static str, event: &str) -> Wrong {
    Wrong(field, format!("`{field}` says nothing about `{event}`"))
}

/// Finds the places of problems that have none yet. Only a text with problems is read twice.
fn locate(problems: &mut [Problem], text: &str) {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outline<'t> {
        #[serde(borrow, default)]
        buckets: BTreeMap<String, &'t RawValue>,
        #[serde(borrow, default)]
        events: Vec<&'t RawValue>,
    }
    let Ok(outline) = serde_json::from_str::<Outline<'_>>(text) else { return };
    for problem in problems.iter_mut().filter(|problem| problem.position.is_none()) {
        let (raw, field) = match problem.path.steps() {
            [Step::Field(_), Step::Field(name), rest @ ..] => {
                (outline.buckets.get(&**name), rest.first())
            }
            [Step::Field(_), Step::Index(at), rest @ ..] => (outline.events.get(*at), rest.first()),
            _ => continue,
        };
        let Some(raw) = raw else { continue };
        let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get());
        let fields = fields.unwrap_or_default();
        let value = match field {
            Some(Step::Field(name)) => fields.get(&**name),
            _ => None,
        };
        let at = offset(text, value.unwrap_or(raw).get());
        problem.position = Some(position(text, at));
    }
}

/// Returns where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Position { line: number(line), column: number(column) }
}
