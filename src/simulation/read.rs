//! The JSON form of a scenario.

mod event;
mod places;

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashSet;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use self::event::{WrittenEvent, Wrong};
use self::places::{locate, offset, position};
use crate::dialect::Dialect;
use crate::model::{
    AccountId, BucketName, BucketSettings, DefaultRetention, EncryptionStatus, Members,
    ObjectLockStatus, Region, ReplicationConfiguration, RetentionMode, Timestamp, Versioning,
};
use crate::parser::Parser;
use crate::path::FieldPath;
use crate::replication::ObjectKey;
use crate::simulation::draft::path_of_bucket;
use crate::simulation::{
    InvalidScenario, Problem, Scenario, ScenarioBucket, ScenarioDraft, ScriptedEvent,
};
use crate::text::Position;

impl Scenario {
    /// Reads and checks a scenario in the JSON form.
    ///
    /// # Errors
    ///
    /// All problems, including those of [`ScenarioDraft::validate`], each with its position.
    pub fn from_json(text: &str, dialect: &Dialect) -> Result<Self, InvalidScenario> {
        scenario(text, dialect)
    }
}

/// Reads, checks, and says where the problems are.
fn scenario(text: &str, dialect: &Dialect) -> Result<Scenario, InvalidScenario> {
    let mut problems = Vec::new();
    let read = serde_json::from_str::<Members<Written<'_>>>(text)
        .map_err(|error| InvalidScenario { problems: vec![syntax(&error)] })
        .and_then(|Members(written)| {
            let draft = written.into_draft(dialect, text, &mut problems);
            if problems.is_empty() { draft.validate() } else { Err(InvalidScenario { problems }) }
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
    events: Vec<Members<WrittenEvent<'t>>>,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenBucket<'t> {
    versioning: Option<Versioning>,
    region: Option<Region>,
    account: Option<AccountId>,
    object_lock: Option<ObjectLockStatus>,
    default_retention: Option<Members<WrittenRetention>>,
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
                let Members(bucket) = map.next_value()?;
                buckets.insert(name, bucket);
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
            if reader.problems.len() >= InvalidScenario::LIMIT {
                break;
            }
            let setup = reader.bucket(&name, bucket);
            draft.buckets.insert(name, setup);
        }
        draft.events.reserve_exact(self.events.len());
        for (at, Members(event)) in self.events.into_iter().enumerate() {
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

impl Reader<'_> {
    fn bucket(&mut self, name: &BucketName, written: WrittenBucket<'_>) -> ScenarioBucket {
        if written.default_retention.is_some()
            && written.object_lock != Some(ObjectLockStatus::Enabled)
        {
            let message = "retention needs `\"ObjectLock\": \"Enabled\"`".to_owned();
            let path = path_of_bucket(name).field("DefaultRetention");
            self.problems.push(Problem { path, position: None, message });
        }
        let path = path_of_bucket(name).field("Replication");
        let retention = written.default_retention;
        let settings = BucketSettings {
            versioning: written.versioning,
            region: written.region,
            account: written.account,
            object_lock: written.object_lock,
            default_retention: retention
                .map(|Members(kept)| DefaultRetention { mode: kept.mode, days: kept.days }),
            default_encryption: written.default_encryption,
            ..BucketSettings::new()
        };
        let replication = written.replication.and_then(|raw| self.configuration(&path, raw));
        ScenarioBucket { settings, replication }
    }

    /// Reads a configuration, with the places of its problems in the whole text.
    fn configuration(
        &mut self,
        path: &FieldPath,
        raw: &RawValue,
    ) -> Option<ReplicationConfiguration> {
        let parsed = Parser::new().with_dialect(self.dialect.clone()).parse_json(raw.get());
        let report = parsed.into_configuration().map_err(Some);
        let Err(report) = report else { return report.ok() };
        let room = InvalidScenario::LIMIT.saturating_sub(self.problems.len());
        for found in report.iter().flatten().take(room) {
            let inner = found.primary.path().steps().iter().cloned();
            let within = found.primary.span().map_or(0, |span| span.range().start);
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
