//! Decisions as JSON, one object a line.
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
//! The names are part of the contract with other programs. A member is absent where it has no
//! meaning, as `StorageClass` for a delete marker.

use serde::{Serialize, Serializer};

use s3_replication::engine::{Action, Replication, Verdict};
use s3_replication::model::{BucketKeyStatus, KmsKeyArn, Priority, RuleName, VersionId};
use s3_replication::{Decision, Explanation, ReplicationRule};

use crate::cli::object::Object;
use crate::cli::permissions::JudgedForm;

/// Writes a decision, without the rules.
pub(super) fn write_decision(object: &Object<'_>, decision: &Decision<'_>, out: &mut Vec<u8>) {
    write(&Answer::new(object, decision, None), out);
}

/// Writes a decision and the verdict about each rule.
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
    /// The verdict.
    Verdict,
    /// The verdict, its text and clause, and near misses.
    Everything,
}

/// Writes an answer and a line feed.
fn write(answer: &Answer<'_>, out: &mut Vec<u8>) {
    // Writing these forms to memory can't fail.
    let _ = serde_json::to_writer(&mut *out, answer);
    out.push(b'\n');
}

/// The answer about one object. It borrows everything: millions of answers are written in one run.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    event: &'static str,
    replicates: bool,
    replications: Replications<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [JudgedForm]>,
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

/// The replications of a decision, sorted by bucket.
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
    bucket: &'a str,
    rule: Label<'a>,
    priority: Option<Priority>,
    action: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    replica: Option<ReplicaForm<'a>>,
    owner: &'static str,
    replication_time_control: bool,
    metrics: bool,
}

/// The properties that only the replica of a whole version has.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplicaForm<'a> {
    storage_class: &'a str,
    encryption: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<&'a KmsKeyArn>,
    /// The key is the multi-Region key that is related to the key of the source.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    uses_source_multi_region_key: bool,
    /// The ID of that key, if the key of the source is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_region_key_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_key_status: Option<BucketKeyStatus>,
}

/// The word for the default encryption of the destination bucket.
pub(super) const DESTINATION_DEFAULT: &str = "DESTINATION-DEFAULT";

impl<'a> ReplicationForm<'a> {
    /// Describes a replication. The properties of the replica are left out for delete markers and
    /// changes of metadata.
    pub(super) fn new(replication: &Replication<'a>) -> Self {
        let (rule, replica) = (replication.rule(), replication.replica());
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

/// The name of a rule.
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
            Verdict::Outranked { by } => (Some(Label(by.name())), None),
            Verdict::Rejected(reason) => (None, Some(reason.as_str())),
            _ => (None, None),
        };
        Self { rule: Label(rule.name()), verdict: verdict.as_str(), by, reason, detail: None }
    }
}

/// The verdict in words, with the near miss, the help and the clause.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DetailForm {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    near_miss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
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
