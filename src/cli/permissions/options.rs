//! Policy documents of `explain`, which then judges decisions by them.
//!
//! A rule may select an object that S3 is then not permitted to replicate. `explain` shows both:
//! the decision, and below it the judgement about each replication.
//!
//! ```text
//! a, ObjectCreated:Put
//!   Replicates to: arn:aws:s3:::backup, by rule `all`
//!   …
//!   Decided, but not permitted: to arn:aws:s3:::backup; the policy of the replication role does not
//!   allow `s3:ReplicateObject`; S3 reports DstPutObjectNotPermitted [REP-1208]
//! ```
//!
//! In JSON it is an entry of `Permissions`, which `answer.rs` writes:
//!
//! ```json
//! {"Bucket": "arn:aws:s3:::backup", "Verdict": "not-permitted", "Action": "s3:ReplicateObject",
//!  "Document": "ReplicationRole", "Cause": "not-allowed",
//!  "FailureReason": "DstPutObjectNotPermitted", "Clause": "REP-1208"}
//! ```
//!
//! `permissions --check` asks about all requests that a configuration may make. Here is one
//! version, so the answer depends on its key, encryption and tags: a version without tags is
//! replicated although the role may not read tags, which the check would report.

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

// The doc comments on the fields of these two types are the help.
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
    /// The configuration, all values of which are known.
    configuration: ReplicationConfiguration,
    /// The dialect, which decides where sources about a permission differ.
    dialect: Dialect,
    /// The source bucket, on which the role needs its permissions to read.
    source: BucketName,
    /// The facts about owners, Regions and keys.
    known: KnownBuckets,
    /// The policies. One that is not given is not judged, and refuses nothing.
    given: GivenDocuments,
}

/// The judgement about one replication, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct JudgedForm {
    /// The ARN of the destination bucket.
    bucket: String,
    /// `permitted`, `tags-withheld`, `not-permitted` or `undecided`.
    verdict: &'static str,
    /// The action that is not permitted. This member, the document, the cause, the reason and the
    /// clause are absent unless the verdict is `not-permitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// The document that does not permit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'static str>,
    /// The document in the words of a sentence.
    #[serde(skip)]
    document_name: Option<DocumentName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    /// The reason that S3 reports; absent also where it reports none.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    /// The condition keys on which the answer depends; absent unless the verdict is `undecided`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

impl PermissionOptions {
    /// Returns the inputs, of which at most one may be the standard input.
    ///
    /// The file with facts about buckets is among them.
    pub(in crate::cli) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.facts.context().into_iter().chain(self.documents.inputs())
    }

    /// Returns the facts about buckets.
    pub(in crate::cli) const fn facts(&self) -> &BucketFacts {
        &self.facts
    }

    /// Returns true if there is a policy.
    ///
    /// Facts about buckets alone are none: they decide about owners, and there is nothing to judge
    /// by.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.documents.inputs().next().is_some()
    }

    /// Reads the policies.
    ///
    /// Findings about the policies themselves are warnings on the standard error. Without the name
    /// of the source bucket there is an error, since the needed resources would not be known.
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
        // Both are read before anything is answered: a mistake in a policy must not appear after
        // the answers about thousands of objects.
        let (known, given) = (self.facts.read()?, self.documents.read()?);
        for note in given.findings() {
            let code = note.code.map(|code| format!("[{code}]")).unwrap_or_default();
            output::remark(&format!("warning{code}: {} [{}]\n", note.message, note.clause));
        }
        Ok(Permissions { configuration, dialect: dialect.clone(), source, known, given })
    }
}

impl Permissions {
    /// Returns the verdict about one replication that was decided for a version.
    fn judge(
        &self,
        replication: &Replication<'_>,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Verdict {
        // A delete marker needs other permissions than an object, and so does the delete of a
        // version. A change of metadata needs those of its aspect. All else is judged as an object.
        let kind = match (replication.action(), event.aspect()) {
            (Action::ReplicateDeleteMarker | Action::ReplicateVersionDelete, _) => {
                OperationKind::DeleteMarker
            }
            (Action::ReplicateMetadata, Some(aspect)) => OperationKind::Metadata(aspect),
            _ => OperationKind::Object,
        };
        // Policies are text, so a key that is not UTF-8 is judged with replacement characters.
        let key = String::from_utf8_lossy(version.key);
        let operation = Operation::new(kind, &key, replication.bucket())
            .with_encryption(version.encryption, version.kms_key)
            .with_tags(!version.tags.is_empty())
            .with_owner_override(replication.rule().destination.ownership.is_overridden());
        // Made for each replication, because it borrows from this value.
        Setup::new(&self.configuration, self.source.clone(), &self.dialect, &self.known)
            .judge(&self.given, &operation)
    }

    /// Returns the judgements about the replications of a version, in their order.
    ///
    /// A version that no rule replicates has none, and a permitted replication has one, too.
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
    /// Creates the form of a verdict. Members that do not belong to it stay empty.
    fn new(bucket: String, verdict: Verdict) -> Self {
        // A permitted replication, which the other verdicts change.
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
            // The replica is written, without the tags of its source.
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
            // Permitted. `Verdict` is non-exhaustive outside of the library.
            _ => form,
        }
    }

    /// Appends a line of text; none if the replication is permitted.
    ///
    /// Explanations of permitted replications stay as they are without policies, so that the line
    /// stands out where something is wrong.
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
                // In the words of a sentence, and not as JSON has it.
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
                    // `NotAllowed`, which is all that is left.
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
