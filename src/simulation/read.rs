//! The JSON form of a scenario.
//!
//! Reading has two ways. A scenario without mistakes takes the fast one: text to events, one pass,
//! without a tree. A scenario with mistakes is read a second time, as slowly as it takes to name
//! every mistake and its place.
//!
//! ```text
//! text ─▶ Written ─▶ Reader: buckets, policies, configurations, events ─▶ ScenarioDraft ─▶ validate
//!      └▶ `form::mistakes`, if the types refuse it
//! ```
//!
//! Findings get their places last, from `places`: only a scenario with problems is read a second
//! time. `event` has the meaning of each event.

mod event;
mod places;

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashSet;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use self::event::{WrittenEvent, Wrong};
use self::places::{Places, offset};
use crate::diagnostic::{Diagnostic, Report};
use crate::dialect::Dialect;
use crate::model::{
    AccountId, BucketName, BucketSettings, DefaultRetention, EncryptionStatus, EventHoldDuration,
    KmsKeyArn, Members, ObjectLockStatus, ObjectOwnership, Region, ReplicationConfiguration,
    RetentionMode, Timestamp, Versioning, blocked_encryption_types,
};
use crate::parser::Parser;
use crate::path::FieldPath;
use crate::permissions::{DocumentKind, GivenDocuments, PolicyDocument};
use crate::replication::ObjectKey;
use crate::simulation::draft::{path_of_bucket, problem};
use crate::simulation::form;
use crate::simulation::{Scenario, ScenarioBucket, ScenarioDraft, ScriptedEvent};
use crate::text::Span;

impl Scenario {
    /// Reads and checks a scenario in the JSON form.
    ///
    /// # Errors
    ///
    /// Returns all problems, including those of [`ScenarioDraft::validate`], each with its place, up
    /// to [`Scenario::PROBLEM_LIMIT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Dialect;
    /// use s3_replication::simulation::Scenario;
    ///
    /// let text = r#"{"Buckets": {"photos": {}},
    ///  "Events": [{"At": "2026-11-22T09:00:00Z", "Bucket": "photoz", "Key": "a"}]}"#;
    /// let report = Scenario::from_json(text, &Dialect::AWS).unwrap_err();
    /// assert_eq!(
    ///     report.to_string(),
    ///     "error[bucket-unknown]: the scenario has no bucket `photoz`; its buckets: `photos` \
    ///      (at `Events[0].Bucket`)",
    /// );
    /// ```
    pub fn from_json(text: &str, dialect: &Dialect) -> Result<Self, Report> {
        scenario(text, dialect)
    }

    /// Returns the JSON Schema (draft 2020-12) of a scenario.
    #[must_use]
    pub fn json_schema() -> String {
        form::scenario_schema()
    }
}

/// Reads and checks a scenario.
///
/// Scenarios can be large, so they are read into events without a tree between. Only a scenario that
/// cannot be read becomes a tree, which the shared reader checks against the table.
///
/// The problems are limited in number: a script that generates a million events may make a million
/// mistakes.
///
/// | scenario | findings |
/// | --- | --- |
/// | refused by the types | those of the table, or the one error of serde |
/// | wrong in a policy, a configuration or an event | those of reading, and no check of the script |
/// | right in itself, but not playable | those of [`ScenarioDraft::validate`] |
fn scenario(text: &str, dialect: &Dialect) -> Result<Scenario, Report> {
    // [`Members`] refuses an array in place of an object, which serde reads as a list of the fields
    // in order.
    let Members(written) = serde_json::from_str::<Members<Written<'_>>>(text)
        .map_err(|error| form::mistakes(text).unwrap_or_else(|| only(syntax(text, &error))))?;
    let mut problems = Vec::new();
    let draft = written.into_draft(dialect, text, &mut problems);
    let result = if problems.is_empty() {
        draft.validate()
    } else {
        Err(problems.into_iter().take(Scenario::PROBLEM_LIMIT).collect())
    };
    result.map_err(|mut report| {
        let places = Places::new(text);
        report.locate(|path| places.as_ref()?.find(path));
        report.sort_by_place();
        report
    })
}

