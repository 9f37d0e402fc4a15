//! Decisions as JSON, one object per line.
//!
//! `decide` writes the verdict about each rule, `explain` adds the texts. An example, on one line
//! in the output:
//!
//! ```json
//! {"Key": "Tax/a", "Event": "ObjectCreated:Put", "Replicates": true,
//!  "Replications": [{"Bucket": "arn:aws:s3:::backup", "Rule": "tax", "Priority": 2,
//!    "Action": "replicate-object", "StorageClass": "STANDARD_IA", "Encryption": "SSE-S3",
//!    "Owner": "source", "ReplicationTimeControl": false, "Metrics": false}],
//!  "Rules": [{"Rule": "all", "Verdict": "outranked", "By": "tax"},
//!            {"Rule": "tax", "Verdict": "selected"}]}
//! ```
//!
//! A rule in the output of `explain`:
//!
//! ```json
//! {"Rule": "tax", "Verdict": "rejected", "Reason": "prefix-differs",
//!  "Text": "rejected: the key does not begin with the prefix",
//!  "NearMiss": "the key matches the prefix `Tax/` except for case",
//!  "Help": "use the same case in keys and prefix; the prefix is `Tax/`", "Clause": "REP-301"}
//! ```
//!
//! The names are part of the contract with other programs. A member is absent where it has no
//! meaning, as `StorageClass` for a delete marker.
//!
//! `Rules` is the last member of an answer. `deciding` depends on that: where a template leaves
//! values open it compares the texts of several answers, and everything before `Rules` is the
//! decision. A new member belongs before it, unless it is about the rules.
//!
//! The texts for people are in `describe`. [`ReplicationForm`] is used by `differences`, and
//! [`Replications`] by `assert`, so that a replication looks the same in every answer.

use serde::{Serialize, Serializer};

use s3_replication::engine::{Action, Replication, Verdict};
use s3_replication::model::{BucketKeyStatus, KmsKeyArn, Priority, RuleName, VersionId};
use s3_replication::{Decision, Explanation, ReplicationRule};

use crate::cli::object::Object;
use crate::cli::permissions::JudgedForm;

/// Writes a decision, without the rules.
///
/// The line goes to the end of `out`, which the caller clears or passes on. Without rules the
/// engine can decide by its index and does not look at each rule.
pub(super) fn write_decision(object: &Object<'_>, decision: &Decision<'_>, out: &mut Vec<u8>) {
    write(&Answer::new(object, decision, None), out);
}

/// Writes a decision and the verdict about each rule.
///
/// `permissions` is `None` if the user gave no policies; then the member is absent. An empty slice
/// is written as an empty list: policies were given, and there was nothing to permit.
pub(super) fn write_explanation(
    object: &Object<'_>,
    explanation: &Explanation<'_>,
    detail: Detail,
    permissions: Option<&[JudgedForm]>,
    out: &mut Vec<u8>,
) {
    let rules = Some(Rules { explanation, detail });
    write(&Answer { permissions, ..Answer::new(object, explanation.decision(), rules) }, out);
}

/// The level of detail about each rule.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Detail {
    /// The verdict, as `decide` writes it.
    Verdict,
    /// The verdict, its text and clause, and near misses, as `explain` writes them.
    Everything,
}

/// Writes an answer and a line feed.
fn write(answer: &Answer<'_>, out: &mut Vec<u8>) {
    // Writing these forms to memory cannot fail: the keys of all objects are strings, and the
    // buffer grows.
    let _ = serde_json::to_writer(&mut *out, answer);
    out.push(b'\n');
}

/// The answer about one object. It borrows everything: millions of answers are written in one run.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    key: &'a str,
    /// The version ID; absent if the input has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    /// The event of the input, or the one that is assumed without it, so that an answer can be read
    /// without its question.
    event: &'static str,
    /// True if there is a replication. A reader that filters lines needs no look into the list.
    replicates: bool,
    replications: Replications<'a>,
    /// The verdicts of the given policies, one for each replication. Only `explain` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [JudgedForm]>,
    /// The verdicts about the rules; absent with `decide --no-rules`. This member stays the last
    /// one, see the top of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Rules<'a>>,
}

impl<'a> Answer<'a> {
    /// Returns the answer about an object, without permissions.
    fn new(object: &'a Object<'_>, decision: &'a Decision<'a>, rules: Option<Rules<'a>>) -> Self {
        Self {
            key: object.key(),
            version_id: object.version_id().map(VersionId::as_str),
            event: object.event().as_str(),
            replicates: decision.replicates(),
            replications: Replications(decision),
            permissions: None,
            rules,
        }
    }
}

/// The replications of a decision, sorted by the ARN of the bucket.
///
/// The engine sorts them. An object that replicates nowhere has an empty list.
pub(super) struct Replications<'a>(pub(super) &'a Decision<'a>);

impl Serialize for Replications<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.replications().map(ReplicationForm::new))
    }
}

/// One replication, by the rule that won its bucket.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReplicationForm<'a> {
    /// The ARN of the destination bucket.
    bucket: &'a str,
    rule: Label<'a>,
    /// The priority of the rule; `null` if it has none, as a V1 rule.
    priority: Option<Priority>,
    /// The word for the action: `replicate-object`, `replicate-delete-marker`,
    /// `replicate-metadata`, or, for stores other than S3, `replicate-version-delete`.
    action: &'static str,
    /// The members of the replica, beside the others and not inside of an object of their own.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    replica: Option<ReplicaForm<'a>>,
    /// The account that owns the replica: `source` or `destination`.
    owner: &'static str,
    replication_time_control: bool,
    metrics: bool,
}

