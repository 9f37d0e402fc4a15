//! Policy documents of other commands, which then judge decisions by them.

use std::fmt::Write as _;

use serde::Serialize;

use s3_replication::engine::{Action, Replication};
use s3_replication::model::{BucketName, Event, KnownBuckets, ObjectVersion};
use s3_replication::permissions::{
    Cause, DocumentName, GivenDocuments, Operation, OperationKind, Setup, Verdict,
};
use s3_replication::{Dialect, ReplicationConfiguration};

use super::RoleFiles;
use crate::cli::Failure;
use crate::cli::context::BucketFacts;
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::styles::Styles;

/// The options of a command that judges decisions by policies.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PermissionOptions {
    #[command(flatten)]
    facts: BucketFacts,
    #[command(flatten)]
    documents: RoleFiles,
}

/// The policies, and what is needed to judge by them.
pub(in crate::cli) struct Permissions {
    configuration: ReplicationConfiguration,
    dialect: Dialect,
    source: BucketName,
    known: KnownBuckets,
    given: GivenDocuments,
}

/// The judgement about one replication, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct JudgedForm {
    bucket: String,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'static str>,
    /// The document in the words of a sentence.
    #[serde(skip)]
    document_name: Option<DocumentName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

impl PermissionOptions {
    /// Returns the inputs, of which at most one may be the standard input.
    pub(in crate::cli) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.facts.context().into_iter().chain(self.documents.inputs())
    }

    /// Returns the facts about buckets.
    pub(in crate::cli) const fn facts(&self) -> &BucketFacts {
        &self.facts
    }

    /// Returns true if there is a policy.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.documents.inputs().next().is_some()
    }

    /// Reads the policies.
    pub(in crate::cli) fn read(
        &self,
        configuration: ReplicationConfiguration,
        dialect: &Dialect,
        source: Option<BucketName>,
    ) -> Result<Permissions, Failure> {
        let Some(source) = source else {
            let message = "policies need the name of the bucket; give it with `--source-bucket`";
            return Err(Failure::Message(message.to_owned()));
        };
        let (known, given) = (self.facts.read()?, self.documents.read()?);
        for note in given.findings() {
            let code = note.code.map(|code| format!("[{code}]")).unwrap_or_default();
            output::remark(&format!("warning{code}: {} [{}]\n", note.message, note.clause));
        }
        Ok(Permissions { configuration, dialect: dialect.clone(), source, known, given })
    }
}

impl Permissions {
    fn judge(
        &self,
        replication: &Replication<'_>,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Verdict {
        let kind = match (replication.action(), event.aspect()) {
            (Action::ReplicateDeleteMarker | Action::ReplicateVersionDelete, _) => {
                OperationKind::DeleteMarker
            }
            (Action::ReplicateMetadata, Some(aspect)) => OperationKind::Metadata(aspect),
            _ => OperationKind::Object,
        };
        let key = String::from_utf8_lossy(version.key);
        let operation = Operation::new(kind, &key, replication.bucket())
            .with_encryption(version.encryption, version.kms_key)
            .with_tags(!version.tags.is_empty())
            .with_owner_override(replication.rule().destination.ownership.is_overridden());
        Setup::new(&self.configuration, self.source.clone(), &self.dialect, &self.known)
            .judge(&self.given, &operation)
    }

    /// Returns the judgements about the replications of a version, in their order.
    pub(in crate::cli) fn judged<'d>(
        &self,
        replications: impl Iterator<Item = &'d Replication<'d>>,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Vec<JudgedForm> {
        replications
            .map(|replication| {
                let verdict = self.judge(replication, version, event);
                JudgedForm::new(replication.bucket().to_string(), verdict)
            })
            .collect()
    }
}

impl JudgedForm {
    fn new(bucket: String, verdict: Verdict) -> Self {
        let form = Self {
            bucket,
            verdict: "permitted",
            action: None,
            document: None,
            document_name: None,
            cause: None,
            failure_reason: None,
            clause: None,
            depends_on: Vec::new(),
        };
        match verdict {
            Verdict::WithoutTags => Self { verdict: "tags-withheld", ..form },
            Verdict::NotPermitted(refusal) => Self {
                verdict: "not-permitted",
                action: Some(refusal.action),
                document: Some(refusal.document.kind()),
                document_name: Some(refusal.document),
                cause: Some(refusal.cause),
                failure_reason: refusal.failure_reason,
                clause: Some(refusal.clause.id()),
                ..form
            },
            Verdict::Undecided(depends_on) => {
                Self { verdict: "undecided", depends_on: depends_on.into_iter().collect(), ..form }
            }
            _ => form,
        }
    }

    /// Appends a line of text; none if the replication is permitted.
    pub(in crate::cli) fn describe(&self, out: &mut String) {
        let styles = Styles::stdout();
        let bucket = &self.bucket;
        let _ = match self.verdict {
            "tags-withheld" => {
                writeln!(out, "  {}: to {bucket}", styles.warning("Permitted without tags"))
            }
            "undecided" => writeln!(
                out,
                "  {}: to {bucket}; it depends on {}",
                styles.warning("Decided, permission unknown"),
                self.depends_on.join(", ")
            ),
            "not-permitted" => {
                let action = self.action.as_deref().unwrap_or_default();
                let document = self.document_name.as_ref().map(DocumentName::to_string);
                let document = document.unwrap_or_default();
                let reason = self
                    .failure_reason
                    .map_or_else(String::new, |reason| format!("; S3 reports {reason}"));
                let cause = match self.cause {
                    Some(Cause::Denied) => format!("{document} denies `{action}`"),
                    Some(Cause::Condition) => {
                        format!(
                            "{document} allows `{action}` only under a condition that does not hold"
                        )
                    }
                    _ => format!("{document} does not allow `{action}`"),
                };
                writeln!(
                    out,
                    "  {}: to {bucket}; {cause}{reason} [{}]",
                    styles.error("Decided, but not permitted"),
                    self.clause.unwrap_or_default()
                )
            }
            _ => Ok(()),
        };
    }
}