/// Returns a report with one finding.
fn only(finding: Diagnostic) -> Report {
    Report::from_iter([finding])
}

/// Returns the finding about a text that the table does not object to, or that is too large for a
/// tree.
///
/// Serde counts columns in bytes from 1. The place is empty, since serde names no end.
fn syntax(text: &str, error: &serde_json::Error) -> Diagnostic {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let line: usize = lines.map(str::len).sum();
    let at = (line + error.column().saturating_sub(1)).min(text.len());
    let finding = problem("malformed-document", FieldPath::root(), message);
    finding.at(Span::clamped(at, at)).with_help("correct the document here")
}

/// A scenario as it is written. Configurations are kept as text until their bucket is known.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written<'t> {
    /// The buckets in the order of their names, each name once.
    #[serde(borrow, deserialize_with = "distinct")]
    buckets: Vec<(BucketName, WrittenBucket<'t>)>,
    /// The latency of replication; the default of the simulator without it.
    latency_seconds: Option<u32>,
    /// The events in the order of the text. A scenario may have none.
    #[serde(borrow, default)]
    events: Vec<Members<WrittenEvent<'t>>>,
    /// The end of the simulation; the last action without it.
    until: Option<Timestamp>,
}

/// A bucket as it is written.
///
/// The settings have the names of facts about buckets. Configuration and policies stay text,
/// because their mistakes need the place of the bucket.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenBucket<'t> {
    versioning: Option<Versioning>,
    region: Option<Region>,
    account: Option<AccountId>,
    /// The settings of retention and holds need `Enabled` here, see `Reader::bucket`.
    object_lock: Option<ObjectLockStatus>,
    default_retention: Option<Members<WrittenRetention>>,
    default_event_hold: Option<EventHoldDuration>,
    default_encryption: Option<EncryptionStatus>,
    default_kms_key_id: Option<KmsKeyArn>,
    bucket_key_enabled: Option<bool>,
    object_ownership: Option<ObjectOwnership>,
    #[serde(default, deserialize_with = "blocked_encryption_types")]
    blocked_encryption_types: Option<Vec<EncryptionStatus>>,
    /// The configuration, which the parser reads with its own places.
    #[serde(borrow)]
    replication: Option<&'t RawValue>,
    /// The policies. Without the member, no permission is asked for.
    #[serde(borrow)]
    policies: Option<Members<WrittenPolicies<'t>>>,
}

/// The policies of a bucket as they are written, each as text.
///
/// Each has a table of its own in `permissions`, whose findings need the path of the member.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
struct WrittenPolicies<'t> {
    /// The policies of the role that live replication assumes.
    #[serde(borrow)]
    role_policies: Vec<&'t RawValue>,
    /// The trust policy of the first role.
    #[serde(borrow)]
    trust_policy: Option<&'t RawValue>,
    /// Those of the role of Batch Replication.
    #[serde(borrow)]
    batch_role_policies: Vec<&'t RawValue>,
    /// That of the second one.
    #[serde(borrow)]
    batch_trust_policy: Option<&'t RawValue>,
    /// The policies of buckets, by name.
    #[serde(borrow)]
    bucket_policies: BTreeMap<BucketName, &'t RawValue>,
    /// The policies of KMS keys, by key.
    #[serde(borrow)]
    key_policies: BTreeMap<String, &'t RawValue>,
}

/// The default retention as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct WrittenRetention {
    /// Required, unlike the settings around it: a retention without a mode means nothing.
    mode: RetentionMode,
    days: u32,
}