/// The properties that only the replica of a whole version has.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplicaForm<'a> {
    /// The class that the rule states, or else that of the source.
    storage_class: &'a str,
    /// A word of S3 Inventory, or [`DESTINATION_DEFAULT`].
    encryption: &'static str,
    /// The key that the rule states. Absent for other encryption, and for a related multi-Region
    /// key.
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<&'a KmsKeyArn>,
    /// The key is the multi-Region key that is related to the key of the source.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    uses_source_multi_region_key: bool,
    /// The ID of that key, if the key of the source is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_region_key_id: Option<&'a str>,
    /// The status of the S3 Bucket Key. Absent if the encryption has no KMS key, or the status of
    /// the source is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_key_status: Option<BucketKeyStatus>,
}

/// The word for the default encryption of the destination bucket.
///
/// It is not a word of S3 Inventory: the bucket decides when the replica is written, and the model
/// does not guess.
pub(super) const DESTINATION_DEFAULT: &str = "DESTINATION-DEFAULT";

impl<'a> ReplicationForm<'a> {
    /// Describes a replication. The properties of the replica are left out for delete markers and
    /// changes of metadata.
    pub(super) fn new(replication: &Replication<'a>) -> Self {
        let (rule, replica) = (replication.rule(), replication.replica());
        // A delete marker has no bytes, and a change of metadata leaves the bytes of the replica as
        // they are.
        let whole = replication.action() == Action::ReplicateObject;
        Self {
            bucket: replication.bucket().as_str(),
            rule: Label(rule.name()),
            priority: rule.priority,
            action: replication.action().as_str(),
            replica: whole.then(|| ReplicaForm {
                storage_class: replica.storage_class.as_str(),
                encryption: replica
                    .encryption
                    .status()
                    .map_or(DESTINATION_DEFAULT, |status| status.as_str()),
                kms_key_id: replica.encryption.key(),
                uses_source_multi_region_key: replica.encryption.uses_related_key(),
                multi_region_key_id: replica
                    .encryption
                    .source_key()
                    .and_then(KmsKeyArn::multi_region_id),
                bucket_key_status: replica.bucket_key,
            }),
            owner: replica.owner.as_str(),
            replication_time_control: replication.is_time_controlled(),
            metrics: replication.has_metrics(),
        }
    }
}

/// The name of a rule: its ID, or its number in the document, such as `#2`, if it has none.
///
/// A type of its own, because an ID is written without a copy and a number has to be formatted.
struct Label<'a>(RuleName<'a>);

impl Serialize for Label<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            RuleName::Id(id) => serializer.serialize_str(id.as_str()),
            number @ RuleName::Number(_) => serializer.collect_str(&number),
        }
    }
}

/// The verdicts about the rules, in the order of the document.
///
/// The serializer makes each verdict when it writes it, so an answer about a thousand rules needs no
/// list of verdicts.
struct Rules<'a> {
    explanation: &'a Explanation<'a>,
    detail: Detail,
}

impl Serialize for Rules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let forms = self.explanation.verdicts().map(|(rule, verdict)| RuleForm {
            detail: (self.detail == Detail::Everything)
                .then(|| DetailForm::new(self.explanation, rule, verdict)),
            ..RuleForm::new(rule, verdict)
        });
        serializer.collect_seq(forms)
    }
}

/// The verdict about a rule: `By` is the rule that outranks it, `Reason` the reason of a rejection.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RuleForm<'a> {
    rule: Label<'a>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Label<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    detail: Option<DetailForm>,
}

impl<'a> RuleForm<'a> {
    fn new(rule: &'a ReplicationRule, verdict: Verdict<'a>) -> Self {
        let (by, reason) = match verdict {
            // The two members exclude each other: a rule that is outranked matches the object, so
            // there is no reason to reject it.
            Verdict::Outranked { by } => (Some(Label(by.name())), None),
            Verdict::Rejected(reason) => (None, Some(reason.as_str())),
            _ => (None, None),
        };
        Self { rule: Label(rule.name()), verdict: verdict.as_str(), by, reason, detail: None }
    }
}

/// The verdict in words, with the near miss, the help and the clause.
///
/// These members cost a text for each rule and object, so `decide` does without them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DetailForm {
    /// The sentence that people read, such as `rejected: the key does not begin with the prefix`.
    text: String,
    /// The small difference that made the rule reject the object, such as another case in the
    /// prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    near_miss: Option<String>,
    /// A change that would make the rule replicate the object. Absent if no change of it would
    /// help.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// The clause of `SEMANTICS.md` that decided.
    clause: &'static str,
}

impl DetailForm {
    fn new<'a>(
        explanation: &Explanation<'a>,
        rule: &'a ReplicationRule,
        verdict: Verdict<'a>,
    ) -> Self {
        Self {
            text: verdict.to_string(),
            near_miss: explanation.near_miss(rule).map(|miss| miss.to_string()),
            help: explanation.help(rule),
            clause: verdict.clause().id(),
        }
    }
}
