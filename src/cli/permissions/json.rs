//! The documents and the answers of a check as JSON.
//!
//! Without a check, the documents are members by the place where they are put, and the reasons
//! follow in a list of their own: a policy with a foreign member would be refused by IAM. A
//! statement is found by its document, its subject and its `Sid`.
//!
//! ```json
//! {"ReplicationRole": {"TrustPolicy": {…}, "PermissionsPolicy": {…}},
//!  "DestinationBucketPolicies": [{"Bucket": "arn:aws:s3:::backup", "Account": "444455556666",
//!                                 "Policy": {…}}],
//!  "KmsKeyPolicyStatements": [], "BatchRole": null,
//!  "Caller": {"PermissionsPolicy": {…}},
//!  "Reasons": [{"Document": "ReplicationRole", "Sid": "WriteReplicas",
//!               "Why": "S3 writes replicas to `backup`, …", "Clauses": ["REP-1208"]}],
//!  "Notes": [{"message": "annotations are not replicated; …", "clause": "REP-1207"}]}
//! ```
//!
//! With a check:
//!
//! ```json
//! {"Sufficient": false,
//!  "Missing": [{"Action": "s3:ReplicateDelete", "Resource": "arn:aws:s3:::backup/*",
//!               "Example": "arn:aws:s3:::backup/a", "Document": "ReplicationRole",
//!               "Cause": "not-allowed", "FailureReason": "DstDelObjNotPermitted",
//!               "Clause": "REP-1209"}],
//!  "Undecided": [], "NotChecked": [{"Document": "ReplicationRoleTrust"}],
//!  "Unknown": [], "Notes": []}
//! ```
//!
//! The schemas of both are `permissions-output` and `permissions-check-output` in
//! `schema/answers.json`. The forms of missing and undecided requests and of notes are those of
//! `topology`, too.

use std::collections::BTreeSet;

use serde::Serialize;

use s3_replication::clause::Clause;
use s3_replication::permissions::{
    Cause, Checked, Documents, Explained, Missing, Note, PolicyDocument, Reason, RoleDocuments,
    Statement, Undecided,
};

/// The documents that replication needs.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DocumentsForm<'a> {
    /// The two policies of the role that the configuration names.
    replication_role: RoleForm<'a>,
    /// The policies of buckets in other accounts; a bucket of the same account needs none.
    destination_bucket_policies: Vec<BucketForm<'a>>,
    /// The statements for the policies of KMS keys in other accounts. They are single statements,
    /// because the policy of a key has others, which must stay.
    kms_key_policy_statements: Vec<KeyForm<'a>>,
    /// The policies of the role of the job; `null` without `--batch`.
    batch_role: Option<RoleForm<'a>>,
    /// The permissions of the caller who puts the configuration and creates the job.
    caller: CallerForm<'a>,
    /// The reasons of all statements, document by document.
    reasons: Vec<ReasonForm<'a>>,
    /// Remarks, such as a fact that is unknown and would add permissions.
    notes: Vec<NoteForm<'a>>,
}

/// The two policies of a role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleForm<'a> {
    trust_policy: &'a PolicyDocument,
    permissions_policy: &'a PolicyDocument,
}

/// The policy of the caller, in the form of a role without trust.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerForm<'a> {
    permissions_policy: &'a PolicyDocument,
}

/// The policy of a destination bucket.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BucketForm<'a> {
    /// The ARN of the bucket.
    bucket: &'a str,
    /// The account that owns the bucket, in which the policy has to be put.
    account: String,
    policy: &'a PolicyDocument,
}

/// A statement for the policy of a KMS key.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyForm<'a> {
    /// The ARN of the key, or a pattern where only a part of it is known.
    key: &'a str,
    /// The account that owns the key.
    account: String,
    statement: &'a Statement,
}