/// Reads an object whose names have to differ.
///
/// A map of serde would keep the last of two equal names, and the first bucket would be lost
/// without a word.
///
/// The order of the text is lost: buckets come out by name, as all maps of buckets have them.
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
            // A text that is not a name of a bucket is refused here, by its type.
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
    /// Reads everything that the types do not check, and notes the problems. The draft is used only
    /// if there are none, so events that are left out shift no indices.
    ///
    /// Buckets come before events, because an event takes the name of its bucket from them. Reading
    /// stops when there are as many problems as a report has.
    fn into_draft(
        self,
        dialect: &Dialect,
        text: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> ScenarioDraft {
        let mut reader = Reader { dialect, text, problems, keys: HashSet::new() };
        let mut draft = ScenarioDraft::new(dialect.clone());
        // What is absent keeps the default of a new draft.
        draft.latency = self.latency_seconds.unwrap_or(draft.latency);
        draft.until = self.until;
        for (name, bucket) in self.buckets {
            if reader.problems.len() >= Scenario::PROBLEM_LIMIT {
                break;
            }
            let setup = reader.bucket(&name, bucket);
            draft.buckets.insert(name, setup);
        }
        draft.events.reserve_exact(self.events.len());
        for (at, Members(event)) in self.events.into_iter().enumerate() {
            if reader.problems.len() >= Scenario::PROBLEM_LIMIT {
                break;
            }
            // Events share the names of the buckets: an event with a name of its own would take a
            // third more memory.
            let names = &draft.buckets;
            draft.events.extend(
                // An unknown name is parsed as text, and the check of the draft reports it.
                reader.event(at, event, |name| {
                    names.get_key_value(name).map(|(name, _)| name.clone())
                }),
            );
        }
        draft
    }
}

/// Turns what is written into what it means, and notes what cannot be turned.
struct Reader<'r> {
    /// The dialect in which configurations are read.
    dialect: &'r Dialect,
    /// The whole text, for the places in configurations.
    text: &'r str,
    /// The problems of reading so far.
    problems: &'r mut Vec<Diagnostic>,
    /// Every key once, for all events about it.
    keys: HashSet<ObjectKey>,
}

