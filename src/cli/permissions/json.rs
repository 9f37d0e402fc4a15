//! The documents and the answers of a check as JSON.

use std::collections::BTreeSet;

use serde::Serialize;

use s3_replication::clause::Clause;
use s3_replication::permissions::{
    Cause, Checked, Documents, Explained, Missing, Note, PolicyDocument, Reason, RoleDocuments,
    Statement, Undecided,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DocumentsForm<'a> {
    replication_role: RoleForm<'a>,
    destination_bucket_policies: Vec<BucketForm<'a>>,
    kms_key_policy_statements: Vec<KeyForm<'a>>,
    batch_role: Option<RoleForm<'a>>,
    caller: CallerForm<'a>,
    reasons: Vec<ReasonForm<'a>>,
    notes: Vec<NoteForm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleForm<'a> {
    trust_policy: &'a PolicyDocument,
    permissions_policy: &'a PolicyDocument,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerForm<'a> {
    permissions_policy: &'a PolicyDocument,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BucketForm<'a> {
    bucket: &'a str,
    account: String,
    policy: &'a PolicyDocument,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyForm<'a> {
    key: &'a str,
    account: String,
    statement: &'a Statement,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReasonForm<'a> {
    document: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    sid: Option<&'a str>,
    why: &'a str,
    clauses: Vec<&'static str>,
}

#[derive(Serialize)]
pub(in crate::cli) struct NoteForm<'a> {
    message: &'a str,
    clause: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl<'a> From<&'a Note> for NoteForm<'a> {
    fn from(note: &'a Note) -> Self {
        Self { message: &note.message, clause: note.clause.id(), code: note.code }
    }
}

impl<'a> RoleForm<'a> {
    fn of(role: &'a RoleDocuments) -> Self {
        Self { trust_policy: role.trust(), permissions_policy: role.policy() }
    }
}

impl<'a> ReasonForm<'a> {
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

fn reasons<'a>(
    document: &'static str,
    subject: Option<&'a str>,
    explained: &'a Explained,
) -> impl Iterator<Item = ReasonForm<'a>> {
    let statements = explained.policy().statements().iter();
    statements
        .zip(explained.reasons())
        .map(move |(statement, reason)| ReasonForm::of(document, subject, statement, reason))
}

/// Returns the documents with the reasons for their statements.
pub(super) fn documents(documents: &Documents) -> String {
    let role = documents.replication_role();
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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CheckedForm<'a> {
    /// `null` if some requests are undecided, or facts unknown.
    sufficient: Option<bool>,
    missing: Vec<MissingForm<'a>>,
    undecided: Vec<UndecidedForm<'a>>,
    not_checked: Vec<NotCheckedForm<'a>>,
    /// The facts without which there is no answer.
    unknown: Vec<NoteForm<'a>>,
    notes: Vec<NoteForm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct MissingForm<'a> {
    action: &'a str,
    resource: &'a str,
    example: &'a str,
    document: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    cause: Cause,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    failing_conditions: &'a BTreeSet<String>,
    failure_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    effect: &'static str,
    clause: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct UndecidedForm<'a> {
    action: &'a str,
    resource: &'a str,
    document: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    depends_on: Vec<&'a str>,
}

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
pub(super) fn checked(checked: &Checked) -> String {
    let form = CheckedForm {
        sufficient: checked.verdict(),
        missing: checked.missing().iter().map(MissingForm::from).collect(),
        undecided: checked.undecided().iter().map(UndecidedForm::from).collect(),
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

fn written(form: &impl Serialize) -> String {
    // Writing this form to memory can't fail.
    serde_json::to_string(form).unwrap_or_default() + "\n"
}