/// The reason for one statement.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReasonForm<'a> {
    /// The document: a role, its trust policy, the caller, a bucket policy or a key policy.
    document: &'static str,
    /// The ARN of the bucket or the key; absent for the other documents, of which there is one
    /// each.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    /// The `Sid` of the statement; `null` for a trust policy, whose only statement has none.
    sid: Option<&'a str>,
    why: &'a str,
    clauses: Vec<&'static str>,
}

/// A remark. Its members are in lower case, as those of findings.
#[derive(Serialize)]
pub(in crate::cli) struct NoteForm<'a> {
    message: &'a str,
    clause: &'static str,
    /// The code, where the remark is a finding about a policy that `lints` explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl<'a> From<&'a Note> for NoteForm<'a> {
    fn from(note: &'a Note) -> Self {
        Self { message: &note.message, clause: note.clause.id(), code: note.code }
    }
}

impl<'a> RoleForm<'a> {
    /// Creates the form of a role.
    fn of(role: &'a RoleDocuments) -> Self {
        Self { trust_policy: role.trust(), permissions_policy: role.policy() }
    }
}

impl<'a> ReasonForm<'a> {
    /// Creates the form of the reason for a statement of a document.
    fn of(
        document: &'static str,
        subject: Option<&'a str>,
        statement: &'a Statement,
        reason: &'a Reason,
    ) -> Self {
        let clauses = reason.clauses.iter().map(|clause| clause.id()).collect();
        Self { document, subject, sid: statement.sid(), why: &reason.why, clauses }
    }
}

/// Returns the reasons of all statements of a policy, which the library has in the same order.
fn reasons<'a>(
    document: &'static str,
    subject: Option<&'a str>,
    explained: &'a Explained,
) -> impl Iterator<Item = ReasonForm<'a>> {
    // Statements and reasons are pairs: the library makes one reason for each statement.
    let statements = explained.policy().statements().iter();
    statements
        .zip(explained.reasons())
        .map(move |(statement, reason)| ReasonForm::of(document, subject, statement, reason))
}

/// Returns the documents with the reasons for their statements.
///
/// A list is empty and a role is `null` where nothing is needed; each member of the document is
/// there.
pub(super) fn documents(documents: &Documents) -> String {
    let role = documents.replication_role();
    // The words for the documents are those of `DocumentName::kind`, so that a reason can be
    // compared with a missing request of a check.
    let mut all: Vec<ReasonForm<'_>> =
        reasons("ReplicationRoleTrust", None, role.explained_trust()).collect();
    all.extend(reasons("ReplicationRole", None, role.explained_policy()));
    for policy in documents.bucket_policies() {
        let bucket = Some(policy.bucket().as_str());
        all.extend(reasons("DestinationBucketPolicy", bucket, policy.explained()));
    }
    for key in documents.key_statements() {
        let subject = Some(key.key());
        all.push(ReasonForm::of("KmsKeyPolicy", subject, key.statement(), key.reason()));
    }
    if let Some(role) = documents.batch_role() {
        all.extend(reasons("BatchRoleTrust", None, role.explained_trust()));
        all.extend(reasons("BatchRole", None, role.explained_policy()));
    }
    all.extend(reasons("Caller", None, documents.caller()));
    let form = DocumentsForm {
        replication_role: RoleForm::of(role),
        destination_bucket_policies: documents
            .bucket_policies()
            .iter()
            .map(|policy| BucketForm {
                bucket: policy.bucket().as_str(),
                account: policy.account().to_string(),
                policy: policy.explained().policy(),
            })
            .collect(),
        kms_key_policy_statements: documents
            .key_statements()
            .iter()
            .map(|key| KeyForm {
                key: key.key(),
                account: key.account().to_string(),
                statement: key.statement(),
            })
            .collect(),
        batch_role: documents.batch_role().map(RoleForm::of),
        caller: CallerForm { permissions_policy: documents.caller().policy() },
        reasons: all,
        notes: documents.notes().iter().map(NoteForm::from).collect(),
    };
    written(&form)
}