impl Reader<'_> {
    /// Reads a bucket.
    ///
    /// Two settings need Object Lock, which a bucket has from its creation. A bucket with a problem
    /// is made all the same, so that events about it have no problem of their own.
    fn bucket(&mut self, name: &BucketName, written: WrittenBucket<'_>) -> ScenarioBucket {
        if written.default_retention.is_some()
            && written.object_lock != Some(ObjectLockStatus::Enabled)
        {
            let message = "retention needs `\"ObjectLock\": \"Enabled\"`";
            let path = path_of_bucket(name).field("DefaultRetention");
            let finding = problem("retention-without-lock", path, message);
            self.problems.push(finding.with_help("add the member `ObjectLock`"));
        }
        if written.default_event_hold.is_some()
            && written.object_lock != Some(ObjectLockStatus::Enabled)
        {
            let message = "an event hold needs `\"ObjectLock\": \"Enabled\"`";
            let path = path_of_bucket(name).field("DefaultEventHold");
            let finding = problem("event-hold-without-lock", path, message);
            self.problems.push(finding.with_help("add the member `ObjectLock`"));
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
            default_event_hold: written.default_event_hold,
            default_encryption: written.default_encryption,
            default_kms_key_id: written.default_kms_key_id,
            bucket_key_enabled: written.bucket_key_enabled,
            object_ownership: written.object_ownership,
            blocked_encryption_types: written.blocked_encryption_types,
            ..BucketSettings::new()
        };
        let replication = written.replication.and_then(|raw| self.configuration(&path, raw));
        let policies = written.policies.map(|Members(written)| self.policies(name, written));
        ScenarioBucket { settings, replication, policies }
    }

    /// Reads the policies of a bucket.
    ///
    /// A policy with a mistake is left out, and the others are read. The scenario is refused then,
    /// so no request is judged by a part of the policies.
    fn policies(&mut self, bucket: &BucketName, written: WrittenPolicies<'_>) -> GivenDocuments {
        let mut given = GivenDocuments::new();
        let at = path_of_bucket(bucket).field("Policies");
        for (index, raw) in written.role_policies.into_iter().enumerate() {
            let at = at.clone().field("RolePolicies").index(index);
            if let Some(policy) = self.policy(DocumentKind::RolePolicy, &at, raw) {
                given = given.with_role_policy(policy);
            }
        }
        if let Some(raw) = written.trust_policy {
            let at = at.clone().field("TrustPolicy");
            if let Some(policy) = self.policy(DocumentKind::TrustPolicy, &at, raw) {
                given = given.with_trust_policy(policy);
            }
        }
        for (index, raw) in written.batch_role_policies.into_iter().enumerate() {
            let at = at.clone().field("BatchRolePolicies").index(index);
            if let Some(policy) = self.policy(DocumentKind::RolePolicy, &at, raw) {
                given = given.with_batch_role_policy(policy);
            }
        }
        if let Some(raw) = written.batch_trust_policy {
            let at = at.clone().field("BatchTrustPolicy");
            if let Some(policy) = self.policy(DocumentKind::TrustPolicy, &at, raw) {
                given = given.with_batch_trust_policy(policy);
            }
        }
        for (name, raw) in written.bucket_policies {
            let at = at.clone().field("BucketPolicies").field(name.to_string());
            if let Some(policy) = self.policy(DocumentKind::BucketPolicy, &at, raw) {
                given = given.with_bucket_policy(name, policy);
            }
        }
        for (name, raw) in written.key_policies {
            let at = at.clone().field("KeyPolicies").field(name.clone());
            if let Some(policy) = self.policy(DocumentKind::KeyPolicy, &at, raw) {
                given = given.with_key_policy(name, policy);
            }
        }
        given
    }

    /// Reads a policy, with its problems at the place of the policy.
    ///
    /// The document may be the policy alone or what the AWS CLI prints. The code and the help of a
    /// problem are those of the policy, and its path continues that of the member. `None` for a
    /// policy with a problem.
    fn policy(
        &mut self,
        kind: DocumentKind,
        at: &FieldPath,
        raw: &RawValue,
    ) -> Option<PolicyDocument> {
        let read = PolicyDocument::from_output(kind, "policy", raw.get());
        let refused = match read {
            Ok(policy) => return Some(policy),
            Err(refused) => refused,
        };
        let (_, report) = *refused;
        self.problems.extend(report.into_iter().map(|finding| {
            let inner = finding.primary.path().steps().iter().cloned();
            let path = at.steps().iter().cloned().chain(inner).collect();
            // A problem of a scenario has no clause and no answer, unlike the finding about the
            // policy.
            let problem = problem(finding.code, path, finding.message);
            Diagnostic { help: finding.help, ..problem }
        }));
        None
    }

    /// Reads a configuration, with the places of its problems in the whole text.
    ///
    /// `None` for a configuration that S3 refuses, and for one that the parser cannot read.
    fn configuration(
        &mut self,
        path: &FieldPath,
        raw: &RawValue,
    ) -> Option<ReplicationConfiguration> {
        // Without facts and without advice: only what the store would refuse is a problem here.
        let parsed = Parser::new().with_dialect(self.dialect.clone()).parse_json(raw.get());
        let report = match parsed.into_configuration() {
            Ok(configuration) => return Some(configuration),
            Err(refused) => refused.into_report(),
        };
        // A configuration can have thousands of findings, of which only as many are kept as there
        // is space for.
        let space = Scenario::PROBLEM_LIMIT.saturating_sub(self.problems.len());
        // Spans of the configuration count from its own first byte.
        let start = offset(self.text, raw.get());
        for mut finding in report.into_iter().take(space) {
            let inner = finding.primary.path().steps().iter().cloned();
            let path: FieldPath = path.steps().iter().cloned().chain(inner).collect();
            let span = finding.primary.span().unwrap_or_default().range();
            finding.primary = path.into();
            // The places of related fields are in the text of the configuration, and would be shown
            // in the text of the scenario.
            finding.secondary.clear();
            self.problems.push(finding.at(Span::clamped(start + span.start, start + span.end)));
        }
        None
    }

    /// Reads an event. `known` returns the name of a bucket of the scenario as it is stored, so
    /// that a million events share it.
    ///
    /// The configuration in an event is read first. One with problems leaves the event out, and no
    /// other mistake in it is looked for.
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
            .map_err(|Wrong { code, field, message, help }| {
                let finding = problem(code, path.field(field), message);
                self.problems.push(Diagnostic { help, ..finding });
            })
            .ok()
    }
}