/// The answer of a check.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CheckedForm<'a> {
    /// `null` if some requests are undecided, or facts unknown.
    sufficient: Option<bool>,
    /// The requests that a document does not permit.
    missing: Vec<MissingForm<'a>>,
    /// The requests that depend on a condition key with an unknown value.
    undecided: Vec<UndecidedForm<'a>>,
    /// The documents that are needed and were not given. They do not make the answer undecided.
    not_checked: Vec<NotCheckedForm<'a>>,
    /// The facts without which there is no answer.
    unknown: Vec<NoteForm<'a>>,
    /// Remarks and findings about the documents themselves, which change no verdict.
    notes: Vec<NoteForm<'a>>,
}

/// A needed request that a document does not permit.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct MissingForm<'a> {
    action: &'a str,
    /// The resource as a statement would name it, with a wildcard for the key.
    resource: &'a str,
    /// One resource on which the document decides so. Its key is made by the check, and is short.
    example: &'a str,
    document: &'static str,
    /// The name of the bucket or the ARN of the key, for policies of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    cause: Cause,
    /// The statement that denies it; absent unless the cause is `denied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    /// The condition keys that fail; absent unless the cause is `condition`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    failing_conditions: &'a BTreeSet<String>,
    /// The reason of S3 in events and metrics; `null` where S3 reports none.
    failure_reason: Option<&'static str>,
    /// The effect in words, where S3 reports no reason.
    #[serde(skip_serializing_if = "str::is_empty")]
    effect: &'static str,
    clause: &'static str,
}

/// A needed request about which the documents do not decide.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct UndecidedForm<'a> {
    action: &'a str,
    resource: &'a str,
    document: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    /// The condition keys, variables and operators whose value would decide.
    depends_on: Vec<&'a str>,
}

/// A document that is needed and was not given.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NotCheckedForm<'a> {
    document: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
}

impl<'a> From<&'a Missing> for MissingForm<'a> {
    fn from(missing: &'a Missing) -> Self {
        Self {
            action: &missing.action,
            resource: &missing.resource,
            example: &missing.example,
            document: missing.document.kind(),
            subject: missing.document.subject(),
            cause: missing.cause,
            statement: missing.statement.as_deref(),
            failing_conditions: &missing.failing_conditions,
            failure_reason: missing.failure_reason,
            effect: missing.effect,
            // The clause about the need. That the policy does not permit it is no claim about S3.
            clause: Clause::id(missing.clause),
        }
    }
}

impl<'a> From<&'a Undecided> for UndecidedForm<'a> {
    fn from(undecided: &'a Undecided) -> Self {
        Self {
            action: &undecided.action,
            resource: &undecided.resource,
            document: undecided.document.kind(),
            subject: undecided.document.subject(),
            depends_on: undecided.depends_on.iter().map(String::as_str).collect(),
        }
    }
}

/// Returns the answers of a check.
///
/// Each list is there, even if it is empty, and the exit status follows from `Sufficient` alone.
pub(super) fn checked(checked: &Checked) -> String {
    let form = CheckedForm {
        sufficient: checked.verdict(),
        missing: checked.missing().iter().map(MissingForm::from).collect(),
        undecided: checked.undecided().iter().map(UndecidedForm::from).collect(),
        // In the order of the check, as all lists here.
        not_checked: checked
            .not_checked()
            .iter()
            .map(|name| NotCheckedForm { document: name.kind(), subject: name.subject() })
            .collect(),
        unknown: checked.unknown_facts().iter().map(NoteForm::from).collect(),
        notes: checked.notes().iter().map(NoteForm::from).collect(),
    };
    written(&form)
}

/// Writes a form in one line, with a line break at the end.
fn written(form: &impl Serialize) -> String {
    // Writing this form to memory cannot fail.
    serde_json::to_string(form).unwrap_or_default() + "\n"
}
